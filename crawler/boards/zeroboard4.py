"""Zeroboard 4.1 (pl2 to pl8 and its ports to newer PHP), with any skin, EUC-KR or UTF-8.

Its skins are tables without ids.  What is read is what the engine itself prints into each
of them: the name menu (``ZB_layerAction``) around every name, the fixed table around every
body, its scripts' addresses (``view.php``, ``download.php``, ``del_comment.php``), its
error pages, and the labels.  Some skins show a post's time in the list alone.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import ClassVar
from urllib.parse import unquote

from lxml import etree

from crawler import urls
from crawler.boards import field_words, markup
from crawler.boards.base import BoardAddress, BoardEngine, ListPage, ListRow
from crawler.boards.rows import list_rows, row_fields
from crawler.dates import read_time
from crawler.items import PostItem
from crawler.page import Page
from models.records import CommentRecord
from models.relation import Status

_SIGNS = (
    "ZB_layerAction",
    "zb_get_table_width",
    "ZeroBoard에 대한 라이센스",
    "zb_target_resize",
    "Session Executed  :",
)
_NAME = re.compile(r"[\w.-]{1,40}")
_SCRIPTS = re.compile(r"(?:^|/)(zboard|view|write|delete|download|login|vote)\.php$")
_SHOW = frozenset({"view", "zboard"})
"""The scripts that show a post."""
_AUTHOR = ("이 름", "성 명", *field_words.AUTHOR)
_TITLE = ("제 목", "제목", "글 제목", "글제목", "subject", "title")
_TITLE_CLASS = re.compile(r"subj|title|viewSj|view_tit", re.IGNORECASE)
_STATUS_WORDS = (
    (Status.SECRET, re.compile("비밀글")),
    (Status.DELETED, re.compile("존재하지 않|생성되지 않은|삭제된|없는 글")),
    (Status.DENIED, re.compile("권한|로그인|회원|레벨|포인트|차단")),
)
_LONGEST_NOTICE = 600
"""Letters of a page that says no more than why it shows nothing."""
_SIZE = re.compile(r"\s*\(?\s*[\d.,]+\s*(?:byte|bytes|B|K|KB|M|MB)\s*\)?.*$", re.IGNORECASE)
_WHEN = re.compile(r"\d{4}\s?[년./-]\s?\d{1,2}\s?[월./-]\s?\d{1,2}|\d{2}[./-]\d{1,2}[./-]\d{1,2}")
_DELETES = re.compile(r"del_comment\.php")
_COUNTED = re.compile(r"\(\s*\d+\s*\)$")
_BODY_END = '"<'
_PAGE = ("html", "head", "body", "form")
_CUT = re.compile(r"\s*\ufffd*\s*(?:…|\.{2,})$")
"""How a list ends a title that it cuts, by bytes: half a letter may be left before it."""
_LAYER = re.compile(r"""print_ZBlayer\(\s*'\w+',\s*'([^']*)'""")
"""The call that fills in a name's menu, with the homepage that the name's owner gave."""
_DATE_CELL = re.compile(r"[\s(\[]*(?:\d{4}|\d{2})\s?[년./-][\d\s년월일시분초./:-]+[\s)\]]*")
_LABEL = re.compile(r"\S{1,8}\s*[:：]")
_AROUND = "[]<>|:· "
_CATEGORY = re.compile(r"\[\s*([^\[\]]{1,40}?)\s*\]")


