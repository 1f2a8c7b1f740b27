"""Feeds and sitemaps of known articles: what was seen of them, and when they are due."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, or_, select, update

from models.records import KnownArticle, SourceState
from models.schema import article, source
from models.types import storable
from models.write import KEY_BYTES

INTERVAL_SECONDS = 3600
"""How long a scheduled crawl leaves a feed alone, until somebody sets it: some hold an hour's news."""
_AT_ONCE = 500
"""Values in one statement; SQLite's limit is 32,766."""


def begin_source(conn: Connection, url: str, now: datetime, *, is_named: bool) -> SourceState:
    """Return what is stored of a source, which is stored from now on.

    Args:
        is_named: somebody asked for it: scheduled crawls visit it from then on. A sitemap
            that an index names is visited through the index.
    """
    found = conn.execute(select(source).where(source.c.url == url)).first()
    if found is None:
        if len(storable(url).encode()) <= KEY_BYTES:
            conn.execute(
                insert(source),
                {
                    "url": url,
                    "enabled": is_named,
                    "interval_seconds": INTERVAL_SECONDS,
                    "first_seen_at": now,
                },
            )
        return SourceState(url)
    if is_named and not found.enabled and found.last_crawled_at is None:
        conn.execute(update(source).where(source.c.url == url), {"enabled": True})
    return SourceState(url, found.etag, found.last_modified, found.newest_at)


def end_source(conn: Connection, state: SourceState, now: datetime) -> None:
    """Store what a source said of itself, when all of its new articles are stored."""
    conn.execute(
        update(source).where(source.c.url == state.url),
        {
            "etag": state.etag,
            "last_modified": state.last_modified,
            "newest_at": state.newest_at,
            "last_crawled_at": now,
        },
    )


def due_sources(conn: Connection, now: datetime) -> list[str]:
    """Return the addresses of the enabled sources that were left alone long enough."""
    rows = conn.execute(
        select(source.c.url, source.c.interval_seconds, source.c.last_crawled_at)
        .where(source.c.enabled)
        .order_by(source.c.id)
    )
    return [
        url
        for url, seconds, crawled_at in rows
        # A time that is still to come was a wrong clock's.
        if crawled_at is None or not crawled_at <= now < crawled_at + timedelta(seconds=seconds)
    ]


def known_articles(conn: Connection, urls: Sequence[str]) -> dict[str, KnownArticle]:
    """Return what is stored of the articles that stand at *urls*, by address."""
    found: dict[str, KnownArticle] = {}
    for start in range(0, len(urls), _AT_ONCE):
        some = urls[start : start + _AT_ONCE]
        rows = conn.execute(
            select(article.c.key, article.c.url, article.c.fetched_at, article.c.is_stub).where(
                or_(article.c.key.in_(some), article.c.url.in_(some))
            )
        )
        for key, url, fetched_at, is_stub in rows:
            known = KnownArticle(fetched_at, is_stub)
            found |= {address: known for address in (key, url) if address is not None}
    return found
