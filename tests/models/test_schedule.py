"""When scheduled crawls visit a board, and what the boards view says of its life."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from models import schema, views
from models.engine import reading
from models.records import IntervalLimits, NamedBoard, PostRecord, VerdictRecord
from models.relation import Status
from models.schedule import begin_crawl, due_boards, end_crawl, fail_crawl, is_due
from models.write import (
    Outcome,
    propose_board,
    replace_verdict,
    save_board,
    save_post,
    writing,
)

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LIMITS = IntervalLimits(least=3600, most=14 * 86400)
BOARD = "https://a.example/bbs/board.php?bo_table=free"
OTHER = "https://b.example/free"


def add_posts(store: Engine, url: str, times: list[datetime | None], seen: datetime) -> None:
    with writing(store) as conn:
        save_board(conn, url, "gnuboard5", None, seen)
        for number, at in enumerate(times, 1):
            save_post(conn, a_post(url, number, posted_at=at, fetched_at=seen), None, seen)


def a_post(url: str, number: int, **fields: Any) -> PostRecord:
    given = {"title": f"글 {number}", "body": f"본문 {number}"}
    return PostRecord(
        board_url=url, native_id=str(number), key=f"{url}#{number}", **{**given, **fields}
    )


def the_board(store: Engine, url: str = BOARD) -> Any:
    with reading(store) as conn:
        return conn.execute(select(views.boards).where(views.boards.c.url == url)).one()


def interval_after_a_crawl(store: Engine, times: list[datetime | None], seen: datetime) -> int:
    add_posts(store, BOARD, times, seen)
    with writing(store) as conn:
        end_crawl(conn, BOARD, NOW, LIMITS)
    return int(the_board(store).interval_seconds)


def test_boards_are_due_after_their_interval(store: Engine) -> None:
    with writing(store) as conn:
        save_board(conn, BOARD, "gnuboard5", None, NOW)
        save_board(conn, OTHER, "rhymix", None, NOW)
        assert due_boards(conn, NOW, LIMITS) == [BOARD, OTHER]
        end_crawl(conn, BOARD, NOW, LIMITS)
        end_crawl(conn, "https://nowhere.example/", NOW, LIMITS)
        assert due_boards(conn, NOW, LIMITS) == [OTHER]
        end_crawl(conn, OTHER, NOW - 3 * DAY, LIMITS)
        assert due_boards(conn, NOW + 14 * DAY, LIMITS) == [OTHER, BOARD]
        conn.execute(update(schema.board).where(schema.board.c.url == OTHER), {"enabled": False})
        assert due_boards(conn, NOW + 14 * DAY, LIMITS) == [BOARD]


def test_a_busy_board_is_visited_often(store: Engine) -> None:
    times: list[datetime | None] = [NOW - n * HOUR for n in range(1, 31)]
    # One post an hour: five are to be expected in five hours.
    assert interval_after_a_crawl(store, times, NOW) == 5 * 3600


def test_a_dead_board_is_visited_rarely(store: Engine) -> None:
    times: list[datetime | None] = [NOW - 400 * DAY, NOW - 401 * DAY]
    assert interval_after_a_crawl(store, times, NOW) == LIMITS.most


def test_a_flood_does_not_make_a_crawl_of_it_endless(store: Engine) -> None:
    times: list[datetime | None] = [NOW - timedelta(seconds=n) for n in range(40)]
    assert interval_after_a_crawl(store, times, NOW) == LIMITS.least


def test_an_empty_board_is_visited_rarely(store: Engine) -> None:
    assert interval_after_a_crawl(store, [], NOW) == LIMITS.most


def test_posts_dated_into_the_future_make_no_board_look_busy(store: Engine) -> None:
    seen = NOW - 100 * DAY
    honest = interval_after_a_crawl(store, [None, None], seen)
    with writing(store) as conn:
        for number in range(10, 12):
            late = a_post(BOARD, number, posted_at=NOW + 300 * DAY, fetched_at=seen)
            save_post(conn, late, None, seen)
        end_crawl(conn, BOARD, NOW, LIMITS)
    assert honest == the_board(store).interval_seconds == LIMITS.most


def test_an_interval_that_somebody_set_stays(store: Engine) -> None:
    add_posts(store, BOARD, [NOW], NOW)
    named = [NamedBoard(BOARD, 7200)]
    with writing(store) as conn:
        assert due_boards(conn, NOW, LIMITS, named) == [BOARD]
        end_crawl(conn, BOARD, NOW, LIMITS)
        assert due_boards(conn, NOW + 1.9 * HOUR, LIMITS, named) == []
        assert due_boards(conn, NOW + 2 * HOUR, LIMITS, named) == [BOARD]
    assert the_board(store).interval_seconds == 7200


def test_the_board_file_has_the_last_word(store: Engine) -> None:
    add_posts(store, BOARD, [NOW], NOW)
    new = "https://new.example/bbs/board.php?bo_table=qa"
    with writing(store) as conn:
        off = [
            NamedBoard(BOARD, enabled=False),
            NamedBoard(new),
            NamedBoard(new + "2", enabled=False),
        ]
        assert due_boards(conn, NOW, LIMITS, off) == [new]
        assert due_boards(conn, NOW, LIMITS, [NamedBoard(BOARD)]) == [BOARD]


def test_a_named_board_is_known_by_the_address_that_named_it(store: Engine) -> None:
    asked = BOARD + "&wr_id=17"
    with writing(store) as conn:
        save_board(conn, BOARD, "gnuboard5", None, NOW, asked_url=asked)
        end_crawl(conn, BOARD, NOW, LIMITS)
        assert due_boards(conn, NOW + HOUR, LIMITS, [NamedBoard(asked)]) == []
        fail_crawl(conn, asked, NOW)
    assert the_board(store).failures == 1


def test_a_failing_board_waits_twice_as_long_each_time(store: Engine) -> None:
    with writing(store) as conn:
        save_board(conn, BOARD, "gnuboard5", None, NOW)
        interval = conn.scalar(select(schema.board.c.interval_seconds))
        assert interval is not None
        for doubled in (2, 4, 8):
            fail_crawl(conn, BOARD, NOW)
            wait = timedelta(seconds=interval * doubled)
            assert due_boards(conn, NOW + wait - HOUR, LIMITS) == []
            assert due_boards(conn, NOW + wait, LIMITS) == [BOARD]
        for _ in range(60):
            fail_crawl(conn, BOARD, NOW)
        assert due_boards(conn, NOW + timedelta(seconds=LIMITS.most), LIMITS) == [BOARD]
        begin_crawl(conn, BOARD, NOW)
        end_crawl(conn, BOARD, NOW, LIMITS)
    assert (the_board(store).failures, the_board(store).last_tried_at) == (0, NOW)


def test_a_board_found_in_passing_is_proposed_and_not_crawled(store: Engine) -> None:
    page = "https://a.example/bbs/board.php?bo_table=free&wr_id=3"
    with writing(store) as conn:
        assert propose_board(conn, OTHER, "rhymix", page, NOW)
        assert not propose_board(conn, OTHER, "rhymix", page, NOW)
        assert not propose_board(conn, "https://c.example/" + "가" * 3000, None, page, NOW)
        assert due_boards(conn, NOW + 100 * DAY, LIMITS) == []
        save_board(conn, OTHER, "rhymix", None, NOW)
        assert due_boards(conn, NOW, LIMITS) == [OTHER]
    assert the_board(store, OTHER).found_on == page


def test_posts_that_go_and_come_back_are_seen_as_such(store: Engine) -> None:
    def seen(status: Status, at: datetime) -> Any:
        with writing(store) as conn:
            save_post(conn, a_post(BOARD, 1, status=status, fetched_at=at), None, at)
        with reading(store) as conn:
            return conn.execute(select(views.posts)).one()

    row = seen(Status.LIVE, NOW)
    assert (row.gone_at, row.returned_at) == (None, None)
    row = seen(Status.DELETED, NOW + DAY)
    assert (row.status, row.gone_at, row.body) == ("deleted", NOW + DAY, "본문 1")
    row = seen(Status.DELETED, NOW + 2 * DAY)
    assert row.gone_at == NOW + DAY
    row = seen(Status.LIVE, NOW + 3 * DAY)
    assert (row.status, row.gone_at, row.returned_at) == ("live", NOW + DAY, NOW + 3 * DAY)
    row = seen(Status.SECRET, NOW + 4 * DAY)
    assert (row.gone_at, row.returned_at, row.version) == (NOW + 4 * DAY, NOW + 3 * DAY, 4)


def test_a_page_that_cannot_be_read_hides_neither_an_end_nor_a_return(store: Engine) -> None:
    sights = [Status.LIVE, Status.UNREADABLE, Status.DELETED, Status.UNREADABLE, Status.LIVE]
    with writing(store) as conn:
        for day, status in enumerate(sights):
            at = NOW + day * DAY
            save_post(conn, a_post(BOARD, 1, status=status, fetched_at=at), None, at)
    with reading(store) as conn:
        row = conn.execute(select(views.posts)).one()
    assert (row.gone_at, row.returned_at) == (NOW + 2 * DAY, NOW + 4 * DAY)


def test_a_clock_that_was_wrong_holds_nothing_up(store: Engine) -> None:
    """A machine whose clock ran a year ahead for one crawl."""
    wrong = NOW + 365 * DAY
    add_posts(store, BOARD, [NOW], wrong)
    with writing(store) as conn:
        end_crawl(conn, BOARD, wrong, LIMITS)
        assert due_boards(conn, NOW, LIMITS) == [BOARD]
        assert is_due(conn, BOARD, NOW, LIMITS)
        edited = a_post(BOARD, 1, title="고친 제목", fetched_at=NOW)
        assert save_post(conn, edited, None, NOW).outcome is Outcome.CHANGED
        # An archive's old sight is still one.
        old = a_post(BOARD, 1, title="옛 제목", fetched_at=NOW - DAY)
        assert save_post(conn, old, None, NOW).outcome is Outcome.OLDER
    with reading(store) as conn:
        assert conn.execute(select(views.posts.c.fetched_at)).scalar_one() == NOW


def test_a_board_that_moved_keeps_its_posts(store: Engine) -> None:
    moved = "https://www.a.example/free"
    add_posts(store, BOARD, [NOW, NOW], NOW)
    with writing(store) as conn:
        # A page linked to the new address before a crawl came there.
        propose_board(conn, moved, "gnuboard5", OTHER, NOW)
        assert not propose_board(conn, "http://a.example/free", None, OTHER, NOW, [BOARD])
        save_board(conn, moved, "gnuboard5", None, NOW, others=["http://a.example/free", BOARD])
        end_crawl(conn, moved, NOW, LIMITS)
        # The board file has its old name.
        assert due_boards(conn, NOW, LIMITS, [NamedBoard(BOARD)]) == []
        post = a_post(moved, 1, fetched_at=NOW + HOUR)
        post.url = f"{moved}/1"
        assert save_post(conn, post, None, NOW + HOUR).outcome is Outcome.SEEN
    with reading(store) as conn:
        assert conn.execute(select(views.boards.c.url, views.boards.c.posts)).all() == [(moved, 2)]
        urls = conn.scalars(select(views.posts.c.post_url).order_by(views.posts.c.native_id))
        assert urls.all() == [f"{moved}/1", None]


@pytest.mark.parametrize(("lives", "median"), [([1], 1.0), ([1, 5, 9], 5.0), ([1, 2, 8, 50], 5.0)])
def test_the_life_of_spam_is_the_median_of_what_is_gone(
    store: Engine, lives: list[int], median: float
) -> None:
    spam = VerdictRecord(is_spam=True, reasons=(), copies=1, title_from_body=False, lures=())
    with writing(store) as conn:
        for number, hours in enumerate([*lives, None], 1):
            record = a_post(BOARD, number, posted_at=NOW, fetched_at=NOW)
            saved = save_post(conn, record, None, NOW)
            replace_verdict(conn, saved.post_id, [], spam, None, NOW)
            if hours is not None:
                record.status, record.fetched_at = Status.DELETED, NOW + hours * HOUR
                save_post(conn, record, None, NOW)
    board = the_board(store)
    assert (board.spam, board.spam_gone, board.spam_life_hours) == (
        len(lives) + 1,
        len(lives),
        median,
    )
