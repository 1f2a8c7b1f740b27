"""The store's one writer of a crawl: what the store stage has its worker do.

Only this process holds the matcher and a connection, so posts are matched and
written one after the other, however many the crawl has in flight.  Each function that the
stage calls is one transaction, which is begun anew where the server breaks it off.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

import models.news
import models.write
from crawler.boards import find_engine_by_name, other_addresses
from crawler.items import ArticleItem, PostItem
from models.engine import is_store_gone, open_store
from models.errors import StoreError, StoreUnreachable
from models.news import due_sources
from models.people import Pseudonyms
from models.queries import engine_of, seen_posts
from models.records import (
    CaptureRecord,
    IntervalLimits,
    KnownArticle,
    NamedBoard,
    SourceState,
)
from models.relation import Status
from models.schedule import begin_crawl, due_boards, end_crawl, fail_crawl, is_due
from models.write import (
    RETRY_WAITS,
    Outcome,
    finish_run,
    get_store_info,
    propose_board,
    save_board,
    save_capture,
    set_store_info,
    start_run,
    store_pseudonyms,
    transact,
)
from pipelines.answers import Failed, KnownPost, NotOpen, Saved
from pipelines.match import Matcher

SAME_POSTS = 3
"""Posts that a list must show as they are known, where so many are."""


@dataclass(slots=True)
class _Open:
    engine: Engine
    matcher: Matcher
    is_lost: bool = False
    """It was waited for in vain: what the crawl still asks of it is tried once."""


RecordT = TypeVar("RecordT")
ResultT = TypeVar("ResultT")
P = ParamSpec("P")

_open: _Open | None = None


def _store() -> _Open:
    if _open is None:
        raise NotOpen("the store is not open in this process")
    return _open


def _transaction(
    work: Callable[Concatenate[Connection, P], ResultT],
) -> Callable[P, ResultT]:
    """Give a function the connection of a write transaction of its own, as its first argument."""

    @wraps(work)
    def transacted(*args: P.args, **kwargs: P.kwargs) -> ResultT:
        store = _store()
        try:
            return transact(
                store.engine,
                lambda connection: work(connection, *args, **kwargs),
                # What is rolled back gives its ids to others.
                store.matcher.forget,
                waits=() if store.is_lost else RETRY_WAITS,
            )
        except StoreUnreachable:
            store.is_lost = True
            raise

    return transacted


def open_writer(url: str) -> None:
    """Open the store for this process.

    Raises:
        StoreError: it cannot be opened, or is not of this schema or recipe.
    """
    global _open  # noqa: PLW0603 - the process is the writer, and has one store
    _open = _Open(open_store(url, Matcher.recipe()), Matcher())


def close_writer() -> None:
    """Close the store; the last to do so has SQLite put everything into the one file.

    People copy that file, and not the log of writes beside it.
    """
    global _open  # noqa: PLW0603 - see open_writer
    if _open is not None:
        _open.engine.dispose()
        _open = None


@_transaction
def begin_run(connection: Connection, command: str, arguments: dict[str, Any]) -> int:
    """Write the row of a run that starts now; return its id."""
    return start_run(connection, command, arguments, _now())


@_transaction
def end_run(
    connection: Connection, run_id: int, outcome: str, exit_code: int, stats: dict[str, Any]
) -> None:
    """Complete the row of a run, and find the campaigns that its posts belong to."""
    stats = {**stats, **_store().matcher.counts}
    _store().matcher.find_campaigns(connection, _now())
    finish_run(connection, run_id, outcome, exit_code, stats, _now())


@_transaction
def boards_due(
    connection: Connection, limits: IntervalLimits, named: list[NamedBoard]
) -> list[str]:
    """Return the addresses of the boards whose time has come; see `models.schedule`."""
    return due_boards(connection, _now(), limits, named)


@_transaction
def engine_of_board(connection: Connection, urls: list[str]) -> str | None:
    """Return the engine that a board's posts were read by; None of one without posts."""
    return engine_of(connection, urls)


@_transaction
def is_list_of(connection: Connection, urls: list[str], shown: dict[str, str]) -> bool:
    """Tell whether a list shows the posts of a board that is known under one of its addresses.

    Numbers alone prove nothing: every board has a post 7. A board without posts has none to lose.

    Args:
        shown: marks of the list's posts, by native id.
    """
    known = {
        native_id: seen.list_mark
        for url in urls
        for native_id, seen in seen_posts(connection, url).items()
        if seen.list_mark
    }
    both = [native_id for native_id in shown if native_id in known]
    same = sum(shown[native_id] == known[native_id] for native_id in both)
    return same >= min(SAME_POSTS, len(known)) and 2 * same >= len(both)


@_transaction
def begin_board(
    connection: Connection,
    url: str,
    engine: str,
    name: str | None,
    asked_url: str | None,
    others: list[str],
    scheduled: IntervalLimits | None,
) -> dict[str, KnownPost] | None:
    """Register a board; return what earlier crawls have seen of it, by native id.

    None for a scheduled crawl that its time has not come for: it was named by another
    address than the one that it is known by.
    """
    if scheduled and asked_url and not is_due(connection, url, _now(), scheduled):
        return None
    save_board(connection, url, engine, name, asked_url=asked_url, others=others)
    begin_crawl(connection, url, _now())
    has_own_addresses = find_engine_by_name(engine).is_fallback
    return {
        native_id: KnownPost(
            seen.status,
            seen.list_mark,
            seen.fetched_at,
            seen.first_seen_at,
            seen.gone_at,
            seen.url if has_own_addresses else None,
        )
        for native_id, seen in seen_posts(connection, url).items()
    }


