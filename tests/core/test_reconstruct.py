"""The text of an inferred article: what it takes in, and what it leaves out."""

from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.normalise import normalise
from pipelines.core.reconstruct import extend, merged, size, text_of, without
from pipelines.core.verdict import Article
from tests.core.sample_text import article

TEXT = article(1, 1000)
RANGES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda r: (r[0], r[0] + r[1]))
)


def letters(text: str) -> str:
    return normalise(text).text


def extended(have: str, source: str) -> str | None:
    form = normalise(source)
    return extend(
        Article.prepare(0, normalise(have)),
        have,
        Article.prepare(1, form),
        source,
        [(0, len(form))],
    )


def test_an_article_grows_at_its_end() -> None:
    assert letters(extended(TEXT[:300], TEXT[:700]) or "") == letters(TEXT[:700])


def test_an_article_grows_at_its_start() -> None:
    assert letters(extended(TEXT[300:700], TEXT[:500]) or "") == letters(TEXT[:700])


def test_a_sentence_that_was_left_out_is_put_back() -> None:
    assert letters(extended(TEXT[:200] + TEXT[300:500], TEXT[:500]) or "") == letters(TEXT[:500])


def test_the_same_in_other_words_is_not_added() -> None:
    other = TEXT[:200] + article(2, 100) + TEXT[300:500]
    assert extended(TEXT[:500], other) is None


def test_what_goes_on_otherwise_is_not_added() -> None:
    assert extended(TEXT[:500], TEXT[:300] + article(2, 300)) is None


def test_a_text_without_anything_in_common_adds_nothing() -> None:
    assert extended(TEXT[:500], article(2, 500)) is None


def test_invisible_characters_stay_behind() -> None:
    body = "\u200b".join(TEXT[:100])
    form = normalise(body)
    assert text_of(body, form, [(0, len(form))]) == TEXT[:100].rstrip()


@given(RANGES, RANGES)
def test_ranges_are_sets_of_positions(
    some: list[tuple[int, int]], taken: list[tuple[int, int]]
) -> None:
    def positions(ranges: list[tuple[int, int]]) -> set[int]:
        return {at for start, end in ranges for at in range(start, end)}

    assert positions(merged(some)) == positions(some)
    left = without(some, taken)
    assert positions(left) == positions(some) - positions(taken)
    assert size(left) == len(positions(left))
