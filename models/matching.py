"""The hash tables of MinHash-LSH in the store, and what the matcher reads beside them.

One clustered table a kind of document, a row for every (band key, document).
They are the only copy: nothing is rebuilt when a job starts, and every job that
looks sees what the others have written.
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    Connection,
    Engine,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from models.relation import Origin, Relation
from models.schema import (
    article,
    article_band,
    mirror,
    post,
    post_band,
    span,
    store_info,
)
from models.statements import Cursor, Integers, Statement
from models.types import dump_json, storable

Kind = Literal["article", "post"]
Keys = NDArray[np.int32]
"""Band keys of a document, each once."""

HOT = 64
"""Documents that share a key from which it is boilerplate, or made to be: no more are looked at.

Those that came first are found by it.  The others are kept beside them under their negated
ids, which look-ups pass over, so that a hot key of a hundred thousand documents is as quick
as one of 64, and one of the others moves up where one of the first goes.
"""

MOST_ROWS = 2**31 - 1
"""What stands for no limit, on both backends."""
COMPACTED_FROM = 1_000_000
"""Bytes below which PostgreSQL's index is left as it is."""
AIRY = 0.72
"""Size of the index, to that of its table, from which it is made anew: full it has .62 of it."""


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """What the matcher needs of an article."""

    id: int
    version: int
    origin: Origin
    title: str | None
    text: str
    is_stub: bool = False
    precedence: str = ""
    """Smaller for what was published earlier; then by the key."""


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
    """Return (key, document id) for the documents, HOT a key at most, that hold one of *keys*."""
    if not keys:
        return []
    return cast("list[tuple[int, int]]", _driver_rows(connection, _LOOK_UP[kind], keys))


def holders_of(connection: Connection, kind: Kind, keys: Sequence[int]) -> dict[int, list[int]]:
    """Return, for those of *keys* that anyone holds, the documents that look-ups find."""
    holders: dict[int, list[int]] = {}
    for key, document in look_up(connection, kind, keys):
        holders.setdefault(key, []).append(document)
    return holders


@dataclass(frozen=True, slots=True)
class Added:
    """What became of documents that were put into the tables."""

    shared: dict[int, list[int]]
    """Who holds each of their keys that others hold too: the documents that look-ups find."""
    late: int
    """Keys of documents, counted for each, that HOT others held already."""


def add_keys(
    connection: Connection,
    kind: Kind,
    documents: Sequence[tuple[int, Keys]],
    held: Mapping[int, Sequence[int]] | None = None,
) -> Added:
    """Put documents, each once and each with distinct keys, into the tables.

    *held* is what `holders_of` returned for their keys and maybe others, if nothing was
    written since.
    """
    keys = np.concatenate([np.empty(0, np.int32), *(keys for _, keys in documents)])
    holders = np.repeat([number for number, _ in documents], [len(keys) for _, keys in documents])
    order = np.lexsort((holders, keys))
    keys, holders = keys[order], holders[order]
    firsts = np.append(True, keys[1:] != keys[:-1])[: len(keys)].nonzero()[0]
    counts = np.diff(firsts, append=len(keys))
    distinct = keys[firsts]
    if held is None:
        held = holders_of(connection, kind, distinct.tolist())
    is_shared = (counts > 1) | np.isin(distinct, np.fromiter(held, np.int32, len(held)))
    is_row = np.ones(len(keys), np.bool_)
    shared: dict[int, list[int]] = {}
    for first, count in zip(firsts[is_shared].tolist(), counts[is_shared].tolist(), strict=True):
        key = int(keys[first])
        found = shared[key] = list(held.get(key, ()))
        for at in range(first, first + count):
            document = int(holders[at])
            if document in found:
                is_row[at] = False
            elif len(found) < HOT:
                found.append(document)
            else:
                holders[at] = -document
    keys, holders = keys[is_row], holders[is_row]
    is_late = holders < 0
    _add_rows(connection, _ADD[kind], keys[~is_late], holders[~is_late])
    # No look-up tells who came late before.
    _add_rows(connection, _ADD_LATE[kind], keys[is_late], holders[is_late])
    return Added(shared, int(np.count_nonzero(is_late)))


def _add_rows(
    connection: Connection,
    statements: dict[str, str],
    keys: Keys,
    documents: NDArray[np.integer[Any]],
) -> None:
    if len(keys) == 0:
        return
    statement = statements[connection.dialect.name]
    with Cursor(connection, statement) as own:
        if connection.dialect.name == "sqlite":
            own.executemany(statement, zip(keys.tolist(), documents.tolist(), strict=True))
        else:
            own.execute(statement, (Integers(keys), Integers(documents)))


