"""Boards of the eGovFrame common components, the framework of public bodies' JSP sites.

Each site writes pages and addresses of its own, but the components' names of things stay:
a board is a ``bbsId``, a post a ``nttId``, a list page a ``pageIndex``, and scripts call
``fn_egov_…``.  Posts are reached by functions that submit a form; what they lead to is read
from the page's own scripts and asked for with GET, which the components answer alike.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from html import escape
from typing import ClassVar

from lxml import etree

from crawler import urls
from crawler.boards import field_words, labels, markup
from crawler.boards.base import BoardAddress, BoardEngine, ListPage
from crawler.boards.generic import Generic
from crawler.boards.rows import list_rows, row_fields
from crawler.boards.scripts import ScriptLinks
from crawler.dates import read_time
from crawler.items import PostItem
from crawler.page import Page
from models.records import CommentRecord
from models.relation import Status

_SCRIPT = re.compile(r"\bfn_egov_\w+")
_FIELD = re.compile(r"\bname=[\"']?(?:nttId|bbsId)\b|[?&;](?:nttId|bbsId)=")
_LIST = re.compile(r"list\w*\.do$", re.IGNORECASE)
_ACTION = re.compile(r"delete|updt|update|reply|insert|down|file|scrap|print", re.IGNORECASE)
"""Words of addresses that do something with a post."""
_KEPT = re.compile(
    r"(?:(?:sub|top|left|upper)?menu_?(?:no|id|cd|code|seq|key)?|m(?:id|n|code)|key|site(?:id|cd|code))",
    re.IGNORECASE,
)
"""Parameters that choose the page which a site shows a board on."""
_PAIRS = (
    ("selectBoardList", "selectBoardArticle"),
    ("selectArticleList", "selectArticleDetail"),
    ("selectNoticeList", "selectNoticeDetail"),
    ("selectBbsNttList", "selectBbsNttView"),
    ("List", "View"),
    ("List", "Detail"),
    ("list", "view"),
    ("list", "detail"),
)
"""How the components and those who follow them call a list and a post of it."""
_TITLE = ("제목", "글제목", "subject", "title")
_AUTHOR = ("작성자", "작성자명", "등록자", "등록자명", "게시자", "글쓴이", "이름", "writer", "name")
_TIME = (
    "작성일", "작성일시", "작성시각", "작성시간", "등록일", "등록일시", "등록일자", "게시일", "게시일자",
    "작성일자", "date",
)  # fmt: skip
_HITS = ("조회수", "조회", "views", "hit")
_BODY = ("내용", "글내용", "본문", "contents", "content")


class _EgovPage(markup.EnginePage):
    """One page, with its board's addresses."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self.scripts = ScriptLinks(page.url, self.index)

    @cached_property
    def own(self) -> dict[str, str]:
        return urls.query(self.page.url)

    @cached_property
    def fields(self) -> dict[str, str]:
        """The first filled hidden field of each name."""
        found: dict[str, str] = {}
        for field in self.index.with_tag("input"):
            name, value = field.get("name") or "", field.get("value") or ""
            if value and value != "0":
                found.setdefault(name, value)
        return found

    @cached_property
    def board_id(self) -> str | None:
        told = self.own.get("bbsId") or self.fields.get("bbsId")
        if not told:
            told = next(
                (query["bbsId"] for _, query in self.posts.values() if "bbsId" in query), ""
            )
        return told if re.fullmatch(r"[\w.-]{1,60}", told) else None

    @cached_property
    def number(self) -> str | None:
        """The post's ``nttId``, on a post's page."""
        told = self.own.get("nttId", "")
        if urls.is_number(told) and told != "0":
            return told
        told = self.fields.get("nttId", "")
        # Each row of a list may be a form of its own.
        every = {
            field.get("value") for field in self.index.with_tag("input")
            if field.get("name") == "nttId"
        } - {"0", "", None}  # fmt: skip
        return (
            told
            if len(every) == 1 and self.container is not None and urls.is_number(told)
            else None
        )

    @cached_property
    def posts(self) -> dict[etree._Element, tuple[str, dict[str, str]]]:
        """The elements that lead to posts, each with the address and its parameters."""
        found: dict[etree._Element, tuple[str, dict[str, str]]] = {}
        here = urls.host(self.page.url)
        for element in self.index.with_tag("a", "input", "button", "tr", "td", "li", "div", "span"):
            url = self._leads_to(element)
            if url is None or urls.host(url) != here:
                continue
            query = urls.query(url)
            is_post = urls.is_number(query.get("nttId", "")) and query["nttId"] != "0"
            if is_post and not _ACTION.search(url):
                found[element] = (url, query)
        return found

    def _leads_to(self, element: etree._Element) -> str | None:
        href, onclick = element.get("href") or "", element.get("onclick") or ""
        if "nttId=" in href and (told := urls.join(self.page.url, href)) is not None:
            return told
        if "(" in onclick or "javascript:" in href:
            return self.scripts.target(element)
        if element.tag == "input" and (element.get("type") or "").lower() == "submit":
            # The title of a post as the button of a form that leads to it.
            form = next(element.iterancestors("form"), None)
            hidden = {} if form is None else {
                field.get("name") or "": field.get("value") or "" for field in form.iter("input")
            }  # fmt: skip
            if form is not None and urls.is_number(hidden.get("nttId", "")):
                action = urls.join(self.page.url, form.get("action") or self.page.url)
                given = {
                    name: value for name, value in hidden.items() if name in ("nttId", "bbsId")
                }
                return f"{action}?{urls.write_query(given)}" if action else None
        return None

    @cached_property
    def list_path(self) -> str:
        return self._path(0)

    @cached_property
    def post_path(self) -> str:
        return self._path(1)

    def _path(self, wanted: int) -> str:
        """Return the path of list pages (0) or posts (1), from the page or by the pairs of names."""
        own = urls.path(self.page.url)
        is_post = self.number is not None
        if is_post == bool(wanted):
            return own
        if wanted:
            for url, query in self.posts.values():
                if query.get("bbsId", self.board_id) == self.board_id:
                    return urls.path(url)
        else:
            for form in self.index.with_tag("form"):
                action = urls.join(self.page.url, form.get("action") or "")
                if action and _LIST.search(urls.path(action)):
                    return urls.path(action)
            for _, href in self.index.links:
                link = urls.join(self.page.url, href)
                if link is None or not _LIST.search(urls.path(link)):
                    continue
                if urls.query(link).get("bbsId", "") in ("", self.board_id):
                    return urls.path(link)
        folder, _, last = own.rpartition("/")
        for pair in _PAIRS:
            if pair[1 - wanted] in last:
                return f"{folder}/{last.replace(pair[1 - wanted], pair[wanted])}"
        return own

    @cached_property
    def container(self) -> etree._Element | None:
        """The element that holds the body; some sites show it in a field for text."""
        for element in self.index.with_id("bbs_cn", "nttCn"):
            if element.tag in ("div", "td", "span", "textarea", "p"):
                field = next(element.iter("textarea"), None)
                return field if field is not None else element
        for field in self.index.with_tag("textarea"):
            if field.get("name") in ("nttCn", "nttContent"):
                return field
        for name in (
            "ck-content",
            "bbsViewBody",
            "board_article",
            "view_cont",
            "dbdata",
            "bbs_cont",
        ):
            if found := self.index.with_class(name):
                return found[0]
        return labels.cell_beside(self.index, _BODY)

    @cached_property
    def beside(self) -> set[etree._Element]:
        """Every element of the body and of the comments."""
        parts = [] if self.container is None else [self.container]
        parts += self.index.with_class("reply", "comment", "comment_list")
        return markup.all_of(parts)