class _Zero4Page(markup.EnginePage):
    """One page, with what the engine says of itself on it."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.order = {element: place for place, element in enumerate(self.index.elements)}

    @cached_property
    def scripts(self) -> str:
        """The address of the folder that the engine's scripts stand in."""
        path = urls.path(self.page.url)
        return urls.origin(self.page.url) + path.rpartition("/")[0]

    @cached_property
    def board_id(self) -> str | None:
        told = [
            urls.query(self.page.url).get("id", ""),
            *markup.select(self.root, "//form//input[@name='id']/@value"),
        ]
        return next((name for name in told if _NAME.fullmatch(name)), None)

    def target(self, href: str) -> tuple[str, dict[str, str]] | None:
        """Return a link's script and parameters, if it leads to a script of this board."""
        if "id=" not in href or ".php" not in href:
            return None
        url = urls.join(self.page.url, href)
        if url is None or urls.host(url) != urls.host(self.page.url):
            return None
        script, query = _SCRIPTS.search(urls.path(url)), urls.query(url)
        if script is None or query.get("id") != self.board_id:
            return None
        return script[1], query

    def post_of(self, href: str) -> str | None:
        """Return the number of the post of this board that a link shows."""
        target = self.target(href)
        # A board that shows its list below each post links posts by the list's script.
        if target is None or target[0] not in _SHOW:
            return None
        number = target[1].get("no", "")
        return number if urls.is_number(number) else None

    @cached_property
    def number(self) -> str | None:
        """The post's ``no``."""
        query = urls.query(self.page.url)
        here = _SCRIPTS.search(urls.path(self.page.url))
        number = query.get("no", "")
        if here is None or here[1] not in _SHOW or not urls.is_number(number):
            return None
        # Else the list's script shows the list alone.
        return number if here[1] == "view" or self.container is not None else None

    @cached_property
    def container(self) -> etree._Element | None:
        """The element that holds the body: the cell of the engine's own table around it."""
        named = self.index.with_id("dq_textContents_memo", "view_mm", "view_memo", "viewMemo")
        if named:
            return named[0]
        for table in self.index.with_tag("table"):
            style = (table.get("style") or "").replace(" ", "").lower()
            if "table-layout:fixed" not in style:
                continue
            columns = [column.get("width") for column in table.iter("col")]
            cells = [cell for row in table.iter("tr") for cell in row if cell.tag == "td"]
            if columns[:1] != ["100%"] or not cells:
                continue
            if any(image.get("name") == "zb_get_table_width" for image in cells[0].iter("img")):
                continue  # the frame that measures how wide the page is
            return cells[0]
        for comment in self.root.iter(etree.Comment):
            # What the engine ends each body with, whatever the skin made of the table.
            parent = comment.getparent()
            if comment.text == _BODY_END and parent is not None and parent.tag not in _PAGE:
                return parent
        return None

    @cached_property
    def within(self) -> set[etree._Element]:
        """Every element of the body."""
        return markup.all_of([] if self.container is None else [self.container])

    @cached_property
    def names(self) -> list[etree._Element]:
        """The elements that show a name with the engine's menu, in order."""
        return [
            element
            for element in self.index.elements
            if element not in self.within
            and "ZB_layerAction" in (element.get("onmousedown") or "")
            and element.tag in ("span", "font", "a", "b", "td", "div")
        ]

    @cached_property
    def name_below(self) -> etree._Element | None:
        """The writer's name, where a gallery shows the picture first and who made it below."""
        first = next(iter(self.names), None)
        if first is None or self.is_before_body(first):
            return None
        own, before = markup.all_of([first]), ""
        for piece in markup.pieces(self.root, self.within):
            if piece.owner in own:
                break
            before = piece.text
        return first if _LABEL.fullmatch(before) else None

    @cached_property
    def categories(self) -> set[str]:
        """The names in the engine's own menu of the board's categories; empty without one."""
        return {
            markup.squeeze("".join(option.itertext()))
            for menu in self.index.with_tag("select")
            if menu.get("name") == "category"
            for option in menu.iter("option")
            if option.get("value")
        }

    def is_before_body(self, element: etree._Element) -> bool:
        container = self.container
        return container is not None and self.order[element] < self.order[container]


