"""Text → its normal form: letters and digits only, one character for one letter.

Spam tools change what does not change the reading: spaces, line ends, width,
case, zero-width characters, entities typed as text, syllables taken apart into
jamo.  The normal form undoes that, and remembers where each of its characters
stands in the stored text, so that whatever is found in it can be shown there.
"""

import html
import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Offsets = NDArray[np.int32]

NORMAL_FORM = "nfkc-alnum-3"
"""Name of the rules below; part of the recipe, to be changed when they change."""

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

# Letters of other scripts that are drawn like a Latin one (Unicode TR39, the common part).
_LOOKALIKES = dict(
    zip("аеорсухіјѕԁһԛԝкмтвнɑɡιοανυρτκχβ", "aeopcyxijsdhqwkmtbhagioavuptkxb", strict=True)
)

_IGNORABLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
_FILLERS = "\u115f\u1160"
# What may stand between the parts of a conjoining syllable: nothing that is seen, or junk that was
# pushed in.  No text has a conjoining vowel without its lead, so what parts them is no part of it.
_PARTED = rf"(?:[{_IGNORABLE}]*|[^\u1100-\u11ff]{{1,3}}?)"
# What takes more than one character for one letter: an entity typed as text, also escaped again
# and again, and jamo (conjoining, as NFD leaves them, or the compatibility letters of a keyboard).
_COMPOSED = re.compile(
    r"&(?:amp;){0,4}(?:#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};|#[0-9]{3,7}|nbsp)"
    rf"|[\u1100-\u1112]{_PARTED}[\u1161-\u1175](?:{_PARTED}[\u11a8-\u11c2])?"
    rf"|[ㄱ-ㅎ][{_IGNORABLE}]*[ㅏ-ㅣ](?:[{_IGNORABLE}]*[ㄱ-ㅎ](?![{_IGNORABLE}]*[ㅏ-ㅣ]))?"
    r"|[가-힣][\u11a8-\u11c2]"
)
_MAYBE_COMPOSED = re.compile(r"&[#A-Za-z]|[\u1161-\u1175ㅏ-ㅣ\u11a8-\u11c2]")
_FULL_WIDTH_ASCII = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_MAYBE_PARTS = (
    "&＆"
    + "".join(map(chr, range(0x1161, 0x1176)))
    + "".join(map(chr, range(0x11A8, 0x11C3)))
    + _VOWELS
)
"""What no composed letter is without, but for its first consonant."""


@dataclass(frozen=True, slots=True)
class NormalForm:
    """The letters and digits of a text and where they stand in it.

    ``codes``, ``starts`` and ``ends`` have one entry a character of the normal
    form: its code point, and the half-open range of the text that it was read
    from.  Characters that one source character expands to share its range.
    """

    codes: Codes
    starts: Offsets
    ends: Offsets

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def text(self) -> str:
        """The normal form as a string."""
        return self.codes.tobytes().decode("utf-32-le")

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the text that characters [start, end) were read from."""
        if start >= end:
            at = int(self.starts[start]) if start < len(self) else int(self.ends[-1])
            return at, at
        return int(self.starts[start]), int(self.ends[end - 1])


def normalise(text: str) -> NormalForm:
    """Return the normal form of *text*; lone surrogates count as nothing."""
    codes = _codes(text)
    folded = _tables().single[codes]
    if np.count_nonzero(folded == _MORE):
        return _normalise_with_more(text)
    kept = folded.nonzero()[0]
    starts = kept.astype(np.int32)
    return NormalForm(folded[kept], starts, starts + 1)


def normal_text(text: str) -> str:
    """Return ``normalise(text).text``, for a short text faster: no place of a letter is kept.

    >>> normal_text("０１０-&#49;234 ㅋㅏ톡")
    '0101234카톡'
    """
    if "＆" in text:
        text = text.translate(_FULL_WIDTH_ASCII)
    if _MAYBE_COMPOSED.search(text):
        text = _COMPOSED.sub(lambda match: _composed(match[0]), text)
    return text.translate(_readings)


_PLANE = 0x10000


class _Readings(dict[int, str]):
    """Code point → what it reads; filled with what occurs of Unicode's first plane."""

    def __missing__(self, code: int) -> str:
        tables = _tables()
        read = tables.single[code]
        if read == _MORE:
            at = int(tables.codes.searchsorted(code))
            first = tables.firsts[at]
            letters = tables.letters[first : first + tables.lengths[at]].tolist()
            text = "".join(map(chr, letters))
        else:
            text = chr(read) if read else ""
        if code < _PLANE:  # texts of all characters there are must not fill the memory
            self[code] = text
        return text


_readings = _Readings()


_MORE = np.uint32(0xFFFFFFFF)
"""What a character folds to that is more than one letter, or may be part of one."""


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _normalise_with_more(text: str) -> NormalForm:
    if "＆" in text:  # entities that were typed, and then widened with all the rest
        text = text.translate(_FULL_WIDTH_ASCII)
    if _MAYBE_COMPOSED.search(text):
        codes, starts, ends = _compose(text)
    else:
        codes = _codes(text)
        starts = np.arange(len(codes), dtype=np.int32)
        ends = starts + 1
    tables = _tables()
    folded = tables.single[codes]
    lengths = (folded != 0).astype(np.int64)
    more = (folded == _MORE).nonzero()[0]
    which = tables.codes.searchsorted(codes[more])
    lengths[more] = tables.lengths[which]
    out = folded.repeat(lengths)
    at = (lengths.cumsum() - lengths)[more]
    for offset in range(int(tables.lengths[which].max(initial=0))):
        longer = tables.lengths[which] > offset
        out[at[longer] + offset] = tables.letters[tables.firsts[which[longer]] + offset]
    return NormalForm(out, starts.repeat(lengths), ends.repeat(lengths))


