"""Own sample pages, one folder a case, with what must be read from each beside it.

They are small pages of ours with the structure of real ones: other address styles,
skins, builders and devices than the captures that `test_shared_captures` reads.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.boards import BoardEngine, engines, find_engine, find_engine_by_name
from crawler.dates import KST
from crawler.page import Page, read_page
from pipelines.core.body import read_body

CAPTURES = Path(__file__).parents[1] / "captures"
NOW = datetime(2026, 11, 24, 1, 30, tzinfo=KST)


@dataclass(frozen=True)
class Case:
    engine: BoardEngine
    page: Page
    expected: dict[str, Any]


def load(folder: Path) -> Case:
    response = json.loads((folder / "response.json").read_text("utf-8"))
    return Case(
        engine=find_engine_by_name(folder.parent.name),
        page=read_page(
            response["url"],
            (folder / "page.html").read_bytes(),
            response["headers"],
            response["status"],
        ),
        expected=json.loads((folder / "expected.json").read_text("utf-8")),
    )


FOLDERS = sorted(folder.parent for folder in CAPTURES.glob("*/*/expected.json"))


def showing(kind: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Run a test on the samples that say what *kind* must be."""
    cases = [
        pytest.param(case, id=f"{folder.parent.name}/{folder.name}")
        for folder in FOLDERS
        if kind in (case := load(folder)).expected
    ]
    return pytest.mark.parametrize("case", cases)


def iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def test_every_engine_has_a_post_a_list_and_a_page_that_is_none() -> None:
    shown = {
        engine.name: {
            ("list" if "list" in load(folder).expected else load(folder).expected["post"]["status"])
            for folder in FOLDERS
            if folder.parent.name == engine.name
        }
        for engine in engines()
        if not engine.is_fallback  # whole boards show what it reads: tests/crawl/test_generic.py
    }
    for name, kinds in shown.items():
        assert {"list", "live", "deleted", "secret", "denied"} <= kinds, (
            f"engine {name} has no sample of each kind below {CAPTURES / name}"
        )


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_engine_is_recognised_by_the_page(folder: Path) -> None:
    case = load(folder)
    # A bare redirect names no engine.
    known = case.engine if case.expected.get("recognised", True) else None
    assert find_engine(case.page) is known


@showing("board")
def test_board(case: Case) -> None:
    expected = case.expected["board"]
    board = case.engine.board(case.page)
    assert board is not None
    assert {
        "url": board.url,
        "native_id": board.native_id,
        "style": board.style,
    } == expected
    assert case.engine.list_request(board, 1) == board.url


@showing("post")
def test_post(case: Case) -> None:
    expected = case.expected["post"]
    item = case.engine.read_post(case.page, NOW)
    body = read_body(item.html) if item.html else None
    read: dict[str, Any] = {
        "status": item.status.value,
        "native_id": item.native_id,
        "url": item.url,
        "title": item.title,
        "author": item.author,
        "category": item.category,
        "ip": item.ip,
        "hits": item.hits,
        "posted_at": iso(item.posted_at),
        "comment_count": item.comment_count,
        "files": item.files,
        "links": item.links,
        "comments": [
            [comment.native_id, comment.author, iso(comment.posted_at), comment.depth, comment.text]
            for comment in item.comments
        ],
        "body": body.text if body else None,
        "hrefs": list(body.hrefs) if body else None,
    }
    assert {name: read[name] for name in expected} == expected
    if expected["status"] == "live":
        # What the page does not show is not known; it is never guessed.
        for name in ("category", "ip", "files", "links", "comments"):
            assert expected.get(name) or not read[name], name
    else:
        assert item.html is None


@showing("list")
def test_list(case: Case) -> None:
    expected = case.expected["list"]
    listing = case.engine.read_list(case.page, NOW)
    read = [
        [
            row.native_id,
            row.title,
            row.author,
            iso(row.posted_at),
            row.hits,
            row.comment_count,
            row.notice,
        ]
        for row in listing.rows
    ]
    assert read == expected["rows"]
    assert listing.number == expected["number"]
    board = case.engine.board(case.page)
    assert board is not None
    addresses = [case.engine.post_request(board, row.native_id) for row in listing.rows]
    assert [row.url for row in listing.rows] == addresses
    assert addresses == expected.get("urls", addresses)
    # A mark changes with the title and the comments, not with hits and dates.
    assert all(str(row.hits) not in row.mark.split("\t")[1:] for row in listing.rows if row.hits)
