"""A text whose letters were lost on the way → its words by how long they are.

Where a program writes a text in a character set that lacks its letters, a question mark stands
for each: "?????? ??? 41?" is all that such a board shows, and keeps.  Where one reads bytes in
another character set than they were written in, a replacement character (U+FFFD) stands for each
byte that is none there.  Where the words stand is left, how long each is, and digits.  Eight words in a row are then as good as a shingle: a word's
length says some three bits.  So words are read as letters here, and all else is done as with
letters: keys to find the article, an alignment to prove it.
"""

import hashlib
import math
import re
import unicodedata
import zlib
from collections.abc import Iterator
from enum import StrEnum
from functools import partial
from itertools import islice

import numpy as np

from pipelines.core.normalise import NormalForm
from pipelines.core.passages import Keys, distinct_keys


class Loss(StrEnum):
    """How letters were lost: what one question mark stands for."""

    JAMO = "jamo"
    """A part of a syllable: text of a Mac (NFD), written as CP949."""
    LETTER = "letter"
    """A character that is not of ASCII, as in a database whose tables are latin1."""


WORDS = 8
"""Words a key is made of."""
FIRST = 4
"""Word before which the eight begin that a known article is indexed by: most of what is pasted begins
where the article does, and most articles with their agency and reporter."""
MOST_TOKENS = 18
"""Words and marks of an article's start among which the first words are."""
MOST_WORDS = 2_000
"""Words of a post that it is looked up by."""
MOST_CHARACTERS = 200_000
"""Characters of a post that are read as words: one of ten million marks would cost seconds."""
LEAST_MARKS = 40
"""Question marks, or replacement characters, of a text that lost its letters."""
DIVISIBLE = 0.9
"""Share of runs of marks whose lengths a number divides, if so many of them stand for a letter."""

# An entity parts words, as the blank or the quotation mark does that it stands for.
_WORD = re.compile(r"&#?\w{2,8};|((?:[^\s&]|&(?!#?\w{2,8};))+)")
_NO_CHARACTER = "\ufffd"
_FIRST, _MANY = 0x10000, 0x100000
"""Words are numbered as characters are that no text has: above the first plane."""


def is_lost(text: str, letters: int) -> bool:
    """Tell whether most of a text is lost; *letters* are those of its normal form."""
    marks, bytes_ = text.count("?"), text.count(_NO_CHARACTER)
    # Bytes read two at a time make a letter now and then that was never written.
    return max(marks, bytes_) >= LEAST_MARKS and (marks >= letters or 3 * bytes_ >= letters)


def word_form(text: str, loss: Loss) -> NormalForm:
    """Return the words of a text in place of its letters, as they look after such a loss.

    ``codes`` has a number a word, ``starts`` and ``ends`` where it stands. A text that lost its
    letters has the numbers of the one that has them.
    """
    return _form(_words(text, _LEFT[loss]))


def lost_forms(text: str) -> Iterator[tuple[Loss, NormalForm]]:
    """Yield a text's words in each way that they may be what is left of words.

    The loss says which `word_form` of an article they are to be compared with.
    """
    text = text[:MOST_CHARACTERS]
    if 2 * text.count(_NO_CHARACTER) > text.count("?"):
        for bytes_ in _BYTES:
            yield Loss.LETTER, _form(_words(text, bytes_))
        return
    for loss in Loss:
        yield loss, word_form(text, loss)
    runs = [len(run) for run in re.findall(r"\?+", text)]
    for of_letter in (2, 3):  # bytes of a letter in EUC-KR, and in UTF-8
        if sum(run % of_letter == 0 for run in runs) >= DIVISIBLE * len(runs):
            yield Loss.LETTER, _form(_words(text, _LEFT[Loss.LETTER], of_letter))


