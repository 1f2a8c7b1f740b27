"""The only writers of posts, articles, boards and runs; each takes the connection of `writing`.

What is written again and did not change leaves every row as it is.
"""

import hashlib
import secrets
import time as clock
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from enum import StrEnum
from functools import cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np
from sqlalchemy import (
    Connection,
    Engine,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from models.engine import is_passing, locked, reaching
from models.errors import InvalidRecord, WrongClock
from models.people import Pseudonyms
from models.records import (
    ArticleRecord,
    CaptureRecord,
    CommentRecord,
    LureRecord,
    MirrorRecord,
    PostRecord,
    Span,
    VerdictRecord,
)
from models.relation import LureKind, Origin, Relation, Status
from models.schema import (
    article,
    article_version,
    board,
    capture,
    comment,
    lure,
    mirror,
    post,
    post_version,
    run,
    span,
    store_info,
)
from models.statements import Pipelined, Statement
from models.types import dump_json, storable, whole_seconds
from models.version import program_version

if TYPE_CHECKING:
    from numpy.typing import NDArray

KEY_BYTES = 2000
"""Longest identity in UTF-8: PostgreSQL's unique indexes take some 2,700 bytes."""
CRAWL_INTERVAL_SECONDS = 6 * 3600
"""How long a scheduled crawl leaves a board alone, until somebody sets it."""
RETRY_WAITS = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)
"""s before each further try of a transaction that the server broke off: a minute in all, in which
a server restarts."""
EARLIEST = datetime(2022, 10, 24, tzinfo=UTC)
"""No run can have begun before: Python 3.11, the least that runs it, was not there yet."""
_MOST = 2**31 - 1
_T = TypeVar("_T")
_Found: TypeAlias = Any
"""A row of `_FIND_POST`."""


GONE = frozenset({Status.DELETED, Status.SECRET, Status.DENIED})
"""What a live post becomes when readers can see it no more."""


class Outcome(StrEnum):
    """What a record was to the store."""

    NEW = "new"
    CHANGED = "changed"
    """Its content is another one than before; the old one is kept as a version."""
    SEEN = "seen"
    """Its content is stored already."""
    OLDER = "older"
    """It was seen before what is stored: nothing is taken from it."""


@dataclass(frozen=True, slots=True)
class SavedPost:
    post_id: int
    outcome: Outcome
    version: int
    relations: tuple[Relation, ...] = ()
    """Of the links that were found for it just now."""


