"""How right answers are, measured on posts of which the truth is known.

A link is right when its article is one that the post was made from, or another known article
that holds at least half of what the post carries (``alt_ids``).  Only a post's best link is
judged; the further ones count for the sources of a collage.  Rates stand with the interval
that holds the true one 19 times in 20: on a small file it is wide.

Sources: E. B. Wilson, "Probable inference" (1927), for intervals of rates; A. Bagga and
B. Baldwin, "Entity-based cross-document coreferencing using the vector space model" (1998),
for B-cubed; B. Efron, "Bootstrap methods" (1979), over families or posts, for all that is no
plain rate.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from models.relation import LureKind, Relation

SET_ASIDE = "shared_background"
"""Kind of posts whose article shares whole paragraphs with a known one: a link to that is neither
right nor wrong, so they are left out of precision."""
ORPHAN = "orphan"
"""Kind of posts that copy an article which is not among the known ones."""
UNTIED = frozenset({"ad", "advert", SET_ASIDE})
"""Kinds that are left out of families: adverts copy each other, and by right."""
SHARES = (0.0, 0.05, 0.15, 0.3, 0.5, 0.8, 1.0)
"""Limits of the classes of how much of the article was kept."""
LETTERS = (0, 40, 80, 120, 250, 500, 1000, 10**9)
"""The same in letters and digits."""
SCORES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
"""Limits of the classes of the reliability diagram."""
CUT_LIMITS = (5, 30)
"""Characters within which a cut is found."""
RESAMPLES = 400
_Z = 1.959964
"""Standard deviations that hold 95 %."""
_IGNORED = str.maketrans("", "", " \t\r\n\v\f\u00a0\u3000.-_·♥")

Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true of a post."""

    relation: Relation | None = None
    """None: it copies nothing."""
    is_known: bool = False
    """What it copies is among the known articles."""
    articles: tuple[str, ...] = ()
    """Keys of the articles that it was made from."""
    alternatives: frozenset[str] = frozenset()
    """Keys of others that hold at least half of what it carries."""
    coverage: float | None = None
    coverages: Mapping[str, float] = field(default_factory=dict)
    """By article."""
    copies: int | None = None
    cut: int | None = None
    family: str | None = None
    """The unknown article that it copies."""
    is_mixed: bool = False
    """It copies several unknown articles, so it belongs to no one family."""
    kind: str | None = None
    """What a post is that copies no known article."""
    changes: tuple[str, ...] = ()
    """What was done to the text."""
    letters: int | None = None
    """Letters and digits of the article that were kept."""
    lures: Mapping[LureKind, frozenset[str]] = field(default_factory=dict)
    """Of the kinds that are labelled."""
    is_spam: bool | None = None

    @property
    def is_copy(self) -> bool:
        """Whether a link to a known article is wanted."""
        return self.is_known and self.relation not in (None, Relation.QUOTE)

    @property
    def negative(self) -> str:
        """The kind under which a false link is counted."""
        if self.kind:
            return self.kind
        if self.relation is Relation.QUOTE:
            return "quote"
        return "other" if self.relation is None else ORPHAN


