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
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.relation import Relation
from pipelines.core.align import MAX_GAP, SEED, chain_runs, find_repeats
from pipelines.core.lures import is_payload_line
from pipelines.core.normalise import NormalForm
from pipelines.core.passages import shingle_hashes
from pipelines.core.verdict import Article, Link, Stretch, align_with

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
SHUFFLED = 0.6
"""Share of the shorter main text that passages, none certain by itself, must make up together."""
FURTHER = 40
"""Characters of a post that a further inferred article must explain beyond the better ones."""
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
            for before, after in zip(self.stretches, self.stretches[1:], strict=False)
        )
        return within + between

    def is_certain(self, need: Need, post: Range, article: Range) -> bool:
        """Tell whether the passage shows that both copy one text.

        *post* and *article* are where their main texts begin and end.
        """
        first, last = self.stretches[0], self.stretches[-1]
        before = min(first.post_start - post[0], first.article_start - article[0])
        after = min(post[1] - last.post_end, article[1] - last.article_end)
        least = need.least + min(need.most_changed, need.changed * self.changed)
        for own in (before, after):
            least += min(need.most_own, need.own * max(0, own))
        return self.equal >= min(need.most, least)


def passages_of(link: Link) -> list[Passage]:
    """Return what an alignment shows as passages, in the post's order."""
    out: list[list[Stretch]] = []
    for piece in sorted(link.stretches, key=lambda s: s.post_start):
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
    link: Link,
    need: Need,
    post: Range,
    article: Range,
    is_common: IsCommon | None = None,
) -> list[Passage]:
    """Return the passages that show that a post and a text copy one article; none if none does.

    *is_common* tells which stretches of the post stand in many posts that are no kin.
    """
    found = passages_of(link)
    certain = _uncommon([p for p in found if p.is_certain(need, post, article)], is_common)
    among = [p for p in found if p.equal >= AMONG or p in certain]
    if certain:
        return certain if len(among) == len(certain) else _uncommon(among, is_common)
    # Sentences in another order: no passage is long, but together they are the text.
    least = max(need.most, SHUFFLED * min(post[1] - post[0], article[1] - article[0]))
    if sum(passage.equal for passage in among) < least:
        return []
    among = _uncommon(among, is_common)
    return among if sum(passage.equal for passage in among) >= least else []


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


def find_kin(
    main: NormalForm, others: Sequence[Article], is_common: IsCommon | None = None
) -> list[Kin]:
    """Return those of *others* (posts' main texts) that are kin to *main*, the clearest first."""
    found = []
    for other in others:
        link = align_with(main, other)
        if link is None:
            continue
        whole = (0, len(main)), (0, len(other.form))
        passages = certain_passages(link, KIN, *whole, is_common)
        if passages:
            found.append(Kin(other, tuple(passages)))
    # Of equals the shortest, then by the letters: never by the order of arrival.
    found.sort(key=lambda k: (-k.equal, len(k.other.text), k.other.text))
    return found


def family_links(
    form: NormalForm,
    main: MainText,
    articles: Sequence[Article],
    is_common: IsCommon | None = None,
) -> list[Link]:
    """Return the links of a post to the inferred articles that it copies, best first."""
    found: list[tuple[Link, list[Passage]]] = []
    bounds = main.start, max(main.end, main.whole_end)
    for article in articles:
        link = align_with(form, article)
        if link is not None:
            need = OF_ARTICLE if len(article.form) >= SHORT_ARTICLE else KIN
            passages = certain_passages(link, need, bounds, (0, len(article.form)), is_common)
            if passages:
                found.append((link, passages))
    found.sort(key=lambda f: (-sum(p.equal for p in f[1]), f[0].article.order))
    taken = np.zeros(len(form), np.bool_)
    links: list[Link] = []
    for link, passages in found:
        own = np.zeros(len(form), np.bool_)
        for passage in passages:
            for piece in passage.stretches:
                own[piece.post_start : piece.post_end] = True
        if links and np.count_nonzero(own & ~taken) < FURTHER:
            continue
        taken |= own
        links.append(link)
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