class Zeroboard4(BoardEngine):
    name: ClassVar[str] = "zeroboard4"

    def recognises(self, page: Page) -> bool:
        """By the name menu, the licence, or the times that the engine prints at the page's end."""
        return any(sign in page.text for sign in _SIGNS)

    def board(self, page: Page) -> BoardAddress | None:
        zero = _Zero4Page.of(page)
        if zero.board_id is None or not _SCRIPTS.search(urls.path(page.url)):
            return None
        if "생성되지 않은 게시판" in page.text and zero.container is None:
            return None
        found = zero.index.with_tag("title")
        return BoardAddress(
            url=f"{zero.scripts}/zboard.php?{urls.write_query({'id': zero.board_id})}",
            native_id=zero.board_id,
            root=zero.scripts,
            name=markup.squeeze("".join(found[0].itertext())) if found else "",
        )

    def list_request(self, board: BoardAddress, page_number: int) -> str:
        return board.url if page_number <= 1 else f"{board.url}&page={page_number}"

    def post_request(self, board: BoardAddress, native_id: str) -> str:
        query = urls.write_query({"id": board.native_id, "no": native_id})
        return f"{board.root}/view.php?{query}"

    def board_at(self, url: str) -> str | None:
        folder, _, script = urls.path(url).rpartition("/")
        name = urls.query(url).get("id", "")
        is_post = script == "view.php" and urls.is_number(urls.query(url).get("no", ""))
        if not (script == "zboard.php" or is_post) or not _NAME.fullmatch(name):
            return None
        return f"{urls.origin(url)}{folder}/zboard.php?{urls.write_query({'id': name})}"

    def read_list(self, page: Page, now: datetime) -> ListPage:
        zero, board = _Zero4Page.of(page), self.board(page)
        if board is None:
            return ListPage([])
        links = [
            link
            for link, href in zero.index.links
            if link not in zero.within and zero.post_of(href) not in (None, zero.number)
        ]
        names = set(zero.names)
        rows = [
            _list_row(row, self.post_request(board, row.native_id), now, names, zero.categories)
            for row in list_rows.rows(list_rows.common_scope(links), zero.post_of, zero.within)
        ]
        told = urls.query(page.url).get("page", "1")
        return ListPage(rows, markup.page_number(told))

    def read_post(self, page: Page, now: datetime) -> PostItem:
        zero, board = _Zero4Page.of(page), self.board(page)
        item = self.item_of(page, board, zero.number, _status(zero), now)
        if item.status is Status.LIVE:
            _fill(item, zero, now)
        return item


def _list_row(
    row: list_rows.Row, url: str, now: datetime, names: set[etree._Element], categories: set[str]
) -> ListRow:
    read = row_fields.list_row(row, url, now)
    # The name stands in the menu's element; the whole time in the words of a tooltip.
    name = next((markup.text_of(each) for each in row.element.iter() if each in names), None)
    told = (each.get("title") or "" for each in row.element.iter("span", "font", "td"))
    exact = next((at for text in told if _WHEN.match(text) and (at := read_time(text, now))), None)
    category = _row_category(row, name or read.author, categories)
    return replace(
        row_fields.with_category(read, category),
        author=name or read.author,
        posted_at=exact or read.posted_at,
        hits=_row_hits(row) if read.hits is None else read.hits,
    )


def _row_hits(row: list_rows.Row) -> int | None:
    """Return the first bare number behind the time's cell: the headings are pictures."""
    is_behind = False
    for cell in row.element.iter("td"):
        text = markup.text_of(cell)
        if is_behind and text.replace(",", "").isdigit():
            return field_words.integer(text)
        is_behind |= bool(_WHEN.match(text)) and len(text) < 40
    return None


def _row_category(row: list_rows.Row, author: str | None, categories: set[str]) -> str | None:
    """Return what stands before the title, in its cell or one of its own.

    Most skins show a category only there.
    """
    link = row.links[0]
    cell = next(link.iterancestors("td"), None)
    if cell is None:
        return None
    before: list[markup.Piece] = []
    for piece in markup.pieces(row.element):
        if link in (piece.owner, *piece.owner.iterancestors()):
            break
        before.append(piece)
    if categories:
        said = [piece.text.strip(_AROUND) for piece in before]
        return next((text for text in said if text in categories), None)
    own = [piece.text for piece in before if cell in (piece.owner, *piece.owner.iterancestors())]
    text = " ".join(filter(None, own)).strip(_AROUND)
    return text if text != author and _is_category(text) else None


