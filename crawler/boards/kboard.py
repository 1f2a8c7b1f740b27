"""KBoard on WordPress, with any skin, theme and permalink style.

What is read is what the plugin prints for its own scripts (``kboard_current``), the
parameters of its addresses (``mod``, ``uid``, ``pageid``), and the ``kboard-…`` classes
that its skins share because its style sheets and scripts look for them.
"""

import json
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

_CURRENT = re.compile(r"\bkboard_current\s*=\s*(\{[^{}]{0,2000}\})")
_PLUGIN = "/plugins/kboard/"
_ALERT = re.compile(r"""alert\(\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*\)""")
_STATUS_WORDS = (
    (Status.SECRET, re.compile("비밀글|비밀번호|본인만|by the owner")),
    (
        Status.DELETED,
        re.compile("잘못된 URL|존재하지 않|삭제(?:된|되었|됐)|없는 게시|Invalid URL|been removed"),
    ),
    (
        Status.DENIED,
        re.compile("권한|로그인|회원|허용되지|차단|permission|[Ll]og in|enough points"),
    ),
)
"""What the plugin says in its languages, Korean and English."""
_KEPT = ("page_id", "p", "page", "lang")
"""Parameters of a WordPress address that choose the page a board stands on."""
_WRITER = ("detail-writer", "kboard-user", "kboard-user-display")
_DATE = ("detail-date", "kboard-date")
_VIEW = ("detail-view", "kboard-view")
"""Classes of what a post says of itself, in the plugin's own skins and those its makers sell."""
_CATEGORY = re.compile(r"(?:^| )(?:detail-(?:tree-)?|kboard-|category-name )category")
_FILE = re.compile(r"action=kboard_file_download\b")


class _KboardPage(markup.EnginePage):
    """One page, with what the plugin says of itself on it."""

    @cached_property
    def current(self) -> dict[str, str]:
        """What the plugin tells its scripts: ``board_id``, ``content_uid``, ``mod``."""
        match = _CURRENT.search(self.page.text)
        try:
            told = json.loads(match[1]) if match else {}
        except ValueError:
            told = {}
        return {name: str(value) for name, value in told.items() if value}

    @cached_property
    def address(self) -> str:
        """The address of the WordPress page that the board stands on."""
        url = self.page.url
        query = urls.query(url)
        kept = {name: query[name] for name in _KEPT if name in query}
        base = url.partition("#")[0].partition("?")[0]
        return f"{base}?{urls.write_query(kept)}" if kept else base

    @cached_property
    def is_board(self) -> bool:
        if self.current.get("board_id"):
            return True
        return bool(self.index.with_id("kboard-document") or self.index.with_class("kboard-list"))

    @cached_property
    def number(self) -> str | None:
        """The post's ``uid``."""
        told = urls.query(self.page.url)
        for number in (told.get("uid", ""), self.current.get("content_uid", "")):
            if urls.is_number(number) and told.get("mod", "document") == "document":
                return number
        return None

    def post_of(self, href: str) -> str | None:
        """Return the id of the post of this board that a link shows."""
        if "uid=" not in href:
            return None
        url = urls.join(self.page.url, href)
        if url is None or urls.host(url) != urls.host(self.page.url):
            return None
        query = urls.query(url)
        number = query.get("uid", "")
        is_post = query.get("mod") == "document" and not {"action", "kboard_id"} & query.keys()
        same = urls.path(url).rstrip("/") == urls.path(self.address).rstrip("/")
        return number if is_post and same and urls.is_number(number) else None

    @cached_property
    def container(self) -> etree._Element | None:
        """The element that holds the body."""
        for name in ("content-view", "kboard-content"):
            for element in self.index.with_class(name):
                if any("kboard" in (each.get("id") or markup.classes(each))
                       for each in (element, *element.iterancestors())):  # fmt: skip
                    return element
        return None

    @cached_property
    def comments(self) -> list[etree._Element]:
        return [
            element
            for element in self.index.with_class("kboard-comments-item")
            if element not in self.within
        ]

    @cached_property
    def within(self) -> set[etree._Element]:
        """Every element of the body."""
        return markup.all_of([] if self.container is None else [self.container])

    @cached_property
    def alert(self) -> str | None:
        for script in self.index.with_tag("script"):
            source = (script.text or "").strip()
            match = _ALERT.match(source)
            if match:  # the notice is all that its script does
                return markup.squeeze(match[1][1:-1].encode().decode("unicode_escape", "replace")
                                      if "\\u" in match[1] else match[1][1:-1])  # fmt: skip
        return None


