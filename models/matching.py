"""The hash tables of MinHash-LSH in the store, and what the matcher reads beside them.

One clustered table a kind of document, a row for every (band key, document).
They are the only copy: nothing is rebuilt when a job starts, and every job that
looks sees what the others have written.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, insert, select, text, update

from models.relation import Origin, Relation, Status
from models.schema import article, mirror, post, post_band, span

Kind = Literal["article", "post"]

HOT = 64
"""Documents that share a key from which it is boilerplate: it finds nothing and grows no more."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """What the matcher needs of an article."""

    id: int
    version: int
    origin: Origin
    title: str | None
    text: str


@dataclass(frozen=True, slots=True)
class StoredPost:
    """What the matcher needs of a post."""

    id: int
    version: int
    title: str | None
    body: str
    hidden: list[str]
    hrefs: list[str]
    links: list[str]


def look_up(connection: Connection, kind: Kind, keys: Sequence[int]) -> list[tuple[int, int]]:
    """Return (key, document id) for every document that holds one of *keys*."""
    if not keys:
        return []
    statement = _LOOK_UP[kind][connection.dialect.name]
    rows = connection.execute(statement, {"keys": _bound(connection, keys)})
    return [(row[0], row[1]) for row in rows]


def add_keys(
    connection: Connection, kind: Kind, documents: Sequence[tuple[int, Sequence[int]]]
) -> None:
    """Put documents into the tables; a key that HOT documents hold already takes no more."""
    wanted = sorted({key for _, keys in documents for key in keys})
    if not wanted:
        return
    hot = {
        row[0]
        for row in connection.execute(
            _HOT_KEYS[kind][connection.dialect.name],
            {"keys": _bound(connection, wanted), "hot": HOT},
        )
    }
    rows = sorted(
        (key, document) for document, keys in documents for key in keys if key not in hot
    )
    if not rows:
        return
    connection.execute(
        _ADD[kind], [{"key": key, f"{kind}_id": document} for key, document in rows]
    )


def remove_keys(connection: Connection, kind: Kind, document: int, keys: Sequence[int]) -> None:
    """Take a document out of the tables."""
    if keys:
        connection.execute(
            _REMOVE[kind][connection.dialect.name],
            {"keys": _bound(connection, keys), "document": document},
        )


def clear_posts(connection: Connection) -> None:
    """Empty the table of posts, before they are matched with each other anew."""
    connection.execute(delete(post_band))


def article_versions(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[int, Origin]]:
    """Return version and origin of articles, by id."""
    rows = connection.execute(
        select(article.c.id, article.c.version, article.c.origin).where(article.c.id.in_(ids))
    )
    return {row.id: (row.version, row.origin) for row in rows}


def read_articles(connection: Connection, ids: Sequence[int]) -> list[StoredArticle]:
    """Return articles by id, in no order."""
    rows = connection.execute(select(*_ARTICLE).where(article.c.id.in_(ids)))
    return [StoredArticle(*row) for row in rows]


def articles_of(connection: Connection, origin: Origin) -> Iterator[StoredArticle]:
    """Yield all articles of an origin, by id."""
    last = 0
    while True:
        rows = connection.execute(
            select(*_ARTICLE)
            .where(article.c.origin == origin, article.c.id > last)
            .order_by(article.c.id)
            .limit(500)
        ).all()
        if not rows:
            return
        for row in rows:
            yield StoredArticle(*row)
        last = rows[-1].id


def read_posts(connection: Connection, ids: Sequence[int]) -> list[StoredPost]:
    """Return live posts by id, in no order."""
    rows = connection.execute(
        select(*_POST).where(post.c.id.in_(ids), post.c.status == Status.LIVE)
    )
    return [StoredPost(*row) for row in rows]


def live_post_ids(connection: Connection) -> list[int]:
    """Return the ids of all posts that have a body, ascending."""
    return list(
        connection.scalars(
            select(post.c.id)
            .where(post.c.status == Status.LIVE, post.c.body_chars > 0)
            .order_by(post.c.id)
        )
    )


def add_inferred(connection: Connection, content: str, chars: int, sha: str, now: datetime) -> int:
    """Store an inferred article and return its id."""
    return connection.execute(
        insert(article).returning(article.c.id),
        {
            "origin": Origin.INFERRED,
            "text": content,
            "chars": chars,
            "text_sha": sha,
            "version": 1,
            "first_seen_at": now,
        },
    ).scalar_one()


def change_inferred(
    connection: Connection, article_id: int, content: str, chars: int, sha: str
) -> None:
    """Give an inferred article another text."""
    connection.execute(
        update(article)
        .where(article.c.id == article_id)
        .values(text=content, chars=chars, text_sha=sha, version=article.c.version + 1)
    )


def delete_article(connection: Connection, article_id: int) -> None:
    """Delete an inferred article; its mirrors must have been moved before."""
    connection.execute(delete(span).where(span.c.article_id == article_id))
    connection.execute(delete(mirror).where(mirror.c.article_id == article_id))
    connection.execute(delete(article).where(article.c.id == article_id))


def family_of_posts(connection: Connection) -> dict[int, int]:
    """Return, for each post that mirrors inferred articles, its best one."""
    rows = connection.execute(
        select(mirror.c.post_id, mirror.c.article_id)
        .join(article, article.c.id == mirror.c.article_id)
        .where(article.c.origin == Origin.INFERRED, mirror.c.relation != Relation.QUOTE)
        .order_by(mirror.c.post_id, mirror.c.position.desc())
    )
    return {row.post_id: row.article_id for row in rows}


def inferred_of_post(connection: Connection, post_id: int) -> list[int]:
    """Return the inferred articles that a post mirrors."""
    return list(
        connection.scalars(
            select(mirror.c.article_id)
            .join(article, article.c.id == mirror.c.article_id)
            .where(mirror.c.post_id == post_id, article.c.origin == Origin.INFERRED)
        )
    )


def mirrors_of(connection: Connection, article_id: int) -> list[int]:
    """Return the posts that mirror an article, ascending."""
    return list(
        connection.scalars(
            select(mirror.c.post_id)
            .where(mirror.c.article_id == article_id)
            .order_by(mirror.c.post_id)
        )
    )


def _bound(connection: Connection, keys: Iterable[int]) -> object:
    """Return keys as the one parameter that the dialect's statement takes."""
    as_list = [int(key) for key in keys]
    return json.dumps(as_list) if connection.dialect.name == "sqlite" else as_list


