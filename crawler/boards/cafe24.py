"""Cafe24: the boards of the shops that it hosts, with any design.

A design is made of modules, and the server writes each module's name into the classes of
its element (``xans-board-list``, ``xans-board-read``): they are the software's own, whatever
the design.  A post stands at ``/board/NAME/read.html?no=&board_no=`` and at
``/article/WORDS/BOARD/NO/``, and both answer.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import ClassVar
from urllib.parse import quote

from lxml import etree

from crawler import urls
from crawler.boards import field_words, labels, markup
from crawler.boards.base import BoardAddress, BoardEngine, ListPage
from crawler.boards.rows import list_rows, row_fields
from crawler.dates import read_time
from crawler.items import PostItem
from crawler.page import Page
from models.records import CommentRecord
from models.relation import Status

_ARTICLE = re.compile(r"(?P<before>.*?)/article/(?P<words>[^/]+)/(?P<board>\d+)/(?P<no>\d+)/?")
_BOARD = re.compile(r"(?P<before>.*?)/board/(?P<words>[^/]+)/(?P<board>\d+)/?")
_SCRIPT = re.compile(r"(?P<before>.*?)/board/(?P<name>\w+)/(?P<script>\w+)\.html")
_POSTS = frozenset({"read", "secret"})
_MODULES = ("notice", "list")
_SHOWN = ("listpackage", "readpackage", "list", "read", "securepackage", "secure", "title")
"""Modules of a board's own pages; a front page shows ``xans-board-list-1`` and no other."""
_IP = re.compile(r"\(\s*ip\s*:\s*([^)]*)\)", re.IGNORECASE)
_TITLE = ("제목", "subject", "title")
_AUTHOR = ("작성자", "글쓴이", "이름", "name", "writer", "postedby")
_TIME = ("작성일", "등록일", "날짜", "date")
_HITS = ("조회수", "조회", "hit", "view", "views", "hits")
_FILES = ("첨부파일", "파일첨부", "파일", "file", "files", "attachment")
_CATEGORY = ("카테고리", "분류", "category")
_DOWNLOAD = re.compile(r"\bfile_download\(")
"""What the software's own links to files call: a name needs no extension."""


