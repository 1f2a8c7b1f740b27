"""A post's container → its text, its hidden text and its link targets.

The body is evidence, so nothing a reader sees may get lost, move or double:
trafilatura's ``html2txt(clean=False)`` keeps every character of a tree but puts
all of it on one line and does not tell hidden text from visible. So the
container is first cut into three streams (visible text, hidden text, targets)
with a mark that is not white space wherever a line ends, trafilatura reads the
text streams, and the marks become line ends again.

The cutting is one pass over the markup with a stack of its own: no recursion and
no tree, because libxml2 drops the rest of a document that is nested too deep.
The tokens follow the HTML standard (13.2.5), the closing of elements the parts of
13.2.6 that decide what is inside what.
"""

import colorsys
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from typing import NamedTuple

import trafilatura
from lxml import etree, html

from pipelines.core.links import leads_out


@dataclass(frozen=True, slots=True)
class Body:
    """What stands in a post's container."""

    text: str
    """Every visible character, once for each time it stands there, in order. Lines
    end with ``\\n``, runs of white space are one space, empty lines are left out."""
    hidden: tuple[str, ...]
    """Stretches that a reader does not see, one for each outermost hidden element."""
    hrefs: tuple[str, ...]
    """Targets of the links to other sites, in order, hidden ones too."""


def read_body(container_html: str) -> Body:
    """Read a container, or any piece of HTML, without loss.

    Linear in the length of the input; never raises on content.
    """
    reader = _Reader()
    reader.feed(_CONTROLS.sub("", container_html))
    line, stretch = _unused_marks(reader.visible, reader.hidden)
    text = _lines(reader.visible, line, stretch)
    hidden = _lines(reader.hidden, line, stretch)
    return Body(
        text=text[0] if text else "",
        hidden=tuple(piece for piece in hidden if piece),
        hrefs=tuple(reader.hrefs),
    )


def find_body(page_html: str) -> Body:
    """Find the body of a page that no engine knows, and read it.

    trafilatura says where the body is; the smallest element that holds what it
    found is then read without loss. Where that element holds far more (the whole
    page), trafilatura's own text is the body.
    """
    source = _CONTROLS.sub("", page_html)
    try:
        document = trafilatura.bare_extraction(
            source, include_comments=False, include_formatting=False, deduplicate=False
        )
    except (ValueError, RecursionError, etree.LxmlError):
        document = None
    found = getattr(document, "text", None) or ""
    if not found.strip():
        return Body("", (), ())
    region = _region(source, found)
    if region is not None:
        return read_body(region)
    return Body("\n".join(line.strip() for line in found.splitlines() if line.strip()), (), ())


# --- the streams -------------------------------------------------------------------

# What XML cannot hold and no reader sees. Tab, line feed, form feed and carriage
# return stay: they are white space.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")

