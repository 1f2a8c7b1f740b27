"""The family of XpressEngine: XE 1 and its successor Rhymix, with any layout and board skin.

What is read is what the engines print: the script variables of the common layout,
``<!--BeforeDocument(SRL,…)-->`` with the class ``document_SRL_…`` around every body,
``comment_SRL_…`` around every comment, the canonical link, and the labels of their
language files.
"""

import contextlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from copy import deepcopy
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import islice
from urllib.parse import urlsplit

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

_VARIABLE = re.compile(
    r"""var\s+(default_url|current_url|request_uri|current_mid|rewrite_level)\s*=\s*("(?:[^"\\\n]|\\.)*"|\d+)"""
)
_FAMILY = "xe_family"
"""Where a page keeps what is known of it."""
_FIXED = re.compile(r"/|https?://[^\s/?#]")
"""How an address begins that does not depend on the page that it stands on."""
_DIGIT = re.compile(r"\d", re.ASCII)
_MID = re.compile(r"[a-zA-Z][\w-]{0,60}", re.ASCII)
_CONTENT = re.compile(r"(\d+)_-?\d+")
"""What follows document_ and comment_ in the class of a body: its id and its author's."""
_BEFORE = re.compile(r"BeforeDocument\((\d+),")
_GENERATOR = re.compile(
    r"""<meta\s[^>]{0,200}?name=["']generator["'][^>]{0,200}?content=["']([^"']*)["']""",
    re.IGNORECASE,
)
_ALERT = re.compile(r"""\balert\(\s*("(?:[^"\\\n]|\\.)*")\s*\)""")
_BOARD_SIGNS = (
    "/modules/board/",
    "act=dispBoard",
    "BeforeDocument(",
    'name="search_target"',
    'id="board_search"',
    'class="board_list',
)
_LIST_CLASSES = ("board_list", "bd_lst", "lt")
_AROUND = re.compile(
    r"(?:^|[-_ ])(?:widget|widgetContainer|xe-widget-wrapper|gnb|lnb|aside|sidebar|side|cTab|pagination|"
    r"best|latest)(?:[-_ ]|$)"
)
_MEMBER = re.compile(r"(?:^|\s)member_-?\d+(?:\s|$)")
"""The class that opens the engine's member menu."""
_WRITER = re.compile(r"(?:^|[\s_-])(?:author|nick|nickname|writer)(?:\s|$)")
_FIGURE = re.compile(
    r"(?:조회|추천|비추천|댓글|등록일|작성일|Views?|Votes?)[\s\w]{0,4}:?\s*\d|\|?\s*\d{4}[.-]|[\d*♡x]{1,3}(?:\.[\d*♡x]{1,3}){3}$"
)
"""What stands beside an author, and is none."""
_AUTHOR = re.compile(f"{_MEMBER.pattern}|{_WRITER.pattern}")
_WHOLE_TIME = re.compile(r"\d{4}[.-]\d{2}[.-]\d{2} \d{2}:\d{2}(?::\d{2})?")
_NAME_TAGS = ("em", "strong", "b", "h3", "h4", "h5", "h6")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FILE_LINK = re.compile(r"procFileDownload\b.*?\bfile_srl=(\d+)|/files/download/(?:link/)?(\d+)/")
_SPOKEN = re.compile(r"comment|reply|feedback|fdb|widget|cmt", re.IGNORECASE)
_MENU = "#popup_menu_area"
"""Where the links lead that open the engine's menus, for a post, a comment, a member."""
_DAY = re.compile(r"(?:\d{4}|\d{2})[.-]\d{2}[.-]\d{2}")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?!\d)")
_SIZE_SAID = r"(?:File\s*Size\s*:)?\s*[\d.,]+\s*(?:Bytes?|[KMG]B)\b"
_FILE_SIZE = re.compile(
    rf"\s*(?:[(\[]\s*{_SIZE_SAID}[^)\]]*[)\]]|(?<=\s){_SIZE_SAID})(?:\s*[(\[]\d+[)\]])?\s*$",
    re.IGNORECASE,
)
"""A file's size behind its name, and how often it was fetched: "(12.1KB)(3)"."""
_ASKS_FOR_KEY = "비밀글입니다."
_STATUS_WORDS = (
    (Status.SECRET, re.compile("비밀글|비밀번호")),
    (Status.DELETED, re.compile("찾을 수 없|존재하지 않|삭제된|삭제되었|not found", re.IGNORECASE)),
    (
        Status.DENIED,
        re.compile("권한|로그인|회원|허용되지|차단|금지|포인트|permission", re.IGNORECASE),
    ),
)


