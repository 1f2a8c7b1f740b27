"""What is measured: figures worked out by hand, and what is true of any."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.relation import LureKind, Relation
from pipelines.core.scoring import (
    Answer,
    AnsweredLink,
    Judged,
    Truth,
    cluster_measures,
    compared,
    evaluate,
    rate,
    recall_at_precision,
    resampled,
    worst,
)

COPY = Truth(
    relation=Relation.TRUNCATED,
    is_known=True,
    articles=("a",),
    alternatives=frozenset({"b"}),
    coverage=0.4,
    coverages={"a": 0.4},
    copies=2,
    cut=100,
    letters=60,
    changes=("junk",),
    lures={LureKind.PHONE: frozenset({"010-0000-1717"})},
    is_spam=True,
)
LINK = AnsweredLink("a", 0.9, Relation.TRUNCATED, 0.45, 2, 103)
NOTHING = Truth(kind="genuine")


def linked(*links: AnsweredLink) -> Answer:
    return Answer(links)


def test_a_link_is_right_when_it_leads_to_the_article_or_one_that_holds_as_much() -> None:
    assert Judged(COPY, linked(LINK)).is_right
    assert Judged(COPY, linked(AnsweredLink("b"))).is_right
    assert not Judged(COPY, linked(AnsweredLink("c"))).is_right
    # Only the best is judged.
    assert not Judged(COPY, linked(AnsweredLink("c"), LINK)).is_right
    assert not Judged(COPY, Answer()).is_right
    assert not Judged(NOTHING, linked(LINK)).is_right
    # A quotation is no copy, nor is what copies an article that nobody knows.
    assert not Judged(replace(COPY, relation=Relation.QUOTE), linked(LINK)).is_right
    assert not Judged(replace(COPY, is_known=False), linked(LINK)).is_right


def test_links_are_counted() -> None:
    found = evaluate(
        [
            Judged(COPY, linked(LINK)),
            Judged(COPY, linked(AnsweredLink("c", 0.6))),
            Judged(COPY, Answer()),
            Judged(NOTHING, linked(AnsweredLink("a", 0.5))),
            Judged(NOTHING, Answer()),
            Judged(Truth(kind="shared_background"), linked(AnsweredLink("a", 0.99))),
        ]
    )
    links = found.measures["links"]
    assert (links["precision"].value, links["precision"].of) == (pytest.approx(1 / 3), 3)
    assert (links["recall"].value, links["recall"].of) == (pytest.approx(1 / 3), 3)
    assert links["F1"].value == pytest.approx(1 / 3)
    assert links["recall at precision .99"].value == pytest.approx(1 / 3)
    assert found.measures["recall by change"]["junk"].of == 3
    assert found.measures["recall by letters kept"]["40 to 80"].of == 3
    assert found.measures["recall by share kept"]["30% to 50%"].of == 3
    false = found.measures["false links"]
    assert (false["genuine"].value, false["genuine"].of) == (0.5, 2)
    assert false["shared_background"].value == 1
    assert false["wrong article"].value == pytest.approx(1 / 3)
    assert (found.posts, found.copies, found.links) == (6, 3, 4)


def test_what_is_said_of_right_links_is_compared() -> None:
    other = AnsweredLink("a", 0.8, Relation.EXACT, 0.4, 1, 180)
    found = evaluate([Judged(COPY, linked(LINK)), Judged(COPY, linked(other))])
    said = found.measures["explanation"]
    assert said["relation"].value == 0.5
    assert said["coverage, mean error"].value == pytest.approx(0.025)
    assert said["copies"].value == said["a second copy seen"].value == 0.5
    assert said["cut within 5 characters"].value == said["cut within 30 characters"].value == 0.5
    assert dict(found.confusion) == {("truncated", "truncated"): 1, ("truncated", "exact"): 1}


def test_every_source_of_a_collage_counts() -> None:
    truth = Truth(Relation.COLLAGE, is_known=True, articles=("a", "b", "c"))
    found = evaluate([Judged(truth, linked(AnsweredLink("c"), AnsweredLink("a")))])
    measure = found.measures["explanation"]["sources of a collage"]
    assert (measure.value, measure.of) == (pytest.approx(2 / 3), 3)


def test_lures_are_compared_in_a_plain_form() -> None:
    said = Answer(lures={LureKind.PHONE: frozenset({"010.0000.1717", "010-0000-9999"})})
    found = evaluate([Judged(COPY, said), Judged(NOTHING, said)]).measures["lures"]
    assert found["phone precision"].value == 0.5
    assert found["phone recall"].value == 1
    # The truth says nothing of the other kinds.
    assert {name.split()[0] for name in found} == {"phone"}
    assert compared("카.톡 A-b♥") == "카톡ab"


def test_scores_are_held_against_how_often_they_are_right() -> None:
    judged = [Judged(COPY, linked(AnsweredLink("a", 0.92)))] * 9
    judged += [Judged(COPY, linked(AnsweredLink("c", 0.92)))]
    (found,) = evaluate(judged).reliability
    assert (found.least, found.most, found.right.of) == (0.9, 0.95, 10)
    assert (found.mean, found.right.value) == (pytest.approx(0.92), pytest.approx(0.9))
    score = evaluate(judged).measures["score"]
    assert score["calibration error"].value == pytest.approx(0.02)
    assert score["Brier"].value == pytest.approx((9 * 0.08**2 + 0.92**2) / 10)


def test_the_threshold_takes_all_links_of_one_score_or_none() -> None:
    def judged(*scored: tuple[float, bool]) -> list[Judged]:
        return [Judged(COPY, linked(AnsweredLink("a" if right else "c", s))) for s, right in scored]

    found = recall_at_precision(judged((0.9, True), (0.8, True), (0.8, False), (0.7, True)), 0.99)
    assert found is not None
    assert (found.score, found.recall.value) == (0.9, 0.25)
    assert recall_at_precision(judged((0.9, False), (0.8, True)), 0.99) is None
    assert recall_at_precision([], 0.99) is None


def test_families_are_measured_as_bagga_and_baldwin_do() -> None:
    # Three of one family, of which one was put with a fourth post.
    found = cluster_measures(["f", "f", "f", "g"], ["x", "x", "y", "y"])
    assert found["B-cubed precision"].value == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert found["B-cubed recall"].value == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert found["pairwise precision"].value == pytest.approx(1 / 2)
    assert found["pairwise recall"].value == pytest.approx(1 / 3)


def test_adverts_and_mixed_posts_belong_to_no_family() -> None:
    orphan = Truth(Relation.EXACT, articles=("u",), family="u")
    posts = [
        Judged(orphan, Answer(family="1")),
        Judged(orphan, Answer(family="1")),
        Judged(Truth(kind="advert"), Answer(family="1")),
        Judged(replace(orphan, family=None, is_mixed=True), Answer(family="1")),
        Judged(NOTHING, Answer()),
    ]
    found = evaluate(posts).measures["families"]["B-cubed F1"]
    assert (found.value, found.of) == (1, 3)
    assert "families" not in evaluate([Judged(NOTHING, Answer())]).measures


def test_the_worst_come_first() -> None:
    judged = [
        Judged(COPY, linked(LINK)),
        Judged(replace(COPY, letters=20), Answer()),
        Judged(COPY, Answer()),
        Judged(NOTHING, linked(AnsweredLink("a", 0.6))),
        Judged(NOTHING, linked(AnsweredLink("a", 0.9))),
        Judged(COPY, linked(AnsweredLink("c", 0.7))),
    ]
    assert worst(judged, 9) == {
        "false link": [4, 3],
        "wrong article": [5],
        "missed copy": [2, 1],
    }
    assert worst(judged, 1)["false link"] == [4]


def test_nothing_can_be_measured_of_nothing() -> None:
    found = evaluate([])
    assert found.measures["links"]["recall"].of == 0
    assert found.reliability == []


# --- intervals ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_intervals_are_wilsons(right: int, of: int, low: float, high: float) -> None:
    found = rate(right, of)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(st.integers(0, 500), st.integers(0, 500))
def test_an_interval_holds_its_rate(right: int, more: int) -> None:
    found = rate(right, right + more)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_resampling_finds_the_width_that_theory_says() -> None:
    units = np.array([(1.0, 1.0)] * 300 + [(0.0, 1.0)] * 100)
    found = resampled(units, lambda sums: sums[..., 0] / sums[..., 1], 400)
    wilson = rate(300, 400)
    assert found.low == pytest.approx(wilson.low, abs=0.02)
    assert found.high == pytest.approx(wilson.high, abs=0.02)
    assert found == resampled(units, lambda sums: sums[..., 0] / sums[..., 1], 400)


LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=30)


@given(LABELS)
def test_the_same_clusters_under_other_names_are_right(true: Sequence[int]) -> None:
    found = cluster_measures(true, [f"c{each}" for each in true])
    has_pairs = len(set(true)) < len(true)
    for name, measure in found.items():
        if has_pairs or name.startswith("B-cubed"):
            assert measure.value == pytest.approx(1)


@given(LABELS, st.randoms(use_true_random=False))
def test_precision_is_recall_the_other_way_round(true: Sequence[int], chosen: object) -> None:
    said = list(true)
    chosen.shuffle(said)  # type: ignore[attr-defined]
    one, other = cluster_measures(true, said), cluster_measures(said, true)
    for name in ("B-cubed", "pairwise"):
        assert one[f"{name} precision"].value == pytest.approx(other[f"{name} recall"].value)
        assert one[f"{name} F1"].value == pytest.approx(other[f"{name} F1"].value)
