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
from functools import cache

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Offsets = NDArray[np.int64]

NORMAL_FORM = "nfkc-alnum-2"
"""Name of the rules below; part of the recipe, to be changed when they change."""

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

# Letters of other scripts that are drawn like a Latin one (Unicode TR39, the common part).
_LOOKALIKES = dict(
    zip("аеорсухіјѕԁһԛԝкмтвнɑɡιοανυρτκχβ", "aeopcyxijsdhqwkmtbhagioavuptkxb", strict=True)
)

_IGNORABLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
# What takes more than one character for one letter: an entity typed as text, and jamo
# (conjoining, as NFD leaves them, or the compatibility letters of a keyboard).
_COMPOSED = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});"
    rf"|[\u1100-\u1112ㄱ-ㅎ][{_IGNORABLE}]*[\u1161-\u1175ㅏ-ㅣ]"
    rf"(?:[{_IGNORABLE}]*(?:[\u11a8-\u11c2]|[ㄱ-ㅎ](?![{_IGNORABLE}]*[\u1161-\u1175ㅏ-ㅣ])))?"
    r"|[가-힣][\u11a8-\u11c2]"
)
_MAYBE_COMPOSED = re.compile(r"&[#A-Za-z]|[\u1161-\u1175ㅏ-ㅣ\u11a8-\u11c2]")


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
    single, expansions = _tables()
    if _MAYBE_COMPOSED.search(text):
        codes, starts, ends = _compose(text)
    else:
        codes = _codes(text)
        starts = np.arange(len(codes))
        ends = starts + 1
    folded = single[codes]
    if (folded == _EXPANDS).any():
        return _expand(codes, folded, starts, ends, expansions)
    kept = np.flatnonzero(folded)
    return NormalForm(folded[kept], starts[kept], ends[kept])


_EXPANDS = np.uint32(0xFFFFFFFF)


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


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
    finish = np.array(finishes).repeat(lengths)
    begin = np.array(begins).repeat(lengths)
    within = np.arange(len(begin)) - (lengths.cumsum() - lengths).repeat(lengths)
    own = finish == 0
    starts = np.where(own, begin + within, begin)
    return _codes("".join(pieces)), starts, np.where(own, starts + 1, finish)


def _composed(piece: str) -> str:
    if piece[0] == "&":
        return html.unescape(piece)
    if "가" <= piece[0] <= "힣":
        return unicodedata.normalize("NFC", piece)
    letters = re.sub(f"[{_IGNORABLE}]", "", piece)
    lead = _index(letters[0], 0x1100, _LEADS)
    vowel = _index(letters[1], 0x1161, _VOWELS)
    if lead is None or vowel is None:
        return piece
    tail = 0
    rest = ""
    if len(letters) > 2:
        found = _index(letters[2], 0x11A8, _TAILS)
        if found is None:  # ㄸ, ㅃ and ㅉ close no syllable
            rest = letters[2]
        else:
            tail = found + 1
    return chr(0xAC00 + (lead * 21 + vowel) * 28 + tail) + rest


def _index(letter: str, conjoining: int, keyboard: str) -> int | None:
    found = ord(letter) - conjoining
    if 0 <= found < len(keyboard):
        return found
    found = keyboard.find(letter)
    return found if found >= 0 else None


def _expand(
    codes: Codes, folded: Codes, starts: Offsets, ends: Offsets, expansions: dict[int, Codes]
) -> NormalForm:
    lengths = (folded != 0).astype(np.int64)
    wide = np.flatnonzero(folded == _EXPANDS)
    for at in wide:
        lengths[at] = len(expansions[int(codes[at])])
    out = np.repeat(folded, lengths)
    first = np.cumsum(lengths) - lengths
    for at in wide:
        out[first[at] : first[at] + lengths[at]] = expansions[int(codes[at])]
    return NormalForm(out, np.repeat(starts, lengths), np.repeat(ends, lengths))


@cache
def _tables() -> tuple[Codes, dict[int, Codes]]:
    """Code point → its normal character, 0 (dropped) or _EXPANDS; and the expansions."""
    single = np.zeros(sys.maxunicode + 1, np.uint32)
    expansions: dict[int, Codes] = {}
    for first, last in ((0xAC00, 0xD7A3), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF)):
        single[first : last + 1] = np.arange(first, last + 1)
    single[0x3131:0x318F] = np.arange(0x3131, 0x318F)  # keyboard jamo stay as they are
    for fill in (0x3164, 0x115F, 0x1160):
        single[fill] = 0
    ranges = ((0, 0x3131), (0x318F, 0x3400), (0xA000, 0xAC00), (0xD7A4, 0xD800), (0xF900, 0x20000))
    for first, last in ranges:
        for code in range(first, last):
            folded = _folded(chr(code))
            if len(folded) == 1:
                single[code] = ord(folded)
            elif folded:
                single[code] = _EXPANDS
                expansions[code] = _codes(folded)
    single[0x115F] = single[0x1160] = 0
    return single, expansions


def _folded(char: str) -> str:
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