def _is_category(text: str) -> bool:
    """Tell a category's name from numbers, marks, times and menus that count each one's posts."""
    is_word = any(map(str.isalpha, text)) and len(text) <= 40
    return is_word and not _WHEN.search(text) and not _COUNTED.search(text)


def _status(zero: _Zero4Page) -> Status:
    page = zero.page
    if zero.container is not None and zero.number and page.status < 300:
        return Status.LIVE
    if zero.number and _asks_password(zero):
        return Status.SECRET
    said = " ".join(piece.text for piece in markup.pieces(zero.root) if piece.text)
    if len(said) <= _LONGEST_NOTICE:
        for status, words in _STATUS_WORDS:
            if words.search(said):
                return status
    if page.status in (404, 410):
        return Status.DELETED
    return Status.DENIED if page.status in (401, 403) else Status.UNREADABLE


def _asks_password(zero: _Zero4Page) -> bool:
    """Tell the form in place of a secret post, which a skin may word in its own way."""
    for form in zero.index.with_tag("form"):
        fields = {field.get("name"): field for field in form.iter("input")}
        password = fields.get("password")
        told = fields.get("no")
        if password is None or password.get("type") != "password" or told is None:
            continue
        if told.get("value") == zero.number and not {"memo", "name"} & fields.keys():
            return True
    return False


def _fill(item: PostItem, zero: _Zero4Page, now: datetime) -> None:
    container = zero.container
    assert container is not None
    item.html = etree.tostring(container, encoding="unicode", method="html", with_tail=False)
    header = list(_header(zero))
    item.title = _title(zero, header)
    # A title may say "조회" or a date, and is neither a label nor the post's time.
    header = [piece for piece in header if piece.text != item.title]
    item.category = _category(header)
    shown = [name for name in zero.names if zero.is_before_body(name) or name is zero.name_below]
    item.author = markup.text_of(shown[-1]) if shown else field_words.labelled(header, _AUTHOR)
    item.posted_at = _time(zero, header, now)
    # Neither is a writer who calls himself "조회".
    named = markup.all_of(zero.names)
    counted = [
        piece
        for piece in header
        if not (
            piece.owner in named
            or _counts_downloads(piece.owner)
            or field_words.is_time(piece.text)
        )
    ]
    said = field_words.labelled(counted, (*field_words.HITS, "read", "view"), "hits")
    # A page may be headed "View", and what follows is an address with a figure in it.
    item.hits = field_words.figure(said)
    item.ip = next((ip for piece in header if (ip := field_words.ip_fragment(piece.text))), None)
    item.files = list(_files(zero))
    item.links = list(_links(zero))
    item.comments = list(_comments(zero, now))
    item.comment_count = len(item.comments)


def _counts_downloads(element: etree._Element) -> bool:
    """Tell words beside a file, which some skins count as "hit" too."""
    row = next((each for each in (element, *element.iterancestors()) if each.tag == "tr"), None)
    links = () if row is None else row.iter("a")
    return any("download.php" in (link.get("href") or "") for link in links)


def _header(zero: _Zero4Page) -> Iterator[markup.Piece]:
    """Yield the words before the body, and those behind it that stand around the writer's name."""
    below: Collection[etree._Element] = ()
    if zero.name_below is not None and zero.container is not None:
        names = [zero.order[name] for name in zero.names]
        end = names[1] if len(names) > 1 else len(zero.order)
        below = set(zero.index.elements[zero.order[zero.container] : end])
    for piece in markup.pieces(zero.root, zero.within):
        if zero.is_before_body(piece.owner) or piece.owner in below:
            yield piece


