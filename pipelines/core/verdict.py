"""Aligned chains → which articles a post copies, how much of each, and how it was cut.

All thresholds of the verdict stand in this file.  They were chosen on labelled
posts; ``tests/quality`` holds what they reach.
"""

import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from models.relation import Relation
from pipelines.core.align import (
    Chain,
    Query,
    Run,
    Sought,
    Target,
)
from pipelines.core.calibration import (
    Evidence,
    WordEvidence,
    probability,
    probability_of_words,
)
from pipelines.core.lures import is_payload_line
from pipelines.core.normalise import Codes, NormalForm
from pipelines.core.scattered import find_scattered, pieces_of_words, share_of_words

LONE_CHAIN = 16
"""Equal characters of a chain that stands alone; with others, it needs CHAIN_AMONG."""
CHAIN_AMONG = 22
ACCEPT = 0.65
"""Least probability of a link: a wrong one misleads more than one that is missing."""
LEAST_IN_RUNS = 0.05
"""Share of a post that stands in runs of an article whose words it has in another order."""
LEAST_WORDS = 0.35
"""Share of a post's words that an article needs to be looked at closer; another report of the same
event has a fifth."""
ACCEPT_WORDS = 0.9
"""The same of a link that rests on the words alone: few who copy put them in another order."""
FURTHER = 0.2
"""Least strength, sqrt(equal characters) × share of the post, of a further article, counted on
what better ones leave over."""
FURTHER_EQUAL = 40
"""Equal characters that a further article must add."""
PIECE_EQUAL = 30
"""The same of an article that is one of many which a post is put together of."""
SCATTERED = 0.8
"""Share of a post that a copy explains, and identity of what it explains, below both of which its
words may stand in another order."""
ALL_WORDS = 0.95
"""Share of a post's words that an article has which explains it better by its words than by runs."""
PLAIN = 0.92
"""Share of a post that an article explains as it stands, or of what is left without what was pushed
in, from which it is not looked at any closer."""
OTHERS_GAP = 20
"""Characters between two runs of a better article that a further one may explain."""
OFTEN = 3
"""Gaps with junk among the article's letters that make it a treatment, not another wording."""
MAIN_PART = 0.5
"""Share of a post below which lines of payload around a copy don't count as text of its own."""
QUOTE_EQUAL = 20
"""Equal characters of a quotation worth listing."""
PUSHED_IN = 4
"""Characters that the post has more than the article between two runs: words pushed in."""
LEFT_OUT = 12
"""Characters that the article has more than the post between two runs: words left out."""
AT_END = 12
"""A copy that stops this near to an end of the article reaches it."""
TITLE_PART = 10
"""First or last characters of an article's title by which the title is known in a post."""
AT_END_EDITED = 40
"""The same for a copy whose words were changed: its first or last words may be among them."""
SEAM = 8
"""First letters of a copy that the one before it may have taken."""
AGAIN = 0.5
"""Share of the smaller of two copies that the other must render too."""
SECOND_COPY = 30
"""Characters of a second copy; less is a phrase that the article itself repeats."""
SMALL_COPY = 0.3
"""A copy this small beside the other must begin where that begins; else it is such a phrase."""
BRIDGE_LEAST, BRIDGE_MOST = 4, 200
"""Characters of a gap between two runs, in either text, that is searched for shorter pieces."""
BRIDGE_PIECE = 2
"""Characters of such a piece."""
MOST_JUNK = 3
"""Characters of junk between two letters of an article."""
LONG_BETWEEN_JUNK = 40
"""Characters between two pieces of junk, on the mean, from which it is none."""
OFTEN_CHANGED = 1 / 60
"""Changed words a character from which the ends of a copy may have been changed too."""