def _numbered_body(rest: str, element: etree._Element) -> re.Match[str] | None:
    """Match a body whose class has no author's id; a button of a post has such a class too."""
    if "rhymix_content" in (element.get("class") or "").split():
        return re.fullmatch(r"(\d+)", rest)
    return None


class XePage(markup.EnginePage):
    """One page, with what the engine says of itself on it."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._posts: dict[str, str | None] = {}

    @cached_property
    def variables(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in _VARIABLE.findall(self.page.text):
            try:
                found.setdefault(name, str(json.loads(value)))
            except ValueError:
                continue
        return found

    @cached_property
    def site(self) -> str:
        """The installation's address: the host that answered, the folder the engine says."""
        here = urls.origin(self.page.url)
        for name in ("request_uri", "default_url"):
            if told := self.variables.get(name):
                return here + urls.path(told).rstrip("/")
        folder, script, _ = urls.path(self.page.url).partition("/index.php")
        return here + folder.rstrip("/") if script else here

    @cached_property
    def mid(self) -> str | None:
        told = self.variables.get("current_mid", "")
        if _MID.fullmatch(told):
            return told
        for url in (self.canonical, self.page.url):
            if url and (found := self._parts(url)[0]):
                return found
        hidden = markup.select(self.root, "//input[@name='mid']/@value")
        return str(hidden[0]) if hidden and _MID.fullmatch(hidden[0]) else None

    @cached_property
    def canonical(self) -> str | None:
        told = [
            *markup.select(self.root, "//link[@rel='canonical']/@href"),
            *self.stated("property", "og:url"),
        ]
        return urls.join(self.page.url, told[0]) if told else None

    def stated(self, attribute: str, *names: str) -> list[str]:
        """Return the contents of the ``meta`` elements whose attribute is one of the names."""
        return [
            content
            for meta in self.index.with_tag("meta")
            if meta.get(attribute) in names and (content := meta.get("content")) is not None
        ]

    def _parts(self, url: str) -> tuple[str | None, str | None]:
        """Return the mid and the document that an address of this installation names."""
        return _parts(url, self._folder)

    @cached_property
    def _folder(self) -> str:
        return urls.path(self.site).rstrip("/")

    def post_of(self, href: str) -> str | None:
        """Return the id of the document of this board that a link shows."""
        if href not in self._posts:
            self._posts[href] = self._post_of(href)
        return self._posts[href]

    def _post_of(self, href: str) -> str | None:
        if not _DIGIT.search(href):
            return None
        # What is read of an address that says where it starts holds on every page of the site.
        base = self._start if _FIXED.match(href) else self.page.url
        read = _known_link if len(href) <= _LONGEST_CACHED else _read_link
        mid, document = read(href, base, self._folder, self._hosts)
        return document if document and mid in (self.mid, None) else None

    @cached_property
    def _start(self) -> str:
        scheme, host, *_ = urlsplit(self.page.url)
        return f"{scheme}://{host}/"

    @cached_property
    def _hosts(self) -> frozenset[str]:
        told = (self.variables.get(name, "") for name in ("default_url", "request_uri"))
        return frozenset(urls.host(url) for url in (self.page.url, *told) if url.startswith("http"))

    @cached_property
    def is_short(self) -> bool:
        """Tell if the site rewrites addresses."""
        level = self.variables.get("rewrite_level")
        if level is not None:
            return level != "0"
        if self._is_rewritten(self.page.url) or self._is_rewritten(self.canonical or ""):
            return True
        # XE writes the long form on sorted lists and in their canonical links, whatever the
        # site does; its menus and titles write what works.
        return any(
            self._is_rewritten(urls.join(self.page.url, href) or "")
            for link, href in self.index.links
            if self.mid and self.mid in href and link not in self.within
        )

    def _is_rewritten(self, url: str) -> bool:
        """Tell whether an address names this board, or a post of it, by its path alone."""
        if urls.host(url) not in self._hosts or not {"mid", "act"}.isdisjoint(urls.query(url)):
            return False
        folder = urls.path(self.site).rstrip("/")
        inside = urls.path(url).removeprefix(folder).strip("/").split("/")
        return inside[0] == self.mid and (len(inside) == 1 or urls.is_number(inside[1]))

    @cached_property
    def is_board(self) -> bool:
        return self.mid is not None and any(sign in self.page.text for sign in _BOARD_SIGNS)

    @cached_property
    def number(self) -> str | None:
        """The ``document_srl`` of the post that the page is about."""
        for url in (self.variables.get("current_url"), self.canonical, self.page.url):
            document = self._parts(urls.join(self.page.url, url) or "")[1] if url else None
            if document:
                return document
        shown = self._documents
        return shown[0][0] if len(shown) == 1 else None

    @cached_property
    def _documents(self) -> list[tuple[str, etree._Element]]:
        return [
            (match[1], element)
            for rest, element in self.index.classes("document_")
            if (match := _CONTENT.fullmatch(rest) or _numbered_body(rest, element))
        ]

    @cached_property
    def container(self) -> etree._Element | None:
        """The element that holds the body."""
        for number, element in self._documents:
            if number == self.number or self.number is None:
                return element
        for comment in self.root.iter(etree.Comment):
            match = _BEFORE.match(comment.text or "")
            if match and match[1] == self.number:
                element = comment.getnext()
                if element is not None and isinstance(element.tag, str):
                    return element
        return self._unnamed

    @property
    def _unnamed(self) -> etree._Element | None:
        """The body of a skin that asks for it without the document's number.

        That leaves the class of every text; the comments' stand behind their numbers.
        """
        if self.number is None or self._documents:
            return None
        for element in self.index.with_class("xe_content"):
            around = (element, *element.iterancestors())
            names = " ".join(f"{markup.classes(each)} {each.get('id') or ''}" for each in around)
            is_editor = any(each.tag == "form" for each in around)
            return None if is_editor or _SPOKEN.search(names) else element
        return None

    @cached_property
    def comments(self) -> list[tuple[str, etree._Element | None, etree._Element]]:
        """Each comment's id, its text's element and its whole element, once, in order."""
        texts: dict[str, etree._Element] = {}
        for rest, element in self.index.classes("comment_"):
            match = _CONTENT.fullmatch(rest)
            if match and element not in self.within:
                texts.setdefault(match[1], element)
        items: dict[str, etree._Element] = {}
        for number, element in self.index.ids("comment_"):
            if number.isascii() and number.isdigit() and element not in self.within:
                items.setdefault(number, element)
        if not texts and not items:
            return []
        order = {element: place for place, element in enumerate(self.index.elements)}
        others = {*texts.values()} | ({self.container} - {None})
        found = [
            (
                number,
                texts.get(number),
                items[number] if number in items else _alone(texts[number], others),
            )
            for number in {**texts, **items}
        ]
        return sorted(found, key=lambda comment: order[comment[2]])

    @cached_property
    def within(self) -> set[etree._Element]:
        """Every element of the body."""
        return markup.all_of([] if self.container is None else [self.container])

    @cached_property
    def comment_parts(self) -> set[etree._Element]:
        """Every element of the comments and of the form for new ones."""
        known = self.index.with_id("comment", "write_comment", "cl")
        return markup.all_of([*known, *(element for _, _, element in self.comments)])

    @cached_property
    def links_to_others(self) -> list[etree._Element]:
        """The links to other posts of the board: neighbours, and the list below a post."""
        return [
            link
            for link, href in self.index.links
            if link not in self.within and self.post_of(href) not in (None, self.number)
        ]

    @cached_property
    def alerts(self) -> list[str]:
        """What XE says in a box of the browser, over the board's list."""
        found: list[str] = []
        for script in self.index.with_tag("script"):
            source = (script.text or "").strip()
            # The engine's own is a script of its own; others define functions that would alert.
            if len(source) < 500 and source.startswith("jQuery(function()"):
                with contextlib.suppress(ValueError):
                    found += [str(json.loads(text)) for text in _ALERT.findall(source)]
        return found

    @cached_property
    def lists(self) -> list[etree._Element]:
        return self.index.with_id("board_list") or next(
            (found for name in _LIST_CLASSES if (found := self.index.with_class(name))), []
        )

    @cached_property
    def head_title(self) -> str:
        titles = self.index.with_tag("title")
        return markup.squeeze("".join(titles[0].itertext())) if titles else ""

    @cached_property
    def password_form(self) -> etree._Element | None:
        """The form that a secret post shows in place of its body."""
        for form in self.index.with_tag("form"):
            names = {field.get("name") for field in form.iter("input")}
            if {"password", "document_srl"} <= names and "comment_srl" not in names:
                return form
        return None


