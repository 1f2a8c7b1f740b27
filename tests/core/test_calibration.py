"""The probability of a link follows the evidence."""

import math

from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.calibration import (
    Evidence,
    WordEvidence,
    probability,
    probability_of_words,
)

LOGS = st.floats(-4, 0)
SHARES = st.floats(0, 1)
EVIDENCE = st.builds(
    Evidence,
    equal=st.floats(math.log(16), math.log(5000)),
    share=LOGS,
    longest=st.floats(math.log(6), math.log(5000)),
    chains=st.floats(0, 3),
    post_density=LOGS,
    article_density=LOGS,
    at_start=st.sampled_from([0.0, 1.0]),
    to_end=st.sampled_from([0.0, 1.0]),
    widely_shared=SHARES,
)


@given(EVIDENCE)
def test_it_is_a_probability(evidence: Evidence) -> None:
    assert 0 <= probability(evidence) <= 1


@given(EVIDENCE, st.floats(0, 1))
def test_more_of_the_same_makes_a_copy_likelier(evidence: Evidence, more: float) -> None:
    before = probability(evidence)
    assert probability(evidence._replace(equal=evidence.equal + more)) >= before
    assert probability(evidence._replace(share=min(0.0, evidence.share + more))) >= before
    denser = min(0.0, evidence.article_density + more)
    assert probability(evidence._replace(article_density=denser)) >= before
    assert probability(evidence._replace(at_start=1.0)) >= before


@given(EVIDENCE, SHARES)
def test_what_others_have_too_proves_less(evidence: Evidence, less: float) -> None:
    alone = evidence._replace(widely_shared=0.0)
    assert probability(evidence) <= probability(alone)
    assert probability(evidence._replace(widely_shared=1.0)) <= probability(
        evidence._replace(widely_shared=less)
    )


def test_a_whole_copy_is_as_good_as_certain_and_a_chance_sentence_is_not() -> None:
    whole = Evidence(math.log(900), 0.0, math.log(900), 0.0, 0.0, 0.0, 1.0, 1.0, 0.0)
    assert probability(whole) > 0.999
    footer = Evidence(math.log(40), math.log(0.1), math.log(40), 0.0, 0.0, 0.0, 0.0, 1.0, 1.0)
    assert probability(footer) < 0.01


@given(SHARES, SHARES, SHARES)
def test_more_words_in_their_places_make_a_copy_likelier(
    share: float, in_place: float, more: float
) -> None:
    before = probability_of_words(WordEvidence(share, in_place))
    assert 0 <= before <= probability_of_words(WordEvidence(min(1, share + more), in_place)) <= 1
    assert before <= probability_of_words(WordEvidence(share, min(1, in_place + more))) <= 1