class Egovframe(BoardEngine):
    name: ClassVar[str] = "egovframe"

    def recognises(self, page: Page) -> bool:
        """By the components' names of a board and a post, beside a script of theirs or in a link."""
        if not _FIELD.search(page.text) and not _FIELD.search(page.url):
            return False
        egov = _EgovPage.of(page)
        if egov.board_id is None:
            return False
        if _SCRIPT.search(page.text):
            return egov.number is not None or bool(egov.posts)
        return any("bbsId" in query for _, query in egov.posts.values())

    def board(self, page: Page) -> BoardAddress | None:
        egov = _EgovPage.of(page)
        if egov.board_id is None:
            return None
        kept = {n: value for n, value in sorted(egov.own.items()) if value and _KEPT.fullmatch(n)}
        root = urls.origin(page.url)
        url = f"{root}{egov.list_path}?{urls.write_query({'bbsId': egov.board_id, **kept})}"
        found = egov.index.with_tag("title")
        title = markup.squeeze("".join(found[0].itertext())) if found else ""
        return BoardAddress(
            url=url,
            native_id=egov.board_id,
            root=root,
            style=json.dumps([egov.post_path, kept]),
            name="" if egov.number else title,
        )

    def list_request(self, board: BoardAddress, page_number: int) -> str:
        return board.url if page_number <= 1 else f"{board.url}&pageIndex={page_number}"

    def post_request(self, board: BoardAddress, native_id: str) -> str:
        path, kept = json.loads(board.style)
        query = {"bbsId": board.native_id, "nttId": native_id, **kept}
        return f"{board.root}{path}?{urls.write_query(query)}"

    def read_list(self, page: Page, now: datetime) -> ListPage:
        egov, board = _EgovPage.of(page), self.board(page)
        if board is None:
            return ListPage([])
        numbers = {
            element: query["nttId"]
            for element, (_, query) in egov.posts.items()
            if query.get("bbsId", board.native_id) == board.native_id and egov.number is None
        }
        rows = []
        for row in _rows(numbers):
            said = row_fields.list_row(row, self.post_request(board, row.native_id), now)
            icons = (image.get("alt") or "" for image in row.element.iter("img"))
            notice = said.notice or any(icon.lower() in ("notice", "공지") for icon in icons)
            title = said.title or row.links[0].get("value") or ""
            said = row_fields.with_count_apart(replace(said, title=title, notice=notice))
            rows.append(replace(said, mark=f"{said.title}\t{said.comment_count or 0}"))
        told = egov.own.get("pageIndex") or egov.fields.get("pageIndex") or "1"
        return ListPage(rows, markup.page_number(told))

    def read_post(self, page: Page, now: datetime) -> PostItem:
        egov, board = _EgovPage.of(page), self.board(page)
        item = self.item_of(page, board, egov.number, _status(egov), now)
        if item.status is Status.LIVE:
            _fill(item, egov, now)
        elif item.status is Status.UNREADABLE and egov.number and page.status < 300:
            return _read_by_structure(item, page, now)
        return item