Letters = NDArray[np.bool_]
"""For each character of a post's normal form, whether something is true of it."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article prepared for alignment."""

    id: int
    form: NormalForm
    text: str
    """The normal form as a string."""
    target: Target
    open_end: bool = False
    """Rebuilt from copies that all break off: its end is a cut, not an ending."""
    precedence: str = ""
    """Of articles that explain a post as well, the one with the smallest is the original."""
    title: str = ""
    """The title's normal form."""

    @classmethod
    def prepare(
        cls,
        article_id: int,
        form: NormalForm,
        *,
        open_end: bool = False,
        precedence: str = "",
        title: str = "",
    ) -> "Article":
        text = form.text
        target = Target.prepare(text, form.codes)
        return cls(article_id, form, text, target, open_end, precedence, title)

    def read_as(self, form: NormalForm) -> "Article":
        """Return the same article with something else of its text in place of its letters."""
        text = form.text
        target = Target.prepare(text, form.codes)
        return replace(self, form=form, text=text, target=target, title="")

    @property
    def order(self) -> tuple[str, int, str, int]:
        """What ranks articles that explain a post equally well, whichever came first to us."""
        return self.precedence, len(self.text), self.text, self.id


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the post that renders a piece of the article; normal-form positions."""

    post_start: int
    post_end: int
    article_start: int
    article_end: int
    equal: int
    copy: int = 1


@dataclass(frozen=True, slots=True)
class Link:
    """What the alignment shows of a post and one article."""

    post: NormalForm
    """What the stretches are of: letters, or words where its letters are lost."""
    article: Article
    relation: Relation
    coverage: float
    share: float
    copies: int
    cuts: tuple[int | None, ...]
    """Offset in the article's stored text where each copy breaks off; None at its end."""
    cut: int | None
    """That of the longest copy."""
    identity: float
    score: float
    stretches: tuple[Stretch, ...]


@dataclass(slots=True)
class _Aligned:
    """One candidate's chains and what they amount to."""

    article: Article
    chains: list[Chain]
    equal: int

    @property
    def rank(self) -> tuple[int, tuple[str, int, str, int]]:
        return -self.equal, self.article.order

    def strength(self, post_length: int) -> float:
        return _strength(self.equal, post_length)


@dataclass(slots=True)
class _Compared:
    """What came of aligning a post with its candidates."""

    query: Query
    best: _Aligned | None = None
    others: list[_Aligned] = field(default_factory=list)
    lesser: list[Article] = field(default_factory=list)
    """Candidates that cannot explain as much as the best, not aligned."""
    held: dict[int, Letters] = field(default_factory=dict)
    """The post's characters that each of them has, by their ids."""

    @property
    def explained(self) -> int:
        """Characters of the post that the best of them has."""
        return self.best.equal if self.best else 0

    def with_each(self, candidates: Sequence[Article]) -> "_Compared":
        """Align the post with each candidate that may explain more than those before it."""
        for article in candidates:
            sought = self.query.seek(article.target, article.form.codes)
            letters = self.held[article.id] = self.query.letters(sought)
            if self.best and np.count_nonzero(letters) < self.best.equal:
                self.lesser.append(article)
                continue
            found: _Aligned | None = _align(self.query, sought, article)
            if self.best is None or (found and found.rank < self.best.rank):
                self.best, found = found, self.best
            if found:
                self.others.append(found)
        return self

    def promising(self, candidates: Sequence[Article]) -> list[Article]:
        """Return those of *candidates* that have most of the post's letters in runs: two at most.

        An article whose words the post has in another order has some of them in long words.
        """
        counts = {
            article.id: int(np.count_nonzero(self.held[article.id])) for article in candidates
        }
        worthy = [a for a in candidates if counts[a.id] >= LEAST_IN_RUNS * self.query.length]
        return sorted(worthy, key=lambda article: (-counts[article.id], article.order))[:2]

    def further(self, taken: Letters) -> list[_Aligned]:
        """Return all but the best that may explain a part that is not *taken*."""
        return self.others + [
            _align(self.query, self.query.seek(article.target, article.form.codes), article)
            for article in self.lesser
            if 2 * np.count_nonzero(self.held[article.id] & ~taken) >= PIECE_EQUAL
        ]


class _Part(NamedTuple):
    """An article that a post is put together of."""

    aligned: _Aligned
    own: Letters
    """The post's characters that it explains, and no better one does."""


def _strength(equal: int, post_length: int) -> float:
    return math.sqrt(equal) * equal / max(1, post_length)