class _Cafe24Page(markup.EnginePage):
    """One page, with its modules."""

    def modules(self, *names: str) -> list[etree._Element]:
        return self.index.with_class(*(f"xans-board-{name}" for name in names))

    @cached_property
    def fields(self) -> dict[str, str]:
        """The hidden fields of the board's forms."""
        found: dict[str, str] = {}
        for field in self.index.with_tag("input"):
            name = field.get("name") or ""
            if name in ("no", "board_no", "list_url"):
                found.setdefault(name, field.get("value") or "")
        return found

    @cached_property
    def path(self) -> str:
        return urls.path(self.page.url)

    @cached_property
    def board_id(self) -> str | None:
        match = _ARTICLE.fullmatch(self.path) or _BOARD.fullmatch(self.path)
        told = (
            match["board"] if match else "",
            urls.query(self.page.url).get("board_no", ""),
            self.fields.get("board_no", ""),
        )
        return next((number for number in told if urls.is_number(number)), None)

    @cached_property
    def number(self) -> str | None:
        """The post's number."""
        if match := _ARTICLE.fullmatch(self.path):
            return match["no"]
        script = _SCRIPT.fullmatch(self.path)
        told = urls.query(self.page.url).get("no", "")
        if script and script["script"] in _POSTS and urls.is_number(told):
            return told
        told = self.fields.get("no", "")
        return told if self.modules("read") and urls.is_number(told) else None

    @cached_property
    def root_url(self) -> str:
        """The shop's address: the second shop of a site stands in a folder."""
        for pattern in (_ARTICLE, _BOARD, _SCRIPT):
            if match := pattern.fullmatch(self.path):
                return urls.origin(self.page.url) + match["before"]
        return urls.origin(self.page.url)

    @cached_property
    def name(self) -> str:
        """The folder of the board's scripts, such as ``free`` or ``gallery``."""
        forms = [form.get("action") or "" for form in self.index.with_tag("form")]
        links = [href for _, href in self.index.links if "board_no=" in href]
        own = rf"board_no={self.board_id}(?!\d)"
        told = [
            self.page.url,
            self.fields.get("list_url", ""),
            *(link for link in links if re.search(own, link)),
            *forms,
        ]
        for address in told:
            match = _SCRIPT.fullmatch(address.partition("?")[0].partition("://")[2] or address.partition("?")[0])  # fmt: skip
            if match and match["script"] in ("list", "read"):
                return match["name"]
        return "free"

    def post_of(self, href: str) -> str | None:
        """Return the number of the post of this board that a link shows."""
        if "article/" not in href and "no=" not in href:
            return None
        url = urls.join(self.page.url, href)
        if url is None or urls.host(url) != urls.host(self.page.url):
            return None
        path = urls.path(url)
        if match := _ARTICLE.fullmatch(path):
            return match["no"] if match["board"] == self.board_id else None
        query, script = urls.query(url), _SCRIPT.fullmatch(path)
        is_post = script is not None and script["script"] in _POSTS
        is_own = query.get("board_no", self.board_id) == self.board_id
        number = query.get("no", "")
        return number if is_post and is_own and urls.is_number(number) else None

    @cached_property
    def words(self) -> str:
        """The board's words in the addresses of its posts, empty where it writes scripts' names."""
        scopes = self.modules(*_MODULES, "movement")
        inside = markup.all_of(scopes)
        hrefs = [href for link, href in self.index.links if link in inside]
        for address in (self.page.url, *hrefs):
            url = urls.join(self.page.url, address)
            match = _ARTICLE.fullmatch(urls.path(url)) if url else None
            if match and match["board"] == self.board_id:
                return match["words"]
        return ""

    @cached_property
    def container(self) -> etree._Element | None:
        """The element that holds the body."""
        inside = markup.all_of(self.modules("read", "readpackage"))
        for name in ("fr-view-article", "fr-view", "detail"):
            for element in self.index.with_class(name):
                if element in inside:
                    return element
        return None

    @cached_property
    def beside(self) -> set[etree._Element]:
        """Every element of the body and of the comments."""
        parts = self.modules("commentpackage", "commentlist", "commentform", "commentwrite")
        parts += [] if self.container is None else [self.container]
        return markup.all_of(parts)


