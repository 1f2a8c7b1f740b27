"""Text → its normal form: letters and digits only, one character for one letter.

Spam tools change what does not change the reading: spaces, line ends, width,
case, zero-width characters, entities, escapes and tags typed as text, bytes read
in another encoding, syllables taken apart into jamo.  The normal form undoes
that, and remembers where each of its characters stands in the stored text, so
that whatever is found in it can be shown there.
"""

import html
import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple
from urllib.parse import unquote, unquote_to_bytes

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]
Offsets = NDArray[np.int32]

NORMAL_FORM = "nfkc-alnum-5"
"""Name of the rules below; part of the recipe, to be changed when they change."""

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

# Letters of other scripts that are drawn like a Latin one (Unicode TR39, the common part).
_LOOKALIKES = dict(
    zip(
        "аеорсухіјѕԁһԛԝкмтвнɑɡιοανυρτκχβᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢօսոհցոωѡłøđħı",
        "aeopcyxijsdhqwkmtbhagioavuptkxbabcdefghijklmnoprstuvwyzounhgnwwlodhi",
        strict=True,
    )
)
# Circled and squared letters that NFKC knows no letter for.
_FRAMED_LETTERS = (0x1F150, 0x1F170)

_IGNORABLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
_FILLERS = "\u115f\u1160"
# What may stand between the parts of a conjoining syllable: nothing that is seen, or what was
# pushed in.  No text has a conjoining vowel without its lead, so what parts them is no part of it.
_PARTED = rf"(?:[{_IGNORABLE}]*|[^\u1100-\u11ff]{{1,24}}?)"
_PUSHED_IN = 3
"""Characters that part a syllable and are junk; more are words, and stay."""
_LEADS_TYPED = "ㄱ-ㅎﾡ-ﾾ"
_LEAD, _VOWEL = f"[{_LEADS_TYPED}]", "[ㅏ-ㅣￂ-ￇￊ-ￏￒ-ￗￚ-ￜ]"
# Bytes of UTF-8 and of EUC-KR that were read as Latin-1 or as Windows-1252.
_LATER_BYTE = "[\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]"
_EUC_KR_ESCAPED = (
    "(?:[Bb][0-9A-Fa-f]|[Cc][0-8])%(?:[Aa][1-9A-Fa-f]|[B-Eb-e][0-9A-Fa-f]|[Ff][0-9A-Ea-e])"
)
_EUC_KR_FIRST, _EUC_KR_SECOND = "[\u00b0-\u00c8]", "[\u00a1-\u00fe]"
# The same done to a text of UTF-8 twice.
_READ_TWICE = re.compile("Ã[ª-\u00ad](?:Â[\u0080-\u00bf]){2}")
# What a mark-up editor writes; a tag with an address in it is payload and stays.
_TAG = (
    r"/?(?:p|br|b|i|u|s|a|em|strong|span|font|div|center|big|small|wbr|h[1-6]|li|ul|ol|t[dhr]|table"
    r"|tbody|su[bp]|ins|del|strike|mark|blockquote)(?:\s(?![^<>]*(?:href|src|//|www\.))[^<>]{0,200})?/?>"
)
_CODE = (
    r"/?(?:b|i|u|s|url|color|size|font|center|quote|img|left|right|list)(?:=[^\[\]\n/]{0,40})?\]"
)
# What takes more than one character for one letter, or several for none: an entity typed as text,
# also escaped again and again, or taken apart; a character as an address or a script writes it; a
# tag; jamo (conjoining, as NFD leaves them, or the compatibility letters of a keyboard).
# It begins with a set of characters, since the engine skips to those at no cost.
_COMPOSITIONS = (
    rf"[&%\\<\[âãê-í\u00b0-\u00c8\u1100-\u1112{_LEADS_TYPED}](?:"
    r"(?<=&)(?:(?:amp;){0,4}(?:#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};"
    r"|#[0-9]{3,7}|nbsp)|[^&;\n]{2,48};)"
    rf"|(?<=%)(?:{_EUC_KR_ESCAPED}(?:%{_EUC_KR_ESCAPED})+"
    r"|(?:25){0,3}[Ee][0-9A-Fa-f](?:%(?:25){0,3}[89ABab][0-9A-Fa-f]){2}"
    r"|(?:25){0,3}[Cc][2-9A-Fa-f]%(?:25){0,3}[89ABab][0-9A-Fa-f]"
    r"|(?<=%[89A-Fa-f][0-9A-Fa-f]%)[2-7][0-9A-Fa-f]"
    r"|(?<=%25[89ABab][0-9A-Fa-f]%)25[2-7][0-9A-Fa-f])"
    r"|(?<=[%\\])u[A-Da-d][0-9A-Fa-f]{3}|(?<=\\)u\{0{0,4}[A-Da-d][0-9A-Fa-f]{3}\}"
    r"|(?<=\\)x[Ee][0-9A-Fa-f](?:\\x[89ABab][0-9A-Fa-f]){2}"
    rf"|(?<=Ã){_READ_TWICE.pattern[1:]}"
    rf"|(?<={_EUC_KR_FIRST}){_EUC_KR_SECOND}(?:{_EUC_KR_FIRST}{_EUC_KR_SECOND})+"
    rf"|(?<=[âãê-í]){_LATER_BYTE}{{2}}|(?<=[ÂÃ]){_LATER_BYTE}"
    rf"|(?<=<){_TAG}|(?<=\[){_CODE}"
    rf"|(?<=[\u1100-\u1112]){_PARTED}[\u1161-\u1175](?:{_PARTED}[\u11a8-\u11c2])?"
    rf"|(?<={_LEAD})[{_IGNORABLE}]*{_VOWEL}"
    rf"(?:[{_IGNORABLE}]*{_LEAD}(?![{_IGNORABLE}]*{_VOWEL}))?)"
)
_COMPOSED = re.compile(_COMPOSITIONS)
_COMPOSED_WITH_TAILS = re.compile(rf"{_COMPOSITIONS}|[가-힣][\u11a8-\u11c2]")
_TAIL = re.compile(r"[\u11a8-\u11c2]")
_MAYBE_COMPOSED = re.compile(
    r"&|[\u1161-\u1175ㅏ-ㅣ\u11a8-\u11c2ￂ-ￜ]|%(?:25)*[EeUu][A-Da-d]|%[BCbc][0-9A-Fa-f]%|\\[ux]|[ê-í\u00c0-\u00c8]|</?[A-Za-z]|\[/"
)
_MAYBE_ESCAPED = re.compile(r"%(?:25)*[EeUu]|%[BCbc][0-9A-Fa-f]%|<[/bBw]|\[/")
_FULL_WIDTH_ASCII = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
_MAYBE_PARTS = (
    "&＆"
    + "".join(map(chr, range(0x1161, 0x1176)))
    + "".join(map(chr, range(0x11A8, 0x11C3)))
    + _VOWELS
    + "".join(map(chr, range(0xFFC2, 0xFFDD)))
    + "\\êëìí"
    + "".join(map(chr, range(0xC0, 0xC9)))
)
"""What no composed letter is without, but for its first consonant and those of _MAYBE_ESCAPED."""


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
    if np.count_nonzero(folded == _MORE) or _may_be_escaped(text):
        return _normalise_with_more(text)
    kept = folded.nonzero()[0]
    starts = kept.astype(np.int32)
    return NormalForm(folded[kept], starts, starts + 1)