def _read_by_structure(item: PostItem, page: Page, now: datetime) -> PostItem:
    """Return a post whose body stands in markup of the site's own, which the components do not name."""
    read = Generic().read_post(page, now)
    return replace(
        read,
        board_url=item.board_url,
        native_id=item.native_id,
        key=item.key,
        url=item.url,
        engine=item.engine,
    )


def _rows(numbers: dict[etree._Element, str]) -> list[list_rows.Row]:
    """Return one row a post: the largest element that leads to no other."""
    inside: dict[etree._Element, set[str]] = {}
    for element, number in numbers.items():
        for each in (element, *element.iterancestors()):
            inside.setdefault(each, set()).add(number)
    found: dict[str, list_rows.Row] = {}
    headings: dict[etree._Element, list[str]] = {}
    for element, number in numbers.items():
        if number in found:
            continue
        row = element
        while row.tag not in ("tr", "body") and (parent := row.getparent()) is not None:
            if inside[parent] != {number} or parent.tag in ("tbody", "table", "ul", "body"):
                break
            row = parent
        found[number] = list_rows.Row(number, row, (element,), headings)
    return list(found.values())


def _status(egov: _EgovPage) -> Status:
    page = egov.page
    if page.status in (404, 410):
        return Status.DELETED
    if said := labels.status_said(labels.alert(egov.index)):
        return said
    if egov.container is not None and egov.number and page.status < 300:
        return Status.LIVE
    words = markup.text_of(egov.root)
    if len(words) < _NOTICE and (said := labels.status_said(words)):
        return said
    return Status.DENIED if page.status in (401, 403) else Status.UNREADABLE


