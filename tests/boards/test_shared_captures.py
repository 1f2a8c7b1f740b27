"""Pages that real boards served, beside what was posted there.

They belong to the board software's projects, so they are read where they are and are
no part of this one.
"""

import json
import os
import re
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from crawler.boards import ListRow, find_engine, find_engine_by_name
from crawler.dates import KST
from crawler.page import Page, read_page
from models.relation import Status
from pipelines.core.body import read_body

SHARED = Path(os.environ.get("SHARED_DATA") or Path(__file__).parents[3] / "shared").resolve()
FOLDERS = {
    "gnuboard4-euckr": "gnuboard4",
    "gnuboard5": "gnuboard5",
    "gnuboard5-old-skins": "gnuboard5",
    "gnuboard6": "gnuboard6",
    "kboard": "kboard",
    "rhymix": "rhymix",
    "xe1": "xe1",
    "zeroboard4": "zeroboard4",
}
KEEP_HIDDEN = {"rhymix", "gnuboard4", "gnuboard6", "kboard", "xe1"}
"""Engines that leave hidden text in a post; others drop the tags that hide it."""
TIME_IN_LIST = {"zeroboard4": {"free", "gallery"}}
"""Boards whose skin shows a post's time in the list alone."""
LIST_ONLY = {"zeroboard4"}
"""Engines whose skins may show a category in the list alone."""
FLAT = {"zeroboard4"}
"""Engines whose comments answer the post alone."""
NOW = datetime(2026, 11, 24, 1, 30, tzinfo=KST)

STATUSES = {
    "post_deleted.html": Status.DELETED,
    "err_noid.html": Status.DELETED,
    "err_noboard.html": Status.DELETED,
    "post_secret.html": Status.SECRET,
    "post_qsecret.html": Status.SECRET,
    "err_member.html": Status.DENIED,
    "err_memberlist.html": Status.DENIED,
    "err_point.html": Status.DENIED,
    "good.html": Status.DENIED,
}
# A list's rows: how many, and how many of them are notices.
LISTS = {
    "gnuboard5": {
        "list_free_p1.html": 15, "list_free_p2.html": 15, "list_free_p99.html": 0,
        "list_gallery.html": 15, "list_qa_cate.html": 15, "search_empty.html": 0,
        "sort_hit.html": 15, "mobile_list.html": 15,
    },
    "gnuboard5-old-skins": {
        "old50_list.html": 15, "old50_list_p2.html": 15,
        "old53_list.html": 15, "old53_list_p2.html": 15,
    },
    "gnuboard4-euckr": {
        "list_free_p1.html": 16, "list_free_p2.html": 16, "list_free_p99.html": 1,
        "list_qa_cate.html": 15, "mobile_list.html": 16,
    },
    "rhymix": {
        "list_free_p1.html": 21, "list_free_p2.html": 21, "list_free_p99.html": 1,
        "list_gallery.html": 20, "list_qa.html": 21, "mobile_list.html": 21,
    },
    "kboard": {
        "list_free_p1.html": 16, "list_free_p2.html": 16, "list_free_p2b.html": 16,
        "list_free_p99.html": 1, "list_gallery.html": 15, "mobile_list.html": 16,
    },
    "gnuboard6": {},  # redirects only; own samples show its lists
    "zeroboard4": {
        "list_free_p1.html": 20, "list_free_p2.html": 20, "list_free_p99.html": 14,
        "list_qa.html": 20, "mobile_list.html": 20,
    },
    "xe1": {
        "list_free_p1.html": 21, "list_free_p2.html": 21, "list_free_p99.html": 1,
        "list_gallery.html": 20, "list_qa.html": 21, "mobile_list.html": 21,
    },
}  # fmt: skip