@dataclass(frozen=True, slots=True)
class SavedArticle:
    article_id: int
    outcome: Outcome
    version: int
    old_text: str | None = None
    """The text before the change."""


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in THE write transaction: one at a time over all threads and processes.

    It is committed at the end and rolled back by an exception.

    Raises:
        StoreUnreachable: the store went away, is full, or stayed locked; nothing was written.
    """
    with reaching(engine), locked(engine) as conn:
        yield conn


def transact(
    engine: Engine,
    work: Callable[[Connection], _T],
    on_rollback: Callable[[], object] = lambda: None,
    waits: Sequence[float] = RETRY_WAITS,
) -> _T:
    """Do *work* in THE write transaction and return its result.

    Where the server broke it off for a reason of its own (a restart, a lost connection, a
    deadlock), it is done again.

    Args:
        work: must do the same when it is done twice; what it wrote before is rolled back.
        on_rollback: drops what was learned in a transaction that did not come to its end.
        waits: s before each further try.

    Raises:
        StoreUnreachable: as `writing`; a server that is down is waited for, a minute.
    """
    for wait in (*waits, None):
        try:
            with writing(engine) as conn:
                return work(conn)
        except Exception as error:
            on_rollback()
            if wait is None or not is_passing(error):
                raise
            clock.sleep(wait)
    raise AssertionError


# --- posts --------------------------------------------------------------------------------


def save_post(
    conn: Connection,
    record: PostRecord,
    run_id: int | None,
    now: datetime,
    *,
    body_chars: int | None = None,
    hidden_chars: int | None = None,
) -> SavedPost:
    """Store a post as it was seen, and its board if that is new.

    A post whose content (status, title, author, category, texts, links, files,
    comments) is stored already is only refreshed: hits, number of comments, time
    of the fetch, list mark, and what was not known before. A post that can't be read any
    more (secret, deleted, …) keeps the content that it had, under its new status.

    Args:
        body_chars: letters and digits of the body; counted here if None.
        hidden_chars: the same for the hidden text.

    Raises:
        InvalidRecord: no native id, or an identity that is too long.
    """
    _check_identity("native id", record.native_id)
    _check_identity("board", record.board_url, may_be_empty=True)
    _check_identity("key", record.key)
    identity = {"board_url": record.board_url, "native_id": record.native_id}
    capture_id = save_capture(conn, record.capture, run_id)
    found = _FIND_POST.first(conn, identity)
    content, comments = _content_of(record), _comments_of(record.comments)
    if found is None or found.id is None:
        if found is None:
            # Nobody asked for a crawl of it: a scheduled one leaves it alone.
            board_id = _add_board(conn, record.board_url, record.engine, None, now, enabled=False)
        else:
            board_id = found.board_id
        content["content_sha"] = _content_sha(content, comments)
        values = content | _counts(record, body_chars, hidden_chars)
        values["capture_id"] = capture_id
        return _add_post(conn, record, board_id, values, comments, run_id, now)
    if _is_older(record, found, now):
        return SavedPost(found.id, Outcome.OLDER, found.version)
    if record.status is not Status.LIVE:
        content, comments = _keep_content(conn, found.id, record)
    content["content_sha"] = _content_sha(content, comments)
    values = _news(record, found, now)
    if capture_id is not None:
        values["capture_id"] = capture_id
    if content["content_sha"] == found.content_sha:
        if values:
            conn.execute(_update_post(values), {"id_": found.id, **values})
        return SavedPost(found.id, Outcome.SEEN, found.version)
    _keep_version(conn, found)
    version = found.version + 1
    values |= _presence(record, found, now)
    changed_at = now if record.fetched_at is None else min(now, record.fetched_at)
    values |= content | {"version": version, "changed_at": changed_at, "run_id": run_id}
    if record.status is Status.LIVE:
        values |= _counts(record, body_chars, hidden_chars)
        # A board that was set up anew gives its numbers to other posts.
        for column in ("engine", "ip", "posted_at"):
            if getattr(record, column) is not None:
                values[column] = getattr(record, column)
    conn.execute(_update_post(values), {"id_": found.id, **values})
    _DELETE_COMMENTS.run(conn, {"id_": found.id})
    _add_comments(conn, found.id, comments)
    return SavedPost(found.id, Outcome.CHANGED, version)


def _add_post(
    conn: Connection,
    record: PostRecord,
    board_id: int,
    content: dict[str, Any],
    comments: list[dict[str, Any]],
    run_id: int | None,
    now: datetime,
) -> SavedPost:
    values = {
        **content,
        "board_id": board_id,
        "native_id": record.native_id,
        "key": record.key,
        "url": record.url,
        "engine": record.engine,
        "ip": record.ip,
        "posted_at": record.posted_at,
        "fetched_at": record.fetched_at,
        # An archive shows what was there before the store was.
        "first_seen_at": now if record.fetched_at is None else min(now, record.fetched_at),
        "hits": _count(record.hits),
        "comment_count": _comment_count(record),
        "list_mark": record.list_mark,
        "problem": record.problem,
        "version": 1,
        "run_id": run_id,
        "is_spam": False,
        "reasons": (),
    }
    post_id = _inserted(conn, _ADD_POST, values)
    _add_comments(conn, post_id, comments)
    return SavedPost(post_id, Outcome.NEW, 1)


def _content_of(record: PostRecord) -> dict[str, Any]:
    """Return what an author can change, comments apart, by column."""
    return {
        "status": record.status,
        "title": record.title,
        "author": record.author,
        "category": record.category,
        "body": record.body,
        "hidden": record.hidden,
        "hrefs": record.hrefs,
        "links": record.links,
        "files": record.files,
    }


def _comments_of(records: Sequence[CommentRecord]) -> list[dict[str, Any]]:
    return [
        {
            "position": position,
            "native_id": record.native_id,
            "author": record.author,
            "posted_at": record.posted_at,
            "text": record.text,
            "depth": record.depth,
        }
        for position, record in enumerate(records)
    ]


def _content_sha(content: Mapping[str, Any], comments: Sequence[Mapping[str, Any]]) -> str:
    """Return the hash that tells two states of a post apart.

    Times of comments are left out: boards show them as "3 minutes ago".
    """
    written = dump_json(
        [
            [content[column] for column in _CONTENT],
            [[c["native_id"], c["author"], c["text"], c["depth"]] for c in comments],
        ]
    )
    # Hashed as it is stored: a post that is read back has the same hash.
    return hashlib.sha256(storable(written).encode()).hexdigest()


def _keep_content(
    conn: Connection, post_id: int, record: PostRecord
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the stored content under the record's status: what a board hid stays evidence."""
    stored = _READ_CONTENT.first(conn, {"id_": post_id})
    content = {column: getattr(stored, column) for column in _CONTENT}
    content["status"] = record.status
    return content, _read_comments(conn, post_id)


