"""One post with all that the store says of it, and its text cut into marked pieces.

`find_posts` finds it by any of its names, `read_explanation` reads it, `segments_of` says
what each letter is: copied (which article, where in it, which copy), payload, or neither.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, or_, select

from models import views
from models.queries import read_spans
from models.records import Span
from models.schema import article, capture, mirror, post, run

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

SEEN_GAP = 12
"""Characters of the article left out between two stretches, from which they are shown apart."""


# --- finding ------------------------------------------------------------------------------


def find_posts(conn: Connection, name: str, addresses: Sequence[str] = ()) -> list[AnyRow]:
    """Return the posts that came with *name* as their id or URL, by post_id.

    Two boards may use the same id.  Where no post came with it, a number is a post_id.

    Args:
        addresses: other spellings of *name*, where it is an address.

    Returns:
        Rows of (post_id, post_key, board_url, title).
    """
    posts = views.posts
    named = or_(posts.c.post_key == name, posts.c.post_url.in_([name, *addresses]))
    found = list(conn.execute(select(*_NAMES).where(named).order_by(posts.c.post_id)).all())
    is_number = name.isascii() and name.isdigit()
    return found or (find_post_id(conn, int(name)) if is_number else [])


def find_post_id(conn: Connection, post_id: int) -> list[AnyRow]:
    """Return the post of an id, as `find_posts` does."""
    if post_id >= 2**31:  # more than the column holds, which PostgreSQL refuses to look for
        return []
    return list(conn.execute(select(*_NAMES).where(views.posts.c.post_id == post_id)).all())


_NAMES = (
    views.posts.c.post_id,
    views.posts.c.post_key,
    views.posts.c.board_url,
    views.posts.c.title,
)


# --- reading ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Copied:
    """One article in the post, where it stands there, and who found that."""

    link: AnyRow
    """A row of the view `mirrors` or `quotes`."""
    spans: Sequence[Span]
    """In the post's order."""
    text: str
    """The article's."""
    version: int
    """Of the article, now."""
    run: AnyRow | None
    """The run that found the link, with the columns of the table `run`."""
    capture: AnyRow | None
    """The response that the article was read from, with the columns of `capture`."""

    @property
    def substitutions(self) -> list[tuple[str, str, int]]:
        """Words of the article that another stands for throughout: (word, other, times)."""
        found = self.link._mapping.get("substitutions")
        return [(old, new, times) for old, new, times in found or ()]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A post, as the store has it."""

    post: AnyRow
    """A row of the view `posts`."""
    hidden: Sequence[str]
    hrefs: Sequence[str]
    links: Sequence[str]
    copied: Sequence[Copied]
    """Best first; quotations after the mirrors."""
    lures: Sequence[AnyRow]
    """Rows of the view `lures`."""
    run: AnyRow | None
    """The run that brought this version of the post."""
    capture: AnyRow | None
    """The response that it was last read from."""

    @property
    def spans(self) -> list[Sequence[Span]]:
        """The aligned stretches of each article, as `segments_of` takes them."""
        return [each.spans for each in self.copied]


def read_explanation(conn: Connection, post_id: int) -> Explanation:
    """Return a post with its links, lures and provenance.

    Raises:
        KeyError: there is no such post.
    """
    posts, lures = views.posts, views.lures
    row = conn.execute(select(posts).where(posts.c.post_id == post_id)).first()
    if row is None:
        raise KeyError(post_id)
    stored = conn.execute(
        select(post.c.hidden, post.c.hrefs, post.c.links, post.c.run_id, post.c.capture_id).where(
            post.c.id == post_id
        )
    ).one()
    found = conn.execute(
        select(lures).where(lures.c.post_id == post_id).order_by(lures.c.position)
    ).all()
    return Explanation(
        post=row,
        hidden=stored.hidden,
        hrefs=stored.hrefs,
        links=stored.links,
        copied=list(_read_copied(conn, post_id)),
        lures=list(found),
        run=_read_run(conn, stored.run_id),
        capture=_read_capture(conn, stored.capture_id),
    )


def _read_copied(conn: Connection, post_id: int) -> Iterator[Copied]:
    for view in (views.mirrors, views.quotes):
        here = select(view).where(view.c.post_id == post_id).order_by(view.c.position)
        for link in conn.execute(here).all():
            source = conn.execute(
                select(article.c.text, article.c.version, article.c.capture_id).where(
                    article.c.id == link.article_id
                )
            ).one()
            run_id = conn.execute(
                select(mirror.c.run_id).where(
                    mirror.c.post_id == post_id, mirror.c.article_id == link.article_id
                )
            ).scalar_one()
            yield Copied(
                link=link,
                spans=read_spans(conn, post_id, link.article_id),
                text=source.text,
                version=source.version,
                run=_read_run(conn, run_id),
                capture=_read_capture(conn, source.capture_id),
            )


def _read_run(conn: Connection, run_id: int | None) -> AnyRow | None:
    return conn.execute(select(run).where(run.c.id == run_id)).first()


def _read_capture(conn: Connection, capture_id: int | None) -> AnyRow | None:
    return conn.execute(select(capture).where(capture.c.id == capture_id)).first()


# --- the text in pieces -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of a body's characters of one kind."""

    text: str
    copy: tuple[int, int] | None = None
    """Article (its index in the spans given) and copy that it is part of."""
    is_payload: bool = False
    article_start: int = 0
    """Where it begins in the article's text, if it is part of a copy."""
    article_end: int = 0