def link_post(
    post: NormalForm, candidates: Sequence[Article], body: str | None = None
) -> list[Link]:
    """Return the links of *post* to those of *candidates* that it copies, best first.

    A post that copies several articles gets a link to each, all COLLAGE; a
    quotation in own text gets a link of relation QUOTE.

    Args:
        post: the body's normal form.
        candidates: what the post may copy, likeliest first: their order costs time or saves it,
            and changes nothing else.
        body: the text that *post* is the normal form of; with it, lines of payload around a
            short copy don't count as text of the post's own.
    """
    if len(post) == 0:
        return []
    text = post.text
    seen = _compare(text, post.codes, candidates)
    best = seen.best
    if best is None or not best.chains:
        return _scattered(post, seen.promising(candidates))
    own = np.zeros(len(post), np.bool_)
    score = probability(_evidence(post, text, body, best, seen.held, own))
    if score >= ACCEPT:
        _take(best, own)
        parts = [_Part(best, own), *_parts(seen.further(own), own, _may_add(len(post)))]
    else:
        # A little of each of many articles is no copy of any by itself; where they leave next to
        # nothing of the post, it is one of all.
        parts = _parts([best, *seen.further(own)], own, lambda equal: equal >= PIECE_EQUAL)
    parts, scores = _likely(post, text, body, parts, seen.held)
    if len(parts) > 1:
        return [
            _as(_measure(post, text, part.aligned, score), Relation.COLLAGE)
            for part, score in zip(parts, scores, strict=True)
        ]
    if score >= ACCEPT:
        link = _measure(post, text, best, score)
        if link.share >= SCATTERED or link.identity >= SCATTERED:
            return [link]
        # Runs alone say little of a copy whose words stand in another order.
        scattered = _scattered(post, [best.article], ALL_WORDS)
        return scattered if scattered and scattered[0].share > link.share else [link]
    if scattered := _scattered(post, seen.promising(candidates)):
        return scattered
    if best.equal < QUOTE_EQUAL:
        return []
    return [_as(_measure(post, text, best, score), Relation.QUOTE)]


def _scattered(post: NormalForm, candidates: Sequence[Article], least: float = 0.0) -> list[Link]:
    """Return the link of a post to the article whose words it has in another order, if any.

    *least* is the least share of the post's words that it needs.
    """
    found = evidence_of_words(post, candidates)
    if found is None:
        return []
    article, evidence, copies = found
    score = probability_of_words(evidence)
    if score < ACCEPT_WORDS or evidence.share < least:
        return []
    stretches = [
        Stretch(run.post_start, run.post_end, run.article_start, run.article_end, run.length, copy)
        for copy, runs in enumerate(copies, start=1)
        for run in runs
    ]
    return [_link(post, article, stretches, 0, score)]


def evidence_of_words(
    post: NormalForm, candidates: Sequence[Article]
) -> tuple[Article, WordEvidence, list[list[Run]]] | None:
    """Return the candidate that has most of a post's words, in whatever order, and what tells so.

    Then the copies of it, as `find_scattered` returns them. None if none has LEAST_WORDS of them.
    """
    pieces = pieces_of_words(post)
    shares = [(share_of_words(pieces, article.form), article) for article in candidates]
    share, article = min(shares, key=lambda each: (-each[0], each[1].order), default=(0.0, None))
    if article is None or share < LEAST_WORDS:
        return None
    copies = find_scattered(post, article.form)
    in_place = sum(run.length for runs in copies for run in runs)
    return article, WordEvidence(share, in_place / len(post)), copies


def _compare(text: str, codes: Codes, candidates: Sequence[Article]) -> _Compared:
    """Align a post with articles as it stands, or else as what was pushed into it leaves it.

    Args:
        text: the post's normal form, as a string.
        codes: the same as its characters' numbers.
        candidates: the articles.
    """
    seen = _Compared(Query.whole(text, codes)).with_each(candidates)
    if seen.explained < PLAIN * len(codes):
        sifted = Query.sifted(codes)
        if sifted and seen.explained < PLAIN * len(sifted.text):
            closer = _Compared(sifted).with_each(candidates)
            if closer.explained > seen.explained:
                return closer
    return seen


