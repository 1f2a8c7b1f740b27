"""A text that is spelt wrong on purpose sounds like the one that it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.normalise import normalise
from pipelines.core.sound import is_misspelt, sound_codes, sound_form
from pipelines.core.word_pairs import pair_keys, pair_queries
from tests.core.sample_text import article, misspelt, shuffled

SECRET = b"one store"
PLAIN = (
    "시는 지난달 말부터 하천 옆 산책길의 낡은 난간을 걷어 내고 새 난간을 세우고 있다. 공사는 다음 달 중순에 끝난다. "
    "그동안 주민들은 건너편 길로 돌아가야 한다. 담당자는 불편을 줄이려고 밤에는 일을 쉬겠다고 밝혔다."
)


@given(
    st.text(st.sampled_from("가각갂닭뷁힣싸쌍 라마\n바12aZ前ㄱ"), max_size=80), st.integers(0, 99)
)
def test_wrong_spelling_changes_no_sound(text: str, seed: int) -> None:
    form = normalise(text)
    wrong = normalise(misspelt(text, 0.7, seed))
    assert sound_codes(wrong.codes).tolist() == sound_codes(form.codes).tolist()


@given(st.text(max_size=80))
def test_a_letter_s_sound_stands_where_the_letter_does(text: str) -> None:
    form = normalise(text)
    heard = sound_form(form)
    assert heard.starts.tolist() == form.starts.tolist()
    assert heard.ends.tolist() == form.ends.tolist()
    assert sound_codes(heard.codes).tolist() == heard.codes.tolist()


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("가", "깎", True),
        ("의", "잉", True),
        ("왜", "웬", True),
        ("재", "졔", True),
        ("가", "나", False),
        ("고", "구", False),
        ("하", "사", False),
        ("a", "b", False),
    ],
)
def test_which_letters_sound_alike(one: str, other: str, *, alike: bool) -> None:
    first, second = (sound_codes(normalise(each).codes).tolist() for each in (one, other))
    assert (first == second) is alike


@pytest.mark.parametrize("part", [0.3, 1.0])
def test_wrong_spelling_shows(part: float) -> None:
    assert is_misspelt(normalise(misspelt(PLAIN, part)).codes)
    assert not is_misspelt(normalise(PLAIN).codes)
    assert not is_misspelt(normalise("쩔땐 쌰릉").codes)  # too short to tell


def test_words_spelt_wrong_share_keys_with_their_article() -> None:
    found = 0
    for seed in range(30):
        keys = set(pair_keys(normalise(article(seed, 1500)), SECRET).tolist())
        wrong = normalise(misspelt(shuffled(article(seed, 1500), 3), 1.0, seed))
        found += not keys.isdisjoint(pair_queries(wrong, SECRET).tolist())
    assert found >= 28
