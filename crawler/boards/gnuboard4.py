"""GNUBOARD 4 (4.3x), EUC-KR or UTF-8, with any skin.

What is read is what the engine prints in every skin: the script variables ``g4_*`` of
head.sub.php, the ids and names that its scripts look for (``writeContents``,
``save_comment_N``, ``fboardlist``, ``c_N``), its ``<title>`` ("group > board > title"),
and the labels.  Its notices are a few bytes of script without a page around them.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import ClassVar
from urllib.parse import unquote_to_bytes

from lxml import etree

from crawler import urls
from crawler.boards import field_words, markup
from crawler.boards.base import BoardAddress, BoardEngine, ListPage
from crawler.boards.rows import list_rows, row_fields
from crawler.boards.structure.body_place import find_body
from crawler.dates import read_time
from crawler.items import PostItem
from crawler.page import Page
from models.records import CommentRecord
from models.relation import Status

_VARIABLE = re.compile(r"""var\s+(g4_\w+)\s*=\s*(["'])([^"'\n]*)\2""")
_TABLE_NAME = re.compile(r"\w{1,20}", re.ASCII)
_SCRIPT = re.compile(r"(?:^|/)(\w+)\.php$")
_NOTICE_BYTES = 3000
"""A notice is a few hundred letters of script; a page is thousands."""
_ALERT = re.compile(r"""alert\(\s*(["'])((?:(?!\1)[^\\]|\\.)*)\1\s*\)""")
_GOES = re.compile(
    r"""(?:location\.replace|location\.href\s*=?|history\.(?:go|back))\s*\(?\s*["']?([^"')]*)"""
)
_STATUS_WORDS = (
    (Status.SECRET, re.compile("비밀글|패스워드|비밀번호")),
    (Status.DELETED, re.compile("존재하지 않|삭제되|이동된|없는 글")),
    (Status.DENIED, re.compile("권한|회원|로그인|포인트|본인확인|성인|접근|레벨|차단|불가")),
)
_TAGS_CLOSED = "테러 태그 방지"
_HOLDERS = frozenset({"span", "div", "td", "p", "article", "section"})
_FILE = re.compile(r"""file_download\(\s*'([^']*)'\s*(?:,\s*'([^']*)')?""")
_BODY_BEGINS = "내용 출력"
_CUT_FROM = 200
"""Bytes of a post's title in the <title> that may be cut: the engine allows 255."""
_SIZE = re.compile(
    r"\s*\(?\s*[\d.,]+\s*(?:byte|bytes|B|K|KB|M|MB|G|GB)\s*\)?(?:\s*[\[(]\d+[\])]|\s*,\s.*)?\s*$",
    re.IGNORECASE,
)
"""A file's size, and how often it was fetched."""
_NAMES = re.compile(r"(?:^| )(?:guest|member|sv_guest|sv_member)(?: |$)")
_DATE = re.compile(rf"\d{{2,4}}[-./]\d{{1,2}}[-./]\d{{1,2}}(?:\s|$)|{field_words.ENGLISH_DATE}")
_CATEGORY = re.compile(r"\[\s*([^\[\]]{1,40}?)\s*\]\s*(.*)", re.DOTALL)


class _Board4Page(markup.EnginePage):
    """One page, with what the engine says of itself on it."""

    @cached_property
    def variables(self) -> dict[str, str]:
        return {match[1]: match[3] for match in _VARIABLE.finditer(self.page.text)}

    @cached_property
    def scripts(self) -> str:
        """The address of the engine's scripts, ``…/bbs``."""
        folder, found, _ = urls.path(self.page.url).rpartition("/bbs/")
        if found:
            return f"{urls.origin(self.page.url)}{folder}/bbs"
        told = urls.join(self.page.url, self.variables.get("g4_path", ".") + "/")
        name = self.variables.get("g4_bbs", "bbs")
        site = urls.origin(self.page.url) + urls.path(told or self.page.url).rpartition("/")[0]
        return f"{site}/{name}"

    @cached_property
    def table(self) -> str | None:
        """The board's name, ``bo_table``."""
        told = [
            self.variables.get("g4_bo_table", ""),
            *markup.select(self.root, "//form//input[@name='bo_table']/@value"),
            urls.query(self.page.url).get("bo_table", ""),
        ]
        return next((name for name in told if _TABLE_NAME.fullmatch(name)), None)

    def target(self, href: str) -> tuple[str, dict[str, str]] | None:
        """Return a link's script and parameters, if it leads to a script of this board."""
        if "bo_table=" not in href:
            return None
        url = urls.join(self.page.url, href)
        if url is None or urls.host(url) not in self._hosts:
            return None
        script, query = _SCRIPT.search(urls.path(url)), urls.query(url)
        if script is None or query.get("bo_table") != self.table:
            return None
        return script[1], query

    @cached_property
    def _hosts(self) -> set[str]:
        told = self.variables.get("g4_url", "")
        return {urls.host(url) for url in (self.page.url, told) if url.startswith("http")}

    def post_of(self, href: str) -> str | None:
        """Return the id of the post of this board that a link shows."""
        target = self.target(href)
        if target is None or target[0] != "board" or not {"c_id", "w"}.isdisjoint(target[1]):
            return None
        number = target[1].get("wr_id", "")
        return number if urls.is_number(number) else None

    @cached_property
    def number(self) -> str | None:
        """The post's ``wr_id``."""
        for form in self.index.with_tag("form"):
            fields = {field.get("name"): field.get("value") or "" for field in form.iter("input")}
            if fields.get("bo_table") == self.table and urls.is_number(fields.get("wr_id", "")):
                return fields["wr_id"]
        own = urls.query(self.page.url).get("wr_id", "")
        if urls.is_number(own):
            return own
        for link, href in self.index.links:
            target = self.target(href)
            if target and target[0] in {"password", "write", "delete", "good", "scrap_popin"}:
                number = target[1].get("wr_id", "")
                if urls.is_number(number) and link not in self.spoken:
                    return number
        return None

    @cached_property
    def container(self) -> etree._Element | None:
        """The element that holds the body."""
        found = self.index.with_id("writeContents", "view_content", "bo_v_con")
        if found:
            return found[0]
        # The engine's readme has every skin close whatever tags a writer left open, right
        # behind the body, and say so in a comment.
        for comment in self.root.iter(etree.Comment):
            if _TAGS_CLOSED in (comment.text or ""):
                before = comment.getprevious()
                if (
                    before is not None
                    and before.tag in _HOLDERS
                    and not (before.tail or "").strip()
                ):
                    return before
                return comment.getparent()
        for comment in self.root.iter(etree.Comment):
            # What the skins that the engine comes with say before a body, and those made of them.
            after = comment.getnext() if _BODY_BEGINS in (comment.text or "") else None
            if after is not None and after.tag in _HOLDERS and not (comment.tail or "").strip():
                return after
        named = [
            *self.index.with_class("ct"),
            *self.index.with_class("view-content", "view_content"),
        ]
        if named:
            return named[0]
        return find_body(self.page) if self.shows_post else None

    @cached_property
    def shows_post(self) -> bool:
        """Tell a post's page from lists, forms and notices, whatever its skin."""
        forms = {form.get("name") for form in self.index.with_tag("form")}
        if "fviewcomment" in forms or self.index.with_id("commentContents"):
            return True
        own = self.target(self.page.url)
        number = own[1].get("wr_id") if own and own[0] == "board" else None
        scripts = {"write", "password", "delete", "good", "nogood", "scrap_popin"}
        return number is not None and any(
            target is not None and target[0] in scripts and target[1].get("wr_id") == number
            for target in (self.target(href) for _, href in self.index.links)
        )

    @cached_property
    def spoken(self) -> set[etree._Element]:
        """Every element of what visitors wrote: the body and the comments."""
        parts = [*self.index.with_id("commentContents", "comment_write")]
        parts += [part for _, part in self.comments]
        return markup.all_of([*parts, *([] if self.container is None else [self.container])])

    @cached_property
    def comments(self) -> list[tuple[str, etree._Element]]:
        """Each comment's id and the element that holds it, in order."""
        marks = [
            (number, anchor)
            for anchor in self.index.with_tag("a")
            if (number := (anchor.get("name") or "").removeprefix("c_")) and urls.is_number(number)
            and (anchor.get("name") or "").startswith("c_")
        ]  # fmt: skip
        kept = dict(self.index.ids("save_comment_"))
        found: list[tuple[str, etree._Element]] = []
        for number, anchor in marks:
            element = anchor.getnext()
            plain = kept.get(number)
            if plain is not None:
                # The largest element around the comment's own text that holds no other.
                element = plain
                for parent in plain.iterancestors():
                    inside = [
                        each for each in parent.iter("textarea")
                        if (each.get("id") or "").startswith("save_comment_")
                    ]  # fmt: skip
                    if len(inside) > 1 or parent.get("id") == "commentContents":
                        break
                    if self.container is not None and self.container in parent.iter():
                        break
                    element = parent
            if element is not None:
                found.append((number, element))
        return found

    @cached_property
    def notice(self) -> tuple[str, str] | None:
        """What a page of nothing but script says, and where it sends the reader."""
        text = self.page.text
        if len(text) > _NOTICE_BYTES or "<body" in text.lower() or "<script" not in text.lower():
            return None
        said, goes = _ALERT.search(text), _GOES.search(text)
        if said is None and goes is None:
            return None
        message = re.sub(r"\\[nrt]", " ", said[2]) if said else ""
        return markup.squeeze(message.replace("\\", "")), goes[1] if goes else ""


class Gnuboard4(BoardEngine):
    name: ClassVar[str] = "gnuboard4"

    def recognises(self, page: Page) -> bool:
        """By the script variables, or a notice of bare script at an address of its grammar."""
        if "g4_" in page.text and re.search(r"var\s+g4_(?:path|bbs|bo_table|url)\b", page.text):
            return True
        if "사용스킨" in page.text:
            return False  # GNUBOARD 5 says so
        script = _SCRIPT.search(urls.path(page.url))
        if script is None or script[1] not in {"board", "password", "login", "write"}:
            return False
        return "bo_table" in urls.query(page.url) and _Board4Page.of(page).notice is not None

    def board(self, page: Page) -> BoardAddress | None:
        board4 = _Board4Page.of(page)
        table = board4.table
        if table is None or (board4.notice and "게시판" in board4.notice[0]):
            return None
        if board4.notice and "wr_id" not in urls.query(page.url):
            return None
        return BoardAddress(
            url=f"{board4.scripts}/board.php?bo_table={table}",
            native_id=table,
            root=board4.scripts,
            name=_titles(board4)[1],
        )

    def list_request(self, board: BoardAddress, page_number: int) -> str:
        return board.url if page_number <= 1 else f"{board.url}&page={page_number}"

    def post_request(self, board: BoardAddress, native_id: str) -> str:
        return f"{board.url}&{urls.write_query({'wr_id': native_id})}"

    def feed_request(self, board: BoardAddress) -> str | None:
        return f"{board.root}/rss.php?bo_table={board.native_id}"

    def post_id(self, url: str) -> str | None:
        number = urls.query(url).get("wr_id", "")
        return number if "bo_table=" in url and urls.is_number(number) else None

    def read_list(self, page: Page, now: datetime) -> ListPage:
        board4, board = _Board4Page.of(page), self.board(page)
        if board is None:
            return ListPage([])
        forms = [
            form
            for form in board4.index.with_tag("form")
            if "fboardlist" in (form.get("name"), form.get("id"))
        ]
        skip = set(board4.spoken)
        scopes = [form for form in forms if any(True for _ in form.iter("a"))]
        if not scopes:
            links = [
                link
                for link, href in board4.index.links
                if link not in skip and board4.post_of(href) is not None
            ]
            scopes = list_rows.common_scope(links)
        rows = [
            row_fields.list_row(row, self.post_request(board, row.native_id), now)
            for row in list_rows.rows(scopes, board4.post_of, skip)
        ]
        number = urls.query(page.url).get("page", "")
        return ListPage(rows, markup.page_number(number))

    def read_post(self, page: Page, now: datetime) -> PostItem:
        board4, board = _Board4Page.of(page), self.board(page)
        item = self.item_of(page, board, board4.number, _status(board4), now)
        if item.status is Status.LIVE:
            _fill(item, board4, now)
        return item


def _status(board4: _Board4Page) -> Status:
    page = board4.page
    forms = {form.get("name") for form in board4.index.with_tag("form")}
    goes = urls.join(page.url, page.headers.get("location", "")) or ""
    if board4.notice is not None:
        said, leads = board4.notice
        goes = leads
        for status, words in _STATUS_WORDS:
            if words.search(said):
                return status
    if "password.php" in goes or "fboardpassword" in forms:
        return Status.SECRET
    if "login.php" in goes or (forms & {"flogin", "fregister"} and board4.container is None):
        return Status.DENIED
    is_post = board4.container is not None or board4.shows_post
    if board4.notice is None and page.status < 300 and board4.number and is_post:
        return Status.LIVE
    if page.status in (404, 410):
        return Status.DELETED
    return Status.DENIED if page.status in (401, 403) else Status.UNREADABLE


def _titles(board4: _Board4Page) -> tuple[str, str]:
    """Return the post's title and the board's name, from "group > board > title"."""
    found = board4.index.with_tag("title")
    parts = (markup.squeeze("".join(found[0].itertext())) if found else "").split(" > ", 2)
    title = parts[2] if len(parts) == 3 else ""
    name = parts[1] if len(parts) > 1 else ""
    return title, re.sub(r"\s*\d*\s*페이지$", "", name)


def _fill(item: PostItem, board4: _Board4Page, now: datetime) -> None:
    container = board4.container
    if container is None:
        item.html, item.whole_page = board4.page.text, True
    else:
        item.html = etree.tostring(container, encoding="unicode", method="html", with_tail=False)
    region = _region(board4)
    skip = board4.spoken | markup.all_of(
        form for form in board4.index.with_tag("form") if form.get("name") == "fboardlist"
    )
    header = list(markup.pieces(region, skip))
    item.title, item.category = _title(board4, header)
    # A title may be "조회" or a date, and is neither a label nor the post's time.
    header = [piece for piece in header if piece.text != item.title]
    item.author = _author(region, skip) or field_words.labelled(header, field_words.AUTHOR)
    item.posted_at = _time(header, now)
    item.hits = field_words.told_hits(header)
    item.ip = next((ip for piece in header if (ip := field_words.ip_fragment(piece.text))), None)
    item.files = list(_files(board4))
    item.links = list(_links(board4))
    item.comments = list(_comments(board4, now))
    item.comment_count = len(item.comments)


def _region(board4: _Board4Page) -> etree._Element:
    """Return the smallest element around the body that names an author and a time."""
    start = board4.container
    if start is None:
        return board4.root
    for element in start.iterancestors():
        if element.tag in ("body", "html"):
            break
        header = list(markup.pieces(element, board4.spoken))
        named = _author(element, board4.spoken) or field_words.labelled(header, field_words.AUTHOR)
        if named and any(_DATE.search(piece.text) for piece in header):
            return element
    return board4.root


def _title(board4: _Board4Page, header: list[markup.Piece]) -> tuple[str | None, str | None]:
    """Return the whole title and the category, which stands in brackets before the shown title."""
    whole, _ = _titles(board4)
    if len(whole.encode()) >= _CUT_FROM:
        # The engine cuts the <title>, in bytes; the post itself shows all of it.
        longer = (piece.text for piece in header if piece.text.startswith(whole.rstrip("….")))
        whole = next(longer, whole)
    category = None
    following = [*header[1:], None]
    for piece, after in zip(header, following, strict=True):
        match = _CATEGORY.fullmatch(piece.text)
        # The category may stand in an element of its own.
        titled = (match[2] or (after.text if after else "")) if match else ""
        start = titled.rstrip(".… ")
        if match and whole and start and whole.startswith(start):
            category = match[1]
            break
    else:
        category = field_words.labelled(header, field_words.CATEGORY, "category")
        category = category if category and len(category) <= 40 else None
    shown = [piece.text for piece in header if whole.startswith(piece.text) and len(piece.text) > 1]
    longest = max(shown, key=len, default="")
    # A site may print its name behind the title: what the page itself shows ends before it.
    if longest and re.match(r"\s*[-|:>]\s", whole[len(longest) :]):
        return longest, category
    return whole or None, category


def _author(region: etree._Element, skip: set[etree._Element]) -> str | None:
    for element in region.iter("span", "a", "b", "strong", "font"):
        names = element.get("class")
        if names and element not in skip and _NAMES.search(names):
            name = markup.text_of(element)
            if name:
                return name
    return None


def _time(header: list[markup.Piece], now: datetime) -> datetime | None:
    said = field_words.labelled(header, field_words.TIME, "time")
    if said and (found := read_time(said, now)):
        return found
    for piece in header:
        if _DATE.match(piece.text) and (found := read_time(piece.text, now)):
            return found
    return None


def _files(board4: _Board4Page) -> Iterator[str]:
    seen: set[str] = set()
    for link, href in board4.index.links:
        call = _FILE.search(href) or _FILE.search(link.get("onclick") or "")
        address = call[1] if call else href
        target = board4.target(address) if "download.php" in address else None
        if target is None or target[0] != "download" or link in board4.spoken:
            continue
        number = target[1].get("no", "")
        words = [piece.text for piece in markup.pieces(link) if piece.text]
        name = _SIZE.sub("", words[0]) if words else ""
        if not name and call and call[2]:
            # The browser's copy of the name, in the site's own charset.
            raw = unquote_to_bytes(call[2].replace("+", " "))
            name = _decoded(raw)
        if name and number not in seen:
            seen.add(number)
            yield name


def _decoded(raw: bytes) -> str:
    for charset in ("utf-8", "cp949"):
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return ""


def _links(board4: _Board4Page) -> Iterator[str]:
    seen: set[str] = set()
    for link, href in board4.index.links:
        target = board4.target(href) if "link.php" in href else None
        if target is None or target[0] != "link" or link in board4.spoken:
            continue
        words = [piece.text for piece in markup.pieces(link) if piece.text]
        shown = next((word for word in words if re.match(r"\w+://|www\.", word)), None)
        shown = re.sub(r"\s+\(\d+\)$", "", shown or next(iter(words), ""))
        number = target[1].get("no", "")
        if shown and number not in seen:
            seen.add(number)
            yield shown


def _comments(board4: _Board4Page, now: datetime) -> Iterator[CommentRecord]:
    kept = dict(board4.index.ids("save_comment_"))
    found: list[tuple[int, CommentRecord]] = []
    for number, element in board4.comments:
        header = list(markup.pieces(element))
        plain = kept.get(number)
        text = markup.tidy_lines("".join(plain.itertext())) if plain is not None else ""
        if plain is None:  # a skin whose reply form fetches what it quotes
            shown = markup.select(element, ".//*[contains(@class,'content')]")
            text = markup.lines_of(shown[0]) if shown else ""
        times = [piece.text for piece in header if field_words.is_time(piece.text)]
        when = next((text for text in times if _DATE.match(text)), times[0] if times else "")
        found.append(
            (
                _indent(element),
                CommentRecord(
                    native_id=number,
                    author=_author(element, set()),
                    posted_at=read_time(when, now),
                    text=text,
                ),
            )
        )
    step = min((indent for indent, _ in found if indent > 0), default=1)
    for indent, record in found:
        record.depth = round(indent / step)
        yield record


def _indent(element: etree._Element) -> int:
    """Return how far in a reply stands: the spaces of the cell before it, or its margin."""
    for cell in element.iter("td"):
        text = "".join(cell.itertext())
        if not text.strip() and "\xa0" in text:
            return text.count("\xa0")
        if text.strip():
            break
    for part in [element, *element.iterchildren()][:3]:
        margin = re.search(r"(?:margin|padding)-left\s*:\s*(\d{1,4})", part.get("style") or "")
        if margin:
            return int(margin[1])
    return 0