def _parts(
    candidates: Sequence[_Aligned], taken: Letters, is_enough: Callable[[int], bool]
) -> list[_Part]:
    """Return what articles explain of a post that better ones do not, most letters first.

    Args:
        candidates: the articles.
        taken: the post's characters that are explained already.
        is_enough: tells whether so many equal characters make a part.
    """
    taken = taken.copy()
    parts = []
    for candidate in sorted(candidates, key=lambda each: each.rank):
        rest = _outside(candidate, taken)
        if is_enough(rest.equal):
            before = taken.copy()
            _take(rest, taken)
            parts.append(_Part(rest, taken & ~before))
    return parts


def _likely(
    post: NormalForm,
    text: str,
    body: str | None,
    parts: list[_Part],
    held: Mapping[int, Letters],
) -> tuple[list[_Part], list[float]]:
    """Return those parts of a post that are likely copied, and how likely each is.

    Each is weighed with what all have of the post, until no unlikely one is among them.
    """
    while len(parts) > 1:
        taken = np.logical_or.reduce([part.own for part in parts])
        scores = [
            probability(
                _evidence(post, text, body, part.aligned, held, taken & ~part.own, is_part=True)
            )
            for part in parts
        ]
        likely = [part for part, score in zip(parts, scores, strict=True) if score >= ACCEPT]
        if len(likely) == len(parts):
            return parts, scores
        parts = likely
    return [], []


def best_evidence(
    post: NormalForm, candidates: Sequence[Article], body: str
) -> tuple[Article, Evidence] | None:
    """Return the candidate that has most of *post*, and the evidence for it.

    This is what the calibration is fitted on; None if nothing aligns.
    """
    text = post.text
    seen = _compare(text, post.codes, candidates)
    if seen.best is None or not seen.best.chains:
        return None
    nothing = np.zeros(len(post), np.bool_)
    return seen.best.article, _evidence(post, text, body, seen.best, seen.held, nothing)


def _evidence(
    post: NormalForm,
    text: str,
    body: str | None,
    candidate: _Aligned,
    held: Mapping[int, Letters],
    taken: Letters,
    is_part: bool = False,
) -> Evidence:
    """Return what the alignment shows of *candidate*.

    Args:
        post: the body's normal form.
        text: the same as a string.
        body: the post's text, if its lines of payload shall be told from text of its own.
        candidate: an article with chains.
        held: the post's characters that each of the articles looked at has, by their ids.
        taken: the post's characters that better candidates explain: they count neither for nor
            against this one.
        is_part: of a post that is put together of several articles; *taken* is what the others
            have of it, and counts for each of them.
    """
    chains, article = candidate.chains, candidate.article
    own = np.zeros(len(post), np.bool_)
    longest = 0
    for chain in chains:
        for start, _, length in chain.runs:
            own[start : start + length] = True
            longest = max(longest, length)
    widely_shared = _widely_shared(own, [held[i] for i in held if i != article.id])
    extent = sum(chain.post_end - chain.post_start for chain in chains)
    article_extent = sum(chain.article_end - chain.article_start for chain in chains)
    equal = candidate.equal + _letters_among_junk(candidate, text)
    explained = equal
    if len(article.title) >= TITLE_PART:
        at = max(text.find(article.title[:TITLE_PART]), text.find(article.title[-TITLE_PART:]))
        if at >= 0 and not own[at]:
            explained += len(article.title)
    rest = unexplained = len(post) - int(np.count_nonzero(taken))
    if body is not None and explained < MAIN_PART * rest:
        rest -= _letters_of_payload(post, body, own | taken)
    others = len(post) - unexplained if is_part else 0
    return Evidence(
        equal=math.log(equal),
        share=math.log(min(1.0, (explained + others) / max(1, rest + others))),
        longest=math.log(longest),
        chains=math.log(len(chains)),
        post_density=math.log(equal / max(1, extent)),
        article_density=math.log(equal / max(1, article_extent)),
        at_start=float(min(chain.article_start for chain in chains) <= AT_END),
        to_end=float(max(chain.article_end for chain in chains) >= len(article.text) - AT_END),
        widely_shared=widely_shared,
    )