def _keep_version(conn: Connection, found: _Found) -> None:
    """Copy what a post was to post_version."""
    stored = _READ_CONTENT.first(conn, {"id_": found.id})
    comments = _read_comments(conn, found.id)
    for each in comments:
        del each["position"]
    conn.execute(
        insert(post_version),
        {
            **stored._asdict(),
            "post_id": found.id,
            "version": found.version,
            "comments": comments,
            "seen_at": found.changed_at or found.first_seen_at,
            "run_id": found.run_id,
            "capture_id": found.capture_id,
        },
    )


def _is_older(record: PostRecord, found: _Found, now: datetime) -> bool:
    """Tell a sight of a post from before the one that is stored: an archive's, say.

    A stored time that is still to come was a wrong clock's: it holds nothing up.
    """
    if record.fetched_at is None or found.fetched_at is None:
        return False
    last: datetime = found.fetched_at
    return whole_seconds(record.fetched_at) < last <= now


def _news(record: PostRecord, found: _Found, now: datetime) -> dict[str, Any]:
    """Return what a post's new sight changes apart from its content, by column."""
    fresh = {
        "hits": _count(record.hits),
        "comment_count": _comment_count(record),
        "list_mark": None if record.list_mark is None else storable(record.list_mark),
    }
    values: dict[str, Any] = {
        column: value
        for column, value in fresh.items()
        if value is not None and value != getattr(found, column)
    }
    if record.problem != found.problem:
        values["problem"] = record.problem
    if record.fetched_at is not None:
        fetched_at = whole_seconds(record.fetched_at)
        # An old capture that is read later is not the last fetch.
        is_newer = found.fetched_at is None or fetched_at > found.fetched_at
        if is_newer or (found.fetched_at > now and fetched_at != found.fetched_at):
            values["fetched_at"] = fetched_at
    if record.url is not None and record.url != found.url:
        values["url"] = record.url  # its board moved
    for column in ("engine", "ip", "posted_at"):
        if getattr(found, column) is None and getattr(record, column) is not None:
            values[column] = getattr(record, column)
    return values


def _presence(record: PostRecord, found: _Found, now: datetime) -> dict[str, datetime]:
    """Return when a post went or came back, by column, where this sight of it shows that."""
    at = now if record.fetched_at is None else record.fetched_at
    is_known, was_gone = True, found.status in GONE
    if found.status is Status.UNREADABLE:  # it says nothing: what was known before it?
        is_known = found.version > 1
        was_gone = (
            found.gone_at is not None and (found.returned_at or found.gone_at) <= found.gone_at
        )
    if is_known and not was_gone and record.status in GONE:
        return {"gone_at": at}
    if was_gone and record.status is Status.LIVE:
        return {"returned_at": at}
    return {}


def _counts(record: PostRecord, body_chars: int | None, hidden_chars: int | None) -> dict[str, int]:
    if body_chars is None:
        body_chars = count_letters(record.body)
    if hidden_chars is None:
        hidden_chars = sum(map(count_letters, record.hidden))
    return {"body_chars": body_chars, "hidden_chars": hidden_chars}


def count_letters(text: str) -> int:
    """Return how many letters and digits *text* has, as it stands."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    if codes.max(initial=0) >= _PLANE:
        return sum(map(str.isalnum, text))
    return int(np.count_nonzero(_letters()[codes]))


_PLANE = 0x10000


@cache
def _letters() -> "NDArray[np.bool_]":
    """Return whether each character of Unicode's first plane is a letter or a digit."""
    return np.fromiter((chr(code).isalnum() for code in range(_PLANE)), np.bool_, _PLANE)


def _comment_count(record: PostRecord) -> int | None:
    if record.comment_count is None and record.status is Status.LIVE:
        return len(record.comments)
    return _count(record.comment_count)


def _count(value: int | None) -> int | None:
    """Return a figure that a page gave, None where it can't be one."""
    return value if value is not None and 0 <= value <= _MOST else None


def _read_comments(conn: Connection, post_id: int) -> list[dict[str, Any]]:
    return [row._asdict() for row in _READ_COMMENTS.rows(conn, {"id_": post_id})]


def _add_comments(conn: Connection, post_id: int, comments: list[dict[str, Any]]) -> None:
    _ADD_COMMENT.run_all(conn, [{**each, "post_id": post_id} for each in comments])


def _update_post(values: Mapping[str, Any]) -> Any:
    return (
        update(post)
        .where(post.c.id == bindparam("id_"))
        .values({column: bindparam(column) for column in values})
    )


def save_capture(conn: Connection, record: CaptureRecord | None, run_id: int | None) -> int | None:
    """Store where a response stands, once; return its id, None for no record."""
    if record is None:
        return None
    found = _FIND_CAPTURE.first(conn, {"file_": record.warc_file, "offset_": record.warc_offset})
    if found is not None:
        return int(found.id)
    return _inserted(conn, _ADD_CAPTURE, {**asdict(record), "run_id": run_id})


