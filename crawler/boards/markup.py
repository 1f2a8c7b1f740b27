"""Reading the markup that skins share: words beside labels, and rows of a list.

Skins choose their own elements and classes, but they all print what the engine
hands them, in Korean, beside a label or an icon, and link each row to its post.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from html import unescape
from itertools import chain, pairwise, takewhile
from typing import Any, NamedTuple, Self

from lxml import etree

from crawler import urls
from crawler.boards.base import ListRow
from crawler.dates import lacks_year, read_time
from crawler.page import Page

_SKIPPED_TAGS = frozenset({"script", "style", "noscript", "textarea", "select", "template"})
_LINE_TAGS = frozenset(
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

TIME = (
    *(
        "작성일시",
        "등록일시",
        "작성일자",
        "등록일자",
        "작성일",
        "등록일",
        "작성시간",
        "게시일",
        "올린날짜",
        "올린날",
        "올린일",
        "날짜",
        "일시",
    ),
    "date",
)
HITS = ("조회 수", "조회수", "조회", "읽음", "hit", "hits", "views")
AUTHOR = ("작성자", "글쓴이", "올린이", "등록자", "닉네임", "이름", "writer", "name")
COMMENTS = ("댓글수", "댓글", "코멘트")
_REPLIES = (*COMMENTS, "답글", "답변", "글", "글수", "replies", "comments")
"""What a list's column with the number of comments is called."""
CATEGORY = ("분류", "카테고리", "말머리")
KINDS = ("구분", "유형", "분야")
"""What the cell with a category may be called, too; in a line of words they say nothing."""


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
            parts.append("\n" if node.tag in _LINE_TAGS else "")
            parts.append(re.sub(r"\s+", " ", node.text or ""))
        else:
            if event == "end" and node.tag in _LINE_TAGS and node.tag != "br":
                parts.append("\n")
            if node is not element:
                parts.append(re.sub(r"\s+", " ", node.tail or ""))
    return tidy_lines("".join(parts))


def tidy_lines(text: str) -> str:
    """Return the lines of *text* that hold anything, squeezed."""
    return "\n".join(line for line in map(squeeze, text.splitlines()) if line)