_ARTICLE = (article.c.id, article.c.version, article.c.origin, article.c.title, article.c.text)
_POST = (
    post.c.id,
    post.c.version,
    post.c.title,
    post.c.body,
    post.c.hidden,
    post.c.hrefs,
    post.c.links,
)

# Thousands of keys go in as one parameter: the statement stays the same, so it is
# compiled and planned once.
_AMONG = {
    "sqlite": "key IN (SELECT value FROM json_each(:keys))",
    "postgresql": "key = ANY(CAST(:keys AS integer[]))",
}
_KINDS: tuple[Kind, ...] = ("article", "post")
_LOOK_UP = {
    kind: {
        dialect: text(f"SELECT key, {kind}_id FROM {kind}_band WHERE {among}")  # noqa: S608
        for dialect, among in _AMONG.items()
    }
    for kind in _KINDS
}
_HOT_KEYS = {
    kind: {
        dialect: text(
            f"SELECT key FROM {kind}_band WHERE {among} "  # noqa: S608
            "GROUP BY key HAVING count(*) >= :hot"
        )
        for dialect, among in _AMONG.items()
    }
    for kind in _KINDS
}
_REMOVE = {
    kind: {
        dialect: text(f"DELETE FROM {kind}_band WHERE {among} AND {kind}_id = :document")  # noqa: S608
        for dialect, among in _AMONG.items()
    }
    for kind in _KINDS
}
_ADD = {
    kind: text(
        f"INSERT INTO {kind}_band (key, {kind}_id) VALUES (:key, :{kind}_id) "  # noqa: S608
        "ON CONFLICT DO NOTHING"
    )
    for kind in _KINDS
}
