"""What was pushed into a text is told from it, and nothing else is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.normalise import normalise
from pipelines.core.sifted import common_places, sifted_places
from tests.core.sample_text import article

WORDS = [normalise(word).text for word in article(3, 1200).split()]
TEXT = "".join(WORDS)


def sifted(text: str) -> str:
    codes = normalise(text).codes
    return codes[sifted_places(codes)].tobytes().decode("utf-32-le")


@pytest.mark.parametrize("junk", ["1", "ㅋ", "x7", "뷁"])
def test_letters_that_no_word_has_are_pushed_in(junk: str) -> None:
    assert sifted(junk.join(TEXT)) == TEXT


def test_a_keyword_after_each_word_is_pushed_in() -> None:
    keyword = "웹사이트상위노출"
    left = sifted("".join(word + keyword for word in WORDS))
    assert keyword not in left
    assert len(left) >= 0.9 * len(TEXT)


def test_several_keywords_in_turn_are_pushed_in() -> None:
    keywords = ["상위노출대행", "백링크작업문의", "홈페이지제작가격"]
    left = sifted("".join(word + keywords[at % 3] for at, word in enumerate(WORDS)))
    assert not any(keyword in left for keyword in keywords)
    assert len(left) >= 0.9 * len(TEXT)


@pytest.mark.parametrize("times", [1, 2, 3, 5])
def test_a_text_pasted_again_is_not_pushed_in(times: int) -> None:
    assert sifted(TEXT * times) == TEXT * times


@given(st.text(st.sampled_from("가나다라 1a뷁ㅋ漢"), max_size=400))
def test_what_is_left_stands_in_the_text_in_order(text: str) -> None:
    codes = normalise(text).codes
    places = sifted_places(codes)
    assert (np.diff(places) > 0).all()
    assert set(places.tolist()) <= set(common_places(codes).tolist())
