"""A text whose letters were lost on the way → its words by how long they are.

Where a program writes a text in a character set that lacks its letters, a question mark stands
for each: "?????? ??? 41?" is all that such a board shows, and keeps.  Where the words stand is
left, how long each is, and digits.  Eight words in a row are then as good as a shingle: a word's
length says some three bits.  So words are read as letters here, and all else is done as with
letters: keys to find the article, an alignment to prove it.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice

import numpy as np

from pipelines.core.normalise import Codes, NormalForm
from pipelines.core.passages import Hashes, Keys, distinct_keys, mixed, named_shingles


class Loss(StrEnum):
    """How letters were lost: what one question mark stands for."""

    JAMO = "jamo"
    """A part of a syllable: text of a Mac (NFD), written as CP949."""
    LETTER = "letter"
    """A character that Windows-1252 lacks, as in a database whose tables are latin1."""


WORDS = 8
"""Words a key is made of."""
FIRST = 4
"""Word before which the eight begin that a known article is indexed by: most of what is pasted begins
where the article does, and most articles with their agency and reporter."""
MOST_WORDS = 2_000
"""Words of a post that it is looked up by."""
LEAST_MARKS = 40
"""Question marks of a text that lost its letters."""

_KINDS = {
    loss: np.uint32((number + 1) * 0x85EBCA77 & 0xFFFFFFFF) for number, loss in enumerate(Loss)
}
# An entity parts words, as the blank or the quotation mark does that it stands for.
_WORD = re.compile(r"&#?\w{2,8};|((?:[^\s&]|&(?!#?\w{2,8};))+)")
_FIRST, _MANY = 0x10000, 0x100000
"""Words are numbered as characters are that no text has: above the first plane."""


def is_lost(text: str, letters: int) -> bool:
    """Tell whether most of a text is question marks; *letters* are those of its normal form."""
    marks = text.count("?")
    return marks >= LEAST_MARKS and marks >= letters


def word_form(text: str, loss: Loss) -> NormalForm:
    """Return the words of a text in place of its letters, as they look after such a loss.

    ``codes`` has a number a word, ``starts`` and ``ends`` where it stands. A text that lost its
    letters has the numbers of the one that has them.
    """
    words = list(_words(text, loss))
    codes = np.array([code for code, *_ in words], np.uint32)
    places = np.array([place for _, *place in words], np.int32).reshape(-1, 2)
    return NormalForm(codes, places[:, 0], places[:, 1])


def start_keys(text: str, secret: bytes) -> Keys:
    """Return the distinct keys that a known article is indexed with."""
    found = []
    for loss in Loss:
        words = [code for code, *_ in islice(_words(text, loss), FIRST, FIRST + WORDS)]
        found.append(_keys(np.array(words, np.uint32), loss, secret))
    return distinct_keys(np.concatenate(found))


def lost_keys(form: NormalForm, loss: Loss, secret: bytes) -> Keys:
    """Return the distinct keys to look a post up by, given as its `word_form`."""
    return distinct_keys(_keys(form.codes[:MOST_WORDS], loss, secret))


def _keys(words: Codes, loss: Loss, secret: bytes) -> Keys:
    names: Hashes = named_shingles(words, WORDS, secret)[1]
    return mixed(names + _KINDS[loss]).view(np.int32)


def _words(text: str, loss: Loss) -> Iterator[tuple[int, int, int]]:
    """Yield a number for each word of a text, and where it begins and ends."""
    left = _LEFT[loss]
    for match in _WORD.finditer(text):
        if match[1] and (looks := match[1].translate(left)):
            yield _FIRST + zlib.crc32(looks.encode()) % _MANY, match.start(1), match.end(1)


class _Left(dict[int, str]):
    """Code point → what is left of it: itself, question marks, or nothing that can be told."""

    def __init__(self, loss: Loss) -> None:
        super().__init__()
        self.loss = loss

    def __missing__(self, code: int) -> str:
        left = self[code] = self._left(chr(code))
        return left

    def _left(self, char: str) -> str:
        if char.isascii():
            return char if char.isalnum() or char == "?" else ""
        if self.loss is Loss.JAMO:
            return "?" * len(unicodedata.normalize("NFD", char)) if "가" <= char <= "힣" else ""
        return "" if _is_western(char) else "?"


def _is_western(char: str) -> bool:
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


_LEFT = {loss: _Left(loss) for loss in Loss}