# --- verdicts -----------------------------------------------------------------------------


def replace_verdict(
    conn: Connection,
    post_id: int,
    mirrors: Sequence[MirrorRecord],
    verdict: VerdictRecord,
    run_id: int | None,
    now: datetime,
    *,
    is_new: bool = False,
) -> bool:
    """Make *mirrors* (best first) and *verdict* the ones of a post.

    Rows that are equal to what is stored are left alone, their times and runs
    too. Quotes are given among the mirrors.

    Args:
        is_new: the post was saved in this transaction for the first time and not matched
            since, so that there is nothing to compare with.

    Returns:
        Whether anything changed.
    """
    found = None if is_new else _READ_VERDICT.first(conn, {"id_": post_id})
    columns = {
        "copies": verdict.copies,
        "title_from_body": verdict.title_from_body,
        "is_spam": verdict.is_spam,
        "reasons": tuple(reason.value for reason in verdict.reasons),
    }
    wanted = dict(_mirror_row(record, at) for at, record in enumerate(mirrors))
    # A post that was never matched has no rows.
    has_rows = found is not None and found.matched_at is not None
    stored = _read_links(conn, post_id) if has_rows else {}
    lures = _read_lures(conn, post_id) if has_rows else []
    with Pipelined(conn):
        changed = _replace_mirrors(conn, post_id, stored, wanted, run_id, now)
        changed |= _replace_lures(conn, post_id, lures, verdict.lures)
        changed |= found is None or found.matched_at is None
        changed |= found is not None and any(
            getattr(found, name) != value for name, value in columns.items()
        )
        if changed:
            _SET_VERDICT.run(conn, {**columns, "id_": post_id, "matched_at": now})
    return changed


@dataclass(frozen=True, slots=True)
class _Link:
    """A mirror with its spans, as compared with the stored one."""

    relation: Relation
    coverage: float
    share: float
    copies: int
    cut: int | None
    cuts: tuple[int | None, ...]
    identity: float
    score: float
    position: int
    spans: tuple[Span, ...]
    substitutions: tuple[tuple[str, str, int], ...]


def _mirror_row(record: MirrorRecord, position: int) -> tuple[int, _Link]:
    return record.article_id, _Link(
        relation=record.relation,
        coverage=record.coverage,
        share=record.share,
        copies=record.copies,
        cut=record.cut,
        cuts=record.cuts,
        identity=record.identity,
        score=record.score,
        position=position,
        spans=record.spans,
        substitutions=tuple(
            (storable(old), storable(new), times) for old, new, times in record.substitutions
        ),
    )


def _replace_mirrors(
    conn: Connection,
    post_id: int,
    stored: dict[int, _Link],
    wanted: dict[int, _Link],
    run_id: int | None,
    now: datetime,
) -> bool:
    gone = [
        {"post_id_": post_id, "article_id_": article_id}
        for article_id, link in stored.items()
        if wanted.get(article_id) != link
    ]
    added = {i: link for i, link in wanted.items() if stored.get(i) != link}
    _DELETE_MIRROR.run_all(conn, gone)  # its spans go with it
    _ADD_MIRROR.run_all(
        conn,
        [
            {
                "post_id": post_id,
                "article_id": article_id,
                "relation": link.relation,
                "coverage": link.coverage,
                "share": link.share,
                "copies": link.copies,
                "cut": link.cut,
                "cuts": link.cuts,
                "identity": link.identity,
                "score": link.score,
                "position": link.position,
                "run_id": run_id,
                "matched_at": now,
                "substitutions": link.substitutions or None,
            }
            for article_id, link in added.items()
        ],
    )
    _ADD_SPAN.run_all(
        conn,
        [
            {
                "post_id": post_id,
                "article_id": article_id,
                "position": position,
                "copy": each.copy,
                "post_start": each.post_start,
                "post_end": each.post_end,
                "article_start": each.article_start,
                "article_end": each.article_end,
            }
            for article_id, link in added.items()
            for position, each in enumerate(link.spans)
        ],
    )
    return bool(gone or added)


def _read_links(conn: Connection, post_id: int) -> dict[int, _Link]:
    spans: dict[int, list[Span]] = {}
    for row in _READ_SPANS.rows(conn, {"id_": post_id}):
        spans.setdefault(row.article_id, []).append(
            Span(row.post_start, row.post_end, row.article_start, row.article_end, row.copy)
        )
    return {
        row.article_id: _Link(
            relation=row.relation,
            coverage=row.coverage,
            share=row.share,
            copies=row.copies,
            cut=row.cut,
            cuts=tuple(row.cuts),
            identity=row.identity,
            score=row.score,
            position=row.position,
            spans=tuple(spans.get(row.article_id, ())),
            substitutions=tuple((old, new, times) for old, new, times in row.substitutions or ()),
        )
        for row in _READ_MIRRORS.rows(conn, {"id_": post_id})
    }


