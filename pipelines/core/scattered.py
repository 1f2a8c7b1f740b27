"""An article whose words were put in another order → where each of them comes from.

Who shuffles the words of a copy, or replaces half of them, leaves no chain of runs worth the name:
what is left is words near the places where the article has them.  No other text of some length has
so many of them there, not even another report of the same event.
"""

import itertools
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from pipelines.core.align import Run
from pipelines.core.normalise import NormalForm
from pipelines.core.passages import Hashes, shingle_hashes
from pipelines.core.word_pairs import word_starts

PIECE = 3
"""Letters of the pieces that words are compared by."""
LEAST_PIECES = 40
"""Different pieces of a post that tell a copy from a text of the same words: those of some 130 letters."""
AROUND = 15
"""Words around one, whose places in the article tell where it should be."""
MOST_MOVED = 80
"""Letters that a word may stand from there: a shuffle within some twenty words."""
BACK = 100
"""Letters that the article's place falls back by where it begins again."""
LEAST_COPY = 60
"""Letters of a copy before another one: where one ends and the next begins, places are mixed."""


def pieces_of_words(form: NormalForm) -> Hashes:
    """Return the distinct hashes of the pieces of a text that stand within a word.

    Each counts once: a keyword said a hundred times is one word.
    """
    hashes = shingle_hashes(form.codes, PIECE)
    within = np.ones(len(hashes), np.bool_)
    for before in range(1, PIECE):
        ends = word_starts(form)[1:] - before
        within[ends[(ends >= 0) & (ends < len(hashes))]] = False
    return np.unique(hashes[within])


def share_of_words(pieces: Hashes, article: NormalForm) -> float:
    """Return which share of a post's different pieces an article has; 0 of a post with too few."""
    if len(pieces) < LEAST_PIECES:
        return 0.0
    own = shingle_hashes(article.codes, PIECE)
    if len(own) == 0:
        return 0.0
    own.sort()
    return float((own.take(own.searchsorted(pieces), mode="clip") == pieces).mean())


def find_scattered(post: NormalForm, article: NormalForm) -> list[list[Run]]:
    """Return the copies of an article whose words stand in another order, as their words.

    Each copy is in the post's order; words that are together in both texts are one run.
    """
    text, whole = post.text, article.text
    words = _words(post)
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for start, end in _words(article):
        places[whole[start : start + min(PIECE, end - start)]].append((start, end))
    found = [places.get(text[s : s + min(PIECE, e - s)], []) for s, e in words]
    sure = [at for at, each in enumerate(found) if len(each) == 1 and _length(words[at]) >= PIECE]
    if not sure:
        return []
    expected = _expected(sure, [found[at][0][0] for at in sure], len(words))
    copies: list[list[Run]] = [[]]
    taken: set[int] = set()
    reached = -1
    for (start, end), each, near in zip(words, found, expected.tolist(), strict=True):
        if near < reached - BACK:
            if sum(run.length for run in copies[-1]) >= LEAST_COPY:
                copies.append([])
                taken = set()
            reached = -1
        reached = max(reached, near)
        # Of a word that the article has again and again, each place is one word's.
        around = [
            (at in taken, text[start:end] != whole[at:stop], abs(at - near), at)
            for at, stop in each[
                bisect_left(each, (near - MOST_MOVED, 0)) : bisect_left(
                    each, (near + MOST_MOVED, 0)
                )
            ]
        ]
        if not around:
            continue
        *_, at = min(around)
        taken.add(at)
        length = _equal(text, start, end, whole, at)
        last = copies[-1][-1] if copies[-1] else None
        if last and last.post_end == start and last.article_end == at:
            copies[-1][-1] = Run(last.post_start, last.article_start, last.length + length)
        else:
            copies[-1].append(Run(start, at, length))
    return [copy for copy in copies if copy]


def _words(form: NormalForm) -> list[tuple[int, int]]:
    return list(itertools.pairwise([*word_starts(form).tolist(), len(form)]))


def _length(word: tuple[int, int]) -> int:
    return word[1] - word[0]


def _expected(sure: Sequence[int], places: Sequence[int], words: int) -> NDArray[np.float64]:
    """Return where the article has the text around each word: the median place of the sure ones."""
    padded = np.pad(np.array(places, np.float64), AROUND // 2, mode="edge")
    middle = np.median(sliding_window_view(padded, AROUND), axis=1)
    expected: NDArray[np.float64] = np.interp(np.arange(words), sure, middle)
    return expected


def _equal(text: str, start: int, end: int, whole: str, at: int) -> int:
    """Return how many letters of a word are the article's, from its first on."""
    length = 0
    while start + length < end and whole[at + length : at + length + 1] == text[start + length]:
        length += 1
    return length