def start_keys(text: str, secret: bytes) -> Keys:
    """Return the keys that a known article is indexed with: one a loss, none of a short text."""
    tokens = [match[1] for match in islice(_WORD.finditer(text), MOST_TOKENS) if match[1]]
    keys = []
    for loss in Loss:
        # All at once: no word has a blank in it.
        looks = filter(None, " ".join(tokens).translate(_LEFT[loss]).split(" "))
        codes = list(map(_number, islice(looks, FIRST, FIRST + WORDS)))
        if len(codes) == WORDS:
            keys.append(_key(np.array(codes, np.uint32).tobytes(), loss, secret))
    return distinct_keys(np.array(keys, np.int32))


def lost_keys(form: NormalForm, loss: Loss, secret: bytes) -> Keys:
    """Return the distinct keys to look a post up by, given as one of its `lost_forms`."""
    words = form.codes[:MOST_WORDS]
    each = words.itemsize
    raw = words.tobytes()
    ends = range(WORDS * each, len(raw) + 1, each)
    keys = [_key(raw[end - WORDS * each : end], loss, secret) for end in ends]
    return distinct_keys(np.array(keys, np.int32))


def _key(words: bytes, loss: Loss, secret: bytes) -> int:
    person = loss.encode()
    digest = hashlib.blake2b(words, digest_size=4, key=secret, person=person).digest()
    return int.from_bytes(digest, "little", signed=True)


def _number(looks: str) -> int:
    return _FIRST + zlib.crc32(looks.encode()) % _MANY


def _form(words: Iterator[tuple[int, int, int]]) -> NormalForm:
    found = np.array(list(words), np.int32).reshape(-1, 3)
    return NormalForm(found[:, 0].astype(np.uint32), found[:, 1], found[:, 2])


def _words(text: str, left: "_Left", of_letter: int = 1) -> Iterator[tuple[int, int, int]]:
    """Yield a number for each word of a text, and where it begins and ends.

    *of_letter* question marks stand for a letter.
    """
    for match in _WORD.finditer(text):
        if match[1] and (looks := match[1].translate(left)):
            for mark, times in ((_NO_CHARACTER, left.of_letter), ("?", of_letter)):
                if times > 1:
                    looks = re.sub(rf"{re.escape(mark)}+", partial(_shortened, times), looks)
            yield _number(looks), match.start(1), match.end(1)


def _shortened(times: int, run: re.Match[str]) -> str:
    # Now and then two bytes have one mark.
    return "?" * math.ceil(len(run[0]) / times)


class _Left(dict[int, str]):
    """Code point → what is left of it: itself, marks, or nothing that can be told."""

    of_letter = 1
    """Replacement characters that stand for a letter."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char.isascii():
            left = char if char.isalnum() or char in "? " else ""
        else:
            left = self.marks(char)
        self[code] = left
        return left

    def marks(self, char: str) -> str:
        """Return the marks that stand for a character."""
        raise NotImplementedError


class _LeftOfJamo(_Left):
    def marks(self, char: str) -> str:
        return "?" * len(unicodedata.normalize("NFD", char)) if "가" <= char <= "힣" else ""


class _LeftOfLetter(_Left):
    def marks(self, _char: str) -> str:
        return "?"


class _LeftOfBytes(_Left):
    """The same of bytes that were written in one character set and read in another."""

    def __init__(self, read_as: str, of_letter: int) -> None:
        super().__init__()
        self.read_as = read_as
        self.of_letter = of_letter

    def marks(self, char: str) -> str:
        # One that the character set lacks came from elsewhere: a letter, in two bytes or three.
        size = 1 if char == _NO_CHARACTER else len(char.encode(self.read_as, "ignore"))
        return _NO_CHARACTER * (size or self.of_letter)


_LEFT = {Loss.JAMO: _LeftOfJamo(), Loss.LETTER: _LeftOfLetter()}
_BYTES = (_LeftOfBytes("utf-8", 2), _LeftOfBytes("cp949", 3))
"""EUC-KR read as UTF-8, and the reverse."""
