"""The best reading of an unknown article that its copies give together.

One copy is the backbone: the one whose letters others confirm most, and that has least of
its own.  Where others read differently, they vote.  What no other copy confirms is left
out; what two others have beyond the backbone is added.

The picture is the consensus step of assembling a text from reads.  Source: Kececioglu &
Myers, "Combinatorial algorithms for DNA sequence assembly" (1995).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from pipelines.core.families import IsCommon, Range, passages_of
from pipelines.core.normalise import NormalForm, normalise
from pipelines.core.reconstruct import KEPT, cut, extend, gap, holds_any, size
from pipelines.core.verdict import Article, Text

LEAST_EQUAL = 3
"""Letters between two changes that confirm each other; fewer are equal by chance."""
SPREAD = 2.0
"""Characters a letter, blanks and marks counted, of a text that parts its letters; most have 1.35."""
MOST_CHANGED = 20
"""Letters of a wording that no vote decides and that is kept; more is another text's."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of the article."""

    body: str
    """The stored text."""
    form: NormalForm
    """Of its main text."""
    text: Text
    article: Article
    """Both prepared from *form*: to be aligned with others, and for others."""
    payload: frozenset[str] = frozenset()
    """Words of its payload lines, in normal form."""
    others: tuple[Range, ...] = ()
    """What other articles explain of its main text."""
    is_common: IsCommon | None = None
    """Tells which stretches of its main text stand in many posts that are no kin."""


class _Block(NamedTuple):
    """Letters that two copies have in common."""

    one: int
    two: int
    length: int


class _Piece(NamedTuple):
    """Letters of one copy."""

    copy: int
    start: int
    end: int


_Passage = list[_Block]


def read_together(copies: Sequence[Copy]) -> str | None:
    """Return the text that copies give together; None where no two share anything.

    Args:
        copies: in an order that has nothing to do with their arrival.
    """
    shared = {
        (one, two): _agreement(copies[one], copies[two])
        for one, two in combinations(range(len(copies)), 2)
    }
    confirmed = [np.zeros(len(copy.form), np.intp) for copy in copies]
    for (one, two), passages in shared.items():
        for passage in passages:
            for block in passage:
                confirmed[one][block.one : block.one + block.length] += 1
                confirmed[two][block.two : block.two + block.length] += 1
    for copy, counts in zip(copies, confirmed, strict=True):
        for start, end in copy.others:
            counts[start:end] = 0
    in_order, in_any = [0] * len(copies), [0] * len(copies)
    for pair, passages in shared.items():
        ordered, letters = _in_order(passages), sum(map(_letters, passages))
        for place in pair:
            in_order[place] += ordered
            in_any[place] += letters
    worth = [
        _worth(copy, counts, ordered / letters if letters else 0.0)
        for copy, counts, ordered, letters in zip(copies, confirmed, in_order, in_any, strict=True)
    ]
    backbone = worth.index(max(worth))
    if not confirmed[backbone].any():
        return None
    readings = _Readings(copies, backbone)
    for (one, two), passages in shared.items():
        if one == backbone:
            readings.add(two, passages)
        elif two == backbone:
            readings.add(one, [[_Block(b.two, b.one, b.length) for b in p] for p in passages])
    text = _joined(copies, list(readings.pieces(confirmed[backbone] > 0)))
    rest = [place for place in range(len(copies)) if place != backbone]
    rest.sort(key=lambda place: -np.count_nonzero(confirmed[place]))
    article = Article.prepare(0, normalise(text))
    for place in rest:
        copy, ranges = copies[place], _runs(confirmed[place] > 0, 0, len(confirmed[place]))
        longer = extend(article, text, copy.text, copy.body, ranges, copy.is_common)
        if longer is not None:
            text = longer
            article = Article.prepare(0, normalise(text))
    return text


def _agreement(one: Copy, two: Copy) -> list[_Passage]:
    """Return what two copies have in common, by passages, each in the order of both."""
    alignment = one.text.align(two.article)
    if alignment is None:
        return []
    return [
        list(
            _islands_dropped(
                [
                    _Block(piece.post_start + b.src_start, piece.article_start + b.dest_start, n)
                    for piece in passage.stretches
                    for b in LCSseq.opcodes(
                        one.text.text[piece.post_start : piece.post_end],
                        two.text.text[piece.article_start : piece.article_end],
                    )
                    if b.tag == "equal" and (n := b.src_end - b.src_start)
                ]
            )
        )
        for passage in passages_of(alignment.stretches)
    ]


def _islands_dropped(blocks: _Passage) -> Iterator[_Block]:
    for at, block in enumerate(blocks):
        if block.length >= LEAST_EQUAL or at in (0, len(blocks) - 1):
            yield block