# One tag, as the standard's tokenizer reads it. All quantifiers are possessive, so
# no input makes it look twice at a character.
_TAG = re.compile(
    r"""
    <(/?)([a-zA-Z][^\s/>]*+)                    # 1 slash, 2 name
    (                                           # 3 attributes
      (?:
        [\s/]++
        | (?: =[^\s/>=]*+ | [^\s/>=]++ )        #   name
          (?: \s*+=\s*+ (?: "[^"]*+" | '[^']*+' | [^\s>"'][^\s>]*+ | (?=>) ) )?+
      )*+
    )>
    """,
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""
    (=[^\s/>=]*+ | [^\s/>=]++)                  # 1 name
    (?: \s*+=\s*+ (?: "([^"]*+)" | '([^']*+)' | ([^\s>"'][^\s>]*+) | (?=$) ) )?+
    """,
    re.VERBOSE,
)
_TOLD = re.compile(r"style|href|hidden|color|bgcolor|text|open|width|height", re.IGNORECASE)
"""Attributes that can matter here; most tags have none."""


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


_VOID = _words("area base br col embed frame hr img input link meta param source track wbr")
_BLOCKS = _words(
    "address article aside blockquote body center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup html legend li listing main "
    "menu nav ol optgroup option p plaintext pre search section select summary table caption "
    "tbody tfoot thead tr ul xmp marquee textarea"
)
_CELLS = _words("td th")
_PREFORMATTED = _words("pre listing xmp plaintext textarea")
_DROPPED = _words("script style iframe noembed noframes")
"""Raw text that is never shown and never indexed."""
_RAW = _DROPPED | _words("textarea title xmp")
_GONE = _words("head title template noscript datalist audio video canvas rp annotation")
_CLOSES_P = _BLOCKS - _words(
    "dd dt li option optgroup select caption tbody tfoot thead tr body html"
)
_SCOPES = _words("table td th caption button object template marquee html")
"""Elements that an end tag from inside does not close."""
_LIST_SCOPES = _words("ul ol menu dir dl blockquote section article")
_TABLE_PARTS = _words("table caption colgroup tbody thead tfoot tr td th")
_CLOSED_BY: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {
    "li": (("li",), _SCOPES | _LIST_SCOPES),
    "dt": (("dt", "dd"), _SCOPES | _LIST_SCOPES),
    "dd": (("dt", "dd"), _SCOPES | _LIST_SCOPES),
    "option": (("option",), _SCOPES | {"select"}),
    "a": (("a",), _SCOPES),
    "td": (("td", "th"), _words("table")),
    "th": (("td", "th"), _words("table")),
    "tr": (("tr",), _words("table")),
    "tbody": (("tbody", "thead", "tfoot"), _words("table")),
    "thead": (("tbody", "thead", "tfoot"), _words("table")),
    "tfoot": (("tbody", "thead", "tfoot"), _words("table")),
}
"""Start tag → the open elements that it ends, and what it does not reach beyond."""

_LINE, _STRETCH, _SPACE = object(), object(), " "
_Stream = list[object]


class _Look(NamedTuple):
    """What an element passes on to what stands in it."""

    gone: bool = False
    """Hidden for good: nothing inside can come back."""
    invisible: bool = False
    tiny: bool = False
    colour: "_Colour | None" = None
    """None: the board's own, which is readable."""
    ground: "_Colour | None" = None
    """None: the board's own, taken for white."""
    ground_known: bool = True
    """False over a picture, whose colours we do not know."""
    preformatted: bool = False

    @property
    def hidden(self) -> bool:
        if self.gone or self.invisible or self.tiny:
            return True
        if self.colour is None or not self.ground_known:
            return False
        return self.colour.unseen_on(self.ground or _WHITE)


class _Colour(NamedTuple):
    red: int
    green: int
    blue: int
    alpha: float = 1.0

    def unseen_on(self, ground: "_Colour") -> bool:
        if self.alpha <= _FAINT:
            return True
        # #fefefe on white is the usual way round a comparison for equality.
        pairs = zip(self[:3], ground[:3], strict=True)
        return all(abs(mine - other) <= 8 for mine, other in pairs)


_WHITE = _Colour(255, 255, 255)
_FAINT = 0.05


class _Open(NamedTuple):
    name: str
    look: _Look
    hidden: bool
    ends_line: bool


class _Reader:
    """Cuts markup into a visible and a hidden stream of text and line ends."""

    def __init__(self) -> None:
        self.visible: _Stream = []
        self.hidden: _Stream = []
        self.hrefs: list[str] = []
        self._open: list[_Open] = []
        self._at: dict[str, list[int]] = {}

    def feed(self, source: str) -> None:
        position, end = 0, len(source)
        find, match_tag = source.find, _TAG.match
        while position < end:
            start = find("<", position)
            if start < 0:
                self._text(source[position:])
                return
            if start > position:
                self._text(source[position:start])
            tag = match_tag(source, start)
            if tag is not None:
                position = tag.end()
                name = tag[2].lower()
                if tag[1]:
                    self._end(name)
                elif name in _RAW:
                    position = self._raw(name, tag[3], source, position)
                elif name == "plaintext":
                    self._start(name, tag[3])
                    self._text(source[position:])
                    return
                else:
                    self._start(name, tag[3])
                continue
            position = self._no_tag(source, start)

    def _no_tag(self, source: str, start: int) -> int:
        """Pass a comment, or text that only begins like a tag; return where to go on."""
        if source.startswith("<!--", start):
            if source.startswith((">", "->"), start + 4):  # an empty comment, wrongly written
                return source.index(">", start + 4) + 1
            stop = source.find("-->", start + 4)
            return len(source) if stop < 0 else stop + 3
        following = source[start + 1 : start + 2]
        if following in ("!", "?") or (following == "/" and source[start + 2 : start + 3] != ""):
            stop = source.find(">", start + 2)
            return len(source) if stop < 0 else stop + 1
        if following.isascii() and following.isalpha():
            return len(source)  # a tag that never ends: a browser shows nothing of it
        self._text("<")
        return start + 1

    def _look(self) -> tuple[_Look, bool]:
        return (self._open[-1].look, self._open[-1].hidden) if self._open else (_PLAIN, False)

    def _text(self, raw: str) -> None:
        look, hidden = self._look()
        text = unescape(raw) if "&" in raw else raw
        stream = self.hidden if hidden else self.visible
        if look.preformatted and ("\n" in text or "\r" in text):
            for index, line in enumerate(text.splitlines()):
                if index:
                    stream.append(_LINE)
                stream.append(line)
            if text.endswith(("\n", "\r")):
                stream.append(_LINE)
        else:
            stream.append(text)

    def _raw(self, name: str, attributes: str, source: str, position: int) -> int:
        close = _RAW_END[name].search(source, position)
        stop = close.start() if close else len(source)
        if name not in _DROPPED:
            self._start(name, attributes)
            text = source[position:stop]
            # Markup inside is text here; xmp does not even know character references.
            self._text(text.replace("&", "&amp;") if name == "xmp" else text)
            self._end(name)
        if close is None:
            return len(source)
        after = source.find(">", stop)
        return len(source) if after < 0 else after + 1

    def _start(self, name: str, attributes: str) -> None:
        look, hidden = self._look()
        if name == "br":
            (self.hidden if hidden else self.visible).append(_LINE)
            return
        if name in _CLOSES_P:
            self._close_one_of(("p",), _SCOPES)
        if name in _CLOSED_BY:
            self._close_one_of(*_CLOSED_BY[name])
        look, hidden = self._look()
        block: bool | None = name in _BLOCKS
        in_flow = True
        if name in _PREFORMATTED and not look.preformatted:
            look = look._replace(preformatted=True)
        if name in _GONE and not look.gone:
            look, in_flow = look._replace(gone=True), False
        if name == "a" and look.colour is not None:
            # Boards colour links themselves, whatever colour the text around has.
            look = look._replace(colour=None)
        if name == "dialog" or (attributes and _TOLD.search(attributes)):
            told = _attributes(attributes)
            look, block, in_flow = _dressed(name, told, look, block, in_flow)
            if name in ("a", "area"):
                self._href(told.get("href"))
        now_hidden = look.hidden
        if now_hidden and not hidden:
            self.hidden.append(_STRETCH)
        ends_line = bool(block) and (in_flow or hidden)
        stream = self.hidden if now_hidden and hidden else self.visible
        if ends_line or name == "hr":
            stream.append(_LINE)
        elif name in _CELLS:
            stream.append(_SPACE)
        if name in _VOID:
            return
        self._at.setdefault(name, []).append(len(self._open))
        self._open.append(_Open(name, look, now_hidden, ends_line))

    def _end(self, name: str) -> None:
        places = self._at.get(name)
        if not places:
            if name in ("p", "br"):
                self._start("br", "")
            return
        if name not in _TABLE_PARTS and self._last(_SCOPES) > places[-1]:
            return
        self._close_down_to(places[-1])

    def _close_one_of(self, names: tuple[str, ...], scopes: frozenset[str]) -> None:
        place = max((self._at[name][-1] for name in names if self._at.get(name)), default=-1)
        if place >= 0 and place > self._last(scopes - set(names)):
            self._close_down_to(place)

    def _last(self, names: frozenset[str]) -> int:
        return max((places[-1] for name in names if (places := self._at.get(name))), default=-1)

    def _close_down_to(self, place: int) -> None:
        while len(self._open) > place:
            closed = self._open.pop()
            self._at[closed.name].pop()
            parent_hidden = self._open[-1].hidden if self._open else False
            if closed.ends_line:
                (self.hidden if closed.hidden and parent_hidden else self.visible).append(_LINE)
            elif closed.name in _CELLS:
                (self.hidden if closed.hidden else self.visible).append(_SPACE)

    def _href(self, target: str | None) -> None:
        cleaned = "".join((target or "").split("\n")).replace("\t", "").replace("\r", "").strip()
        if leads_out(cleaned):
            self.hrefs.append(cleaned)


_PLAIN = _Look()
_RAW_END = {name: re.compile(f"</{name}(?=[\\s/>])", re.IGNORECASE) for name in _RAW}


def _attributes(source: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(source):
        found.setdefault(name.lower(), unescape(double or single or bare))
    return found


# --- what is hidden ----------------------------------------------------------------


def _dressed(
    name: str, told: dict[str, str], look: _Look, block: bool | None, in_flow: bool
) -> tuple[_Look, bool | None, bool]:
    """Return the look of an element with these attributes, its kind, and whether it takes room."""
    gone = "hidden" in told or (name == "dialog" and "open" not in told)
    if name == "marquee" and any(
        _pixels(told.get(side, "")) in (0.0, 1.0) for side in ("width", "height")
    ):
        gone = True
    if gone:
        look, in_flow = look._replace(gone=True), False
    colour = told.get("color") if name in ("font", "basefont") else None
    if name == "body":
        colour = told.get("text", colour)
    if colour and (parsed := _colour(colour)):
        look = look._replace(colour=parsed)
    if (ground := told.get("bgcolor")) and (parsed := _colour(ground)):
        look = look._replace(ground=parsed, ground_known=True)
    style = told.get("style")
    if style:
        rules = _rules(style) if len(style) <= _LONGEST_CACHED else _rules.__wrapped__(style)
        look = rules.dress(look)
        in_flow = in_flow and rules.in_flow
        block = block if rules.block is None else rules.block
    return look, block, in_flow


_LONGEST_CACHED = 500


class _Rules(NamedTuple):
    """What an inline style says, as far as it decides who sees the text."""

    gone: bool = False
    in_flow: bool = True
    block: bool | None = None
    visible: bool | None = None
    size: float | None = None
    """Pixels; nan: relative to the parent's."""
    colour: _Colour | None = None
    own_colour: bool | None = None
    ground: _Colour | None = None
    picture: bool = False
    preformatted: bool | None = None

    def dress(self, look: _Look) -> _Look:
        if self.gone:
            look = look._replace(gone=True)
        if self.visible is not None:
            look = look._replace(invisible=not self.visible)
        if self.size is not None and self.size == self.size:  # not nan
            look = look._replace(tiny=self.size <= 1.0)
        if self.colour is not None:
            look = look._replace(colour=self.colour)
        if self.ground is not None:
            look = look._replace(ground=self.ground, ground_known=True)
        if self.picture:
            look = look._replace(ground_known=False)
        if self.preformatted is not None:
            look = look._replace(preformatted=self.preformatted)
        return look


_CSS_COMMENT = re.compile(r"/\*(?:[^*]++|\*(?!/))*+(?:\*/|$)")
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))")
_NUMBER = re.compile(r"([-+]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}))([a-z%]{0,4})")
_PIXELS_PER = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78,
    "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "%": 10.0, "vw": 10.0, "vh": 10.0,
}  # fmt: skip
"""Rough where a unit depends on the screen: only orders of magnitude matter."""
_FAR_OUT, _FAR_BELOW = -500.0, 3000.0
"""Pixels beyond which an offset moves text off any screen (to the left or above; and to
the right or below, where a page can still be scrolled)."""