def _widely_shared(own: Letters, others: Sequence[Letters]) -> float:
    """Return which share of its *own* letters two of the *others* have."""
    if len(others) < 2:
        return 0.0
    holders = np.zeros(len(own), np.int8)
    for letters in others:
        holders += letters.view(np.int8)
    sharing = holders[own]
    return float(np.count_nonzero(sharing > 1) / len(sharing))


def _letters_among_junk(aligned: _Aligned, post: str) -> int:
    """Return how many of the article's letters stand between runs, with junk among them."""
    article = aligned.article.text
    found: list[int] = []
    for chain in aligned.chains:
        for (post_at, article_at, length), after in itertools.pairwise(chain.runs):
            post_end, article_end = post_at + length, article_at + length
            letters = after.article_start - article_end
            if 0 < (after.post_start - post_end) - letters <= letters:
                old = article[article_end : after.article_start]
                new = post[post_end : after.post_start]
                if LCSseq.similarity(old, new) == letters:
                    found.append(letters)
    return sum(found) if len(found) >= OFTEN else 0


def _letters_of_payload(post: NormalForm, body: str, explained: Letters) -> int:
    """Return how many letters of the post stand on lines of payload that hold nothing explained."""
    letters = 0
    for line in re.finditer(r"[^\n]+", body):
        start, end = post.starts.searchsorted(line.span())
        if start < end and not explained[start:end].any() and is_payload_line(line[0]):
            letters += int(end - start)
    return letters


def _may_add(post_length: int) -> Callable[[int], bool]:
    """Return what tells whether so many letters that no better article explains are a further link."""
    return lambda equal: equal >= FURTHER_EQUAL and _strength(equal, post_length) >= FURTHER


def _take(aligned: _Aligned, taken: NDArray[np.bool_]) -> None:
    """Mark what an article explains of the post: a sentence in a gap may be another one's."""
    for chain in aligned.chains:
        for run, after in itertools.pairwise(chain.runs):
            gap = after.post_start - run.post_end
            taken[run.post_start : run.post_end if gap >= OTHERS_GAP else after.post_start] = True
        taken[chain.runs[-1].post_start : chain.post_end] = True


class Text:
    """A text prepared to be aligned with articles; it keeps what it was aligned with."""

    def __init__(self, form: NormalForm) -> None:
        self.form = form
        self.text = form.text
        self._queries: list[Query] = []
        self._aligned: dict[str, Alignment] = {}

    def __len__(self) -> int:
        return len(self.form)

    def align(self, article: Article) -> "Alignment | None":
        """Return what an article that it is known to copy has in common with it; None if nothing."""
        found = self._aligned.get(article.text)
        if found is None:
            found = Alignment(self, article, self._align(article).chains)
            self._aligned[article.text] = found
        elif found.article is not article:
            # The same letters as another record, or under another id.
            found = replace(found, article=article)
        return found if found.chains else None

    def _align(self, article: Article) -> _Aligned:
        codes = self.form.codes
        if not self._queries:
            sifted = Query.sifted(codes)
            self._queries = [Query.whole(self.text, codes), *([sifted] if sifted else ())]
        whole, *closer = self._queries
        found = _align(whole, whole.seek(article.target, article.form.codes), article)
        for query in closer:
            if found.equal < PLAIN * len(query.text):
                under = _align(query, query.seek(article.target, article.form.codes), article)
                found = max(found, under, key=lambda each: each.equal)
        return found


@dataclass(slots=True)
class Alignment:
    """What a text and one article have in common, worked out as far as it is asked for."""

    post: Text
    article: Article
    chains: list[Chain]
    _measured: tuple[list[Stretch], int] | None = None

    @property
    def stretches(self) -> list[Stretch]:
        """The pieces of the text that render pieces of the article."""
        return self._pieces()[0]

    def link(self) -> Link:
        """Return the link of the text to the article."""
        aligned = self._aligned()
        nothing = np.zeros(len(self.post), np.bool_)
        evidence = _evidence(self.post.form, self.post.text, None, aligned, {}, nothing)
        return _link(self.post.form, self.article, *self._pieces(), probability(evidence))

    def _pieces(self) -> tuple[list[Stretch], int]:
        if self._measured is None:
            self._measured = _find_stretches(self.post.text, self._aligned())
        return self._measured

    def _aligned(self) -> _Aligned:
        return _Aligned(self.article, self.chains, sum(chain.equal for chain in self.chains))


