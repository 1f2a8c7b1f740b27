"""What analysts, commands and crawls read; each takes a connection (`models.engine.reading`)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Table,
    case,
    collate,
    func,
    or_,
    select,
)

from models import schema, views
from models.records import ArticleRecord, Span
from models.relation import Origin, Relation, Status

VIEWS: tuple[str, ...] = tuple(views.metadata.tables)
"""The names of the analyst's views."""

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

_STREAMED_ROWS = 500

_ORDER: dict[Table, tuple[ColumnElement[Any], ...]] = {
    views.mirrors: (views.mirrors.c.post_id, views.mirrors.c.position),
    views.quotes: (views.quotes.c.post_id, views.quotes.c.position),
    views.posts: (views.posts.c.post_id,),
    views.lures: (views.lures.c.post_id, views.lures.c.position),
    views.families: (views.families.c.posts.desc(), views.families.c.article_id),
    views.boards: (views.boards.c.board_id,),
    views.campaigns: (views.campaigns.c.posts.desc(), views.campaigns.c.campaign_id),
    views.campaign_posts: (
        views.campaign_posts.c.campaign_id,
        views.campaign_posts.c.post_id,
        views.campaign_posts.c.position,
    ),
    views.daily: (views.daily.c.day,),
    views.stories: (views.stories.c.story_id,),
    views.captures: (
        views.captures.c.capture_id,
        views.captures.c.post_id,
        views.captures.c.article_id,
    ),
}


# --- views --------------------------------------------------------------------------------


def view_columns(name: str) -> tuple[str, ...]:
    """Return the columns of a view, in order.

    Raises:
        KeyError: there is no such view.
    """
    return tuple(views.metadata.tables[name].c.keys())


def read_view(conn: Connection, name: str) -> Iterator[AnyRow]:
    """Yield the rows of a view, always in the same order, a few hundred in memory at a time.

    Times are aware and in UTC, booleans are booleans, ``cuts`` is a list.

    Raises:
        KeyError: there is no such view.
    """
    view = views.metadata.tables[name]
    order = [_in_byte_order(conn, column) for column in _ORDER[view]]
    rows = conn.execute(
        select(view).order_by(*order), execution_options={"yield_per": _STREAMED_ROWS}
    )
    yield from rows