_Lure: TypeAlias = tuple[LureKind, str, str]


def _read_lures(conn: Connection, post_id: int) -> list[_Lure]:
    return [(row.kind, row.value, row.raw) for row in _READ_LURES.rows(conn, {"id_": post_id})]


def _replace_lures(
    conn: Connection, post_id: int, stored: list[_Lure], lures: Sequence[LureRecord]
) -> bool:
    wanted = [(each.kind, storable(each.value), storable(each.raw)) for each in lures]
    if wanted == stored:
        return False
    if stored:
        _DELETE_LURES.run(conn, {"id_": post_id})
    _ADD_LURE.run_all(
        conn,
        [
            {"post_id": post_id, "position": at, "kind": kind, "value": value, "raw": raw}
            for at, (kind, value, raw) in enumerate(wanted)
        ],
    )
    return True


# --- articles -----------------------------------------------------------------------------


def save_articles(
    conn: Connection,
    records: Sequence[ArticleRecord],
    chars: Sequence[int],
    run_id: int | None,
    now: datetime,
) -> list[SavedArticle]:
    """Store known articles, each under a key of its own; another title or text makes a new version.

    What else a later record knows (address, publisher, times) is taken over, and
    nothing known is forgotten; a stub only adds to a text that is known whole.

    Args:
        chars: letters and digits of each text.

    Raises:
        InvalidRecord: no key, or one that is too long; nothing is stored then.
    """
    for record in records:
        _check_identity("key", record.key)
    known = {
        row.key: row
        for row in conn.execute(_FIND_ARTICLES, {"keys_": [record.key for record in records]})
    }
    saved: dict[str, SavedArticle] = {}
    added: list[dict[str, Any]] = []
    for record, letters in zip(records, chars, strict=True):
        facts = _facts_of(record)
        capture_id = save_capture(conn, record.capture, run_id)
        if capture_id is not None:
            facts["capture_id"] = capture_id
        sha = _text_sha(record.title, record.text)
        if found := known.get(storable(record.key)):
            saved[record.key] = _update_article(
                conn, found, record, facts, sha, letters, run_id, now
            )
            continue
        added.append(
            {
                "capture_id": None,
                **facts,
                "key": record.key,
                "origin": Origin.KNOWN,
                "title": record.title,
                "text": record.text,
                "chars": letters,
                "text_sha": sha,
                "is_stub": record.is_stub,
                "first_seen_at": now,
                "version": 1,
                "run_id": run_id,
            }
        )
    for values, row in zip(added, _ADD_ARTICLE.first_of_each(conn, added), strict=True):
        saved[values["key"]] = SavedArticle(int(row.id), Outcome.NEW, 1)
    return [saved[record.key] for record in records]


def _facts_of(record: ArticleRecord) -> dict[str, Any]:
    """Return what a record knows of its article beside the text."""
    return {
        "url": None if record.url is None else storable(record.url),
        "publisher": None if record.publisher is None else storable(record.publisher),
        "published_at": None if record.published_at is None else whole_seconds(record.published_at),
        "fetched_at": None if record.fetched_at is None else whole_seconds(record.fetched_at),
        "byline": None if record.byline is None else storable(record.byline),
        "modified_at": None if record.modified_at is None else whole_seconds(record.modified_at),
    }


def _update_article(
    conn: Connection,
    found: Any,
    record: ArticleRecord,
    facts: Mapping[str, Any],
    sha: str,
    letters: int,
    run_id: int | None,
    now: datetime,
) -> SavedArticle:
    """Take over what a record knows more, or newer, of an article than its row *found*."""
    where = article.c.id == found.id
    is_stub = record.is_stub or (
        2 * letters < found.chars
        and _is_beginning(
            record.text, conn.execute(select(article.c.text).where(where)).scalar_one()
        )
    )
    less_known = is_stub and (not found.is_stub or letters < found.chars)
    if less_known:
        sha = found.text_sha  # the whole of it, or more of it, is known already
    values: dict[str, Any] = {
        column: value
        for column, value in facts.items()
        if value is not None
        and value != getattr(found, column)
        and not (less_known and getattr(found, column) is not None)
    }
    known_at, told_at = found.published_at, facts["published_at"]
    if known_at is not None and told_at is not None and _same_day(known_at, told_at):
        # Imports know the day where a page or a search tells the minute.
        if _is_day(told_at):
            values.pop("published_at", None)
        elif _is_day(known_at):
            values["published_at"] = told_at
    if sha == found.text_sha:
        if found.is_stub and not record.is_stub:
            values["is_stub"] = False
        if values:
            conn.execute(update(article).where(where), values)
        return SavedArticle(found.id, Outcome.SEEN, found.version)
    old = conn.execute(select(article.c.title, article.c.text).where(where)).one()
    conn.execute(
        insert(article_version),
        {
            "article_id": found.id,
            "version": found.version,
            "title": old.title,
            "text": old.text,
            "seen_at": found.changed_at or found.first_seen_at,
            "capture_id": found.capture_id,
        },
    )
    values |= {
        "title": record.title,
        "text": record.text,
        "chars": letters,
        "text_sha": sha,
        "is_stub": record.is_stub,
        "version": found.version + 1,
        "changed_at": now,
        "run_id": run_id,
    }
    conn.execute(update(article).where(where), values)
    return SavedArticle(found.id, Outcome.CHANGED, found.version + 1, old.text)