@dataclass(frozen=True, slots=True)
class AnsweredLink:
    """What was answered of a post and a known article; None is no answer."""

    article: str
    score: float | None = None
    relation: Relation | None = None
    coverage: float | None = None
    copies: int | None = None
    cut: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered of a post."""

    links: tuple[AnsweredLink, ...] = ()
    """To known articles, the best first; quotations are no links."""
    family: str | None = None
    """The inferred article that it copies."""
    lures: Mapping[LureKind, frozenset[str]] = field(default_factory=dict)
    is_spam: bool | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A post's truth and the answer, and whether they agree."""

    truth: Truth
    answer: Answer

    @property
    def best(self) -> AnsweredLink | None:
        return self.answer.links[0] if self.answer.links else None

    @property
    def is_right(self) -> bool:
        """The link is wanted and leads to the article."""
        if self.best is None or not self.truth.is_copy:
            return False
        return self.best.article in self.truth.articles or (
            self.best.article in self.truth.alternatives
        )

    @property
    def is_counted(self) -> bool:
        """It counts for precision."""
        return self.truth.is_copy or self.truth.negative != SET_ASIDE


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure, the interval that holds the true one 19 times in 20, and what it is measured on."""

    value: float
    low: float
    high: float
    of: int
    """Posts (or links, or sources) that it is measured on."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The links whose scores lie between two limits."""

    least: float
    most: float
    mean: float
    """Of the scores."""
    right: Measure


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All that is measured; a measure that the labels say nothing of is absent."""

    posts: int
    copies: int
    """Posts that copy a known article."""
    links: int
    """Posts for which a link to a known article was answered."""
    measures: Mapping[str, Mapping[str, Measure]]
    """By group, then by name."""
    confusion: Mapping[tuple[str, str], int]
    """(true, answered) relation of right links → how many."""
    reliability: Sequence[Bin]


def evaluate(judged: Sequence[Judged]) -> Evaluation:
    """Measure answers against the truth."""
    groups = {
        "links": _links(judged),
        "explanation": _explanation(judged),
        "score": _score(judged),
        "recall by share kept": _by_share(judged),
        "recall by letters kept": _by_letters(judged),
        "recall by change": _by_change(judged),
        "false links": _false_links(judged),
        "families": _families(judged),
        "lures": _lures(judged),
        "spam": _spam(judged),
    }
    return Evaluation(
        posts=len(judged),
        copies=sum(each.truth.is_copy for each in judged),
        links=sum(each.best is not None for each in judged),
        measures={name: found for name, found in groups.items() if found},
        confusion=Counter(
            (each.truth.relation.value, each.best.relation.value)
            for each in judged
            if each.is_right and each.best and each.best.relation and each.truth.relation
        ),
        reliability=_reliability(judged),
    )


# --- figures and their intervals ----------------------------------------------------------


def rate(right: int, of: int) -> Measure:
    """Return a share with Wilson's interval; of nothing it is 0, from 0 to 1."""
    if of == 0:
        return Measure(0.0, 0.0, 1.0, 0)
    share = right / of
    scale = 1 + _Z**2 / of
    centre = (share + _Z**2 / (2 * of)) / scale
    half = _Z * math.sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2)) / scale
    # At 0 and 1 rounding would leave the rate outside.
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return Measure(share, min(low, share), max(high, share), of)


def resampled(units: Figures, figure: Callable[[Figures], Figures], of: int) -> Measure:
    """Return a figure of sums with its bootstrap interval.

    Args:
        units: (n, k), what each unit that is drawn (a post, a family) adds to k sums.
        figure: sums (…, k) → figures (…).
        of: how many posts they are.
    """
    value = float(figure(units.sum(axis=0)))
    if len(units) < 2:
        return Measure(value, 0.0, 1.0, of)
    # The same answers give the same interval.
    drawn = np.random.default_rng(len(units)).multinomial(
        len(units), np.full(len(units), 1 / len(units)), size=RESAMPLES
    )
    low, high = np.quantile(figure(drawn @ units), (0.025, 0.975))
    return Measure(value, min(value, float(low)), max(value, float(high)), of)


def _ratio(sums: Figures) -> Figures:
    """Return the first sum over the second; 0 over nothing."""
    return np.asarray(sums[..., 0] / np.maximum(sums[..., 1], 1e-12))


def _f1(sums: Figures) -> Figures:
    """Return F1 of (right, answered, wanted); 1 where nothing is wanted and nothing answered."""
    both = sums[..., 1] + sums[..., 2]
    return np.asarray(np.where(both > 0, 2 * sums[..., 0] / np.maximum(both, 1e-12), 1.0))