def _may_be_escaped(text: str) -> bool:
    # Single characters are looked for at a fraction of the pattern's cost.
    return ("%" in text or "<" in text or "[" in text) and bool(_MAYBE_ESCAPED.search(text))


def read_composed(piece: str) -> str:
    """Return what an entity, whole or taken apart, or a syllable of several characters reads."""
    composed = _composed(piece)
    return piece if composed is None else "".join([letters for letters, *_ in composed])


def normal_text(text: str) -> str:
    """Return ``normalise(text).text``, for a short text faster: no place of a letter is kept.

    >>> normal_text("０１０-&#49;234 ㅋㅏ톡")
    '0101234카톡'
    """
    if "＆" in text:
        text = text.translate(_FULL_WIDTH_ASCII)
    if _MAYBE_COMPOSED.search(text):
        text = _compositions(text).sub(_read_through, text)
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
    for match in _compositions(text).finditer(text):
        composed = _composed(match[0])
        if composed is None:
            continue
        at = match.start()
        pieces.append(text[done:at])
        begins.append(done)
        finishes.append(0)  # 0: every character of the piece is its own source
        for letters, start, end in composed:
            pieces.append(letters)
            begins.append(at + start)
            finishes.append(at + end if end else 0)
        done = match.end()
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


def _compositions(text: str) -> re.Pattern[str]:
    # Looking at every syllable for a letter that closes it is worth it in few texts.
    return _COMPOSED_WITH_TAILS if _TAIL.search(text) else _COMPOSED


