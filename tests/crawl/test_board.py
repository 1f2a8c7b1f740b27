"""Whole crawls of well-behaved boards."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, update

from crawler.sample_board import SampleBoards, SampleComment, _Board
from models.relation import Status
from models.schema import board, comment, post, post_version, run
from tests.crawl.conftest import FIRST_DAY, Crawled, sample_post
from tests.crawl.running import counts, crawl, crawl_board, last_stats, posts, rows
from tests.serving import Site, answer

GNUBOARD = "/bbs/board.php?bo_table=free"
ALL = range(1, 21)
ENGINES = {"gnuboard": "gnuboard5", "rhymix": "rhymix"}
LISTS = {
    "gnuboard": [GNUBOARD, f"{GNUBOARD}&page=2", f"{GNUBOARD}&page=3"],
    "rhymix": ["/board", "/board?page=2", "/board?page=3"],
}


FEEDS = {"/bbs/rss.php?bo_table=free", "/board/rss"}
"""Where the engines ask for feeds, which the sample boards have not."""

_SAYS = "<html><body><h1>서비스 점검 중입니다</h1></body></html>".encode()
MAINTENANCE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(_SAYS), _SAYS)


def addresses(requests: list[str], kind: str) -> tuple[list[str], dict[str, int]]:
    """Return the pages of the list that were asked for, in order, and the posts, counted."""
    lists: list[str] = []
    asked: dict[str, int] = {}
    for target in requests:
        if target == "/robots.txt" or target in FEEDS:
            continue
        start = f"{GNUBOARD}&wr_id=" if kind == "gnuboard" else "/board/"
        if target.startswith(start):
            number = target.removeprefix(start)
            asked[number] = asked.get(number, 0) + 1
        else:
            lists.append(target)
    return lists, asked


def test_a_quiet_crawl_that_went_well_says_nothing(tmp_path: Path) -> None:
    """Cron mails whatever is printed: with LOG_LEVEL=WARNING that is what went wrong."""
    with SampleBoards([sample_post("gnuboard", 1)]) as boards:
        store_url = f"sqlite:///{tmp_path}/store.sqlite3"
        done = crawl_board(store_url, boards.gnuboard_url, LOG_LEVEL="WARNING")
    assert (done.code, done.log) == (0, "")


@pytest.mark.parametrize("kind", ["gnuboard", "rhymix"])
def test_a_board_is_crawled_from_its_list_each_page_once(kind: str, crawled: Crawled) -> None:
    assert crawled.crawls[kind].code == 0, crawled.crawls[kind].log
    assert addresses(crawled.requests[kind], kind) == (LISTS[kind], {str(n): 1 for n in ALL})
    stored = posts(crawled.store_url, ENGINES[kind])
    assert sorted(stored, key=int) == [str(n) for n in ALL]
    assert stored["1"].body == "본문 1의 첫 줄입니다.\n둘째 줄에는 다른 말을 적습니다."
    assert stored["1"].title == "1번째 글입니다"
    assert stored["1"].author == "홍길동"
    assert stored["1"].posted_at == datetime(2026, 3, 1, 0, 30, tzinfo=UTC)
    assert stored["6"].files == ["회의록.txt"]
    assert {n: row.status for n, row in stored.items() if row.status != "live"} == {
        "3": "secret",
        "4": "deleted",
    }
    assert not stored["3"].body
    assert not stored["4"].body
    comments = [r for r in rows(crawled.store_url, comment) if r.post_id == stored["5"].id]
    assert [(r.text, r.depth) for r in comments] == [("첫 의견입니다.", 0), ("대댓글입니다.", 1)]
    number = list(LISTS).index(kind)
    row = rows(crawled.store_url, run)[number]
    assert counts(row.stats, "post/", "board/", "list/") == {
        "board/asked": 1,
        "board/crawled": 1,
        "board/started": 1,
        "list/pages": 3,
        "post/new": 20,
        "post/status/deleted": 1,
        "post/status/live": 18,
        "post/status/secret": 1,
    }
    assert (row.command, row.arguments, row.outcome, row.exit_code) == (
        "crawl board",
        {"url": crawled.url(kind)},
        "done",
        0,
    )
    assert row.finished_at is not None
    assert rows(crawled.store_url, board)[number].last_crawled_at is not None


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (
            "gnuboard",
            f"{GNUBOARD}&wr_id=7&page=2&sfl=wr_name,1&stx={quote('홍')}&sst=wr_hit&sod=desc#c_1",
        ),
        ("rhymix", "/board/7?page=2&sort_index=readed_count&order_type=desc"),
    ],
)
def test_a_board_is_crawled_from_any_address_of_a_post(
    kind: str, address: str, boards: SampleBoards, store_url: str
) -> None:
    done = crawl_board(store_url, boards.base_url + address)

    assert done.code == 0, done.log
    start, *others = boards.requests[1:]
    assert start == address.partition("#")[0]
    # The start page is the post's page: it is not asked for under its own address again.
    assert addresses(others, kind) == (LISTS[kind], {str(n): 1 for n in ALL if n != 7})
    assert sorted(posts(store_url), key=int) == [str(n) for n in ALL]
    assert posts(store_url)["7"].body.startswith("본문 7의 첫 줄입니다.")


def test_a_second_crawl_of_the_same_fetches_list_pages_only(again: Crawled) -> None:
    done = crawl_board(again.store_url, again.url("gnuboard"))

    assert done.code == 0, done.log
    assert addresses(again.boards.requests, "gnuboard") == (LISTS["gnuboard"], {})
    assert counts(last_stats(again.store_url), "post/") == {"post/unchanged": 20}


@pytest.mark.parametrize("kind", ["gnuboard", "rhymix"])
def test_a_second_crawl_fetches_what_is_new_changed_or_gone(
    kind: str, again: Crawled, monkeypatch: pytest.MonkeyPatch
) -> None:
    served, store_url = again.boards, again.store_url
    whole = served.respond

    def closed(target: str) -> bytes:
        return MAINTENANCE if target.endswith("&wr_id=13") else whole(target)

    served.put(sample_post(kind, 8, title="고친 제목", html="<p>고친 본문</p>"))
    served.put(sample_post(kind, 9, comments=(SampleComment("다온", FIRST_DAY, "새 댓글"),)))
    served.put(sample_post(kind, 10, hits=9_999))
    served.put(sample_post(kind, 12, title="이제는 비밀", status="secret"))
    served.put(sample_post(kind, 21))
    served.remove(kind, 11)

    done = crawl_board(store_url, again.url(kind))

    assert done.code == 0, done.log
    asked = ["8", "9", "11", "12", "21"]
    assert addresses(served.requests, kind) == (LISTS[kind], dict.fromkeys(asked, 1))
    assert counts(last_stats(store_url), "post/") == {
        "post/changed": 4,
        "post/new": 1,
        "post/status/deleted": 1,
        "post/status/live": 3,
        "post/status/secret": 1,
        "post/unchanged": 16,
        "post/vanished": 1,
    }
    stored = posts(store_url, ENGINES[kind])
    assert (stored["8"].title, stored["8"].body) == ("고친 제목", "고친 본문")
    assert stored["9"].comment_count == 1
    # What was read before the board hid it stays.
    assert (stored["11"].status, stored["12"].status) == ("deleted", "secret")
    assert stored["11"].body.startswith("본문 11의 첫 줄입니다.")
    assert stored["12"].body.startswith("본문 12의 첫 줄입니다.")
    old = [r for r in rows(store_url, post_version) if r.post_id == stored["8"].id]
    assert [r.body for r in old] == ["본문 8의 첫 줄입니다.\n둘째 줄에는 다른 말을 적습니다."]

    if kind == "gnuboard":
        # Another one goes while the server shows something else in its place: it is asked for again.
        served.remove(kind, 13)
        for respond, code, status in ((closed, 3, "unreadable"), (whole, 0, "deleted")):
            served.requests.clear()
            monkeypatch.setattr(served, "respond", respond)
            assert crawl_board(store_url, again.url(kind)).code == code
            # Beside one that the list shows: other posts' addresses must answer, too.
            assert addresses(served.requests, kind)[1] == {"6": 1, "13": 1}
            assert posts(store_url, ENGINES[kind])["13"].status == status
        # After a week: what is listed, and by its page secret or deleted.
        engine = create_engine(store_url)
        with engine.begin() as connection:
            weeks = timedelta(days=8)
            seen = {
                "first_seen_at": datetime.now(UTC) - weeks,
                "fetched_at": datetime.now(UTC) - weeks,
            }
            connection.execute(update(post).values(seen))
        engine.dispose()
        served.requests.clear()
        served.put(sample_post(kind, 3))
        assert crawl_board(store_url, again.url(kind)).code == 0
        assert addresses(served.requests, kind)[1] == {"3": 1, "4": 1, "12": 1}
        assert posts(store_url, ENGINES[kind])["3"].status == "live"


def test_not_found_is_believed_of_no_post_where_none_is_found(
    again: Crawled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that lost its rules for addresses: the list's first page is all that is left."""
    whole = again.boards.respond

    def respond(target: str) -> bytes:
        if target in {LISTS["rhymix"][0], "/robots.txt"}:
            return whole(target)
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nNot Found"

    monkeypatch.setattr(again.boards, "respond", respond)
    done = crawl_board(again.store_url, again.url("rhymix"))

    assert done.code == 3, done.log
    # Posts 1 to 3 of page 2, and one of page 1 before them.
    assert counts(last_stats(again.store_url), "post/failed/") == {"post/failed/http_404": 4}
    assert counts(last_stats(again.store_url), "post/status/") == {}
    assert {
        n for n, row in posts(again.store_url, "rhymix").items() if row.status == "deleted"
    } == {"4"}