def read(folder: str) -> tuple[dict[str, Page], dict[str, dict[str, Any]]]:
    place = SHARED / "boards" / folder
    if not place.is_dir():
        pytest.skip(f"the captured pages are not here: {place}")
    captures = json.loads((place / "captures.json").read_text("utf-8"))
    pages = {
        capture["file"]: read_page(
            capture["url"],
            (place / capture["file"]).read_bytes(),
            capture["headers"],
            capture["status"],
        )
        for capture in captures
        if capture["file"].endswith(".html")
    }
    lines = (place / "truth.jsonl").read_text("utf-8").splitlines()
    return pages, {truth["file"]: truth for truth in map(json.loads, lines)}


def letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def posted_letters(source: str) -> str:
    tree = html.fromstring(f"<div>{source}</div>")
    return letters(tree.text_content())


def shown_ip(whole: str) -> re.Pattern[str]:
    first, _, third, fourth = whole.split(".")
    return re.compile(rf"{first}\.♡\.{third}\.{fourth}")


def rows_in_lists(folder: str, pages: dict[str, Page]) -> dict[tuple[str, str], ListRow | None]:
    engine = find_engine_by_name(FOLDERS[folder])
    found: dict[tuple[str, str], ListRow | None] = defaultdict(lambda: None)
    for name in LISTS[folder]:
        board = engine.board(pages[name])
        assert board is not None
        for row in engine.read_list(pages[name], NOW).rows:
            found[board.native_id, row.native_id] = row
    return found


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_post_is_read_as_it_was_written(folder: str) -> None:
    pages, truths = read(folder)
    engine = find_engine_by_name(FOLDERS[folder])
    posts = [
        name
        for name, truth in truths.items()
        if name not in STATUSES
        and not truth["deleted"]
        and not truth["secret"]
        and pages[name].status not in (301, 307)
        and name != "zboard_no.html"  # Zeroboard's list, at what looks like a post's address
    ]
    assert len(posts) >= 8
    in_lists = rows_in_lists(folder, pages)
    for name in posts:
        page, truth = pages[name], truths[name]
        assert find_engine(page) is engine, name
        item = engine.read_post(page, NOW)
        assert item.status is Status.LIVE, name
        assert item.native_id == str(truth["id"]), name
        assert item.title == truth["title"], name
        assert item.author == truth["author"], name
        listed = in_lists[truth["board"], str(truth["id"])]
        if folder in LIST_ONLY and listed is not None:
            item.category = item.category or listed.category
        if listed is not None or folder not in LIST_ONLY:
            assert item.category == truth["category"], name
        if truth["board"] in TIME_IN_LIST.get(folder, ()):
            assert item.posted_at is None, name
            item.posted_at = listed.posted_at if listed else None
        if item.posted_at is None:  # no captured list has it either
            assert folder in TIME_IN_LIST, name
        else:
            minute = item.posted_at.astimezone(KST).strftime("%Y-%m-%d %H:%M")
            assert minute == truth["posted_at"][:16], name

        assert item.html is not None, name
        body = read_body(item.html)
        everything = posted_letters(truth["html"])
        if name == "post_hidden.html" and FOLDERS[folder] in KEEP_HIDDEN:
            hidden = [letters(stretch) for stretch in body.hidden]
            assert hidden == ["백링크웹사이트상위노출", "숨김키워드구글상위노출"]
            for stretch in hidden:
                everything = everything.replace(stretch, "", 1)
        else:
            assert body.hidden == (), name
        assert letters(body.text) == everything, name

        written = [
            comment if isinstance(comment, dict) else {"text": comment}
            for comment in truth["comments"]
        ]
        if name != "mobile_post.html":
            assert item.comment_count == len(written), name
        read_comments = Counter((letters(comment.text), comment.depth) for comment in item.comments)
        assert read_comments == Counter(
            (letters(comment["text"]), int("reply_to" in comment and FOLDERS[folder] not in FLAT))
            for comment in written
        ), name
        authors = Counter(comment.author for comment in item.comments)
        if all("author" in comment for comment in written):
            assert authors == Counter(comment["author"] for comment in written), name
        assert all(comment.author and comment.posted_at for comment in item.comments), name

        # GNUBOARD shows an attached picture and not its name; Rhymix has no link fields.
        pictures = FOLDERS[folder] in {"gnuboard4", "gnuboard5"}
        names = [f for f in truth["files"] if not (pictures and f.endswith((".png", ".jpg")))]
        assert item.files == names, name
        if FOLDERS[folder] in {"gnuboard4", "gnuboard5"}:
            assert len(item.links) == len(truth["links"]), name
            for shown, link in zip(item.links, truth["links"], strict=True):
                assert link.startswith(shown.rstrip("…")), name
                assert shown == link or len(shown) >= 70, name
            if truth["ip"]:
                assert item.ip is not None
                assert shown_ip(truth["ip"]).fullmatch(item.ip), name
        shown_hits = re.search(r"조회(?:\s|<[^>]*>)*:?(?:\s|<[^>]*>)*([\d,]+)", page.text)
        if shown_hits:
            assert item.hits == int(shown_hits[1].replace(",", "")), name


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_error_page_becomes_a_post(folder: str) -> None:
    pages, truths = read(folder)
    engine = find_engine_by_name(FOLDERS[folder])
    for name, page in pages.items():
        item = engine.read_post(page, NOW)
        is_redirect = page.status in (301, 307)  # to the same address with a slash
        if name in STATUSES and not is_redirect:
            assert item.status is STATUSES[name], name
        if name in STATUSES or name not in truths:
            assert item.status is not Status.LIVE, name
            assert item.html is None, name
            assert item.comments == [], name


