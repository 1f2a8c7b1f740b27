"""What is left of a text whose letters became question marks still tells which text it was."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.lost_letters import (
    MOST_CHARACTERS,
    Loss,
    is_lost,
    lost_forms,
    lost_keys,
    start_keys,
    word_form,
)
from pipelines.core.normalise import normalise
from tests.core.sample_text import article

SECRET = b"one store"
TEXTS = st.text(st.sampled_from("가각나닭다 라마\n바사12aZ?.,“”‘’·ㄱ힣前é"), max_size=120)


def jamo_lost(text: str) -> str:
    """Write decomposed text in the character set of an old Korean board."""
    return unicodedata.normalize("NFD", text).encode("cp949", "replace").decode("cp949")


def letters_lost(text: str) -> str:
    """Write text in a table whose character set is latin1."""
    return text.encode("cp1252", "replace").decode("cp1252")  # curly quotes stay


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


def euc_kr_read_as_utf_8(text: str) -> str:
    return text.encode("euc_kr").decode("utf-8", "replace")


def utf_8_read_as_cp949(text: str) -> str:
    return text.encode().decode("cp949", "replace")


def utf_8_bytes_lost(text: str) -> str:
    return re.sub("[^ -~\n]", "???", text)


def euc_kr_bytes_lost(text: str) -> str:
    return re.sub("[^ -~\n]", "??", text)


@pytest.mark.parametrize(
    "lose",
    [
        jamo_lost,
        letters_lost,
        euc_kr_read_as_utf_8,
        utf_8_read_as_cp949,
        utf_8_bytes_lost,
        euc_kr_bytes_lost,
    ],
)
def test_a_copy_is_found_by_the_first_words_of_its_article(lose: Callable[[str], str]) -> None:
    found = 0
    for seed in range(20):
        text = article(seed, 600)
        left = lose("강남 출장마사지 추천\n" + text[:300])
        assert is_lost(left, len(normalise(left)))
        keys: set[int] = set()
        for loss, form in lost_forms(left):
            keys.update(lost_keys(form, loss, SECRET).tolist())
        found += bool(keys & set(start_keys(text, SECRET).tolist()))
        assert not keys & set(start_keys(text, b"another store").tolist())
        assert not keys & set(start_keys(article(seed + 100, 600), SECRET).tolist())
    # Two bytes that make a character of a third charset hide how many they were.
    assert found >= 16


def test_of_a_huge_text_the_first_part_is_read() -> None:
    forms = list(lost_forms("?? ??? " * 1_000_000))
    assert {len(form) for _, form in forms} <= {2 * MOST_CHARACTERS // 7 + 1}


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