_LONGEST_CACHED = 300


def _parts(url: str, folder: str) -> tuple[str | None, str | None]:
    """Return the mid and the document that an address below the installation's folder names."""
    query, path = urls.query(url), urls.path(url)
    if not path.startswith(f"{folder}/"):
        return None, None
    mid, document = query.get("mid"), query.get("document_srl")
    inside = [part for part in path.removeprefix(folder).split("/") if part]
    if inside and not inside[0].endswith(".php"):
        if urls.is_number(inside[0]):
            document = document or inside[0]
        elif _MID.fullmatch(inside[0]):
            mid = inside[0]
            if len(inside) > 1 and urls.is_number(inside[1]):
                document = inside[1]
    if document is not None and not urls.is_number(document):
        document = None
    return mid, document


def _read_link(
    href: str, base: str, folder: str, hosts: frozenset[str]
) -> tuple[str | None, str | None]:
    """Return the mid and the document that a link shows; neither for other links."""
    url = urls.join(base, href)
    if url is None or urls.host(url) not in hosts:
        return None, None
    if not {"act", "module", "comment_srl"}.isdisjoint(urls.query(url)):
        return None, None
    return _parts(url, folder)


# The pages of a board print the same links: their menus, and the list below each post.
_known_link = lru_cache(maxsize=8192)(_read_link)


