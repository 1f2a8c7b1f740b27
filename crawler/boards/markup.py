"""Reading the markup that skins share: words beside labels, and rows of a list.

Skins choose their own elements and classes, but they all print what the engine
hands them, in Korean, beside a label or an icon, and link each row to its post.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree, html

from crawler.dates import read_time

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
_ICONS = (
    ("hits", re.compile(r"(?:^|[-_])eye\b")),
    ("time", re.compile(r"(?:^|[-_])(?:clock|time|calendar)\b")),
    ("comments", re.compile(r"(?:^|[-_])comment")),
    ("category", re.compile(r"(?:^|[-_])tag\b")),
)
_ICON_FONT = re.compile(r"\b(?:fa[a-z]?|xi|bi|icon|material-icons|ri|xeicon)\b|\b(?:fa|xi|bi|ri)-")

TIME = ("작성일시", "등록일시", "작성일", "등록일", "작성시간", "날짜", "일시", "date")
HITS = ("조회 수", "조회수", "조회", "읽음", "hit", "views")
AUTHOR = ("작성자", "글쓴이", "등록자", "닉네임", "이름", "writer", "name")
COMMENTS = ("댓글수", "댓글", "코멘트")
CATEGORY = ("분류", "카테고리")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text, or an icon that stands for a label."""

    text: str
    owner: html.HtmlElement
    icon: str = ""


def squeeze(text: str | None) -> str:
    """Return *text* with runs of white space as one space."""
    return " ".join((text or "").split())


def classes(element: html.HtmlElement) -> str:
    """Return the class attribute, empty if there is none."""
    return element.get("class") or ""


def has_class(element: html.HtmlElement, *names: str) -> bool:
    """Tell if the element carries any of the classes."""
    return not set(names).isdisjoint(classes(element).split())


def is_within(element: html.HtmlElement, parts: Collection[html.HtmlElement]) -> bool:
    """Tell if the element is one of *parts* or stands in one."""
    return element in parts or any(ancestor in parts for ancestor in element.iterancestors())


def pieces(
    root: html.HtmlElement, skip: Collection[html.HtmlElement] = frozenset()
) -> Iterator[Piece]:
    """Yield the visible text and the icons below *root*, in order, without *skip*."""
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event == "start":
            if element in skip or element.tag in _SKIPPED_TAGS or _is_popup(element):
                walk.skip_subtree()
                continue
            icon = _icon(element)
            if icon:
                yield Piece("", element, icon)
            text = squeeze(element.text)
            if text:
                yield Piece(text, element)
        elif element is not root:
            text = squeeze(element.tail)
            if text:
                yield Piece(text, element.getparent())


def _is_popup(element: html.HtmlElement) -> bool:
    """GNUBOARD prints a menu ("이름으로 검색") beside every name, twice."""
    return has_class(element, "sv", "sv_nojs")


def _icon(element: html.HtmlElement) -> str:
    if element.tag not in ("i", "span", "svg", "em"):
        return ""
    names = classes(element)
    if not names or not _ICON_FONT.search(names):
        return ""
    return next((icon for icon, pattern in _ICONS if pattern.search(names)), "")


def text_of(element: html.HtmlElement, skip: Collection[html.HtmlElement] = frozenset()) -> str:
    """Return the visible text of an element on one line."""
    return " ".join(piece.text for piece in pieces(element, skip) if piece.text)


def lines_of(element: html.HtmlElement) -> str:
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


def labelled(found: Iterable[Piece], labels: tuple[str, ...], icon: str = "") -> str | None:
    """Return what stands behind the first label (or icon) among *found*."""
    words = rf"(?:{'|'.join(map(re.escape, labels))})(?![가-힣a-z])\s*[:：]?\s*"
    label = re.compile(rf"{words}(.*)", re.IGNORECASE)
    inside = re.compile(rf"[\s|·/,(\[]{words}([^|]+)", re.IGNORECASE)
    waiting = icon_waiting = False
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
            waiting = True
            continue
        if icon_waiting:
            by_icon, icon_waiting = piece.text, False
        # A skin that prints "작성자 … | 작성일 … | 조회 …" as one text.
        if in_a_line is None and (match := inside.search(piece.text)):
            in_a_line = match[1].strip()
    return by_icon or in_a_line


_INTEGER = re.compile(r"(?<![\d.])(\d{1,3}(?:,\d{3})+|\d{1,12})(?![\d.])")


def integer(text: str | None) -> int | None:
    """Return the first whole number in *text*, thousands separated or not."""
    match = _INTEGER.search(text or "")
    return int(match[1].replace(",", "")) if match else None


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
    element: html.HtmlElement
    links: tuple[html.HtmlElement, ...]
    """Every link in it that leads to the post."""


