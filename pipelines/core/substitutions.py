"""Words of an article that a post replaces throughout: article word → injected word.

A spam tool that turns every 광고대행 of an article into 바카라사이트 leaves the same
change in many gaps of the alignment.  The gaps are compared letter by letter, particles that
follow the word's last sound (은/는) are taken off, and what was changed the same way often
enough is a substitution.  All positions are indices into the two normal forms.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from rapidfuzz.distance import Indel

from pipelines.core.lures import Stretched
from pipelines.core.normalise import NormalForm

LEAST_TIMES = 3
"""Times that a word must be replaced by the same one."""
LEAST_WORD, MOST_WORD = 2, 20
"""Characters of either word."""
ISLAND = 2
"""Letters that a word and its substitute may have in common by chance."""
MOST_GAP = 40
"""Characters of a gap between two stretches that may be a changed word."""
MOST_FLANK = 8
"""Letters on each side of a change that may belong to the word."""
LONGEST = 20_000
"""Letters of a stretch that is compared."""


class Measured(Stretched, Protocol):
    """One of which it is known how much of it is equal."""

    @property
    def equal(self) -> int:
        """Characters that are equal in both."""
        ...


@dataclass(frozen=True, slots=True)
class Substitution:
    """One article word and what stands for it, in normal form."""

    old: str
    new: str
    times: int
    post_start: int
    """Where the new word stands first."""


@dataclass(frozen=True, slots=True)
class _Change:
    old: str
    new: str
    left: str
    """What the article's word has before the changed letters, and after them."""
    right: str
    at: int
    """Of the changed letters in the post."""


def find_substitutions(
    post: NormalForm, post_text: str, article: NormalForm, text: str, stretches: Iterable[Measured]
) -> list[Substitution]:
    """Return the systematic substitutions of a copy, most frequent first.

    Args:
        post_text: the post's normal form as a string.
        article: the article's.
        text: the same as a string.
        stretches: what the post renders of the article.
    """
    ordered = sorted(stretches, key=_place)
    if _letters_changed(ordered) < LEAST_TIMES * LEAST_WORD:
        return []
    found: defaultdict[tuple[str, str], list[_Change]] = defaultdict(list)
    for old_range, new_range in _changed(post_text, text, ordered):
        change = _change(post_text, article, text, old_range, new_range)
        if change is not None:
            found[change.old, change.new].append(change)
    out = [_whole(changes) for changes in found.values() if len(changes) >= LEAST_TIMES]
    return sorted(
        (each for each in out if post_text.count(each.old) <= each.times),
        key=lambda each: (-each.times, each.post_start),
    )


_Range = tuple[int, int]


def _place(stretch: Measured) -> tuple[int, int]:
    return stretch.post_start, stretch.article_start


def _letters_changed(stretches: Sequence[Measured]) -> int:
    within = sum(s.post_end - s.post_start - s.equal for s in stretches)
    return within + sum(max(0, b.post_start - a.post_end) for a, b in pairwise(stretches))


def _changed(
    post: str, text: str, stretches: Sequence[Measured]
) -> Iterable[tuple[_Range, _Range]]:
    """Yield the ranges of article and post that do not render each other."""
    for stretch in stretches:
        yield from _changed_within(post, text, stretch)
    for one, other in pairwise(stretches):
        missing = other.article_start - one.article_end
        added = other.post_start - one.post_end
        if 0 < missing <= MOST_GAP and 0 < added <= MOST_GAP:
            yield (one.article_end, other.article_start), (one.post_end, other.post_start)


def _changed_within(post: str, text: str, stretch: Measured) -> Iterable[tuple[_Range, _Range]]:
    old = text[stretch.article_start : stretch.article_end]
    new = post[stretch.post_start : stretch.post_end]
    if old == new or max(len(old), len(new)) > LONGEST:
        return
    start: tuple[int, int] | None = None
    end = (0, 0)
    for step in Indel.opcodes(old, new):
        if step.tag == "equal":
            if start is not None and step.src_end - step.src_start > ISLAND:
                yield _moved(stretch, start, end)
                start = None
        else:
            start = start or (step.src_start, step.dest_start)
            end = step.src_end, step.dest_end
    if start is not None:
        yield _moved(stretch, start, end)


def _moved(
    stretch: Measured, start: tuple[int, int], end: tuple[int, int]
) -> tuple[_Range, _Range]:
    return (
        (stretch.article_start + start[0], stretch.article_start + end[0]),
        (stretch.post_start + start[1], stretch.post_start + end[1]),
    )


def _change(
    post: str, article: NormalForm, text: str, old_range: _Range, new_range: _Range
) -> _Change | None:
    """Return the changed word without its particle, None for what is no change of a word."""
    (old_start, old_end), (new_start, new_end) = old_range, new_range
    # What is equal at the ends was only aligned with something else.
    while old_start < old_end and new_start < new_end and text[old_start] == post[new_start]:
        old_start, new_start = old_start + 1, new_start + 1
    while old_start < old_end and new_start < new_end and text[old_end - 1] == post[new_end - 1]:
        old_end, new_end = old_end - 1, new_end - 1
    old, new = _without_particles(text[old_start:old_end], post[new_start:new_end])
    if not LEAST_WORD <= len(new) <= MOST_WORD or not 1 <= len(old) <= MOST_WORD:
        return None
    if new.isdigit() or _is_hanja(new) or _is_hanja(old):
        return None  # a figure; 미국 written 美國
    if old.endswith("다") and new.endswith(("다", "요")):
        return None  # another style of speech, the same word
    left, right = old_start, old_end
    while left > max(0, old_start - MOST_FLANK) and article.starts[left] == article.ends[left - 1]:
        left -= 1
    most = min(len(text), old_end + MOST_FLANK)
    while 0 < right < most and article.starts[right] == article.ends[right - 1]:
        right += 1
    after = text[old_start + len(old) : old_end] + text[old_end:right]
    return _Change(old, new, text[left:old_start], after, new_start)


def _is_hanja(word: str) -> bool:
    return bool(word) and all("\u4e00" <= c <= "\u9fff" for c in word)


def _whole(changes: Sequence[_Change]) -> Substitution:
    """Return a change with the letters that word and substitute share wherever it was made."""
    left = _common([change.left[::-1] for change in changes])[::-1]
    right = _common([change.right for change in changes])
    if right in _PARTICLES:
        right = ""
    first = changes[0]
    return Substitution(
        left + first.old + right, left + first.new + right, len(changes), first.at - len(left)
    )


def _common(words: Sequence[str]) -> str:
    """Return what all words begin with."""
    first, last = min(words), max(words)
    same = (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    return first[: next(same, min(len(first), len(last)))]


# A particle's two forms, after a consonant and after a vowel.
_FORMS = (
    ("은", "는"),
    ("이", "가"),
    ("을", "를"),
    ("과", "와"),
    ("으로", "로"),
    ("이라", "라"),
    ("이나", "나"),
    ("이며", "며"),
    ("이란", "란"),
)
_PAIRS = _FORMS + tuple((vowel, consonant) for consonant, vowel in _FORMS)
_PARTICLES = frozenset(
    [form for pair in _FORMS for form in pair]
    + ["의", "에", "도", "만", "에서", "에게", "까지", "부터", "에는", "에도", "이다", "들", "처럼"]
)


def _without_particles(old: str, new: str) -> tuple[str, str]:
    for ours, theirs in _PAIRS:
        if old.endswith(ours) and new.endswith(theirs) and len(old) > len(ours):
            return old[: -len(ours)], new[: -len(theirs)]
    return old, new
