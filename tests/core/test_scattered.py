"""An article whose words stand in another order is found and told word by word."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.relation import Relation
from pipelines.core.calibration import probability_of_words
from pipelines.core.normalise import normalise
from pipelines.core.scattered import find_scattered, pieces_of_words, share_of_words
from pipelines.core.verdict import (
    ACCEPT_WORDS,
    Article,
    Link,
    evidence_of_words,
    link_post,
)
from tests.core.sample_text import article, replaced, shuffled

TEXT = article(3, 1200)


def links(post: str, *articles: str) -> list[Link]:
    known = [Article.prepare(at, normalise(text)) for at, text in enumerate(articles, start=1)]
    return link_post(normalise(post), known, post)


@pytest.mark.parametrize("together", [4, 10, 15])
def test_shuffled_words_are_a_copy_of_their_article(together: int) -> None:
    cut = TEXT.rindex(" ", 0, 700)
    (link,) = links(shuffled(TEXT[:cut], together), article(4, 1200), TEXT)
    assert link.article.id == 2
    assert link.relation is Relation.EDITED
    assert link.copies == 1
    assert link.coverage == pytest.approx(cut / len(TEXT), abs=0.04)
    assert link.cut is not None
    assert abs(link.cut - cut) < 60
    assert link.share > 0.95


def test_a_second_paste_of_shuffled_words_is_seen() -> None:
    first, second = TEXT[: TEXT.rindex(" ", 0, 800)], TEXT[: TEXT.rindex(" ", 0, 500)]
    (link,) = links(shuffled(first, 10) + "\n" + shuffled(second, 10, seed=2), TEXT)
    assert link.copies == 2
    assert all(cut is not None for cut in link.cuts)
    assert abs((link.cuts[0] or 0) - len(first)) < 80
    assert abs((link.cuts[1] or 0) - len(second)) < 80


@pytest.mark.parametrize(("part", "is_copy"), [(0.4, True), (0.5, True), (0.7, False)])
def test_words_in_their_places_tell_a_copy_however_many_are_others(
    part: float, is_copy: bool
) -> None:
    """Half of the words replaced leave the other half; another report has a third there."""
    post = normalise(replaced(TEXT, article(9, 3000), part))
    known = [Article.prepare(at, normalise(article(at, 1200))) for at in (4, 3)]
    found = evidence_of_words(post, known)
    if found is None:
        assert not is_copy
        return
    best, evidence, _ = found
    assert best.id == 3
    assert evidence.in_place == pytest.approx(1 - part, abs=0.06)
    assert (probability_of_words(evidence) >= ACCEPT_WORDS) is is_copy


def test_the_same_few_words_are_no_copy() -> None:
    """Another report of an event has a third of the words there; a list of tags has too few."""
    third = replaced(TEXT, article(9, 40), 0.7)
    assert [each for each in links(third, TEXT) if each.relation is not Relation.QUOTE] == []
    tags = " ".join(random.Random(1).sample(TEXT.split(), 12))
    assert links(tags, TEXT) == []


def test_words_drawn_from_all_over_an_article_are_no_copy() -> None:
    words, chosen = article(5, 3000).split(), random.Random(2)
    drawn = " ".join(chosen.choice(words) for _ in range(400))
    assert links(drawn, article(5, 3000)) == []


def test_one_word_of_an_article_again_and_again_is_no_copy() -> None:
    word = max(TEXT.split(), key=len)
    assert links(" ".join([word] * 400), TEXT) == []


@settings(max_examples=40)
@given(st.integers(2, 20), st.integers(0, 1000), st.integers(150, 1200))
def test_every_run_is_equal_in_both_texts(together: int, seed: int, length: int) -> None:
    post, form = normalise(shuffled(TEXT[:length], together, seed)), normalise(TEXT)
    for copy in find_scattered(post, form):
        for run in copy:
            assert (
                post.text[run.post_start : run.post_end]
                == form.text[run.article_start : run.article_end]
            )
        assert all(before.post_end <= after.post_start for before, after in pairwise(copy))


def test_pieces_do_not_cross_words() -> None:
    whole, parted = (pieces_of_words(normalise(text)) for text in ("가나다라마바", "가나다 라마바"))
    assert len(whole) == 4
    assert len(parted) == 2
    assert set(parted.tolist()) < set(whole.tolist())


def test_a_short_text_tells_nothing() -> None:
    pieces = pieces_of_words(normalise(TEXT[:60]))
    assert share_of_words(pieces, normalise(TEXT)) == 0
