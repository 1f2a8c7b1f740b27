"""The rows of a list: which part of a page belongs to which post."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain

from lxml import etree

from crawler.boards import markup

_SEVERAL = object()


@dataclass(frozen=True, slots=True)
class Row:
    """The part of a list page that belongs to one post."""

    native_id: str
    element: etree._Element
    links: tuple[etree._Element, ...]
    """Every link in it that leads to the post."""
    headings: dict[etree._Element, list[str]] = field(default_factory=dict, compare=False)
    """What the columns of a table are called; the rows of a list share it."""


def rows(
    scopes: Collection[etree._Element],
    post_of: Callable[[str], str | None],
    skip: Collection[etree._Element] = frozenset(),
) -> list[Row]:
    """Return one row a post, in the page's order.

    A row is the largest element that links to no other post, so no skin's own
    class is needed.

    Args:
        scopes: the elements that hold the list.
        post_of: the id of the post that a link's target shows, None for other links.
        skip: every element of what is not the list.
    """
    links: list[tuple[etree._Element, str]] = []
    inside: dict[etree._Element, object] = {}
    limits = set(scopes)
    seen: set[etree._Element] = set()
    for scope in scopes:
        every = ((link, link.get("href") or "") for link in scope.iter("a"))
        for link, href in chain(every, clicked_in(scope)):
            native_id = post_of(href) if link not in seen else None
            if native_id is None or link in skip:
                continue
            seen.add(link)
            links.append((link, native_id))
            _mark(link, native_id, inside, limits)
    grouped: dict[str, list[etree._Element]] = {}
    headings: dict[etree._Element, list[str]] = {}
    for link, native_id in links:
        grouped.setdefault(native_id, []).append(link)
    return [
        Row(native_id, *_fullest(own, native_id, inside, limits), headings)
        for native_id, own in grouped.items()
    ]


_CLICKED = (
    ".//*[not(self::a or self::button or self::input)]"
    "[@onclick or @data-href or @data-url or @data-link]"
)
_CAPTIONED = ".//*[@data-title or @data-caption or @data-sub-html]"
_CAPTION = re.compile(r"""<a\s[^>]*?href=(["'])([^"'>]+)\1[^>]*>([^<]*)""")
_ADDRESS = re.compile(r"(?:https?://|\.{0,2}/)[^\s<>\"']{1,500}$")
_GOES = re.compile(r"""location(?:\.href)?\s*=\s*(["'])([^"'+]+)\1\s*;?\s*(?:return[^;]*;?)?\s*$""")


def clicked_in(scope: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Yield the rows that are links without being one, each with its address.

    That is a ``<tr onclick="location.href='…'">``, an element with ``data-href``, or a picture
    whose caption, which a script shows with it, holds the link.
    """
    for element in markup.select(scope, _CLICKED):
        if (target := clicked_target(element)) is not None:
            yield element, target
    for element in markup.select(scope, _CAPTIONED):
        if caption := captioned(element):
            yield element, caption[2]


def captioned(element: etree._Element) -> re.Match[str] | None:
    """Match the link, and its words, in the caption that a picture's element carries."""
    told = (element.get(name) or "" for name in ("data-title", "data-caption", "data-sub-html"))
    return next((match for text in told if (match := _CAPTION.search(text))), None)


def clicked_target(element: etree._Element) -> str | None:
    """Return where a click on a row leads, None where its script does not say so in a word."""
    # In href the generic engine notes what it found a script's call to mean.
    for name in ("href", "data-href", "data-url", "data-link"):
        if told := element.get(name):
            return str(told)
    script = element.get("onclick") or ""
    if goes := _GOES.search(script):
        return goes[2]
    # The script may take the address from an attribute of any name: "open(this)".
    told = (value for name, value in element.items() if name.startswith("data-"))
    return next((value for value in told if "this" in script and _ADDRESS.match(value)), None)


def common_scope(links: list[etree._Element]) -> list[etree._Element]:
    """Return the smallest element that holds all the links, as the one scope of a list.

    Links to one post alone are in its row, and the scope is what holds that.
    """
    if not links:
        return []
    shared = [links[0], *links[0].iterancestors()]
    for link in links[1:]:
        own = {link, *link.iterancestors()}
        shared = [element for element in shared if element in own]
    element = shared[0] if shared else None
    if element is not None and (element.tag == "a" or element is links[0]):
        element = element.getparent()
    if element is not None and len({_aim(link) for link in links}) == 1:
        line = next((each for each in shared if each.tag in ("tr", "li")), None)
        element = line.getparent() if line is not None else element
    return [] if element is None else [element]


def _aim(link: etree._Element) -> str:
    return (link.get("href") or "").partition("#")[0]


def _mark(
    link: etree._Element,
    native_id: str,
    inside: dict[etree._Element, object],
    limits: set[etree._Element],
) -> None:
    element = link
    value: object = native_id
    while element is not None:
        known = inside.get(element)
        if known is _SEVERAL or known == value:
            return
        if known is not None:
            value = _SEVERAL
        inside[element] = value
        if element in limits:
            return
        element = element.getparent()


def _fullest(
    links: list[etree._Element],
    native_id: str,
    inside: dict[etree._Element, object],
    limits: set[etree._Element],
) -> tuple[etree._Element, tuple[etree._Element, ...]]:
    """Return the row that says most of a post, and the links in it.

    A site's layout may list recent posts of the board beside the board's own list, shorter.
    """
    found: list[tuple[etree._Element, tuple[etree._Element, ...]]] = []
    while links and len(found) < _PLACES:
        element, own = _largest(links, native_id, inside, limits)
        found.append((element, own))
        links = [link for link in links if link not in own]
    return found[0] if len(found) == 1 else max(found, key=lambda row: _said(row[0]))


_PLACES = 4
"""Places of one page that may list a post."""


def _said(element: etree._Element) -> tuple[int, int]:
    """Return how many words of their own, and how many letters, an element shows."""
    words = [piece.text for piece in markup.pieces(element) if piece.text]
    return len(words), len("".join(words))


def _largest(
    links: list[etree._Element],
    native_id: str,
    inside: dict[etree._Element, object],
    limits: set[etree._Element],
) -> tuple[etree._Element, tuple[etree._Element, ...]]:
    held = Counter(each for link in links for each in (link, *link.iterancestors()))
    element = links[0]
    while element not in limits:
        is_whole = held[element] == len(links)
        # A list of one post would else be all of it; a card may be a table of its own.
        if element.tag == "tr" and is_whole:
            break
        parent = element.getparent()
        if parent is None or inside.get(parent) != native_id or (parent in limits and is_whole):
            break
        element = parent
    own = {element}
    return element, tuple(link for link in links if markup.is_within(link, own)) or (links[0],)