def _alone(text: etree._Element, texts: Collection[etree._Element]) -> etree._Element:
    """Return the element around a comment's text: its list item, or what holds no other's."""
    element = text
    for parent in text.iterancestors():
        if parent.tag in ("li", "article"):  # replies may stand in it, in lists of their own
            return parent
        if parent.tag in ("ul", "ol", "body") or any(
            other is not text and other in texts for other in parent.iter()
        ):
            break
        element = parent
    return element


def generator(page: Page) -> str:
    """Return what the page names as its generator, in lower case; empty if nothing."""
    found = _GENERATOR.search(page.text)
    return found[1].strip().lower() if found else ""


class XeFamily(BoardEngine):
    """What the engines of the family share; each says how its pages are recognised."""

    def board(self, page: Page) -> BoardAddress | None:
        xe = XePage.of(page)
        if not xe.is_board or xe.mid is None:
            return None
        style = "short" if xe.is_short else "query"
        return BoardAddress(
            url=_list_address(xe.site, xe.mid, style),
            native_id=xe.mid,
            root=xe.site,
            style=style,
            name="" if xe.number else xe.head_title,
        )

    def list_request(self, board: BoardAddress, page_number: int) -> str:
        first = _list_address(board.root, board.native_id, board.style)
        if page_number <= 1:
            return first
        return f"{first}{'&' if '?' in first else '?'}page={page_number}"

    def post_request(self, board: BoardAddress, native_id: str) -> str:
        if board.style == "short":
            return f"{board.root}/{board.native_id}/{native_id}"
        query = urls.write_query({"mid": board.native_id, "document_srl": native_id})
        return f"{board.root}/index.php?{query}"

    def feed_request(self, board: BoardAddress) -> str | None:
        if board.style == "short":
            return f"{board.url}/rss"
        return f"{board.url}&act=rss"

    def post_id(self, url: str) -> str | None:
        told = urls.query(url).get("document_srl") or urls.path(url).rstrip("/").rpartition("/")[2]
        return told if told.isascii() and told.isdigit() else None

    def other_addresses(self, url: str) -> tuple[str, ...]:
        mid = urls.query(url).get("mid")
        if mid is not None:
            return (_list_address(url.partition("/index.php?")[0], mid, "short"),)
        root, _, mid = url.rpartition("/")
        return (_list_address(root, mid, "query"),)

    def read_list(self, page: Page, now: datetime) -> ListPage:
        xe, board = XePage.of(page), self.board(page)
        if board is None:
            return ListPage([], None)
        found = [
            row_fields.with_category(
                row_fields.list_row(row, self.post_request(board, row.native_id), now),
                _dressed_category(markup.pieces(row.element)),
            )
            for row in list_rows.rows(*_list_scopes(xe))
        ]
        told = urls.query(xe.variables.get("current_url") or page.url).get("page", "1")
        return ListPage(found, markup.page_number(told))

    def read_post(self, page: Page, now: datetime) -> PostItem:
        xe, board = XePage.of(page), self.board(page)
        if board is None and xe.mid:  # a notice page of a board that is hidden from guests
            style = "short" if xe.is_short else "query"
            address = _list_address(xe.site, xe.mid, style)
            board = BoardAddress(address, xe.mid, xe.site, style)
        item = self.item_of(page, board, xe.number, _status(xe), now)
        if item.status in (Status.LIVE, Status.SECRET):
            _fill(item, xe, now)
        return item


def _list_address(root: str, mid: str, style: str) -> str:
    return f"{root}/{mid}" if style == "short" else f"{root}/index.php?mid={mid}"