@cache
def _label_patterns(labels: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = rf"(?:{'|'.join(map(re.escape, labels))})(?![가-힣a-z])\s*[:：]?\s*"
    return (
        re.compile(rf"{words}(.*)", re.IGNORECASE),
        re.compile(rf"[\s|·/,(\[]{words}([^|]+)", re.IGNORECASE),
    )


def labelled(found: Iterable[Piece], labels: tuple[str, ...], icon: str = "") -> str | None:
    """Return what stands behind the first label (or icon) among *found*."""
    label, inside = _label_patterns(labels)
    waiting = icon_waiting = follows_icon = False
    by_icon: str | None = None
    in_a_line: str | None = None
    for piece in found:
        if piece.icon:
            icon_waiting = bool(icon) and piece.icon == icon and by_icon is None
            continue
        if waiting and piece.text.strip(":： "):
            return piece.text.lstrip(":： ")
        match = label.match(piece.text)
        if match:
            if match[1].strip():
                return match[1].strip()
            if by_icon is not None and follows_icon:
                return by_icon  # icon, figure, and the label for those who see no icons
            waiting = True
            continue
        follows_icon = icon_waiting
        if icon_waiting:
            by_icon, icon_waiting = piece.text, False
        # A skin that prints "작성자 … | 작성일 … | 조회 …" as one text.
        if in_a_line is None and (match := inside.search(piece.text)):
            if match[1].strip(":： "):
                in_a_line = match[1].strip()
            else:  # "2026-03-02 09:41, 조회 :", and the figure in an element of its own
                waiting = True
    return by_icon or in_a_line


_INTEGER = re.compile(r"(?<![\d.])(\d{1,3}(?:,\d{3})+|\d{1,12})(?![\d.])")


def integer(text: str | None) -> int | None:
    """Return the first whole number in *text*, thousands separated or not."""
    match = _INTEGER.search(text or "")
    return int(match[1].replace(",", "")) if match else None


_FIGURE = re.compile(r"\W*\d[\d,]*(?![\d.:/-])")


def figure(text: str | None) -> int | None:
    """Return the whole number that *text* begins with, None for dates and words with figures in them."""
    return integer(text) if text and _FIGURE.match(text) else None


_COUNT = re.compile(r"\W*\d[\d,]*\s*[건개]?\W*")


def count_of(text: str | None) -> int | None:
    """Return the figure that *text* is and nothing else: "댓글" stands before names, too."""
    return integer(text) if text and _COUNT.fullmatch(text) else None


# A digit group may be hidden (GNUBOARD: 211.♡.142.7, Rhymix: *.35.85.23).
_IP_PART = r"(?:\d{1,3}|[♡♥＊*xX#○●]{1,3})"
_IP = re.compile(rf"(?<![\w.]){_IP_PART}(?:\.{_IP_PART}){{3}}(?![\w.])")


def ip_fragment(text: str | None) -> str | None:
    """Return the (partly hidden) network address in *text*, as shown."""
    match = _IP.search(text or "")
    return match[0] if match else None


# --- rows of a list ----------------------------------------------------------------

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
    for element in select(scope, _CLICKED):
        if (target := clicked_target(element)) is not None:
            yield element, target
    for element in select(scope, _CAPTIONED):
        if caption := _captioned(element):
            yield element, caption[2]


def _captioned(element: etree._Element) -> re.Match[str] | None:
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
    words = [piece.text for piece in pieces(element) if piece.text]
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
    return element, tuple(link for link in links if is_within(link, own)) or (links[0],)


_TITLE_CLASS = re.compile(r"(?:^|[-_ ])(?:subj|subject|tit|title|headline)(?![a-z])", re.IGNORECASE)
_NOISE_CLASS = re.compile(
    r"sound_only|blind|icon|no[-_]?(?:image|img|thumb)|cnt|count|comment|cmt|badge|label|(?:^|[-_ ])(?:new|hot|lock|secret|"
    r"notice|cate|ca|category|num|reply)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"\[?\+?\d{1,6}\]?|N|NEW|HOT|새글|인기글|비밀글|공지|열람중?|Lock", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"[\[(+]*\d+[\])]*|댓글\s*\d*개?|더\s?보기|자세히(?: 보기)?|(?:read|view|see)? ?more",
    re.IGNORECASE,
)
ENGLISH_DATE = (
    r"(?:[A-Z][a-z]{2,8},? )?(?:[A-Z][a-z]{2,8}\.? \d{1,2},?|\d{1,2} [A-Z][a-z]{2,8}\.?,?) \d{4}"
)
"""What may be a date: "Mar 2, 2026", "Mon, 02 Mar 2026"."""
_WHEN = re.compile(
    r"\W*(?:\d{2,4}[-./년]\s?\d|\d{1,2}[-./월:]\s?\d{1,2}(?!\d)|\d+\s?(?:초|분|시간|일|주|개월|달|년)(?:, \d+\s?[가-힣]+)?\s?전"
    r"|(?:\d+\s?[가-힣]+ ){1,2}\d+\s?분\s?전|오늘|어제|그제|방금|오[전후]"
    rf"|{ENGLISH_DATE})",
)


def list_row(row: Row, url: str, now: datetime, title: str | None = None) -> ListRow:
    """Return what a row of a list says of its post, which stands at *url*."""
    title = title or row_title(row)
    details = row_details(row, title, now)
    mark = f"{title}\t{details.comments or 0}"
    if _is_locked(row.element):
        mark += "\tsecret"
    if state := _answer_state(row, title):
        mark += f"\t{state}"
    if not row.native_id.isdigit():
        # In title addresses the words are all the list knows the post by.
        mark += f"\t{row.native_id}"
    return ListRow(
        native_id=row.native_id,
        url=url,
        title=title,
        author=details.author,
        posted_at=details.posted_at,
        has_year=details.has_year,
        comment_count=details.comments,
        hits=details.hits,
        notice=details.notice,
        mark=mark,
    )


def _answer_state(row: Row, title: str) -> str | None:
    """Return what a row says of the answer to a question; that it has one is no count of comments."""
    return next(
        (
            piece.text
            for piece in pieces(row.element)
            if _ANSWER_STATE.fullmatch(piece.text) and piece.text != title
        ),
        None,
    )


_ANSWER_STATE = re.compile(
    r"[\[(]?(?:답변|처리|접수|상담)?\s?(?:완료|대기|접수|진행|예정|미답변|미처리|처리|답변)\s?(?:중|됨)?[\])]?"
)


def with_category(row: ListRow, category: str | None) -> ListRow:
    """Return the row with its category, which is part of what a change of the post changes."""
    if not category:
        return row
    return replace(row, category=category, mark=f"{row.mark}\t{category}")


_LOCK = re.compile(r"(?<![a-z])(?:secret|lock(?:ed)?)(?![a-z])|비밀글", re.IGNORECASE)
_LOCK_ATTRIBUTES = ("class", "src", "alt", "title")


def _is_locked(element: etree._Element) -> bool:
    """Tell a row with the sign of a secret post: an icon, or a word that is hidden from eyes."""
    for part in element.iter("i", "img", "span", "em", "svg"):
        told = " ".join(part.get(name) or "" for name in _LOCK_ATTRIBUTES)
        if _LOCK.search(told) or (not len(part) and (part.text or "").strip() == "비밀글"):
            return True
    return False


_COUNT_BEHIND = re.compile(r"\s*\[(\d{1,6})\]$")


def with_count_apart(row: ListRow) -> ListRow:
    """Return the row with the number of comments that stands in brackets behind its title apart."""
    match = _COUNT_BEHIND.search(row.title) if row.comment_count is None else None
    if match is None or not match.start():
        return row
    return replace(row, title=row.title[: match.start()], comment_count=int(match[1]))


def row_title(row: Row) -> str:
    """Return the title as the list shows it, without counts, icons and labels."""
    if (cell := _title_column(row)) is not None and (title := _without_noise(cell)):
        return title
    shown = [link for link in row.links if "#" not in (link.get("href") or "")]
    titles = [(link, _link_title(link)) for link in shown or row.links]
    titles = [
        (link, title)
        for link, title in titles
        if title and not _NO_TITLE.fullmatch(title) and not is_time(title)
    ]
    stop = {row.element}
    for link, title in titles:
        around = [link, *link.iterancestors()]
        for element in around:
            if _TITLE_CLASS.search(classes(element)) or element.tag in ("h2", "h3", "h4", "h5"):
                return title
            if element in stop:
                break
    if titles:
        return titles[0][1]
    # A card's title may stand beside its link, which says "more".
    for own in row.element.iter("h1", "h2", "h3", "h4", "h5", "h6", "strong"):
        inner = [text_of(link) for link in shown if own in link.iterancestors()]
        said = _without_noise(own)
        if len(inner) == 1 and inner[0]:
            return inner[0]
        if said and not _NO_TITLE.fullmatch(said):
            return said
    # A title that is nothing but a number, or a link that is only a picture.
    words = (_link_title(link) or text_of(link) for link in shown or row.links)
    if text := next(filter(None, words), ""):
        return text
    for link in shown or row.links:
        text = squeeze(link.get("title"))
        if not text and (caption := _captioned(link)):
            text = squeeze(unescape(caption[3]))
        if text:
            return text
    return ""


def own_titles(found: list[Row]) -> dict[str, tuple[str, str | None]]:
    """Return the title, and the word before it, of rows whose links hold several blocks alike.

    Where the first block of most rows says the same few words (a category, a state), the title is
    the first that is each row's own.
    """
    told: dict[str, dict[str, etree._Element]] = {}
    for row in found:
        link = row.links[0]
        parts = [part for each in link for part in _opened(each) if text_of(part)]
        is_parted = len(parts) > 1 and not squeeze(link.text)
        inner = link.iterdescendants(etree.Element)
        if is_parted and not any(_TITLE_CLASS.search(classes(part)) for part in inner):
            told[row.native_id] = {f"{part.tag}.{classes(part)}": part for part in reversed(parts)}
    if len(told) < _LEAST_ALIKE or 2 * len(told) <= len(found):
        return {}
    first, _ = Counter(next(reversed(blocks)) for blocks in told.values()).most_common(1)[0]
    texts: dict[str, list[str]] = {}
    for blocks in told.values():
        for kind, block in reversed(blocks.items()):
            texts.setdefault(kind, []).append(text_of(block))
    if 2 * len(set(texts[first])) > len(texts[first]):
        return {}
    own = (
        kind
        for kind, said in texts.items()
        if len(said) >= 0.8 * len(told)
        and len(set(said)) >= 0.6 * len(said)
        and not all(is_time(text) or _FIGURES_ONLY.fullmatch(text) for text in said)
    )
    chosen = next(own, None)
    if chosen is None:
        return {}
    return {
        native_id: (
            _without_noise(blocks[chosen]),
            text_of(blocks[first]) if first in blocks else None,
        )
        for native_id, blocks in told.items()
        if chosen in blocks
    }


def _opened(element: etree._Element) -> list[etree._Element]:
    """Return an element, or what stands in it where that is several elements and no words."""
    inner = [each for each in element if isinstance(each.tag, str)]
    is_frame = element.tag in ("div", "p") and len(inner) > 1 and not squeeze(element.text)
    if not isinstance(element.tag, str):
        return []
    return inner if is_frame and not any(squeeze(each.tail) for each in inner) else [element]


_LEAST_ALIKE = 5


def _title_column(row: Row) -> etree._Element | None:
    """Return the cell under the heading of the titles, where one link holds the whole row's cells."""
    if row.element.tag == "tr" or len(row.links) != 1:
        return None
    cells = _cells_of(row.element)
    if len(cells) < _LEAST_NAMES or not is_within(cells[0], row.links):
        return None
    names = _column_names(row)
    place = next((n for n, name in enumerate(names) if name.replace(" ", "") in _TITLE_LABELS), -1)
    return cells[place] if place >= 0 and len(names) == len(cells) else None


def is_time(text: str) -> bool:
    """Tell a time and nothing else from words that hold one."""
    match = _WHEN.match(text) if len(text) <= _DATE_LENGTH else None
    return match is not None and not _WORDS_BESIDE_TIME.search(text[match.end() :])


def told_time(element: etree._Element) -> str | None:
    """Return the moment that an element's attributes tell, where the page may show "3일 전".

    Any attribute may tell a day; seconds (or milliseconds) since 1970 count under a time's name.
    """
    if told := element.get("datetime"):
        return str(told)
    for name, value in element.items():
        if name not in ("title", "content") and not name.startswith("data-"):
            continue
        if _SECONDS.fullmatch(value) and _TIME_NAME.search(name):
            moment = datetime.fromtimestamp(int(value[:10]), UTC)
        elif not _FULL_DAY.search(value):
            continue
        else:
            moment = None
        shown = squeeze("".join(element.itertext())[: 2 * _DATE_LENGTH])
        if not shown or is_time(shown):
            return moment.isoformat() if moment else str(value)
    return None


_SECONDS = re.compile(r"1\d{9}(?:\d{3})?")
_TIME_NAME = re.compile(r"time|date|stamp|epoch|unix|created|posted|written|(?:^|[-_])(?:ts|at)$")
_FULL_DAY = re.compile(r"(?:19|20)\d\d\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}")
_WORDS_BESIDE_TIME = re.compile(r"(?![년월일시분초전오후요화수목금토])[^\W\d_TapmAPMKS]")
_HEADING_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLE_TAGS = ("strong", "b", *_HEADING_TAGS)


def _link_title(link: etree._Element) -> str:
    if link.tag == "tr":
        cells = [cell for cell in link if cell.tag in ("td", "th")]
        words = [cell for cell in cells if not _FIGURES_ONLY.fullmatch(text_of(cell))]
        named = [cell for cell in words if _TITLE_CLASS.search(classes(cell))]
        longest = max(words, key=lambda cell: len(text_of(cell)), default=None)
        chosen = named[0] if named else _under_title(link, cells)
        chosen = chosen if chosen is not None else longest
        return _without_noise(chosen) if chosen is not None else ""
    own = [child for child in link.iterdescendants() if isinstance(child.tag, str)]
    for child in own:
        if _TITLE_CLASS.search(classes(child)):
            strong = child.find(".//strong")
            text = _without_noise(strong if strong is not None else child)
            if text:
                return text
    parts = [child for child in link if isinstance(child.tag, str) and text_of(child)]
    bare = squeeze(link.text) or any(squeeze(child.tail) for child in link)
    if not bare and any(_holds_time(piece.text) for part in parts[1:] for piece in pieces(part)):
        # The link holds the whole row, writer and date too.
        headings = [each for each in own if each.tag in _HEADING_TAGS and text_of(each)]
        if len(headings) == 1:
            return _without_noise(headings[0])
        strong = next((part for part in parts if part.tag in _TITLE_TAGS), parts[0])
        return _without_noise(strong)
    return _without_noise(link)


def _holds_time(text: str) -> bool:
    """Tell a time, alone or in a line of figures: "솔바람 | 03.02 | 조회 3"."""
    return is_time(text) or (
        len(text) <= _LONGEST_LINE and any(map(is_time, _PARTED.split(text)[1:]))
    )


_FIGURES_ONLY = re.compile(r"[\d\s,.:/\-]*|\W*")


def _under_title(row: etree._Element, cells: list[etree._Element]) -> etree._Element | None:
    """Return the cell of a table's row that stands under the heading of the titles."""
    table = next(row.iterancestors("table"), None)
    heading = next(table.iter("tr"), None) if table is not None else None
    names = [] if heading is None else [text_of(cell).replace(" ", "") for cell in heading]
    place = next((n for n, name in enumerate(names) if name.lower() in _TITLE_LABELS), None)
    return cells[place] if place is not None and len(names) == len(cells) else None


_TITLE_LABELS = frozenset(
    {"제목", "글제목", "주제", "토픽", "subject", "title", "topic", "topics", "thread", "threads"}
)


def _without_noise(element: etree._Element) -> str:
    noise = {
        child
        for child in element.iterdescendants()
        if isinstance(child.tag, str)
        and (
            _NOISE_CLASS.search(classes(child))
            or CATEGORY_CLASS.search(classes(child))
            or (child.tag in ("em", "small", "sup") and _NOISE.fullmatch(text_of(child)))
            or (child.tag in _COUNTING_TAGS and _BRACKETED.fullmatch(text_of(child)))
        )
    }
    lines = _first_lines(element, noise)
    return lines[0] if lines else ""


def _first_lines(element: etree._Element, skip: Collection[etree._Element]) -> list[str]:
    """Return the text of a link line by line: a card's link holds an excerpt and a date too."""
    lines: list[list[str]] = [[]]
    for piece in pieces(element, skip):
        if not piece.text:
            continue
        block = next(
            (
                node
                for node in (piece.owner, *piece.owner.iterancestors())
                if node is element or node.tag in _LINE_TAGS
            ),
            element,
        )
        if lines[-1] and lines[-1][0] != str(id(block)):
            lines.append([])
        if not lines[-1]:
            lines[-1].append(str(id(block)))
        lines[-1].append(piece.text)
    return [" ".join(line[1:]) for line in lines if line]


@dataclass(frozen=True, slots=True)
class RowDetails:
    """What a row says beside the title."""

    author: str | None
    posted_at: datetime | None
    has_year: bool
    """It tells the year of that."""
    hits: int | None
    comments: int | None
    notice: bool


def row_details(row: Row, title: str, now: datetime) -> RowDetails:
    """Read a row by its table's headings, by labels and icons, and by classes.

    A *title* or a writer may be called "조회 3", and is no figure.
    """
    words = _Words(row)
    cells = _cells_by_heading(row)
    author = words.author(cells.get("author"))
    posted_at, has_year = words.time(cells.get("time"), title, now)
    figures = [
        piece
        for piece in words.brief
        if piece.text not in (title, author) and not is_time(piece.text)
    ]
    return RowDetails(
        author=author,
        posted_at=posted_at,
        has_year=has_year,
        hits=next(
            (
                count
                for said in (
                    cells.get("hits"),
                    labelled(figures, HITS, "hits"),
                    classed_hits(words.without_title(title), row.element),
                    count_before(figures),
                )
                if (count := integer(said)) is not None
            ),
            None,
        ),
        comments=words.comments({title, author}, cells.get("comments")),
        notice=words.is_notice(),
    )


def classed_hits(found: Iterable[Piece], top: etree._Element) -> str | None:
    """Return the first figure close inside an element of the hits' class."""
    for piece in found:
        if piece.text and not _HITS_TEXT.match(piece.text):
            continue
        names = trail(piece.owner, top)[:2]
        # A cell may be of a class like "td_view", and hold a category like "잡담 1".
        if piece.text and any(map(_HITS_CLASS.search, names)) and not (
            CATEGORY_CLASS.search(names[0])
        ):  # fmt: skip
            return piece.text
    return None


def told_hits(found: list[Piece]) -> int | None:
    """Return how often a post was read, as a post's header says it, with the label before or behind."""
    for said in (
        labelled(found, HITS, "hits"),
        labelled(found, _HITS_IN_ENGLISH),
        count_before(found),
    ):
        if (count := integer(said)) is not None:
            return count
    return None


_HITS_IN_ENGLISH = ("view", "read", "reads")
"""What is a label of hits only before a figure."""


def count_before(found: list[Piece]) -> str | None:
    """Return the figure that stands before its label: "48 Views", "48 조회"."""
    told = (match[1] for piece in found if (match := _COUNTED_ALONE.fullmatch(piece.text)))
    if figure := next(told, None):
        return figure
    match = _COUNTED.search(" ".join(piece.text for piece in found))
    return match[1] if match else None


_COUNTED = re.compile(
    r"([\d,]+)\s*(?:views?|hits?|reads?)\b(?!\s(?:more|all|detail))", re.IGNORECASE
)
_COUNTED_ALONE = re.compile(r"([\d,]+)\s?[번회]?\s?(?:조회|읽음)")
_HEADINGS = {
    "time": TIME,
    "hits": HITS,
    "author": (*AUTHOR, "author", "담당", "담당자", "담당부서", "작성부서", "등록부서"),
    "category": (*CATEGORY, *KINDS),
    "comments": _REPLIES,
}
_HITS_CLASS = re.compile(
    r"(?:^|[-_ ])(?:(?:hits?|views?|readNum|readed)(?:[-_]?(?:cnt|counts?|num|number|no|txt))?|hits?[-_]\w+)(?: |$)|"
    r"(?:^|[- ])read(?:[-_ ]|$)",
    re.IGNORECASE,
)
_HITS_TEXT = re.compile(r"\D{0,12}\d[\d,.]*\D{0,12}$")
_TIME_CLASS = re.compile(r"date|(?:^|[-_ ])time(?:[-_ ]|$)", re.IGNORECASE)
_AUTHOR_CLASS = re.compile(
    r"(?:^|[-_ ])(?:author|writer|nick|nickname|name|auth|user)(?:[-_ ]|$)|(?:^| )(?:by(?: |$)|member_-?\d+)",
    re.IGNORECASE,
)
_BY = re.compile(r"^by\s+(?=\S)", re.IGNORECASE)
_NAME_CLASS = re.compile(r"(?:^| )(?:sv_)?(?:guest|member)(?: |$)")
_COUNT_CLASS = re.compile(
    r"cnt_cmt|replyNum|repl(?:y|ies)[-_](?:count|cnt|num)|(?:^| )replies(?: |$)|comment|cmt(?:[-_ ]|$)|list_com",
    re.IGNORECASE,
)
_NOTICE_CLASS = re.compile(r"(?:^|[-_ ])notice")


def trail(element: etree._Element, top: etree._Element) -> list[str]:
    """Return the classes of an element and of those around it up to *top*, the nearest first."""
    found: list[str] = []
    for node in (element, *element.iterancestors()):
        if names := node.get("class"):
            found.append(names)
        if node is top:
            break
    return found


class _Words:
    """The words of a row, each with the classes of what it stands in, up to the row."""

    def __init__(self, row: Row) -> None:
        self.row = row
        # A list may show whole posts, each with the form for its comments.
        self.whole = list(pieces(row.element, all_of(row.element.iter("form"))))
        links = [link for link in row.links if "#" not in (link.get("href") or "")]
        titles = self._titles = all_of(links)
        self.around = [piece for piece in self.whole if piece.owner not in titles]
        # An excerpt of the post may hold a label, too, in any paragraph of several.
        excerpt = {each.owner for each in self.whole if not _is_brief(each) and _is_bare(each)}
        self.brief = [
            each for each in self.whole if _is_brief(each) and not (excerpt and _is_bare(each))
        ]
        self._trails: dict[etree._Element, list[str]] = {}
        self.late = _of_last_reply(row, titles, self.whole)

    def without_title(self, title: str) -> Iterator[Piece]:
        """Yield the words that are no part of the title where that is a link of its own."""
        return (
            piece
            for piece in self.whole
            if piece.owner not in self._titles or piece.text not in title
        )

    @cached_property
    def dated_names(self) -> list[Piece]:
        """The names that look like a day, "2026.01.01": their class says a name, and a time stands elsewhere."""
        times = [piece for piece in self.whole if is_time(piece.text)]
        named = [
            piece
            for piece in times
            if _AUTHOR_CLASS.search(classes(piece.owner)) and text_of(piece.owner) == piece.text
        ]
        is_told = any(piece not in named and piece.owner not in self.late for piece in times)
        return named if is_told or self.late else []

    @property
    def _brief_around(self) -> list[Piece]:
        return list(filter(_is_brief, self.around))

    def _trail(self, element: etree._Element) -> list[str]:
        known = self._trails.get(element)
        if known is None:
            known = trail(element, self.row.element)
            if classes(self.row.element):
                known.pop()  # software tells a row's post by it ("user-7"), not one word
            self._trails[element] = known
        return known

    def classed(self, wanted: re.Pattern[str], found: list[Piece]) -> str | None:
        """Return the first word in an element of such a class."""
        for piece in found:
            if piece.text and any(map(wanted.search, self._trail(piece.owner))):
                return piece.text
        return None

    def author(self, cell: str | None) -> str | None:
        told = self.classed(_NAME_CLASS, self.whole) or cell
        if told:
            return told
        named = [
            piece
            for piece in self.whole
            if piece.text
            and piece.text.rstrip(" :：") not in AUTHOR
            and piece.owner not in self.late
            and (not _WHEN.match(piece.text) or piece in self.dated_names)
            and any(map(_AUTHOR_CLASS.search, self._trail(piece.owner)))
        ]
        strong = next((piece.text for piece in named if piece.owner.tag == "strong"), None)
        if strong or named:
            return _BY.sub("", strong or named[0].text)
        said = labelled(self._brief_around, AUTHOR)
        # A row may show the whole post, with a table that has "작성자" and "작성일" side by side.
        return None if said in _OWN_LABELS else said

    def time(self, cell: str | None, title: str, now: datetime) -> tuple[datetime | None, bool]:
        """Return the time of the post, and whether its year is told; a *title* may begin with a day."""
        stamped = (
            stamp
            for element in self.row.element.iter(etree.Element)
            if element not in self.late
            and (stamp := told_time(element))
            and squeeze(stamp) != title
            and not is_name(classes(element))
        )
        around = [
            piece for piece in self.around if piece.owner not in self.late and piece.text != title
        ]
        candidates = [
            *stamped,
            cell,
            labelled(self._brief_around, TIME, "time"),
            self.classed(_TIME_CLASS, around),
            # Somebody may call himself "2026-01-01".
            *(
                piece.text
                for piece in around
                if len(piece.text) <= _DATE_LENGTH
                and piece not in self.dated_names
                and not any(map(_NAME_CLASS.search, self._trail(piece.owner)))
            ),
            *(
                _LABEL_OF_TIME.sub("", piece.text)
                for piece in around
                if _is_brief(piece) and _LABEL_OF_TIME.match(piece.text)
            ),
            self.classed(_TIME_CLASS, self.around),
            # A card's link holds the whole row.
            self.classed(_TIME_CLASS, self.whole),
            # "솔바람 · 2026-03-02"
            *(part for piece in self.brief for part in _PARTED.split(piece.text)[1:]),
        ]
        told = [candidate for candidate in candidates if candidate and _WHEN.match(candidate)]
        if not told:
            # No class tells it in such a link: a day with its clock is no name, "2026.01.01".
            told = sorted(
                (
                    piece.text
                    for piece in self.whole
                    if is_time(piece.text)
                    and piece.text != title
                    and piece.owner not in self.late
                    and piece not in self.dated_names
                ),
                key=lambda text: ":" not in text,
            )
        # "03-02" may have its year beside it, for those who point at it.
        for candidate in sorted(told, key=lambda text: not _YEAR.match(text)):
            if found := read_time(candidate, now):
                return found, not lacks_year(candidate)
        return None, True

    def comments(self, names: Collection[str | None], cell: str | None) -> int | None:
        """Return the number of comments; a title or a writer among *names* may be "댓글"."""
        for link in self.row.links:
            said = text_of(link) if "#" in (link.get("href") or "") else ""
            if _LINKED_COUNT.fullmatch(said) and not is_time(said):
                return integer(said)
        for piece in self.whole:
            if not piece.text or not (piece.text[-1].isdigit() or piece.text[-1] in ")]"):
                continue
            if any(map(_COUNT_CLASS.search, self._trail(piece.owner))):
                count = integer(piece.text)
                if count is not None:
                    return count
            bracketed = _BRACKETED.fullmatch(piece.text)
            if bracketed and piece.owner.tag in _COUNTING_TAGS:
                return int(bracketed[1])
        counts = (count_of(cell), self._figure_before_label(), self._figure_behind_title(names))
        for count in counts:
            if count is not None:
                return count
        others = [piece for piece in self.whole if piece.text not in names or piece.icon]
        told = (match[1] for each in others if (match := _LABELLED_REPLIES.fullmatch(each.text)))
        if (figure := next(told, None)) is not None:
            return int(figure)
        return integer(labelled(others, COMMENTS, "comments"))

    def _figure_before_label(self) -> int | None:
        """Return the number of comments that stands before its label, in an element of both: "3 댓글"."""
        for piece in self.whole:
            if piece.text.lower() in _REPLIES:
                for around in (piece.owner, piece.owner.getparent()):
                    if match := _COUNTED_REPLIES.fullmatch(text_of(around).lower()):
                        return int(match[1])
        return None

    def _figure_behind_title(self, names: Collection[str | None]) -> int | None:
        """Return the bare figure right behind the title: in its cell, in its link, or a link of its own."""
        titles = [link for link in self.row.links if text_of(link) in names]
        if titles:
            behind_title = self.row.links[self.row.links.index(titles[0]) + 1 :]
            for text in map(text_of, behind_title):
                if text.isascii() and text.isdigit() and len(text) <= _COUNT_DIGITS:
                    return int(text)
        in_cell = not titles or titles[0].getparent().tag in ("td", "th")
        words = [piece for piece in self.whole if piece.text]
        for before, piece in pairwise(words):
            if before.text not in names or not is_within(before.owner, self.row.links):
                continue
            if bracketed := _BRACKETED.fullmatch(piece.text):
                return int(bracketed[1])
            behind = next(before.owner.itersiblings(etree.Element), None)
            is_figure = piece.text.isascii() and piece.text.isdigit()
            if is_figure and len(piece.text) <= _COUNT_DIGITS and piece.owner is behind and in_cell:
                return int(piece.text)
        return None

    def is_notice(self) -> bool:
        for element in self.row.element.iter():
            names = element.get("class") if isinstance(element.tag, str) else None
            if names and "notice" in names and _NOTICE_CLASS.search(names):
                return True
        return any(piece.text in ("공지", "[공지]") for piece in self.around)


_OWN_LABELS = frozenset((*TIME, *HITS, *AUTHOR, *COMMENTS))
_LABEL_OF_TIME = re.compile(r"^[^\d:：]{2,12}[:：]\s*(?=(?:19|20)\d\d[-./])")
"""Any words before a day: "주제 시작: 2026-03-02"."""


def _of_last_reply(
    row: Row, titles: Collection[etree._Element], words: list[Piece]
) -> set[etree._Element]:
    """Return every element of what a row says of the last reply, by its words or its column's."""
    is_told = any(LAST_REPLY.match(piece.text) for piece in words)
    parts = [
        element
        for element in (row.element.iter("td", "dd", "div", "li", "p", "span") if is_told else ())
        if element is not row.element
        and element not in titles
        and (
            LAST_REPLY.match(element.text or "")
            or (len(element) and LAST_REPLY.match(element[0].text or ""))
        )
        and not any(inner in titles for inner in element.iter())
    ]
    names = _column_names(row)
    cells = _cells_of(row.element) if any(map(LAST_REPLY.match, names)) else []
    if cells and len(names) == len(cells):
        parts += [cell for name, cell in zip(names, cells, strict=True) if LAST_REPLY.match(name)]
    return all_of(parts)


LAST_REPLY = re.compile(
    r"\W*(?:(?:마지막|최근|최종)\s?(?:글|답글|댓글|덧글|답변|게시물)|(?:last|latest)\s(?:post|reply|comment|activity))",
    re.IGNORECASE,
)


def _is_brief(piece: Piece) -> bool:
    """Tell figures from an excerpt: a long line of them is parted."""
    size = len(piece.text)
    return size <= _LONGEST_FIGURE or (size <= _LONGEST_LINE and bool(_PARTED.search(piece.text)))


def _is_bare(piece: Piece) -> bool:
    """Tell words of a paragraph without a class, as authors write."""
    return piece.owner.tag == "p" and not piece.owner.get("class")


_PARTED = re.compile(r"[|·]|\s/\s")
_LONGEST_FIGURE = 40
_LONGEST_LINE = 80
"""Characters of one line of a row's figures."""
_DATE_LENGTH = 30
_YEAR = re.compile(r"\W*(?:19|20)\d\d\s?[-./년]\s?\d")
_BRACKETED = re.compile(r"[\[(]\+?(\d{1,6})[\])]")
_COUNTING_TAGS = ("em", "small", "sup", "b", "span", "font")
"""What the number of comments stands in, behind a title."""
_COUNTED_REPLIES = re.compile(rf"(\d{{1,6}})\s?개?(?:의)?\s?(?:{'|'.join(_REPLIES)})")
_LABELLED_REPLIES = re.compile(
    r"(?:댓글|답글|답변|replies|comments)\s?\W?\s?(\d{1,6})\s?개?\W?", re.IGNORECASE
)
_COUNT_DIGITS = 5
"""Of a number of comments."""
_LINKED_COUNT = re.compile(r"\D{0,10}\d[\d,]*\W*\w?\W*")
"""What a link to a post's comments says: "3", "댓글 3개"; not how long ago the last was written."""


def row_category(row: Row) -> str | None:
    """Return the category that a row shows: under its column's heading, by class, or in brackets."""
    told = _cells_by_heading(row).get("category")
    if told and not is_noise(told):
        return told.strip("[]() ")
    titles = all_of(row.links)
    for piece in pieces(row.element):
        text = piece.text.strip("[]()<> ")
        if not text or len(text) > _LONGEST_CATEGORY or is_noise(text) or is_time(text):
            continue
        if text.rstrip(" :：") in CATEGORY or _PINS.fullmatch(text):
            continue  # its label, or a sign
        around = piece.owner not in titles or piece.owner not in row.links
        names = trail(piece.owner, row.element)
        if classes(row.element):
            names.pop()  # blogs name their categories there, for all words of the row
        if around and any(map(CATEGORY_CLASS.search, names[:2])):
            return text
    return None


def words_before_titles(found: list[Row]) -> dict[str, str]:
    """Return the words before each title in its cell, where most rows have one of the same few."""
    told: dict[str, str] = {}
    for row in found:
        link = next((each for each in row.links if text_of(each)), None)
        cell = _cell_around(link, row.element) if link is not None else None
        if link is None or cell is None:
            continue
        said = category_said(_words_before(link, cell).strip("[]()<>| "))
        if said:
            told[row.native_id] = said
    is_common = len(told) >= max(_LEAST_ALIKE, 0.6 * len(found))
    return told if is_common and 2 * len(set(told.values())) <= len(told) else {}


def _cell_around(link: etree._Element, top: etree._Element) -> etree._Element | None:
    for element in link.iterancestors():
        if element is top:
            break
        if element.tag in _CELL_TAGS:
            return element
    return None


def _words_before(link: etree._Element, cell: etree._Element) -> str:
    inside = set(link.iter())
    before = takewhile(lambda piece: piece.owner not in inside, pieces(cell))
    return " ".join(piece.text for piece in before)


_CELL_TAGS = frozenset({"td", "th", "dt", "dd", "li", "div", "p"})


def category_said(text: str | None) -> str | None:
    """Return a word before a title, unless it tells the state of a post."""
    if not text or len(text) > _LONGEST_CATEGORY or is_noise(text) or is_time(text):
        return None
    return None if _STATES.search(text) or _PINS.fullmatch(text) else text.strip("[]() ")


_STATES = re.compile(r"답변|완료|대기|접수|처리|진행|마감|예정|종료|해결|채택")


def is_noise(text: str) -> bool:
    """Tell a mark such as "N", "공지", "[3]" from words."""
    return bool(_NOISE.fullmatch(text.strip()))


_PINS = re.compile(r"pinned|sticky|고정(?:됨)?|필독", re.IGNORECASE)
CATEGORY_CLASS = re.compile(
    r"(?:^|[-_ ])(?:cate|cat|ca|category|categoryname|cate_?name|bo_cate_link|sca|malhead|prefix|chip)(?:[-_ \d]|$)",
    re.IGNORECASE,
)
_LONGEST_CATEGORY = 15


def _cells_by_heading(row: Row) -> dict[str, str]:
    """Return a row's cells by what their column is called, in a table or in a list that looks like one."""
    names = _column_names(row)
    cells = _columns(row.element)
    if len(names) != len(cells):
        return {}
    found: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=True):
        for kind, labels in _HEADINGS.items():
            if kind not in found and name.replace(" ", "") in labels:
                found[kind] = cell
    return found