def segments_of(
    body: str, spans: Sequence[Sequence[Span]], raws: Iterable[str]
) -> Iterator[Segment]:
    """Yield the body in pieces: copied, payload, or neither.  Together they are the body.

    Args:
        body: the post's text, or the beginning of it.
        spans: those of each article, the best article first: it wins where two claim
            the same text.
        raws: the lures as they stand in the post.
    """
    owners: list[tuple[int, int] | bool] = [False] * len(body)
    for number in range(len(spans) - 1, -1, -1):
        for at, span in enumerate(spans[number]):
            end = min(span.post_end, len(body))
            owners[span.post_start : end] = [(number, at)] * (end - span.post_start)
    for raw in sorted({raw for raw in raws if raw}, key=len):
        found = body.find(raw)
        while found >= 0:
            for place in range(found, found + len(raw)):
                if owners[place] is False:
                    owners[place] = True
            found = body.find(raw, found + len(raw))
    pieces: list[Segment] = []
    start = 0
    for owner, letters in groupby(owners):
        end = start + sum(1 for _ in letters)
        if isinstance(owner, tuple):
            number, at = owner
            span = spans[number][at]
            copy = (number, span.copy)
            pieces.append(
                Segment(
                    body[start:end],
                    copy,
                    article_start=span.article_start,
                    article_end=span.article_end,
                )
            )
        else:
            pieces.append(Segment(body[start:end], is_payload=owner))
        start = end
    yield from _joined(pieces)


def _joined(pieces: Sequence[Segment]) -> Iterator[Segment]:
    """Join stretches of a copy between which no letter or digit stands."""
    at = 0
    while at < len(pieces):
        first = last = pieces[at]
        text = first.text
        while first.copy is not None and at + 1 < len(pieces):
            step = 1 if pieces[at + 1].copy == first.copy else 2
            between = "" if step == 1 else pieces[at + 1].text
            if (
                at + step >= len(pieces)
                or pieces[at + step].copy != first.copy
                or not 0 <= pieces[at + step].article_start - last.article_end < SEEN_GAP
                or any(map(str.isalnum, between))
            ):
                break
            last = pieces[at + step]
            text += between + last.text
            at += step
        yield Segment(text, first.copy, first.is_payload, first.article_start, last.article_end)
        at += 1


def substituted(
    text: str, substitutions: Sequence[tuple[str, str, int]]
) -> Iterator[tuple[str, str | None]]:
    """Yield copied text in pieces, each with the article's word that it stands for, or None."""
    words = {new: old for old, new, _ in substitutions if new}
    if not words:
        yield text, None
        return
    # The longest first: one may be the beginning of another.
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    done = 0
    for found in re.finditer(pattern, text):
        if found.start() > done:
            yield text[done : found.start()], None
        yield found[0], words[found[0]]
        done = found.end()
    if done < len(text):
        yield text[done:], None


def copies_of(spans: Sequence[Sequence[Span]]) -> list[tuple[int, int]]:
    """Return (article, copy) in the order in which they begin in the body."""
    begins: dict[tuple[int, int], int] = {}
    for number, own in enumerate(spans):
        for span in own:
            key = (number, span.copy)
            begins[key] = min(begins.get(key, span.post_start), span.post_start)
    return sorted(begins, key=lambda key: (begins[key], key))
