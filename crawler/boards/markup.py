"""A page's elements and the text in them: what every engine walks, whatever the skin."""

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache, cached_property
from typing import Any, NamedTuple, Self

from lxml import etree

from crawler import urls
from crawler.page import Page

_SKIPPED_TAGS = frozenset({"script", "style", "noscript", "textarea", "select", "template"})
LINE_TAGS = frozenset(
    [
        "br",
        "p",
        "div",
        "li",
        "tr",
        "dd",
        "dt",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "table",
        "blockquote",
        "pre",
    ]
)
_ICON_TAGS = frozenset({"i", "span", "svg", "em"})
_ICONS = (
    ("hits", re.compile(r"(?:^|[-_])eye\b")),
    ("time", re.compile(r"(?:^|[-_])(?:clock|time|calendar)\b")),
    ("comments", re.compile(r"(?:^|[-_])comment")),
    ("author", re.compile(r"(?:^|[-_])(?:user|person)(?![a-z])")),
    ("category", re.compile(r"(?:^|[-_])tag\b")),
)
_ICON_FONT = re.compile(
    r"\b(?:fa[a-z]?|xi|bi|bx|oi|ti|la|mdi|ico|icon|glyphicon|material-icons|ri|xeicon)\b"
    r"|\b(?:fa|xi|bi|bx|ri|ti|la|mdi|glyphicon)-"
)


class Index:
    """A page's elements by id, class and tag; each kind is gathered when it is first asked for.

    It keeps every element: lxml makes its Python objects anew for each look
    otherwise, which costs more than the look.
    """

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self.elements: list[etree._Element] = list(root.iter(etree.Element))
        """Every element, in order."""
        self._tags: dict[str, list[etree._Element]] = {}

    @cached_property
    def links(self) -> list[tuple[etree._Element, str]]:
        """Every ``a`` with its target."""
        return [(link, href) for link in self._root.iter("a") if (href := link.get("href"))]

    @cached_property
    def _ids(self) -> dict[str, list[etree._Element]]:
        found: dict[str, list[etree._Element]] = {}
        for element in self.elements:
            if identity := element.get("id"):
                found.setdefault(identity, []).append(element)
        return found

    @cached_property
    def _classes(self) -> dict[str, list[int]]:
        """Each class, with the places in `elements` of those that carry it."""
        # Most elements share their whole attribute with others: the cells of a list.
        alike: dict[str, list[int]] = {}
        for place, element in enumerate(self.elements):
            if names := element.get("class"):
                alike.setdefault(names, []).append(place)
        places: dict[str, list[int]] = {}
        for names, found in alike.items():
            for name in names.split():
                places.setdefault(name, []).extend(found)
        return places

    def with_id(self, *names: str) -> list[etree._Element]:
        return [element for name in names for element in self._ids.get(name, ())]

    def with_class(self, *names: str) -> list[etree._Element]:
        return [
            self.elements[place] for name in names for place in sorted(self._classes.get(name, ()))
        ]

    def with_class_like(self, part: str) -> list[etree._Element]:
        """Return the elements of every class that holds *part*."""
        return self.with_class(*(name for name in self._classes if part in name))

    def with_tag(self, *names: str) -> list[etree._Element]:
        return [element for name in names for element in self._with_tag(name)]

    def _with_tag(self, name: str) -> list[etree._Element]:
        # Few of a page's tags are ever asked for.
        if name not in self._tags:
            self._tags[name] = list(self._root.iter(name))
        return self._tags[name]

    def ids(self, start: str) -> Iterator[tuple[str, etree._Element]]:
        """Yield what follows *start* in each id that begins so, with its element."""
        for identity, elements in self._ids.items():
            if identity.startswith(start):
                for element in elements:
                    yield identity[len(start) :], element

    def classes(self, start: str) -> Iterator[tuple[str, etree._Element]]:
        """Yield what follows *start* in each class that begins so, with its element."""
        for name, places in self._classes.items():
            if name.startswith(start):
                for place in sorted(places):
                    yield name[len(start) :], self.elements[place]


def index_of(page: Page) -> Index:
    """Return a page's index; each page is walked once, whichever engines ask."""
    known = page.notes.get("index")
    if not isinstance(known, Index):
        known = page.notes["index"] = Index(page.tree)
    return known


class EnginePage:
    """One page, with what an engine's software says of itself on it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root = page.tree
        self.index = index_of(page)

    @classmethod
    def of(cls, page: Page) -> Self:
        """Return what is known of a page; each page is looked through once."""
        known = page.notes.get(cls.__qualname__)
        if not isinstance(known, cls):
            known = page.notes[cls.__qualname__] = cls(page)
        return known


def page_number(told: str) -> int | None:
    """Return the number of a list page as an address or a field tells it; None for what is none."""
    return int(told) if urls.is_number(told) and len(told) < 10 else None


@cache
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(path, smart_strings=False)


def select(element: etree._Element, path: str) -> list[Any]:
    """Return what an XPath of the program's own finds; each is compiled once."""
    found: list[Any] = _compiled(path)(element)
    return found


