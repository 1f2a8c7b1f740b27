"""Exact alignment of a post with an article: which characters were copied, and from where.

Seeds (common 5-grams) grow into runs (stretches equal to the letter), runs that
follow each other in both texts are chained, and a chain is one pasted stretch:
words may be changed, dropped or pushed in, order may not.  All positions are
indices into the two normal forms; ranges are half-open.

Source of seed, run and chain: Li, "Minimap2: pairwise alignment for nucleotide
sequences" (2018), whose problem this is in another alphabet.
"""

import itertools
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.core.normalise import Codes
from pipelines.core.passages import Hashes
from pipelines.core.sifted import Places, common_places, equal_runs, sifted_places

SEED = 5
"""Characters a seed: two syllables and an ending.  Shorter ones are in every article."""
MAX_REPEATS = 6
"""A seed that stands more often than this in the article says nothing of the place."""
MAX_GAP = 60
"""Characters that may stand between two runs of a chain, in either text."""
LONG_RUN = 24
"""Characters of a run that no two texts share by chance."""
MAX_OVERLAP = 12
"""Characters by which runs of a chain may overlap: a stammer, not a second copy."""
LOOK_BACK = 24
"""Earlier runs that a run may follow."""
GAP_LOSS = 4
"""What the gaps of a chain just long enough may take off its score."""
MAX_CHAINS = 500
"""Chains of one post with one article, the longest; a post of more was made to cost time."""
MIN_CHAIN = 14
"""Characters equal in a chain; shorter ones are chance."""
MOST_LEFT = 0.85
"""Share of a post that carries its text, if something was pushed in everywhere."""
LEAST_SIFTED = 40
"""Characters of a text that is found under what was pushed into it."""

Positions = NDArray[np.int32]

_FACTOR = np.uint32(0x9E3779B1)


class Seeds(NamedTuple):
    """The seeds of a text by ascending hash, and where each stands."""

    hashes: Hashes
    positions: Positions

    @classmethod
    def of(cls, codes: Codes) -> "Seeds":
        """Return the seeds of a normal form, given as its characters' numbers."""
        count = max(0, len(codes) - SEED + 1)
        # Any hash will do, since runs are compared to the letter; this is the cheapest.
        hashes = codes[:count]
        for offset in range(1, SEED):
            hashes = hashes * _FACTOR + codes[offset : offset + count]
        return cls.sorted(hashes)

    @classmethod
    def sorted(cls, hashes: Hashes) -> "Seeds":
        """Return seeds that are given in the text's order."""
        # One sort of plain numbers costs a fifth of a sort that keeps an order beside.
        packed = hashes.astype(np.uint64) << np.uint64(32)
        packed |= np.arange(len(hashes), dtype=np.uint64)
        packed.sort()
        return cls((packed >> np.uint64(32)).astype(np.uint32), packed.astype(np.int32))


@dataclass(frozen=True, slots=True)
class Target:
    """A text prepared to be aligned with: its seeds by hash, and where they stand.

    A seed that stands more often than MAX_REPEATS is left out; ``counts[n]`` are the seeds
    with the hash of seed n, where n is the first of them.
    """

    text: str
    hashes: Hashes
    positions: Positions
    counts: NDArray[np.uint8]

    @classmethod
    def prepare(cls, text: str, codes: Codes) -> "Target":
        """Prepare a normal form, as a string and as its characters' numbers."""
        hashes, positions = Seeds.of(codes)
        counts = np.ones(len(hashes), np.uint8)
        if np.count_nonzero(hashes[1:] == hashes[:-1]):
            firsts, repeats = equal_runs(hashes)
            rare = (repeats <= MAX_REPEATS).repeat(repeats)
            counts[firsts] = np.minimum(repeats, MAX_REPEATS)
            hashes, positions, counts = hashes[rare], positions[rare], counts[rare]
        return cls(text, hashes, positions, counts)


class Run(NamedTuple):
    """A stretch that is equal to the letter in both texts."""

    post_start: int
    article_start: int
    length: int

    @property
    def post_end(self) -> int:
        return self.post_start + self.length

    @property
    def article_end(self) -> int:
        return self.article_start + self.length