@lru_cache(maxsize=2048)
def _rules(style: str) -> _Rules:
    told = _declarations(style)
    position = told.get("position", "static")
    out_of_flow = position in ("absolute", "fixed")
    display = told.get("display", "")
    gone = (
        display == "none"
        or told.get("content-visibility") == "hidden"
        or _at_most(told.get("opacity"), _FAINT, percent=0.01)
        or _off_screen(told, position)
        or _shrunk(told)
        or _clipped(told, out_of_flow=out_of_flow)
    )
    fill = told.get("-webkit-text-fill-color")
    colour = _colour(fill or told.get("color", ""))
    ground, picture = _ground(told)
    white_space = told.get("white-space", "")
    return _Rules(
        gone=gone,
        in_flow=display != "none" and not out_of_flow,
        block=_is_block(display),
        visible=_is_visible(told.get("visibility")),
        size=_font_size(told),
        colour=colour,
        ground=ground,
        picture=picture,
        preformatted=white_space.startswith(("pre", "break-spaces")) if white_space else None,
    )


def _declarations(style: str) -> dict[str, str]:
    plain = _CSS_COMMENT.sub("", style)
    if "\\" in plain:
        plain = _CSS_ESCAPE.sub(_css_letter, plain)
    told: dict[str, str] = {}
    important: set[str] = set()
    for declaration in plain.lower().split(";"):
        name, colon, value = declaration.partition(":")
        name, value = name.strip(), value.strip()
        if not colon or not value:
            continue
        value, mark, _ = value.partition("!")
        if name in important and not mark:
            continue
        if mark:
            important.add(name)
        told[name] = value.strip()
    return told


