"""Crawls in which something goes wrong: what is kept, what is said, the exit code."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Self

import pytest
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler
from sqlalchemy import create_engine, make_url, text

from crawler.extensions import FeedExports
from crawler.sample_board import LastWords, SampleBoards, SamplePost
from crawler.settings import EXTENSIONS
from models.schema import board, capture, post, run
from tests.conftest import MIGRATED
from tests.crawl.conftest import sample_post
from tests.crawl.running import (
    ROOT,
    command,
    counts,
    crawl,
    crawl_board,
    environment,
    last_stats,
    posts,
    rows,
)
from tests.serving import HTML as HTML_TYPE
from tests.serving import answer


class FaultyBoards(SampleBoards):
    """Answers some targets with bytes of the test's choice."""

    def __init__(self, posts: list[SamplePost], **options: str) -> None:
        super().__init__(posts, **options)  # type: ignore[arg-type]
        self.faults: dict[str, bytes] = {}

    def respond(self, target: str) -> bytes:
        return self.faults[target] if target in self.faults else super().respond(target)


def http(status: int, body: str | bytes, *headers: str) -> bytes:
    content = body.encode() if isinstance(body, str) else body
    head = [f"HTTP/1.1 {status} Fault", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(head).encode() + content


@pytest.fixture
def faulty() -> Iterator[FaultyBoards]:
    with FaultyBoards([sample_post("gnuboard", n) for n in range(1, 13)]) as served:
        yield served


def _half(response: bytes) -> bytes:
    body = response.partition(b"\r\n\r\n")[2]
    return body[: len(body) // 2]


HTML = "Content-Type: text/html; charset=utf-8"
ACT_AT = 50
POST = "/bbs/board.php?bo_table=free&wr_id={}"


def test_a_bad_post_costs_no_other_and_is_counted_by_reason(
    faulty: FaultyBoards, store_url: str
) -> None:
    good = faulty.respond(POST.format(1))
    faulty.faults = {
        POST.format(2): LastWords(b""),
        POST.format(3): http(500, "<p>Internal Server Error</p>", HTML),
        POST.format(4): http(403, "<p>Forbidden</p>", HTML),
        POST.format(5): LastWords(good[: len(good) // 2]),
        POST.format(6): http(200, b"\x00\xff\xfe garbage \x89PNG \x1f\x8b" * 100, HTML),
        POST.format(7): http(200, b"", HTML),
        POST.format(8): http(302, "", f"Location: {faulty.base_url}/bbs/login.php"),
        POST.format(9): good,
        POST.format(10): http(200, b"x" * 200_000, HTML),
        # Without a length, a crash of the server's looks like the page's end.
        POST.format(11): LastWords(f"HTTP/1.0 200 OK\r\n{HTML}\r\n\r\n".encode() + _half(good)),
    }

    done = crawl_board(store_url, faulty.gnuboard_url, DOWNLOAD_MAXSIZE="100000")

    assert done.code == 3, done.log
    assert "Traceback" not in done.log
    assert counts(last_stats(store_url), "post/") == {
        "post/failed/connection": 1,
        "post/failed/http_403": 1,
        "post/failed/http_500": 1,
        "post/failed/other_post": 1,
        "post/failed/read_empty": 1,
        "post/failed/read_no_post": 1,
        "post/failed/too_large": 1,
        "post/failed/truncated": 2,
        "post/new": 5,
        "post/status/denied": 1,
        "post/status/live": 2,
        "post/status/unreadable": 2,
    }
    stored = posts(store_url)
    assert {n: row.status for n, row in stored.items()} == {
        "1": "live",
        "6": "unreadable",
        "7": "unreadable",
        "8": "denied",
        "12": "live",
    }
    assert not stored["6"].body
    assert not any(target.startswith("/bbs/login") for target in faulty.requests)

    faulty.faults = {}
    again = crawl_board(store_url, faulty.gnuboard_url)
    assert again.code == 0, again.log
    # What HTTP refused and what could not be read is asked for again; the board's no is not.
    assert {n for n, row in posts(store_url).items() if row.status != "live"} == {"8"}
    assert len(posts(store_url)) == 12


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (http(503, "busy", HTML), "http_503"),
        (http(200, "<b>Warning</b>: MySQL server has gone away in <b>/home/x.php</b>", HTML), "no_list"),
        # The board's own page without a post, or with those of page 1 again, though page 1 leads to page 2.
        ("/bbs/board.php?bo_table=free&page=9", "repeated"),
        ("/bbs/board.php?bo_table=free", "repeated"),
    ],
)  # fmt: skip
def test_a_list_page_that_fails_ends_paging_and_the_posts_before_it_are_kept(
    fault: bytes | str, reason: str, store_url: str
) -> None:
    with FaultyBoards([sample_post("gnuboard", n) for n in range(1, 41)]) as faulty:
        shown = fault if isinstance(fault, bytes) else faulty.respond(fault)
        faulty.faults["/bbs/board.php?bo_table=free&page=2"] = shown
        done = crawl_board(store_url, faulty.gnuboard_url)

    assert done.code == 3, done.log
    assert len(posts(store_url)) == 15
    stats = last_stats(store_url)
    assert stats[f"list/failed/{reason}"] == 1
    # Its time for the next visit comes no later for that, and what it did not show is not gone.
    assert "board/crawled" not in stats
    assert "List page 2" in done.log


@pytest.mark.parametrize(
    "door",
    [
        answer("", HTML_TYPE, "Set-Cookie: door=1", f"Location: {POST.format(2)}", status=302),
        answer(
            "<meta http-equiv='refresh' content='0'>잠시만 기다려 주십시오.",
            HTML_TYPE,
            "Set-Cookie: door=1",
        ),
    ],
    ids=["redirect", "page"],
)
def test_a_page_that_only_sets_a_cookie_is_gone_through_once(
    door: bytes, faulty: FaultyBoards, store_url: str
) -> None:
    """The next answer counts, whatever it is."""
    asked: list[str] = []
    whole = faulty.respond

    def respond(target: str) -> bytes:
        asked.append(target)
        is_door = target == POST.format(2) and asked.count(target) == 1
        return LastWords(door) if is_door else whole(target)

    faulty.respond = respond  # type: ignore[method-assign]
    done = crawl_board(store_url, faulty.gnuboard_url)
    assert done.code == 0, done.log
    assert {row.status for row in rows(store_url, post)} == {"live"}

    faulty.faults[POST.format(2)] = LastWords(door)
    done = crawl_board(store_url, faulty.gnuboard_url, "-a", "refresh=true")
    assert done.code == 3, done.log
    assert asked.count(POST.format(2)) == 4
    assert posts(store_url)["1"].status == "live"


def test_a_list_of_something_else_in_a_board_s_place_takes_none_of_its_numbers(
    faulty: FaultyBoards, store_url: str
) -> None:
    """Hosters show their notices there; with such a structure they would pass for a board."""
    assert crawl_board(store_url, faulty.gnuboard_url).code == 0
    notices = "".join(
        f"<tr><td>{n}</td><td><a href='/notice?no={n}'>서버 점검을 알려 드립니다 {n}</a></td><td>운영자</td>"
        f"<td>2026-03-{n:02d}</td><td>{n}</td></tr>"
        for n in range(12, 0, -1)
    )
    head = "<tr><th>번호</th><th>제목</th><th>글쓴이</th><th>날짜</th><th>조회</th></tr>"
    page = f"<html><body><h2>공지사항</h2><table>{head}{notices}</table></body></html>"
    faulty.faults["/bbs/board.php?bo_table=free"] = http(200, page, HTML)
    done = crawl_board(store_url, faulty.gnuboard_url)

    assert done.code == 1, done.log
    assert "was a gnuboard5 board, and no engine knows what it shows now" in done.said
    assert {row.engine for row in rows(store_url, board)} == {"gnuboard5"}
    assert {row.version for row in rows(store_url, post)} == {1}


class InFolder(SampleBoards):
    """Has its boards below ``/community``."""

    def respond(self, target: str) -> bytes:
        page = super().respond(target.removeprefix("/community")).partition(b"\r\n\r\n")[2]
        url = self.base_url.encode()
        return http(200, page.replace(url, url + b"/community"), HTML)


@pytest.mark.parametrize(("site", "folder"), [(SampleBoards, ""), (InFolder, "/community")])
def test_a_board_whose_host_or_folder_moved_for_good_keeps_its_posts(
    site: type[SampleBoards], folder: str, tmp_path: Path
) -> None:
    store_url = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    some = [sample_post("gnuboard", n) for n in range(1, 6)]
    with FaultyBoards(some) as old, site(some) as new:
        assert crawl_board(store_url, old.gnuboard_url).code == 0
        target = f"{folder}/bbs/board.php?bo_table=free"
        moved = http(301, "", f"Location: {new.base_url}{target}")
        old.faults["/bbs/board.php?bo_table=free"] = moved
        done = crawl_board(store_url, old.gnuboard_url)

    assert done.code == 0, done.log
    assert [each.url for each in rows(store_url, board)] == [new.base_url + target]
    assert last_stats(store_url)["post/unchanged"] == 5
    assert len(rows(store_url, post)) == 5
    # Whoever copies the store's file has all of it.
    assert [each.name for each in tmp_path.iterdir()] == ["store.sqlite3"]


def test_a_board_whose_host_sends_everybody_to_another_board_keeps_its_posts(
    store_url: str,
) -> None:
    """Whoever got hold of the old host must not hand its posts over to a board that has its numbers."""
    theirs = [sample_post("gnuboard", n, title=f"{n}번 문의") for n in range(1, 6)]
    with (
        FaultyBoards([sample_post("gnuboard", n) for n in range(1, 6)]) as old,
        SampleBoards(theirs) as other,
    ):
        assert crawl_board(store_url, old.gnuboard_url).code == 0
        moved = http(301, "", f"Location: {other.gnuboard_url}")
        old.faults["/bbs/board.php?bo_table=free"] = moved
        done = crawl_board(store_url, old.gnuboard_url)

    assert "shows other posts" in done.log
    assert last_stats(store_url)["board/other_posts"] == 1
    held = Counter(row.board_id for row in rows(store_url, post))
    assert sorted(held.values()) == [5, 5]
    assert all(row.enabled for row in rows(store_url, board))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (http(200, "<!doctype html><h1>회사 소개</h1>", HTML), "; it says: 회사 소개"),
        (http(500, "<h1>down</h1>", HTML), "answers HTTP 500"),
        (LastWords(b""), "the connection broke"),
    ],
)
def test_a_start_url_that_is_no_board_ends_the_run(
    fault: bytes, message: str, faulty: FaultyBoards, store_url: str
) -> None:
    faulty.faults["/bbs/board.php?bo_table=free"] = fault

    done = crawl_board(store_url, faulty.gnuboard_url)

    assert done.code == 1, done.log
    assert message in done.said
    assert faulty.gnuboard_url in done.said
    assert "Traceback" not in done.log


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (f"http://127.0.0.1:{free_port()}/bbs/board.php?bo_table=free", "refuses connections"),
        ("http://no-such-board.invalid/free", "cannot be resolved"),
    ],
    ids=["nobody listens", "no such name"],
)
def test_a_host_that_cannot_be_reached_ends_the_run(url: str, message: str, store_url: str) -> None:
    done = crawl_board(store_url, url)

    assert done.code == 1, done.log
    assert message in done.said
    assert "Traceback" not in done.log