@_transaction
def name_board(connection: Connection, url: str, engine: str, name: str, others: list[str]) -> None:
    """Note what an archive calls a board."""
    models.write.name_board(connection, url, engine, name, _now(), others)


@_transaction
def propose_boards(connection: Connection, found: list[tuple[str, str]], found_on: str) -> int:
    """Note boards, as (engine, address), that nobody named; return how many are new."""
    return sum(_propose(connection, engine, url, found_on) for engine, url in found)


def _propose(connection: Connection, engine: str, url: str, found_on: str) -> bool:
    others = other_addresses(engine, url)
    return propose_board(connection, url, engine, found_on, _now(), others)


@_transaction
def fail_board(connection: Connection, url: str) -> None:
    """Say that a crawl of a board failed; of one that is not known it says nothing."""
    fail_crawl(connection, url, _now())


@_transaction
def end_boards(connection: Connection, urls: list[str], limits: IntervalLimits) -> None:
    """Say that boards were walked to their end."""
    for url in urls:
        end_crawl(connection, url, _now(), limits)


@_transaction
def pseudonyms(connection: Connection) -> Pseudonyms:
    """Return the store's pseudonyms."""
    return store_pseudonyms(connection)


@_transaction
def save_posts(
    connection: Connection, posts: list[PostItem], captures: list[CaptureRecord], run_id: int | None
) -> list[Saved | Failed]:
    """Match and store posts in one transaction; one that raises costs no other.

    Args:
        captures: of pages that no post is read from; they are stored with the posts.

    Raises:
        StoreUnreachable: the store went away; none of the posts is stored.
    """
    for capture in captures:
        save_capture(connection, capture, run_id)
    return _save_each(connection, posts, partial(_save_posts, run_id))


@_transaction
def save_articles(
    connection: Connection, articles: list[ArticleItem], run_id: int | None
) -> list[Saved | Failed]:
    """Store and index known articles in one transaction; one that raises costs no other.

    Raises:
        StoreUnreachable: the store went away; none of the articles is stored.
    """
    return _save_each(connection, articles, partial(_save_articles, run_id))


@_transaction
def save_captures(
    connection: Connection, captures: list[CaptureRecord], run_id: int | None
) -> None:
    """Store where responses stand that no post was read from."""
    for capture in captures:
        save_capture(connection, capture, run_id)


@_transaction
def archive_state(connection: Connection, name: str) -> str | None:
    """Return what an earlier run noted of an archive."""
    return get_store_info(connection, _archive_key(name))


@_transaction
def save_archive_state(connection: Connection, name: str, state: str) -> None:
    """Note how far an archive was read."""
    set_store_info(connection, _archive_key(name), state)


def _archive_key(name: str) -> str:
    return f"archive:{hashlib.sha256(name.encode()).hexdigest()}"


@_transaction
def sources_due(connection: Connection) -> list[str]:
    """Return the addresses of the enabled feeds and sitemaps whose time has come."""
    return due_sources(connection, _now())


@_transaction
def begin_source(connection: Connection, url: str, is_named: bool) -> SourceState:
    """Register a feed or a sitemap; return what earlier crawls know of it."""
    return models.news.begin_source(connection, url, _now(), is_named=is_named)


@_transaction
def end_source(connection: Connection, state: SourceState) -> None:
    """Say that a source was read and its articles are stored."""
    models.news.end_source(connection, state, _now())


@_transaction
def known_articles(connection: Connection, urls: list[str]) -> dict[str, KnownArticle]:
    """Return what the store knows of the articles at *urls*, by address."""
    return models.news.known_articles(connection, urls)


def _save_articles(
    run_id: int | None, connection: Connection, articles: Sequence[ArticleItem]
) -> list[Saved]:
    every = _store().matcher.save_articles(connection, articles, run_id, _now())
    return [Saved(saved.outcome.value) for saved in every]


def _save_posts(
    run_id: int | None, connection: Connection, posts: Sequence[PostItem]
) -> list[Saved]:
    every = _store().matcher.save_posts(connection, posts, run_id, _now())
    for post, saved in zip(posts, every, strict=True):
        if saved.outcome is not Outcome.SEEN and post.status is Status.LIVE:
            for engine, url in post.boards:
                _propose(connection, engine, url, post.url or post.board_url)
    return [
        Saved(saved.outcome.value, tuple(name.value for name in saved.relations)) for saved in every
    ]


def _save_each(
    connection: Connection,
    records: Sequence[RecordT],
    save: Callable[[Connection, Sequence[RecordT]], list[Saved]],
) -> list[Saved | Failed]:
    """Save records, all in one savepoint; where one raises, each in one of its own."""
    try:
        with connection.begin_nested():
            return [*save(connection, records)]
    except Exception as error:
        if isinstance(error, StoreError) or is_store_gone(error):
            raise
        # What is rolled back gives its ids to others.
        _store().matcher.forget()
        if len(records) == 1:
            return [Failed.of(error)]
    return [answer for record in records for answer in _save_each(connection, [record], save)]


def _now() -> datetime:
    return datetime.now(UTC)