def _title(zero: _Zero4Page, header: list[markup.Piece]) -> str | None:
    listed = _listed_title(zero, header)
    if listed:
        return listed
    said = field_words.labelled(header, _TITLE)
    if said:
        return _joined(said, header)
    for piece in reversed(header):
        own = (piece.owner, piece.owner.getparent())
        if any(each is not None and _TITLE_CLASS.search(markup.classes(each)) for each in own) and (
            text := markup.text_of(piece.owner)
        ):
            return text
    name = next((each for each in reversed(zero.names) if zero.is_before_body(each)), None)
    around = list(zero.root.iter("b", "strong", "h1", "h2", "h3"))
    for element in reversed(around):
        if zero.is_before_body(element) and element is not name and not _counts_downloads(element):
            text = markup.text_of(element)
            if len(text) > 1 and not _WHEN.search(text) and ":" not in text[-2:]:
                return text
    return None


def _listed_title(zero: _Zero4Page, header: list[markup.Piece]) -> str | None:
    """Return the words of the page that the list shows as the title, whole where it cuts them."""
    row = zero.page.notes.get("row")
    if not isinstance(row, ListRow) or not row.title:
        return None
    start = _CUT.sub("", row.title)
    if start != row.title and len(start) > 1:
        longer = (piece.text for piece in header if piece.text.startswith(start))
        whole = next((text for text in longer if _CUT.sub("", text) != start), None)
        if whole is not None:
            return whole
    return row.title if any(_says(piece.text, row.title) for piece in header) else None


def _says(text: str, title: str) -> bool:
    """Tell words that are the title, with or without its label: "제목 : …"."""
    label = text.removesuffix(title).rstrip()
    return text == title or (text.endswith(title) and label.endswith((":", "：")))


def _joined(said: str, header: list[markup.Piece]) -> str:
    """Return the whole cell that a labelled title stands in: it may hold marks of its own."""
    for piece in header:
        if piece.text.endswith(said) and piece.owner.tag in ("td", "font", "b", "span"):
            whole = markup.text_of(piece.owner)
            return whole if whole.startswith(said) else said
    return said


def _category(header: list[markup.Piece]) -> str | None:
    found = field_words.labelled(header, field_words.CATEGORY, "category")
    match = _CATEGORY.fullmatch(found or "")
    text = match[1] if match else found
    return text if text and _is_category(text) else None


def _time(zero: _Zero4Page, header: list[markup.Piece], now: datetime) -> datetime | None:
    said = field_words.labelled(header, ("등록일시", *field_words.TIME), "time")
    if said and (found := read_time(said, now)):
        return found
    for element in zero.root.iter("span", "font", "td"):
        told = element.get("title") or ""
        if _WHEN.match(told) and zero.is_before_body(element):
            return read_time(told, now)
    for piece in reversed(header):
        match = _WHEN.search(piece.text)
        if match and (found := read_time(piece.text[match.start() :], now)):
            return found
    return None


def _files(zero: _Zero4Page) -> Iterator[str]:
    seen: set[str] = set()
    for link, href in zero.index.links:
        target = zero.target(href) if "download.php" in href else None
        if target is None or link in zero.within or target[1].get("no") != zero.number:
            continue
        name, number = _SIZE.sub("", markup.text_of(link)), target[1].get("filenum", "")
        if name and number not in seen:
            seen.add(number)
            yield name


def _links(zero: _Zero4Page) -> Iterator[str]:
    """Yield the post's link fields; the writer's homepage is not one."""
    below = [name for name in zero.names if not zero.is_before_body(name)]
    # Some skins print them under the body; behind the first name below it comments begin.
    end = zero.order[below[0]] if below else len(zero.order)
    homepages = {unquote(told).rstrip("/") for told in _LAYER.findall(zero.page.text)}
    for link, href in zero.index.links:
        if link in zero.within or zero.order[link] > end or not re.match(r"https?://", href):
            continue
        text = markup.text_of(link)
        row = next(link.iterancestors("tr"), None)
        label = markup.text_of(row).lower() if row is not None else ""
        if re.match(r"homepage|홈\s?페이지", label) or not text or href.rstrip("/") in homepages:
            continue
        if href.startswith(text.rstrip(".…")) and urls.host(href) != urls.host(zero.page.url):
            yield href


