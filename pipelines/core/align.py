"""Exact alignment of a post with an article: which characters were copied, and from where.

Seeds (common 5-grams) grow into runs (stretches equal to the letter), runs that
follow each other in both texts are chained, and a chain is one pasted stretch:
words may be changed, dropped or pushed in, order may not.  All positions are
indices into the two normal forms; ranges are half-open.

Source of seed, run and chain: Li, "Minimap2: pairwise alignment for nucleotide
sequences" (2018), whose problem this is in another alphabet.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.core.normalise import Codes
from pipelines.core.passages import Hashes, shingle_hashes

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

Positions = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Target:
    """A text prepared to be aligned with: its distinct seeds by hash, and where they stand.

    Seed ``hashes[n]`` stands at ``positions[firsts[n] : firsts[n] + counts[n]]``; one that
    stands more often than MAX_REPEATS is left out.
    """

    text: str
    hashes: Hashes
    firsts: Positions
    counts: Positions
    positions: Positions

    @classmethod
    def prepare(cls, text: str, codes: Codes) -> "Target":
        """Prepare a normal form, as a string and as its characters' numbers."""
        hashes = shingle_hashes(codes, SEED)
        positions = hashes.argsort(kind="stable")
        distinct, firsts, counts = np.unique(
            hashes[positions], return_index=True, return_counts=True
        )
        rare = counts <= MAX_REPEATS
        return cls(text, distinct[rare], firsts[rare], counts[rare], positions)


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
        return sum(run.length for run in self.runs)


def find_runs(post: str, hashes: Hashes, target: Target) -> list[Run]:
    """Return the maximal stretches of at least SEED characters equal in both, by post position.

    *hashes* are those of the post's seeds (``shingle_hashes(codes, SEED)``).
    """
    if len(target.hashes) == 0 or len(hashes) == 0:
        return []
    seed = target.hashes.searchsorted(hashes)
    seed[seed == len(target.hashes)] = 0
    hits = (target.hashes[seed] == hashes).nonzero()[0]
    if len(hits) == 0:
        return []
    seed = seed[hits]
    counts = target.counts[seed]
    post_at = hits.repeat(counts)
    within = np.arange(len(post_at)) - (counts.cumsum() - counts).repeat(counts)
    article_at = target.positions[target.firsts[seed].repeat(counts) + within]
    return _true_runs(_joined(post_at, article_at), post, target.text)


def find_repeats(post: str, hashes: Hashes) -> list[Run]:
    """Return the stretches of a post that stand in it again, each with its next occurrence.

    ``article_start`` is where the stretch stands first, ``post_start`` where again.
    """
    order = np.argsort(hashes, kind="stable")
    same = np.flatnonzero(hashes[order[1:]] == hashes[order[:-1]])
    return _true_runs(_joined(order[same + 1], order[same]), post, post)


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


def _joined(post_at: Positions, article_at: Positions) -> list[Run]:
    """Join seeds that continue each other to runs, by post position."""
    if len(post_at) == 0:
        return []
    order = np.lexsort((post_at, article_at - post_at))
    post_at, article_at = post_at[order], article_at[order]
    follows = (post_at[1:] - post_at[:-1] == 1) & (article_at[1:] - article_at[:-1] == 1)
    breaks = (~follows).nonzero()[0]
    starts = post_at[np.concatenate(([0], breaks + 1))]
    lengths = post_at[np.concatenate((breaks, [len(post_at) - 1]))] - starts + SEED
    article_starts = article_at[np.concatenate(([0], breaks + 1))]
    by_post = starts.argsort(kind="stable")
    starts, article_starts, lengths = starts[by_post], article_starts[by_post], lengths[by_post]
    kept = ~_is_inside_long_run(starts, lengths)
    return list(
        map(Run, starts[kept].tolist(), article_starts[kept].tolist(), lengths[kept].tolist())
    )


def _is_inside_long_run(starts: Positions, lengths: Positions) -> NDArray[np.bool_]:
    """Tell which short runs have all their letters in a long one: chance, in most of a true copy.

    Both arrays are by ascending start.
    """
    ends = starts + lengths
    is_long = lengths >= LONG_RUN
    if not is_long.any():
        return is_long
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
    # Plain tuples: this loop is where the time of a match goes.
    ends = [(run.post_end, run.article_end, run.length) for run in runs]
    for at, run in enumerate(runs):
        post_start, article_start, length = run.post_start, run.article_start, run.length
        score, link = float(length), -1
        for before in range(at - 1, max(-1, at - 1 - LOOK_BACK), -1):
            post_end, article_end, earlier = ends[before]
            article_gap = article_start - article_end
            if not -MAX_OVERLAP <= article_gap <= MAX_GAP:
                continue
            post_gap = post_start - post_end
            if not -MAX_OVERLAP <= post_gap <= MAX_GAP:
                continue
            overlap = -min(post_gap, article_gap, 0)
            if overlap >= length or overlap >= earlier:
                continue
            linked = (
                best[before]
                + length
                - overlap
                - 0.1 * max(post_gap, article_gap)
                - 0.1 * abs(post_gap - article_gap)
                - 1.0
            )
            if linked > score:
                score, link = linked, before
        best.append(score)
        previous.append(link)
    used = [False] * len(runs)
    chains: list[Chain] = []
    taken = bytearray(max((run.post_end for run in runs), default=0))
    for last in sorted(range(len(runs)), key=lambda at: -best[at]):
        if best[last] < MIN_CHAIN - GAP_LOSS:
            break  # the rest are chance hits, most of all runs
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
    out = [runs[0]]
    for run in runs[1:]:
        overlap = -min(
            run.post_start - out[-1].post_end, run.article_start - out[-1].article_end, 0
        )
        if overlap < run.length:
            out.append(
                Run(run.post_start + overlap, run.article_start + overlap, run.length - overlap)
            )
    return out


def _untaken(runs: list[Run], taken: bytearray) -> list[Run]:
    """Leave out the characters of the post that better chains hold already."""
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
