"""Bytes and headers → text → a page that an engine can read (pure, no network).

Boards lie about their charset: cp949 under a UTF-8 ``meta``, UTF-8 under an
EUC-KR header, no word at all. So a charset is believed only when the bytes
decode under it, in the order of how hard it is to decode by chance.
"""

import codecs
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lxml import etree
from parsel import Selector
from w3lib.encoding import (
    html_body_declared_encoding,
    http_content_type_encoding,
    read_bom,
    resolve_encoding,
)

MAX_DEPTH = 1000
"""Deepest element of a page's tree. libxml2 drops the rest of a page that is nested
deeper than 2,048 levels; ours keeps all the text and flattens the tree instead."""

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
"""What no tree may hold (XML 1.0, production 2) and no reader sees."""
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])
"""Those of them that are one byte in UTF-8."""

# w3lib knows euc-kr, ks_c_5601-1987, uhc and ms949 as cp949, but not these.
_UNMARKED = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"), (b"\x1b$)C", "iso2022_kr"))
"""What no other charset begins a page with: tags of two bytes a letter, and the words of
ISO-2022-KR, whose bytes are all ASCII."""
_PIECE = re.compile(rb"<[^<>]*+|[^<>]++|>")
# The second byte of a letter of cp949 is "A" at least.
_WORD = re.compile(rb"[\x00-@]++|[^\x00-@]++")
LONGEST_PIECE = 500_000
"""Bytes between two tags that are looked at word by word; more are a flood."""
_HANGUL = re.compile("[가-힣]")
HANGUL_TO_LOST = 5
"""Syllables to one lost byte from which bytes that no charset explains are Korean."""
_LETTER_OF_THREE_BYTES = re.compile("[\u0800-\uffff]")
_CP949 = frozenset(
    {"x-windows-949", "windows-949", "x-ibm949", "x-ibm949c", "ksc5601", "x-johab-949", "cp-949"}
)


class _Markup:
    """One token of markup, as far as its depth matters."""

    # Possessive quantifiers: each position is tried once, whatever the input.
    tag = re.compile(
        r"""<(/?)([a-zA-Z][^\s/>]*+)(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""",
    )
    void = frozenset(
        [
            "area",
            "base",
            "br",
            "col",
            "embed",
            "hr",
            "img",
            "input",
            "link",
            "meta",
            "param",
            "source",
            "track",
            "wbr",
        ]
    )
    raw = frozenset(
        ["script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"]
    )


@dataclass(frozen=True)
class Page:
    """One answer of a server, decoded."""

    url: str
    """Where it came from, after redirects."""
    text: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Lower-case names."""
    notes: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What an engine has already read of it, under the engine's name."""

    @cached_property
    def selector(self) -> Selector:
        """The page's tree; all of its text, however deep the markup."""
        return Selector(root=_parse(self.text), type="html", base_url=self.url)

    @property
    def tree(self) -> etree._Element:
        """The same as lxml knows it, for reading text and serialising."""
        root: etree._Element = self.selector.root
        return root


def read_page(url: str, body: bytes, headers: Mapping[str, str], status: int = 200) -> Page:
    """Decode *body* and drop what no reader sees and no tree may hold.

    Never raises on content: bytes that no charset explains become U+FFFD.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    text = _decode(body, lowered.get("content-type", ""))
    return Page(url=url, text=clean_text(text), status=status, headers=lowered)


def clean_text(text: str) -> str:
    """Return *text* without control characters, NULs, lone surrogates and a BOM."""
    text = text.removeprefix("\ufeff")
    return text if _is_clean(text) else _CONTROLS.sub("", text)


def _is_clean(text: str) -> bool:
    """Tell if a text holds no control characters, in half the time that a search takes."""
    if "\ufffe" in text or "\uffff" in text:
        return False
    try:
        encoded = text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return len(encoded.translate(None, _CONTROL_BYTES)) == len(encoded)


def _decode(body: bytes, content_type: str) -> str:
    encoding, mark = read_bom(body)
    if encoding and mark:
        return body[len(mark) :].decode(encoding, "replace")
    for start, unmarked in _UNMARKED:
        if start in body[:200]:
            try:
                return body.decode(unmarked)
            except UnicodeDecodeError:
                continue
    try:
        # Korean text in cp949 is next to never valid UTF-8, so this is proof.
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = _declared(body, content_type)
    single = [name for name in declared if _is_single_byte(name)]
    several = list(dict.fromkeys([*(n for n in declared if n not in single), "cp949", "utf-8"]))
    for encoding in several:
        with suppress(UnicodeDecodeError):
            return body.decode(encoding)
    # Bytes cut off mid-letter, a stray one, or parts in charsets of their own: the charset that
    # explains the most is the page's.
    text = _decode_pieces(body, min(several, key=lambda name: _lost(body, name)))
    # Single-byte charsets decode anything, so they prove nothing: servers send iso-8859-1 by
    # default. They are believed where what else the bytes may be is not Korean.
    if len(_HANGUL.findall(text)) < HANGUL_TO_LOST * text.count("\ufffd"):
        for encoding in single:
            with suppress(UnicodeDecodeError):
                return body.decode(encoding)
    return text


def _decode_pieces(body: bytes, encoding: str) -> str:
    """Decode a page that no charset explains whole, by pieces between tags or by their words.

    A tool that posts UTF-8 to an EUC-KR board leaves a page of both.

    Args:
        encoding: that of most of the page.
    """
    decoded: list[str] = []
    for match in _PIECE.finditer(body):
        piece = match[0]
        text = _decode_whole(piece, encoding)
        if text is None and len(piece) > LONGEST_PIECE:
            text = piece.decode(encoding, "replace")
        if text is not None:
            decoded.append(text)
            continue
        for word in _WORD.findall(piece):
            text = _decode_whole(word, encoding)
            decoded.append(word.decode(encoding, "replace") if text is None else text)
    return "".join(decoded)


def _decode_whole(piece: bytes, encoding: str) -> str | None:
    """Return a part of a page in the charset that explains all of it; None if there is none."""
    if piece.isascii():
        return piece.decode("ascii")
    with suppress(UnicodeDecodeError):
        text = piece.decode("utf-8")
        # A syllable of cp949 can be a Latin letter of UTF-8, but never a syllable of it.
        if encoding == "utf-8" or _LETTER_OF_THREE_BYTES.search(text):
            return text
    for name in (encoding, "cp949"):
        with suppress(UnicodeDecodeError):
            return piece.decode(name)
    return None


def _lost(body: bytes, encoding: str) -> int:
    """Return how many bytes or runs of them are no letter of a charset."""
    return body.decode(encoding, "replace").count("\ufffd")


def _declared(body: bytes, content_type: str) -> list[str]:
    """Return the charsets that a page says it is in, its header's word first."""
    labels = (
        http_content_type_encoding(content_type) or "",
        html_body_declared_encoding(body[:4096]) or "",
    )
    # As in browsers: without a mark of byte order these words are never true.
    wide = ("utf-16", "utf-32", "utf-7")
    return [name for label in labels if (name := _codec(label)) and not name.startswith(wide)]


