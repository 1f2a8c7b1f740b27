"""Whole crawls of well-behaved boards."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from crawler.sample_board import SampleBoards, SampleComment
from models.schema import board, comment, post_version, run
from tests.crawl.conftest import FIRST_DAY, sample_post
from tests.crawl.running import counts, crawl, crawl_board, last_stats, posts, rows

GNUBOARD = "/bbs/board.php?bo_table=free"
ALL = range(1, 21)


def addresses(served: SampleBoards, kind: str) -> tuple[list[str], dict[str, int]]:
    """Return the pages of the list that were asked for, in order, and the posts, counted."""
    lists: list[str] = []
    asked: dict[str, int] = {}
    for target in served.requests:
        if target == "/robots.txt":
            continue
        start = f"{GNUBOARD}&wr_id=" if kind == "gnuboard" else "/board/"
        if target.startswith(start):
            number = target.removeprefix(start)
            asked[number] = asked.get(number, 0) + 1
        else:
            lists.append(target)
    return lists, asked


LISTS = {
    "gnuboard": [GNUBOARD, f"{GNUBOARD}&page=2", f"{GNUBOARD}&page=3"],
    "rhymix": ["/board", "/board?page=2", "/board?page=3"],
}


@pytest.mark.parametrize("kind", ["gnuboard", "rhymix"])
def test_a_board_is_crawled_from_its_list_each_page_once(
    kind: str, boards: SampleBoards, store_url: str
) -> None:
    url = boards.gnuboard_url if kind == "gnuboard" else boards.rhymix_url

    done = crawl_board(store_url, url)

    assert done.code == 0, done.log
    assert addresses(boards, kind) == (LISTS[kind], {str(n): 1 for n in ALL})
    stored = posts(store_url)
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
    assert [(row.text, row.depth) for row in rows(store_url, comment)] == [
        ("첫 의견입니다.", 0),
        ("대댓글입니다.", 1),
    ]
    stats = last_stats(store_url)
    assert counts(stats, "post/", "board/", "list/") == {
        "board/crawled": 1,
        "board/started": 1,
        "list/pages": 3,
        "post/new": 20,
        "post/status/deleted": 1,
        "post/status/live": 18,
        "post/status/secret": 1,
    }
    (row,) = rows(store_url, run)
    assert (row.command, row.arguments, row.outcome, row.exit_code) == (
        "crawl board",
        {"url": url},
        "done",
        0,
    )
    assert row.finished_at is not None
    assert [row.last_crawled_at is not None for row in rows(store_url, board)] == [True]


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
    boards.requests[:] = others
    # The start page is the post's page: it is not asked for under its own address again.
    assert addresses(boards, kind) == (LISTS[kind], {str(n): 1 for n in ALL if n != 7})
    assert sorted(posts(store_url), key=int) == [str(n) for n in ALL]
    assert posts(store_url)["7"].body.startswith("본문 7의 첫 줄입니다.")


@pytest.mark.parametrize("kind", ["gnuboard", "rhymix"])
def test_a_second_crawl_fetches_lists_and_what_is_new_or_changed(
    kind: str, boards: SampleBoards, store_url: str
) -> None:
    url = boards.gnuboard_url if kind == "gnuboard" else boards.rhymix_url
    crawl_board(store_url, url)

    boards.requests.clear()
    assert crawl_board(store_url, url).code == 0
    assert addresses(boards, kind) == (LISTS[kind], {})
    assert counts(last_stats(store_url), "post/") == {"post/unchanged": 20}

    boards.put(sample_post(kind, 8, title="고친 제목", html="<p>고친 본문</p>"))
    boards.put(sample_post(kind, 9, comments=(SampleComment("다온", FIRST_DAY, "새 댓글"),)))
    boards.put(sample_post(kind, 10, hits=9_999))
    boards.put(sample_post(kind, 21))
    boards.remove(kind, 11)
    boards.requests.clear()
    assert crawl_board(store_url, url).code == 0
    assert addresses(boards, kind)[1] == {"8": 1, "9": 1, "21": 1, "11": 1}
    assert counts(last_stats(store_url), "post/") == {
        "post/changed": 3,
        "post/new": 1,
        "post/status/deleted": 1,
        "post/status/live": 3,
        "post/unchanged": 17,
        "post/vanished": 1,
    }
    stored = posts(store_url)
    assert stored["8"].body == "고친 본문"
    assert stored["8"].version == 2
    assert stored["9"].comment_count == 1
    assert stored["11"].status == "deleted"
    assert stored["11"].body.startswith("본문 11의 첫 줄입니다.")
    old = [row for row in rows(store_url, post_version) if row.post_id == stored["8"].id]
    assert [row.body for row in old] == ["본문 8의 첫 줄입니다.\n둘째 줄에는 다른 말을 적습니다."]

    boards.requests.clear()
    assert crawl_board(store_url, url).code == 0
    assert addresses(boards, kind)[1] == {}


def test_refresh_fetches_unchanged_posts_too(boards: SampleBoards, store_url: str) -> None:
    crawl_board(store_url, boards.gnuboard_url)
    boards.requests.clear()

    done = crawl_board(store_url, boards.gnuboard_url, "-a", "refresh=true")

    assert done.code == 0, done.log
    assert addresses(boards, "gnuboard")[1] == {str(n): 1 for n in ALL}
    assert last_stats(store_url)["post/seen"] == 20
    assert {row.version for row in posts(store_url).values()} == {1}


def test_since_ends_with_the_last_page_that_has_a_newer_post(
    boards: SampleBoards, store_url: str
) -> None:
    # Page 1 has 20 down to 6; notice 6 is older than the day and does not count.
    done = crawl_board(store_url, boards.rhymix_url, "-a", "since=2026-03-15", "-a", "_job=1")

    assert done.code == 0, done.log
    assert addresses(boards, "rhymix") == (
        ["/board", "/board?page=2"],
        {str(n): 1 for n in range(15, 21)},
    )
    assert last_stats(store_url)["post/older"] == 14


def test_max_pages_ends_paging_and_says_nothing_of_what_it_did_not_see(
    boards: SampleBoards, store_url: str
) -> None:
    crawl_board(store_url, boards.gnuboard_url)
    boards.requests.clear()

    done = crawl_board(store_url, boards.gnuboard_url, "-a", "max_pages=1")

    assert done.code == 0, done.log
    assert addresses(boards, "gnuboard") == ([GNUBOARD], {})


def test_without_a_url_the_boards_that_are_due_are_crawled(
    boards: SampleBoards, store_url: str
) -> None:
    for url in (boards.gnuboard_url, boards.rhymix_url):
        crawl_board(store_url, url, "-a", "max_pages=1")
    boards.requests.clear()

    assert crawl(store_url, "board").code == 0
    assert [target for target in boards.requests if "page" in target] == []
    make_due(store_url)
    done = crawl(store_url, "board")

    assert done.code == 0, done.log
    assert set(LISTS["gnuboard"] + LISTS["rhymix"]) <= set(boards.requests)


def make_due(store_url: str) -> None:
    from sqlalchemy import create_engine, update

    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(update(board).values(last_crawled_at=None))
    engine.dispose()