def _css_letter(match: re.Match[str]) -> str:
    if match[2]:
        return match[2]
    code = int(match[1], 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def _is_block(display: str) -> bool | None:
    if not display or display == "none":
        return None
    return display in (
        "block", "flex", "grid", "table", "list-item", "flow-root", "table-row", "table-caption",
    ) or None  # fmt: skip


def _is_visible(visibility: str | None) -> bool | None:
    if visibility in ("hidden", "collapse"):
        return False
    return True if visibility in ("visible", "initial") else None


def _font_size(told: dict[str, str]) -> float | None:
    value = told.get("font-size")
    if value is None and "font" in told:
        shorthand = re.search(
            r"(?:^|\s)(\d{1,9}(?:\.\d{1,9})?(?:px|pt|em|rem|%|ex)|0)(?=[\s/]|$)", told["font"]
        )
        value = shorthand[1] if shorthand else None
    if value is None:
        return None
    if value in ("inherit", "unset", "smaller", "larger"):
        return None
    number = _NUMBER.fullmatch(value)
    if number is None:
        return 16.0  # a word such as small, or a calculation
    amount, unit = float(number[1]), number[2]
    if amount > 0.1 and unit in ("em", "%", "ex"):
        # Of a parent that may itself be tiny: 100 % of nothing is nothing.
        return float("nan") if amount * (0.01 if unit == "%" else 1) > 0.07 else 0.0
    if unit in ("em", "ex"):
        return amount * 16
    if unit == "%":
        return amount * 0.16
    return amount * _PIXELS_PER.get(unit, 1.0)


def _off_screen(told: dict[str, str], position: str) -> bool:
    sides = ["text-indent", "margin-left", "margin-top", "margin-right"]
    if position not in ("static", ""):
        sides += ["left", "top", "right", "bottom", "inset", "inset-inline-start"]
    values = [told[side] for side in sides if side in told]
    values += told.get("margin", "").split() + _arguments(told.get("transform", ""), "translate")
    values += told.get("translate", "").split()
    offsets = [_pixels(value) for value in values]
    return any(
        offset is not None and (offset <= _FAR_OUT or offset >= _FAR_BELOW) for offset in offsets
    )


def _shrunk(told: dict[str, str]) -> bool:
    scales = _arguments(told.get("transform", ""), "scale") + told.get("scale", "").split()
    if any(_at_most(scale, 0.01) for scale in scales):
        return True
    overflow = " ".join(told.get(name, "") for name in ("overflow", "overflow-x", "overflow-y"))
    if "hidden" not in overflow and "clip" not in overflow:
        return False
    sides = ("width", "height", "max-width", "max-height", "inline-size", "block-size")
    return any(
        (pixels := _pixels(told.get(side, ""))) is not None and pixels <= 1 for side in sides
    )


def _clipped(told: dict[str, str], *, out_of_flow: bool) -> bool:
    rectangle = _arguments(told.get("clip", "").replace(",", " "), "rect")
    if out_of_flow and rectangle:
        sizes = [_pixels(value) for value in rectangle]
        if all(size is not None and size <= 1 for size in sizes):
            return True
    path = told.get("clip-path", "")
    inset = _arguments(path, "inset")
    if inset and inset[0].endswith("%") and not _at_most(inset[0][:-1], 49.9):
        return True
    return _at_most(next(iter(_arguments(path, "circle")), None), 0.0, percent=0.01) or _at_most(
        next(iter(_arguments(told.get("filter", ""), "opacity")), None), _FAINT, percent=0.01
    )


def _arguments(value: str, function: str) -> list[str]:
    """Return the arguments of every ``function…(…)`` in *value*."""
    found: list[str] = []
    for piece in value.split(")"):
        name, bracket, inside = piece.rpartition("(")
        if bracket and name.strip().rpartition(" ")[2].startswith(function):
            found += re.split(r"[\s,]+", inside.strip())
    return [argument for argument in found if argument]


def _pixels(value: str) -> float | None:
    number = _NUMBER.fullmatch(value.strip())
    if number is None:
        return None
    amount = float(number[1])
    return amount * _PIXELS_PER.get(number[2], 1.0)


def _at_most(value: str | None, limit: float, *, percent: float = 1.0) -> bool:
    number = _NUMBER.match(value) if value else None
    if number is None:
        return False
    amount = float(number[1])
    return amount * (percent if number[2] == "%" else 1.0) <= limit


def _ground(told: dict[str, str]) -> tuple[_Colour | None, bool]:
    """Return the background's colour, and whether there is a picture over it."""
    image = told.get("background-image", "none")
    shorthand = told.get("background", "")
    picture = image not in ("none", "initial") or "url(" in shorthand or "gradient(" in shorthand
    colour = _colour(told.get("background-color", "")) or next(
        (found for word in _colour_words(shorthand) if (found := _colour(word))), None
    )
    if colour is not None and colour.alpha < 1:
        colour = None  # what shines through is not known here
    return colour, picture


def _colour_words(value: str) -> Iterator[str]:
    yield from re.findall(r"[a-z]{3,4}\([^()]*\)|[^\s()]+", value[:_LONGEST_CACHED])


_NAMED = {
    "white": _WHITE, "snow": _Colour(255, 250, 250), "ivory": _Colour(255, 255, 240),
    "ghostwhite": _Colour(248, 248, 255), "whitesmoke": _Colour(245, 245, 245),
    "floralwhite": _Colour(255, 250, 240), "azure": _Colour(240, 255, 255),
    "mintcream": _Colour(245, 255, 250), "seashell": _Colour(255, 245, 238),
    "black": _Colour(0, 0, 0), "red": _Colour(255, 0, 0), "lime": _Colour(0, 255, 0),
    "blue": _Colour(0, 0, 255), "yellow": _Colour(255, 255, 0), "aqua": _Colour(0, 255, 255),
    "cyan": _Colour(0, 255, 255), "fuchsia": _Colour(255, 0, 255), "navy": _Colour(0, 0, 128),
    "magenta": _Colour(255, 0, 255), "silver": _Colour(192, 192, 192),
    "gray": _Colour(128, 128, 128), "grey": _Colour(128, 128, 128), "maroon": _Colour(128, 0, 0),
    "olive": _Colour(128, 128, 0), "green": _Colour(0, 128, 0), "purple": _Colour(128, 0, 128),
    "teal": _Colour(0, 128, 128), "orange": _Colour(255, 165, 0), "pink": _Colour(255, 192, 203),
    "lightgray": _Colour(211, 211, 211), "lightgrey": _Colour(211, 211, 211),
    "transparent": _Colour(0, 0, 0, 0.0),
}  # fmt: skip
_HEX = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")


def _colour(value: str) -> _Colour | None:
    """Read a CSS or an old HTML colour; None for what is not one, or depends on others."""
    plain = value.strip().lower()
    if plain in _NAMED:
        return _NAMED[plain]
    if digits := _HEX.fullmatch(plain):
        figures = digits[1] if len(digits[1]) > 4 else "".join(2 * figure for figure in digits[1])
        parts = [int(figures[start : start + 2], 16) for start in range(0, len(figures), 2)]
        red, green, blue = parts[:3]
        return _Colour(red, green, blue, parts[3] / 255 if len(parts) == 4 else 1.0)
    for function in ("rgb", "hsl"):
        arguments = [word for word in _arguments(plain.replace("/", " "), function) if word]
        numbers = [_NUMBER.fullmatch(word) for word in arguments]
        if len(numbers) in (3, 4) and all(numbers):
            return _mixed(function, [(float(n[1]), n[2]) for n in numbers if n])
    return None


def _mixed(function: str, parts: list[tuple[float, str]]) -> _Colour:
    alpha = 1.0
    if len(parts) == 4:
        alpha = parts[3][0] * (0.01 if parts[3][1] == "%" else 1)
    if function == "hsl":
        hue, saturation, light = (amount for amount, _ in parts[:3])
        shares = colorsys.hls_to_rgb(hue / 360 % 1, light / 100, saturation / 100)
        red, green, blue = (round(share * 255) for share in shares)
    else:
        red, green, blue = (
            round(amount * 2.55) if unit == "%" else round(amount) for amount, unit in parts[:3]
        )
    return _Colour(red, green, blue, alpha)


# --- streams → text ----------------------------------------------------------------


def _unused_marks(*streams: _Stream) -> tuple[str, str]:
    """Return two private characters that no stream holds."""
    used = {
        letter
        for stream in streams
        for piece in stream
        if isinstance(piece, str) and not piece.isascii()
        for letter in _PRIVATE.findall(piece)
    }
    free = (chr(code) for code in range(0xE000, 0xF900) if chr(code) not in used)
    line = next(free, None) or "\U000f0000"
    return line, next(free, None) or "\U000f0001"


_PRIVATE = re.compile("[\ue000-\uf8ff]")


def _lines(stream: _Stream, line: str, stretch: str) -> list[str]:
    """Let trafilatura read a stream; return its stretches, each with its lines."""
    if not stream:
        return []  # as the hidden stream of nearly all posts
    marks = {id(_LINE): line, id(_STRETCH): stretch}
    marked = "".join(piece if isinstance(piece, str) else marks[id(piece)] for piece in stream)
    document = html.Element("html")
    # In a span, because trafilatura drops what it takes for unprintable (joiners, private
    # characters) from the text of block elements.
    span = etree.SubElement(etree.SubElement(document, "body"), "span")
    span.text = _CONTROLS.sub("", marked).replace("\f", " ")
    read = trafilatura.html2txt(document, clean=False)
    return [
        "\n".join(stripped for piece in part.split(line) if (stripped := piece.strip()))
        for part in read.split(stretch)
    ]


# --- where the body is -------------------------------------------------------------

_MOST_EXTRA = 3.2
"""How many times trafilatura's letters the region may hold: the comments and lists around
a body hold more than the body."""
_OWN_SHARE = 0.6
"""Share of a larger region that must be lines of the body: a second paste, which trafilatura
drops, is; what stands beside a body is not."""
_MOST_LINES = 200
"""The longest lines tell where a body is; all of them would cost their square."""


def _region(source: str, found: str) -> str | None:
    """Return the outer HTML of the smallest element that holds the lines of *found*."""
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser=parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        return None
    if root is None:
        return None
    letters, spans = _letter_spans(root)
    lines = {line for line in (_letters(line) for line in found.splitlines()) if line}
    wanted = sorted(lines, key=lambda line: (-len(line), line))[:_MOST_LINES]
    place = letters.find(wanted[0]) if wanted else -1
    if place < 0:
        return None
    total = sum(map(len, wanted))

    def covered(element: etree._Element) -> int:
        return sum(len(line) * letters.count(line, *spans[element]) for line in wanted)

    def held(element: etree._Element) -> int:
        return sum(len(line) for line in wanted if letters.find(line, *spans[element]) >= 0)

    element = _holder(root, spans, place, place + len(wanted[0]))
    while held(element) < 0.95 * total:
        element = _larger(element, spans)
        if element is None or _size(spans[element]) > _MOST_EXTRA * len(_letters(found)):
            return None
    own = covered(element)
    while (around := _larger(element, spans)) is not None:
        more = covered(around)
        if more <= own or more < _OWN_SHARE * _size(spans[around]):
            break
        element, own = around, more
    region: str = etree.tostring(element, encoding="unicode", method="html", with_tail=False)
    return region


def _size(span: tuple[int, int]) -> int:
    return span[1] - span[0]


def _larger(
    element: etree._Element, spans: dict[etree._Element, tuple[int, int]]
) -> etree._Element | None:
    """Return the next element around that holds more letters."""
    return next(
        (outer for outer in element.iterancestors() if spans[outer] != spans[element]), None
    )


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())


def _letter_spans(
    root: etree._Element,
) -> tuple[str, dict[etree._Element, tuple[int, int]]]:
    """Return a tree's letters in order, and where each element's begin and end."""
    pieces: list[str] = []
    length = 0
    starts: dict[etree._Element, int] = {}
    spans: dict[etree._Element, tuple[int, int]] = {}
    for event, element in etree.iterwalk(root, events=("start", "end")):
        skipped = element.tag in ("script", "style")
        if event == "start":
            starts[element] = length
            text = None if skipped else element.text
        else:
            spans[element] = (starts[element], length)
            text = element.tail
        if text:
            piece = _letters(text)
            pieces.append(piece)
            length += len(piece)
    return "".join(pieces), spans


def _holder(
    root: etree._Element,
    spans: dict[etree._Element, tuple[int, int]],
    start: int,
    stop: int,
) -> etree._Element:
    """Return the deepest element whose letters include the range."""
    element = root
    while True:
        inner = next(
            (child for child in element if spans[child][0] <= start and stop <= spans[child][1]),
            None,
        )
        if inner is None:
            return element
        element = inner