def test_robots_txt_is_obeyed_at_the_start_and_for_each_post(store_url: str) -> None:
    some = [sample_post("rhymix", n) for n in range(1, 4)]
    with SampleBoards(some, robots="User-agent: pumgeul\nDisallow: /board/2\n") as served:
        done = crawl_board(store_url, served.rhymix_url)
        assert done.code == 3, done.log
        assert last_stats(store_url)["post/failed/robots"] == 1
        assert "/board/2" not in served.requests
    with SampleBoards(some, robots="User-agent: *\nDisallow: /\n") as served:
        done = crawl_board(store_url, served.rhymix_url)
        assert done.code == 1, done.log
        assert "its robots.txt does not allow it" in done.said
        assert served.requests == ["/robots.txt"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["board", "-a", "url=ftp://example.org/"], "argument url='ftp://example.org/'"),
        (["board", "-a", "ulr=http://example.org/"], "unknown argument ulr"),
        (["bored"], "no spider is called 'bored'; there are: archive, board, news"),
        (["board", "-a", "url=http://me:secret@board.example/"], "without user and password"),
        (
            ["board", "-sSTORE_BATCH=0"],
            "STORE_BATCH='0' is not allowed; it must be a whole number, 1 or more",
        ),
        (["board", "-sLOG_LEVEL=loud"], "the setting LOG_LEVEL='loud'"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_opened(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    store = tmp_path / "store.sqlite3"

    done = crawl(f"sqlite:///{store}", *arguments)

    assert done.code == 2, done.log
    assert message in done.log
    assert "Traceback" not in done.log
    assert "secret" not in done.log
    assert not store.exists()


def test_a_store_that_cannot_be_opened_stops_the_run_before_the_first_request(
    boards: SampleBoards, tmp_path: Path
) -> None:
    store = tmp_path / "store.sqlite3"
    store.write_bytes(b"this is no database at all " * 100)

    done = crawl_board(f"sqlite:///{store}", boards.gnuboard_url)

    assert done.code == 1, done.log
    assert "store.sqlite3" in done.said
    assert "Traceback" not in done.log
    assert boards.requests == []


def test_a_post_that_the_store_refuses_costs_no_other(boards: SampleBoards, store_url: str) -> None:
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
        connection.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON post WHEN NEW.native_id = '17' "
            "BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        )
    connection.close()

    done = crawl_board(store_url, boards.rhymix_url)

    assert done.code == 3, done.log
    assert "post 17 of " in done.log
    assert last_stats(store_url)["store/error"] == 1
    assert last_stats(store_url)["post/new"] == 19


@pytest.mark.parametrize(
    ("refused", "message", "code"),
    [
        ("INSERT ON run", "The store refuses begin_run", 1),
        ("UPDATE ON board", "The store refuses begin_board", 4),
    ],
)
def test_a_store_that_refuses_the_record_of_the_run_ends_it(
    refused: str, message: str, code: int, boards: SampleBoards, store_url: str
) -> None:
    with sqlite3.connect(store_url.removeprefix("sqlite:///")) as connection:
        connection.execute(
            f"CREATE TRIGGER refuse BEFORE {refused} BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    connection.close()

    done = crawl_board(store_url, boards.rhymix_url)

    assert done.code == code, done.log
    assert message in done.said
    assert "Traceback" not in done.log


class Slow(FaultyBoards):
    """Does something to the world when one post is asked for."""

    def respond(self, target: str) -> bytes:
        if target == POST.format(ACT_AT):
            self.act()
        return super().respond(target)

    def act(self) -> None:
        raise NotImplementedError


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_store_that_goes_away_ends_the_run(backend: str, request: pytest.FixtureRequest) -> None:
    if backend == "sqlite":
        url: str = request.getfixturevalue("sqlite_url")
    else:
        request.getfixturevalue("migrated_postgres_url")
        url = request.getfixturevalue("new_postgres_database")(MIGRATED)

    class Vandal(Slow):
        def act(self) -> None:
            if backend == "sqlite":
                for file in Path(url.removeprefix("sqlite:///")).parent.glob("store.sqlite3*"):
                    file.unlink()
            else:
                drop_database(request.getfixturevalue("postgres_url"), url)

    some = [sample_post("gnuboard", n) for n in range(1, 61)]
    with Vandal(some) as served:
        # Slow enough to leave something undone.
        done = crawl_board(url, served.gnuboard_url, DOWNLOAD_DELAY="0.1")
        asked = len(served.requests)

    assert done.code == 4, done.log
    assert "The store" in done.said
    assert "Traceback" not in done.log
    assert asked < len(some)


def drop_database(server_url: str, url: str) -> None:
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{make_url(url).database}"'))
    engine.dispose()


def test_a_signal_ends_the_crawl_in_order(store_url: str, tmp_path: Path) -> None:
    busy = threading.Event()

    class Announcer(Slow):
        def act(self) -> None:
            busy.set()

    with Announcer([sample_post("gnuboard", n) for n in range(1, 61)]) as served:
        running = subprocess.Popen(
            command(
                "board",
                "-a",
                f"url={served.gnuboard_url}",
                settings={"DOWNLOAD_DELAY": "0.1", "WARC_DIR": str(tmp_path / "warc")},
            ),
            cwd=ROOT,
            env=environment(store_url),
            stderr=subprocess.PIPE,
            text=True,
            # As without nohup.
            preexec_fn=partial(signal.signal, signal.SIGHUP, signal.SIG_DFL),  # noqa: PLW1509
        )
        assert busy.wait(30)
        running.send_signal(signal.SIGHUP)  # its terminal goes; SIGTERM comes below
        _, log = running.communicate(timeout=30)

    assert running.returncode == 128 + signal.SIGHUP, log
    assert "Traceback" not in log
    assert len(posts(store_url)) > 0
    (row,) = rows(store_url, run)
    assert (row.outcome, row.exit_code) == ("stopped", 128 + signal.SIGHUP)
    # List pages, too, are stored as they come.
    assert any("wr_id" not in each.url for each in rows(store_url, capture))


def test_a_feed_export_that_cannot_be_written_is_told_and_costs_no_post(
    faulty: FaultyBoards, store_url: str, tmp_path: Path
) -> None:
    done = crawl_board(store_url, faulty.gnuboard_url, "-O", f"{tmp_path}:csv")
    assert done.code == 3, done.log
    assert done.said.startswith("scrapy crawl: a feed export cannot be written: ")
    assert "Traceback" not in done.log
    assert len(posts(store_url)) == 12
    if Path("/dev/full").exists():
        full = crawl_board(
            store_url, faulty.gnuboard_url, "-a", "refresh=true", "-o", "/dev/full:csv"
        )
        assert (full.code, "Traceback" in full.log) == (3, False), full.log
        assert full.said.startswith("scrapy crawl: a feed export cannot be written: [Errno 28]")


def test_a_feed_export_whose_name_cannot_be_filled_in_is_told() -> None:
    crawler = get_crawler(settings_dict={"FEEDS": {"%(nope)s.jsonl": {"format": "jsonl"}}})
    crawler.spider = Spider("board")
    exports = FeedExports(crawler)
    exports.open_spider(crawler.spider)
    stats = crawler.stats.get_stats()
    assert stats["feedexport/failed_count/FileFeedStorage"] == 1
    assert "its name cannot be filled in: 'nope'" in stats["run/problem"]


class StopAtStart:
    """An extension: a signal arrives when the store is open and nothing was asked for."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        stopper = cls()
        crawler.signals.connect(stopper.spider_opened, signals.spider_opened)
        return stopper

    def spider_opened(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_signal_that_comes_before_the_first_request_is_told(
    boards: SampleBoards, store_url: str
) -> None:
    extensions = {**EXTENSIONS, "tests.crawl.test_failures.StopAtStart": 900}

    done = crawl_board(store_url, boards.gnuboard_url, EXTENSIONS=json.dumps(extensions))

    assert done.code == 128 + signal.SIGTERM, done.log
    assert boards.requests == []
    (row,) = rows(store_url, run)
    assert (row.outcome, row.exit_code) == ("stopped", 128 + signal.SIGTERM), done.log
