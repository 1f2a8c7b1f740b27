"""Sample boards with every kind of post."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.sample_board import KST, SampleBoards, SampleComment, SamplePost
from tests.crawl.running import Crawl, crawl_board

FIRST_DAY = datetime(2026, 3, 1, 9, 30, tzinfo=KST)


def sample_post(board: str, number: int, **fields: object) -> SamplePost:
    """Post *number* of a board: one a day from the first of March."""
    given: dict[str, object] = {
        "title": f"{number}번째 글입니다",
        "author": "홍길동",
        "posted_at": FIRST_DAY + timedelta(days=number - 1),
        "hits": number,
        "html": f"<p>본문 {number}의 첫 줄입니다.</p><p>둘째 줄에는 다른 말을 적습니다.</p>",
    }
    return SamplePost(board=board, id=number, **{**given, **fields})  # type: ignore[arg-type]


def sample_posts(board: str, number: int) -> list[SamplePost]:
    """Posts 1 to *number*; 3 is secret, 4 was deleted a moment ago, 5 has comments, 6 is pinned."""
    special: dict[int, dict[str, object]] = {
        3: {"status": "secret"},
        4: {"status": "deleted"},
        5: {
            "comments": (
                SampleComment("가람", FIRST_DAY, "첫 의견입니다."),
                SampleComment("나래", FIRST_DAY, "대댓글입니다.", 1),
            )
        },
        6: {"notice": True, "category": "공지", "files": ("회의록.txt",)},
    }
    return [sample_post(board, n, **special.get(n, {})) for n in range(1, number + 1)]


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    """A store without rows."""
    return sqlite_url


@pytest.fixture
def boards() -> Iterator[SampleBoards]:
    """Two boards of 20 posts: two list pages and an empty third one."""
    posts = [*sample_posts("gnuboard", 20), *sample_posts("rhymix", 20)]
    with SampleBoards(posts) as served:
        yield served


@dataclass(frozen=True)
class Crawled:
    """Two boards after their first crawls, and what those asked for, by kind."""

    boards: SampleBoards
    store: Path
    crawls: dict[str, Crawl]
    requests: dict[str, list[str]]

    @property
    def store_url(self) -> str:
        return f"sqlite:///{self.store}"

    def url(self, kind: str) -> str:
        return self.boards.gnuboard_url if kind == "gnuboard" else self.boards.rhymix_url


@pytest.fixture(scope="module")
def crawled(made_sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    store = tmp_path_factory.mktemp("crawled") / "store.sqlite3"
    shutil.copyfile(made_sqlite_file, store)
    with SampleBoards([]) as served:
        first = Crawled(served, store, {}, {})
        for kind in ("gnuboard", "rhymix"):
            for post in sample_posts(kind, 20):
                served.put(post)
            served.requests.clear()
            first.crawls[kind] = crawl_board(first.store_url, first.url(kind))
            first.requests[kind] = list(served.requests)
        yield first


@pytest.fixture
def again(crawled: Crawled, tmp_path: Path) -> Iterator[Crawled]:
    """The same, to be crawled again: a copy of the store, and posts that may be edited."""
    shutil.copyfile(crawled.store, tmp_path / "store.sqlite3")
    crawled.boards.requests.clear()
    yield Crawled(crawled.boards, tmp_path / "store.sqlite3", crawled.crawls, crawled.requests)
    for kind in ("gnuboard", "rhymix"):
        crawled.boards.put(sample_post(kind, 21))
        crawled.boards.remove(kind, 21)
        for post in sample_posts(kind, 20):
            crawled.boards.put(post)