def _is_beginning(text: str, whole: str) -> bool:
    """Tell whether a text is mostly how *whole* begins: papers put articles behind a wall, later on."""
    ours, theirs = (list(filter(str.isalnum, each)) for each in (text, whole))
    same = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False))
    )
    return same > 0 and 2 * same >= len(ours)


_KST = timezone(timedelta(hours=9))
"""What the day of a Korean article is counted in."""


def _is_day(at: datetime) -> bool:
    return at.astimezone(_KST).time() == time()


def _same_day(one: datetime, other: datetime) -> bool:
    return one.astimezone(_KST).date() == other.astimezone(_KST).date()


def _text_sha(title: str | None, text: str) -> str:
    return hashlib.sha256(storable(dump_json([title, text])).encode()).hexdigest()


# --- boards, runs, the store itself -------------------------------------------------------


def save_board(
    conn: Connection,
    url: str,
    engine: str | None,
    name: str | None,
    now: datetime | None = None,
    *,
    asked_url: str | None = None,
    others: Sequence[str] = (),
) -> int:
    """Store a board that somebody asked to crawl, and return its id.

    A new one is visited by scheduled crawls from then on; one that was switched off
    after a crawl stays so.

    Args:
        asked_url: the address that it was named by, where that is another one.
        others: other addresses of it: if the store knows it by one of them, it moved.

    Raises:
        InvalidRecord: the address is too long.
    """
    _check_identity("board", url)
    _move_board(conn, url, engine, others)
    found = conn.execute(
        select(
            board.c.id,
            board.c.engine,
            board.c.name,
            board.c.enabled,
            board.c.last_crawled_at,
            board.c.asked_url,
        ).where(board.c.url == url)
    ).first()
    if found is None:
        at = now or datetime.now(UTC)
        board_id = _add_board(conn, url, engine, name, at, enabled=True)
        if asked_url is not None:
            conn.execute(
                update(board).where(board.c.id == board_id), {"asked_url": storable(asked_url)}
            )
        return board_id
    values: dict[str, Any] = {
        column: value
        for column, value in (("engine", engine), ("name", name), ("asked_url", asked_url))
        if value is not None and value != found._mapping[column]
    }
    if not found.enabled and found.last_crawled_at is None:
        values["enabled"] = True  # it was only known from posts
    if values:
        conn.execute(update(board).where(board.c.id == found.id), values)
    return int(found.id)


def name_board(
    conn: Connection, url: str, engine: str, name: str, now: datetime, others: Sequence[str]
) -> None:
    """Store what an archive calls a board; a crawl's own word for it stays.

    An address that cannot be a board's identity is left out, as its posts will be.
    """
    try:
        _check_identity("board", url)
    except InvalidRecord:
        return
    _move_board(conn, url, engine, others)
    found = conn.execute(
        select(board.c.id, board.c.name, board.c.last_crawled_at).where(board.c.url == url)
    ).first()
    if found is None:
        _add_board(conn, url, engine, name, now, enabled=False)
    elif found.last_crawled_at is None and name != found.name:
        conn.execute(update(board).where(board.c.id == found.id), {"name": name})


def _move_board(conn: Connection, url: str, engine: str | None, others: Sequence[str]) -> None:
    """Give a board that the store knows by another of its addresses the one that it has now.

    Its posts go with it: else each would stand there twice, a copy of itself. Where posts
    stand under both addresses, the old one is not visited any more.
    """
    if not others:
        return
    is_old = and_(board.c.url.in_(others), board.c.engine == engine)
    holds_posts = select(post.c.id).where(post.c.board_id == board.c.id).exists()
    known = conn.execute(select(board.c.id, holds_posts).where(board.c.url == url)).first()
    if known is not None and known[1]:
        conn.execute(update(board).where(is_old).values(enabled=False))
        return
    old = conn.execute(
        select(board.c.id, board.c.url, board.c.asked_url, board.c.last_crawled_at)
        .where(is_old, holds_posts)
        .order_by(board.c.id)
    ).first()
    if old is None:
        return
    if known is not None:
        conn.execute(delete(board).where(board.c.id == known.id))
    # The board file may still name it as it was.
    values = {"url": url, "asked_url": old.asked_url or old.url}
    conn.execute(update(board).where(board.c.id == old.id), values)


