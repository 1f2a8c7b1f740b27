"""What is left of a text whose letters became question marks still tells which text it was."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.lost_letters import Loss, is_lost, lost_keys, start_keys, word_form
from tests.core.sample_text import article

SECRET = b"one store"
TEXTS = st.text(st.sampled_from("가각나닭다 라마\n바사12aZ?.,“”‘’·ㄱ힣前é"), max_size=120)


def jamo_lost(text: str) -> str:
    """Write decomposed text in the character set of an old Korean board."""
    return unicodedata.normalize("NFD", text).encode("cp949", "replace").decode("cp949")


def letters_lost(text: str) -> str:
    """Write text in a table whose character set is latin1."""
    return text.encode("cp1252", "replace").decode("cp1252")


LOSSES = [(Loss.JAMO, jamo_lost), (Loss.LETTER, letters_lost)]


@pytest.mark.parametrize(("loss", "lose"), LOSSES)
@given(text=TEXTS)
def test_words_look_the_same_before_and_after(
    loss: Loss, lose: Callable[[str], str], text: str
) -> None:
    # An accent is written as a mark of its own under NFD, and lost then: no letter of the text.
    text = text.replace("é", "") if loss is Loss.JAMO else text
    whole, left = word_form(text, loss), word_form(lose(text), loss)
    assert whole.codes.tolist() == left.codes.tolist()
    for start, end in zip(whole.starts.tolist(), whole.ends.tolist(), strict=True):
        assert text[start:end] in text.split()


@pytest.mark.parametrize(("loss", "lose"), LOSSES)
def test_a_copy_is_found_by_the_first_words_of_its_article(
    loss: Loss, lose: Callable[[str], str]
) -> None:
    for seed in range(20):
        text = article(seed, 600)
        left = lose("강남 출장마사지 추천\n" + text[:300])
        found = set(lost_keys(word_form(left, loss), loss, SECRET).tolist())
        assert found & set(start_keys(text, SECRET).tolist())
        assert not found & set(start_keys(text, b"another store").tolist())
        assert not found & set(start_keys(article(seed + 100, 600), SECRET).tolist())


def test_entities_part_words_as_the_blanks_they_stand_for() -> None:
    left = word_form("??? ????&nbsp;?????&#8217;??", Loss.JAMO)
    assert left.codes.tolist() == word_form("??? ???? ????? ??", Loss.JAMO).codes.tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (jamo_lost(article(1, 200)), True),
        (letters_lost(article(1, 200)) + "\n강남 출장마사지", True),
        (article(1, 200), False),
        ("정말인가요?? " * 30, False),
        ("??? ??", False),
    ],
)
def test_a_text_that_asks_much_has_lost_nothing(text: str, expected: bool) -> None:
    letters = sum(char.isalnum() for char in text)
    assert is_lost(text, letters) is expected