def _align(query: Query, sought: Sought, article: Article) -> _Aligned:
    chains = query.chains(sought)
    least = LONE_CHAIN if len(chains) == 1 else CHAIN_AMONG
    chains = [chain for chain in chains if chain.equal >= least]
    return _Aligned(article, chains, sum(chain.equal for chain in chains))


def _outside(candidate: _Aligned, taken: NDArray[np.bool_]) -> _Aligned:
    """Return what a candidate explains of the post that better ones do not."""
    chains = []
    for chain in candidate.chains:
        runs = tuple(
            run
            for run in chain.runs
            if 2 * np.count_nonzero(taken[run.post_start : run.post_end]) < run.length
        )
        if sum(run.length for run in runs) >= CHAIN_AMONG:
            chains.append(Chain(runs))
    return _Aligned(candidate.article, chains, sum(chain.equal for chain in chains))


def _measure(post: NormalForm, text: str, aligned: _Aligned, score: float) -> Link:
    return _link(post, aligned.article, *_find_stretches(text, aligned), score)


def _find_stretches(text: str, aligned: _Aligned) -> tuple[list[Stretch], int]:
    """Return the pieces of all copies, and how many words are changed in them."""
    article = aligned.article
    stretches: list[Stretch] = []
    changes = 0
    settled = _settle_seams(aligned.chains, text, article.text)
    for copy, chains in enumerate(_copies(settled), start=1):
        for chain in _lengthened(_bridged(chains, text, article.text), text, article.text):
            pieces, changed = _stretches(chain, copy, text, article.text)
            stretches += pieces
            changes += changed
    return stretches, changes


def _link(
    post: NormalForm, article: Article, stretches: Sequence[Stretch], changes: int, score: float
) -> Link:
    covered = np.zeros(len(article.form), np.bool_)
    carried = np.zeros(len(post), np.bool_)
    for piece in stretches:
        covered[piece.article_start : piece.article_end] = True
        carried[piece.post_start : piece.post_end] = True
    equal = sum(piece.equal for piece in stretches)
    extent = sum(
        max(piece.post_end - piece.post_start, piece.article_end - piece.article_start)
        for piece in stretches
    )
    ends, longest = _ends(stretches)
    cuts = tuple(_cut(end, article) for end in ends)
    coverage = np.count_nonzero(covered) / len(covered)
    relation = _relation(stretches, covered, changes, cuts[longest], article)
    return Link(
        post=post,
        article=article,
        relation=relation,
        coverage=coverage,
        share=np.count_nonzero(carried) / len(carried),
        copies=len(ends),
        cuts=cuts,
        cut=cuts[longest],
        identity=equal / max(1, extent),
        score=score,
        stretches=tuple(stretches),
    )


def _settle_seams(chains: Sequence[Chain], post: str, article: str) -> list[Chain]:
    """Give the first letters of a copy back to it where the copy before it took them.

    A cut can fall where the next copy's first letters go on as the article does:
    "한 박" and "자정을" where the article has "한 박자".  A copy begins at the start.
    """
    out: list[Chain] = []
    for after in sorted(chains, key=lambda c: c.post_start):
        lacking = after.article_start
        seam = after.post_start
        if (
            out
            and 0 < lacking <= SEAM
            and out[-1].post_end == seam
            and out[-1].runs[-1].length > lacking
            and post[seam - lacking : seam] == article[:lacking]
        ):
            last, first = out[-1].runs[-1], after.runs[0]
            shorter = Run(last.post_start, last.article_start, last.length - lacking)
            longer = Run(seam - lacking, 0, first.length + lacking)
            out[-1] = Chain((*out[-1].runs[:-1], shorter))
            out.append(Chain((longer, *after.runs[1:])))
        else:
            out.append(after)
    return out