def all_of(parts: Iterable[etree._Element]) -> set[etree._Element]:
    """Return the parts and every element in them."""
    return {element for part in parts for element in part.iter()}


class Piece(NamedTuple):
    """A run of text, or an icon that stands for a label."""

    text: str
    owner: etree._Element
    icon: str = ""


def squeeze(text: str | None) -> str:
    """Return *text* with runs of white space as one space."""
    return " ".join((text or "").split())


def classes(element: etree._Element) -> str:
    """Return the class attribute, empty if there is none."""
    return element.get("class") or ""


def has_class(element: etree._Element, *names: str) -> bool:
    """Tell if the element carries any of the classes."""
    return not set(names).isdisjoint(classes(element).split())


def is_within(element: etree._Element, parts: Collection[etree._Element]) -> bool:
    """Tell if the element is one of *parts* or stands in one."""
    return element in parts or any(ancestor in parts for ancestor in element.iterancestors())


def pieces(root: etree._Element, skip: Collection[etree._Element] = frozenset()) -> Iterator[Piece]:
    """Yield the visible text and the icons below *root*, in order, without *skip*."""
    # A walk of our own: lxml's makes an event of each end too, and takes twice the time.
    around: list[etree._Element] = []
    rest: list[Iterator[etree._Element]] = [iter((root,))]
    while rest:
        for element in rest[-1]:
            is_element = type(element.tag) is str  # else a comment
            if is_element and (element is root or element not in skip):
                names = element.get("class")
                # GNUBOARD prints a menu ("이름으로 검색") beside every name, twice.
                if element.tag not in _SKIPPED_TAGS and not (
                    names and "sv" in names and not _MENUS.isdisjoint(names.split())
                ):
                    if names and (icon := _icon(element, names)):
                        yield Piece("", element, icon)
                    if (text := element.text) and (text := squeeze(text)):
                        yield Piece(text, element)
                    if len(element):
                        around.append(element)
                        rest.append(iter(element))
                        break  # its tail comes after what is in it
            if around and (text := element.tail) and (text := squeeze(text)):
                yield Piece(text, around[-1])
        else:
            rest.pop()
            if around:
                element = around.pop()
                if around and (text := element.tail) and (text := squeeze(text)):
                    yield Piece(text, around[-1])


_MENUS = frozenset({"sv", "sv_nojs"})


def _icon(element: etree._Element, names: str) -> str:
    if element.tag not in _ICON_TAGS:
        return ""
    # An empty <i> is an icon, whatever font it is of.
    is_empty = element.tag == "i" and not element.text and not len(element)
    if not (is_empty or _ICON_FONT.search(names)):
        return ""
    return next((icon for icon, pattern in _ICONS if pattern.search(names)), "")


def text_of(element: etree._Element, skip: Collection[etree._Element] = frozenset()) -> str:
    """Return the visible text of an element on one line."""
    return " ".join(piece.text for piece in pieces(element, skip) if piece.text)


def lines_of(element: etree._Element) -> str:
    """Return the visible text of an element, its lines kept."""
    parts: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walk:
        if event == "start":
            if node.tag in _SKIPPED_TAGS:
                walk.skip_subtree()
                continue
            parts.append("\n" if node.tag in LINE_TAGS else "")
            parts.append(re.sub(r"\s+", " ", node.text or ""))
        else:
            if event == "end" and node.tag in LINE_TAGS and node.tag != "br":
                parts.append("\n")
            if node is not element:
                parts.append(re.sub(r"\s+", " ", node.tail or ""))
    return tidy_lines("".join(parts))


def tidy_lines(text: str) -> str:
    """Return the lines of *text* that hold anything, squeezed."""
    return "\n".join(line for line in map(squeeze, text.splitlines()) if line)


def trail(element: etree._Element, top: etree._Element) -> list[str]:
    """Return the classes of an element and of those around it up to *top*, the nearest first."""
    found: list[str] = []
    for node in (element, *element.iterancestors()):
        if names := node.get("class"):
            found.append(names)
        if node is top:
            break
    return found


def nesting(elements: list[etree._Element]) -> list[int]:
    """Return how many lists each element stands in, less those that all of them stand in."""
    levels = [sum(1 for _ in element.iterancestors("ul", "ol")) for element in elements]
    return [level - min(levels) for level in levels]
