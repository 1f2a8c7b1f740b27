"""A stored answer, worked out again: whether the store still says what the matcher says now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, select, update

from models.explanation import Copied, Explanation, read_explanation
from models.records import PostRecord
from models.relation import Status
from models.schema import board, post
from models.write import writing
from pipelines.match import Matcher


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came out otherwise."""

    what: str
    stored: str
    now: str


class _Undone(Exception):  # noqa: N818 - no error: it ends a transaction without its changes
    """Carries the answer out of a transaction that must leave nothing behind."""

    def __init__(self, answer: Explanation) -> None:
        super().__init__()
        self.answer = answer


def match_again(engine: Engine, post_id: int) -> Explanation:
    """Return what the store would say of a post if it were matched now; nothing is written.

    The post goes the way of one that a crawl finds changed, in a transaction that is rolled
    back: so families, too, are what they would become.  Other writers wait meanwhile, some
    milliseconds.

    Raises:
        KeyError: there is no such post.
        StoreError: the store went away, or can't be written.
    """
    try:
        with writing(engine) as connection:
            record = _record_of(connection, post_id)
            # As if its content were another one than before.
            connection.execute(update(post).where(post.c.id == post_id).values(content_sha=""))
            Matcher().save_post(connection, record, None, datetime.now(UTC))
            raise _Undone(read_explanation(connection, post_id))
    except _Undone as done:
        return done.answer


def _record_of(connection: Connection, post_id: int) -> PostRecord:
    row = connection.execute(
        select(post, board.c.url.label("board_url"))
        .join(board, board.c.id == post.c.board_id)
        .where(post.c.id == post_id)
    ).first()
    if row is None:
        raise KeyError(post_id)
    return PostRecord(
        board_url=row.board_url,
        native_id=row.native_id,
        key=row.key,
        url=row.url,
        # What readers can see no more is matched as it was seen.
        status=Status.LIVE,
        title=row.title,
        author=row.author,
        category=row.category,
        body=row.body,
        hidden=row.hidden,
        hrefs=row.hrefs,
        links=row.links,
        files=row.files,
    )


def differences(stored: Explanation, now: Explanation) -> list[Difference]:
    """Return what differs between two answers for one post; empty where nothing does."""
    return list(_differences(stored, now))


_VERDICT = ("is_spam", "reasons", "copies", "title_from_body")
_LINK = ("relation", "coverage", "share", "copies", "cut", "cuts", "identity", "score")


def _differences(stored: Explanation, now: Explanation) -> Iterator[Difference]:
    for name in _VERDICT:
        before, after = (getattr(each.post, name) for each in (stored, now))
        if before != after:
            yield Difference(name, str(before), str(after))
    old = {copied.link.article_id: copied for copied in stored.copied}
    new = {copied.link.article_id: copied for copied in now.copied}
    for article_id in old | new:
        if article_id not in new:
            yield Difference("link", _name(old[article_id]), "none")
        elif article_id not in old:
            yield Difference("link", "none", _name(new[article_id]))
        else:
            yield from _link_differences(old[article_id], new[article_id])
    if list(old) != list(new) and set(old) == set(new):
        yield Difference("order of links", *(" ".join(map(_name, e.copied)) for e in (stored, now)))
    before, after = (_lures(each) for each in (stored, now))
    for kind, value in before:
        if (kind, value) not in after:
            yield Difference("lure", f"{kind} {value}", "none")
    for kind, value in after:
        if (kind, value) not in before:
            yield Difference("lure", "none", f"{kind} {value}")


def _link_differences(stored: Copied, now: Copied) -> Iterator[Difference]:
    name = _name(stored)
    for column in _LINK:
        before, after = (getattr(each.link, column) for each in (stored, now))
        if before != after:
            yield Difference(f"{column} ({name})", str(before), str(after))
    if stored.substitutions != now.substitutions:
        said = (", ".join(f"{a} → {b}" for a, b, _ in each.substitutions) for each in (stored, now))
        yield Difference(f"substitutions ({name})", *said)
    if stored.spans != now.spans:
        yield Difference(f"spans ({name})", _spans(stored), _spans(now))


def _spans(copied: Copied) -> str:
    return ", ".join(
        f"{span.post_start}-{span.post_end} = {span.article_start}-{span.article_end}"
        for span in copied.spans[:12]
    ) + (" …" if len(copied.spans) > 12 else "")


def _name(copied: Copied) -> str:
    link = copied.link
    return link.article_key or f"inferred article {link.article_id}"


def _lures(explanation: Explanation) -> Sequence[tuple[str, str]]:
    return [(str(row.kind), row.value) for row in explanation.lures]
