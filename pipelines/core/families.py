"""Posts that copy each other and no known article: what two of them share, and for certain.

A post's main text is what stands between its lines of payload, once.  What two
posts share comes in passages.  A passage tells of a common article by its length
and by how it lies: a copy that was cut short ends where the other goes on, so at
each end of what they share at least one of them should end too.  Where both go on
and differ, one was glued to something else, or both are built on one template;
then, and where words differ within, a passage must be longer to count.

The picture is that of assembling a text from reads: proper overlaps against
repeats.  Source: Myers, "The fragment assembly string graph" (2005).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from rapidfuzz.distance import LCSseq

from models.relation import Relation
from pipelines.core.align import MAX_GAP, SEED, Chain, chain_runs, find_repeats
from pipelines.core.lures import Stretched, is_payload_line
from pipelines.core.normalise import NormalForm, normal_text
from pipelines.core.passages import shingle_hashes
from pipelines.core.verdict import Alignment, Article, Link, Stretch, Text

Range = tuple[int, int]
IsCommon = Callable[[int, int], bool]

LEAST_MAIN = 40
"""Normal-form characters of a main text that is worth looking for elsewhere."""
LEAST_REPEAT = 60
"""Characters that a post must repeat for its text to count as pasted twice."""
REPEATED_SHARE = 0.10
"""Share of the post that the repeated text must be."""
LEAST_LONE = 200
"""Characters pasted twice in one post alone that make an inferred article."""
AMONG = 40
"""Equal characters of a further passage of two texts that have a certain one."""
PIECE = 25
"""Equal characters of a passage that is a sentence of two texts which have them in another order."""
SHUFFLED = 0.6
"""Share of the shorter main text that passages, none certain by itself, must make up together."""
LEAST_WORD = 3
"""Letters of a payload's word that is told from an article's by its letters."""
FURTHER = 40
"""Characters of a post that a further inferred article must explain beyond the better ones."""
LEAST_COPIES = 6
"""Copies from which it can be told that they have no article but stock sentences in common."""
BEYOND = 20
"""Characters by which both texts go on where a passage ends at a seam."""
COMPANY = 10
"""Characters behind a seam that are looked at; half of them are the same where two go on alike."""
NEAR_SEAM = 3
"""Characters by which one seam lies differently in two copies: equal letters by chance."""
LEAST_COMPANIES = 3
"""Different ways to go on at one seam."""
AT_SEAMS = 0.5
"""Share of the copies that part from the article at such seams, of an article of stock sentences."""
_SENTENCE_END = re.compile(r"[.?!”\"'’)\]…]\s*$|[다요]\s*$")


@dataclass(frozen=True, slots=True)
class MainText:
    """Where a post's main text stands, once, and how often; normal-form positions."""

    start: int
    end: int
    """Of the longest copy."""
    whole_start: int
    whole_end: int
    """Where the first copy begins, and where the last one ends."""
    copies: int = 1

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def bounds(self) -> Range:
        """Where the text begins and ends, with all its copies."""
        return self.whole_start, max(self.end, self.whole_end)


