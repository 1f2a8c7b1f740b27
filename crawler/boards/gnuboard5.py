"""GNUBOARD 5, from 5.0 to 5.6, with any skin, theme or builder on top of it.

What is read is what the engine prints: the script variables of head.sub.php, the
hidden fields and links of its own scripts, the ``<title>``, the ids that skins keep
because the engine's scripts look for them, and the labels. Class names of single
skins are only the last resort.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import chain
from typing import ClassVar
from urllib.parse import quote, unquote

from lxml import etree

from crawler import urls
from crawler.boards import field_words, markup
from crawler.boards.base import BoardAddress, BoardEngine, ListPage
from crawler.boards.rows import list_rows, row_fields
from crawler.boards.structure.body_place import find_body
from crawler.dates import lacks_year, read_time
from crawler.items import PostItem
from crawler.page import Page
from crawler.rows import ListRow
from models.records import CommentRecord
from models.relation import Status

_VARIABLE = re.compile(r"""var\s+(g5_\w+)\s*=\s*(["'])([^"'\n]*)\2""")
_PLAIN = re.compile(r"/(?!/)(?:(?!//|\.\.|&amp;)[^\s\\])*+$")
"""The rest of an address that needs no resolving."""
_CALLED = re.compile(r"""['"]([^'"\s]{1,300}/download\.php\?[^'"\s]{1,500})['"]""")
"""The address of a file in the call of a script."""
_SKIN_COMMENT = "사용스킨"
_TABLE_NAME = re.compile(r"\w{1,20}", re.ASCII)
_RESERVED = frozenset(
    [
        "bbs",
        "adm",
        "data",
        "extend",
        "lib",
        "js",
        "css",
        "img",
        "skin",
        "theme",
        "mobile",
        "plugin",
        "rss",
        "content",
        "shop",
        "admin",
        "page",
    ]
)
"""First parts of a path that are folders or other routes of the engine, never boards."""

# Where the body stands, the most telling first. The ids are GNUBOARD's own and
# Nariya's; the classes Eyoom's and Amina's, and those of older skins.
_CONTAINERS = (
    ("bo_v_con", "id"),
    ("board_view_con", "id"),
    ("board-view-con", "class"),
    ("writeContents", "id"),
    ("bo_v_con", "class"),
    ("view-content", "class"),
    ("view_content", "id"),
    ("view_con", "id"),
    ("view_content", "class"),
)
_LAST_CONTAINERS = (
    "//*[@itemprop='articleBody']",
    "//*[@itemprop='description' and not(self::meta)]",
)
_VIEW_CONTENT = re.compile(r"(?:^|[-_ ])view[-_]?con(?:t|tents?)?(?: |$)")
"""How skins of their own name it."""
_BODY_COMMENT = "본문 내용 시작"
# Every skin calls the engine's picture script on the element that holds the body.
_RESIZED = re.compile(r"""\$\(\s*["']([#.])([\w-]+)["']\s*\)\.viewimageresize""")
_COMMENT_PARTS = ("bo_vc", "bo_vc_w", "viewcomment", "fviewcomment")
_LIST_IDS = ("bo_list", "bo_gall", "bo_webzine", "gall_ul", "list-body")
_LIST_CLASSES = ("board-list", "list-board")
_CHROME = re.compile(
    r"(?:^|[-_ ])(?:lat|latest|aside|side|sidebar|gnb|lnb|popular|widget)(?:[-_ ]|$)"
)
_ALERT = re.compile(r"""alert\(\s*(["'])((?:(?!\1)[^\\]|\\.)*)\1\s*\)""")
_LEAVES = re.compile(r"history\.back|history\.go|location\.replace|location\.href|window\.close")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
_STATUS_WORDS = (
    (Status.SECRET, re.compile("비밀글|비밀번호")),
    (Status.DELETED, re.compile("존재하지 않|삭제되|삭제된|이동된|없는 글|없는 게시판")),
    (
        Status.DENIED,
        re.compile("권한|회원|로그인|포인트|본인확인|성인|접근|등급|레벨|차단|불가|전용 게시판"),
    ),
)
_TITLE_NOISE = re.compile(r"cate|sound_only|icon|count|talker|photo|print-hide")
_CATEGORY_CLASS = re.compile(r"(?:^|[-_ ])(?:cat|cate|category|caname|ca_name)(?:[-_ ]|$)")
_LONGEST_CATEGORY = 40
_LONGEST_FIGURES = 120
"""Characters of a line with writer, time and figures."""
_NO_CATEGORY = re.compile(
    r"\W*|\d+|N|NEW|HOT|Q|A|공지|공지사항|비밀글|답변|제목|새글|인기글?", re.IGNORECASE
)
"""What stands before a title as a category does."""
_DATE_LIKE = re.compile(
    r"\d{2,4}[-./]\d{1,2}[-./]\d{1,2}(?:\s|$)|\d{6} \d{1,2}:\d{2}|\d+\s?\S{1,2}\s?전|"
    rf"{field_words.ENGLISH_DATE}"
)
_SIZE = re.compile(
    r"\s*(?:\(?\s*[\d.,]+\s*(?:byte|bytes|B|K|KB|M|MB|G|GB)\s*\)?"
    r"|\([\d.,]+\s*(?:byte|[KMG])\)\s*\[\d+\]\s*(?:date\s*:.{0,30})?)\s*$",
    re.IGNORECASE,
)
"""A file's size behind its name, and how often, or since when, it was fetched."""
_FILE_LABEL = re.compile(r"^(?:file|파일|첨부파일|첨부)\s?\d{0,2}\s?[:：]\s?", re.IGNORECASE)
"""What a skin prints before the name of a file."""
_DOWNLOAD_WORDS = frozenset({"다운로드", "download", "내려받기", "첨부파일", "첨부"})


@dataclass(frozen=True, slots=True)
class _Target:
    """What an address of the engine points at."""

    table: str
    script: str
    """``board``, ``write``, ``password``…; empty for a short address."""
    post: str | None
    """The number, or the title's words in a title address."""
    is_bare: bool = True
    """Nothing in it asks for a comment, a form or another device's page."""


class _Board5Page(markup.EnginePage):
    """One page, with what the engine says of itself on it."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        self._targets: dict[str, _Target | None] = {}

    @cached_property
    def variables(self) -> dict[str, str]:
        return {
            match[1]: match[3].replace("\\/", "/") for match in _VARIABLE.finditer(self.page.text)
        }

    @cached_property
    def site(self) -> str:
        """The installation's address: the host that answered, the folder the engine says."""
        told = self.variables.get("g5_url") or self.variables.get("g5_shop_url")
        here = urls.origin(self.page.url)
        if told is not None:
            return here + urls.path(told).rstrip("/")
        # No variables: the folder above /bbs/ of this page's own address or its links.
        for url in (self.page.url, *self._script_links()):
            folder, found, _ = urls.path(url).rpartition("/bbs/")
            if found:
                return here + folder
        return here

    @cached_property
    def scripts(self) -> str:
        """The address of the engine's scripts, ``…/bbs``."""
        told = self.variables.get("g5_bbs_url")
        if told:
            return urls.origin(self.page.url) + urls.path(told).rstrip("/")
        return f"{self.site}/bbs"

    def _script_links(self) -> Iterator[str]:
        for _, href in self.index.links:
            url = urls.join(self.page.url, href)
            if url and "/bbs/" in url and "bo_table=" in url:
                yield url

    def target(self, url: str | None) -> _Target | None:
        """Read an address of this installation; None for any other."""
        if url is None:
            return None
        folder, path = urls.path(self.site).rstrip("/"), urls.path(url)
        if not path.startswith(f"{folder}/"):
            return None
        return _target(path[len(folder) :], url)

    def link_target(self, href: str) -> _Target | None:
        """Read what a link points at; None for links to elsewhere."""
        if href not in self._targets:
            self._targets[href] = self._link_target(href)
        return self._targets[href]

    def _link_target(self, href: str) -> _Target | None:
        read = _known_target if len(href) <= _LONGEST_CACHED else _read
        is_plain, target = read(href, self._sites)
        if is_plain:
            return target
        # GNUBOARD 4's skins call a script with the address of a file.
        called = _CALLED.search(href) if href.startswith("javascript:") else None
        url = urls.join(self.page.url, called[1] if called else href)
        if url is None or urls.host(url) not in self._hosts:
            return None
        return self.target(url)

    @cached_property
    def _sites(self) -> tuple[str, ...]:
        told = self.variables.get("g5_url", "").rstrip("/")
        return tuple(site for site in dict.fromkeys((told, self.site)) if site.startswith("http"))

    @cached_property
    def _hosts(self) -> set[str]:
        told = (self.variables.get(name, "") for name in ("g5_url", "g5_bbs_url"))
        return {urls.host(url) for url in (self.page.url, *told) if url.startswith("http")}

    def post_of(self, href: str) -> str | None:
        """Return the id of the post of this board that a link shows."""
        target = self.link_target(href)
        if target is None or target.table != self.table or target.script not in ("board", ""):
            return None
        return target.post if target.is_bare else None

    @cached_property
    def links(self) -> list[tuple[etree._Element, str, _Target]]:
        """Every link to a page of this board, with its address and what it points at."""
        return [
            (link, href, target)
            for link, href in self.index.links
            if (target := self.link_target(href)) is not None and target.table == self.table
        ]

    @cached_property
    def table(self) -> str | None:
        """The board's name, ``bo_table``."""
        told = self.variables.get("g5_bo_table", "")
        if _TABLE_NAME.fullmatch(told):
            return told
        hidden = markup.select(self.root, "//form//input[@name='bo_table']/@value")
        if hidden and _TABLE_NAME.fullmatch(hidden[0]):
            return str(hidden[0])
        target = self.target(self.page.url)
        return target.table if target else None

    @cached_property
    def categories(self) -> set[str]:
        """The board's categories, by the links to the posts of each."""
        return {
            category
            for link, href, _ in self.links
            if "sca=" in href
            and (category := urls.query(href).get("sca"))
            and markup.text_of(link) == category
        }

    @cached_property
    def is_short(self) -> bool:
        """Tell which address style the site writes, by its own links to this board."""
        short = queried = 0
        for link, href, target in self.links:
            if link in self.spoken:
                continue
            if "sfl=" in href or "device=" in href:
                continue  # built from the request's address or by the name menu
            if target.script == "board":
                queried += 1
            elif not href.partition("?")[0].endswith(".php"):
                short += 1
        return short > queried

    @cached_property
    def spoken(self) -> set[etree._Element]:
        """Every element of what visitors wrote: the body and the comments."""
        parts = [*self.index.with_id(*_COMMENT_PARTS), *(element for _, element in self.comments)]
        return self._within | markup.all_of(parts)

    @cached_property
    def _within(self) -> set[etree._Element]:
        """Every element of the body."""
        whole = markup.all_of([] if self.container is None else [self.container])
        return whole - markup.all_of([*self.figures_within, *self.comments_within])

    @cached_property
    def comments_within(self) -> list[etree._Element]:
        """The comments that stand in the body's element, which its skin forgets to close."""
        if self.container is None or self.container not in self._around_post:
            return []
        return [
            part
            for part in self.index.with_id(*_COMMENT_PARTS)
            if self.container in part.iterancestors()
        ]

    @cached_property
    def figures_within(self) -> list[etree._Element]:
        """The lines of writer and figures that stand in one frame with a body known by its place."""
        frame = self.container
        is_framed = "framed" in self.__dict__ and frame is self.framed
        if frame is None or not is_framed:
            return []
        found = []
        for element in frame.iter("a", "span", "b", "strong"):
            if not field_words.is_name(markup.classes(element)):
                continue
            line = element
            for parent in element.iterancestors():
                if parent is frame or len(markup.text_of(parent)) > _LONGEST_FIGURES:
                    break
                line = parent
            found.append(line)
        return found

    @cached_property
    def comments(self) -> list[tuple[str, etree._Element]]:
        """Each comment's id and element, once, in order."""
        found: dict[str, etree._Element] = {}
        for number, element in self.index.ids("c_"):
            if urls.is_number(number) and element not in self._within:
                found.setdefault(number, element)
        return list(found.items()) or self._anchored_comments

    @property
    def _anchored_comments(self) -> list[tuple[str, etree._Element]]:
        """The same of skins that mark each comment with an empty ``<a name="c_N">``."""
        anchors = {
            anchor: name.removeprefix("c_")
            for anchor in self.index.with_tag("a")
            if (name := anchor.get("name") or "").startswith("c_")
            and urls.is_number(name.removeprefix("c_"))
            and anchor not in self._within
        }
        above = set() if self.container is None else set(self.container.iterancestors())
        found: dict[str, etree._Element] = {}
        for anchor, number in anchors.items():
            element = anchor
            for parent in anchor.iterancestors():
                others = sum(1 for each in parent.iter("a") if each in anchors)
                if others > 1 or parent in above or parent.tag in ("body", "form"):
                    break
                element = parent
                if parent.tag in ("li", "article"):
                    break
            if element is anchor and (after := _behind(anchor)) is not None:
                element = after
            found.setdefault(number, element)
        return list(found.items())

    @cached_property
    def container(self) -> etree._Element | None:
        """The element that holds the body."""
        frame: etree._Element | None = None
        for name, kind in _CONTAINERS:
            named = self.index.with_id(name) if kind == "id" else self.index.with_class(name)
            found = [each for each in named if each not in self._around_post]
            if named and frame is None and not found:
                frame = named[0]  # its skin forgets to close it: all that follows stands in it
            if len(found) > 1:  # a skin's own fields may stand in one of the same name
                return next((each for each in self._commented if each in found), found[0])
            if found:
                return found[0]
        if frame is not None:
            return frame
        if not self.shows_post:
            return None
        commented = next(self._commented, None)
        if commented is not None:
            return commented
        for kind, name in _RESIZED.findall(self.page.text):
            found = self.index.with_id(name) if kind == "#" else self.index.with_class(name)
            if found and not self._holds_more(found[0]):
                # Skins that call it on the whole article mark the body by nothing.
                inner = self.framed if name == "bo_v_atc" else None
                return (
                    inner if inner is not None and found[0] in inner.iterancestors() else found[0]
                )
        for path in _LAST_CONTAINERS:
            if found := markup.select(self.root, path):
                return found[0]
        for element in self.index.elements:
            names = f"{markup.classes(element)} {element.get('id') or ''}"
            if _VIEW_CONTENT.search(names) and not self._holds_more(element):
                return element
        return self.framed

    @cached_property
    def _around_post(self) -> set[etree._Element]:
        """What holds the title or the form for comments, too, and so is no body."""
        parts = [*self.index.with_id("bo_v_title", "bo_vc"), *self.form("fviewcomment")]
        return {element for part in parts for element in part.iterancestors()}

    @cached_property
    def framed(self) -> etree._Element | None:
        """The body by structure alone, in a skin that marks it by nothing we know."""
        return find_body(self.page)

    def _holds_more(self, element: etree._Element) -> bool:
        """Tell by the engine's own links that an element is a frame around more than a body."""
        return any(element in link.iterancestors() for link, _, _ in self.links)

    @property
    def _commented(self) -> Iterator[etree._Element]:
        """Yield the elements behind the comment that skins put before the body."""
        for comment in self.root.iter(etree.Comment):
            if _BODY_COMMENT in (comment.text or ""):
                element = comment.getnext()
                if element is not None and isinstance(element.tag, str):
                    yield element

    @cached_property
    def shows_post(self) -> bool:
        """Tell a post without a known container from lists, forms and notices."""
        if self.index.with_id("bo_v", "bo_v_info", "bo_vc") or self.form("fviewcomment"):
            return True
        target = self.target(self.page.url)
        if target is None or target.post is None or target.script not in ("board", ""):
            return False
        if self.index.with_id("bo_v_atc"):
            return True
        # "제목 > 게시판 | 사이트"; a page that breaks off behind it shows nothing of the post.
        if " > " in self.title and self.framed is not None:
            return True
        own = ("write", "password", "delete", "good", "nogood", "scrap_popin")
        return any(each.post == target.post and each.script in own for _, _, each in self.links)

    def form(self, name: str) -> list[etree._Element]:
        """Return the forms that the engine's scripts know by this name."""
        return [
            form
            for form in self.index.with_tag("form")
            if name in (form.get("name"), form.get("id"))
        ]

    @cached_property
    def number(self) -> str | None:
        """The post's ``wr_id`` (in a title address the page alone knows it)."""
        here = self.target(self.page.url)
        if here is not None and here.script in _ACTIONS and here.script != "password":
            here = None  # what a vote or a download answers is not the post
        told = self._numbers()
        first = next(told, None)
        if here is None or here.post is None:
            return first
        # The form of a comment has the comment's own number: a page that says anywhere that it is
        # the post that was asked for is no other.
        return here.post if first in (None, here.post) or here.post in told else first

    def _numbers(self) -> Iterator[str]:
        for form in self.index.with_tag("form"):
            fields = {field.get("name"): field.get("value") or "" for field in form.iter("input")}
            if fields.get("bo_table") == self.table and urls.is_number(fields.get("wr_id", "")):
                yield fields["wr_id"]
        for link, href, target in self.links:
            if "wr_id=" not in href or target.post is None or "w=sc&" in href:
                continue  # a secret comment's link has the comment's own number
            speaks = target.script in _ACTIONS or (target.script == "board" and "c_id=" in href)
            if speaks and link not in self._within:
                yield target.post
        call = re.compile(rf"""\b\w+\(\s*['"]{self.table}['"]\s*,\s*['"](\d+)['"]""")
        if match := call.search(self.page.text):
            yield match[1]
        addresses = [
            *markup.select(self.root, "//link[@rel='canonical']/@href"),
            *markup.select(self.root, "//meta[@property='og:url']/@content"),
        ]
        if 300 <= self.page.status < 400:
            # A secret post in a title address: only the password form's address has its id.
            addresses.append(self.page.headers.get("location", ""))
        found = [self.target(urls.join(self.page.url, address)) for address in addresses]
        for told in found:
            if told and told.table == self.table and told.post and urls.is_number(told.post):
                yield told.post

    @cached_property
    def head_title(self) -> str:
        """The ``<title>`` up to " > 게시판 | 사이트": the whole title, however long."""
        return self.title.rpartition(" > ")[0] or self.title.rpartition(" | ")[0] or self.title

    @cached_property
    def title(self) -> str:
        """The ``<title>``."""
        titles = self.index.with_tag("title")
        return markup.squeeze("".join(titles[0].itertext())) if titles else ""

    @cached_property
    def alert(self) -> str | None:
        """What the engine's notice page says instead of showing something."""
        if self.container is not None:
            return None
        for notice in self.index.with_id("validation_check"):
            said = notice.find(".//p")
            if said is not None:
                return markup.squeeze("".join(said.itertext()))
        for script in self.index.with_tag("script"):
            source = script.text or ""
            message = _ALERT.search(source)
            # The notice is the first thing its script does; other scripts only define
            # functions that would alert.
            if message and _LEAVES.search(source, message.end()) and "function" not in source:
                return markup.squeeze(_ESCAPE.sub(_escaped, message[2]))
        return None


_LONGEST_CACHED = 300
_ACTIONS = ("write", "password", "good", "nogood", "scrap_popin", "link", "download", "delete")
"""The scripts that do something with a post."""


def _behind(anchor: etree._Element) -> etree._Element | None:
    """Return the frame that stands behind the mark of a comment, as in skins of GNUBOARD 4."""
    after = anchor.getnext()
    return after if after is not None and after.tag in ("table", "div", "dl", "section") else None


def _read(href: str, sites: tuple[str, ...]) -> tuple[bool, _Target | None]:
    """Read a link that begins with the installation's address; False if it needs resolving."""
    for site in sites:
        # Nearly all links are absolute, as the engine writes them.
        if href.startswith(site) and _PLAIN.match(rest := href[len(site) :]):
            path = rest.partition("#")[0].partition("?")[0]
            return True, _target(unquote(path), rest) if path else None
    return False, None


# The pages of a board print the same links: their menus, and the list below each post.
_known_target = lru_cache(maxsize=8192)(_read)


def _target(path: str, url: str) -> _Target | None:
    """Read an address by its path inside the installation, and its parameters."""
    name = path.rpartition("/")[2]
    if name.endswith(".php"):
        query = urls.query(url)
        table = query.get("bo_table", "")
        if not _TABLE_NAME.fullmatch(table):
            return None
        post = query.get("wr_id", "")
        return _Target(
            table,
            name.removesuffix(".php"),
            post if urls.is_number(post) else None,
            _is_bare(query),
        )
    table, _, rest = path.strip("/").partition("/")
    if not _TABLE_NAME.fullmatch(table) or table in _RESERVED or "/" in rest:
        return None
    if rest == "write":
        return _Target(table, "write", None)
    if rest and not urls.is_number(rest) and not path.endswith("/"):
        return None
    return _Target(table, "", rest or None, _is_bare(urls.query(url)))


def _is_bare(query: dict[str, str]) -> bool:
    return query.keys().isdisjoint(("c_id", "w", "device"))


def _escaped(match: re.Match[str]) -> str:
    if match[1]:
        letter = chr(int(match[1], 16))
        return letter if not "\ud800" <= letter <= "\udfff" else ""
    return {"n": "\n", "r": "\n", "t": " "}.get(match[2], match[2])


class Gnuboard5(BoardEngine):
    name: ClassVar[str] = "gnuboard5"

    def recognises(self, page: Page) -> bool:
        """By the script variables, or else the closing comment or the ids of a post or list."""
        text = page.text
        if "g5_" in text and re.search(r"var\s+g5_(?:url|bbs_url|bo_table|is_member)\b", text):
            return True
        if "g6_url" in text or "g4_bo_table" in text or "g4_path" in text:
            return False
        if f"<!-- {_SKIN_COMMENT}" in text:
            return True
        if 'id="bo_v_con"' in text and ('id="bo_v_title"' in text or 'id="bo_v_info"' in text):
            return True  # a saved post whose scripts are gone
        ids = ("bo_v_con", "bo_v", "bo_list", "bo_gall")
        return "bo_table" in text and bool(markup.index_of(page).with_id(*ids))

    def board(self, page: Page) -> BoardAddress | None:
        board5 = _Board5Page.of(page)
        table = board5.table
        if table is None:
            return None
        if not board5.variables.get("g5_bo_table") and board5.container is None:
            # A notice page names no board. The address does, and a post that is gone or
            # closed still stands on it; a board that is unknown or closed does not.
            here = board5.target(page.url)
            unknown_board = "게시판" in (board5.alert or "") and "존재하지" in (board5.alert or "")
            if here is None or unknown_board or (here.post is None and board5.alert):
                return None
        style = "short" if board5.is_short else "query"
        root = board5.site if style == "short" else board5.scripts
        return BoardAddress(
            url=_list_address(root, table, style),
            native_id=table,
            root=root,
            style=style,
            name=_board_name(board5),
        )

    def list_request(self, board: BoardAddress, page_number: int) -> str:
        first = _list_address(board.root, board.native_id, board.style)
        if page_number <= 1:
            return first
        return f"{first}{'&' if '?' in first else '?'}page={page_number}"

    def post_request(self, board: BoardAddress, native_id: str) -> str:
        if not native_id.isdigit():  # the words of a title address: all that its list tells
            return f"{board.root}/{board.native_id}/{quote(native_id, safe='')}/"
        if board.style == "short":
            return f"{board.root}/{board.native_id}/{native_id}"
        query = urls.write_query({"bo_table": board.native_id, "wr_id": native_id})
        return f"{board.root}/board.php?{query}"

    def feed_request(self, board: BoardAddress) -> str | None:
        scripts = f"{board.root}/bbs" if board.style == "short" else board.root
        return f"{scripts}/rss.php?bo_table={board.native_id}"

    def post_id(self, url: str) -> str | None:
        told = urls.query(url).get("wr_id") or urls.path(url).rstrip("/").rpartition("/")[2]
        return told if urls.is_number(told) else None

    def board_at(self, url: str) -> str | None:
        folder, found, script = urls.path(url).rpartition("/bbs/")
        table = urls.query(url).get("bo_table", "")
        if not found or script != "board.php" or not _TABLE_NAME.fullmatch(table):
            return None
        return _list_address(f"{urls.origin(url)}{folder}/bbs", table, "query")

    def other_addresses(self, url: str) -> tuple[str, ...]:
        table = urls.query(url).get("bo_table")
        if table is not None:
            folder, found, _ = url.partition("/bbs/board.php?")
            return (_list_address(folder, table, "short"),) if found else ()
        root, _, table = url.rpartition("/")
        return (_list_address(f"{root}/bbs", table, "query"),)

    def read_list(self, page: Page, now: datetime) -> ListPage:
        board5, board = _Board5Page.of(page), self.board(page)
        if board is None:
            return ListPage([], None)
        found = [
            row_fields.with_category(
                row_fields.list_row(row, self.post_request(board, row.native_id), now),
                _row_category(row, board5.categories),
            )
            for row in list_rows.rows(*_list_scopes(board5))
        ]
        return ListPage(found, _page_number(board5))

    def read_post(self, page: Page, now: datetime) -> PostItem:
        board5, board = _Board5Page.of(page), self.board(page)
        item = self.item_of(page, board, board5.number, _status(board5), now)
        if item.status is not Status.LIVE:
            if item.status is Status.SECRET and board5.alert is None:
                item.title = _secret_title(board5)
            return item
        _fill(item, board5, now)
        return item

    def read_text_dump(self, text: str) -> PostItem | None:
        """Read a post's page that was saved as plain text; None for other texts."""
        return _read_text_dump(text)


def _list_address(root: str, table: str, style: str) -> str:
    return f"{root}/{table}" if style == "short" else f"{root}/board.php?bo_table={table}"


def _board_name(board5: _Board5Page) -> str:
    if board5.alert is not None:
        return ""
    told = board5.index.with_id("container_title", "bo_v_table")
    if told:
        return markup.text_of(told[0])
    before_site = board5.title.rpartition(" | ")[0] or board5.title
    return re.sub(r"\s*\d*\s*페이지$", "", before_site.rpartition(" > ")[2])


def _page_number(board5: _Board5Page) -> int | None:
    return next(
        (int(text) for text in _told_numbers(board5) if urls.is_number(text) and len(text) < 10),
        None,
    )


def _told_numbers(board5: _Board5Page) -> Iterator[str]:
    for form in board5.form("fboardlist"):
        for field in form.iter("input"):
            if field.get("name") == "page":
                yield field.get("value") or ""
    yield urls.query(board5.page.url).get("page", "")
    yield from map(markup.text_of, board5.index.with_class("pg_current"))


def _list_frames(board5: _Board5Page) -> Iterator[tuple[list[etree._Element], bool]]:
    """Yield what may hold a list, and whether it is the engine's own form."""
    yield board5.form("fboardlist"), True
    yield board5.index.with_id(*_LIST_IDS), False
    yield board5.index.with_class(*_LIST_CLASSES), False


def _list_scopes(
    board5: _Board5Page,
) -> tuple[list[etree._Element], Callable[[str], str | None], set[etree._Element]]:
    """Return where the list stands, as `list_rows.rows` takes it."""
    for found, is_form in _list_frames(board5):
        holding = [
            scope
            for scope in found
            if any(board5.post_of(link.get("href") or "") for link in scope.iter("a"))
            or any(board5.post_of(href) for _, href in list_rows.clicked_in(scope))
        ]
        if holding or (is_form and any(map(markup.text_of, found))):
            # The engine's own list form without a post in it is an empty list, whatever posts
            # the boxes around it show; one of hidden fields alone says nothing.
            return holding, board5.post_of, set()
    if board5.container is not None:
        # Without a list's frame, the links of a post's page lead to its neighbours.
        return [], board5.post_of, set()
    # A skin without any of the usual frames: the page without what is around every list.
    around = markup.all_of(
        element
        for element in board5.index.with_tag(
            "header", "footer", "nav", "aside", "section", "div", "ul"
        )
        if element.tag in ("header", "footer", "nav", "aside")
        or element.get("id") in ("hd", "ft", "aside", "gnb", "tnb")
        or _CHROME.search(markup.classes(element))
    )
    around |= board5.spoken
    links = _links_to_posts(board5, board5.index.links, around)
    links = links or _links_to_posts(board5, list_rows.clicked_in(board5.root), around)
    return list_rows.common_scope(links), board5.post_of, around


def _links_to_posts(
    board5: _Board5Page,
    found: Iterable[tuple[etree._Element, str]],
    around: Collection[etree._Element],
) -> list[etree._Element]:
    return [link for link, href in found if link not in around and board5.post_of(href) is not None]


def _row_category(row: list_rows.Row, known: Collection[str]) -> str | None:
    """Return the category whose posts a link of a row lists, that a class names, or that is known."""
    for link in row.element.iter("a"):
        href = link.get("href") or ""
        if "sca=" in href and (category := urls.query(href).get("sca")):
            return category  # what the link says may be "공지" or cut
    classed = next(_classed_categories(row.element.iter(etree.Element)), None)
    if classed is not None or not known:
        return classed
    # A title may be the name of one, too.
    words = (piece for piece in markup.pieces(row.element) if piece.owner not in row.links)
    return _first_of(words, known)


def _first_of(words: Iterable[markup.Piece], known: Collection[str]) -> str | None:
    """Return the first words that are one of the board's categories."""
    return next((text for word in words if (text := word.text.strip("[]() ")) in known), None)


def _classed_categories(elements: Iterable[etree._Element]) -> Iterator[str]:
    """Yield the words of the elements whose class says that they are a category."""
    for element in elements:
        if _CATEGORY_CLASS.search(markup.classes(element)) and len(element) < 3:
            # GNUBOARD's own list puts its "공지" into the category's place.
            marks = {
                each
                for each in element.iterdescendants(etree.Element)
                if _MARK_CLASS.search(markup.classes(each))
            }
            text = markup.text_of(element, marks).strip("[]() ")
            if len(text) <= _LONGEST_CATEGORY and not (
                _FIGURES.fullmatch(text) or field_words.is_time(text)
            ):
                yield text


_FIGURES = re.compile(r"[\W\d_]*")
_MARK_CLASS = re.compile(r"(?:^|[-_ ])(?:notice|new|hot|secret|lock)(?:[-_ ]|$)")
"""What says that a post is pinned, new, closed."""


# --- a post that is not shown ------------------------------------------------------


def _status(board5: _Board5Page) -> Status:
    page = board5.page
    script = urls.path(page.url).rpartition("/")[2]
    target = urls.join(page.url, page.headers.get("location", ""))
    if 300 <= page.status < 400:
        script = urls.path(target or "").rpartition("/")[2]
    if script == "password.php" or board5.form("fboardpassword"):
        return Status.SECRET
    if script in ("login.php", "register.php") or board5.form("flogin"):
        return Status.DENIED
    if board5.alert is not None:
        for status, words in _STATUS_WORDS:
            if words.search(board5.alert):
                return status
        return Status.UNREADABLE
    if page.status in (404, 410):
        return Status.DELETED
    if page.status in (401, 403):
        return Status.DENIED
    if page.status >= 300:
        return Status.UNREADABLE
    if board5.container is not None or (board5.shows_post and board5.number):
        return Status.LIVE
    return Status.UNREADABLE


def _secret_title(board5: _Board5Page) -> str | None:
    """Return the post's title, which the password page shows as its own."""
    shown = [box.find(".//h1") for box in board5.index.with_id("pw_confirm")]
    title = next((markup.text_of(h1) for h1 in shown if h1 is not None), board5.head_title)
    return title if title and title != "비밀번호 입력" else None


# --- a post that is shown ----------------------------------------------------------


def _fill(item: PostItem, board5: _Board5Page, now: datetime) -> None:
    container = board5.container
    if container is None:
        # The page is a post, but no skin we know: trafilatura finds the body.
        item.html, item.whole_page = board5.page.text, True
    elif container is board5.__dict__.get("framed") or board5.comments_within:
        item.html = _without_buttons(board5, container)
    else:
        item.html = _html_without(container, _forms_within(board5, container))
    region = _Region(_region(board5), _beside_the_header(board5), board5.figures_within)
    item.title, item.category, heading = _title(board5, region)
    # A title may be "조회" or a date, and is neither a label nor the post's time.
    own = set() if heading is None else set(heading.iter())
    is_label = item.title in _LABELS and bool(own)
    title = item.title or "\0"
    site_heading = f"{title} > "  # hidden, above the page
    region.header = [
        piece
        for piece in region.header
        if not (
            title in piece.text
            and (
                (piece.owner in own and piece.text.endswith(title))
                or (piece.text == title and not is_label)
                or piece.text.startswith(site_heading)
            )
        )
    ]
    item.author, name = _author(region, container)
    # Neither is a writer who calls himself "조회".
    region.header = [
        piece for piece in region.header if piece.owner not in region.names and piece is not name
    ]
    item.posted_at = _time(region, now)
    figures = [piece for piece in region.header if not field_words.is_time(piece.text)]
    item.hits = field_words.told_hits(figures)
    item.ip = _ip(region)
    item.links = _links(board5)
    item.files = _files(board5)
    item.comments = _comments(board5, _since(item, board5), now)
    stated = field_words.count_of(
        field_words.labelled(region.header, field_words.COMMENTS, "comments")
    )
    item.comment_count = max(stated or 0, len(item.comments))


def _without_buttons(board5: _Board5Page, container: etree._Element) -> str:
    """Return the HTML of a body without the skin's buttons, files and neighbours in its frame."""
    parts = {*_forms_within(board5, container), *board5.figures_within, *board5.comments_within}
    neighbours = []
    for link, _, target in board5.links:
        if target.script in ("download", "link"):
            parts.add(next(link.iterancestors("li"), link))
        elif _is_neighbour(board5, target):
            neighbours.append(link)
        elif target.post is None and _TO_LIST.fullmatch(markup.text_of(link)):
            parts.add(link)
    parts |= {
        row
        for row in _rows_of_neighbours(board5, neighbours)
        if _NEIGHBOUR.search(f"{markup.classes(row)} {markup.text_of(row)}")
    }
    return _html_without(container, parts)


def _forms_within(board5: _Board5Page, container: etree._Element) -> set[etree._Element]:
    """Return the skin's buttons in a body: the core lets no author write one, nor a form.

    A form that holds the body is none of them, and a link that somebody wrote has other words.
    """
    parts = set(container.iter("button", "form"))
    if forms := [part for part in parts if part.tag == "form"]:
        half = len(markup.text_of(container)) / 2
        parts.difference_update(form for form in forms if len(markup.text_of(form)) > half)
    for link, _, target in board5.links:
        if (
            target.script in ("write", "password", "delete")
            and link in board5._within
            and _BUTTON.fullmatch(markup.text_of(link))
        ):
            parts.add(next(link.iterancestors("li"), link))
    return parts


def _html_without(container: etree._Element, parts: set[etree._Element]) -> str:
    """Return an element's HTML without some of what is in it."""
    if not parts:
        return str(etree.tostring(container, encoding="unicode", method="html", with_tail=False))
    copy = deepcopy(container)
    pairs = zip(container.iter(etree.Element), list(copy.iter(etree.Element)), strict=True)
    for twin in [twin for element, twin in pairs if element in parts and twin is not copy]:
        twin.tag = "dropped"
    etree.strip_elements(copy, "dropped", with_tail=False)
    return str(etree.tostring(copy, encoding="unicode", method="html", with_tail=False))


_BUTTON = re.compile(
    r"(?:글|답글?)?\s?(?:쓰기|고치기|지우기|수정|삭제|답변|등록)(?:하기)?|edit|modify|delete|write|reply|",
    re.IGNORECASE,
)
_TO_LIST = re.compile(r"목록(?:으로|보기)?|list", re.IGNORECASE)
_NEIGHBOUR = re.compile(r"이전|다음|prev|next", re.IGNORECASE)
_LABELS = frozenset(
    (*field_words.TIME, *field_words.HITS, *field_words.AUTHOR, *field_words.COMMENTS)
)


class _Region:
    """The part of the page that holds the post with its title and its author."""

    def __init__(
        self,
        root: etree._Element,
        aside: Collection[etree._Element],
        within: list[etree._Element],
    ) -> None:
        self.root = root
        self.aside = aside
        """Every element of what says the same words of other things."""
        # Figures may stand in one frame with the body, which is left out as a whole.
        figures = chain.from_iterable(map(markup.pieces, within))
        self.header = [*figures, *markup.pieces(root, aside)]
        self.elements: list[etree._Element] = list(root.iter(etree.Element))
        self.place = {element: number for number, element in enumerate(self.elements)}
        self.dressed = [(each, names) for each in self.elements if (names := each.get("class"))]
        """The elements that have a class, with it."""
        self.names = markup.all_of(
            each for each, names in self.dressed if field_words.is_name(names)
        )
        """Every element of what the engine marks as somebody's name."""
        self.stated = [
            (each, name) for each in self.elements if (name := each.get("itemprop")) is not None
        ]
        """The elements that say what they hold as microdata, with the property's name."""

    def content(self, *properties: str) -> str | None:
        """Return the content that the first such element inside states, not shows."""
        return next(
            (
                content
                for each, name in self.stated
                if name in properties
                and each is not self.root
                and (content := each.get("content")) is not None
            ),
            None,
        )


def _region(board5: _Board5Page) -> etree._Element:
    """Return the element that holds the post with its title and its author."""
    known = board5.index.with_id("bo_v") or board5.index.with_class("board-view")
    if known:
        return known[0]
    start = board5.container
    if start is None:
        return board5.root
    body = start
    for element in start.iterancestors():
        if element.tag in ("body", "html"):
            break
        body = element
        if field_words.author_in(element, board5.spoken):
            return element
    return body


def _beside_the_header(board5: _Board5Page) -> set[etree._Element]:
    """Return what stands around a post's header and says the same words of other things."""
    listed = markup.all_of([*board5.form("fboardlist"), *board5.index.with_id(*_LIST_IDS)])
    parts: list[etree._Element] = []
    neighbours: list[etree._Element] = []
    for link, _, target in board5.links:
        if target.script in ("download", "link"):
            row = next(link.iterancestors("li"), link)
            # A skin may put both kinds, and the neighbours, into one li.
            parts.append(row if len(row.findall(".//a")) <= 2 else link)
        elif link not in listed and _is_neighbour(board5, target):
            neighbours.append(link)
    # The list below a post may have rows that are links by script.
    parts += [
        row
        for row, href in list_rows.clicked_in(board5.root)
        if row not in listed and board5.post_of(href) not in (None, board5.number)
    ]
    return (
        listed | board5.spoken | markup.all_of([*parts, *_rows_of_neighbours(board5, neighbours)])
    )


def _is_neighbour(board5: _Board5Page, target: _Target) -> bool:
    return bool(target.post) and target.script in ("board", "") and target.post != board5.number


def _rows_of_neighbours(
    board5: _Board5Page, links: list[etree._Element]
) -> Iterator[etree._Element]:
    """Yield what says something of the posts before and after this one: their dates, too."""
    of_others = set(links)
    above = set() if board5.container is None else set(board5.container.iterancestors())
    for link in links:
        row = link
        for element in link.iterancestors():
            if element in above or element.tag in ("body", "form"):
                break
            others = element.findall(".//a")
            if len(others) > _MOST_NEIGHBOURS or not of_others.issuperset(others):
                break
            words = sum(map(str.isalnum, markup.text_of(element, of_others)))
            if words > _NEIGHBOUR_LABEL * len(others) or field_words.author_in(element):
                break
            row = element
        yield row


_MOST_NEIGHBOURS = 4
_NEIGHBOUR_LABEL = 16
"""Letters of "이전글" and a date, beside a link to a neighbour."""


def _title(
    board5: _Board5Page, region: _Region
) -> tuple[str | None, str | None, etree._Element | None]:
    """Return the whole title, the category, and the element that shows the title."""
    whole = board5.head_title
    element, shown = _shown_title(region, whole)
    # A title may hold the word "분류", and is no label.
    words = [piece for piece in region.header if not _says(piece.text, shown, whole)]
    category = _category(region, element, words) or _first_of(words, board5.categories)
    if shown is None:
        return whole or None, category, None
    # 5.0 prints "분류 | 제목" in one element, others "[분류] 제목".
    before = _BEFORE_TITLE.match(shown)
    after = shown[before.end() :] if before else ""
    if after and not whole.startswith(_uncut(shown)) and whole.startswith(_uncut(after)):
        category, shown = category or (before and (before[1] or before[2])) or None, after
    if category and shown.startswith(f"[{category}]") and not whole.startswith("["):
        shown = shown.removeprefix(f"[{category}]").strip()
    shown = _without_label(shown, whole)
    if _uncut(shown) != shown:
        for told in (whole, *_other_titles(board5)):
            place = told.find(_uncut(shown))
            if place >= 0 and len(told) - place > len(_uncut(shown)):
                return told[place:], category, element
    return shown or whole or None, category, element


_BEFORE_TITLE = re.compile(r"(?:\[\]\s*)?(?:([^|\[\]]{1,40}?)\s+\|\s+|\[([^\]]{1,40})\]\s*)")
"""A category in one element with the title."""
_OWN_LABEL = re.compile(r"[:：\])>]\s+")
"""The end of what a skin prints before every title."""


def _without_label(shown: str, whole: str) -> str:
    """Return a shown title without what its skin prints before every one, by the whole title."""
    for label in _OWN_LABEL.finditer(shown[:_LONGEST_CATEGORY]):
        rest = shown[label.end() :]
        if len(_uncut(rest)) > 1 and whole.startswith(_uncut(rest)):
            return rest
    return shown


def _uncut(title: str) -> str:
    """Return a title without the mark of a cut."""
    return re.sub(r"\s*(?:…|\.\.\.)$", "", title)


def _shown_title(region: _Region, whole: str) -> tuple[etree._Element | None, str | None]:
    """Return the title with its element: what the ``<title>`` says too, whole or cut, if any does."""
    told = region.content("headline")
    if told is not None:
        return None, markup.squeeze(told)
    first: tuple[etree._Element | None, str | None] = (None, None)
    for element in region.elements:
        names = markup.classes(element)
        if not (
            "board-view-subj" in names
            or "view-subject" in names
            or element.get("id") == "bo_v_title"
            or element.get("itemprop") == "headline"
        ):
            continue
        for each, text in _titles_in(element):
            if first[1] is None:
                first = each, text
            bare = _without_label(text, whole)
            if len(_uncut(bare)) > 1 and whole.startswith(_uncut(bare)):
                return each, text
    # Any heading that says what the <title> says, whole or cut.
    for element in region.root.iter(
        "h1", "h2", "h3", "h4", "h5", "strong", "th", "td", "div", "span", "p"
    ):
        if element in region.aside:
            continue
        text = markup.squeeze(element.text)
        if not text and len(element) < 4:
            text = markup.text_of(element, region.aside)
        own = _uncut(text)
        says = len(own) > 1 and whole.startswith((own, _BEFORE_TITLE.sub("", own) or own))
        complete = text.endswith(whole) or text != _uncut(text)
        if says and complete:
            return element, text
    return first


def _titles_in(element: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Yield what may be the title in an element made for it, the likeliest first."""
    inner = markup.select(element, ".//*[contains(@class,'bo_v_tit')]")
    inner += markup.select(element, ".//strong[not(ancestor::*[contains(@class,'cate')])]")
    noise = {
        child
        for child in element.iterdescendants()
        if isinstance(child.tag, str) and _TITLE_NOISE.search(markup.classes(child))
    }
    for each in inner:
        if text := markup.text_of(each):
            yield each, text
    if text := markup.text_of(element, noise):
        yield element, text


def _other_titles(board5: _Board5Page) -> Iterator[str]:
    for path in (
        "//*[@id='container_title']//@title",
        "//meta[@property='og:title']/@content",
        "//meta[@name='title' or @name='twitter:title']/@content",
    ):
        for text in markup.select(board5.root, path):
            squeezed = markup.squeeze(text)
            yield squeezed.rpartition(" > ")[0] or squeezed


def _says(text: str, shown: str | None, whole: str) -> bool:
    """Tell a piece that is the title, whole or cut."""
    return text in (shown, whole) or (_uncut(text) != text and whole.startswith(_uncut(text)))


def _category(
    region: _Region, title: etree._Element | None, words: list[markup.Piece]
) -> str | None:
    """Return the category, by its own marks, or from the header's *words* beside the title."""
    for element, names in region.dressed:
        if "bo_v_cate" not in names.split() or element is region.root or element in region.aside:
            continue
        hidden = set(markup.select(element, ".//*[contains(@class,'sound_only')]"))
        text = markup.text_of(element, hidden)
        if text:
            return text
    # Eyoom: "[분류]" before the title's strong.
    for element, names in region.dressed:
        if "board-view-subj" not in names or element is region.root:
            continue
        for heading in element.iter("span"):
            if heading is not element and (
                match := re.fullmatch(r"\[(.+)\]", markup.text_of(heading))
            ):
                return match[1]
    found = field_words.labelled(words, field_words.CATEGORY, "category")
    if found and len(found) <= _LONGEST_CATEGORY and not found.startswith("("):
        return found
    return _category_beside(region, title) if title is not None else None


def _category_beside(region: _Region, title: etree._Element) -> str | None:
    """Return what a class close to the title calls a category, or what alone stands before it."""
    place = region.place[title]
    near = [
        element
        for element in region.elements[max(place - _NEAR, 0) : place + _NEAR]
        if element not in region.aside
    ]
    classed = next(_classed_categories(near), None)
    if classed is not None:
        return classed
    before = title.getprevious()
    if before is None or before.tag not in ("em", "span", "a", "b", "i", "small"):
        return None
    text = markup.text_of(before, region.aside).strip("[] ")
    alone = before.getprevious() is None and not (before.getparent().text or "").strip()
    is_label = len(text) > _LONGEST_BARE or _NO_CATEGORY.fullmatch(text)
    return text if alone and not is_label else None


_NEAR = 12
"""Elements before and behind the title's."""
_LONGEST_BARE = 12
"""Characters of a category that nothing but its place tells."""


def _author(
    region: _Region, container: etree._Element | None
) -> tuple[str | None, markup.Piece | None]:
    """Return the writer, and the words that say so where only a class tells them."""
    wrapped = field_words.author_in(region.root, region.aside)
    if wrapped:
        return wrapped, None
    told = markup.squeeze(region.content("author", "publisher"))
    said = told or field_words.labelled(region.header, field_words.AUTHOR)
    # Behind a writer who calls himself "작성자" stands the date.
    # Where the name itself is missing, the next label stands behind its label.
    alike = [piece for piece in region.header if piece.text.rstrip(" :：") == said]
    is_label = said in _LABELS and len(alike) < 2
    if said and not (is_label or field_words.is_time(said) or _ADDRESS.fullmatch(said)):
        return said, None
    body = region.place.get(container, 0) if container is not None else 0
    for piece in region.header:
        is_above = region.place.get(piece.owner, body) < body
        if piece.text and is_above and _NICK_CLASS.search(markup.classes(piece.owner)):
            return piece.text, piece
    return None, None


_ADDRESS = re.compile(r"[(\[]?[\d♡.]+[)\]]?")
"""What stands behind the name of a writer, whatever he calls himself."""
_NICK_CLASS = re.compile(r"(?:^|[-_ ])(?:nick|nickname|writer|author)(?: |$)")


_BETWEEN_BARS = re.compile(r"(?:^|\s)\|(?:\s|$)")


def _time(region: _Region, now: datetime) -> datetime | None:
    stamped = [
        *(
            element.get("content") or ""
            for element, name in region.stated
            if name == "datePublished"
            and element is not region.root
            and element not in region.aside
        ),
        *(
            element.get("datetime") or ""
            for element in region.root.iter("time")
            if element not in region.aside
        ),
    ]
    for stamp in stamped:
        if found := read_time(stamp, now):
            return found
    said = field_words.labelled(region.header, field_words.TIME, "time")
    # The engine's short form, "03-02", leaves the year out of any year's dates.
    if said and not lacks_year(said) and (found := read_time(said, now)):
        return found
    for piece in region.header:
        # Without a label: the first whole date, or else "3시간 전", alone or between bars.
        for text in _BETWEEN_BARS.split(piece.text):
            if _DATE_LIKE.match(text) and (found := read_time(text, now)):
                return found
    return None


def _ip(region: _Region) -> str | None:
    for piece in region.header:
        if found := field_words.ip_fragment(piece.text):
            return found
    for element in region.elements:
        title = element.get("title")
        if (
            title
            and element is not region.root
            and element not in region.aside
            and (found := field_words.ip_fragment(title))
        ):
            return found
    return None


def _script_links(board5: _Board5Page, script: str) -> Iterator[etree._Element]:
    """Yield the links to one of the engine's scripts for this post, outside what visitors wrote."""
    for link, _, target in board5.links:
        if target.script == script and link not in board5.spoken:
            yield link


def _file_links(board5: _Board5Page) -> Iterator[etree._Element]:
    """Yield the links to the post's files: a skin may show some by a page of its own."""
    if _FILE_CLASS not in board5.page.text:
        yield from _script_links(board5, "download")
        return
    own = set(_script_links(board5, "download"))
    for link, _ in board5.index.links:
        if link in own or (link.get("class") == _FILE_CLASS and link not in board5.spoken):
            yield link


_FILE_CLASS = "view_file_download"
"""The class by which the engine's script knows the links to files."""


def _links(board5: _Board5Page) -> list[str]:
    found: dict[str, str] = {}
    for link in _script_links(board5, "link"):
        number = urls.query(link.get("href") or "").get("no", "")
        words = [piece.text for piece in markup.pieces(link) if piece.text]
        # A label may stand before the address.
        found_in = (re.search(r"(?<!\w)(?:\w+://|www\.).*", word) for word in words)
        shown = next((match[0] for match in found_in if match), None)
        shown = shown or next(iter(words), "")
        if shown:
            found.setdefault(number, shown)
    return list(found.values())


def _files(board5: _Board5Page) -> list[str]:
    found: dict[str, str] = {}
    for link in _file_links(board5):
        name = _file_name(link)
        if name:
            found.setdefault(urls.query(link.get("href") or "").get("no", name), name)
    return list(found.values())


def _file_name(link: etree._Element) -> str | None:
    own = markup.text_of(link)
    if not own or own.lower() in _DOWNLOAD_WORDS:
        # Eyoom: the name stands before the link.
        row = next(link.iterancestors("li", "tr", "p"), link.getparent())
        strong = row.find(".//strong") if row is not None else None
        return markup.text_of(strong) if strong is not None else None
    strong = link.find(".//strong")
    if strong is not None and markup.text_of(strong):
        return markup.text_of(strong)
    for piece in markup.pieces(link):
        if not piece.text or markup.has_class(piece.owner, "sound_only", "pull-right"):
            continue
        if re.fullmatch(r"[\d.\-: ]+", piece.text):  # the upload's date, before the name
            continue
        return _SIZE.sub("", _FILE_LABEL.sub("", piece.text))
    return None


def _since(item: PostItem, board5: _Board5Page) -> datetime | None:
    """Return the time before which no comment was written, from the list where the page tells none."""
    row = board5.page.notes.get("row")
    if item.posted_at is None and isinstance(row, ListRow) and row.has_year:
        return row.posted_at
    return item.posted_at


def _comments(
    board5: _Board5Page, posted_at: datetime | None, now: datetime
) -> list[CommentRecord]:
    found: list[tuple[int, CommentRecord]] = []
    plain = {
        number: element
        for number, element in board5.index.ids("save_comment_")
        if element not in board5._within
    }
    every = {element for _, element in board5.comments}
    for number, element in board5.comments:
        # Somebody may call himself "날짜", or "2026-01-01".
        named = [
            each
            for each in element.iter("a", "span", "b", "strong")
            if (classes := each.get("class")) and field_words.is_name(classes)
        ]
        header = list(markup.pieces(element, every.union(*(each.iter() for each in named))))
        author = next(filter(None, map(markup.text_of, named)), None)
        heading = element.find(".//h2")
        if heading is None:
            heading = next(element.itersiblings("h2", preceding=True), None)
        if author is None and heading is not None:
            match = re.match(r"(.+?)님의", markup.text_of(heading))
            author = match[1] if match else None
        if author is None:
            author = field_words.named_in(header, element) or _first_words(header)
        # Nor is a name that no class marks.
        header = [piece for piece in header if piece.text != author]
        stamp = next((time.get("datetime") for time in element.iter("time")), None)
        said = stamp or field_words.labelled(header, field_words.TIME, "time") or ""
        if not said:
            said = next((p.text for p in header if _STAMP.fullmatch(p.text)), "")
        found.append(
            (
                _indent(element),
                CommentRecord(
                    native_id=number,
                    author=author,
                    posted_at=(
                        None
                        if posted_at is None and lacks_year(said)
                        else read_time(said, now, since=posted_at)
                    ),
                    text=_comment_text(plain.get(number), element),
                ),
            )
        )
    indents = [indent for indent, _ in found]
    if not any(indents):  # replies may stand in lists of their own
        indents = markup.nesting([element for _, element in board5.comments])
    # A skin's own step: a reply to a reply stands twice as far in as a reply.
    step = min((indent for indent in indents if indent > 0), default=1)
    for indent, (_, record) in zip(indents, found, strict=True):
        record.depth = round(indent / step)
    return [record for _, record in found]


def _first_words(header: list[markup.Piece]) -> str | None:
    """Return the name that a comment begins with, in an element that sets it apart."""
    first = next((piece for piece in header if piece.text), None)
    if first is None or first.owner.tag not in ("a", "b", "strong"):
        return None
    is_short = len(first.text) <= _LONGEST_NAME and not _STAMP.fullmatch(first.text)
    return first.text if is_short else None


_LONGEST_NAME = 20
_SAYS = re.compile(r"cont|text|txt|memo|body|desc|msg|comment")
_STAMP = re.compile(
    r"\(?(?:\d{2,4}[-./])?\d{1,2}[-./]\d{1,2}\.?(?: \d{1,2}:\d{2}(?::\d{2})?)?\)?|\d{1,2}:\d{2}|"
    rf"\d+\s?(?:초|분|시간|일|주|개월|달|년)\s?전|방금(?: 전)?|{field_words.ENGLISH_DATE}.{{0,20}}"
)
"""A time and nothing else, as skins print it without a label."""
_INDENT = re.compile(r"(?:margin|padding|border)-left(?:-width)?\s*:\s*(\d{1,5})")


def _indent(element: etree._Element) -> int:
    """Return how far in a comment stands: in its skin's own step, or as a reply to one."""
    part: etree._Element | None = element
    while part is not None:
        if margin := _INDENT.search(part.get("style") or ""):
            return int(margin[1])
        # The frame that stands further in is the first thing that has words.
        inner = next(part.iterchildren(etree.Element), None)
        while inner is not None and not "".join(inner.itertext()).strip(" \t\r\n"):
            inner = inner.getnext()
        part = inner if not (part.text or "").strip() else None
        if part is not None and part.tag == "td" and "\xa0" in (blank := "".join(part.itertext())):
            return blank.count("\xa0") if not blank.strip() else 0
    names = " ".join(markup.classes(each) for each in (element, *element[:1]))
    if level := re.search(r"(?:depth|level|indent)[-_]?(\d)", names):
        return int(level[1])
    return (
        1 if re.search(r"(?:^|[-_ ])(?:reply|re)(?:[-_ ](?:wrap|box|item))?(?: |$)", names) else 0
    )


def _comment_text(plain: etree._Element | None, element: etree._Element) -> str:
    # The engine's reply script needs the plain text beside each comment, in any skin.
    kept = "" if plain is None else plain.get("value") or "".join(plain.itertext())
    text = markup.tidy_lines(kept)
    if text:
        return text
    for path in (
        ".//*[contains(@class,'cmt_contents') or contains(@class,'cmt-contents')]",
        ".//*[contains(@class,'comment-cont-txt') or contains(@class,'media-content')]",
        ".//*[contains(@class,'comment_content') or contains(@class,'comment-content')]",
        ".//p",
    ):
        for part in markup.select(element, path):
            return markup.lines_of(part)
    said = (
        markup.lines_of(part)
        for part in element.iterdescendants("div", "td", "dd", "span", "li")
        if _SAYS.search(markup.classes(part)) and not len(part.findall(".//a"))
    )
    return max((text for text in said if not _STAMP.fullmatch(text)), key=len, default="")


# --- a page saved as plain text ----------------------------------------------------

_DUMP_INFO = "페이지 정보"
_DUMP_BODY = "본문"
_DUMP_COMMENTS = "댓글목록"
_DUMP_CHROME = re.compile(
    r"(?:추천|비추천)(?:\s*\d+)?(?:\s*비추천\s*\d+)?|댓글\s*\d+|SNS 공유|스크랩|목록|수정|삭제|답변|글쓰기|검색"
    r"|(?:이전|다음)글.*"
)
_DUMP_SECTION = re.compile(r"첨부파일|관련링크")
_DUMP_COUNT = re.compile(r".*\d+\s*회\s*(?:다운로드|연결).*")


def _read_text_dump(text: str) -> PostItem | None:
    lines = [markup.squeeze(line) for line in text.splitlines()]
    if _DUMP_INFO not in lines:
        return None
    info = lines.index(_DUMP_INFO)
    try:
        start = lines.index(_DUMP_BODY, info)
    except ValueError:
        return None
    title = next((line for line in reversed(lines[:info]) if line), None)
    if title is None:
        return None
    end = len(lines)
    if _DUMP_COMMENTS in lines[start + 1 :]:
        # The last one: a body may hold the word, what follows the comments hardly ever.
        end = len(lines) - 1 - lines[::-1].index(_DUMP_COMMENTS)
    body = [line for line in lines[start + 1 : end] if line]
    while body and _DUMP_CHROME.fullmatch(body[-1]):
        body.pop()
    for index in range(len(body) - 1, -1, -1):
        if _DUMP_SECTION.fullmatch(body[index]) and any(map(_DUMP_COUNT.match, body[index:])):
            del body[index:]
            break
    said = [line for line in lines[info + 1 : start] if line]
    together = "\n".join(said)
    posted = re.search(r"작성일\s*:?\s*(.+)", together)
    author = re.search(r"작성자\s*:?\s*(\S.*?)(?:\s*\(|\s+(?:댓글|작성일|조회)|\n|$)", together)
    hits = re.search(r"조회\s*:?\s*([\d,]+)", together)
    return PostItem(
        board_url="",
        native_id="",
        key="",
        engine=Gnuboard5.name,
        title=title,
        author=author[1] if author else None,
        posted_at=read_time(posted[1], None) if posted else None,
        hits=field_words.integer(hits[1]) if hits else None,
        ip=field_words.ip_fragment(together),
        body="\n".join(body),
    )