def _comments(zero: _Zero4Page, now: datetime) -> Iterator[CommentRecord]:
    container = zero.container
    names = [
        name for name in zero.names
        if container is not None
        and zero.order[name] > zero.order[container]
        and name is not zero.name_below
    ]  # fmt: skip
    taken: set[etree._Element] = set()
    for name in names:
        row = _comment_row(name, names)
        if row is None or row in taken:
            continue
        hrefs = [link.get("href") or "" for link in row.iter("a")]
        if any(zero.post_of(href) for href in hrefs):
            break  # the board's list, below the post
        taken.add(row)
        cell = _comment_cell(row, name)
        if cell is None:
            cell = _cell_below(row, names)
        if cell is None:
            continue
        numbers = (urls.query(href).get("c_no", "") for href in hrefs if _DELETES.search(href))
        told = [
            *(each.get("title") or "" for each in row.iter("span", "font", "td")),
            # A text may begin with a date; a day and its clock may stand on lines of their own.
            *(line.lstrip("([ ") for line in _lines_beside(row, cell)),
        ]
        when = next((each for each in told if _WHEN.match(each)), "")
        yield CommentRecord(
            native_id=next((number for number in numbers if urls.is_number(number)), None),
            author=markup.text_of(name),
            posted_at=read_time(when, now),
            text=markup.lines_of(cell),
        )


def _lines_beside(row: etree._Element, text: etree._Element) -> Iterator[str]:
    """Yield the words of a comment's row without its text, those of one element as one."""
    words: list[str] = []
    owner: etree._Element | None = None
    for piece in markup.pieces(row, {text} if text is not row else frozenset()):
        if words and piece.owner is not owner:
            yield " ".join(words)
            words = []
        owner = piece.owner
        words.append(piece.text)
    yield " ".join(words)


def _comment_row(name: etree._Element, names: list[etree._Element]) -> etree._Element | None:
    """Return the largest element around a name that holds no other's name."""
    others = set(names) - {name}
    row: etree._Element | None = None
    for element in name.iterancestors():
        parts = set(element.iter())
        is_shared = parts & others or any(each.tag == "textarea" for each in parts)
        if is_shared or element.tag in ("body", "form"):
            break
        if element.tag in ("tr", "table", "div", "li"):
            row = element
        if element.tag == "tr" and _comment_cell(element, name) is not None:
            return element
    return row


def _cell_below(row: etree._Element, names: list[etree._Element]) -> etree._Element | None:
    """Return the cell with the text, in the rows below the one with a comment's name."""
    others = set(names)
    for below in row.itersiblings("tr"):
        parts = set(below.iter())
        if parts & others or any(each.tag in ("textarea", "input") for each in parts):
            return None
        if (cell := _comment_cell(below, row)) is not None:
            return cell
    return None


def _comment_cell(row: etree._Element, name: etree._Element) -> etree._Element | None:
    """Return the longest cell of a comment that is neither its name, its time nor its buttons."""
    best: etree._Element | None = None
    longest = (False, 0)
    around = {name, *name.iterancestors()}
    for cell in row.iter("td", "div"):
        if cell in around or any(each.tag in ("td", "div") for each in cell.iterdescendants()):
            continue
        if any(_DELETES.search(link.get("href") or "") for link in cell.iter("a")):
            continue
        text = markup.lines_of(cell)
        # Skins print "::" between the parts of a comment.
        rank = (any(map(str.isalnum, text)), len(text))
        if text and rank > longest and not _DATE_CELL.fullmatch(text):
            best, longest = cell, rank
    return best
