"""Keys of words outlive what leaves no stretch of a text whole."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.core.article_keys import article_keys
from pipelines.core.normalise import normalise
from pipelines.core.passages import RECIPE, document_keys, query_keys
from pipelines.core.word_pairs import (
    pair_keys,
    pair_queries,
    word_starts,
)
from tests.core.sample_text import article, shuffled

SECRET = b"one store"
WORDS = st.lists(st.text(st.sampled_from("가나다라마바사아"), min_size=1, max_size=5), max_size=120)


@given(WORDS)
def test_words_begin_after_what_is_no_letter(words: list[str]) -> None:
    form = normalise(", ".join(words))
    begins = [sum(map(len, words[:at])) for at in range(len(words))]
    assert word_starts(form).tolist() == begins


@settings(max_examples=50)
@given(WORDS)
def test_a_text_is_looked_up_by_its_own_pairs(words: list[str]) -> None:
    form = normalise(" ".join(words))
    own = pair_keys(form, SECRET)
    assert set(own.tolist()) <= set(pair_queries(form, SECRET).tolist())
    # Whichever way round.
    back = normalise(" ".join(reversed(words)))
    assert (pair_keys(back, SECRET) == own).all()


@settings(max_examples=50)
@given(WORDS, WORDS)
def test_who_shares_a_pair_with_whom_is_the_same_in_every_store(
    some: list[str], others: list[str]
) -> None:
    forms = [normalise(" ".join(words)) for words in (some, others)]
    shared = []
    for secret in (SECRET, b"another store"):
        first, second = (set(pair_queries(form, secret).tolist()) for form in forms)
        shared.append((len(first), len(second), len(first & second)))
    assert shared[0] == shared[1]


@pytest.mark.parametrize("together", [5, 10])
def test_shuffled_words_are_found_where_no_shingle_is_whole(together: int) -> None:
    found = found_by_shingles = 0
    for seed in range(30):
        form = normalise(article(seed, 1500))
        post = normalise(shuffled(article(seed, 1500), together))
        keys = set(article_keys(article(seed, 1500), form, SECRET).tolist())
        found += not keys.isdisjoint(pair_queries(post, SECRET).tolist())
        found_by_shingles += not set(document_keys(form.codes, SECRET).tolist()).isdisjoint(
            query_keys(post.codes, SECRET).tolist()
        )
    assert found >= 28
    assert found_by_shingles <= found


def test_what_is_pasted_from_an_articles_start_is_found_however_short() -> None:
    found = 0
    for seed in range(30):
        text = article(seed, 1500)
        keys = set(article_keys(text, normalise(text), SECRET).tolist())
        found += not keys.isdisjoint(query_keys(normalise(text[:40]).codes, SECRET).tolist())
    assert found >= 29


def test_short_words_are_no_landmarks() -> None:
    short = " ".join(["가나", "다라", "마바", "사아", "자차", "카타", "파하"] * 40)
    assert len(pair_keys(normalise(short), SECRET)) == 0
    assert RECIPE.word_letters == 3