def _codec(label: str) -> str | None:
    lowered = label.strip().strip("\"'").lower()
    if lowered in _CP949:
        return "cp949"
    return resolve_encoding(lowered) if lowered else None


def _is_single_byte(name: str) -> bool:
    try:
        return len(bytes(range(0xA1, 0xB0)).decode(name, "replace")) == len(range(0xA1, 0xB0))
    except LookupError:
        return True


def _parse(text: str) -> etree._Element:
    parser = etree.HTMLParser(huge_tree=True, encoding="utf-8", default_doctype=False)
    source = text if text.strip() else "<html></html>"
    root = _parsed(source, parser)
    # Reading the log costs as much as the page: each tag newer than HTML 4 is an entry.
    if source.count("<") > MAX_DEPTH and any(
        entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log
    ):
        root = _parsed(limit_depth(source, MAX_DEPTH), parser)
    return root


def _parsed(source: str, parser: etree.HTMLParser) -> etree._Element:
    try:
        root = etree.fromstring(source.encode("utf-8"), parser=parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error  # an empty tree would tell of an empty page
        root = None
    if root is None:  # nothing but comments, or not a word of markup
        root = etree.fromstring(b"<html><body></body></html>", parser=parser)
    result: etree._Element = root
    return result


def limit_depth(source: str, limit: int) -> str:
    """Return *source* without the tags that stand deeper than *limit* levels.

    One pass; text is never touched. End tags that close nothing go too.
    """
    out: list[str] = []
    open_tags: list[str] = []
    counts: dict[str, int] = {}
    position, end = 0, len(source)
    while position < end:
        start = source.find("<", position)
        if start < 0:
            break
        if source.startswith("<!--", start):
            stop = source.find("-->", start)
            stop = end if stop < 0 else stop + 3
            out.append(source[position:stop])
            position = stop
            continue
        match = _Markup.tag.match(source, start)
        if match is None:
            following = source[start + 1 : start + 2]
            if following.isalpha() or following == "/":
                # A tag that never ends swallows the rest, as it does in a browser.
                out.append(source[position:start])
                return "".join(out)
            out.append(source[position : start + 1])
            position = start + 1
            continue
        out.append(source[position:start])
        position = match.end()
        name = match[2].lower()
        keep = True
        if match[1]:
            keep = counts.get(name, 0) > 0
            while keep and open_tags:
                closed = open_tags.pop()
                counts[closed] -= 1
                if closed == name:
                    keep = len(open_tags) < limit
                    break
        elif name not in _Markup.void:
            keep = len(open_tags) < limit
            if name in _Markup.raw:
                close = re.compile(f"</{re.escape(name)}", re.IGNORECASE).search(source, position)
                stop = close.start() if close else end
                out.append(match[0] + source[position:stop] if keep else "")
                position = stop
                if keep:
                    open_tags.append(name)
                    counts[name] = counts.get(name, 0) + 1
                continue
            open_tags.append(name)
            counts[name] = counts.get(name, 0) + 1
        if keep:
            out.append(match[0])
    out.append(source[position:])
    return "".join(out)


codecs.lookup("cp949")  # a Python built without it could read no board: fail at import