def _copies(chains: Sequence[Chain]) -> list[list[Chain]]:
    """Sort chains into pasted copies, each in the post's order.

    A chain that renders again what the copy at hand holds already begins a new
    one; shuffled sentences, which do not, stay in theirs.
    """
    copies: list[list[Chain]] = []
    for chain in sorted(chains, key=lambda c: c.post_start):
        if copies and not _begins_copy([chain], copies[-1]):
            copies[-1].append(chain)
        else:
            copies.append([chain])
    # An article that repeats a sentence of its own is no second copy, however it is shuffled.
    out = copies[:1]
    for copy in copies[1:]:
        if _begins_copy(copy, out[-1]):
            out.append(copy)
        else:
            out[-1] = out[-1] + copy
    return out


def _begins_copy(chains: Sequence[Chain], held: Sequence[Chain]) -> bool:
    """Tell whether *chains* render again what the copy before them *held*."""
    small, large = sorted((_extent(chains), _extent(held)))
    if small < SECOND_COPY or _common(chains, held) < AGAIN * small:
        return False
    same_start = (
        abs(min(c.article_start for c in chains) - min(c.article_start for c in held)) <= AT_END
    )
    return same_start or small >= SMALL_COPY * large


def _extent(chains: Sequence[Chain]) -> int:
    return sum(chain.article_end - chain.article_start for chain in chains)


def _common(some: Sequence[Chain], others: Sequence[Chain]) -> int:
    """Return how much of the article both hold, in characters."""
    return sum(
        max(0, min(a.article_end, b.article_end) - max(a.article_start, b.article_start))
        for a in some
        for b in others
    )


def _bridged(chains: Sequence[Chain], post: str, article: str) -> list[Chain]:
    """Find what is equal between runs that follow each other, too short to be a seed.

    Text with words pushed in everywhere leaves pieces of the article that no
    chain holds.  Where a gap's article side is mostly found in its post side,
    in order, those pieces belong to the copy.
    """
    out: list[Chain] = []
    previous: Run | None = None
    for chain in chains:
        runs: list[Run] = []
        for run in chain.runs:
            if previous is not None:
                pieces = _pieces(previous, run, post, article)
                if runs:
                    runs += pieces
                elif pieces and out:
                    out[-1] = Chain((*out[-1].runs, *pieces))
            runs.append(run)
            previous = run
        out.append(Chain(tuple(runs)))
    return out


def _pieces(before: Run, after: Run, post: str, article: str) -> list[Run]:
    old_start, new_start = before.article_end, before.post_end
    old_length = after.article_start - old_start
    new_length = after.post_start - new_start
    if not BRIDGE_LEAST <= old_length <= BRIDGE_MOST or not (
        BRIDGE_LEAST <= new_length <= BRIDGE_MOST
    ):
        return []
    old = article[old_start : after.article_start]
    new = post[new_start : after.post_start]
    pieces = [
        Run(new_start + block.dest_start, old_start + block.src_start, length)
        for block in LCSseq.opcodes(old, new)
        if block.tag == "equal" and (length := block.src_end - block.src_start) >= BRIDGE_PIECE
    ]
    return pieces if 2 * sum(piece.length for piece in pieces) >= old_length else []


def _lengthened(chains: Sequence[Chain], post: str, article: str) -> list[Chain]:
    """Follow copies with junk after every few letters on to where they break off.

    Between the last junk and the cut stand too few letters for a seed.
    """
    if not any(_has_junk(chain) for chain in chains):
        return list(chains)
    out: list[Chain] = []
    ends = [*sorted(chain.article_start for chain in chains), len(article)]
    for chain, after in itertools.zip_longest(chains, chains[1:]):
        post_most = after.post_start if after else len(post)
        article_most = next((e for e in ends if e >= chain.article_end), len(article))
        runs = list(chain.runs)
        while True:
            at, old_at = runs[-1].post_end, runs[-1].article_end
            wanted = article[old_at : min(old_at + BRIDGE_PIECE, article_most)]
            found = post.find(wanted, at, min(at + MOST_JUNK + BRIDGE_PIECE, post_most))
            if len(wanted) < BRIDGE_PIECE or found < 0:
                break
            length = BRIDGE_PIECE
            while (
                found + length < post_most
                and old_at + length < article_most
                and post[found + length] == article[old_at + length]
            ):
                length += 1
            runs.append(Run(found, old_at, length))
        out.append(Chain(tuple(runs)))
    return out