def remove_keys(connection: Connection, kind: Kind, document: int, keys: Sequence[int]) -> None:
    """Take a document out of the tables; of a hot key another one moves up."""
    if not keys:
        return
    _driver_run(connection, _REMOVE[kind], document, -document, _bound(connection, keys))
    for (key,) in _driver_rows(connection, _ONE_FREE[kind], keys):
        _driver_run(connection, _MOVE_UP[kind], key, key)


def compact(engine: Engine) -> bool:
    """Make the articles' index as small as it can be, where much of it is air; tell if it was.

    Keys are random, so pages of PostgreSQL's b-tree are split all over it and stay two thirds
    full. The new one is made beside the old one, which is used and written meanwhile. SQLite's
    table is its own b-tree, a fifth of the size.

    Raises:
        DBAPIError: it can't be made now (somebody holds a lock for long, say); the old one stays.
    """
    if engine.dialect.name != "postgresql":
        return False
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        table, index = connection.exec_driver_sql(
            "SELECT pg_relation_size('article_band'), pg_relation_size('pk_article_band')"
        ).one()
        if index < COMPACTED_FROM or index < AIRY * table:
            return False
        # What is left of one that was broken off.
        connection.exec_driver_sql("DROP INDEX CONCURRENTLY IF EXISTS pk_article_band_ccnew")
        connection.exec_driver_sql("REINDEX INDEX CONCURRENTLY pk_article_band")
    return True


def hot_keys(connection: Connection, kind: Kind) -> dict[int, int]:
    """Return how many documents hold each hot key; reads the whole table."""
    band = article_band if kind == "article" else post_band
    rows = connection.execute(
        select(band.c.key, func.count()).group_by(band.c.key).having(func.count() >= HOT)
    )
    return {row[0]: row[1] for row in rows}


def index_secret(connection: Connection) -> bytes:
    """Return what the keys of the store's index are made with; made when first asked for."""
    found = connection.scalar(select(store_info.c.value).where(store_info.c.name == "index_secret"))
    if found is None:
        found = secrets.token_hex(32)
        connection.execute(insert(store_info), {"name": "index_secret", "value": found})
    return bytes.fromhex(found)


def clear_posts(connection: Connection) -> None:
    """Empty the table of posts, before they are matched with each other anew."""
    connection.execute(delete(post_band))


def article_versions(connection: Connection, ids: Sequence[int]) -> dict[int, tuple[int, Origin]]:
    """Return version and origin of articles, by id."""
    rows = _driver_rows(connection, _VERSIONS, ids) if ids else []
    return {row[0]: (row[1], Origin(row[2])) for row in rows}