class _Part(NamedTuple):
    """Letters that a composed piece reads, and the range of it that they stand for."""

    letters: str
    start: int
    end: int
    """0: every letter stands for itself, from the start on."""


def _read_through(match: re.Match[str]) -> str:
    return read_composed(match[0])


@lru_cache(1 << 14)
def _composed(piece: str) -> tuple[_Part, ...] | None:
    """Return what a match of _COMPOSED reads; None if it reads as it stands."""
    first = piece[0]
    if first == "&":
        return _entity(piece)
    if first in "<[":
        return ()
    if "\u1100" <= first <= "\u1112":
        return _conjoined(piece)
    if "가" <= first <= "힣":
        letter = unicodedata.normalize("NFC", piece)
    elif "ㄱ" <= first <= "ㅎ" or first >= "ﾡ":
        letter = _syllable([c for c in piece.translate(_HALF_WIDTH_JAMO) if "ㄱ" <= c <= "ㅣ"])
    elif first == "%" and len(piece) >= 2 * len("%B0%A1") and "%25" not in piece:
        letters = _of_two_bytes(unquote_to_bytes(piece))
        return tuple(_Part(letter, 6 * at, 6 * at + 6) for at, letter in enumerate(letters))
    elif "\u00b0" <= first <= "\u00c8" and len(piece) > 3 and not _READ_TWICE.fullmatch(piece):
        letters = _of_two_bytes(piece.encode("latin-1"))
        return tuple(_Part(letter, 2 * at, 2 * at + 2) for at, letter in enumerate(letters))
    else:
        letter = _unescaped(piece)
    return (_Part(letter, 0, len(piece)),) if letter and letter != piece else None


_HALF_WIDTH_JAMO = {
    **{0xFFA1 + at: 0x3131 + at for at in range(30)},
    **{0xFFC2 + 8 * row + at: 0x314F + 6 * row + at for row in range(4) for at in range(6)},
}


def _conjoined(piece: str) -> tuple[_Part, ...]:
    """Read a syllable of conjoining letters; words that part them stand after it."""
    letters = [c for c in piece if "\u1100" <= c <= "\u11c2" and c not in _FILLERS]
    pushed = [
        _Part(match[0], match.start(), 0)
        for match in re.finditer(r"[^\u1100-\u11ff]+", piece)
        if len(match[0]) > _PUSHED_IN
    ]
    # Of a syllable that has words in it the part before them is shown for it.
    return (_Part(_syllable(letters), 0, pushed[0].start if pushed else len(piece)), *pushed)


def _syllable(letters: list[str]) -> str:
    lead, vowel, *tail = letters
    syllable = 0xAC00 + (_index(lead, 0x1100, _LEADS) * 21 + _index(vowel, 0x1161, _VOWELS)) * 28
    if not tail:
        return chr(syllable)
    found = _index(tail[0], 0x11A8, _TAILS)
    # ㄸ, ㅃ and ㅉ close no syllable.
    return chr(syllable) + tail[0] if found < 0 else chr(syllable + found + 1)


_ENTITIES = ("nbsp", "quot", "ldquo", "rdquo", "lsquo", "rsquo", "hellip", "middot")
"""Entities that an editor writes into nearly every text, and that are told in two halves."""
_UNSEEN = re.compile(rf"[\s{_IGNORABLE}]")