def _has_junk(chain: Chain) -> bool:
    """Tell whether a few characters are pushed between a chain's letters again and again."""
    pushed = sum(
        after.article_start == run.article_end and 0 < after.post_start - run.post_end <= MOST_JUNK
        for run, after in itertools.pairwise(chain.runs)
    )
    return pushed >= OFTEN and pushed * LONG_BETWEEN_JUNK >= chain.equal


def _stretches(chain: Chain, copy: int, post: str, article: str) -> tuple[list[Stretch], int]:
    """Split a chain where words were pushed in or left out; count the changed words."""
    out: list[Stretch] = []
    changed = 0
    first = last = chain.runs[0]
    equal = first.length

    def close() -> None:
        out.append(
            Stretch(
                first.post_start,
                last.post_end,
                first.article_start,
                last.article_end,
                equal,
                copy,
            )
        )

    for run in chain.runs[1:]:
        old_start, new_start = last.article_end, last.post_end
        more = run.post_start - new_start
        less = run.article_start - old_start
        if more - less >= PUSHED_IN or less - more >= LEFT_OUT:
            close()
            first, equal = run, 0
            changed += less > 3
        elif less > 0:
            old = article[old_start : run.article_start]
            new = post[new_start : run.post_start]
            if new:
                equal += LCSseq.similarity(old, new)
            changed += _is_change(old, new)
        equal += run.length
        last = run
    close()
    return out, changed


def _is_change(old: str, new: str) -> bool:
    """Tell an edited word from treatment: letters pushed in, lost or drawn otherwise."""
    if not new and len(old) == 1:
        return False
    if old.isdigit() and new.isdigit():
        return False
    if new and min(new) >= "\u4e00" and max(new) <= "\u9fff":
        return False  # 미국 written 美
    wanted = iter(new.translate(_DRAWN_AS))
    return not all(c in wanted or c.isdigit() for c in old.translate(_DRAWN_AS))


# Syllables that are drawn alike and swapped for fun (야민정음): one form for both.
_DRAWN_AS = str.maketrans("머띵커윾판네파앟깅팡", "대명귀유관비과왕강광")


def _ends(stretches: Sequence[Stretch]) -> tuple[list[int], int]:
    """Return where each copy ends in the article, and which copy is the longest."""
    ends: list[int] = []
    sizes: list[int] = []
    for copy in sorted({piece.copy for piece in stretches}):
        pieces = [piece for piece in stretches if piece.copy == copy]
        ends.append(max(piece.article_end for piece in pieces))
        sizes.append(sum(piece.equal for piece in pieces))
    return ends, max(range(len(sizes)), key=lambda at: (sizes[at], ends[at]))


def _cut(end: int, article: Article) -> int | None:
    if end >= len(article.form) - 2 and not article.open_end:
        return None
    return article.form.source(end - 1, end)[1]


def _relation(
    stretches: Sequence[Stretch],
    covered: NDArray[np.bool_],
    changes: int,
    cut: int | None,
    article: Article,
) -> Relation:
    """Name the way of copying; collage and quote are decided over all articles."""
    length = len(covered)
    start = min(piece.article_start for piece in stretches)
    end = max(piece.article_end for piece in stretches)
    held = np.count_nonzero(covered) / (end - start)
    first_copy = [piece for piece in stretches if piece.copy == 1]
    order = sorted(first_copy, key=lambda piece: piece.post_start)
    jumps = sum(b.article_start < a.article_start for a, b in itertools.pairwise(order))
    slack = AT_END_EDITED if changes > OFTEN_CHANGED * len(covered) else AT_END
    from_start = start <= slack
    to_end = end >= length - slack and not (article.open_end and cut is not None)
    if jumps or held < 0.93:
        return Relation.EDITED
    if from_start and to_end:
        return Relation.EDITED if changes else Relation.EXACT
    if from_start:
        return Relation.TRUNCATED
    return Relation.EXCERPT


def _as(link: Link, relation: Relation) -> Link:
    return replace(link, relation=relation)
