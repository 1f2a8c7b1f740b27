"""What is left of a post when its articles are taken away: the payload.

Contacts are found by their form (`contacts`), search keywords by where they stand
(`keywords`).  Every lure is kept raw and normalised, so that ㅋㅏ톡 and 카톡, 010.1234.5678
and 01012345678 are one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

from models.relation import LureKind
from pipelines.core.contacts import Found, Lure, read_hrefs, take_contacts
from pipelines.core.keywords import (
    MAX_LINE,
    Piece,
    find_keywords,
    is_prose,
    is_ware,
    key_of,
)
from pipelines.core.normalise import NormalForm

Range = tuple[int, int]

_LETTER = re.compile(r"[^\W_]")

MAX_LURES = 200
"""Lures kept of one post, the first of each; spam can carry tens of thousands."""
MAX_TEXT = 60_000
"""Characters of leftover text that are searched, half from each end."""
AROUND = 200
"""Characters of the body on each side of a contact that may say whose it is."""
EDGE_LINES = 4
"""Lines from the head or foot of a body on which a keyword needs no witness."""


@dataclass(frozen=True, slots=True)
class Payload:
    """The lures of a post and how its keywords were placed."""

    lures: tuple[Lure, ...]
    keyword_line: bool
    """A keyword stands alone on a line outside the copied text."""
    keyword_injected: bool
    """A keyword was pushed into the copied text."""
    repeated: int
    """How often the most frequent keyword stands in the leftover text."""

    @property
    def keywords(self) -> tuple[str, ...]:
        return tuple(lure.value for lure in self.lures if lure.kind is LureKind.KEYWORD)

    @property
    def contacts(self) -> tuple[Lure, ...]:
        return tuple(lure for lure in self.lures if lure.kind is not LureKind.KEYWORD)


def find_payload(
    body: str,
    copied: Sequence[Range],
    *,
    title: str = "",
    headlines: Sequence[str] = (),
    articles: Sequence[str] = (),
    pushed: Iterable[Range] = (),
    hrefs: Iterable[str] = (),
    hidden: Sequence[str] = (),
    substitutes: Iterable[tuple[str, str]] = (),
) -> Payload:
    """Return the payload of a post.

    *copied* are the ranges of *body* that come from articles, ascending; without
    any, the whole body is searched with more caution, since own text is no
    payload by itself.

    Args:
        title: the post's own.
        headlines: titles of the articles: a pasted headline is no keyword.
        articles: the articles' texts in normal form: their words are no keywords.
        pushed: ranges of *body* between copied ones where nothing of the article is missing.
        hrefs: targets of the post's links.
        hidden: texts that a reader does not see.
        substitutes: words that stand throughout for one of the article's, plain and raw.
    """
    gaps = _leftover(body, copied, frozenset(pushed))
    found = [_contacts_of(body, gap) for gap in gaps]
    with_contact = {gap.line for gap, each in zip(gaps, found, strict=True) if each.lures}
    keywords = find_keywords(
        [
            Piece(
                each.read,
                start,
                end,
                inline=gap.inline,
                pushed=gap.pushed,
                at_edge=gap.at_edge,
                by_contact=not with_contact.isdisjoint((gap.line - 1, gap.line, gap.line + 1)),
            )
            for gap, each in zip(gaps, found, strict=True)
            for start, end in each.rest
            if _LETTER.search(each.read.text, start, end)
        ],
        title=title,
        headlines=headlines,
        articles=articles,
        is_copy=bool(copied),
    )
    named = {key_of(value) for value, _ in keywords.found}
    put_in = [each for each in substitutes if is_ware(each[0]) and each[0] not in named]
    lures = [Lure(LureKind.KEYWORD, value, raw) for value, raw in (*keywords.found, *put_in)]
    lures += [lure for each in found for lure in each.lures]
    lures += [lure for text in hidden for lure in take_contacts(text[:MAX_TEXT]).lures]
    lures += read_hrefs(hrefs)
    return Payload(
        tuple(dict.fromkeys(lures))[:MAX_LURES],
        keywords.on_line,
        keywords.injected or bool(put_in),
        keywords.repeated,
    )


@dataclass(frozen=True, slots=True)
class _Gap:
    """What the copied ranges leave of one line."""

    start: int
    end: int
    line: int
    inline: bool
    """It stands inside copied text, not on a line of its own."""
    pushed: bool
    at_edge: bool


def _leftover(body: str, copied: Sequence[Range], pushed: frozenset[Range]) -> list[_Gap]:
    """Return what the copied ranges leave of the body, a line or a part of a line each."""
    gaps: list[_Gap] = []
    head, foot = _edges(body)
    done = line = counted = 0
    for start, end in [*copied, (len(body), len(body))]:
        if start > done:
            line += body.count("\n", counted, done)
            at = done
            whole = (done, start) in pushed
            parts = body[done:start].split("\n")
            for nth, part in enumerate(parts):
                # Only a part that touches copied text on its own line is inside it.
                inline = (nth == 0 and done > 0) or (nth == len(parts) - 1 and start < len(body))
                if _LETTER.search(part):
                    edge = at < head or at >= foot
                    gaps.append(_Gap(at, at + len(part), line + nth, inline, whole, edge))
                at += len(part) + 1
            line += len(parts) - 1
            counted = start
        done = max(done, end)
    size = 0
    for kept, gap in enumerate(gaps):
        size += gap.end - gap.start
        if size > MAX_TEXT:
            return gaps[:kept] + gaps[kept:][-500:]
    return gaps


def _edges(body: str) -> Range:
    """Return where the first lines of the body end and the last ones begin."""
    lines = body.split("\n")
    filled = [nth for nth, line in enumerate(lines) if not line.isspace() and line]
    if len(filled) <= 2 * EDGE_LINES:
        return len(body), 0
    head = sum(len(line) + 1 for line in lines[: filled[EDGE_LINES]])
    foot = len(body) - sum(len(line) + 1 for line in lines[filled[-EDGE_LINES] :]) + 1
    return head, foot


def _contacts_of(body: str, gap: _Gap) -> Found:
    def around(start: int, end: int) -> tuple[str, str]:
        first, last = gap.start + start, gap.start + end
        return body[max(0, first - AROUND) : first], body[last : last + AROUND]

    return take_contacts(body[gap.start : gap.end], around)


def is_payload_line(line: str) -> bool:
    """Tell whether a line of a post whose article is not known looks like payload, not text."""
    return len(line) <= 4 * MAX_LINE and _is_payload(line)


# One line is asked for when its post is matched and when its main text is found, and every
# post of a campaign has it.
@lru_cache(4096)
def _is_payload(line: str) -> bool:
    found = take_contacts(line)
    key = key_of(" ".join(found.read.text[start:end] for start, end in found.rest))
    return len(key) <= 12 or (len(key) <= MAX_LINE and not is_prose(line))


def main_ranges(form: NormalForm, stretches: Iterable[tuple[int, int]]) -> list[Range]:
    """Return normal-form ranges as ascending, disjoint ranges of the stored text."""
    out: list[Range] = []
    for start, end in sorted(stretches):
        source = form.source(start, end)
        if out and source[0] <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], source[1]))
        else:
            out.append(source)
    return out


class Stretched(Protocol):
    """A piece of a post that renders a piece of an article; normal-form positions."""

    @property
    def post_start(self) -> int: ...
    @property
    def post_end(self) -> int: ...
    @property
    def article_start(self) -> int: ...
    @property
    def article_end(self) -> int: ...


def pushed_ranges(form: NormalForm, stretches: Iterable[Stretched]) -> list[Range]:
    """Return the ranges of the stored text that were pushed in between letters of an article."""
    ordered = sorted(stretches, key=lambda s: s.post_start)
    return [
        (form.source(a.post_end - 1, a.post_end)[1], form.source(b.post_start, b.post_start + 1)[0])
        for a, b in pairwise(ordered)
        if a.article_end == b.article_start and a.post_end < b.post_start
    ]
