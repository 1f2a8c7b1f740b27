"""What an alignment shows of a post and an article → how likely the post copies it.

A logistic model of few features, fitted on labelled posts by
``tests/quality/fit_calibration.py``, which prints the coefficients that stand here.  Of links
with a score of .9, nine in ten are right (``scrapy evaluate`` draws the diagram).

Source: Cox, "The regression analysis of binary sequences" (1958).
"""

import math
from typing import NamedTuple


class Evidence(NamedTuple):
    """What is known of one candidate; every figure from the alignment, none from a sketch."""

    equal: float
    """Logarithm of the characters that the chains have in common, letters among junk counted in."""
    share: float
    """Logarithm of the share of the post that those are, the article's title counted in and lines of
    payload left out."""
    longest: float
    """Logarithm of the characters of the longest run."""
    chains: float
    """Logarithm of the number of chains."""
    post_density: float
    """Logarithm of the share of common characters where the post aligns: junk thins it."""
    article_density: float
    """The same in the article: another report of one event has few words of a sentence."""
    at_start: float
    """1 if the copy begins where the article does, as what is pasted mostly does."""
    to_end: float
    """1 if it goes to the article's end."""
    widely_shared: float
    """Share of the common characters that two other candidates have as well: boilerplate."""


COEFFICIENTS = Evidence(
    equal=5.66,
    share=7.56,
    longest=-0.62,
    chains=-3.58,
    post_density=-4.24,
    article_density=8.20,
    at_start=3.44,
    to_end=-2.17,
    widely_shared=-2.57,
)
INTERCEPT = -14.40


def probability(evidence: Evidence) -> float:
    """Return how likely it is that the post copies the article, 0 to 1."""
    logit = INTERCEPT + sum(a * b for a, b in zip(COEFFICIENTS, evidence, strict=True))
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


class WordEvidence(NamedTuple):
    """What is known of a candidate whose words a post may have in another order, or among others."""

    share: float
    """Share of the different pieces of the post's words that the article has."""
    in_place: float
    """Share of the post's letters that stand near the place where the article has them."""


WORDS = WordEvidence(share=3.1, in_place=15.4)
"""Coefficients fitted by the same script; their intercept is below."""
WORDS_INTERCEPT = -6.1


def probability_of_words(evidence: WordEvidence) -> float:
    """Return how likely it is that a post that no alignment explains copies the article, 0 to 1."""
    logit = WORDS_INTERCEPT + sum(a * b for a, b in zip(WORDS, evidence, strict=True))
    return 1 / (1 + math.exp(-logit))