def find_main(body: str, form: NormalForm) -> MainText:
    """Return the main text of a post: between its payload lines, without its repeats."""
    start, end = _between_payload(body, form)
    part = cut_form(form, start, end)
    runs = find_repeats(part.text, shingle_hashes(part.codes, SEED))
    least = max(LEAST_REPEAT, REPEATED_SHARE * len(part))
    # Most texts repeat a few words and no more: what is in no run is in no chain.
    worthy = runs if sum(run.length for run in runs) >= least else []
    repeats = [
        chain
        for chain in chain_runs(worthy)
        # A word said over and over comes again too soon to be a text.
        if chain.post_start - chain.article_start >= LEAST_REPEAT and chain.equal >= least
    ]
    if not repeats:
        return MainText(start, end, start, end)
    best = max(repeats, key=lambda c: c.equal)
    first = Article.prepare(0, cut_form(part, best.article_start, best.post_start))
    alignment = Text(part).align(first)
    stretches = alignment.stretches if alignment else []
    begins: dict[int, int] = {}
    for piece in stretches:
        begins[piece.copy] = min(piece.post_start, begins.get(piece.copy, piece.post_start))
    if len(begins) < 2:
        return MainText(start, end, start, end)
    # Each copy goes on until the next one begins. The last has whatever follows it, too.
    copies = list(pairwise([*sorted(begins.values()), len(part)]))
    longest = max(copies, key=lambda copy: copy[1] - copy[0])
    if longest[1] - longest[0] < len(first.form) + LEAST_MAIN:
        longest = best.article_start, best.post_start
    return MainText(
        start + longest[0],
        start + longest[1],
        start + min(begins.values()),
        start + max(piece.post_end for piece in stretches),
        len(begins),
    )


def text_around(body: str, form: NormalForm, main: MainText) -> str:
    """Return what stands around a main text in *body*: its payload."""
    start, end = main.bounds
    if start >= end:
        return ""
    before, behind = form.source(0, start)[1], form.source(end, len(form))[0]
    return f"{body[:before]} {body[behind:]}"


def payload_words(around: str) -> frozenset[str]:
    """Return the words of what stands around a main text, in normal form."""
    words = map(normal_text, around.split())
    return frozenset(word for word in words if len(word) >= LEAST_WORD)


def cut_form(form: NormalForm, start: int, end: int) -> NormalForm:
    """Return the part [start, end) of a normal form, its offsets unchanged."""
    return NormalForm(form.codes[start:end], form.starts[start:end], form.ends[start:end])


@dataclass(frozen=True, slots=True)
class Need:
    """How many equal characters make a passage certain."""

    least: int
    """Of one that lies as an overlap does, without a change."""
    own: float
    """More for each character by which both texts go on past an end of the passage."""
    most_own: int
    """At one end."""
    changed: float
    """More for each character that differs within the passage."""
    most_changed: int
    most: int
    """Enough however it lies."""

    def of(self, first: Stretched, last: Stretched, post: Range, article: Range) -> float:
        """Return how many one without a change needs that begins with *first*, ends with *last*.

        *post* and *article* are where their main texts begin and end.
        """
        before = min(first.post_start - post[0], first.article_start - article[0])
        after = min(post[1] - last.post_end, article[1] - last.article_end)
        own = sum(min(self.most_own, self.own * max(0, each)) for each in (before, after))
        return self.least + own

    def is_beyond(self, chains: Sequence[Chain], post: Range, article: Range) -> bool:
        """Tell of one chain whether it is no passage that could be certain, without measuring it.

        Its ends are the passage's, and no more can be equal than lies between them.
        """
        if len(chains) != 1:
            return False
        (chain,) = chains
        if any(
            after.post_start - before.post_end > MAX_GAP
            or after.article_start - before.article_end > MAX_GAP
            for before, after in pairwise(chain.runs)
        ):
            return False
        equal = min(chain.post_end - chain.post_start, chain.article_end - chain.article_start)
        return equal < min(self.most, self.of(chain, chain, post, article))


KIN = Need(least=40, own=2, most_own=80, changed=12, most_changed=80, most=200)
"""Of two posts."""
OF_ARTICLE = Need(least=24, own=1, most_own=24, changed=6, most_changed=60, most=100)
"""Of a post and an inferred article: that this is one is known already."""