def known_lengths(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Return how many characters the normal forms of known articles have, by id."""
    return dict(_driver_rows(connection, _KNOWN_LENGTHS, ids)) if ids else {}


def read_articles(connection: Connection, ids: Sequence[int]) -> list[StoredArticle]:
    """Return articles by id, in no order."""
    if not ids:
        return []
    rows = _driver_rows(connection, _ARTICLES, ids)
    return [
        StoredArticle(i, version, Origin(origin), title, text, is_stub, _precedence(at, key))
        for i, version, origin, title, text, is_stub, at, key in rows
    ]


def _precedence(published_at: datetime | str | None, key: str | None) -> str:
    if isinstance(published_at, datetime):
        published_at = published_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    # Whatever has no time comes after all that have one.
    return f"{published_at or 'unknown'} {key or ''}"


@dataclass(frozen=True, slots=True)
class AddressedArticle:
    """A known article that stands at an address."""

    key: str
    title: str | None
    text: str


def known_keys(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Return which of *keys* known articles have."""
    return _known_texts(connection, _KNOWN_KEYS, keys)


def known_addresses(connection: Connection, addresses: Sequence[str]) -> set[str]:
    """Return at which of *addresses* articles stand."""
    return _known_texts(connection, _KNOWN_ADDRESSES, addresses)


def _known_texts(
    connection: Connection, statement: dict[str, str], texts: Sequence[str]
) -> set[str]:
    if not texts:
        return set()
    query = statement[connection.dialect.name]
    asked = [storable(text) for text in texts]
    with Cursor(connection, query) as own:
        own.execute(query, (dump_json(asked) if connection.dialect.name == "sqlite" else asked,))
        return {row[0] for row in own}


def articles_at(connection: Connection, addresses: Sequence[str]) -> list[AddressedArticle]:
    """Return the known articles at any of the addresses, ten at most."""
    rows = connection.execute(
        select(article.c.key, article.c.title, article.c.text)
        .where(article.c.url.in_(addresses), article.c.key.is_not(None))
        .order_by(article.c.id)
        .limit(_MOST_AT_ONE)
    )
    return [AddressedArticle(key, title, text) for key, title, text in rows if key is not None]


_MOST_AT_ONE = 10
"""Articles that share an address and are compared."""


def join_story(connection: Connection, ids: Sequence[int]) -> None:
    """Make articles, and those of their stories, one story: its id is the lowest of theirs."""
    stories = set(
        connection.scalars(
            select(article.c.story_id).where(article.c.id.in_(ids), article.c.story_id.is_not(None))
        )
    )
    story_id = min([*ids, *(each for each in stories if each is not None)])
    connection.execute(
        update(article)
        .where(or_(article.c.id.in_(ids), article.c.story_id.in_(stories)))
        .values(story_id=story_id)
    )


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


def post_versions(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Return the versions of posts, by id."""
    return dict(_driver_rows(connection, _POST_VERSIONS, ids))


def read_posts(connection: Connection, ids: Sequence[int]) -> list[StoredPost]:
    """Return posts by id, in no order."""
    if not ids:
        return []
    rows = _driver_rows(connection, _POSTS, ids)
    return [
        StoredPost(i, version, title, body, _json(hidden), _json(hrefs), _json(links))
        for i, version, title, body, hidden, hrefs, links in rows
    ]


def read_bodies(connection: Connection, ids: Sequence[int]) -> list[tuple[int, int, str]]:
    """Return ids, versions and bodies of posts, in no order."""
    return cast("list[tuple[int, int, str]]", _driver_rows(connection, _BODIES, ids) if ids else [])


def longest_posts(connection: Connection, ids: Sequence[int], most: int) -> list[int]:
    """Return, of posts, at most *most*: those with the longest bodies, of equals by their text."""
    if len(ids) <= most:
        return list(ids)
    return [row[0] for row in _driver_rows(connection, _BY_LENGTH, ids)[:most]]


def posts_with_text(connection: Connection) -> list[int]:
    """Return the ids of all posts that have a body, ascending.

    Also of those that a board has hidden since: their texts stay evidence.
    """
    return list(
        connection.scalars(select(post.c.id).where(post.c.body_chars > 0).order_by(post.c.id))
    )


def add_inferred(
    connection: Connection, content: str, chars: int, sha: str, run_id: int | None, now: datetime
) -> int:
    """Store an inferred article and return its id."""
    values = {
        "origin": Origin.INFERRED,
        "text": content,
        "chars": chars,
        "text_sha": sha,
        "version": 1,
        "first_seen_at": now,
        "run_id": run_id,
    }
    article_id: int = _ADD_INFERRED.first(connection, values).id
    return article_id


def change_inferred(
    connection: Connection, article_id: int, content: str, chars: int, sha: str
) -> None:
    """Give an inferred article a text; its version counts on where that is another one."""
    values = {"id_": article_id, "text_": content, "chars_": chars, "sha_": sha}
    _CHANGE_INFERRED.run(connection, values)


def delete_article(connection: Connection, article_id: int) -> None:
    """Delete an inferred article; its mirrors must have been moved before."""
    for statement in _DELETE_ARTICLE:
        statement.run(connection, {"id_": article_id})


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
    values = {"post_id_": post_id, "origin_": Origin.INFERRED}
    return [row.article_id for row in _INFERRED_OF_POST.rows(connection, values)]


def mirrors_of(connection: Connection, article_id: int, most: int = MOST_ROWS) -> list[int]:
    """Return the posts that mirror an article, in no order; at most *most* of them."""
    query = _MIRRORS_OF[connection.dialect.name]
    with Cursor(connection, query) as own:
        own.execute(query, (article_id, most))
        return [post_id for (post_id,) in own.fetchall()]


def _driver_rows(
    connection: Connection, statement: dict[str, str], ids: Sequence[int]
) -> list[tuple[Any, ...]]:
    """Run a look-up of the hot path with the driver's own cursor; plain tuples."""
    query = statement[connection.dialect.name]
    with Cursor(connection, query) as own:
        own.execute(query, (_bound(connection, ids),))
        found: list[tuple[Any, ...]] = own.fetchall()
        return found


def _json(value: Any) -> Any:
    """Return what a JSON column holds: SQLite gives its text."""
    return json.loads(value) if isinstance(value, str) else value


def _driver_run(connection: Connection, statement: dict[str, str], *values: object) -> None:
    text = statement[connection.dialect.name]
    with Cursor(connection, text) as own:
        own.execute(text, values)


def _bound(connection: Connection, keys: Sequence[int]) -> object:
    """Return keys as the one parameter that the dialect's statement takes."""
    if connection.dialect.name == "sqlite":
        return str(list(keys))  # as JSON has them
    return Integers(keys)


_ARTICLE = (
    article.c.id,
    article.c.version,
    article.c.origin,
    article.c.title,
    article.c.text,
    article.c.is_stub,
)

_ADD_INFERRED = Statement(
    insert(article).returning(article.c.id),
    ("origin", "text", "chars", "text_sha", "version", "first_seen_at", "run_id"),
)
_CHANGE_INFERRED = Statement(
    update(article)
    .where(article.c.id == bindparam("id_"), article.c.text_sha != bindparam("sha_"))
    .values(
        text=bindparam("text_"),
        chars=bindparam("chars_"),
        text_sha=bindparam("sha_"),
        version=article.c.version + literal_column("1"),
    )
)
_DELETE_ARTICLE = (
    Statement(delete(span).where(span.c.article_id == bindparam("id_"))),
    Statement(delete(mirror).where(mirror.c.article_id == bindparam("id_"))),
    Statement(delete(article).where(article.c.id == bindparam("id_"))),
)
_INFERRED_OF_POST = Statement(
    select(mirror.c.article_id)
    .join(article, article.c.id == mirror.c.article_id)
    .where(mirror.c.post_id == bindparam("post_id_"), article.c.origin == bindparam("origin_"))
)

# Thousands of keys go in as one parameter: the statement stays the same, so it is
# planned once.
_ONE_OF = {
    "sqlite": "IN (SELECT value FROM json_each(?))",
    "postgresql": "= ANY(%s::integer[])",
}


def _for_dialects(statement: str) -> dict[str, str]:
    """Write a statement for each driver: ``{one_of}`` takes the keys, ``{one}`` a value."""
    return {
        dialect: statement.format(one_of=one_of, one="?" if dialect == "sqlite" else "%s")
        for dialect, one_of in _ONE_OF.items()
    }


# Asked one by one: at one address there may be any number of articles.
_IS_KNOWN = {
    "sqlite": "SELECT value FROM json_each(?) WHERE EXISTS"
    " (SELECT 1 FROM article WHERE {column} = value)",
    "postgresql": "SELECT value FROM unnest(%s::text[]) AS value WHERE EXISTS"
    " (SELECT 1 FROM article WHERE {column} = value)",
}
_KNOWN_KEYS, _KNOWN_ADDRESSES = (
    {dialect: statement.format(column=column) for dialect, statement in _IS_KNOWN.items()}
    for column in ("key", "url")
)

_KINDS: tuple[Kind, ...] = ("article", "post")
_LOOK_UP = {
    kind: _for_dialects(
        f"SELECT key, {kind}_id FROM {kind}_band WHERE key {{one_of}} AND {kind}_id > 0"  # noqa: S608
    )
    for kind in _KINDS
}
_ONE_FREE = {
    kind: _for_dialects(
        f"SELECT key FROM {kind}_band WHERE key {{one_of}} AND {kind}_id > 0 "  # noqa: S608
        f"GROUP BY key HAVING count(*) = {HOT - 1}"
    )
    for kind in _KINDS
}
_REMOVE = {
    kind: _for_dialects(
        f"DELETE FROM {kind}_band WHERE {kind}_id IN ({{one}}, {{one}}) AND key {{one_of}}"  # noqa: S608
    )
    for kind in _KINDS
}
# The next in line has the greatest of the negated ids.
_MOVE_UP = {
    kind: _for_dialects(
        f"UPDATE {kind}_band SET {kind}_id = -{kind}_id WHERE key = {{one}} AND {kind}_id = "  # noqa: S608
        f"(SELECT max({kind}_id) FROM {kind}_band WHERE key = {{one}} AND {kind}_id < 0)"
    )
    for kind in _KINDS
}
_VERSIONS = _for_dialects("SELECT id, version, origin FROM article WHERE id {one_of}")
_KNOWN_LENGTHS = _for_dialects(
    "SELECT id, chars FROM article WHERE origin = 'known' AND id {one_of}"
)
_ARTICLES = _for_dialects(
    "SELECT id, version, origin, title, text, is_stub, published_at, key"
    " FROM article WHERE id {one_of}"
)
_POSTS = _for_dialects(
    "SELECT id, version, title, body, hidden, hrefs, links FROM post WHERE id {one_of}"
)
_BODIES = _for_dialects("SELECT id, version, body FROM post WHERE id {one_of}")
_BY_LENGTH = _for_dialects(
    "SELECT id FROM post WHERE id {one_of} ORDER BY body_chars DESC, content_sha"
)
_MIRRORS_OF = _for_dialects("SELECT post_id FROM mirror WHERE article_id = {one} LIMIT {one}")
_POST_VERSIONS = _for_dialects("SELECT id, version FROM post WHERE id {one_of}")
_ADD = {
    kind: {
        "sqlite": f"INSERT INTO {kind}_band (key, {kind}_id) VALUES (?, ?)",  # noqa: S608
        "postgresql": f"INSERT INTO {kind}_band (key, {kind}_id) "  # noqa: S608
        "SELECT * FROM unnest(%s::integer[], %s::integer[])",
    }
    for kind in _KINDS
}
_ADD_LATE = {
    kind: {dialect: f"{statement} ON CONFLICT DO NOTHING" for dialect, statement in each.items()}
    for kind, each in _ADD.items()
}