@dataclass(frozen=True, slots=True)
class Chain:
    """Runs that follow each other in both texts: one pasted stretch."""

    runs: tuple[Run, ...]

    @property
    def post_start(self) -> int:
        return self.runs[0].post_start

    @property
    def post_end(self) -> int:
        return self.runs[-1].post_end

    @property
    def article_start(self) -> int:
        return self.runs[0].article_start

    @property
    def article_end(self) -> int:
        return self.runs[-1].article_end

    @property
    def equal(self) -> int:
        """Characters that are equal in both texts."""
        return sum([length for _, _, length in self.runs])


class Shared(NamedTuple):
    """The seeds of a post that its article has as well."""

    post_at: Positions
    article_seed: NDArray[np.int64]
    """Index into the target's seeds of the first with the same hash."""


def find_shared(post: Seeds, target: Target) -> Shared:
    """Return which seeds of a post stand in an article, in no order."""
    seed = target.hashes.searchsorted(post.hashes)
    if len(target.hashes) == 0:
        return Shared(post.positions[:0], seed[:0])
    hits = (target.hashes.take(seed, mode="clip") == post.hashes).nonzero()[0]
    return Shared(post.positions[hits], seed[hits])


def letters_shared(shared: Shared, length: int) -> NDArray[np.bool_]:
    """Return which characters of a post of *length* belong to a shared seed.

    No run has another one, so no alignment can explain more than these.
    """
    firsts = np.zeros(length, np.bool_)
    firsts[shared.post_at] = True
    letters = firsts.copy()
    for offset in range(1, min(SEED, length)):
        letters[offset:] |= firsts[:-offset]
    return letters


def join_shared(shared: Shared, post: str, target: Target) -> list[Run]:
    """Return the maximal stretches of at least SEED characters equal in both, by post position."""
    post_at, seed = shared.post_at.astype(np.int64), shared.article_seed
    counts = target.counts[seed]
    if np.count_nonzero(counts > 1):
        repeats = counts.astype(np.int64)
        within = np.arange(repeats.sum()) - (repeats.cumsum() - repeats).repeat(repeats)
        seed = seed.repeat(repeats) + within
        post_at = post_at.repeat(repeats)
    return _true_runs(_joined(post_at, target.positions[seed]), post, target.text)


class Sought(NamedTuple):
    """What of a post an article may have."""

    shared: Shared
    target: Target
    article_places: Places | None
    """Where the target's letters stand in the article; None if it is all of it."""


class Query(NamedTuple):
    """A post as it is looked for in articles: all of it, or the letters that carry it."""

    length: int
    """Characters of the post's normal form."""
    text: str
    seeds: Seeds
    places: Places | None = None
    """Where the text's letters stand in the normal form, ascending; None if it is all of it."""

    @classmethod
    def whole(cls, text: str, codes: Codes) -> "Query":
        """Return the query for a normal form, as a string and as its characters' numbers."""
        return cls(len(codes), text, Seeds.of(codes))

    @classmethod
    def sifted(cls, codes: Codes) -> "Query | None":
        """Return that for what is left without what was pushed in; None if little or nothing was."""
        places = sifted_places(codes)
        if not LEAST_SIFTED <= len(places) <= MOST_LEFT * len(codes):
            return None
        letters = codes[places]
        return cls(len(codes), _string(letters), Seeds.of(letters), places)

    def seek(self, target: Target, codes: Codes) -> Sought:
        """Return what of the post an article may have, given prepared and as its codes."""
        if self.places is None:
            return Sought(find_shared(self.seeds, target), target, None)
        places = common_places(codes)
        letters = codes[places]
        target = Target.prepare(_string(letters), letters)
        return Sought(find_shared(self.seeds, target), target, places)

    def letters(self, sought: Sought) -> NDArray[np.bool_]:
        """Return which characters of the post's normal form an alignment can explain at most."""
        letters = letters_shared(sought.shared, len(self.text))
        if self.places is None:
            return letters
        spread = np.zeros(self.length, np.bool_)
        spread[self.places] = letters
        return spread

    def chains(self, sought: Sought) -> list[Chain]:
        """Return the chains of the post and the article, by positions in their normal forms."""
        chains = chain_runs(join_shared(sought.shared, self.text, sought.target))
        if self.places is None or sought.article_places is None:
            return chains
        return [
            Chain(tuple(_spread(chain.runs, self.places, sought.article_places)))
            for chain in chains
        ]