def _list_scopes(
    xe: XePage,
) -> tuple[list[etree._Element], Callable[[str], str | None], set[etree._Element]]:
    """Return where the list stands, as `list_rows.rows` takes it."""
    # Not the wrappers of everything, which may carry such a class too.
    wrappers = set() if xe.container is None else set(xe.container.iterancestors())
    around = markup.all_of(
        element
        for element in xe.index.with_tag("header", "footer", "nav", "aside", "div", "section", "ul")
        if element not in wrappers
        and (
            element.tag in ("header", "footer", "nav", "aside")
            or _AROUND.search(markup.classes(element))
        )
    )
    around |= xe.comment_parts | xe.within
    links = {
        link: number
        for link, href in xe.index.links
        if link not in around
        and (number := xe.post_of(href))
        and (number != xe.number or xe.container is None)
    }
    framed = markup.all_of(xe.lists)
    known = {xe.post_of(href) for link, href in xe.index.links if link in framed}
    # Skins put the notices into a table of their own, above a list of cards without a frame.
    others = {number for link, number in links.items() if link not in framed} - known
    if xe.lists and len(known) > len(others):
        return xe.lists, xe.post_of, set()
    return list_rows.common_scope([*links]) or xe.lists, xe.post_of, around


# --- a post that is not shown ------------------------------------------------------


def _status(xe: XePage) -> Status:
    page = xe.page
    if xe.container is not None and page.status < 300:
        return Status.LIVE
    if xe.password_form is not None and xe.number is not None:
        return Status.SECRET
    if page.status in (404, 410):
        return Status.DELETED
    message = markup.select(
        xe.root, "//*[@id='access']//h1 | //*[@id='access'] | //*[contains(@class,'message')]"
    )
    said = markup.text_of(message[0]) if message else ""
    for text in (said, *xe.alerts):
        for status, words in _STATUS_WORDS:
            if words.search(text):
                return status
    if page.status in (401, 403) or "act=dispMemberLoginForm" in page.url:
        # A skin may print what the engine says of a secret post in place of a form.
        told = any(piece.text == _ASKS_FOR_KEY for piece in markup.pieces(xe.root))
        return Status.SECRET if told or _shows_lock(xe) else Status.DENIED
    return Status.UNREADABLE


def _shows_lock(xe: XePage) -> bool:
    """Tell by its class the sign that a skin shows in place of a secret post."""
    beside = xe.comment_parts | markup.all_of(xe.lists)
    return any(
        element not in beside and element.tag in ("div", "p", "section")
        for element in xe.index.with_class_like("secret")
    )


# --- a post that is shown ----------------------------------------------------------


def _fill(item: PostItem, xe: XePage, now: datetime) -> None:
    anchor = xe.container if item.status is Status.LIVE else xe.password_form
    if anchor is None:
        return
    if item.status is Status.LIVE:
        item.html = etree.tostring(
            _without_menu(anchor), encoding="unicode", method="html", with_tail=False
        )
    forms = (form for form in xe.index.with_tag("form") if anchor not in form.iter())
    beside = xe.comment_parts | markup.all_of([anchor, *xe.lists, *xe.links_to_others, *forms])
    heading, item.title = _title(xe, anchor, beside)
    region = _region(heading, anchor, beside)
    # A title may be "조회 수" or a date, and is neither a label nor the post's time.
    header = [
        piece for piece in _with_clocks(_before(region, anchor, beside)) if piece.text != item.title
    ]
    item.category = _category(xe, heading, header)
    item.author = _author(xe, region, anchor, beside, header)
    # Some skins print the figures below the body.
    every = [
        piece for piece in _with_clocks(markup.pieces(region, beside)) if piece.text != item.title
    ]
    item.posted_at = _time(xe, header, item.author, now) or _labelled_time(every, now)
    item.hits = _hits(header, item.author) or _hits(every, item.author)
    item.ip = next((ip for piece in header if (ip := field_words.ip_fragment(piece.text))), None)
    item.files = _files(xe, anchor)
    item.comments = _comments(xe, now)
    stated = field_words.count_of(field_words.labelled(every, field_words.COMMENTS))
    item.comment_count = max(stated or 0, _comment_count(xe) or 0, len(item.comments))