SHORT_ARTICLE = 150
"""Characters of an inferred article below which it may be what a template has in common."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Stretches that follow each other in both texts."""

    stretches: tuple[Stretch, ...]

    @property
    def equal(self) -> int:
        """Characters that are equal in both."""
        return sum(piece.equal for piece in self.stretches)

    @property
    def changed(self) -> int:
        """Characters that one has in the place of others; what only one has is no change."""
        within = sum(
            min(p.post_end - p.post_start, p.article_end - p.article_start) - p.equal
            for p in self.stretches
        )
        between = sum(
            min(after.post_start - before.post_end, after.article_start - before.article_end)
            for before, after in pairwise(self.stretches)
        )
        return within + between

    def is_certain(self, need: Need, post: Range, article: Range) -> bool:
        """Tell whether the passage shows that both copy one text.

        *post* and *article* are where their main texts begin and end.
        """
        least = need.of(self.stretches[0], self.stretches[-1], post, article)
        least += min(need.most_changed, need.changed * self.changed)
        return self.equal >= min(need.most, least)


def passages_of(stretches: Sequence[Stretch]) -> list[Passage]:
    """Return what an alignment shows as passages, in the post's order."""
    out: list[list[Stretch]] = []
    for piece in sorted(stretches, key=lambda s: s.post_start):
        if out:
            last = out[-1][-1]
            if (
                last.copy == piece.copy
                and 0 <= piece.article_start - last.article_end <= MAX_GAP
                and 0 <= piece.post_start - last.post_end <= MAX_GAP
            ):
                out[-1].append(piece)
                continue
        out.append([piece])
    return [Passage(tuple(pieces)) for pieces in out]


def certain_passages(
    alignment: Alignment,
    need: Need,
    post: Range,
    article: Range,
    is_common: IsCommon | None = None,
) -> list[Passage]:
    """Return the passages that show that a post and a text copy one article; none if none does.

    *is_common* tells which stretches of the post stand in many posts that are no kin.
    """
    if need.is_beyond(alignment.chains, post, article):
        return []
    found = passages_of(alignment.stretches)
    certain = _uncommon([p for p in found if p.is_certain(need, post, article)], is_common)
    among = [p for p in found if p.equal >= AMONG or p in certain]
    if certain:
        return certain if len(among) == len(certain) else _uncommon(among, is_common)
    # Sentences in another order: no passage is long, but together they are the text.
    least = max(need.most, SHUFFLED * min(post[1] - post[0], article[1] - article[0]))
    for pieces in (among, [p for p in found if p.equal >= PIECE]):
        if _equal(pieces) >= least and _equal(own := _uncommon(pieces, is_common)) >= least:
            return own
    return []


def _equal(passages: Sequence[Passage]) -> int:
    return sum(passage.equal for passage in passages)


def _uncommon(passages: list[Passage], is_common: IsCommon | None) -> list[Passage]:
    if is_common is None:
        return passages
    return [
        p for p in passages if not is_common(p.stretches[0].post_start, p.stretches[-1].post_end)
    ]


@dataclass(frozen=True, slots=True)
class Kin:
    """Another post that copies the same unknown article, and the passages that show it.

    In the passages, the post at hand is the post and the other's main text the article.
    """

    other: Article
    passages: tuple[Passage, ...]

    @property
    def equal(self) -> int:
        return sum(passage.equal for passage in self.passages)


def find_kin(main: Text, others: Sequence[Article], is_common: IsCommon | None = None) -> list[Kin]:
    """Return those of *others* (posts' main texts) that are kin to *main*, the clearest first."""
    found = []
    for other in others:
        alignment = main.align(other)
        if alignment is None:
            continue
        whole = (0, len(main)), (0, len(other.form))
        passages = certain_passages(alignment, KIN, *whole, is_common)
        if passages:
            found.append(Kin(other, tuple(passages)))
    # Of equals the shortest, then by the letters: never by the order of arrival.
    found.sort(key=lambda k: (-k.equal, len(k.other.text), k.other.text))
    return found


