"""Korean letters → how they sound, roughly.

Readers of Korean know a text whose every syllable is spelt wrong on purpose ("쩔땐 까찌 마쎼욥"):
finals are added, consonants doubled, vowels exchanged for their neighbours.  No program
finds it by its letters.  What such spelling leaves is how a syllable begins and what
vowel it has, each among a few like ones.

Source: the idea is Soundex (Russell, US patent 1,261,167, 1918); which letters stand for each other
is what the spelling does: lax, tense and aspirated consonants, vowels with and without a glide.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipelines.core.normalise import Codes, NormalForm
from pipelines.core.sifted import common_syllables

_FIRST, _COUNT = 0xAC00, 11_172
_VOWELS, _FINALS = 21, 28
_INITIALS_ALIKE = ("ㄱㄲㅋ", "ㄷㄸㅌ", "ㅂㅃㅍ", "ㅅㅆ", "ㅈㅉㅊ")
_VOWELS_ALIKE = ("ㅏㅑ", "ㅓㅕ", "ㅗㅛ", "ㅜㅠ", "ㅣㅢㅟ", "ㅔㅐㅒㅖㅚㅙㅞ")
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_TENSE = "ㄲㄸㅃㅆㅉ"
_FIRST_VOWEL = ord("ㅏ")

LEAST_SYLLABLES = 40
"""Syllables by which a text's spelling is judged."""
UNCOMMON = 0.005
"""Share of syllables that no Korean word has, of a text that is spelt wrong on purpose; others have none."""
TENSE = 0.15
"""Share of syllables with a tense initial of such a text; others have a twentieth."""
WITHOUT_FINAL = 0.8
"""Share of syllables without a final of such a text; others have half."""


def sound_codes(codes: Codes) -> Codes:
    """Return for each character of a normal form the syllable that stands for all that sound alike."""
    at = codes - np.uint32(_FIRST)
    return np.where(at < _COUNT, _sounds().take(at, mode="clip"), codes)


def sound_form(form: NormalForm) -> NormalForm:
    """Return a normal form with each letter as it sounds, at the same place in the text."""
    return NormalForm(sound_codes(form.codes), form.starts, form.ends)


def is_misspelt(codes: Codes) -> bool:
    """Tell whether a text looks like one that is spelt wrong on purpose, as no Korean text is."""
    at = codes - np.uint32(_FIRST)
    syllables = at[at < _COUNT].astype(np.int64)
    count = len(syllables)
    if count < LEAST_SYLLABLES:
        return False
    common = np.count_nonzero(common_syllables()[syllables + _FIRST])
    tense = np.count_nonzero(_is_tense().take(syllables // (_VOWELS * _FINALS)))
    without_final = np.count_nonzero(syllables % _FINALS == 0)
    return bool(
        count - common > UNCOMMON * count
        or tense > TENSE * count
        or without_final > WITHOUT_FINAL * count
    )


@cache
def _sounds() -> Codes:
    """Return for each syllable, from 가 on, the one without a final that it sounds like."""
    syllables = np.arange(_COUNT)
    initials, vowels = np.divmod(syllables // _FINALS, _VOWELS)
    first = _representatives(_INITIALS, _INITIALS_ALIKE)[initials]
    vowel = _representatives(
        "".join(map(chr, range(_FIRST_VOWEL, _FIRST_VOWEL + _VOWELS))), _VOWELS_ALIKE
    )[vowels]
    return (_FIRST + (first * _VOWELS + vowel) * _FINALS).astype(np.uint32)


def _representatives(letters: str, alike: tuple[str, ...]) -> NDArray[np.int64]:
    """Return for each of *letters* the number of the one that stands for those like it."""
    return np.array(
        [
            letters.index(next((group[0] for group in alike if letter in group), letter))
            for letter in letters
        ]
    )


@cache
def _is_tense() -> NDArray[np.bool_]:
    return np.array([initial in _TENSE for initial in _INITIALS])