def _title(
    xe: XePage, anchor: etree._Element, beside: Collection[etree._Element]
) -> tuple[etree._Element | None, str | None]:
    """Return the element that shows the title, and the title, which Rhymix never cuts."""
    own: list[tuple[etree._Element, str]] = []
    for link, href in xe.index.links:
        if link in beside or "#" in href or xe.post_of(href) != xe.number:
            continue
        if _CATEGORY_LINK.search(href):  # it keeps the post in its address, and shows another list
            continue
        text = markup.text_of(link)
        if text and not re.match(r"\w+://", text):
            own.append((link, text))
    told = _told_titles(xe)
    for link, text in own:
        if any(element.tag in _HEADINGS for element in (link, *link.iterancestors())):
            return link, text
    for link, text in own:
        if any(text in title for title in told):
            return link, text
    before = list(_elements_before(xe.index.elements, anchor))
    for element in before:
        # The mobile skin: "게시판 › 분류 › 제목", the last part bare.
        if element.tag in _HEADINGS and len(element) and "›" in (element[-1].tail or ""):
            text = markup.squeeze(element[-1].tail).removeprefix("›").strip()
            if text and element not in beside:
                return element, text
    best: tuple[etree._Element | None, str | None] = (None, None)
    for element in before:
        if element.tag not in (*_HEADINGS, "span", "div", "p", "strong", "td"):
            continue
        text = markup.text_of(element, beside) if len(element) < 6 else ""
        if text and any(text == title for title in told) and element not in beside:
            return element, text
        if element.tag not in _HEADINGS or not text or element in beside:
            continue
        if any(title.endswith(text) for title in told):
            best = (element, text)
        elif best[1] is None:  # a mark may stand before it: "공지 제목"
            best = next(((element, title) for title in told if text.endswith(f" {title}")), best)
    if best[1]:
        return best
    return None, (told[0] if told else None)


def _told_titles(xe: XePage) -> list[str]:
    told = [
        *xe.stated("property", "og:title"),
        *xe.stated("name", "twitter:title"),
        xe.head_title,
    ]
    # The sharing script of the stock skins holds the title as JSON.
    shared = re.search(r"""\bsTitle\s*=\s*("(?:[^"\\\n]|\\.)*")""", xe.page.text)
    if shared:
        with contextlib.suppress(ValueError):
            told.insert(0, json.loads(shared[1]))
    return list(dict.fromkeys(filter(None, map(markup.squeeze, told))))


def _elements_before(
    elements: Iterable[etree._Element], anchor: etree._Element
) -> Iterator[etree._Element]:
    for element in elements:
        if element is anchor:
            return
        if isinstance(element.tag, str):
            yield element


_NEAR = 12
"""Elements around a body, up to the one that its header stands in, too."""


def _region(
    heading: etree._Element | None, anchor: etree._Element, beside: Collection[etree._Element]
) -> etree._Element:
    """Return the smallest element that holds the title, or else a time above it, and the body."""
    above = list(anchor.iterancestors())
    if heading is not None:
        around = {heading, *heading.iterancestors()}
        return next((element for element in above if element in around), above[-1])
    for element in above[:_NEAR]:
        if any(field_words.is_time(piece.text) for piece in _before(element, anchor, beside)):
            return element
    return above[min(1, len(above) - 1)] if above else anchor


def _before(
    region: etree._Element, anchor: etree._Element, beside: Collection[etree._Element]
) -> Iterator[markup.Piece]:
    """Yield the words between the start of the region and the body."""
    before = set(_elements_before(region.iter(), anchor))
    for piece in markup.pieces(region, beside):
        if piece.owner in before:
            yield piece


_CATEGORY_LINK = re.compile(r"/category/\d+|[?&;]category=\d+")


def _category(xe: XePage, heading: etree._Element | None, header: list[markup.Piece]) -> str | None:
    linked: set[str] = set()
    if heading is not None:
        block = next(
            (
                element
                for element in (heading, *heading.iterancestors())
                if element.tag in _HEADINGS
            ),
            heading,
        )
        for piece in header:
            link = next(
                (node for node in (piece.owner, *piece.owner.iterancestors()) if node.tag == "a"),
                None,
            )
            if link is None or not piece.text:
                continue
            if not _CATEGORY_LINK.search(link.get("href") or ""):
                continue
            if markup.is_within(link, {block}) or markup.has_class(link, "category"):
                return markup.text_of(link).strip("[]")
            linked.add(markup.text_of(link).strip("[]"))
    if len(linked) == 1:  # more are the board's own tabs
        return linked.pop()
    found = field_words.labelled(header, field_words.CATEGORY) or _dressed_category(header)
    return found if found and len(found) <= 40 else None


def _dressed_category(pieces: Iterable[markup.Piece]) -> str | None:
    """Return the words of the first element that a skin dresses as a category."""
    for piece in pieces:
        around = (piece.owner, *islice(piece.owner.iterancestors(), 2))
        if piece.text and any(markup.has_class(each, "cate", "category") for each in around):
            return piece.text.strip("[]") or None
    return None