class Cafe24(BoardEngine):
    name: ClassVar[str] = "cafe24"

    def recognises(self, page: Page) -> bool:
        """By a board module of the server's, on a page that says which board it is."""
        if "xans-board-" not in page.text:
            return False
        cafe24 = _Cafe24Page.of(page)
        shown = cafe24.modules(*_SHOWN)
        return cafe24.board_id is not None and any(
            markup.has_class(element, "xans-board") for element in shown
        )

    def board(self, page: Page) -> BoardAddress | None:
        cafe24 = _Cafe24Page.of(page)
        if cafe24.board_id is None:
            return None
        url = f"{cafe24.root_url}/board/{cafe24.name}/list.html?board_no={cafe24.board_id}"
        found = cafe24.index.with_tag("title")
        title = markup.squeeze("".join(found[0].itertext())) if found else ""
        return BoardAddress(
            url=url,
            native_id=cafe24.board_id,
            root=cafe24.root_url,
            style=f"short {cafe24.words}" if cafe24.words else "query",
            name="" if cafe24.number else title,
        )

    def list_request(self, board: BoardAddress, page_number: int) -> str:
        return board.url if page_number <= 1 else f"{board.url}&page={page_number}"

    def post_request(self, board: BoardAddress, native_id: str) -> str:
        kind, _, words = board.style.partition(" ")
        if kind == "short":
            return f"{board.root}/article/{quote(words)}/{board.native_id}/{native_id}/"
        base = board.url.partition("/list.html")[0]
        return f"{base}/read.html?no={native_id}&board_no={board.native_id}"

    def post_id(self, url: str) -> str | None:
        path = urls.path(url)
        if match := _ARTICLE.fullmatch(path):
            return match["no"]
        script, number = _SCRIPT.fullmatch(path), urls.query(url).get("no", "")
        return number if script and script["script"] in _POSTS and urls.is_number(number) else None

    def read_list(self, page: Page, now: datetime) -> ListPage:
        cafe24, board = _Cafe24Page.of(page), self.board(page)
        if board is None:
            return ListPage([])
        notices = markup.all_of(cafe24.modules("notice"))
        rows = []
        for row in list_rows.rows(cafe24.modules(*_MODULES), cafe24.post_of):
            said = row_fields.with_count_apart(
                row_fields.list_row(row, self.post_request(board, row.native_id), now)
            )
            named = map(markup.text_of, _titled(row.element, _AUTHOR))
            rows.append(
                replace(
                    said,
                    author=next(filter(None, named), None) or said.author,
                    notice=said.notice or row.element in notices,
                )
            )
        told = urls.query(page.url).get("page", "1")
        return ListPage(rows, markup.page_number(told))

    def read_post(self, page: Page, now: datetime) -> PostItem:
        cafe24, board = _Cafe24Page.of(page), self.board(page)
        item = self.item_of(page, board, cafe24.number, _status(cafe24), now)
        if item.status is Status.LIVE:
            _fill(item, cafe24, now)
        return item


def _status(cafe24: _Cafe24Page) -> Status:
    page = cafe24.page
    if page.status in (404, 410):
        return Status.DELETED
    if cafe24.container is not None and cafe24.number and page.status < 300:
        return Status.LIVE
    if said := labels.status_said(labels.alert(cafe24.index)):
        return said
    if cafe24.modules("secure", "securepackage"):
        return Status.SECRET
    return Status.DENIED if page.status in (401, 403) else Status.UNREADABLE


def _fill(item: PostItem, cafe24: _Cafe24Page, now: datetime) -> None:
    container, index, skip = cafe24.container, cafe24.index, cafe24.beside
    assert container is not None
    item.html = etree.tostring(container, encoding="unicode", method="html", with_tail=False)
    read = markup.all_of(cafe24.modules("read"))
    skip = skip | {element for element in index.elements if element not in read}
    region = next(iter(cafe24.modules("read")), cafe24.root)
    header = [piece for piece in markup.pieces(region, cafe24.beside) if piece.text]
    said = labels.text_beside(index, _TITLE, skip)
    item.title = said or _named_title(cafe24, skip) or _headed_title(cafe24, skip)
    # A title may be "조회 수 3", and is no label.
    header = [piece for piece in header if piece.text != item.title]
    author = labels.text_beside(index, _AUTHOR, skip)
    item.ip = next((ip for piece in header if (ip := field_words.ip_fragment(piece.text))), None)
    # Right behind the label may stand the bare name, and behind that the address.
    told = (
        author,
        field_words.labelled(header, field_words.AUTHOR),
        *(markup.text_of(each) for each in _titled(region, _AUTHOR, skip)),
        _first_name(cafe24, skip),
    )
    names = (markup.squeeze(_IP.sub("", text or "")) for text in told)
    item.author = next((name for name in names if name and not field_words.is_time(name)), None)
    # Neither is a name: writers call themselves "조회" or "2026-01-01".
    writer = next((piece for piece in header if piece.text == item.author), None)
    header = [piece for piece in header if piece is not writer]
    item.posted_at = _time(cafe24, header, skip, now)
    hits = labels.text_beside(index, _HITS, skip) or field_words.labelled(header, field_words.HITS)
    item.hits = field_words.integer(hits)
    item.category = labels.text_beside(index, _CATEGORY, skip)
    files = labels.cell_beside(index, _FILES, skip)
    if files is None:
        files = next(_titled(region, _FILES, skip), None)
    inside = set() if files is None else set(files.iter())
    item.files = [
        name
        for link in region.iter("a")
        if link not in skip
        and (name := markup.text_of(link))
        and (
            _DOWNLOAD.search(link.get("onclick") or "")
            or (link in inside and re.search(r"\.\w{2,5}$", name))
        )
    ]
    item.comments = list(_comments(cafe24, now))
    item.comment_count = len(item.comments)