def _precision_recall(units: Figures, of: int) -> dict[str, Measure]:
    """Return precision, recall and F1 of units of (right, answered, wanted)."""
    return {
        "precision": resampled(units[:, [0, 1]], _ratio, of),
        "recall": resampled(units[:, [0, 2]], _ratio, of),
        "F1": resampled(units, _f1, of),
    }


# --- links --------------------------------------------------------------------------------


def _links(judged: Sequence[Judged]) -> dict[str, Measure]:
    counted = [each for each in judged if each.is_counted]
    right = sum(each.is_right for each in counted)
    answered = sum(each.best is not None for each in counted)
    wanted = sum(each.truth.is_copy for each in counted)
    units = [(each.is_right, each.best is not None, each.truth.is_copy) for each in counted]
    found = {
        "precision": rate(right, answered),
        "recall": rate(right, wanted),
        "F1": resampled(np.array(units, np.float64).reshape(-1, 3), _f1, len(counted)),
    }
    at = recall_at_precision(judged, 0.99)
    return found if at is None else found | {"recall at precision .99": at.recall}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A score from which links are taken, and what is reached with it."""

    score: float
    precision: Measure
    recall: Measure


def recall_at_precision(judged: Sequence[Judged], least: float) -> Threshold | None:
    """Return the lowest score from which links are right so often; None where no score is.

    Chosen on the posts that are judged, which flatters whoever is judged.
    """
    wanted = sum(each.truth.is_copy for each in judged)
    scored = [
        (each.best.score, each.is_right)
        for each in judged
        if each.is_counted and each.best is not None and each.best.score is not None
    ]
    scored.sort(key=lambda item: -item[0])
    found: Threshold | None = None
    right = 0
    for at, (score, is_right) in enumerate(scored, start=1):
        right += is_right
        is_last_of_score = at == len(scored) or scored[at][0] < score
        if is_last_of_score and right / at >= least:
            found = Threshold(score, rate(right, at), rate(right, wanted))
    return found


def _by_share(judged: Iterable[Judged]) -> dict[str, Measure]:
    classes: dict[tuple[float, float], list[bool]] = defaultdict(list)
    for each in judged:
        share = each.truth.coverage
        # A collage keeps little of each of its articles.
        if each.truth.is_copy and share is not None and each.truth.relation is not Relation.COLLAGE:
            classes[_class_of(share, SHARES)].append(each.is_right)
    return {
        f"{least:.0%} to {most:.0%}": rate(sum(found), len(found))
        for (least, most), found in sorted(classes.items())
    }


def _by_letters(judged: Iterable[Judged]) -> dict[str, Measure]:
    classes: dict[tuple[float, float], list[bool]] = defaultdict(list)
    for each in judged:
        if each.truth.is_copy and each.truth.letters is not None:
            classes[_class_of(each.truth.letters, LETTERS)].append(each.is_right)
    return {
        (f"{least:,} to {most:,}" if most < LETTERS[-1] else f"{least:,} and more"): rate(
            sum(found), len(found)
        )
        for (least, most), found in sorted(classes.items())
    }


def _class_of(value: float, limits: Sequence[float]) -> tuple[float, float]:
    """Return the limits between which *value* lies: the lower one belongs to the class."""
    for least, most in pairwise(limits):
        if value < most:
            return least, most
    return limits[-2], limits[-1]


def _by_change(judged: Iterable[Judged]) -> dict[str, Measure]:
    changed: dict[str, list[bool]] = defaultdict(list)
    for each in judged:
        if each.truth.is_copy:
            for name in each.truth.changes:
                changed[name].append(each.is_right)
    return {name: rate(sum(found), len(found)) for name, found in sorted(changed.items())}


def _false_links(judged: Iterable[Judged]) -> dict[str, Measure]:
    linked: dict[str, list[bool]] = defaultdict(list)
    wrong: list[bool] = []
    for each in judged:
        if each.truth.is_copy:
            wrong.append(each.best is not None and not each.is_right)
        else:
            linked[each.truth.negative].append(each.best is not None)
    found = {name: rate(sum(has), len(has)) for name, has in sorted(linked.items())}
    return found | ({"wrong article": rate(sum(wrong), len(wrong))} if wrong else {})


# --- what is said of right links ----------------------------------------------------------


def _explanation(judged: Sequence[Judged]) -> dict[str, Measure]:
    right = [(each.truth, each.best) for each in judged if each.is_right and each.best is not None]
    found: dict[str, Measure] = {}
    relations = [
        best.relation is truth.relation for truth, best in right if best.relation is not None
    ]
    if relations:
        found["relation"] = rate(sum(relations), len(relations))
    errors = [
        abs(best.coverage - true)
        for truth, best in right
        if best.coverage is not None
        and (true := truth.coverages.get(best.article, truth.coverage)) is not None
    ]
    if errors:
        units = np.array([(error, 1.0) for error in errors])
        found["coverage, mean error"] = resampled(units, _ratio, len(errors))
    copies = [
        (truth.copies, best.copies)
        for truth, best in right
        if best.copies is not None
        and truth.copies is not None
        and truth.relation is not Relation.COLLAGE
    ]
    if copies:
        found["copies"] = rate(sum(true == said for true, said in copies), len(copies))
        several = [said > 1 for true, said in copies if true > 1]
        if several:
            found["a second copy seen"] = rate(sum(several), len(several))
    cuts = [
        abs(best.cut - truth.cut)
        for truth, best in right
        if best.cut is not None and truth.cut is not None and best.article in truth.articles
    ]
    if cuts:
        for most in CUT_LIMITS:
            within = sum(error <= most for error in cuts)
            found[f"cut within {most} characters"] = rate(within, len(cuts))
    collages = [
        each for each in judged if each.truth.is_copy and each.truth.relation is Relation.COLLAGE
    ]
    if collages:
        seen = sum(
            len({link.article for link in each.answer.links} & set(each.truth.articles))
            for each in collages
        )
        found["sources of a collage"] = rate(
            seen, sum(len(each.truth.articles) for each in collages)
        )
    return found


def _score(judged: Sequence[Judged]) -> dict[str, Measure]:
    scored = _scored(judged)
    if not scored:
        return {}
    units = np.array([((score - is_right) ** 2, 1.0) for score, is_right in scored])
    off = sum(
        (each.right.of / len(scored)) * abs(each.mean - each.right.value)
        for each in _reliability(judged)
    )
    return {
        "Brier": resampled(units, _ratio, len(scored)),
        "calibration error": Measure(off, off, off, len(scored)),
    }


def _scored(judged: Iterable[Judged]) -> list[tuple[float, bool]]:
    return [
        (each.best.score, each.is_right)
        for each in judged
        if each.is_counted and each.best is not None and each.best.score is not None
    ]


def _reliability(judged: Sequence[Judged]) -> list[Bin]:
    classes: dict[tuple[float, float], list[tuple[float, bool]]] = defaultdict(list)
    for score, is_right in _scored(judged):
        classes[_class_of(score, SCORES)].append((score, is_right))
    return [
        Bin(
            least,
            most,
            sum(score for score, _ in found) / len(found),
            rate(sum(is_right for _, is_right in found), len(found)),
        )
        for (least, most), found in sorted(classes.items())
    ]


# --- families -----------------------------------------------------------------------------


def _families(judged: Sequence[Judged]) -> dict[str, Measure]:
    """Measure which posts were tied: all that copy no known article, adverts apart."""
    posts = [
        each
        for each in judged
        if not each.truth.is_copy and each.truth.negative not in UNTIED and not each.truth.is_mixed
    ]
    if not any(each.truth.family for each in posts):
        return {}
    # Who belongs to no family is one alone.
    true = [each.truth.family or at for at, each in enumerate(posts)]
    said = [each.answer.family or at for at, each in enumerate(posts)]
    return cluster_measures(true, said)


def cluster_measures(true: Sequence[Hashable], said: Sequence[Hashable]) -> dict[str, Measure]:
    """Return B-cubed and pairwise precision, recall and F1 of a clustering.

    Args:
        true: the cluster that each item belongs to.
        said: the one that it was put into.
    """
    in_true, in_said = Counter(true), Counter(said)
    in_both = Counter(zip(true, said, strict=True))
    # Items of one family are right or wrong together, so whole families are drawn.
    sums: dict[Hashable, Figures] = defaultdict(lambda: np.zeros(6))
    for a, b in zip(true, said, strict=True):
        both = in_both[a, b]
        sums[a] += (
            both / in_said[b],
            both / in_true[a],
            1,
            both - 1,
            in_said[b] - 1,
            in_true[a] - 1,
        )
    units = np.array(list(sums.values()))
    of = len(true)
    pairs = _precision_recall(units[:, 3:], of)
    return {
        "B-cubed precision": resampled(units[:, [0, 2]], _ratio, of),
        "B-cubed recall": resampled(units[:, [1, 2]], _ratio, of),
        "B-cubed F1": resampled(units[:, :3], _bcubed_f1, of),
        **{f"pairwise {name}": measure for name, measure in pairs.items()},
    }


def _bcubed_f1(sums: Figures) -> Figures:
    """Return F1 of summed precisions and recalls of the items."""
    both = np.maximum(sums[..., 0] + sums[..., 1], 1e-12)
    return np.asarray(2 * sums[..., 0] * sums[..., 1] / both / np.maximum(sums[..., 2], 1e-12))


# --- payload ------------------------------------------------------------------------------


def compared(value: str) -> str:
    """Return a lure as it is compared: small letters, no blanks, dots, dashes or hearts."""
    return value.lower().translate(_IGNORED)


def _lures(judged: Sequence[Judged]) -> dict[str, Measure]:
    """Measure the lures of posts that copy something: of others, what is payload is a matter of taste."""
    found: dict[str, Measure] = {}
    for kind in LureKind:
        units = []
        for each in judged:
            if kind in each.truth.lures and each.truth.relation is not None:
                true = {compared(value) for value in each.truth.lures[kind]}
                said = {compared(value) for value in each.answer.lures.get(kind, ())}
                units.append((len(true & said), len(said), len(true)))
        if any(wanted for *_, wanted in units):
            measures = _precision_recall(np.array(units, np.float64), len(units))
            found |= {f"{kind.value} {name}": measure for name, measure in measures.items()}
    return found


def _spam(judged: Sequence[Judged]) -> dict[str, Measure]:
    said = [
        (each.truth.is_spam, each.answer.is_spam)
        for each in judged
        if each.truth.is_spam is not None and each.answer.is_spam is not None
    ]
    if not said:
        return {}
    right = sum(true and answer for true, answer in said)
    return {
        "precision": rate(right, sum(answer for _, answer in said)),
        "recall": rate(right, sum(true for true, _ in said)),
    }


# --- what to look at ----------------------------------------------------------------------


def worst(judged: Sequence[Judged], most: int) -> dict[str, list[int]]:
    """Return which posts went most wrong, by what went wrong, as indices.

    False and wrong links by how sure the answer was, missed copies by how much of the
    article they carry.
    """
    kinds: dict[str, list[tuple[float, int]]] = {
        "false link": [],
        "wrong article": [],
        "missed copy": [],
    }
    for at, each in enumerate(judged):
        if each.is_right or not each.is_counted:
            continue
        if each.best is None:
            if each.truth.is_copy:
                kinds["missed copy"].append((each.truth.letters or each.truth.coverage or 0, at))
        else:
            kind = "wrong article" if each.truth.is_copy else "false link"
            kinds[kind].append((each.best.score or 0.0, at))
    return {
        kind: [at for _, at in sorted(found, key=lambda item: (-item[0], item[1]))[:most]]
        for kind, found in kinds.items()
    }