def _compose(text: str) -> tuple[Codes, Offsets, Offsets]:
    """Put entities and taken-apart syllables together: codes and their source ranges."""
    pieces: list[str] = []
    begins: list[int] = []
    finishes: list[int] = []
    done = 0
    for match in _COMPOSED.finditer(text):
        composed = _composed(match[0])
        if composed == match[0]:
            continue
        start, end = match.span()
        pieces += (text[done:start], composed)
        begins += (done, start)
        finishes += (0, end)  # 0: every character of the piece is its own source
        done = end
    pieces.append(text[done:])
    begins.append(done)
    finishes.append(0)
    lengths = np.array([len(piece) for piece in pieces])
    finish = np.array(finishes, np.int32).repeat(lengths)
    begin = np.array(begins, np.int32).repeat(lengths)
    within = np.arange(len(begin)) - (lengths.cumsum() - lengths).repeat(lengths)
    own = finish == 0
    starts = begin + np.where(own, within, 0).astype(np.int32)
    return _codes("".join(pieces)), starts, np.where(own, starts + 1, finish)


@lru_cache(1 << 14)
def _composed(piece: str) -> str:
    if piece[0] == "&":
        while (read := html.unescape(piece)) != piece and read.startswith("&"):
            piece = read
        return read
    if "가" <= piece[0] <= "힣":
        return unicodedata.normalize("NFC", piece)
    first, last = ("\u1100", "\u11c2") if piece[0] <= "\u1112" else ("ㄱ", "ㅣ")
    lead, vowel, *tail = (char for char in piece if first <= char <= last and char not in _FILLERS)
    syllable = 0xAC00 + (_index(lead, 0x1100, _LEADS) * 21 + _index(vowel, 0x1161, _VOWELS)) * 28
    if not tail:
        return chr(syllable)
    found = _index(tail[0], 0x11A8, _TAILS)
    # ㄸ, ㅃ and ㅉ close no syllable.
    return chr(syllable) + tail[0] if found < 0 else chr(syllable + found + 1)


def _index(letter: str, conjoining: int, keyboard: str) -> int:
    """Return the place of a jamo among its kind, conjoining or of a keyboard; -1 if it is none."""
    found = ord(letter) - conjoining
    return found if 0 <= found < len(keyboard) else keyboard.find(letter)


@dataclass(frozen=True, slots=True)
class _Tables:
    single: Codes
    """Code point → its normal character, 0 (dropped) or _MORE."""
    codes: Codes
    """The code points that fold to _MORE, ascending."""
    firsts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    letters: Codes
    """Code point ``codes[n]`` reads ``letters[firsts[n] : firsts[n] + lengths[n]]``."""


@cache
def _tables() -> _Tables:
    single = np.zeros(sys.maxunicode + 1, np.uint32)
    read: dict[int, str] = {}
    for first, last in ((0xAC00, 0xD7A3), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF)):
        single[first : last + 1] = np.arange(first, last + 1)
    single[0x3131:0x318F] = np.arange(0x3131, 0x318F)  # keyboard jamo stay as they are
    ranges = ((0, 0x3131), (0x318F, 0x3400), (0xA000, 0xAC00), (0xD7A4, 0xD800), (0xF900, 0x20000))
    for first, last in ranges:
        for code in range(first, last):
            folded = _folded(chr(code))
            if len(folded) == 1:
                single[code] = ord(folded)
            elif folded:
                read[code] = folded
    for fill in (0x3164, 0x115F, 0x1160):
        single[fill] = 0
        read.pop(fill, None)
    for maybe_part in map(ord, _MAYBE_PARTS):
        read.setdefault(maybe_part, chr(single[maybe_part]) if single[maybe_part] else "")
    codes = np.array(sorted(read), np.uint32)
    single[codes] = _MORE
    lengths = np.array([len(read[int(code)]) for code in codes])
    letters = _codes("".join(read[int(code)] for code in codes))
    return _Tables(single, codes, lengths.cumsum() - lengths, lengths, letters)


def _folded(char: str) -> str:
    if "\u1100" <= char <= "\u11ff":
        return _keyboard(char)
    if not unicodedata.decomposition(char) and char.casefold() == char:
        # Nearly all: neither NFKC nor folding changes it.
        return _LOOKALIKES.get(char, char) if unicodedata.category(char)[0] in "LN" else ""
    # Half-width jamo (U+FFA0…) lead to conjoining ones under NFKC; through the
    # compatibility letters they stay what a keyboard would type.
    decomposed = unicodedata.normalize("NFKC", char)
    if len(decomposed) == 1 and 0x1100 <= ord(decomposed) <= 0x11FF:
        return _keyboard(decomposed)
    lowered = unicodedata.normalize("NFKC", decomposed.casefold())
    return "".join(_LOOKALIKES.get(c, c) for c in lowered if unicodedata.category(c)[0] in "LN")


def _keyboard(jamo: str) -> str:
    code = ord(jamo)
    for base, letters in ((0x1100, _LEADS), (0x1161, _VOWELS), (0x11A8, _TAILS)):
        if base <= code < base + len(letters):
            return letters[code - base]
    return jamo