def is_stock(article: Article, copies: Sequence[Text]) -> bool:
    """Tell whether an inferred article is no article but stock sentences: notices, a template.

    What follows a sentence of an article follows it in every copy that goes on.  A stock
    sentence stands in any company: the copies part from the article at the same places, its
    limits, and each goes on in another way.  Source: repeats in the assembly of a text
    from reads are told the same way, by the forks in the graph (Myers, above).

    Args:
        copies: main texts of posts; of fewer than `LEAST_COPIES` nothing is said.
    """
    if len(copies) < LEAST_COPIES:
        return False
    seams = [
        seam
        for backwards in (False, True)
        for seam in _seams(
            [
                (place, number, company)
                for number, copy in enumerate(copies)
                for place, company in _partings(article, copy, backwards=backwards)
            ]
        )
    ]
    return len(set().union(*seams)) >= AT_SEAMS * len(copies)


def _partings(article: Article, copy: Text, *, backwards: bool) -> Iterator[tuple[int, str]]:
    """Yield where passages of a copy end and both texts go on, and how the copy does.

    *backwards* looks at their beginnings, and at what stands before.
    """
    alignment = copy.align(article)
    if alignment is None:
        return
    end, article_end = len(copy), len(article.form)
    need = _need_of(article)
    for passage in certain_passages(alignment, need, (0, end), (0, article_end)):
        first, last = passage.stretches[0], passage.stretches[-1]
        if backwards:
            if min(first.post_start, first.article_start) >= BEYOND:
                before = copy.text[max(0, first.post_start - COMPANY) : first.post_start]
                yield first.article_start, before
        elif min(end - last.post_end, article_end - last.article_end) >= BEYOND:
            yield last.article_end, copy.text[last.post_end : last.post_end + COMPANY]


def _seams(partings: list[tuple[int, int, str]]) -> Iterator[set[int]]:
    """Yield the copies that part at one place of the article, each place where they go on freely.

    *partings* are places, the numbers of their copies, and how these go on.
    """
    partings.sort()
    for place in sorted({place for place, _, _ in partings}):
        here = [p for p in partings if abs(p[0] - place) <= NEAR_SEAM]
        companies: list[tuple[str, set[int]]] = []
        for _, number, company in here:
            for known, numbers in companies:
                if 2 * LCSseq.similarity(company, known) >= COMPANY:
                    numbers.add(number)
                    break
            else:
                companies.append((company, {number}))
        copies = {number for _, number, _ in here}
        commonest = max(len(numbers) for _, numbers in companies)
        if len(companies) >= LEAST_COMPANIES and 2 * commonest <= len(copies):
            yield copies


def find_copied(
    post: Text,
    bounds: Range,
    articles: Sequence[Article],
    is_common: IsCommon | None = None,
) -> list[Alignment]:
    """Return how a post lies with the inferred articles that it copies, best first.

    *bounds* are where its main text begins and ends, with its repeats.
    """
    found: list[tuple[Alignment, list[Passage]]] = []
    for article in articles:
        alignment = post.align(article)
        if alignment is not None:
            whole = (0, len(article.form))
            passages = certain_passages(alignment, _need_of(article), bounds, whole, is_common)
            if passages:
                found.append((alignment, passages))
    found.sort(key=lambda f: (-sum(p.equal for p in f[1]), f[0].article.order))
    if len(found) < 2:
        return [alignment for alignment, _ in found]
    taken = np.zeros(len(post), np.bool_)
    copied: list[Alignment] = []
    for alignment, passages in found:
        own = np.zeros(len(post), np.bool_)
        for passage in passages:
            for piece in passage.stretches:
                own[piece.post_start : piece.post_end] = True
        if copied and np.count_nonzero(own & ~taken) < FURTHER:
            continue
        taken |= own
        copied.append(alignment)
    return copied


def _need_of(article: Article) -> Need:
    return OF_ARTICLE if len(article.form) >= SHORT_ARTICLE else KIN


def family_links(post: Text, main: MainText, articles: Sequence[Article]) -> list[Link]:
    """Return the links of a post to the inferred articles that it copies, best first."""
    copied = find_copied(post, main.bounds, articles)
    links = [alignment.link() for alignment in copied]
    if len(links) > 1:
        links = [replace(link, relation=Relation.COLLAGE) for link in links]
    return links


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
