"""When a scheduled crawl visits a board: often while it is active, rarely once it is dead.

A board's interval follows its posts: it is visited when `POSTS_A_VISIT` new ones are to be
expected.  An interval that somebody set stays.  A board that fails waits twice as long each
time.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, or_, select, update

from models.records import IntervalLimits, NamedBoard
from models.schema import board, post

POSTS_A_VISIT = 5
"""New posts that are worth a visit."""
LOOKED_AT = 20
"""Newest posts that tell how active a board is."""
MOST_DOUBLINGS = 16
"""How often the wait for a failing board is doubled, at most."""


def due_boards(
    conn: Connection, now: datetime, limits: IntervalLimits, named: Sequence[NamedBoard] = ()
) -> list[str]:
    """Return the addresses of the boards whose time has come, the longest waiting first.

    Those are the enabled boards of the store and of *named*, which is the stronger word.
    A named board that no crawl has reached yet comes first.
    """
    new = [each.url for each in named if not _apply(conn, each) and each.enabled]
    rows = conn.execute(
        select(
            board.c.url,
            board.c.interval_seconds,
            board.c.last_crawled_at,
            board.c.last_tried_at,
            board.c.failures,
        )
        .where(board.c.enabled)
        .order_by(
            case((board.c.last_crawled_at.is_(None), 0), else_=1),
            board.c.last_crawled_at,
            board.c.id,
        )
    )
    return new + [
        url
        for url, interval, crawled_at, tried_at, failures in rows
        if _is_due(interval, crawled_at, tried_at, failures, now, limits)
    ]


def _apply(conn: Connection, named: NamedBoard) -> bool:
    """Give a board what the file says of it; tell whether the store has it."""
    values: dict[str, object] = {"enabled": named.enabled}
    if named.interval_seconds is not None:
        values |= {"interval_seconds": named.interval_seconds, "is_interval_fixed": True}
    where = or_(board.c.url == named.url, board.c.asked_url == named.url)
    found = conn.execute(select(board.c.id, *(board.c[name] for name in values)).where(where)).all()
    for row in found:
        if any(row._mapping[name] != value for name, value in values.items()):
            conn.execute(update(board).where(board.c.id == row.id), values)
    return bool(found)


def _is_due(
    interval: int,
    crawled_at: datetime | None,
    tried_at: datetime | None,
    failures: int,
    now: datetime,
    limits: IntervalLimits,
) -> bool:
    if failures and tried_at is not None:
        longest = max(interval, limits.most)
        wait = min(interval * 2 ** min(failures, MOST_DOUBLINGS), longest)
        return not tried_at <= now < tried_at + timedelta(seconds=wait)
    # A time that is still to come was a wrong clock's.
    return crawled_at is None or not crawled_at <= now < crawled_at + timedelta(seconds=interval)


def is_due(conn: Connection, url: str, now: datetime, limits: IntervalLimits) -> bool:
    """Tell whether a board's time has come; that of one which is not known always has."""
    found = conn.execute(
        select(
            board.c.interval_seconds,
            board.c.last_crawled_at,
            board.c.last_tried_at,
            board.c.failures,
        ).where(board.c.url == url)
    ).first()
    return found is None or _is_due(*found, now, limits)


def begin_crawl(conn: Connection, url: str, now: datetime) -> None:
    """Store that a crawl of a board begins."""
    conn.execute(update(board).where(board.c.url == url), {"last_tried_at": now})


def fail_crawl(conn: Connection, url: str, now: datetime) -> None:
    """Store that a crawl of a board failed; *url* is its own or the one that it was named by."""
    conn.execute(
        update(board)
        .where(or_(board.c.url == url, board.c.asked_url == url))
        .values(last_tried_at=now, failures=board.c.failures + 1)
    )


def end_crawl(conn: Connection, url: str, now: datetime, limits: IntervalLimits) -> None:
    """Store that a crawl walked a board to its end, and when the next one shall come."""
    found = conn.execute(
        select(board.c.id, board.c.is_interval_fixed).where(board.c.url == url)
    ).first()
    if found is None:
        return
    values: dict[str, object] = {"last_crawled_at": now, "failures": 0}
    if not found.is_interval_fixed:
        values["interval_seconds"] = _interval(conn, found.id, now, limits)
    conn.execute(update(board).where(board.c.id == found.id), values)


def _interval(conn: Connection, board_id: int, now: datetime, limits: IntervalLimits) -> int:
    """Return the seconds in which `POSTS_A_VISIT` posts are to be expected.

    From the mean gap between the newest posts, today among them: a board that has fallen
    silent is seen to be so.  A time that a page gives counts no later than our first sight
    of the post, so that posts dated into the future make no board look busy.
    """
    first_sight = post.c.first_seen_at
    at = case((post.c.posted_at < first_sight, post.c.posted_at), else_=first_sight)
    times = conn.scalars(
        select(at).where(post.c.board_id == board_id).order_by(at.desc()).limit(LOOKED_AT)
    ).all()
    if not times:
        return limits.most
    oldest: datetime = min(times)
    gap = (now - oldest).total_seconds() / len(times)
    return round(min(max(POSTS_A_VISIT * gap, limits.least), limits.most))