class Kboard(BoardEngine):
    name: ClassVar[str] = "kboard"

    def recognises(self, page: Page) -> bool:
        """By the plugin's script variable, or by its files with an element of its own."""
        if _CURRENT.search(page.text):
            return True
        return _PLUGIN in page.text and re.search(r'(?:id|class)="kboard-', page.text) is not None

    def board(self, page: Page) -> BoardAddress | None:
        kboard = _KboardPage.of(page)
        if not kboard.is_board:
            return None
        found = kboard.index.with_tag("title")
        title = markup.squeeze("".join(found[0].itertext())) if found else ""
        return BoardAddress(
            url=kboard.address,
            native_id=kboard.current.get("board_id") or urls.path(kboard.address),
            name="" if kboard.number else re.split(r" [–|-] ", title)[0],
        )

    def list_request(self, board: BoardAddress, page_number: int) -> str:
        return board.url if page_number <= 1 else f"{_with(board.url)}mod=list&pageid={page_number}"

    def post_request(self, board: BoardAddress, native_id: str) -> str:
        return f"{_with(board.url)}{urls.write_query({'mod': 'document', 'uid': native_id})}"

    def read_list(self, page: Page, now: datetime) -> ListPage:
        kboard, board = _KboardPage.of(page), self.board(page)
        if board is None:
            return ListPage([])
        around = markup.all_of(
            element
            for element in kboard.index.with_tag("aside", "header", "footer", "nav", "div")
            if element.tag in ("aside", "header", "footer", "nav")
            or re.search(r"widget|kboard-document-navi|latest", markup.classes(element))
        )
        scopes = kboard.index.with_class("kboard-list")
        if not scopes:
            links = [
                link
                for link, href in kboard.index.links
                if link not in around | kboard.within
                and kboard.post_of(href) not in (None, kboard.number)
            ]
            scopes = list_rows.common_scope(links)
            around |= kboard.within
        rows = [
            row_fields.list_row(row, self.post_request(board, row.native_id), now)
            for row in list_rows.rows(scopes, kboard.post_of, around if not scopes else set())
        ]
        told = urls.query(page.url).get("pageid", "1")
        return ListPage(rows, markup.page_number(told))

    def read_post(self, page: Page, now: datetime) -> PostItem:
        kboard, board = _KboardPage.of(page), self.board(page)
        item = self.item_of(page, board, kboard.number, _status(kboard), now)
        if item.status is Status.LIVE:
            _fill(item, kboard, now)
        return item


def _with(url: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}"


def _status(kboard: _KboardPage) -> Status:
    page = kboard.page
    if kboard.container is not None and page.status < 300 and kboard.number:
        return Status.LIVE
    for status, words in _STATUS_WORDS:
        if words.search(kboard.alert or ""):
            return status
    asks = markup.select(kboard.root, "//form//input[@type='password' and @name='password']")
    if asks and kboard.number and not kboard.comments:
        return Status.SECRET
    if page.status in (404, 410):
        return Status.DELETED
    return Status.DENIED if page.status in (401, 403) else Status.UNREADABLE


def _fill(item: PostItem, kboard: _KboardPage, now: datetime) -> None:
    container = kboard.container
    assert container is not None
    item.html = etree.tostring(container, encoding="unicode", method="html", with_tail=False)
    region = _region(kboard, container)
    skip = kboard.within | markup.all_of(
        element
        for element in region.iter("div")
        if re.search(
            r"kboard-comments|kboard-list|document-navi|kboard-attach", markup.classes(element)
        )
    )
    header = list(markup.pieces(region, skip))
    item.title = _title(kboard, region, skip)
    # A title may be "조회" or a date, and is neither a label nor the post's time.
    header = [piece for piece in header if piece.text != item.title]
    item.category = _category(region, skip)
    item.author = _value(region, skip, *_WRITER) or field_words.labelled(header, field_words.AUTHOR)
    said = _value(region, skip, *_DATE) or field_words.labelled(header, field_words.TIME, "time")
    item.posted_at = read_time(said, now) if said else None
    item.hits = field_words.integer(
        _value(region, skip, *_VIEW) or field_words.labelled(header, field_words.HITS, "hits")
    )
    item.files = list(_files(kboard))
    item.comments = list(_comments(kboard, now))
    stated = kboard.index.with_class("comments-total-count")
    count = field_words.integer(markup.text_of(stated[0])) if stated else None
    item.comment_count = max(count or 0, len(item.comments))


