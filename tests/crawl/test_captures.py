"""Crawls over pages that real boards served, under their own addresses."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.sample_board import SampleBoards
from tests.crawl.running import crawl_board, posts

KST = timezone(timedelta(hours=9))
OWN_TESTS = {"mobile_list.html", "mobile_post.html"}
"""The addresses of others, with another user agent."""


class Captures(SampleBoards):
    """Serves captured pages; their links lead to this server."""

    def __init__(self, folder: Path) -> None:
        super().__init__([])
        self.pages: dict[str, bytes] = {}
        for capture in json.loads((folder / "captures.json").read_bytes()):
            if capture["file"] in OWN_TESTS:
                continue
            address = urlsplit(capture["url"])
            own = f"{address.scheme}://{address.netloc}"
            target = f"{address.path}?{address.query}".rstrip("?")
            body = (
                (folder / capture["file"])
                .read_bytes()
                .replace(own.encode(), self.base_url.encode())
            )
            escaped = own.replace("/", "\\/").encode()
            body = body.replace(escaped, self.base_url.replace("/", "\\/").encode())
            head = [f"HTTP/1.1 {capture['status']} Captured", f"Content-Length: {len(body)}"]
            for name, value in capture["headers"].items():
                head.append(f"{name}: {value.replace(own, self.base_url)}")
            self.pages[target] = "\r\n".join([*head, "", ""]).encode() + body

    def respond(self, target: str) -> bytes:
        missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        return self.pages.get(target, missing)


@contextmanager
def captures(folder: Path) -> Iterator[tuple[Captures, dict[str, Any]]]:
    with (folder / "truth.jsonl").open(encoding="utf-8") as lines:
        truth = {record["file"]: record for record in map(json.loads, lines)}
    with Captures(folder) as served:
        yield served, truth


OTHERS = {"/robots.txt", "/bbs/rss.php?bo_table=free", "/free/rss"}


@pytest.mark.parametrize(
    ("name", "start", "list_target", "post_target"),
    [
        (
            "gnuboard5",
            "/bbs/board.php?bo_table=free&wr_id=108",
            "/bbs/board.php?bo_table=free",
            "/bbs/board.php?bo_table=free&wr_id={}",
        ),
        ("rhymix", "/free/157", "/free", "/free/{}"),
    ],
)
def test_captured_boards_are_crawled(
    name: str, start: str, list_target: str, post_target: str, store_url: str, shared: Path
) -> None:
    with captures(shared / "boards" / name) as (served, truth):
        done = crawl_board(store_url, served.base_url + start)
        asked = served.requests

    # Of most posts on the lists no page was captured.
    assert done.code == 3, done.log
    assert "Traceback" not in done.log
    assert len(asked) == len(set(asked))
    page = "&page={}" if "?" in list_target else "?page={}"
    lists = {list_target, *(list_target + page.format(n) for n in (2, 3))}
    rest = {
        target
        for target in asked
        if target not in lists and target != start and target not in OTHERS
    }
    start_of_post = post_target.partition("{")[0]
    assert all(
        t.startswith(start_of_post) and t.removeprefix(start_of_post).isdigit() for t in rest
    )
    stored = posts(store_url)
    expected = {
        str(record["id"]): record
        for file, record in truth.items()
        if post_target.format(record["id"]) in {*asked, start} and record["board"] == "free"
    }
    live = {
        n: record
        for n, record in expected.items()
        if not record["secret"] and not record["deleted"]
    }
    assert len(live) > 8
    for native_id, record in live.items():
        row = stored[native_id]
        assert (row.status, row.title, row.author) == ("live", record["title"], record["author"])
        posted = datetime.fromisoformat(record["posted_at"]).replace(tzinfo=KST, second=0)
        assert row.posted_at == posted.astimezone(UTC)
        assert len(row.files) == len(record["files"])
    assert {row.status for n, row in stored.items() if n not in live} <= {"secret", "deleted"}