@pytest.mark.parametrize("folder", FOLDERS)
def test_lists_give_each_post_once(folder: str) -> None:
    pages, truths = read(folder)
    engine = find_engine_by_name(FOLDERS[folder])
    titles = {(truth["board"], str(truth["id"])): truth["title"] for truth in truths.values()}
    for name, count in LISTS[folder].items():
        rows = engine.read_list(pages[name], NOW).rows
        assert len(rows) == count, name
        assert len({row.native_id for row in rows}) == count, name
        board = engine.board(pages[name])
        assert board is not None
        for row in rows:
            assert row.author, (name, row)
            assert row.posted_at is not None, (name, row)
            assert row.posted_at <= NOW, (name, row)
            title = titles.get((board.native_id, row.native_id))
            if title is not None:
                assert title.startswith(row.title.rstrip("…").rstrip("."))
    if not LISTS[folder]:
        return
    assert (
        sum(row.notice for row in engine.read_list(pages[next(iter(LISTS[folder]))], NOW).rows) == 1
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_board_is_the_same_from_any_of_its_pages(folder: str) -> None:
    pages, truths = read(folder)
    engine = find_engine_by_name(FOLDERS[folder])
    boards: dict[str, set[str]] = {}
    for name, page in pages.items():
        board = engine.board(page)
        if board is not None and (name in truths or name in LISTS[folder]):
            boards.setdefault(board.native_id, set()).add(board.url)
            requests = [engine.list_request(board, 2), engine.post_request(board, "7")]
            for request in requests:
                assert not re.search(r"sst=|sfl=|stx=|sca=|device=|sort_index|search_", request)
            assert "page=" not in requests[1]
    assert boards
    assert all(len(addresses) == 1 for addresses in boards.values()), boards


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_secret_post_is_secret_by_its_page_alone(folder: str) -> None:
    """A page that was saved without its HTTP status is read no other way."""
    pages, _ = read(folder)
    for name in pages.keys() & {"post_secret.html", "post_qsecret.html"}:
        page = pages[name]
        if page.text:
            saved = Page(page.url, page.text)
            engine = find_engine(saved)
            assert engine is not None
            assert engine.read_post(saved, NOW).status is Status.SECRET