def _titled(
    root: etree._Element, wanted: tuple[str, ...], skip: Collection[etree._Element] = frozenset()
) -> Iterator[etree._Element]:
    """Yield the elements that a design labels by their tooltip alone."""
    for element in root.iter(etree.Element):
        if element.get("title") in wanted and element not in skip:
            yield element


def _time(
    cafe24: _Cafe24Page,
    header: list[markup.Piece],
    skip: Collection[etree._Element],
    now: datetime,
) -> datetime | None:
    said = labels.text_beside(cafe24.index, _TIME, skip) or field_words.labelled(
        header, field_words.TIME
    )
    if said and (found := read_time(said, now)):
        return found
    # Designs drop the label, or call it something of their own ("문의일시").
    said = next((piece.text for piece in header if field_words.is_time(piece.text)), None)
    return read_time(said, now) if said else None


def _named_title(cafe24: _Cafe24Page, skip: set[etree._Element]) -> str | None:
    """Return the title of a design that names it by a class, without the label in it."""
    for element in cafe24.index.elements:
        named = re.search(r"subject|title|tit(?![a-z])", markup.classes(element))
        if not named or element in skip:
            continue
        text = _without_label(element, _TITLE)
        if text and text not in _TITLE:
            return text
    return None


def _without_label(element: etree._Element, label: tuple[str, ...]) -> str:
    words = [text for piece in markup.pieces(element) if (text := _IP.sub("", piece.text).strip())]
    if len(words) > 1 and words[0].strip(":： ") in label:
        del words[0]
    return " ".join(words)


def _headed_title(cafe24: _Cafe24Page, skip: set[etree._Element]) -> str | None:
    """Return the first heading of a design that has neither a label nor a class for the title."""
    headings = cafe24.index.with_tag("h1", "h2", "h3", "h4", "h5")
    texts = (markup.text_of(heading) for heading in headings if heading not in skip)
    return next(filter(None, texts), None)


def _first_name(cafe24: _Cafe24Page, skip: set[etree._Element]) -> str | None:
    for element in cafe24.index.elements:
        named = markup.has_class(element, "name", "writer", "write")
        if named and element not in skip and (text := _without_label(element, _AUTHOR)):
            return text
    return None


def _comments(cafe24: _Cafe24Page, now: datetime) -> Iterator[CommentRecord]:
    inside = markup.all_of(cafe24.modules("commentlist"))
    for number, element in cafe24.index.ids("comment_contents"):
        if element not in inside:
            continue
        item = next(element.iterancestors("li", "tr"), None)
        if item is None:
            continue
        words = [piece for piece in markup.pieces(item, set(element.iter())) if piece.text]
        name = next(
            (piece.text for piece in words if "name" in " ".join(markup.trail(piece.owner, item))),
            None,
        )
        said = field_words.labelled(words, field_words.AUTHOR)
        if said and field_words.is_time(said):  # a writer who calls himself "이름"
            said = next(piece.text for piece in words if piece.text in field_words.AUTHOR)
        name = name or next(map(markup.text_of, _titled(item, _AUTHOR)), None) or said
        stamps = (read_time(piece.text, now) for piece in words if re.search(r"\d", piece.text))
        yield CommentRecord(
            native_id=number or None,
            author=name,
            posted_at=next((stamp for stamp in stamps if stamp), None),
            text=markup.lines_of(element),
        )