def _in_byte_order(conn: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Sort text as SQLite does, whatever the language that the PostgreSQL database is set to."""
    if conn.dialect.name == "postgresql" and column.type.python_type is str:
        return collate(column, "C")
    return column


# --- crawls -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SeenPost:
    """What a crawl needs to know of a stored post."""

    list_mark: str | None
    fetched_at: datetime | None
    status: Status
    posted_at: datetime | None
    first_seen_at: datetime
    gone_at: datetime | None
    """When it was found to be gone that had been there."""
    url: str | None = None


def engine_of(conn: Connection, urls: Sequence[str]) -> str | None:
    """Return the engine that posts of a board were read by, by any address that it was named by."""
    post, board = schema.post, schema.board
    holds_posts = select(post.c.id).where(post.c.board_id == board.c.id).exists()
    named = or_(board.c.url.in_(urls), board.c.asked_url.in_(urls))
    return conn.scalar(select(board.c.engine).where(named, holds_posts).order_by(board.c.id))


def seen_posts(conn: Connection, board_url: str) -> dict[str, SeenPost]:
    """Return what is stored of a board, by native id; empty for an unknown board."""
    post, board = schema.post, schema.board
    rows = conn.execute(
        select(
            post.c.native_id,
            post.c.list_mark,
            post.c.fetched_at,
            post.c.status,
            post.c.posted_at,
            post.c.first_seen_at,
            post.c.gone_at,
            post.c.url,
        )
        .join(board, board.c.id == post.c.board_id)
        .where(board.c.url == board_url)
    )
    return {row[0]: SeenPost(*row[1:]) for row in rows}


# --- articles -----------------------------------------------------------------------------


def count_known_articles(conn: Connection) -> int:
    """Return how many known articles there are."""
    article = schema.article
    return conn.execute(
        select(func.count()).select_from(article).where(article.c.origin == Origin.KNOWN)
    ).scalar_one()


def read_known_articles(conn: Connection) -> Iterator[ArticleRecord]:
    """Yield the known articles as an import would bring them, a few hundred in memory at a time."""
    article = schema.article
    rows = conn.execute(
        select(article).where(article.c.origin == Origin.KNOWN).order_by(article.c.id),
        execution_options={"yield_per": _STREAMED_ROWS},
    )
    for row in rows:
        yield ArticleRecord(
            key=row.key,
            text=row.text,
            url=row.url,
            title=row.title,
            publisher=row.publisher,
            byline=row.byline,
            is_stub=row.is_stub,
            published_at=row.published_at,
            modified_at=row.modified_at,
            fetched_at=row.fetched_at,
        )


# --- the report ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Totals:
    """The store in figures."""

    boards: int
    posts: int
    live_posts: int
    spam_posts: int
    mirrors: int
    mirror_posts: int
    quotes: int
    known_articles: int
    inferred_articles: int


@dataclass(frozen=True, slots=True)
class RelationCount:
    relation: Relation
    links: int
    posts: int
    spam: int


def totals(conn: Connection) -> Totals:
    """Count what is in the store."""
    post, article, mirror = schema.post, schema.article, schema.mirror
    is_quote = mirror.c.relation == Relation.QUOTE
    counted = conn.execute(
        select(
            func.count(),
            func.count(case((post.c.status == Status.LIVE, 1))),
            func.count(case((post.c.is_spam, 1))),
        ).select_from(post)
    ).one()
    linked = conn.execute(
        select(
            func.count(case((~is_quote, 1))),
            func.count(func.distinct(case((~is_quote, mirror.c.post_id)))),
            func.count(case((is_quote, 1))),
        ).select_from(mirror)
    ).one()
    origins: dict[str, int] = {
        row[0].value: row[1]
        for row in conn.execute(select(article.c.origin, func.count()).group_by(article.c.origin))
    }
    return Totals(
        boards=conn.execute(select(func.count()).select_from(schema.board)).scalar_one(),
        posts=counted[0],
        live_posts=counted[1],
        spam_posts=counted[2],
        mirrors=linked[0],
        mirror_posts=linked[1],
        quotes=linked[2],
        known_articles=origins.get("known", 0),
        inferred_articles=origins.get("inferred", 0),
    )


def board_table(conn: Connection) -> list[AnyRow]:
    """Return the rows of the view `boards`, those with most posts first."""
    boards = views.boards
    return list(
        conn.execute(select(boards).order_by(boards.c.posts.desc(), boards.c.board_id)).all()
    )


def mirrors_by_relation(conn: Connection) -> list[RelationCount]:
    """Count links by relation, the most frequent first; quotes are among them."""
    mirror, post = schema.mirror, schema.post
    links = func.count().label("links")
    rows = conn.execute(
        select(
            mirror.c.relation,
            links,
            func.count(func.distinct(mirror.c.post_id)),
            func.count(case((post.c.is_spam, 1))),
        )
        .join(post, post.c.id == mirror.c.post_id)
        .group_by(mirror.c.relation)
        .order_by(links.desc(), mirror.c.relation)
    )
    return [RelationCount(*row) for row in rows]


def top_articles(conn: Connection, limit: int) -> list[AnyRow]:
    """Return the known articles with most mirrors.

    Columns: those of the view `families`, then publisher, published_at, url, text.
    """
    return _families(conn, "known", limit)


def top_families(conn: Connection, limit: int) -> list[AnyRow]:
    """Return the largest families whose article is inferred; columns as `top_articles`."""
    return _families(conn, "inferred", limit)


def _families(conn: Connection, origin: str, limit: int) -> list[AnyRow]:
    families, article = views.families, schema.article
    return list(
        conn.execute(
            select(
                families,
                article.c.publisher,
                article.c.published_at,
                article.c.url,
                article.c.text,
            )
            .join(article, article.c.id == families.c.article_id)
            .where(families.c.origin == origin)
            .order_by(families.c.posts.desc(), families.c.article_id)
            .limit(limit)
        ).all()
    )


def top_lures(conn: Connection, limit: int) -> list[AnyRow]:
    """Return the *limit* lures of each kind that stand in most posts: kind, value, posts, boards."""
    lure, post = schema.lure, schema.post
    posts = func.count(func.distinct(lure.c.post_id))
    rank = func.row_number().over(
        partition_by=lure.c.kind,
        order_by=(posts.desc(), _in_byte_order(conn, lure.c.value)),
    )
    ranked = (
        select(
            lure.c.kind,
            lure.c.value,
            posts.label("posts"),
            func.count(func.distinct(post.c.board_id)).label("boards"),
            rank.label("rank"),
        )
        .join(post, post.c.id == lure.c.post_id)
        .group_by(lure.c.kind, lure.c.value)
        .subquery()
    )
    return list(
        conn.execute(
            select(ranked.c.kind, ranked.c.value, ranked.c.posts, ranked.c.boards)
            .where(ranked.c.rank <= limit)
            .order_by(ranked.c.kind, ranked.c.rank)
        ).all()
    )


def top_campaigns(conn: Connection, limit: int) -> list[AnyRow]:
    """Return the rows of the view `campaigns` with most posts."""
    campaigns = views.campaigns
    return list(conn.execute(select(campaigns).order_by(*_ORDER[campaigns]).limit(limit)).all())


def run_history(conn: Connection, limit: int) -> list[AnyRow]:
    """Return the last runs, the newest first, with the columns of the table `run`."""
    run = schema.run
    return list(conn.execute(select(run).order_by(run.c.id.desc()).limit(limit)).all())


def best_example(conn: Connection) -> int | None:
    """Return the post whose mirror shows most of what a spam tool does, None without any.

    Pasted twice before once, cut before whole, with lures before without, then the
    surest; of a length that can be read.
    """
    mirrors, posts = views.mirrors, views.posts
    with_lures = select(schema.lure.c.post_id).distinct()
    return conn.scalar(
        select(mirrors.c.post_id)
        .join(posts, posts.c.post_id == mirrors.c.post_id)
        .where(mirrors.c.position == 0)
        .order_by(
            mirrors.c.is_spam.desc(),
            case((posts.c.body_chars <= 4000, 0), else_=1),
            case((mirrors.c.post_id.in_(with_lures), 0), else_=1),
            case((mirrors.c.copies > 1, 0), else_=1),
            case((mirrors.c.cut.is_not(None), 0), else_=1),
            case((mirrors.c.origin == "known", 0), else_=1),
            mirrors.c.score.desc(),
            mirrors.c.post_id,
        )
        .limit(1)
    )


def read_spans(conn: Connection, post_id: int, article_id: int) -> list[Span]:
    """Return the aligned stretches of a mirror, in the post's order."""
    span = schema.span
    rows: Sequence[AnyRow] = conn.execute(
        select(
            span.c.post_start,
            span.c.post_end,
            span.c.article_start,
            span.c.article_end,
            span.c.copy,
        )
        .where(span.c.post_id == post_id, span.c.article_id == article_id)
        .order_by(span.c.position)
    ).all()
    return [Span(*row) for row in rows]
