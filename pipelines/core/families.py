"""Posts that copy each other and no known article: the article behind them, rebuilt.

A post's main text is what stands between its lines of payload, once.  Two posts
are kin when one renders the main text of the other; the article inferred from
them is their common text, carried on where only one of them goes on: where both
go on and differ, one of them was glued to something else, and it ends there.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.core.align import MAX_GAP, SEED, chain_runs, find_repeats
from pipelines.core.lures import is_payload_line
from pipelines.core.normalise import NormalForm
from pipelines.core.passages import shingle_hashes
from pipelines.core.verdict import Article, Link, align_with

LEAST_MAIN = 40
"""Normal-form characters of a main text that is worth looking for elsewhere."""
LEAST_REPEAT = 60
"""Characters that a post must repeat for its text to count as pasted twice."""
REPEATED_SHARE = 0.10
"""Share of the post that the repeated text must be."""
LEAST_LONE = 200
"""Characters pasted twice in one post alone that make an inferred article."""
KIN_EQUAL = 40
"""Equal characters of two posts that copy the same unknown article."""
KIN_STRENGTH = 3.0
"""Strength, sqrt(equal) × share of the main text, in the post that shares more of its own."""
KIN_DENSITY = 0.5
"""Equal characters of what the aligned stretches cover."""
KIN_PASSAGE = 120
"""Characters of one passage that two kin must share, or else KIN_PASSAGE_SHARE."""
KIN_PASSAGE_SHARE = 0.5
"""Share of the shorter main text that such a passage must be."""
OWN_TEXT = 60
"""Characters beyond the common text that make a post go on by itself."""
_SENTENCE_END = re.compile(r"[.?!”\"'’)\]…]\s*$|[다요]\s*$")


@dataclass(frozen=True, slots=True)
class MainText:
    """Where a post's main text stands, once, and how often; normal-form positions."""

    start: int
    end: int
    whole_end: int
    """Where the last copy ends."""
    copies: int
    cuts: tuple[int, ...]
    """Length of every copy, in the post's order."""

    def __len__(self) -> int:
        return self.end - self.start


def find_main(body: str, form: NormalForm) -> MainText:
    """Return the main text of a post: between its payload lines, without its repeats."""
    start, end = _between_payload(body, form)
    part = cut_form(form, start, end)
    hashes = shingle_hashes(part.codes, SEED)
    repeats = [
        chain
        for chain in chain_runs(find_repeats(part.text, hashes))
        # A word said over and over comes again too soon to be a text.
        if chain.post_start - chain.article_start >= LEAST_REPEAT
        and chain.equal >= max(LEAST_REPEAT, REPEATED_SHARE * len(part))
    ]
    if not repeats:
        return MainText(start, end, end, 1, (end - start,))
    best = max(repeats, key=lambda c: c.equal)
    first = Article.prepare(0, cut_form(part, best.article_start, best.post_start))
    link = align_with(part, first)
    if link is None or link.copies < 2:
        return MainText(start, end, end, 1, (end - start,))
    ends = [
        max(s.article_end for s in link.stretches if s.copy == copy)
        for copy in range(1, link.copies + 1)
    ]
    return MainText(
        start + best.article_start,
        start + best.post_start,
        start + max(s.post_end for s in link.stretches),
        link.copies,
        tuple(ends),
    )


def cut_form(form: NormalForm, start: int, end: int) -> NormalForm:
    """Return the part [start, end) of a normal form, its offsets unchanged."""
    return NormalForm(form.codes[start:end], form.starts[start:end], form.ends[start:end])


def find_kin(main: NormalForm, others: Sequence[Article]) -> tuple[Article, Link] | None:
    """Return the post, of *others* (their main texts), that is most clearly kin to *main*."""
    best: tuple[tuple[int, int, str], Article, Link] | None = None
    for other in others:
        link = align_with(main, other)
        if link is None:
            continue
        equal = sum(s.equal for s in link.stretches)
        shorter = min(len(main), len(other.form))
        if equal < KIN_EQUAL or equal**1.5 / shorter < KIN_STRENGTH or link.identity < KIN_DENSITY:
            continue
        # Adverts share stock sentences in any order; copies share one long passage.
        if longest_passage(link) < min(KIN_PASSAGE, KIN_PASSAGE_SHARE * shorter):
            continue
        # Of equals the shortest, then by the letters: never by the order of arrival.
        clearness = (equal, -len(other.text), other.text)
        if best is None or clearness > best[0]:
            best = (clearness, other, link)
    return best and best[1:]


def longest_passage(link: Link) -> int:
    """Return the equal characters of the longest passage: stretches that follow each other."""
    best = length = 0
    before = None
    for piece in sorted(link.stretches, key=lambda s: s.post_start):
        follows = before is not None and 0 <= piece.article_start - before <= MAX_GAP
        length = length + piece.equal if follows else piece.equal
        best = max(best, length)
        before = piece.article_end
    return best


def infer_range(main: NormalForm, other: Article, link: Link) -> tuple[int, int]:
    """Return which part of *other*'s main text is the article that both copy.

    Normal-form positions within *other*.
    """
    stretches = link.stretches
    start = min(s.article_start for s in stretches)
    end = max(s.article_end for s in stretches)
    if min(s.post_start for s in stretches) < OWN_TEXT:
        start = 0
    if len(main) - max(s.post_end for s in stretches) < OWN_TEXT:
        end = len(other.form)
    return start, end


def is_open_ended(text: str) -> bool:
    """Tell whether a rebuilt text breaks off within a sentence."""
    return not _SENTENCE_END.search(text)


def _between_payload(body: str, form: NormalForm) -> tuple[int, int]:
    """Return where the text begins and ends once payload lines are taken off both sides."""
    lines = list(re.finditer(r"[^\n]+", body))
    first, last = 0, len(lines)
    while first < last and is_payload_line(lines[first][0]):
        first += 1
    while last > first and is_payload_line(lines[last - 1][0]):
        last -= 1
    if first >= last:
        return 0, len(form)
    begin, finish = lines[first].start(), lines[last - 1].end()
    start = int(form.starts.searchsorted(begin))
    end = int(form.starts.searchsorted(finish))
    return (start, end) if end - start >= LEAST_MAIN else (0, len(form))