def _add_board(
    conn: Connection,
    url: str,
    engine: str | None,
    name: str | None,
    now: datetime,
    *,
    enabled: bool,
) -> int:
    return _insert(
        conn,
        board,
        {
            "url": url,
            "engine": engine,
            "name": name,
            "enabled": enabled,
            "interval_seconds": CRAWL_INTERVAL_SECONDS,
            "first_seen_at": now,
        },
    )


def propose_board(
    conn: Connection,
    url: str,
    engine: str | None,
    found_on: str,
    now: datetime,
    others: Sequence[str] = (),
) -> bool:
    """Store a board that a page links to, for somebody to look at: no crawl visits it.

    Return whether it is new to the store, by none of its *others* known either. An address
    that cannot be a board's identity is left out.
    """
    try:
        _check_identity("board", url)
    except InvalidRecord:
        return False
    known = select(board.c.id).where(board.c.url.in_([url, *others])).limit(1)
    if conn.scalar(known) is not None:
        return False
    board_id = _add_board(conn, url, engine, None, now, enabled=False)
    conn.execute(update(board).where(board.c.id == board_id), {"found_on": storable(found_on)})
    return True


def start_run(conn: Connection, command: str, arguments: dict[str, Any], now: datetime) -> int:
    """Store that a job begins, by which program and recipe, and return its id.

    Raises:
        WrongClock: the machine has not been told the time (a board computer without a battery begins in
            1970): every post would seem to come from the future, and lose its time for good.
    """
    if now < EARLIEST:
        raise WrongClock(
            f"The clock of this machine says {now:%Y-%m-%d %H:%M} UTC: set it first (NTP does), "
            "or posts and runs are stored with wrong times"
        )
    return _insert(
        conn,
        run,
        {
            "command": command,
            "arguments": arguments,
            "started_at": now,
            "version": program_version(),
            "recipe": get_store_info(conn, "recipe"),
        },
    )


def finish_run(
    conn: Connection,
    run_id: int,
    outcome: str,
    exit_code: int,
    stats: dict[str, Any],
    now: datetime,
) -> None:
    """Store how a job ended."""
    conn.execute(
        update(run).where(run.c.id == run_id),
        {
            "finished_at": now,
            "outcome": outcome,
            "exit_code": exit_code,
            "stats": stats,
            # `rematch --recipe` began with another one.
            "recipe": get_store_info(conn, "recipe"),
        },
    )


def get_store_info(conn: Connection, name: str) -> str | None:
    """Return a fact about the store as a whole, None where it is not set."""
    return conn.scalar(select(store_info.c.value).where(store_info.c.name == name))


def set_store_info(conn: Connection, name: str, value: str) -> None:
    """Set a fact about the store as a whole."""
    where = store_info.c.name == name
    if conn.execute(update(store_info).where(where), {"value": value}).rowcount == 0:
        conn.execute(insert(store_info), {"name": name, "value": value})


def store_pseudonyms(conn: Connection) -> Pseudonyms:
    """Return the store's pseudonyms; their key is made when they are first asked for."""
    key = get_store_info(conn, "pseudonym_key")
    if key is None:
        key = secrets.token_hex(32)
        set_store_info(conn, "pseudonym_key", key)
    return Pseudonyms(bytes.fromhex(key))


# --- statements ---------------------------------------------------------------------------


def _insert(conn: Connection, table: Table[Any], values: Mapping[str, Any]) -> int:
    """Insert a row and return its id."""
    key = conn.execute(insert(table), values).inserted_primary_key
    assert key is not None
    return int(key[0])


def _inserted(conn: Connection, statement: Statement, values: Mapping[str, Any]) -> int:
    """Insert a row with a statement of the hot path and return its id."""
    return int(statement.first(conn, values).id)


def _check_identity(name: str, value: str, *, may_be_empty: bool = False) -> None:
    if not value and not may_be_empty:
        raise InvalidRecord(f"the {name} is empty")
    if len(value) * 4 > KEY_BYTES and len(storable(value).encode()) > KEY_BYTES:
        raise InvalidRecord(f"the {name} is longer than {KEY_BYTES} bytes: {value[:60]}…")