def _string(codes: Codes) -> str:
    return codes.tobytes().decode("utf-32-le")


def _spread(runs: Sequence[Run], post_places: Places, article_places: Places) -> Iterator[Run]:
    """Yield runs of sifted texts as runs of the texts: they break where letters were left out."""
    for start, article_start, length in runs:
        post_at = post_places[start : start + length]
        article_at = article_places[article_start : article_start + length]
        breaks = (
            (post_at[1:] - post_at[:-1] != 1) | (article_at[1:] - article_at[:-1] != 1)
        ).nonzero()[0] + 1
        edges = [0, *breaks.tolist(), length]
        for first, last in itertools.pairwise(edges):
            yield Run(int(post_at[first]), int(article_at[first]), last - first)


def find_repeats(post: str, hashes: Hashes) -> list[Run]:
    """Return the stretches of a post that stand in it again, each with its next occurrence.

    *hashes* are those of the post's seeds (``shingle_hashes(codes, SEED)``).
    ``article_start`` is where the stretch stands first, ``post_start`` where again.
    Words that stand in the post much more often than its other letters are no stretch.
    """
    seeds = Seeds.sorted(hashes)
    is_same = seeds.hashes[1:] == seeds.hashes[:-1]
    if not np.count_nonzero(is_same):
        return []
    _, times = equal_runs(seeds.hashes)
    times = times.repeat(times)
    most = max(MAX_REPEATS, 2 * int(np.partition(times, len(times) // 2)[len(times) // 2]))
    same = (is_same & (times[1:] <= most)).nonzero()[0]
    again = seeds.positions[same + 1].astype(np.int64)
    return _true_runs(_joined(again, seeds.positions[same]), post, post)


def _true_runs(runs: list[Run], post: str, article: str) -> list[Run]:
    """Return the runs as they are to the letter: two seeds may have one hash."""
    out: list[Run] = []
    for run in runs:
        at, start, length = run
        if post[at : at + length] == article[start : start + length]:
            out.append(run)
        else:
            out += _equal_parts(run, post, article)
    return out


def _equal_parts(run: Run, post: str, article: str) -> list[Run]:
    parts: list[Run] = []
    begin = 0
    for offset in range(run.length + 1):
        at, start = run.post_start + offset, run.article_start + offset
        if offset == run.length or post[at] != article[start]:
            if offset - begin >= SEED:
                parts.append(Run(run.post_start + begin, run.article_start + begin, offset - begin))
            begin = offset + 1
    return parts


def _joined(post_at: NDArray[np.int64], article_at: Positions) -> list[Run]:
    """Join seeds that continue each other to runs, by post position."""
    if len(post_at) == 0:
        return []
    # One number a seed, by diagonal: seeds that continue each other are then consecutive numbers.
    pairs = ((article_at - post_at) << _HALF) + post_at
    pairs.sort()
    breaks = (pairs[1:] - pairs[:-1] != 1).nonzero()[0]
    edges = np.empty(len(breaks) + 2, np.int64)
    edges[0], edges[-1] = 0, len(pairs)
    np.add(breaks, 1, out=edges[1:-1])
    begins = pairs[edges[:-1]]
    starts = begins & _LOW
    by_post = starts.argsort(kind="stable")
    starts = starts[by_post]
    article_starts = starts + (begins >> _HALF)[by_post]
    lengths = (edges[1:] - edges[:-1])[by_post] + (SEED - 1)
    inside = _is_inside_long_run(starts, lengths)
    if np.count_nonzero(inside):
        kept = ~inside
        starts, article_starts, lengths = starts[kept], article_starts[kept], lengths[kept]
    return list(map(Run, starts.tolist(), article_starts.tolist(), lengths.tolist()))


_HALF = 32
_LOW = (1 << _HALF) - 1


def _is_inside_long_run(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which short runs have all their letters in a long one: chance, in most of a true copy.

    Both arrays are by ascending start.
    """
    is_long = lengths >= LONG_RUN
    if not np.count_nonzero(is_long):
        return is_long
    ends = starts + lengths
    reached = np.maximum.accumulate(ends[is_long])
    before = starts[is_long].searchsorted(starts, "right") - 1
    inside: NDArray[np.bool_] = (before >= 0) & (reached[before] >= ends) & ~is_long
    return inside


def chain_runs(runs: list[Run]) -> list[Chain]:
    """Return disjoint chains of *runs*, most equal characters first.

    No character of the post is in two chains; a character of the article is in
    as many as the post has copies of it.
    """
    best: list[float] = []
    previous: list[int] = []
    # Of the last runs, the latest first: where it ends in both texts, its length, where those so
    # far end in the post at most, its score and which one it is.
    latest: deque[tuple[int, int, int, int, float, int]] = deque(maxlen=LOOK_BACK)
    furthest = 0
    # Plain tuples and no calls: this loop is where the time of a match goes.
    for at, (post_start, article_start, length) in enumerate(runs):
        score, link = float(length), -1
        nearest, least, most = (
            post_start - MAX_GAP,
            article_start - MAX_GAP,
            article_start + MAX_OVERLAP,
        )
        for post_end, article_end, earlier, reached, before_score, before in latest:
            if reached < nearest:
                break
            if not least <= article_end <= most:
                continue
            post_gap = post_start - post_end
            if not -MAX_OVERLAP <= post_gap <= MAX_GAP:
                continue
            article_gap = article_start - article_end
            narrow, wide = (
                (post_gap, article_gap) if post_gap < article_gap else (article_gap, post_gap)
            )
            overlap = -narrow if narrow < 0 else 0
            if overlap >= length or overlap >= earlier:
                continue
            linked = before_score + length - overlap - 0.1 * wide - 0.1 * (wide - narrow) - 1.0
            if linked > score:
                score, link = linked, before
        best.append(score)
        previous.append(link)
        end = post_start + length
        furthest = max(furthest, end)
        latest.appendleft((end, article_start + length, length, furthest, score, at))
    # The rest are chance hits, most of all runs.
    worthy = [at for at, score in enumerate(best) if score >= MIN_CHAIN - GAP_LOSS]
    if not worthy:
        return []
    worthy.sort(key=best.__getitem__, reverse=True)
    used = [False] * len(runs)
    chains: list[Chain] = []
    taken = bytearray(furthest)
    for last in worthy:
        if used[last]:
            continue
        members: list[Run] = []
        at = last
        while at >= 0 and not used[at]:
            used[at] = True
            members.append(runs[at])
            at = previous[at]
        members.reverse()
        chain = Chain(tuple(_untaken(_trimmed(members), taken)))
        if chain.equal >= MIN_CHAIN:
            chains.append(chain)
            start, end = chain.post_start, chain.post_end
            taken[start:end] = b"\1" * (end - start)
    chains.sort(key=lambda chain: -chain.equal)
    return chains[:MAX_CHAINS]


def _trimmed(runs: list[Run]) -> list[Run]:
    """Cut overlapping ends off, so that the runs of a chain follow each other."""
    first, *rest = runs
    out = [first]
    post_end, article_end = first.post_end, first.article_end
    for run in rest:
        post_start, article_start, length = run
        overlap = max(post_end - post_start, article_end - article_start, 0)
        if overlap < length:
            out.append(
                Run(post_start + overlap, article_start + overlap, length - overlap)
                if overlap
                else run
            )
            post_end, article_end = post_start + length, article_start + length
    return out


def _untaken(runs: list[Run], taken: bytearray) -> list[Run]:
    """Leave out the characters of the post that better chains hold already."""
    if taken.find(1, runs[0].post_start, runs[-1].post_end) < 0:
        return runs
    left: list[Run] = []
    for run in runs:
        at = run.post_start
        while at < run.post_end:
            end = taken.find(1, at, run.post_end)
            end = run.post_end if end < 0 else end
            if end > at:
                left.append(Run(at, run.article_start + at - run.post_start, end - at))
            at = taken.find(0, end, run.post_end)
            if at < 0:
                break
    return left