def _in_order(passages: Sequence[_Passage]) -> int:
    """Return how many letters two copies have in common in the same order.

    Those of the heaviest of the chains of passages that follow each other in both.
    """
    heaviest: list[int] = []
    found = [passage for passage in passages if passage]
    for at, passage in enumerate(found):
        before = max(
            (
                heaviest[other]
                for other, earlier in enumerate(found[:at])
                if earlier[-1].two + earlier[-1].length <= passage[0].two
            ),
            default=0,
        )
        heaviest.append(before + _letters(passage))
    return max(heaviest, default=0)


def _letters(passage: _Passage) -> int:
    return sum(block.length for block in passage)


def _worth(copy: Copy, confirmed: NDArray[np.intp], in_order: float) -> float:
    """Return how good a backbone a copy is: confirmed, little of its own, plainly written.

    *in_order* is the share of what it has in common with others that these have in the same order:
    of a copy with its sentences shuffled others confirm every letter, too.
    """
    form = copy.form
    if not len(form):
        return 0.0
    codes = np.frombuffer(copy.body.encode("utf-32-le", "surrogatepass"), "<u4")
    plain = np.count_nonzero(codes[form.starts] == form.codes) / len(form)
    spread = int(form.ends[-1] - form.starts[0]) / len(form)
    own = np.count_nonzero(confirmed == 0)
    return float(confirmed.sum()) * in_order * plain * min(1.0, SPREAD / spread) - own


class _Readings:
    """What other copies have in the places of the backbone, and their votes."""

    def __init__(self, copies: Sequence[Copy], backbone: int) -> None:
        self._copies = copies
        self._backbone = backbone
        self._votes: dict[Range, Counter[str]] = defaultdict(Counter)
        self._found: dict[tuple[Range, str], _Piece] = {}
        # Copies that have the letters before and behind a place as neighbours, too.
        self._agreeing = np.ones(len(copies[backbone].form) + 1, np.intp)

    def add(self, copy: int, passages: Sequence[_Passage]) -> None:
        """Take in how a copy reads; the backbone is the first of each pair of letters."""
        text = self._copies[copy].text.text
        for passage in passages:
            for block in passage:
                self._agreeing[block.one + 1 : block.one + block.length] += 1
            for before, after in pairwise(passage):
                place = before.one + before.length, after.one
                start, end = before.two + before.length, after.two
                self._votes[place][text[start:end]] += 1
                self._found.setdefault((place, text[start:end]), _Piece(copy, start, end))

    def pieces(self, confirmed: NDArray[np.bool_]) -> Iterator[_Piece]:
        """Yield what the text is made of: confirmed letters, and other readings where they won."""
        kept = confirmed.copy()
        own = self._copies[self._backbone]
        won: dict[Range, _Piece | None] = {}
        undecided: list[Range] = []
        for place in sorted(self._votes):
            reading, votes = min(
                self._votes[place].items(), key=lambda item: (-item[1], len(item[0]), item[0])
            )
            start, end = place
            if votes > max(1, self._agreeing[start : end + 1].min()):
                won[place] = self._found[place, reading] if reading else None
            elif 0 < end - start <= MOST_CHANGED and reading:
                undecided.append(place)
        # Its own wording is as good as any, unless most would be wrong.
        if KEPT * size(undecided) <= np.count_nonzero(confirmed):
            for start, end in undecided:
                # Payload was pushed in there.
                kept[start:end] |= not holds_any(own.payload, own.text.text, start, end)
        done = 0
        for (start, end), piece in won.items():
            if start < done:
                continue
            yield from (_Piece(self._backbone, *each) for each in _runs(kept, done, start))
            if piece is not None:
                yield piece
            done = end
        yield from (_Piece(self._backbone, *each) for each in _runs(kept, done, len(kept)))


def _runs(mask: NDArray[np.bool_], start: int, end: int) -> list[Range]:
    """Return the stretches of true values within [start, end)."""
    edges = np.flatnonzero(np.diff(mask[start:end], prepend=False, append=False)) + start
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def _joined(copies: Sequence[Copy], pieces: Sequence[_Piece]) -> str:
    out: list[str] = []
    last: _Piece | None = None
    for piece in pieces:
        copy = copies[piece.copy]
        if last is not None and last.copy == piece.copy:
            out.append(gap(copy.body, copy.form, last.end, piece.start))
        elif last is not None and piece.start > 0:
            out.append(gap(copy.body, copy.form, piece.start, piece.start))
        out.append(cut(copy.body, copy.form, piece.start, piece.end))
        last = piece
    return "".join(out)