def rows(
    scopes: Collection[html.HtmlElement],
    post_of: Callable[[str], str | None],
    skip: Collection[html.HtmlElement] = frozenset(),
) -> list[Row]:
    """Return one row a post, in the page's order.

    A row is the largest element that links to no other post, so no skin's own
    class is needed.

    Args:
        scopes: the elements that hold the list.
        post_of: the id of the post that a link's target shows, None for other links.
        skip: parts of the scopes that are not the list.
    """
    links: list[tuple[html.HtmlElement, str]] = []
    inside: dict[html.HtmlElement, object] = {}
    limits = set(scopes)
    seen: set[html.HtmlElement] = set()
    for scope in scopes:
        for link in scope.iter("a"):
            native_id = post_of(link.get("href") or "") if link not in seen else None
            if native_id is None or (skip and is_within(link, skip)):
                continue
            seen.add(link)
            links.append((link, native_id))
            _mark(link, native_id, inside, limits)
    grouped: dict[str, list[html.HtmlElement]] = {}
    for link, native_id in links:
        grouped.setdefault(native_id, []).append(link)
    return [
        Row(native_id, *_largest(own, native_id, inside, limits))
        for native_id, own in grouped.items()
    ]


def common_scope(links: list[html.HtmlElement]) -> list[html.HtmlElement]:
    """Return the smallest element that holds all the links, as the one scope of a list."""
    if not links:
        return []
    shared = [links[0], *links[0].iterancestors()]
    for link in links[1:]:
        own = {link, *link.iterancestors()}
        shared = [element for element in shared if element in own]
    element = shared[0] if shared else None
    if element is not None and element.tag == "a":
        element = element.getparent()
    return [] if element is None else [element]


def _mark(
    link: html.HtmlElement,
    native_id: str,
    inside: dict[html.HtmlElement, object],
    limits: set[html.HtmlElement],
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


def _largest(
    links: list[html.HtmlElement],
    native_id: str,
    inside: dict[html.HtmlElement, object],
    limits: set[html.HtmlElement],
) -> tuple[html.HtmlElement, tuple[html.HtmlElement, ...]]:
    element = links[0]
    # A list of one post would else be all of it.
    while element not in limits and element.tag != "tr":
        parent = element.getparent()
        if parent is None or inside.get(parent) != native_id or parent in limits:
            break
        element = parent
    own = {element}
    return element, tuple(link for link in links if is_within(link, own)) or (links[0],)


_TITLE_CLASS = re.compile(r"(?:^|[-_ ])(?:subj|subject|tit|title|headline)(?![a-z])", re.IGNORECASE)
_NOISE_CLASS = re.compile(
    r"sound_only|blind|icon|cnt|count|comment|cmt|badge|label|(?:^|[-_ ])(?:new|hot|lock|secret|"
    r"notice|cate|ca|category|num|reply)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_NOISE = re.compile(
    r"\[?\+?\d{1,6}\]?|N|NEW|HOT|새글|인기글|비밀글|공지|열람중?|Lock", re.IGNORECASE
)
_NO_TITLE = re.compile(
    r"[\[(+]*\d+[\])]*|댓글\s*\d*개?|더\s?보기|자세히(?: 보기)?|read more|more", re.IGNORECASE
)
_WHEN = re.compile(
    r"\W*(?:\d{2,4}[-./년]\s?\d|\d{1,2}[-./월:]\s?\d{1,2}(?!\d)|\d+\s?(?:초|분|시간|일|주|개월|달|년)\s?전"
    r"|(?:\d+\s?[가-힣]+ ){1,2}\d+\s?분\s?전|오늘|어제|그제|방금|오[전후])",
)


def row_title(row: Row) -> str:
    """Return the title as the list shows it, without counts, icons and labels."""
    shown = [link for link in row.links if "#" not in (link.get("href") or "")]
    titles = [(link, _link_title(link)) for link in shown or row.links]
    titles = [(link, title) for link, title in titles if title and not _NO_TITLE.fullmatch(title)]
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
    # A title that is nothing but a number, or a link that is only a picture.
    for link in shown or row.links:
        text = text_of(link) or squeeze(link.get("title"))
        if text:
            return text
    return ""


def _link_title(link: html.HtmlElement) -> str:
    own = [child for child in link.iterdescendants() if isinstance(child.tag, str)]
    for child in own:
        if _TITLE_CLASS.search(classes(child)):
            strong = child.find(".//strong")
            text = _without_noise(strong if strong is not None else child)
            if text:
                return text
    return _without_noise(link)


def _without_noise(element: html.HtmlElement) -> str:
    noise = {
        child
        for child in element.iterdescendants()
        if isinstance(child.tag, str)
        and (
            _NOISE_CLASS.search(classes(child))
            or (child.tag in ("em", "small", "sup") and _NOISE.fullmatch(text_of(child)))
        )
    }
    lines = _first_lines(element, noise)
    return lines[0] if lines else ""


def _first_lines(element: html.HtmlElement, skip: Collection[html.HtmlElement]) -> list[str]:
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
    hits: int | None
    comments: int | None
    notice: bool


def row_details(row: Row, now: datetime) -> RowDetails:
    """Read a row by its table's headings, by labels and icons, and by classes."""
    cells = _cells_by_heading(row.element)
    title_links = {link for link in row.links if "#" not in (link.get("href") or "")}
    around = list(pieces(row.element, title_links))
    whole = list(pieces(row.element))
    return RowDetails(
        author=_row_author(row, cells, around),
        posted_at=_row_time(row, cells, around, whole, now),
        hits=integer(
            cells.get("hits") or labelled(whole, HITS, "hits") or _classed(row.element, _HITS_CLASS)
        ),
        comments=_row_comments(row, whole),
        notice=_is_notice(row, around),
    )


_HEADINGS = {"time": TIME, "hits": HITS, "author": AUTHOR}
_HITS_CLASS = re.compile(
    r"(?:^|[-_ ])(?:hit|hits|view|views|read|readNum|readed)(?:[-_ ]|$)", re.IGNORECASE
)
_TIME_CLASS = re.compile(r"date|(?:^|[-_ ])time(?:[-_ ]|$)", re.IGNORECASE)
_AUTHOR_CLASS = re.compile(
    r"(?:^|[-_ ])(?:author|writer|nick|nickname|name|auth|user)(?:[-_ ]|$)|(?:^| )member_-?\d+",
    re.IGNORECASE,
)
_COUNT_CLASS = re.compile(r"cnt_cmt|replyNum|comment|cmt(?:[-_ ]|$)", re.IGNORECASE)


def _cells_by_heading(row: html.HtmlElement) -> dict[str, str]:
    table = next(row.iterancestors("table"), None) if row.tag == "tr" else None
    if table is None:
        return {}
    heading = next((line for line in table.iter("tr") if line.find("th") is not None), None)
    if heading is None or heading is row:
        return {}
    names = [text_of(cell).lower() for cell in heading if cell.tag in ("th", "td")]
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    if len(names) != len(cells):
        return {}
    found: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=True):
        for kind, labels in _HEADINGS.items():
            if kind not in found and name.strip() in labels:
                found[kind] = text_of(cell)
    return found