def _entity(piece: str) -> tuple[_Part, ...] | None:
    """Read an entity: whole, with blanks and unseen characters in it, or parted by words."""
    bare = _UNSEEN.sub("", piece)
    read = bare
    while (once := html.unescape(read)) != read:
        read = once
        if not read.startswith("&"):
            break
    # One that lacks its semicolon leaves what comes after it: &nbspx7;
    if read != bare and len(read) <= 2:
        return (_Part(read, 0, len(piece)),)
    inner = piece[1:-1]
    for name in _ENTITIES:
        for head in range(len(name) + 1):
            tail = len(inner) - (len(name) - head)
            if head < tail and inner.startswith(name[:head]) and inner.endswith(name[head:]):
                return (_Part(inner[head:tail], 1 + head, 0),)
    return None


def _unescaped(piece: str) -> str:
    """Return the character that an escape stands for; nothing if it is none."""
    if piece[1] == "u":
        return chr(int(piece.rstrip("}")[-4:], 16))
    if piece[1] == "x":
        return bytes.fromhex(piece.replace("\\x", "")).decode("utf-8", "ignore")
    if piece[0] == "%":
        while (once := unquote(piece, errors="ignore")) != piece:
            piece = once
        return piece
    if _READ_TWICE.fullmatch(piece):
        piece = piece.encode("latin-1").decode("utf-8")
    try:
        read = b"".join(map(_byte, piece))
    except UnicodeEncodeError:
        return ""
    return read.decode("utf-8", "ignore")


def _of_two_bytes(escaped: bytes) -> str:
    """Return the characters of two bytes each: of UTF-8, or if they are none, of EUC-KR."""
    try:
        return escaped.decode("utf-8")
    except UnicodeDecodeError:
        return escaped.decode("euc_kr", "replace")


def _byte(char: str) -> bytes:
    return char.encode("latin-1" if char <= "\u00ff" else "cp1252")


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
    # Keyboard jamo stay as they are; but for the last, which is typed for a middle dot (ㆍ).
    single[0x3131:0x318D] = np.arange(0x3131, 0x318D)
    single[0x318E] = 0x318E
    ranges = ((0, 0x3131), (0x318F, 0x3400), (0xA000, 0xAC00), (0xD7A4, 0xD800), (0xF900, 0x20000))
    for first, last in ranges:
        for code in range(first, last):
            folded = _folded(chr(code))
            if len(folded) == 1:
                single[code] = ord(folded)
            elif folded:
                read[code] = folded
    for fill in (0x3164, 0x115F, 0x1160, 0xFFA0):
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
    code = ord(char)
    if 0x1100 <= code <= 0x11FF:
        return _keyboard(char)
    category = unicodedata.category(char)
    if category == "So":
        for first in _FRAMED_LETTERS:
            if first <= code < first + 26:
                return chr(ord("a") + code - first)
    if not unicodedata.decomposition(char) and char.casefold() == char:
        # Nearly all: neither NFKC nor folding changes it.
        if category == "No" and "CIRCLED" in unicodedata.name(char, ""):
            return str(int(unicodedata.numeric(char)))
        if category == "Nd":
            return str(unicodedata.digit(char))
        return _LOOKALIKES.get(char, char) if category[0] in "LN" else ""
    # Half-width jamo (U+FFA0…) lead to conjoining ones under NFKC; through the
    # compatibility letters they stay what a keyboard would type.
    decomposed = unicodedata.normalize("NFKC", char)
    if len(decomposed) == 1 and 0x1100 <= ord(decomposed) <= 0x11FF:
        return _keyboard(decomposed)
    # Accents go, as they do where they stand beside their letter.
    lowered = unicodedata.normalize("NFKD", decomposed.casefold())
    if any(0x1100 <= ord(c) <= 0x11FF for c in lowered):
        lowered = unicodedata.normalize("NFC", lowered)
    return "".join(_LOOKALIKES.get(c, c) for c in lowered if unicodedata.category(c)[0] in "LN")


def _keyboard(jamo: str) -> str:
    code = ord(jamo)
    for base, letters in ((0x1100, _LEADS), (0x1161, _VOWELS), (0x11A8, _TAILS)):
        if base <= code < base + len(letters):
            return letters[code - base]
    return jamo
