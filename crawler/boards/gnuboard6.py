"""GNUBOARD 6 (Python), with any template.

What is read is what the engine hands every template: the script constants ``g6_*``, its
routes (``/board/B``, ``/board/B/N``, ``/board/B/N/download/0``), the ids and hidden fields
that its scripts look for, and the labels.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import ClassVar

from lxml import etree

from crawler import urls
from crawler.boards import field_words, markup
from crawler.boards.base import BoardAddress, BoardEngine, ListPage
from crawler.boards.rows import list_rows, row_fields
from crawler.dates import read_time
from crawler.items import PostItem
from crawler.page import Page
from models.records import CommentRecord
from models.relation import Status

_CONSTANT = re.compile(r"""(?:const|var|let)\s+(g6_\w+)\s*=\s*(["'])([^"'\n]*)\2""")
_TABLE_NAME = re.compile(r"\w{1,20}", re.ASCII)
_ROUTES = frozenset({"write", "delete", "delete_comment", "group", "move", "list_delete"})
"""What may stand in a board's place behind ``/board/``."""
_ALERT = re.compile(r"""alert\(\s*(["'])((?:(?!\1)[^\\]|\\.)*)\1\s*\)""")
_STATUS_WORDS = (
    (Status.SECRET, re.compile("비밀글|비밀번호")),
    (Status.DELETED, re.compile("존재하지 않|삭제되|삭제된|없는 글")),
    (Status.DENIED, re.compile("권한|회원|로그인|포인트|본인|성인|접근|레벨|차단")),
)
_SIZE = re.compile(r"\s*\(?\s*[\d.,]+\s*(?:bytes?|B|KB|MB|GB)\s*\)?\s*$", re.IGNORECASE)
_LINES = ("br", "p", "div", "li", "tr", "blockquote", "pre", "h1", "h2", "h3", "h4", "table")
_DEPTH = re.compile(r"depth-?_?(\d{1,3})")
_MARGIN = re.compile(r"(?:margin|padding)-left\s*:\s*(\d{1,5})")
_DATE = re.compile(r"\d{2,4}[-./]\d{1,2}[-./]\d{1,2}")


class _Board6Page(markup.EnginePage):
    """One page, with what the engine says of itself on it."""

    @cached_property
    def constants(self) -> dict[str, str]:
        return {match[1]: match[3] for match in _CONSTANT.finditer(self.page.text)}

    @cached_property
    def site(self) -> str:
        """The installation's address: the host that answered, the folder the engine says."""
        told = self.constants.get("g6_url", "")
        path = urls.path(told) if told else urls.path(self.page.url).partition("/board/")[0]
        return urls.origin(self.page.url) + path.rstrip("/")

    def parts(self, url: str | None) -> list[str]:
        """Return the parts of a route behind ``/board/``; empty for other addresses."""
        if url is None or urls.host(url) not in self._hosts:
            return []
        before = f"{urls.path(self.site).rstrip('/')}/board/"
        path = urls.path(url)
        if not path.startswith(before):
            return []
        parts = [part for part in path.removeprefix(before).split("/") if part]
        return parts if parts and _TABLE_NAME.fullmatch(parts[0]) else []

    @cached_property
    def _hosts(self) -> set[str]:
        told = self.constants.get("g6_url", "")
        return {urls.host(url) for url in (self.page.url, told) if url.startswith("http")}

    def post_of(self, href: str) -> str | None:
        """Return the id of the post of this board that a link shows."""
        parts = self.parts(urls.join(self.page.url, href)) if "/board/" in href else []
        is_post = len(parts) == 2 and parts[0] == self.table and urls.is_number(parts[1])
        return parts[1] if is_post and parts[1].isascii() else None

    @cached_property
    def table(self) -> str | None:
        """The board's name, ``bo_table``."""
        parts = self.parts(self.page.url)
        if parts and parts[0] not in _ROUTES:
            return parts[0]
        if len(parts) > 1 and _TABLE_NAME.fullmatch(parts[1]):
            return parts[1]
        told = markup.select(self.root, "//form//input[@name='bo_table']/@value")
        if told and _TABLE_NAME.fullmatch(told[0]):
            return str(told[0])
        password = re.search(r"/bbs/password/\w+/(\w{1,20})/\d+", urls.path(self.page.url))
        return password[1] if password else None

    @cached_property
    def number(self) -> str | None:
        """The post's ``wr_id``."""
        parts = self.parts(self.page.url)
        if len(parts) > 1 and urls.is_number(parts[1]) and parts[0] not in _ROUTES:
            return parts[1]
        password = re.search(r"/bbs/password/\w+/\w{1,20}/(\d+)", urls.path(self.page.url))
        return password[1] if password else None

    @cached_property
    def container(self) -> etree._Element | None:
        """The element that holds the body."""
        found = self.index.with_id("article_contents", "bo_v_con")
        return found[0] if found else None

    @cached_property
    def comments(self) -> list[tuple[str, etree._Element]]:
        """Each comment's id and element, in order."""
        within = markup.all_of([] if self.container is None else [self.container])
        return [
            (number, element)
            for number, element in self.index.ids("c_")
            if number.isascii() and number.isdigit() and element not in within
        ]

    @cached_property
    def spoken(self) -> set[etree._Element]:
        """Every element of what visitors wrote: the body and the comments."""
        parts = [element for _, element in self.comments]
        return markup.all_of([*parts, *([] if self.container is None else [self.container])])

    @cached_property
    def alert(self) -> str | None:
        """What the engine's notice page says."""
        if self.container is not None or self.index.with_id("bo_list", "bo_gall", "fboardlist"):
            return None
        for script in self.index.with_tag("script"):
            match = _ALERT.search(script.text or "")
            if match and "function" not in (script.text or "")[: match.start()]:
                return markup.squeeze(re.sub(r"\\[nrt]", " ", match[2]).replace("\\", ""))
        return None


class Gnuboard6(BoardEngine):
    name: ClassVar[str] = "gnuboard6"

    def recognises(self, page: Page) -> bool:
        """By the script constants; a bare redirect to its password form says as much."""
        if "g6_" in page.text and re.search(r"\bg6_(?:url|bbs_url|is_member)\s*=", page.text):
            return True
        goes = page.headers.get("location", "")
        return page.status in (302, 303) and "/bbs/password/view/" in goes

    def board(self, page: Page) -> BoardAddress | None:
        board6 = _Board6Page.of(page)
        table = board6.table
        if table is None or (board6.alert and not board6.number):
            return None
        found = board6.index.with_tag("title")
        title = markup.squeeze("".join(found[0].itertext())) if found else ""
        name = title.rpartition(" > ")[2] if board6.number else title
        return BoardAddress(
            url=f"{board6.site}/board/{table}/",
            native_id=table,
            root=board6.site,
            style="short",
            name="" if board6.alert else re.sub(r"\s*\d*\s*페이지$", "", name),
        )

    def list_request(self, board: BoardAddress, page_number: int) -> str:
        return board.url if page_number <= 1 else f"{board.url}?page={page_number}"

    def post_request(self, board: BoardAddress, native_id: str) -> str:
        return f"{board.url}{native_id}"

    def read_list(self, page: Page, now: datetime) -> ListPage:
        board6, board = _Board6Page.of(page), self.board(page)
        if board is None or board6.alert:
            return ListPage([])
        scopes = [
            form
            for form in board6.index.with_tag("form")
            if "fboardlist" in (form.get("name"), form.get("id"))
        ] or board6.index.with_id("bo_list", "bo_gall", "gall_ul")
        if not scopes:
            links = [
                link
                for link, href in board6.index.links
                if link not in board6.spoken and board6.post_of(href) not in (None, board6.number)
            ]
            scopes = list_rows.common_scope(links)
        rows = [
            row_fields.list_row(row, self.post_request(board, row.native_id), now)
            for row in list_rows.rows(scopes, board6.post_of, board6.spoken)
        ]
        told = urls.query(page.url).get("page", "1")
        return ListPage(rows, markup.page_number(told))

    def read_post(self, page: Page, now: datetime) -> PostItem:
        board6, board = _Board6Page.of(page), self.board(page)
        item = self.item_of(page, board, board6.number, _status(board6), now)
        if item.status is Status.LIVE:
            _fill(item, board6, now)
        return item


def _status(board6: _Board6Page) -> Status:
    page = board6.page
    goes = page.headers.get("location", "") + urls.path(page.url)
    forms = {form.get("name") for form in board6.index.with_tag("form")}
    if "/bbs/password/" in goes or "fboardpassword" in forms:
        return Status.SECRET
    if "/bbs/login" in goes or ("flogin" in forms and board6.container is None):
        return Status.DENIED
    if board6.container is not None and page.status < 300 and board6.number:
        return Status.LIVE
    for status, words in _STATUS_WORDS:
        if words.search(board6.alert or ""):
            return status
    if page.status in (404, 410):
        return Status.DELETED
    return Status.DENIED if page.status in (401, 403) else Status.UNREADABLE


def _fill(item: PostItem, board6: _Board6Page, now: datetime) -> None:
    container = board6.container
    assert container is not None
    item.html = _body_html(container)
    region = _region(board6, container)
    lists = markup.all_of(board6.index.with_id("view_file", "view_link", "bo_list", "fboardlist"))
    skip = board6.spoken | lists
    header = list(markup.pieces(region, skip))
    item.title, item.category = _title(board6, region)
    # A title may be "조회" or a date, and is neither a label nor the post's time.
    header = [piece for piece in header if piece.text != item.title]
    item.author = _name(region, skip) or field_words.labelled(header, field_words.AUTHOR)
    item.posted_at = _time(header, region, skip, now)
    item.hits = field_words.told_hits(header)
    item.ip = next((ip for piece in header if (ip := field_words.ip_fragment(piece.text))), None)
    item.files = list(_behind(board6, "download"))
    item.links = list(_behind(board6, "link"))
    item.comments = list(_comments(board6, now))
    stated = field_words.integer(field_words.labelled(header, field_words.COMMENTS, "comments"))
    item.comment_count = max(stated or 0, len(item.comments))


def _body_html(container: etree._Element) -> str:
    """Return the body's HTML; in a post written as text, the source's line ends are its lines."""
    html: str = etree.tostring(container, encoding="unicode", method="html", with_tail=False)
    if not any(child.tag in _LINES for child in container.iterdescendants()):
        opening, close, inner = html.partition(">")
        html = opening + close + re.sub(r"\r?\n", "<br>", inner)
    return html


def _region(board6: _Board6Page, container: etree._Element) -> etree._Element:
    known = [*board6.index.with_class("bo_view"), *board6.index.with_id("bo_v")]
    for element in known:
        if element in set(container.iterancestors()):
            return element
    for element in container.iterancestors():
        if element.tag == "body":
            break
        if _name(element, board6.spoken):
            return element
    return board6.root


def _title(board6: _Board6Page, region: etree._Element) -> tuple[str | None, str | None]:
    """Return the title, which no template cuts, and the category before it."""
    heads = [*board6.index.with_id("view_subject", "bo_v_title")]
    heads += [head for head in region.iter("h1", "h2", "h3") if head not in board6.spoken]
    found = board6.index.with_tag("title")
    told = markup.squeeze("".join(found[0].itertext())) if found else ""
    told = re.sub(r"(?:\.\.\.|…)?\s*$", "", told.rpartition(" > ")[0] or told)
    category = None
    for head in heads:
        marks = {
            child
            for child in head.iterdescendants()
            if isinstance(child.tag, str) and re.search("cate", markup.classes(child))
        }
        category = next((text for mark in marks if (text := markup.text_of(mark))), None)
        title = markup.text_of(head, marks)
        if title and (title.startswith(told) or head.get("id") in ("view_subject", "bo_v_title")):
            return title, category
    return told or None, category


def _name(region: etree._Element, skip: set[etree._Element]) -> str | None:
    for element in region.iter("span", "a", "strong", "b"):
        names = element.get("class")
        if (
            names
            and element not in skip
            and re.search(r"(?:^| )(?:sv_)?(?:guest|member)(?: |$)", names)
        ):
            inner = markup.text_of(element)
            if inner:
                return inner
    return None


def _time(
    header: list[markup.Piece], region: etree._Element, skip: set[etree._Element], now: datetime
) -> datetime | None:
    for element in region.iter("time"):
        if element not in skip and (found := read_time(element.get("datetime") or "", now)):
            return found
    said = field_words.labelled(header, field_words.TIME, "time")
    if said and (found := read_time(said, now)):
        return found
    dates = (piece.text for piece in header if _DATE.match(piece.text))
    return next((found for text in dates if (found := read_time(text, now))), None)


def _behind(board6: _Board6Page, route: str) -> Iterator[str]:
    """Yield what the links to ``/board/B/N/<route>/I`` show, in the order of their numbers."""
    found: dict[str, str] = {}
    for link, href in board6.index.links:
        if f"/{route}/" not in href or link in board6.spoken:
            continue
        parts = board6.parts(urls.join(board6.page.url, href))
        if len(parts) != 4 or parts[:3] != [board6.table, board6.number, route]:
            continue
        strong = link.find(".//strong")
        text = markup.text_of(strong if strong is not None else link)
        shown = _SIZE.sub("", text) if route == "download" else text
        if shown:
            found.setdefault(parts[3], shown)
    for number in sorted(found, key=lambda each: (len(each), each)):
        yield found[number]


def _comments(board6: _Board6Page, now: datetime) -> Iterator[CommentRecord]:
    kept = dict(board6.index.ids("save_comment_"))
    # A template names a reply's level, or moves it in by a step of its own.
    margins = {number: _margin(element) for number, element in board6.comments}
    step = min((margin for margin in margins.values() if margin), default=1)
    for number, element in board6.comments:
        header = list(markup.pieces(element))
        stamp = next((time.get("datetime") for time in element.iter("time")), None)
        said = stamp or field_words.labelled(header, field_words.TIME, "time") or ""
        plain = kept.get(number)
        text = markup.tidy_lines("".join(plain.itertext())) if plain is not None else ""
        if not text:
            parts = markup.select(element, ".//*[@class='contents']")
            text = markup.lines_of(parts[0]) if parts else ""
        depth = _DEPTH.search(markup.classes(element))
        yield CommentRecord(
            native_id=number,
            author=_name(element, set()),
            posted_at=read_time(said, now),
            text=text,
            depth=int(depth[1]) if depth else round(margins[number] / step),
        )


def _margin(element: etree._Element) -> int:
    """Return how far in a comment stands, in pixels."""
    found = _MARGIN.search(element.get("style") or "")
    return int(found[1]) if found else 0
