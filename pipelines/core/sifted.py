"""A text that something was pushed into → the letters that carry it, and where they stand.

Junk after every letter or two, a word of another script or the same keyword after each
word leave no stretch of a text whole that could be found again.  What is pushed in
differs from the text, though: it is no common syllable, or it comes again and again.
"""

import sys
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.core.normalise import Codes

REFRAIN = 4
"""Letters that a text says again and again, if they are pushed into it."""
REFRAIN_TIMES = 3
"""Times that they stand there to once of most of its letters (a text may be pasted twice)."""
REFRAIN_SHARE = 40
"""Letters of a short text to one where such a run stands for the third time or more."""
REFRAIN_SHARE_LONG = 8
REFRAIN_LONG = 600
"""Letters of a text with room for a whole passage between what it says now and then."""

_KEPT_LETTERS = 4_096
"""Letters of a text whose sifted places are kept: keys and alignment ask for the same ones."""

_FACTOR = np.uint32(0x9E3779B1)
_HALF = np.uint64(32)

Places = NDArray[np.int64]


def common_places(codes: Codes) -> Places:
    """Return where a Korean text's common syllables stand (the 2,350 of KS X 1001)."""
    return common_syllables()[codes].nonzero()[0]


def sifted_places(codes: Codes) -> Places:
    """Return where the letters stand that carry a text: common syllables, without refrains."""
    if len(codes) > _KEPT_LETTERS:
        return _sifted_places(codes)
    return _kept_places(codes.tobytes())


@lru_cache(maxsize=256)
def _kept_places(codes: bytes) -> Places:
    places = _sifted_places(np.frombuffer(codes, np.uint32))
    places.flags.writeable = False
    return places


def _sifted_places(codes: Codes) -> Places:
    places = common_places(codes)
    refrains = _refrains(codes[places])
    return places if refrains is None else places[~refrains]


def equal_runs(ordered: NDArray[Any]) -> tuple[Places, Places]:
    """Return where runs of equal values begin in an ordered array, and how long each is."""
    is_first = np.empty(len(ordered), np.bool_)
    is_first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    firsts = is_first.nonzero()[0]
    lengths = np.empty(len(firsts), np.int64)
    np.subtract(firsts[1:], firsts[:-1], out=lengths[:-1])
    lengths[-1:] = len(ordered) - firsts[-1:]
    return firsts, lengths


def _refrains(letters: Codes) -> NDArray[np.bool_] | None:
    """Return which letters a text says again and again; None if they are few."""
    count = len(letters) - REFRAIN + 1
    if count <= 0:
        return None
    # Any hash will do that differs for nearly all runs; this is the cheapest.
    runs = letters[:count] * _FACTOR
    for offset in range(1, REFRAIN):
        runs = (runs + letters[offset : offset + count]) * _FACTOR
    packed = runs.astype(np.uint64) << _HALF
    packed |= np.arange(count, dtype=np.uint64)
    packed.sort()
    ordered = packed >> _HALF
    if not np.count_nonzero(ordered[REFRAIN_TIMES - 1 :] == ordered[: 1 - REFRAIN_TIMES]):
        return None
    _, times = equal_runs(ordered)
    each = times.repeat(times)
    least = REFRAIN_TIMES * int(np.partition(each, count // 2)[count // 2])
    again = int((times[times >= least] - (least - 1)).sum())
    if again * (REFRAIN_SHARE if len(letters) <= REFRAIN_LONG else REFRAIN_SHARE_LONG) < count:
        return None
    of_runs = np.zeros(len(letters), np.int64)
    of_runs[packed.astype(np.uint32)] = each
    said = _greatest(of_runs, REFRAIN)
    # Words that stand before or after a refrain a few times are none: it is said more often.
    around = np.maximum(_greatest(said, REFRAIN), _greatest(said[::-1], REFRAIN)[::-1])
    return (said >= least) & (2 * said >= around)


def _greatest(values: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """Return for each value the greatest of it and those before it, *width* in all."""
    greatest = values.copy()
    for offset in range(1, width):
        np.maximum(greatest[offset:], values[:-offset], out=greatest[offset:])
    return greatest


@cache
def common_syllables() -> NDArray[np.bool_]:
    """Return for each code point whether it is a syllable of KS X 1001."""
    table = np.zeros(sys.maxunicode + 1, np.bool_)
    # Rows 16 to 40 of KS X 1001, as EUC-KR encodes them.
    syllables = bytes(
        byte for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF) for byte in (row, cell)
    ).decode("euc_kr")
    table[[ord(syllable) for syllable in syllables]] = True
    return table