def _column_names(row: Row) -> list[str]:
    """Return what the columns of a row's list are called, none where nothing says so."""
    element = row.element
    is_table = element.tag == "tr"
    holder = next(element.iterancestors("table"), None) if is_table else element.getparent()
    if holder is None:
        return []
    names = row.headings.get(holder)
    if names is None:
        lines = list(holder.iter("tr") if is_table else holder)[:_FIRST_LINES]
        headed = (
            line for line in lines if isinstance(line.tag, str) and line.find("th") is not None
        )
        heading = next(headed, None)
        if heading is None:
            lines += _lines_before(holder)
            heading = next(filter(_names_columns, lines), None)
        names = [] if heading is None else [name.lower() for name in _columns(heading)]
        row.headings[holder] = names
    return names


def _lines_before(holder: etree._Element) -> list[etree._Element]:
    """Return what stands right before a list: the columns' names may, in a block or a table of their own."""
    before = next(holder.itersiblings(etree.Element, preceding=True), None)
    if before is None:
        return []
    return [before, *before.iter("tr")][:_FIRST_LINES]


_FIRST_LINES = 5
"""Lines of a list among which the one with the columns' names stands."""


def _columns(line: etree._Element) -> list[str]:
    """Return the words of a line's cells, one for each column that they fill."""
    found: list[str] = []
    for cell in _cells_of(line):
        wide = cell.get("colspan") or "1"
        found += [text_of(cell)] * (int(wide) if wide.isdigit() and len(wide) < 3 else 1)
    return found