def _author(
    xe: XePage,
    region: etree._Element,
    anchor: etree._Element,
    beside: Collection[etree._Element],
    header: list[markup.Piece],
) -> str | None:
    for wanted in (_MEMBER, _WRITER):
        for element in _elements_before(region.iter(), anchor):
            names = element.get("class")
            if names and wanted.search(names) and element not in beside:
                text = markup.text_of(element)
                if text:
                    return text
    told = xe.stated("name", "author")
    if told and markup.squeeze(told[0]):
        return markup.squeeze(told[0])
    if by := field_words.labelled(header, ("by",)):
        return by
    said = field_words.labelled(header, field_words.AUTHOR)
    if said and not (_FIGURE.match(said) or said in _LABELS or field_words.is_time(said)):
        return said
    for piece in header:
        # The mobile skin: "글쓴이 | 2026.05.25 19:12:00 | …".
        first, bar, rest = piece.text.partition(" | ")
        if bar and re.match(r"\d{4}[.-]\d\d[.-]\d\d", rest):
            return first
        # The default skin: a guest's bare name is the first word of its line of figures.
        if markup.has_class(piece.owner, "meta", "info"):
            return piece.text
    # A guest who calls himself "이름": what follows is no name.
    return next((piece.text for piece in header if said and piece.text in field_words.AUTHOR), None)


_LABELS = frozenset((*field_words.TIME, *field_words.HITS, *field_words.COMMENTS, "posted"))
"""What stands behind a writer who calls himself "작성자"."""


def _time(
    xe: XePage, header: list[markup.Piece], author: str | None, now: datetime
) -> datetime | None:
    """Return the post's time; a writer may call himself "2026-01-01", and is none."""
    stamps = [
        *xe.stated("property", "article:published_time", "og:article:published_time"),
        *(piece.owner.get("datetime") or "" for piece in header if piece.owner.tag == "time"),
    ]
    for stamp in stamps:
        if found := read_time(stamp, now):
            return found
    if found := _labelled_time(header, now):
        return found
    for piece in header:  # "Mar 2, 2026" with the whole time in its tooltip
        for element in (piece.owner, piece.owner.getparent()):
            told = element.get("title") if element is not None else None
            if told and _WHOLE_TIME.fullmatch(told) and (found := read_time(told, now)):
                return found
    words = [piece.text for piece in _without_name(header, author)]
    dates = [
        match[0]
        for said in (
            rf"(?:^|\| ){_WHOLE_TIME.pattern}",
            r"(?:^|\| )\d{4}[.-]\d{2}[.-]\d{2}.*|^\d+\s?\S{1,2}\s?전",
        )
        for text in words
        if (match := re.search(said, text))
    ]
    return next((found for text in dates if (found := read_time(text, now))), None)


def _without_name(found: list[markup.Piece], author: str | None) -> Iterator[markup.Piece]:
    """Yield the pieces, without the first that is the writer's name."""
    name = next((piece for piece in found if piece.text == author), None)
    return (piece for piece in found if piece is not name)


def _hits(found: list[markup.Piece], author: str | None) -> int | None:
    """Return the hits; a writer may call himself "조회", and what follows him is a date."""
    figures = (
        piece for piece in _without_name(found, author) if not field_words.is_time(piece.text)
    )
    return field_words.figure(field_words.labelled(figures, field_words.HITS, "hits"))


def _labelled_time(found: Iterable[markup.Piece], now: datetime) -> datetime | None:
    said = field_words.labelled(found, field_words.TIME, "time")
    return read_time(said, now) if said else None


def _with_clocks(found: Iterable[markup.Piece]) -> Iterator[markup.Piece]:
    """Yield the pieces, a day and the clock behind it as one: skins print the day in bold."""
    day: markup.Piece | None = None
    for piece in found:
        if day is not None:
            if _CLOCK.match(piece.text):
                yield day._replace(text=f"{day.text} {piece.text}")
                day = None
                continue
            yield day
        day = piece if _DAY.fullmatch(piece.text) else None
        if day is None:
            yield piece
    if day is not None:
        yield day


def _without_menu(text: etree._Element) -> etree._Element:
    """Return what a writer wrote: the engine puts a menu of its own into the text, at its end."""
    parts = [each for each in text if isinstance(each.tag, str)]
    last = parts[-1] if parts else None
    if last is None or not re.search(r"_popup_menu(?: |$)", markup.classes(last)):
        return text
    if not any(link.get("href") == _MENU for link in last.iter("a")):
        return text
    own = deepcopy(text)
    own.remove([each for each in own if isinstance(each.tag, str)][-1])
    return own


def _files(xe: XePage, anchor: etree._Element) -> list[str]:
    spoken = xe.comment_parts | markup.all_of([anchor])
    found: dict[str, str] = {}
    for link, href in xe.index.links:
        number = _FILE_LINK.search(href) if "file" in href else None
        if number is None or link in spoken:
            continue
        sizes = {
            child
            for child in link.iterdescendants()
            if isinstance(child.tag, str)
            and re.search("size", markup.classes(child), re.IGNORECASE)
        }
        name = _FILE_SIZE.sub("", markup.text_of(link, sizes))
        if name:
            found.setdefault(number[1] or number[2], name)
    return list(found.values())