_NOTICE = 400
"""Characters of a page that is a notice and nothing else."""


def _fill(item: PostItem, egov: _EgovPage, now: datetime) -> None:
    container, index = egov.container, egov.index
    assert container is not None
    if container.tag == "textarea":
        text = (container.text or "").strip("\r\n")
        is_html = re.search(r"</?(?:p|div|br|span|table)\b", text, re.IGNORECASE)
        lines = text if is_html else "<br>".join(map(escape, text.splitlines()))
        item.html = f"<div>{lines}</div>"
    else:
        item.html = etree.tostring(container, encoding="unicode", method="html", with_tail=False)
    skip = egov.beside
    header = [piece for piece in markup.pieces(egov.root, skip) if piece.text]
    told = egov.fields.get("nttSj")
    item.title = (
        markup.squeeze(told) if told else labels.text_beside(index, _TITLE, skip)
    ) or _named_title(egov)
    item.author = labels.text_beside(index, _AUTHOR, skip) or field_words.labelled(header, _AUTHOR)
    said = labels.text_beside(index, _TIME, skip) or field_words.labelled(header, _TIME)
    item.posted_at = read_time(said, now) if said else None
    hits = labels.text_beside(index, _HITS, skip) or field_words.labelled(header, _HITS)
    item.hits = field_words.integer(hits)
    item.files = list(_files(egov))
    item.comments = list(_comments(egov, now))
    # Further comments stand on pages of their own.
    stated = field_words.integer(field_words.labelled(header, field_words.COMMENTS))
    item.comment_count = max(stated or 0, len(item.comments))


def _named_title(egov: _EgovPage) -> str | None:
    for element in egov.index.elements:
        named = re.search(r"(?:^|[-_ ])(?:subject|tit|title)(?:$| )", markup.classes(element))
        if named and element not in egov.beside and (text := markup.text_of(element)):
            return text
    return None


def _files(egov: _EgovPage) -> Iterator[str]:
    for link in egov.index.with_tag("a"):
        target = f"{link.get('href') or ''} {link.get('onclick') or ''}"
        if link in egov.beside or not re.search(
            r"down_?file|filedown|atchFileId", target, re.IGNORECASE
        ):
            continue
        text = markup.text_of(link)
        if name := re.match(r".+\.\w{2,5}(?=\s*(?:[\[(]|$))", text):
            yield name[0]
        elif (size := _SIZE.search(text)) and size.start():
            yield text[: size.start()]  # a name without an extension


_SIZE = re.compile(r"\s*\[\s*[\d.,]+\s*(?:bytes?|[KMG]B)\s*\]$", re.IGNORECASE)
"""What the components print behind a file's name."""


def _comments(egov: _EgovPage, now: datetime) -> Iterator[CommentRecord]:
    for scope in egov.index.with_class("reply", "comment_list"):
        for item in scope.iter("li"):
            dates = (
                [each for each in item.iter() if markup.has_class(each, "date")]
                if len(item)
                else []
            )
            texts = [each for each in item.iter("p", "div") if markup.has_class(each, "txt")]
            name = next(item.iter("strong"), None)
            if not dates or not texts:
                continue
            yield CommentRecord(
                native_id=None,
                author=markup.text_of(name) if name is not None else None,
                posted_at=read_time(markup.text_of(dates[0]), now),
                text=markup.lines_of(texts[0]),
            )