def test_that_a_listed_post_is_gone_is_believed_where_others_are_there_and_asked_again(
    again: Crawled, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, url, gone = again.boards.respond, again.url("gnuboard"), {str(n) for n in ALL}
    shut: set[str] = set()

    def respond(target: str) -> bytes:
        number = target.removeprefix(f"{GNUBOARD}&wr_id=")
        if number in shut:
            return b"HTTP/1.1 302 Found\r\nLocation: /bbs/login.php\r\nContent-Length: 0\r\n\r\n"
        return whole(f"{GNUBOARD}&wr_id=999") if number in gone else whole(target)

    def deleted() -> set[str]:
        stored = posts(again.store_url, "gnuboard5")
        return {n for n, row in stored.items() if row.status == "deleted"}

    monkeypatch.setattr(again.boards, "respond", respond)
    # A database without its posts: the list comes from a cache.
    done = crawl_board(again.store_url, url, "-a", "refresh=true")
    assert done.code == 3, done.log
    assert counts(last_stats(again.store_url), "post/failed/") == {"post/failed/still_listed": 18}
    assert len(deleted()) == 2  # 4 was; one may be the only one that the list still shows

    gone.intersection_update({"8"})
    for number in (7, 8, 9):
        again.boards.put(sample_post("gnuboard", number, title=f"고친 제목 {number}"))
    assert crawl_board(again.store_url, url).code == 0
    assert deleted() == {"4", "8"}

    gone.clear()
    shut.add("10")
    again.boards.put(sample_post("gnuboard", 10, title="고친 제목 10"))
    again.boards.requests.clear()
    assert crawl_board(again.store_url, url).code == 0
    assert addresses(again.boards.requests, "gnuboard")[1] == {"8": 1, "10": 1}
    assert deleted() == {"4"}

    # So is one that a guard shut for an hour.
    assert posts(again.store_url, "gnuboard5")["10"].status == "denied"
    shut.clear()
    assert crawl_board(again.store_url, url).code == 0
    assert posts(again.store_url, "gnuboard5")["10"].title == "고친 제목 10"


def test_a_page_full_of_new_posts_is_no_end_of_the_list(tmp_path: Path) -> None:
    """They push the known ones on: the next page is the one before."""

    class Busy(SampleBoards):
        def respond(self, target: str) -> bytes:
            if target.endswith("page=2") and len(self.requests) > 40:
                for number in range(34, 49):
                    self.put(sample_post("gnuboard", number))
            return super().respond(target)

    store_url = f"sqlite:///{tmp_path}/store.sqlite3"
    with Busy([sample_post("gnuboard", n) for n in range(1, 34)]) as boards:
        assert crawl_board(store_url, boards.gnuboard_url).code == 0
        before = len(boards.requests)
        assert crawl_board(store_url, boards.gnuboard_url).code == 0
    lists, asked = addresses(boards.requests[before:], "gnuboard")
    assert lists == [GNUBOARD, *(f"{GNUBOARD}&page={n}" for n in range(2, 6))]
    assert asked == {}


def test_refresh_fetches_unchanged_posts_too(again: Crawled) -> None:
    done = crawl_board(again.store_url, again.url("gnuboard"), "-a", "refresh=true")

    assert done.code == 0, done.log
    assert addresses(again.boards.requests, "gnuboard")[1] == {str(n): 1 for n in ALL}
    assert last_stats(again.store_url)["post/seen"] == 20
    assert {row.version for row in posts(again.store_url, "gnuboard5").values()} == {1}


def test_since_ends_with_the_last_page_that_has_a_newer_post(
    boards: SampleBoards, store_url: str
) -> None:
    # Page 1 has 20 down to 6; notice 6 is older than the day and does not count.
    done = crawl_board(store_url, boards.rhymix_url, "-a", "since=2026-03-15", "-a", "_job=1")

    assert done.code == 0, done.log
    assert addresses(boards.requests, "rhymix") == (
        ["/board", "/board?page=2"],
        {str(n): 1 for n in range(15, 21)},
    )
    assert last_stats(store_url)["post/older"] == 14


def test_since_reads_a_list_that_begins_with_its_oldest_posts_to_its_end(
    boards: SampleBoards, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest_first = _Board.rows
    turned = {1: 2, 2: 1}
    monkeypatch.setattr(_Board, "rows", lambda own, n: newest_first(own, turned.get(n, n))[::-1])
    done = crawl_board(store_url, boards.rhymix_url, "-a", "since=2026-03-15")

    assert done.code == 0, done.log
    assert sorted(posts(store_url), key=int) == [str(n) for n in range(15, 21)]


def test_max_pages_ends_paging_and_says_nothing_of_what_it_did_not_see(again: Crawled) -> None:
    done = crawl_board(again.store_url, again.url("gnuboard"), "-a", "max_pages=1")

    assert done.code == 0, done.log
    assert addresses(again.boards.requests, "gnuboard") == ([GNUBOARD], {})


def test_without_a_url_the_boards_that_are_due_are_crawled(again: Crawled) -> None:
    assert crawl(again.store_url, "board").code == 0
    assert again.boards.requests == []

    engine = create_engine(again.store_url)
    with engine.begin() as connection:
        connection.execute(update(board).values(last_crawled_at=None))
    engine.dispose()
    done = crawl(again.store_url, "board")

    assert done.code == 0, done.log
    assert again.boards.requests.count("/robots.txt") == 1
    assert sorted(again.boards.requests[1:]) == sorted(
        [*LISTS["gnuboard"], *LISTS["rhymix"], *FEEDS]
    )


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as served:
        yield served


def test_a_post_named_by_its_title_s_words_that_is_gone_is_stored_as_such(
    site: Site, sqlite_url: str
) -> None:
    head = (
        f'<script>var g5_url = "{site.url}"; var g5_bbs_url = "{site.url}/bbs";'
        ' var g5_bo_table = "talk";</script>'
    )
    words = {n: f"word-{n}" for n in range(1, 6)}

    def list_of(numbers: list[int]) -> bytes:
        rows = "".join(
            f"<li><a href='{site.url}/talk/{words[n]}/'>이야기 {n}</a> <i>2026-03-0{n}</i></li>"
            for n in numbers
        )
        return answer(f"{head}<form name='fboardlist'><ul>{rows}</ul></form>")

    def shown(n: int, title: str) -> bytes:
        return answer(
            f"<title>{title} > 수다방 | 마을</title>{head}<article id='bo_v'>"
            f"<h2 id='bo_v_title'>{title}</h2><div id='bo_v_con'>약수터까지 {n}번 걸었다.</div>"
            f"<a href='{site.url}/bbs/password.php?w=u&bo_table=talk&wr_id={n}'>수정</a></article>"
        )

    site.answers = {f"/talk/{words[n]}/": shown(n, f"이야기 {n}") for n in words}
    site.answers["/talk"] = list_of([5, 4, 3, 2, 1])
    site.answers["/talk?page=2"] = list_of([])
    assert crawl_board(sqlite_url, f"{site.url}/talk").code == 0

    # 2 is deleted; the words of 4 follow its new title.
    words[4] = "word-new"
    site.answers["/talk"] = list_of([5, 4, 3, 1])
    site.answers["/talk/word-new/"] = site.answers["/talk/4"] = shown(4, "고친 이야기")
    site.answers["/talk/2"] = answer(
        f"{head}<script>alert('글이 존재하지 않습니다.'); location.replace('/');</script>"
    )
    site.asked.clear()
    assert crawl_board(sqlite_url, f"{site.url}/talk").code == 0
    stored = posts(sqlite_url)
    assert {n: row.status for n, row in stored.items()} == {
        n: Status.DELETED if n == "2" else Status.LIVE for n in ("1", "2", "3", "4", "5")
    }
    assert stored["4"].title == "고친 이야기"
    assert not {"/talk/1", "/talk/word-1/", "/talk/3", "/talk/word-3/"} & set(site.targets)