def _comments(xe: XePage, now: datetime) -> list[CommentRecord]:
    found: list[CommentRecord] = []
    # Texts and nested replies are not what a comment says of itself.
    beside = {part for _, text, whole in xe.comments for part in (text, whole)} - {None}
    margins: list[int | None] = []
    for number, text, whole in xe.comments:
        around = [piece for piece in _with_clocks(markup.pieces(whole, beside)) if piece.text]
        author = next(
            (
                piece.text
                for piece in around
                if any(map(_AUTHOR.search, markup.trail(piece.owner, whole)))
            ),
            None,
        )
        if author is None:  # the mobile skin: span.auth > em; others: a heading
            author = next((piece.text for piece in around if piece.owner.tag in _NAME_TAGS), None)
        times = [piece.owner.get("datetime") or piece.text for piece in around]
        if author is None:
            author = _word_before_time(around, times)
        shown = text
        if shown is None:  # deleted or secret: what the page says in its place
            notices = markup.select(
                whole, "./*[contains(@class,'xe_content')] | .//*[contains(@class,'deleted')]"
            )
            shown = notices[0] if notices else None
        # Somebody may call himself "2026-01-01".
        named = next((n for n, piece in enumerate(around) if piece.text == author), None)
        posted = None
        for place, said in enumerate(times):
            if place != named and _WHEN_SAID.match(said):
                posted = posted or read_time(said, now)
        margins.append(_indent(whole))
        found.append(
            CommentRecord(
                native_id=number,
                author=author,
                posted_at=posted,
                text=markup.lines_of(_without_menu(shown)) if shown is not None else "",
            )
        )
    # Where replies alone say how far in they stand, the first level may say nothing of it.
    first = 1 if {None, 0} <= set(margins) else 0
    if not first and not any(margins):  # replies may stand in lists of their own
        margins = [*markup.nesting([whole for _, _, whole in xe.comments])]
    steps = sorted({margin for margin in margins if margin})
    for record, margin in zip(found, margins, strict=True):
        # indent1, indent2… count levels; margins stand in a skin's own step.
        levels = round(margin / steps[0]) if margin and steps else 0
        record.depth = 0 if margin is None else first + levels
    return found


_WHEN_SAID = re.compile(r"\W*(?:\d{2,4}[./-]\d|\d+\s?\S{1,2}\s?전|\d{8})")


def _word_before_time(around: list[markup.Piece], times: list[str]) -> str | None:
    """Return what alone stands before a comment's time: a guest's name, in no element of its own."""
    told = [number for number, said in enumerate(times[:2]) if _WHEN_SAID.match(said)]
    # Somebody may call himself "2026-01-01"; "3일 전" behind a day is that day again.
    is_named = told == [1] or (told == [0, 1] and "전" not in times[1])
    return around[0].text.strip(" |·") or None if is_named else None


def _indent(whole: etree._Element) -> int | None:
    """Return how far in a comment stands by its own account, None if it says nothing."""
    level = re.search(r"(?:indent|depth)-?_?(\d{1,3})", markup.classes(whole))
    if level:
        return int(level[1])
    first = next((each for each in whole if isinstance(each.tag, str)), None)
    for element in (whole, whole.getparent(), first):
        margin = re.search(
            r"(?:margin|padding)-left\s*:\s*(\d{1,5})",
            (element.get("style") or "") if element is not None else "",
        )
        if margin:
            return int(margin[1])
    return None


_COUNT_SAID = re.compile(
    r"\W*(?:(\d[\d,]*)\W*(?:개의|개|건)?\W*)?(?:댓글|의견|코멘트|comments?|replies)\W*(?:목록\W*)?(\d[\d,]*)?\W*(?:개|건)?\W*",
    re.IGNORECASE,
)
"""What heads the comments: another post's title may hold the word and a figure, too."""


def _comment_count(xe: XePage) -> int | None:
    heads = {
        *markup.select(xe.root, "//h3[contains(.,'댓글')]"),
        *xe.index.with_class_like("fbHeader"),
    }
    for part in xe.index.with_id("comment"):
        heads.update(markup.select(part, ".//h2[1] | .//h3[1]"))
    above = () if xe.container is None else _elements_before(xe.index.elements, xe.container)
    heads -= {*xe.within, *above}  # a title may say "댓글 3"
    for head in xe.index.elements if heads else ():
        if head in heads and (count := _COUNT_SAID.fullmatch(markup.text_of(head))):
            return field_words.integer(count[1] or count[2])
    return None