def _classed(element: html.HtmlElement, wanted: re.Pattern[str]) -> str | None:
    for child in element.iterdescendants():
        if isinstance(child.tag, str) and wanted.search(classes(child)):
            text = text_of(child)
            if text:
                return text
    return None


def author_in(
    root: html.HtmlElement, skip: Collection[html.HtmlElement] = frozenset()
) -> str | None:
    """Return the name that GNUBOARD wraps in sv_guest or sv_member, whatever the skin."""
    for element in root.iter("a", "span", "b", "strong"):
        if has_class(element, "sv_guest", "sv_member") and not is_within(element, skip):
            name = text_of(element)
            if name:
                return name
    return None


def _row_author(row: Row, cells: dict[str, str], around: list[Piece]) -> str | None:
    named = author_in(row.element) or cells.get("author")
    if named:
        return named
    for child in row.element.iterdescendants():
        if isinstance(child.tag, str) and _AUTHOR_CLASS.search(classes(child)):
            strong = child.find("strong")
            text = text_of(strong if strong is not None else child)
            if text and not _WHEN.match(text):
                return text
    return labelled(around, AUTHOR)


def _row_time(
    row: Row, cells: dict[str, str], around: list[Piece], whole: list[Piece], now: datetime
) -> datetime | None:
    stamped = (element.get("datetime") for element in row.element.iter("time"))
    candidates = [
        *(stamp for stamp in stamped if stamp),
        cells.get("time"),
        labelled(around, TIME, "time"),
        _classed(row.element, _TIME_CLASS),
        *(piece.text for piece in around if len(piece.text) <= 30 and _WHEN.match(piece.text)),
        # Rhymix' mobile skin puts the whole row into the link.
        *(piece.text for piece in whole if len(piece.text) <= 30 and _WHEN.fullmatch(piece.text)),
    ]
    for candidate in candidates:
        if candidate and _WHEN.match(candidate) and (found := read_time(candidate, now)):
            return found
    return next((found for text in candidates if text and (found := read_time(text, now))), None)


def _row_comments(row: Row, whole: list[Piece]) -> int | None:
    for link in row.links:
        if "#" in (link.get("href") or "") and (count := integer(text_of(link))) is not None:
            return count
    for child in row.element.iterdescendants():
        if isinstance(child.tag, str) and _COUNT_CLASS.search(classes(child)):
            count = integer(text_of(child))
            if count is not None:
                return count
    bracketed = (
        text_of(child) for child in row.element.iterdescendants("em", "small", "sup", "b", "span")
    )
    for text in bracketed:
        if match := re.fullmatch(r"\[(\d{1,6})\]", text):
            return int(match[1])
    return integer(labelled(whole, COMMENTS, "comments"))


def _is_notice(row: Row, around: list[Piece]) -> bool:
    elements = [row.element, *row.element.iterdescendants()]
    if any(
        re.search(r"(?:^|[-_ ])notice", classes(element))
        for element in elements
        if isinstance(element.tag, str)
    ):
        return True
    return any(piece.text == "공지" for piece in around)