def _cells_of(line: etree._Element) -> list[etree._Element]:
    """Return a line's cells; one link, or a frame, may be around all of them."""
    cells = [cell for cell in line if isinstance(cell.tag, str)]
    while len(cells) == 1 and cells[0].tag in ("a", "div", "dl", "ul"):
        cells = [cell for cell in cells[0] if isinstance(cell.tag, str)]
    return cells


def _names_columns(line: etree._Element) -> bool:
    """Tell a line of headings by two words that columns are called."""
    cells = _cells_of(line) if isinstance(line.tag, str) else []
    if not 2 <= len(cells) <= _MOST_COLUMNS:
        return False
    known = {label for labels in _HEADINGS.values() for label in labels} | _TITLE_LABELS
    names = {text_of(cell).replace(" ", "").lower() for cell in cells}
    return sum(name in known or bool(LAST_REPLY.match(name)) for name in names) >= _LEAST_NAMES


_MOST_COLUMNS = 15
_LEAST_NAMES = 2


def named_in(found: Iterable[Piece], top: etree._Element) -> str | None:
    """Return the first words below *top* that stand in an element whose class says a name's."""
    for piece in found:
        text = piece.text.strip(" ·|,/")
        if not text or len(text) > _LONGEST_NAME or _WHEN.match(text) or ip_fragment(text):
            continue
        if piece.owner is not top and any(
            map(_AUTHOR_CLASS.search, trail(piece.owner, top)[: -1 if top.get("class") else None])
        ):
            return text
    return None


_LONGEST_NAME = 40


def is_name(names: str) -> bool:
    """Tell by its classes an element that GNUBOARD wraps around somebody's name."""
    return _NAME_CLASS.search(names) is not None


def nesting(elements: list[etree._Element]) -> list[int]:
    """Return how many lists each element stands in, less those that all of them stand in."""
    levels = [sum(1 for _ in element.iterancestors("ul", "ol")) for element in elements]
    return [level - min(levels) for level in levels]


def author_in(root: etree._Element, skip: Collection[etree._Element] = frozenset()) -> str | None:
    """Return the name that GNUBOARD wraps in sv_guest or sv_member, whatever the skin.

    *skip* holds every element of what does not count.
    """
    for element in root.iter("a", "span", "b", "strong"):
        names = element.get("class")
        if names and is_name(names) and element not in skip:
            name = text_of(element)
            if name:
                return name
    return None