def _region(kboard: _KboardPage, container: etree._Element) -> etree._Element:
    above = set(container.iterancestors())
    for name in ("kboard-document-wrap",):
        for element in kboard.index.with_class(name):
            if element in above:
                return element
    for element in kboard.index.with_id("kboard-document"):
        if element in above:
            return element
    parent = container.getparent()
    return kboard.root if parent is None else parent


def _title(kboard: _KboardPage, region: etree._Element, skip: set[etree._Element]) -> str | None:
    told = markup.select(kboard.root, "//meta[@property='og:title']/@content")
    for element in region.iter():
        if isinstance(element.tag, str) and element not in skip and (
            markup.has_class(element, "kboard-title") or element.get("itemprop") == "name"
        ):  # fmt: skip
            text = markup.text_of(element)
            if text:
                return text
    return markup.squeeze(told[0]) if told else None


def _category(region: etree._Element, skip: set[etree._Element]) -> str | None:
    """Return the post's category: KBoard prints it in the place of a label."""
    for element in region.iter("div", "span", "li"):
        if element not in skip and _CATEGORY.search(markup.classes(element)):
            words = [piece.text for piece in markup.pieces(element) if piece.text]
            words = [word for word in words if word not in field_words.CATEGORY]
            if words and any(map(str.isalnum, words[-1])):
                return words[-1].lstrip("#")
    return None


def _value(region: etree._Element, skip: set[etree._Element], *names: str) -> str | None:
    """Return the words of the first element of the region with one of the classes."""
    for element in region.iter("div", "li", "span"):
        if element in skip or not markup.has_class(element, *names):
            continue
        if "separator" in markup.classes(element):
            continue
        inner = markup.select(element, ".//*[contains(@class,'detail-value')]")
        value = inner[0] if inner else element
        if text := markup.text_of(value) or _pictured(value):
            return text
    return None


def _pictured(value: etree._Element) -> str | None:
    """Return the name of somebody who is shown as a picture alone."""
    told = (part.get("title") or part.get("alt") for part in value.iter("span", "img", "a"))
    return next((markup.squeeze(name) for name in told if name), None)


def _files(kboard: _KboardPage) -> Iterator[str]:
    seen: set[str] = set()
    for element in kboard.index.with_tag("button", "a"):
        target = (element.get("onclick") or "") + (element.get("href") or "")
        if not _FILE.search(target) or element in kboard.within:
            continue
        name = (
            markup.text_of(element) or (element.get("title") or "").removeprefix("다운로드").strip()
        )
        key = re.search(r"[?&]file=([\w-]+)", target)
        if name and (key[1] if key else name) not in seen:
            seen.add(key[1] if key else name)
            yield name


def _comments(kboard: _KboardPage, now: datetime) -> Iterator[CommentRecord]:
    every = set(kboard.comments)
    for element in kboard.comments:
        # Replies stand in a list inside the comment that they answer.
        nested = markup.all_of(
            each for each in element.iter("li") if each in every and each is not element
        )
        name = stamp = text = None
        for part in element.iterdescendants("div", "span", "p"):
            names = markup.classes(part)
            if part in nested:
                continue
            if name is None and "username" in names:
                name = markup.text_of(part)
            elif stamp is None and re.search(r"create|date", names):
                stamp = markup.text_of(part)
            elif text is None and re.search(r"list-content", names):
                text = markup.lines_of(part)
        ids = [
            part.get("data-uid") for part in element.iter("button", "a", "span")
            if part.get("data-uid") and part not in nested
        ]  # fmt: skip
        yield CommentRecord(
            native_id=ids[0] if ids else _reply_id(element, nested),
            author=name or element.get("data-username"),
            posted_at=read_time(stamp or element.get("data-created") or "", now),
            text=text or "",
            depth=sum(1 for above in element.iterancestors("li") if above in every),
        )


def _reply_id(element: etree._Element, nested: set[etree._Element]) -> str | None:
    for field in element.iter("input"):
        if field.get("name") == "parent_uid" and field not in nested:
            value: str | None = field.get("value")
            return value
    return None