def _adding(table: Table[Any], *, without: Sequence[str] = ()) -> Statement:
    """Return the insert of a row of all columns but those *without*, its id among them if made."""
    own_id = "id" in table.c
    columns = [name for name in table.columns.keys() if name not in {"id", *without}]  # noqa: SIM118
    statement = insert(table)
    return Statement(statement.returning(table.c.id) if own_id else statement, columns)


_ADD_POST = _adding(
    post,
    without=("changed_at", "copies", "title_from_body", "matched_at", "gone_at", "returned_at"),
)
_ADD_COMMENT = _adding(comment)
_ADD_MIRROR = _adding(mirror)
_ADD_SPAN = _adding(span)
_ADD_LURE = _adding(lure)
_ADD_ARTICLE = _adding(article, without=("changed_at", "story_id"))
_ADD_CAPTURE = _adding(capture)
_FIND_CAPTURE = Statement(
    select(capture.c.id).where(
        capture.c.warc_file == bindparam("file_"), capture.c.warc_offset == bindparam("offset_")
    )
)
_CONTENT = (
    "status",
    "title",
    "author",
    "category",
    "body",
    "hidden",
    "hrefs",
    "links",
    "files",
)
# The board's row comes without a post where that is new: one round trip for both.
_FIND_POST = Statement(
    select(
        board.c.id.label("board_id"),
        post.c.id,
        post.c.content_sha,
        post.c.version,
        post.c.run_id,
        post.c.first_seen_at,
        post.c.changed_at,
        post.c.hits,
        post.c.comment_count,
        post.c.list_mark,
        post.c.fetched_at,
        post.c.url,
        post.c.engine,
        post.c.ip,
        post.c.posted_at,
        post.c.status,
        post.c.problem,
        post.c.capture_id,
        post.c.gone_at,
        post.c.returned_at,
    )
    .select_from(board)
    .outerjoin(
        post, and_(post.c.board_id == board.c.id, post.c.native_id == bindparam("native_id"))
    )
    .where(board.c.url == bindparam("board_url"))
)
_READ_CONTENT = Statement(
    select(*(post.c[column] for column in (*_CONTENT, "content_sha"))).where(
        post.c.id == bindparam("id_")
    )
)
_READ_COMMENTS = Statement(
    select(
        comment.c.position,
        comment.c.native_id,
        comment.c.author,
        comment.c.posted_at,
        comment.c.text,
        comment.c.depth,
    )
    .where(comment.c.post_id == bindparam("id_"))
    .order_by(comment.c.position)
)
_DELETE_COMMENTS = Statement(delete(comment).where(comment.c.post_id == bindparam("id_")))
_READ_VERDICT = Statement(
    select(
        post.c.copies, post.c.title_from_body, post.c.is_spam, post.c.reasons, post.c.matched_at
    ).where(post.c.id == bindparam("id_"))
)
_SET_VERDICT = Statement(
    update(post)
    .where(post.c.id == bindparam("id_"))
    .values(
        {
            column: bindparam(column)
            for column in ("copies", "title_from_body", "is_spam", "reasons", "matched_at")
        }
    )
)
_READ_MIRRORS = Statement(
    select(
        mirror.c.article_id,
        mirror.c.relation,
        mirror.c.coverage,
        mirror.c.share,
        mirror.c.copies,
        mirror.c.cut,
        mirror.c.cuts,
        mirror.c.identity,
        mirror.c.score,
        mirror.c.position,
        mirror.c.substitutions,
    ).where(mirror.c.post_id == bindparam("id_"))
)
_READ_SPANS = Statement(
    select(
        span.c.article_id,
        span.c.copy,
        span.c.post_start,
        span.c.post_end,
        span.c.article_start,
        span.c.article_end,
    )
    .where(span.c.post_id == bindparam("id_"))
    .order_by(span.c.article_id, span.c.position)
)
_DELETE_MIRROR = Statement(
    delete(mirror).where(
        mirror.c.post_id == bindparam("post_id_"), mirror.c.article_id == bindparam("article_id_")
    )
)
_READ_LURES = Statement(
    select(lure.c.kind, lure.c.value, lure.c.raw)
    .where(lure.c.post_id == bindparam("id_"))
    .order_by(lure.c.position)
)
_DELETE_LURES = Statement(delete(lure).where(lure.c.post_id == bindparam("id_")))
_FIND_ARTICLES = select(
    article.c.key,
    article.c.id,
    article.c.text_sha,
    article.c.version,
    article.c.first_seen_at,
    article.c.changed_at,
    article.c.url,
    article.c.publisher,
    article.c.published_at,
    article.c.fetched_at,
    article.c.byline,
    article.c.modified_at,
    article.c.capture_id,
    article.c.is_stub,
    article.c.chars,
).where(article.c.key.in_(bindparam("keys_", expanding=True)))
