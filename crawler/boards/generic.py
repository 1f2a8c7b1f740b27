"""Boards that no other engine knows: what a list, its posts and its paging have in common anywhere.

A list is many links of one form, each with one number of its own, in rows that carry a time;
its paging is links that show a number and carry it.  A post has a heading that its page's
title repeats, a time, and a block of text that is neither comments nor links.  What is learned
from one page travels in the board's address: where a post and a list page stand.

It is asked last, and says how sure it is; below `LEAST_CONFIDENCE` it claims nothing.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import ClassVar, TypeAlias
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from lxml import etree

from crawler import urls
from crawler.boards import markup
from crawler.boards.base import BoardAddress, BoardEngine, ListPage
from crawler.boards.replies import HEADING, first_said, is_pure_stamp, read_comments
from crawler.boards.scripts import ScriptLinks
from crawler.dates import read_time
from crawler.items import PostItem
from crawler.page import Page
from models.relation import Status

LEAST_CONFIDENCE = 0.5
"""Front pages, articles and shops reach 0.4; the boards of our samples 0.6 and more."""
MOST_LINKS = 3000
"""Links of a page that are looked at."""
MOST_ELEMENTS = 30_000
"""Elements of a page that is read; every reading here is linear but for its depth."""
LEAST_ROWS = 2

_SLOT = "{id}"
_PAGE = "{page}"
_PAGING = re.compile(
    r"page|pageindex|pageno|page_no|pagenum|pagenumber|curpage|cpage|nowpage|gotopage|pg|pageid|"
    r"start|offset|limitstart|startpage|listpage|p|pno|currentpage|spage|pn",
    re.IGNORECASE,
)
"""Names of parameters that choose a list page."""
_NOISE = re.compile(
    r"search\w*|srch\w*|s?keyword|kwd|stx|sfl|sop|sst|sod|sort\w*|order\w*|ord|field|find\w*|query|"
    r"word|target|desc|asc|mode_search|utm_\w+|fbclid|listsize|pagesize|pageunit|rows|num|rnum|"
    r"row_?num|divpage|sca|cate\w*|recordcount\w*|total\w*",
    re.IGNORECASE,
)
"""Names of parameters that choose how a list is shown, not what."""
_SESSION = re.compile(
    r"(?:php|j|asp)?sess(?:ion)?_?(?:id)?|sid|phpsessid|jsessionid|token|csrf\w*|_|t|rand|time",
    re.IGNORECASE,
)
_ACTIONS = re.compile(
    r"write|reply|modify|edit|delete|remove|login|logout|join|register|download|filedown|print|"
    r"scrap|vote|good|report|rss|search|login|member|password|comment|insert|update",
    re.IGNORECASE,
)
_ACTION_VALUE = re.compile(
    r"^(?:write|reply|modify|edit|delete|insert|update|login|search)$", re.IGNORECASE
)
_AROUND = re.compile(
    r"(?:^|[-_ ])(?:gnb|lnb|snb|tnb|nav|navi|menu|aside|side|sidebar|footer|foot|banner|hd|ft|"
    r"latest|recent|popular|best|rank|widget|breadcrumb|location|quick|family|copyright|sitemap|tab|tabs|"
    r"related|cate|category)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_FOOT_NAME = re.compile(r"(?:^|[-_ ])(?:footer|foot|ft|copyright)(?:[-_ ]|$)", re.IGNORECASE)
_COMMENTS = re.compile(
    r"co?mm?ent|(?:^|[-_ ])(?:cmt|cmts|reply|replies|replylist|ripple|dat|datgle|opinion|memo_?list)"
    r"(?:[-_ \d]|list|box|wrap|area|$)|(?:^|\s)c_?\d+(?:\s|$)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:^|[-_ ])(?:content|contents|cont|conts|con|cnt|memo|body|article|txt|desc|detail|"
    r"text(?!-(?:\d?x?[sl]|xs|sm|base|lg|xl|muted|center|left|right|end|start|bold|nowrap|truncate|"
    r"(?:gray|slate|zinc|neutral|primary|secondary|dark|light|white|black|red|blue|decoration)\b))|"
    r"fr-view|ck-content|editor|viewbody|viewer|prose|entry|post)(?:[-_ ]|$)|content|view_?con|viewtext|articlebody|"
    r"bodytext|message|board_?txt|read_?body|view_?txt|td_?cont",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"btn|button|file|attach|filelink|addlink|rel_?link|view_?link|react|recommend|"
    r"sound_only|blind|sr-only|screen-reader|invisible|"
    r"satis|kogl|opentype|public_?nuri|"
    r"(?:^|[-_ ])(?:sns|share|tag|tags|prev|next|prevnext|ccl|"
    r"pager|paging|pagination|navi|vote|like|util|related|sign|signature|copyright|info|meta|"
    r"writer|date|hit|author|regdate|profile|option|tools?)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_SAYS_BESIDE = re.compile(
    r"[-_](?:writer|author|info|meta|date|hits?|tools?|util|share|sns|tags?|profile|sign(?:ature)?|copyright)(?:\s|$)",
    re.IGNORECASE,
)
"""Ends of names whose beginning may be a body's: article_writer."""
_TO_LIST = re.compile(
    r"(?:글\s?)?목록(?:\s?보기|으로|가기)?|리스트|list|back to list|전체\s?목록", re.IGNORECASE
)
_NEIGHBOUR = re.compile(
    r"(?:이전|다음)\s?글?|prev(?:ious)?|next|윗글|아랫글|이전 게시물|다음 게시물", re.IGNORECASE
)
_FILE_LINK = re.compile(
    r"down(?:load)?|file_?down|getfile|attach|fileno|file_?id|filename|atchfile", re.IGNORECASE
)
_FILE_NAME = re.compile(r".+\.\w{2,5}(?=\s*(?:[\[(]|$))")
_STATUS_WORDS = (
    (Status.SECRET, re.compile("비밀글|비밀번호를 입력|비공개")),
    (
        Status.DELETED,
        re.compile(
            "존재하지 않|삭제된|삭제되었|없는 게시|없는 글|찾을 수 없|잘못된 (?:접근|경로|URL)|not found",
            re.IGNORECASE,
        ),
    ),
    (
        Status.DENIED,
        re.compile("권한이 없|로그인|회원만|회원 전용|접근할 수 없|permission", re.IGNORECASE),
    ),
)
_ALERT = re.compile(r"""alert\(\s*(["'])((?:(?!\1)[^\\]|\\.){1,300})\1\s*\)""")
_LEAVES = re.compile(r"history\.(?:back|go)|location\.(?:replace|href)|window\.close|location\s*=")
_WHEN = re.compile(
    r"\d{4}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}|\b\d{2}[-./]\d{1,2}[-./]\d{1,2}\b|"
    r"\d+\s?(?:초|분|시간|일|주|개월|달|년)\s?전|(?<!\d)\d{1,2}:\d{2}(?!\d)|\b\d{1,2}[-./]\d{1,2}\b|"
    r"(?<!\d)\d{1,2}월\s?\d{1,2}(?:일|, \d{4})|방금\s?전|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4}|"
    r"\b\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? \d{4}",
    re.IGNORECASE,
)
_TITLE_END = re.compile(r"\s+[-|:>»·<–—]\s+|\s*[|>»]\s*")
_BLOCKS = frozenset(
    [
        "div",
        "td",
        "section",
        "article",
        "p",
        "main",
        "dd",
        "li",
        "ul",
        "ol",
        "table",
        "tbody",
        "tr",
        "blockquote",
        "pre",
        "span",
        "form",
        "center",
        "fieldset",
    ]
)


_CLICKED = "//*[self::tr or self::li or self::div or self::dl or self::article or self::td or self::p or self::span][@onclick or @data-href or @data-url or @data-link]"
_CARDS = frozenset({"tr", "li", "div", "dl", "article"})


@dataclass(frozen=True, slots=True)
class _Form:
    """A form of address with one varying number: where it stands, and what else is fixed."""

    address: str
    """With ``{id}`` in the number's place."""
    name: str
    """The parameter, or empty for a part of the path."""
    is_words: bool = False
    """What varies is a whole part of the path, words and all."""


_Shape: TypeAlias = tuple[str, tuple[str, ...]]
"""An address without its query, and the names of its parameters."""


@dataclass(slots=True)
class _Group:
    """Links of one form."""

    form: _Form
    links: dict[str, list[etree._Element]] = field(default_factory=dict)
    """By number, in the page's order."""


@dataclass(frozen=True, slots=True)
class _Learned:
    """What a page tells of its board."""

    first: str
    """Its first list page."""
    post: str = ""
    """A post's address, ``{id}`` in it."""
    paging: str = ""
    """A list page's address, ``{page}`` in it; empty: the board has one page."""
    step: int = 0
    """What the page number is multiplied with, where paging counts posts; else 0."""
    confidence: float = 0.0

    def encoded(self) -> str:
        return json.dumps([self.post, self.paging, self.step], ensure_ascii=False)


class _GenericPage(markup.EnginePage):
    """One page, read by its structure."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        if _spell_out(self.index):
            self.index = page.notes["index"] = markup.Index(self.root)
        self._times: dict[str, int] = {}

    @cached_property
    def letters(self) -> dict[etree._Element, int]:
        """How many letters and digits stand in each element."""
        found: dict[etree._Element, int] = {}
        for element in reversed(self.index.elements):  # children before their parents
            own = 0 if element.tag in ("script", "style", "option") else _count(element.text)
            found[element] = own + sum(
                found.get(child, 0) + _count(child.tail) for child in element
            )
        return found

    @cached_property
    def menu(self) -> set[str]:
        """The words of the links around the content."""
        return {markup.text_of(link) for link, _ in self.links if link in self.around}

    # --- links ---------------------------------------------------------------------------

    @cached_property
    def links(self) -> list[tuple[etree._Element, str]]:
        """The links to this host, as absolute addresses."""
        here = urls.host(self.page.url)
        scripts = ScriptLinks(self.page.url, self.index)
        found: list[tuple[etree._Element, str]] = []
        for link in self.index.with_tag("a")[:MOST_LINKS]:
            href = link.get("href") or ""
            is_script = not href or href[0] == "#" or href[:11].lower() == "javascript:"
            url = scripts.target(link) if is_script else urls.join(self.page.url, href)
            if url is not None and urls.host(url) == here:
                found.append((link, url))
        # A row may be a link without being one; one that holds the same link adds nothing.
        known = set(found)
        for row in markup.select(self.root, _CLICKED)[:MOST_LINKS]:
            told = row.get("data-href") or row.get("data-url") or row.get("data-link")
            url = urls.join(self.page.url, told) if told else scripts.target(row)
            is_new = not any((link, url) in known for link in row.iter("a"))
            if url is not None and urls.host(url) == here and is_new:
                found.append((row, url))
        return found

    @cached_property
    def around(self) -> set[etree._Element]:
        """Every element of what stands around the content: menus, widgets, the page's foot."""
        parts = []
        for element in self.index.elements:
            if element.tag in ("nav", "aside", "footer", "header"):
                if element.tag != "header" or element.getparent().tag == "body":
                    parts.append(element)
            elif element.tag in ("div", "ul", "ol", "section", "dl", "table"):
                names = f"{markup.classes(element)} {element.get('id') or ''}"
                # A frame around all of the page may be called anything; the foot of a page
                # whose post is a picture may hold most of its words.
                is_foot = bool(_FOOT_NAME.search(names))
                most = 0.9 if is_foot else 0.5
                if (
                    _AROUND.search(names)
                    and self.letters[element] < most * self.letters[self.root]
                    and (is_foot or not self._holds_content(element))
                ):
                    parts.append(element)
        return markup.all_of(parts)

    def _holds_content(self, element: etree._Element) -> bool:
        """Tell whether the title that the list shows stands in an element, no link, or a field to write in."""
        if next(element.iter("textarea"), None) is not None:
            return True
        row = self.page.notes.get("row")
        title = re.sub(r"\s*(?:…|\.{2,3})$", "", row.title) if row is not None else ""
        # A path to the page repeats the title, but tells no time.
        told = _short_text(element, 1000)
        return (
            bool(title)
            and bool(_WHEN.search(told.replace(title, " ")))
            and any(
                markup.squeeze(each.text).startswith(title)
                and not any(outer.tag == "a" for outer in (each, *each.iterancestors()))
                for each in element.iter(etree.Element)
            )
        )

    @cached_property
    def _all_groups(self) -> dict[str, _Group]:
        """The links by the address of their form."""
        groups: dict[str, _Group] = {}
        for link, url in self.links:
            if link in self.around:
                continue
            text = markup.text_of(link).strip("[]() ")
            beside = self.wandering.get(_shape(url), set()) | self.paging_names
            for form, number in _forms(_lacking(url, beside)):
                if form.is_words and text.isdigit() and text in number:
                    continue  # paging, and no post's words
                group = groups.setdefault(form.address, _Group(form))
                group.links.setdefault(number, []).append(link)
        return groups

    @cached_property
    def paging_names(self) -> set[str]:
        """Parameters of any name that count with the numbers that links to other pages show."""
        shown: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        for link, url in self.links:
            text = markup.text_of(link).strip("[]() ")
            if not (urls.is_number(text) and len(text) < 5):
                continue
            for name, value in _pairs(url):
                if urls.is_number(value) and len(value) < 6:
                    shown[url.partition("?")[0], name][int(text)] = int(value)
        return {
            name
            for (_, name), pages in shown.items()
            if len(pages) > 2 and len({value - page for page, value in pages.items()}) == 1
        }

    @cached_property
    def wandering(self) -> dict[_Shape, set[str]]:
        """What varies from link to link beside the id, by the links' shape: a row's number, a thread."""
        told: dict[_Shape, dict[str, set[str]]] = {}
        count: Counter[_Shape] = Counter()
        for url in {url for link, url in self.links if link not in self.around}:
            shape = _shape(url)
            if len(shape[1]) > 1:
                count[shape] += 1
                values = told.setdefault(shape, defaultdict(set))
                for name, value in _pairs(url):
                    values[name].add(value)
        fixed = {name for name, _ in _pairs(self.page.url)}
        found: dict[_Shape, set[str]] = {}
        for shape, values in told.items():
            varying = [
                name
                for name in values
                if len(values[name]) > 1
                and name not in fixed
                and not _PAGING.fullmatch(name)
                and not _NOISE.fullmatch(name)
            ]
            ids = [
                name
                for name in varying
                if all(map(_is_id, values[name])) and 2 * len(values[name]) > count[shape]
            ]
            if ids:
                chosen = max(
                    ids, key=lambda name: (not _THREAD_NAME.search(name), len(values[name]))
                )
                flags = [name for name in varying if all(len(value) < 2 for value in values[name])]
                found[shape] = {*ids, *flags} - {chosen}
        return found

    @cached_property
    def groups(self) -> list[_Group]:
        """The links by their form, the likeliest list of posts first."""
        return sorted(
            (group for group in self._all_groups.values() if len(group.links) >= LEAST_ROWS),
            key=self.worth,
            reverse=True,
        )

    def worth(self, group: _Group) -> tuple[float, bool, int]:
        """Return how much a group looks like the titles of a list."""
        texts = [
            max((markup.text_of(link) for link in links), key=len, default="")
            for links in group.links.values()
        ]
        telling = sum(
            1 for text in texts if len(text) > 3 and not text.isdigit() and not markup.is_time(text)
        )
        timed = self._timed(group)
        numbered = sum(1 for text in texts if text.isdigit())
        if _PAGING.fullmatch(group.form.name) or numbered > len(texts) / 2:
            return (-1.0, False, 0)
        size = len(texts)
        # A number says more than words, and a form with less else in it describes links better.
        score = telling / size * min(size, 30) + 2 * timed
        return (score, not group.form.is_words, -len(group.form.address))

    def _timed(self, group: _Group) -> int:
        """Return how many links of a group have a time in their row."""
        known = self._times.get(group.form.address)
        if known is None:
            numbers = {link: number for number, links in group.links.items() for link in links}
            known = sum(1 for links in group.links.values() if self._row_time(links[0], numbers))
            self._times[group.form.address] = known
        return known

    def _row_time(self, link: etree._Element, numbers: dict[etree._Element, str]) -> bool:
        """Tell whether a time stands beside a link, or in it, before another's row begins."""
        element = link
        for _ in range(6):
            if element is not link or link.tag in _CARDS or len(link) > 1:
                if _WHEN.search(_short_text(element)) or _has_stamp(element):
                    return True
                if element.tag in ("tr", "article", "dl"):
                    return False
            parent = element.getparent()
            own = numbers[link]
            if parent is None or len(parent) > 60:
                return False
            if any(numbers.get(other, own) != own for other in parent.iter(link.tag)):
                return False
            element = parent
        return False

    @cached_property
    def posts(self) -> _Group | None:
        """The links to the posts of a list."""
        known = self.page.notes.get("board")
        if known is not None:
            # A last page may hold a single post: what was learned before knows it.
            template = json.loads(known.style)[0]
            groups = self._all_groups
            # What changes from page to page is no part of what a board's posts share.
            board = {name for name, _ in _pairs(known.url)}
            alike = (
                each for address, each in groups.items() if _are_alike(address, template, board)
            )
            found = groups.get(template) or max(
                alike, key=lambda each: len(each.links), default=None
            )
            if found is not None:
                return found
            if self.page.url != known.url:
                return None  # beyond the last page, say; other lists are not the board's
        for group in self.groups[:5]:
            if self.worth(group)[0] > 0:
                return group
        return None

    # --- the board -----------------------------------------------------------------------

    @cached_property
    def learned(self) -> _Learned | None:
        """What the page tells of its board, as a list or as a post of it."""
        as_list, as_post = self._learned_as_list, self._learned_as_post
        if as_list is None or (as_post is not None and as_post.confidence > as_list.confidence):
            return as_post
        return as_list

    @cached_property
    def _learned_as_list(self) -> _Learned | None:
        group = self.posts
        if group is None:
            return None
        paging, step, one = self._paging(group)
        first = one or _without(self.page.url, paging)
        is_one_of_them = any(form == group.form for form, _ in _forms(self.page.url))
        if paging and is_one_of_them:
            # A post with its board's list below: its own address is no list's.
            first = one or _without(paging.replace(_PAGE, "1"), paging)
        rows = len(group.links)
        timed = self._timed(group)
        text = _short_text(self.root, 40_000).replace(" ", "")
        headed = sum(
            any(label.replace(" ", "") in text for label in labels)
            for labels in (
                ("제목", "Subject", "Title"),
                markup.AUTHOR,
                ("조회", "Views", "Hit"),
                markup.TIME,
            )
        )
        confidence = min(rows, 5) * 0.04 + 0.3 * timed / rows + 0.08 * headed
        confidence += 0.15 if paging else 0.0
        confidence += 0.1 if any(_TO_WRITE.search(_words_of(a)) for a, _ in self.links) else 0.0
        if not paging and (is_one_of_them or (_post_title(self) and self._time_in_header())):
            confidence -= 0.3  # an article, with others beside it
        return _Learned(
            first, group.form.address, paging, step, round(min(max(confidence, 0.0), 1.0), 2)
        )

    def _paging(self, posts: _Group) -> tuple[str, int, str]:
        """Return a list page's address, the step of a count of posts, and page 1's address."""
        shown: dict[_Form, dict[int, int]] = defaultdict(dict)
        ones: dict[_Form, str] = {}
        for link, url in self.links:
            text = markup.text_of(link).strip("[]() ")
            if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 100_000):
                continue
            for form, number in _forms(url):
                if form != posts.form and len(number) < 8 and urls.is_number(number):
                    shown[form][int(text)] = int(number)
                    if text == "1":
                        ones[form] = url
        best: tuple[int, str, int, str] = (0, "", 0, "")
        for form, pages in shown.items():
            numbers = {page: number for page, number in pages.items() if page > 1}
            if not numbers:
                continue
            step = -1
            if all(page == number for page, number in numbers.items()):
                step = 0
            else:
                steps = {
                    number // (page - 1)
                    for page, number in numbers.items()
                    if number % (page - 1) == 0
                }
                if len(steps) == 1 and len(numbers) == sum(
                    n % (p - 1) == 0 for p, n in numbers.items()
                ):
                    step = steps.pop()
            is_named = bool(_PAGING.fullmatch(form.name)) or not form.name
            if step < 0 or (not is_named and len(numbers) < 2):
                continue
            is_row = len(numbers) > 2 and max(numbers) - min(numbers) == len(numbers) - 1
            if step == 1 and not (is_row or (_PAGING.fullmatch(form.name) and len(numbers) > 1)):
                continue  # page 2 as 1: counted from 0, or a link that shows something else
            weight = len(numbers) + 5 * bool(_PAGING.fullmatch(form.name))
            if weight > best[0]:
                best = (weight, form.address.replace(_SLOT, _PAGE), step, "")
        if not best[1] and (following := self._next_link()):
            best = (1, *following, "")
        return best[1], best[2], best[3]

    def _next_link(self) -> tuple[str, int] | None:
        """Return the paging, and its step, of a board that has only a link to the next page."""
        told = [
            urls.join(self.page.url, address)
            for address in markup.select(
                self.root,
                "//link[@rel='next']/@href | //*[@rel='next']/@href | //@data-next | "
                "//@data-next-page | //@data-next-url | //button/@data-url | //button/@data-href",
            )
        ]
        for link, url in self.links:
            text = markup.text_of(link) or link.get("title") or ""
            if _NEXT.fullmatch(text.strip(" \t→▶")):
                told.append(url)
        here = {name: value for name, value in _pairs(self.page.url) if _PAGING.fullmatch(name)}
        for url in filter(None, told):
            for form, number in _forms(url):
                if not (_PAGING.fullmatch(form.name) and urls.is_number(number)):
                    continue
                now = here.get(form.name, "")
                if number == "2" and now in ("", "1"):
                    return form.address.replace(_SLOT, _PAGE), 0
                if len(number) < 4 and now in ("", "0") and int(number) > 0:
                    return form.address.replace(_SLOT, _PAGE), int(number)  # counted from 0
        return None

    @cached_property
    def _learned_as_post(self) -> _Learned | None:
        """Learn from a post: the link back to its list, and what its own address has more."""
        title = _post_title(self)
        lists = [url for link, url in self.links if _TO_LIST.fullmatch(_words_of(link))]
        lists = lists or self._button_to_list()
        forms = _forms(self.page.url)
        if title is None or not lists or not forms:
            return None
        first = _without(lists[0], "")
        in_list = {name for name, _ in parse_qsl(urlsplit(first).query)}
        own = [each for each in forms if each[0].name not in in_list] or forms
        own = [each for each in own if not _PAGING.fullmatch(each[0].name)] or own
        confidence = 0.35 + 0.2 * bool(self._time_in_header())
        confidence += 0.15 * any(
            _NEIGHBOUR.fullmatch(markup.text_of(a).strip()) for a, _ in self.links
        )
        confidence += 0.1 * bool(_author(self))
        return _Learned(first, own[-1][0].address, confidence=round(confidence, 2))

    def _button_to_list(self) -> list[str]:
        scripts = ScriptLinks(self.page.url, self.index)
        buttons = [
            button
            for button in self.index.with_tag("button", "input")
            if _TO_LIST.fullmatch((button.get("value") or markup.text_of(button)).strip())
        ]
        return [url for button in buttons if (url := scripts.target(button)) is not None]

    def _time_in_header(self) -> bool:
        return any(_WHEN.search(piece.text) for piece in self.header)

    # --- the post ------------------------------------------------------------------------

    @cached_property
    def heading(self) -> etree._Element | None:
        """The element that shows the post's title."""
        return _find_heading(self)

    @cached_property
    def above(self) -> set[etree._Element]:
        """The title's element and all that it stands in."""
        return set() if self.heading is None else {self.heading, *self.heading.iterancestors()}

    def is_above(self, element: etree._Element) -> bool:
        return element in self.above

    @cached_property
    def comment_parts(self) -> set[etree._Element]:
        """Every element of the comments and of the form for new ones."""
        parts = []
        for element in self.index.elements:
            if element.tag in ("div", "ul", "ol", "section", "table", "dl", "form", "article"):
                names = f"{markup.classes(element)} {element.get('id') or ''}"
                if _COMMENTS.search(names) and not self.is_above(element):
                    parts.append(element)
        for heading in self.index.with_tag(
            "h2", "h3", "h4", "h5", "h6", "strong", "caption", "legend"
        ):
            parent = heading.getparent()
            text = markup.squeeze("".join(heading.itertext()))[:40]
            if not HEADING.fullmatch(text):
                continue
            if not self.is_above(parent):
                parts.append(parent)
            elif not self.is_above(heading):
                parts += [
                    heading,
                    *(each for each in heading.itersiblings() if isinstance(each.tag, str)),
                ]
        parts += _replies(self)
        for field_ in self.fields:
            # Where one may write: a form, or what is left of one in broken tables.
            outer = field_
            for element in field_.iterancestors():
                if self.is_above(element) or self.letters[element] > _MOST_FORM:
                    break
                if any(child is not outer and _holds_body(child) for child in element):
                    break  # of a short post
                outer = element
            parts += [outer, *self._said_beside(outer)]
        return markup.all_of(parts)

    @cached_property
    def fields(self) -> list[etree._Element]:
        """Where one may write a comment."""
        return self.index.with_tag("textarea") + [
            field_
            for field_ in self.index.with_tag("input")
            if (field_.get("type") or "text") == "text"
            and _FIELD_NAME.search(field_.get("name") or "")
        ]

    @cached_property
    def forms(self) -> set[etree._Element]:
        """Every element of the forms for comments."""
        forms = (next(field_.iterancestors("form"), None) for field_ in self.fields)
        return markup.all_of(
            form
            for form in forms
            if form is not None
            and self.letters[form] <= _MOST_FORM
            and not self.is_above(form)  # ASP.NET puts all of a page into one
        )

    def _said_beside(self, form: etree._Element) -> list[etree._Element]:
        """Return the blocks with times that stand beside the form for comments, of any name.

        The first block behind the title is the body, whatever it holds.
        """
        if self.heading is None:
            return []
        others = set(_post_links(self))
        chain = [form]  # outwards, up to what stands beside the title's own
        while (outer := chain[-1].getparent()) is not None and not self.is_above(outer):
            chain.append(outer)
        found: list[etree._Element] = []
        is_behind = has_body = False
        for level in reversed(chain):
            for element in level.getparent() if level.getparent() is not None else ():
                if not isinstance(element.tag, str):
                    continue
                if element is level:
                    if level is not chain[-1]:
                        break
                elif self.is_above(element):
                    is_behind, has_body = True, self._holds_place(element)
                elif is_behind and element.tag in _SAID_IN:
                    said = [piece for piece in markup.pieces(element) if _count(piece.text)]
                    words = [piece for piece in said if not is_pure_stamp(piece)]
                    has_time = len(words) < len(said)
                    posts = sum(link in others for link in element.iter("a"))
                    is_near = _NEIGHBOURS.match(_short_text(element, 60))
                    is_other = posts > (0 if is_near else 1) or any(
                        _FILE_LINK.search(_calls(link)) for link in element.iter("a")
                    )
                    is_body = not found and _holds_body(element)
                    if has_time and has_body and not (is_other or is_body) and len(words) > 1:
                        found.append(element)
                    elif is_body or not has_time or _count(_short_text(element)) > 2 * _NAME:
                        has_body = True
        return found

    def _holds_place(self, element: etree._Element) -> bool:
        """Tell whether an element holds more than the title and its figures: words, a picture, or an empty cell."""
        if self.heading is None:
            return False
        titled = markup.all_of([self.heading])
        for each in element.iter(etree.Element):
            if self.order[each] < self.order[self.heading] or each in self.above or each in titled:
                continue
            text = _short_text(each, 200)
            if not (text or len(each)) and each.tag in _BLANKS:
                return True
            if each.tag == "img" and not (_BUTTON.search(each.get("src") or "") or _is_small(each)):
                return True
            words = markup.squeeze(each.text)
            is_field = _WHEN.search(text) or _stands_beside_time(each)
            if words and not _is_figure(words, self) and not is_field:
                return True
        return False

    @cached_property
    def comment_heads(self) -> list[etree._Element]:
        """The outermost elements of the comments."""
        return [
            element
            for element in self.index.elements
            if element in self.comment_parts and element.getparent() not in self.comment_parts
        ]

    @cached_property
    def container(self) -> etree._Element | None:
        """The element that holds the body."""
        found = _find_container(self)
        if found is not None or self.heading is None:
            return found
        return first_said(self.comment_heads, self.around, self.forms, self.stamped)

    @cached_property
    def order(self) -> dict[etree._Element, int]:
        """Where each element stands among all."""
        return {element: place for place, element in enumerate(self.index.elements)}

    @cached_property
    def stamp(self) -> int | None:
        """Where the post's time stands behind its title, before the body."""
        if self.heading is None:
            return None
        row = self.page.notes.get("row")
        listed = row.posted_at if row is not None else None
        then = listed + timedelta(days=1) if listed is not None else None
        titled, title = markup.all_of([self.heading]), markup.text_of(self.heading)
        start = self.order[self.heading]
        letters = 0
        other: int | None = None
        """A time that is not the list's: lists tell when the last reply came, or no year."""
        for place in range(start + 1, len(self.index.elements)):
            element = self.index.elements[place]
            if element in titled or element in self.around or element.tag in _UNREAD:
                continue
            if _FULL_DAY.search(element.get("datetime") or ""):
                return place
            for text in (element.text, *(child.tail for child in element)):
                if not text or not (text := markup.squeeze(text)):
                    continue
                match = _WHEN.search(text) if len(text) < _LONGEST_INFO else None
                when = read_time(text[match.start() :], then) if match else None
                is_line = match is not None and _count(_FIGURES.sub("", text)) <= _NAME
                is_same = listed is None or (
                    when is not None and abs(when - listed) < timedelta(days=1)
                )
                if (is_line and is_same) or (match and _is_stamped(element)):
                    return place
                if is_line and other is None and _FULL_DAY.search(text):
                    other = place
                letters += 0 if _repeats(text, title) else _count(text)
            if letters > _LONGEST_HEAD:
                return other
        return other

    @property
    def stamped(self) -> etree._Element | None:
        """What shows the post's time."""
        return None if self.stamp is None else self.index.elements[self.stamp]

    @cached_property
    def ends(self) -> dict[int, bool]:
        """Where buttons, neighbours, lists and comments stand behind the title: no body goes over them.

        With whether it is a button or a neighbour, which may also stand above a body.
        """
        start = -1 if self.heading is None else self.order[self.heading]
        found = {self.order[element]: False for element in self.comment_heads}
        targets = dict(self.links)
        for button in self.index.with_tag("a", "button", "input"):
            href = button.get("href") or ""
            is_own = (
                button in targets or not href or href[0] == "#" or href.startswith("javascript")
            )
            said = button.get("value") if button.tag == "input" else _words_of(button)
            if is_own and said and (_TO_LIST.fullmatch(said) or _EDITS.fullmatch(said)):
                found.setdefault(self.order[button], True)
        for link in _post_links(self):
            row = next((each for each in link.iterancestors("tr", "li", "dl", "div")), link)
            if not self.is_above(row) and _NEIGHBOURS.match(_short_text(row, 60)):
                found[self.order[row]] = True
        for group in self.groups[:3]:
            if len(group.links) >= _LEAST_LIST and self.worth(group)[0] > 0:
                rows = [links[0] for links in group.links.values()]
                behind = [self.order[row] for row in rows if self.order[row] > start]
                if len(behind) >= _LEAST_LIST:
                    found[min(behind)] = False
        around = {self.order[element] for element in self.around if element in self.order}
        return {n: found[n] for n in sorted(found) if n > start and n not in around}

    @cached_property
    def header(self) -> list[markup.Piece]:
        """The words around the title, before the body."""
        return _find_header(self)

    @cached_property
    def within(self) -> set[etree._Element]:
        """Every element of the body."""
        return markup.all_of([] if self.container is None else [self.container])


def _spell_out(index: markup.Index) -> bool:
    """Write the labels of pictures as words, and give lines of labels elements of their own.

    Tell whether elements were added.
    """
    for image in index.with_tag("img"):
        if (label := (image.get("alt") or "").strip()) and _label_of(label) in _FIELD_LABELS:
            image.tail = f" {label} : {image.tail or ''}"
            image.set("alt", "")
    parents = {each.getparent() for each in index.with_tag("br")} - {None}
    given = [_give_elements(parent) for parent in parents]
    return any(given)


def _give_elements(parent: etree._Element) -> bool:
    """Put "제목 : …<br>작성자 : …<br>내용<br>…" into elements: labels, values, and the body."""
    runs = [(parent, "text"), *((child, "tail") for child in parent)]
    lines = [
        (node, place, match)
        for node, place in runs
        if (match := _LABELLED_LINE.fullmatch(markup.squeeze(getattr(node, place))))
        and _label_of(match[1]) in _FIELD_LABELS
    ]
    found = {_label_of(match[1]) for _, _, match in lines}
    if len(found) < _LEAST_LABELS or not found & _TITLES:
        return False
    for node, place, match in reversed(lines):
        setattr(node, place, None)
        label, value = etree.Element("span"), etree.Element("span")
        label.text, value.text = match[1], match[2]
        at = 0 if node is parent else parent.index(node) + 1
        parent.insert(at, label)
        if match[2]:
            parent.insert(at + 1, value)
        elif _label_of(match[1]) in _BODY_LABELS:
            _gather(parent, at + 1)
    return True


def _gather(parent: etree._Element, start: int) -> None:
    """Put what stands behind the label of a body into one element, up to a rule or a button."""
    body = etree.Element("div")
    while (
        start < len(parent) and parent[start].tag == "br" and not (parent[start].tail or "").strip()
    ):
        del parent[start]
    while start < len(parent):
        child = parent[start]
        if child.tag == "hr" or (
            child.tag in ("a", "button", "form") and _EDITS.fullmatch(_words_of(child))
        ):
            break
        body.append(child)  # with its tail
    parent.insert(start, body)


_LABELLED_LINE = re.compile(r"(\S(?:[^:：]{0,8}\S)?)\s*(?:[:：]\s*(.*))?")
_LEAST_LABELS = 3
_TITLES = frozenset({"제목", "글제목", "title", "subject"})


def _words_of(link: etree._Element) -> str:
    """Return what a link says; of a picture its alternative text, or its file's name."""
    said = markup.text_of(link) or link.get("title") or ""
    for image in link.iter("img"):
        name = (image.get("src") or "").rpartition("/")[2].partition(".")[0]
        said = (
            said
            or image.get("alt")
            or re.sub(r"^(?:btn|bt|button|b|icon)[_-]?|[_-]?(?:btn|bt)$", "", name)
        )
    return said.strip()


def _replies(generic: _GenericPage) -> list[etree._Element]:
    """Return the posts behind the first of a thread: blocks alike, each with a name and a time."""
    if generic.heading is None:
        return []
    start = generic.index.elements.index(generic.heading)
    alike: dict[tuple[etree._Element, str, str], list[etree._Element]] = defaultdict(list)
    for element in generic.index.elements[start + 1 :]:
        names = [*markup.classes(element).split(), re.sub(r"\d+$", "#", element.get("id") or "")]
        parent = element.getparent()
        if names[0] and element.tag in _THREAD and parent is not None:
            alike[parent, element.tag, names[0]].append(element)
    others = set(_post_links(generic))
    for blocks in alike.values():
        if len(blocks) < 2 or not all(map(_is_signed, blocks)):
            continue
        if not any(link in others for block in blocks for link in block.iter("a")):
            return blocks[1:]
    return []


_THREAD = frozenset({"div", "article", "li", "section", "table"})
_SAID_IN = _THREAD | {"ul", "ol", "dl"}


def _is_signed(element: etree._Element) -> bool:
    """Tell whether a block names a writer by its class, and a time."""
    if not (_WHEN.search(_short_text(element)) or _has_stamp(element)):
        return False
    return any(
        _WRITER.search(markup.classes(each)) or _PROFILE.search(each.get("href") or "")
        for each in element.iter()
    )


_FIELD_NAME = re.compile(
    r"(?:^|_)(?:memo|co?mm?ent|cmt|reply|ripple|opinion|content)(?:_|$)", re.IGNORECASE
)
_PROFILE = re.compile(r"profile|space|member|/u(?:sers?)?/|author", re.IGNORECASE)
_NEXT = re.compile(
    r"다음(?:\s?페이지)?|next(?: page)?|[>›»]|더\s?보기|more|load more", re.IGNORECASE
)
_MOST_FORM = 150
"""Letters of a form's labels and buttons."""
_TO_WRITE = re.compile(
    r"^\s*(?:글\s?쓰기|글\s?작성|등록|새\s?글|write|new post)\s*$", re.IGNORECASE
)


def _is_stamped(element: etree._Element) -> bool:
    """Tell an element that tells a time by its attributes."""
    return bool(element.get("datetime")) or element.tag == "time"


def _count(text: str | None) -> int:
    return sum(map(str.isalnum, text)) if text else 0


def _holds(element: etree._Element, inner: etree._Element | None) -> bool:
    return inner is not None and (inner is element or element in set(inner.iterancestors()))


def _has_stamp(element: etree._Element) -> bool:
    return any(each.get("datetime") for each in element.iter("time"))


def _short_text(element: etree._Element, limit: int = 600) -> str:
    """Return the start of an element's text."""
    parts: list[str] = []
    size = 0
    for text in element.itertext():
        parts.append(text)
        size += len(text)
        if size > limit:
            break
    return markup.squeeze(" ".join(parts))


def _forms(url: str) -> list[tuple[_Form, str]]:
    """Return each form that an address may be of, with its number; the last of a path first."""
    parts = urlsplit(url)
    # What stands behind a semicolon (";jsessionid=…") is a session's, not the post's.
    path = re.sub(r";[^/]*", "", parts.path)
    last = path.rstrip("/").rpartition("/")[2]
    if _ACTIONS.search(last.partition(".")[0]) and not _is_words(last):
        return []
    pairs = (
        parse_qsl(parts.query, keep_blank_values=False, max_num_fields=100) if parts.query else []
    )
    if any(
        _ACTION_VALUE.match(value)
        for name, value in pairs
        if name.lower() in ("mode", "act", "action", "cmd", "w")
    ):
        return []
    base = f"{urls.origin(url)}{quote(path, safe='/%:@!$&()*+,;=~-._')}"
    kept = [(name, value) for name, value in pairs if not _is_noise(name, value)]
    if not any(_is_id(value) and not _PAGING.fullmatch(name) for name, value in kept):
        # A row's number in most software, and the post's own in some old.
        kept += [(name, value) for name, value in pairs if name.lower() == "num"]
    found: list[tuple[_Form, str]] = []
    for name, value in kept:
        if _is_id(value):
            others = [
                (each, _SLOT if each == name else text)
                for each, text in kept
                if each == name or not _PAGING.fullmatch(each)
            ]
            found.append((_Form(f"{base}?{_query(others)}", name), value))
    others = [pair for pair in kept if not _PAGING.fullmatch(pair[0])]
    query = f"?{_query(others)}" if others else ""
    segments = path.split("/")
    for place, segment in enumerate(segments):
        match = re.fullmatch(r"(\D*?)(\d{1,18})(\.\w{2,5})?", segment)
        if match and (not match[1] or match[1][-1] in "-_"):
            spot = [*segments[:place], f"{match[1]}{_SLOT}{match[3] or ''}", *segments[place + 1 :]]
            found.append((_Form(f"{urls.origin(url)}{'/'.join(spot)}{query}", ""), match[2]))
        if _is_words(segment):
            spot = [*segments[:place], _SLOT, *segments[place + 1 :]]
            form = _Form(f"{urls.origin(url)}{'/'.join(spot)}{query}", "", is_words=True)
            found.append((form, unquote(segment)))
    return found


def _pairs(url: str) -> list[tuple[str, str]]:
    query = urlsplit(url).query
    return parse_qsl(query, max_num_fields=100) if query else []


def _shape(url: str) -> _Shape:
    return url.partition("?")[0], tuple(name for name, _ in _pairs(url))


def _lacking(url: str, names: Collection[str]) -> str:
    """Return an address without some parameters."""
    if not names:
        return url
    kept = [(name, value) for name, value in _pairs(url) if name not in names]
    return f"{url.partition('?')[0]}?{_query(kept)}"


_THREAD_NAME = re.compile(
    r"ref|step|depth|lev|thread|group|grp|parent|family|order|pos|^number$|list", re.IGNORECASE
)
"""Names of parameters that say where a post stands, not which it is."""


def _are_alike(one: str, other: str, names: Collection[str] | None = None) -> bool:
    """Tell addresses with an id's place that differ only in what one of them says more.

    Or, given *names* of parameters, in any others.
    """
    if one == other:
        return True
    if one.partition("?")[0] != other.partition("?")[0]:
        return False
    told, too = dict(_pairs(one)), dict(_pairs(other))
    place = next((name for name, value in told.items() if value == _SLOT), None)
    shared = told.keys() & too.keys()
    compared = {name for name in shared if names is None or name in names or name == place}
    return (place is None or place in shared) and all(told[name] == too[name] for name in compared)


def _is_words(segment: str) -> bool:
    """Tell whether a part of a path is a post's words or letters with a number among them."""
    return (
        6 <= len(segment) <= _LONGEST_SLUG
        and bool(re.search(r"\d", unquote(segment)))
        and not re.fullmatch(r"\d+|[A-Za-z]*\d?\.\w{2,5}", segment)
    )


_LONGEST_SLUG = 600
"""Characters of a part of a path, percent-encoded: some sixty Korean letters."""


def _query(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join(
        f"{quote(name, safe='[]')}={value if value == _SLOT else quote(value, safe='')}"
        for name, value in pairs
    )


def _is_noise(name: str, value: str) -> bool:
    if name.lower() == "t" and urls.is_number(value) and len(value) < 10:
        return False  # a topic of phpBB; a time against caches is longer
    return bool(_NOISE.fullmatch(name) or _SESSION.fullmatch(name))


def _is_id(value: str) -> bool:
    return value.isascii() and 0 < len(value) <= 40 and (
        value.isdigit() or bool(re.fullmatch(r"[A-Za-z_-]{0,12}\d[\w-]{0,39}", value))
    )  # fmt: skip


def _without(url: str, paging: str) -> str:
    """Return a list's address without what chooses a page or how it is shown."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, max_num_fields=100) if parts.query else []
    kept = [
        (name, value)
        for name, value in pairs
        if not _is_noise(name, value) and not (_PAGING.fullmatch(name) and value.isdigit())
    ]
    path = parts.path
    template = urlsplit(paging).path if paging else ""
    if _PAGE in template:
        before, _, after = template.partition(_PAGE)
        if path.startswith(before) and path.endswith(after):
            path = re.sub(r"(?:page[/_-]?)$", "", before) or "/"
    base = urls.origin(url) + path
    return f"{base}?{_query(kept)}" if kept else base


# --- a post ----------------------------------------------------------------------------


def _told_titles(generic: _GenericPage) -> list[str]:
    """Return what the page's head calls it, whole and without the site's name."""
    told = [
        *markup.select(generic.root, "//meta[@property='og:title']/@content"),
        *(markup.squeeze("".join(each.itertext())) for each in generic.index.with_tag("title")[:1]),
    ]
    row = generic.page.notes.get("row")
    if row is not None and row.title:
        told.insert(0, re.sub(r"\s*(?:…|\.{2,3})$", "", row.title))
    return list(dict.fromkeys(filter(None, map(markup.squeeze, told))))


def _parts(title: str) -> set[str]:
    """Return what stands before, behind and between the marks that split a page's title."""
    marks = list(_TITLE_END.finditer(title[:400]))
    ends = [title[: mark.start()] for mark in marks] + [title[mark.end() :] for mark in marks]
    return {title, *_TITLE_END.split(title[:400]), *ends}


def _find_heading(generic: _GenericPage) -> etree._Element | None:
    """Return the element whose text the page's head repeats, or that a label or a class names."""
    row = generic.page.notes.get("row")
    listed = re.sub(r"\s*(?:…|\.{2,3})$", "", row.title).strip() if row is not None else ""
    labelled = _labelled_cell(generic, ("제목", "글제목", "subject", "title"))
    if labelled is not None and labelled not in generic.around:
        return labelled
    told = _told_titles(generic)
    parts = {part for title in told for part in _parts(title) if len(part) > 1}
    best: tuple[float, etree._Element | None] = (0.0, None)
    elements = generic.index.elements
    for place, element in enumerate(elements):
        if element.tag not in _HEADS or element in generic.around or len(element) > 12:
            continue
        text = markup.squeeze("".join(element.itertext()))[:400]
        if len(text) < 2 or _WHEN.fullmatch(text):
            continue
        names = f"{markup.classes(element)} {element.get('id') or ''}"
        holder = element.getparent()
        if holder is not None and len(holder) == 1 and not (holder.text or "").strip():
            names += f" {markup.classes(holder)}"
        cut = re.sub(r"\s*(?:…|\.{2,3})$", "", text)
        score = 0.0
        is_link = element.tag not in _HEADINGS and next(element.iter("a"), None) is not None
        if listed and not is_link and listed in (text, _own_words(element)):
            score = 14.0  # more than a longer one, wherever a time stands
        elif listed and (text == listed or (len(listed) > 3 and listed in text)):
            score = 10.0 - 0.05 * max(len(text) - len(listed) - _CATEGORY, 0)
        elif text in parts or (len(cut) > 8 and any(part.startswith(cut) for part in parts)):
            score = 5.0 + min(len(text), 30) / 30
        elif len(text) < 120 and any(len(part) > 5 and part in text for part in parts):
            score = 3.0
        if score < 8:  # where the list says the title, the first place is it
            named = _TITLE_NAME.search(names)
            score += 2 * bool(named) + 2 * (element.tag in ("h1", "h2", "h3", "h4"))
        if score < 4:
            continue
        near = elements[max(place - 40, 0) : place + 50]
        score += 3 * any(
            _WHEN.search(each.text or "") or _WHEN.search(each.tail or "") for each in near
        )
        if score < 13 and (_says_board(text) or text in generic.menu):
            score -= 4  # unless it is the title that the list shows
        if score > best[0]:
            best = (score, element)
    if best[0] >= 4:
        return best[1]
    above = _above_figures(generic)
    return above if above is not None else _only_heading(generic)


def _above_figures(generic: _GenericPage) -> etree._Element | None:
    """Return the element with the words right above a line that names writer and time."""
    before: etree._Element | None = None
    for element in generic.index.elements:
        if element in generic.around or element.tag in ("a", "script", "style", "option", "title"):
            continue
        line = _short_text(element, 200)
        starts = _BY.match(line) or _FIGURE.match(line) or _WHEN.match(line)
        if len(line) < 150 and starts and _WHEN.search(line) and _BY.search(line):
            return before
        text = markup.squeeze(element.text)
        if not text:
            continue
        linked = any(each.tag == "a" for each in element.iterancestors())
        if not linked and 2 <= len(line) < 200 and _label_of(text) not in _LABELS:
            before = element
    return None


def _own_words(element: etree._Element) -> str:
    """Return what an element says beside its children: a title beside its category."""
    return markup.squeeze("".join([element.text or "", *(child.tail or "" for child in element)]))


def _only_heading(generic: _GenericPage) -> etree._Element | None:
    """Return the one large heading of a page whose address is a post's and whose title is not."""
    if all(_PAGING.fullmatch(form.name) for form, _ in _forms(generic.page.url)):
        return None
    large = [each for each in generic.index.with_tag("h1", "h2") if each not in generic.around]
    if len(large) != 1 or _says_board(text := markup.text_of(large[0])) or text in generic.menu:
        return None
    place = generic.index.elements.index(large[0])
    near = generic.index.elements[place : place + 20]
    is_dated = any(_WHEN.search(each.text or "") for each in near)
    return large[0] if text and is_dated else None


_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_CATEGORY = 12
"""Letters of a category that may stand before a title."""
_TITLE_NAME = re.compile(
    r"(?:^|[-_ ])(?:subject|subj|title|tit|headline|sbj)(?:[-_ \d]|$)|viewSj", re.IGNORECASE
)
_HEADS = frozenset(
    [
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "strong",
        "b",
        "td",
        "th",
        "div",
        "p",
        "span",
        "dt",
        "dd",
        "font",
    ]
)


def _says_board(text: str) -> bool:
    return bool(
        re.fullmatch(r".{0,12}(?:게시판|공지사항|자료실|갤러리|board)", text, re.IGNORECASE)
    )


def _labelled_cell(
    generic: _GenericPage, labels: tuple[str, ...], *, may_be_empty: bool = False
) -> etree._Element | None:
    """Return the cell beside a heading cell with one of *labels*."""
    wanted = {_label_of(label) for label in labels}
    for cell in generic.index.with_tag("th", "dt", "td", "strong", "label", "span"):
        if cell in generic.around or _label_of(markup.text_of(cell)) not in wanted:
            continue
        sibling = next((each for each in cell.itersiblings() if isinstance(each.tag, str)), None)
        row = cell.getparent()
        heads = [each for each in row if each.tag == cell.tag] if row is not None else []
        if cell.tag == "th" and len(heads) > 2:
            continue  # a list's row of headings
        if sibling is None or sibling.tag not in _VALUES:
            continue
        text = markup.text_of(sibling)
        if (text or may_be_empty) and _label_of(text) not in _LABELS:
            return sibling
    return None


def _label_of(text: str) -> str:
    """Return words as labels are compared: "조 회 :" is "조회"."""
    return text.strip(" :：*").lower().replace(" ", "")


_LABELS = frozenset(
    label.replace(" ", "")
    for label in (
        *markup.TIME,
        *markup.HITS,
        *markup.AUTHOR,
        *markup.CATEGORY,
        "제목",
        "번호",
        "추천",
        "비추천",
        "파일",
        "첨부",
        "첨부파일",
        "본문",
        "내용",
        "content",
        "contents",
        "이전글",
        "다음글",
        "윗글",
        "아랫글",
    )
)
_AUTHOR_CELLS = ("글", "게시자", "올린이", "필자", "성명", "작성", "등록인", "기자", "author")
"""What the cell beside a writer's name may be called, too; in a line of words they say nothing."""
_BODY_LABELS = ("내용", "본문", "글내용", "content", "contents")
_ROW_LABELS = frozenset(
    [
        *(label.replace(" ", "") for label in (*markup.TIME, *markup.HITS, *markup.AUTHOR)),
        *(
            *markup.CATEGORY,
            *_AUTHOR_CELLS,
            "첨부파일",
            "첨부",
            "파일",
            "이전글",
            "다음글",
            "이전",
            "다음",
            "윗글",
            "아랫글",
        ),
        *(
            "prev",
            "next",
            "연락처",
            "담당부서",
            "부서",
            "추천",
            "링크",
            "이메일",
            "홈페이지",
            "아이피",
            "ip",
        ),
        *("file", "files", "attachment", "email", "homepage", "tel"),
    ]
)
"""Labels whose rows say something beside the body."""
_FIELD_LABELS = _LABELS | _TITLES | frozenset(_BODY_LABELS) | {"글번호"}
_VALUES = frozenset({"td", "dd", "span", "div", "p", "strong", "b", "em", "a"})


def _post_title(generic: _GenericPage) -> str | None:
    if generic.heading is None:
        return None
    noise = {
        child
        for child in generic.heading.iterdescendants()
        if isinstance(child.tag, str)
        and (_BESIDE.search(markup.classes(child)) or re.search(r"cate|icon|blind|sound|sr-only|hidden|badge|count|cmt|new",
                                                              markup.classes(child)))
    }  # fmt: skip
    text = markup.text_of(generic.heading, noise) or markup.text_of(generic.heading)
    return text or None


def _category(generic: _GenericPage) -> str | None:
    """Return the category beside its label, before the title, or in an element that is called so."""
    cell = _labelled_cell(generic, markup.CATEGORY)
    if cell is not None and cell not in generic.comment_parts and cell not in generic.within:
        return markup.text_of(cell)
    row = generic.page.notes.get("row")
    if row is not None and row.category:
        category: str = row.category
        return category
    heading = generic.heading
    if heading is None:
        return None
    title = re.sub(r"\s*(?:…|\.{2,3})$", "", row.title) if row is not None else ""
    before, found, _ = markup.text_of(heading).partition(title) if title else ("", "", "")
    if found and (before := before.strip("[]()<>|: ")) and len(before) <= _CATEGORY:
        return before
    named = [
        *heading.iterdescendants(),
        *(piece.owner for piece in generic.header if not piece.icon),
    ]
    for element in named:
        text = _short_text(element, _CATEGORY + 4).strip("[]()<> ")
        if markup.CATEGORY_CLASS.search(markup.classes(element)) and 0 < len(text) <= _CATEGORY:
            return text
    return _before_title(generic, heading)


def _before_title(generic: _GenericPage, heading: etree._Element) -> str | None:
    """Return the word right before the title that is neither the board's name nor a link's around."""
    before = heading.getprevious()
    if before is None or not isinstance(before.tag, str) or len(before) > 1 or before.tail:
        before = None if before is None or (before.tail or "").strip() else before
    if before is None or before.tag not in ("em", "span", "strong", "b", "i", "p", "div", "a"):
        return None
    text = _short_text(before, _CATEGORY + 4).strip("[]()<> ")
    page_title = " ".join(
        _told_titles(generic)[1:] if generic.page.notes.get("row") else _told_titles(generic)
    )
    is_word = 1 < len(text) <= _CATEGORY and not _is_figure(text, generic)
    if not is_word or text in page_title or text in generic.menu or _says_board(text):
        return None
    return None if markup.is_noise(text) or _TO_LIST.search(text) else text


def _find_header(generic: _GenericPage) -> list[markup.Piece]:
    start = generic.heading
    if start is None:
        return []
    order = generic.order
    container = generic.container
    end = order.get(container, len(order)) if container is not None else order[start] + 400
    region = start
    for ancestor in start.iterancestors():
        region = ancestor
        if (
            ancestor.tag == "body"
            or len(_short_text(ancestor, 3000)) > len(_short_text(start)) + 40
        ) and (container is None or _holds(ancestor, container)):
            break
    skip = generic.comment_parts | generic.within
    found = [
        piece for piece in markup.pieces(region, skip)
        if order[start] - 60 <= order.get(piece.owner, -1) < max(end, order[start] + 1)
    ]  # fmt: skip
    if not any(_WHEN.search(piece.text) for piece in found) and container is not None:
        # Some skins print the figures below the body.
        found += [
            piece for piece in markup.pieces(region, skip)
            if end <= order.get(piece.owner, -1) < end + 80 and piece.owner not in generic.within
        ][:40]  # fmt: skip
    return found


def _author(generic: _GenericPage) -> str | None:
    header = generic.header
    cell = _labelled_cell(generic, (*markup.AUTHOR, *_AUTHOR_CELLS))
    if cell is not None and cell not in generic.comment_parts:
        text = re.split(r"\s*[|·(]\s*", markup.text_of(cell))[0]
        if text and len(text) <= 40 and not _WHEN.search(text):
            return text
    said = markup.labelled(header, markup.AUTHOR)
    said = _AFTER_NAME.split(said)[0] if said else None
    is_name = said and len(said) <= 40 and _label_of(said) not in _LABELS
    if is_name and not _WHEN.search(said or ""):
        return said
    told = markup.select(generic.root, "//*[@itemprop='author' or @rel='author']")
    for element in told:
        if element not in generic.comment_parts and (text := markup.text_of(element)):
            return text
    for piece in header:
        names = " ".join(markup.trail(piece.owner, generic.root)[:2])
        text = re.sub(r"^by\s+", "", piece.text.strip(" ·|,/"))
        is_name = text and not _WHEN.search(text) and text.lower() not in _NO_NAME
        if _WRITER.search(names) and is_name and len(text) <= 40:
            return text
    if told_name := _stated_author(generic):
        return told_name
    for piece in header:
        text = piece.text.strip(" ·|,/")
        link = next(
            (each for each in (piece.owner, piece.owner.getparent()) if each.tag == "a"), None
        )
        is_name = text and len(text) <= _NAME and not _is_figure(text, generic)
        if link is not None and is_name and _PROFILE.search(link.get("href") or ""):
            return text
    row = generic.page.notes.get("row")
    if row is not None and row.author and any(row.author == piece.text for piece in header):
        author: str = row.author
        return author
    return _beside_time(generic, header)


def _beside_time(generic: _GenericPage, header: list[markup.Piece]) -> str | None:
    """Return the only words next to the post's time that can be a name."""
    titled = markup.all_of([] if generic.heading is None else [generic.heading])
    words = [
        piece for piece in header
        if piece.text.strip(" ·|,/") and piece.owner not in titled and piece.owner.tag not in ("button", "option")
    ]  # fmt: skip
    place = next(
        (
            n
            for n, piece in enumerate(words)
            if _WHEN.search(piece.text) or _is_stamped(piece.owner)
        ),
        None,
    )
    if place is None:
        return None
    stamped = words[place].owner
    alone = [
        part
        for part in re.split(r"\s+[|/·]\s+", words[place].text)
        if part and not _is_figure(part, generic) and not _WHEN.search(part)
    ]
    if len(alone) == 1 and alone[0] != words[place].text and len(alone[0]) <= _NAME:
        return alone[0]  # "글쓴이 / 2026.03.02 09:41 / 조회 12"
    line = next(
        (
            each
            for each in (stamped, *stamped.iterancestors())
            if each.tag in _LINES and len(_short_text(each)) > len(words[place].text)
        ),
        None,
    )
    if line is None or len(_short_text(line)) > _LONGEST_INFO:
        return None
    found = [
        text
        for piece in words
        if _holds(line, piece.owner)
        and not _is_stamped(piece.owner)
        and (text := piece.text.strip(" ·|,/"))
        and not _is_figure(text, generic)
        and not _WHEN.search(text)
        and text.lower() not in _NO_NAME
        and text not in generic.menu
    ]
    return found[0] if len(found) == 1 and len(found[0]) <= _NAME else None


_LINES = frozenset({"div", "p", "ul", "dl", "td", "header", "section", "span", "small"})
_LONGEST_INFO = 120
"""Characters of the line with a post's writer, time and figures."""
_NO_NAME = frozenset(
    {
        *("by", "on", "at", "작성자", "글쓴이", "posted", "posted by", "»", "목록", "수정", "삭제"),
        *("메뉴 건너뛰기", "본문 바로가기", "본문으로 바로가기", "skip to content"),
    }
)


def _stated_author(generic: _GenericPage) -> str | None:
    """Return the author that the page's JSON-LD names."""
    for script in generic.index.with_tag("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        match = re.search(
            r'"author"\s*:\s*\[?\s*(?:\{[^{}]{0,400}?"name"\s*:\s*)?("(?:[^"\\]|\\.){1,80}")',
            script.text or "",
        )
        try:
            return markup.squeeze(json.loads(match[1])) or None if match else None
        except ValueError:
            continue
    return None


_AFTER_NAME = re.compile(
    r"\s*[|·(]\s*|\s+(?=(?:작성일|등록일|날\s?짜|일시|조회|추천|댓글|date|hits?|views?)\S{0,2}\s*[:：\d])",
    re.IGNORECASE,
)
"""Where the next label begins, in a line of several."""
_WRITER = re.compile(
    r"(?:^|[-_ ])(?:author|writer|nick|nickname|user|username|name|by|byline)(?:[-_ ]|$)",
    re.IGNORECASE,
)


def _read_when(text: str, now: datetime) -> datetime | None:
    match = _WHEN.search(text)
    return read_time(text[match.start() :], now) if match else None


def _time(generic: _GenericPage, now: datetime) -> datetime | None:
    container = generic.container
    order = generic.order
    end = order[container] if container is not None else len(order)
    beside = generic.comment_parts | generic.within | generic.around
    tagged = [element for element in generic.index.with_tag("time") if element not in beside]
    stamps: list[str] = []
    cell = _labelled_cell(generic, markup.TIME)
    if cell is not None and cell not in beside:
        stamps.append(markup.text_of(cell))
    header = generic.header
    said = markup.labelled(header, markup.TIME, "time")
    stamps += [said] if said else []
    stamps += [_stamp_of(element) for element in tagged if order[element] < end]
    titled = markup.all_of([] if generic.heading is None else [generic.heading])
    title = _post_title(generic) or ""
    stamps += _stamps(
        [piece for piece in header if piece.owner not in titled and not _repeats(piece.text, title)]
    )
    if container is not None and container in generic.comment_parts:
        begin = 0 if generic.heading is None else order[generic.heading]
        stamps += [
            text
            for element in generic.index.elements[begin:end]
            if len(text := markup.squeeze(element.text)) < 60
            and _WHEN.search(text)
            and not _repeats(text, title)
        ]
    for script in generic.index.with_tag("script"):
        if "ld+json" in (script.get("type") or ""):
            match = re.search(r'"datePublished"\s*:\s*"([^"]{8,40})"', script.text or "")
            stamps += [match[1]] if match else []
    stamps += markup.select(
        generic.root, "//meta[@property='article:published_time' or @name='date']/@content"
    )
    stamps += map(_stamp_of, tagged)
    for stamp in stamps:
        if found := _read_when(stamp, now):
            return found
    return None


def _repeats(text: str, title: str) -> bool:
    """Tell the title, or a part of it, from other words."""
    return len(text) > 1 and bool(title) and (text in title or title in text)


def _stamps(found: list[markup.Piece]) -> list[str]:
    """Return the pieces that may tell a time, each with the clock that stands beside its day."""
    words = [piece for piece in found if piece.text and len(piece.text) < _LONGEST_STAMP]
    stamps: list[str] = []
    for place, piece in enumerate(words):
        text = _stamp_of(piece.owner) if _WHEN.search(piece.text) else ""
        following = words[place + 1].text if place + 1 < len(words) else ""
        if not text or text == markup.text_of(piece.owner):
            text = piece.text
        if _CLOCK.fullmatch(following) and not _HAS_CLOCK.search(text):
            text += f" {following}"
        stamps.append(text)
    return stamps


def _stamp_of(element: etree._Element) -> str:
    """Return the time that an element tells: by an attribute, where the page shows "3일 전"."""
    for name in ("datetime", "title", "data-original-title", "data-time", "data-date"):
        if (told := element.get(name)) and _FULL_DAY.search(told):
            return str(told)
    return markup.text_of(element)


_LONGEST_STAMP = 60
"""Characters of a time with its labels."""
_FULL_DAY = re.compile(r"(?:19|20)\d\d\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}")
_HAS_CLOCK = re.compile(r"\d\s?[:시]|전$")
_CLOCK = re.compile(
    r"\(?(?:(?:오[전후]|[ap]m)\s?)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:오[전후]|[ap]m))?\)?",
    re.IGNORECASE,
)


def _hits(generic: _GenericPage) -> int | None:
    labels = (*markup.HITS, "hits", "view", "read")
    cell = _labelled_cell(generic, labels)
    if cell is not None and (count := markup.integer(markup.text_of(cell))) is not None:
        return count
    titled = markup.all_of([] if generic.heading is None else [generic.heading])
    header = [piece for piece in generic.header if piece.owner not in titled]
    return markup.integer(markup.labelled(header, labels, "hits") or markup.count_before(header))


# --- the body --------------------------------------------------------------------------


def _find_container(generic: _GenericPage) -> etree._Element | None:
    """Return the element with the post's text: behind the title, beside comments and buttons.

    The words behind the title that are no comment, link, button or figure are the body's;
    the smallest element that holds nearly all of them is it.
    """
    heading, above, order = generic.heading, generic.above, generic.order
    start = order[heading] if heading is not None else -1
    beside = generic.around | generic.comment_parts | _beside(generic)
    for names in ("articleBody", "description", "text"):
        for element in markup.select(generic.root, f"//*[@itemprop='{names}' and not(self::meta)]"):
            if element not in beside and order[element] > start:
                return element
    labelled = _labelled_cell(generic, _BODY_LABELS, may_be_empty=True)
    if (
        labelled is not None
        and order[labelled] > start
        and labelled not in generic.comment_parts
        and labelled.tag in ("td", "dd", "div")
        and next(labelled.iter("textarea"), None) is None
    ):
        return labelled
    own = _own_letters(generic, start, beside)
    stretch = _stretch(generic, start, own, beside)
    if stretch is None:
        return _blank(generic, start, beside)
    weights: Counter[etree._Element] = Counter()
    named: list[etree._Element] = []
    first: etree._Element | None = None
    for element in generic.index.elements[stretch.start : stretch.stop]:
        if count := own.get(element, 0):
            first = element if first is None else first
            for each in (element, *element.iterancestors()):
                weights[each] += count
        if element in beside or element.tag not in _BLOCKS or element in above:
            continue
        if _BODY.search(f"{markup.classes(element)} {element.get('id') or ''}"):
            named.append(element)
    if generic.stamp is not None:
        # What holds the post's time, too, is around the body.
        around = {*generic.index.elements[generic.stamp].iterancestors()}
        named = [each for each in named if each not in around] or named
    # A cell of figures is no body, whatever its class; one of pictures or links alone may be.
    named = [
        each
        for each in named
        if weights[each] or (not _letters_outside_links(each, generic) and _shows_something(each))
    ]
    region = _region(generic, weights, named)
    inside = set(region.iter())
    candidates = [element for element in named if element in inside]
    most = max((weights[element] for element in candidates), default=0)
    rest = weights[region] - most
    if not most and rest < _LEAST_BODY:
        # A post of links or of pictures alone has no words that count.
        shown = _shown(generic, stretch, beside, above, rest)
        if shown is not None:
            return shown
    if candidates and (most >= 0.5 * weights[region] or (most and rest < _LEAST_BODY)):
        # Wrappers are called so, too: the innermost that holds nearly all of it.
        full = [element for element in candidates if weights[element] >= 0.9 * most]
        return _tightened(full[-1] if most else full[0], weights, beside, above)
    if weights[region] == 0:
        return candidates[-1] if candidates else None
    if candidates and most and _first_in(candidates, first):
        return _tightened(candidates[0], weights, beside, above)
    holder = _innermost(region, weights)
    if holder is not region:
        holder = _widened(holder, generic, weights, beside)
    if first is not None and (holder.tag in ("body", "html") or holder in above):
        # The whole page is around it: the largest element of the first words behind the
        # title that holds no more than the body.
        holder = first
        for element in first.iterancestors():
            if element in above or element in generic.comment_parts:
                break
            if any(each in element.iter() for each in generic.comment_heads):
                break
            holder = element
        while holder.tag in ("tbody", "table", "tr") and len(holder):
            inner = max(holder, key=lambda child: weights[child])
            if weights[inner] < 0.9 * weights[holder]:
                break
            holder = inner
    return _tightened(holder, weights, beside, above)


def _own_letters(
    generic: _GenericPage, start: int, beside: set[etree._Element]
) -> dict[etree._Element, int]:
    """Return the letters behind the title that may be the body's, by the element that they stand in."""
    linked = markup.all_of(generic.index.with_tag("a"))
    titled = markup.all_of([] if generic.heading is None else [generic.heading])
    found: dict[etree._Element, int] = {}
    for element in generic.index.elements[start + 1 :]:
        if element in beside or element in titled or element.tag in _UNREAD:
            continue
        if _is_stamped(element):
            continue
        words = [] if element in linked else [element.text or ""]
        words += [child.tail or "" for child in element if child not in beside or child in linked]
        own = sum(_count(word) for word in words if not _is_figure(word, generic))
        if own and not (own <= _NAME and _stands_beside_time(element)):
            found[element] = own
    return found


_UNREAD = frozenset({"script", "style", "option", "title", "textarea"})


def _stretch(
    generic: _GenericPage,
    start: int,
    own: dict[etree._Element, int],
    beside: set[etree._Element],
) -> range | None:
    """Return the places among the page's elements between which the body stands.

    Buttons, neighbours and comments end it.  It is the first stretch behind the post's time
    with words, links or pictures; else what stands before the time.  None: the post is empty.
    """
    elements = generic.index.elements

    def letters(stretch: range) -> int:
        return sum(own.get(element, 0) for element in elements[stretch.start : stretch.stop])

    stamp = generic.stamp
    heads = [generic.order[head] for head in generic.comment_heads if generic.order[head] > start]
    if (
        stamp is not None
        and stamp > min(heads, default=stamp)
        and letters(range(start, min(heads)))
    ):
        stamp = None  # a comment's, or of a list behind the post
    ends = [end for end in generic.ends if end > (stamp if stamp is not None else start)]
    if not ends:
        ends = [len(elements)]
    begin = stamp if stamp is not None else start + 1
    head = range(start + 1, begin)
    stretches = [range(begin, ends[0])]
    for place, following in pairwise(ends):
        if not generic.ends.get(place):
            break
        stretches.append(range(place, following))  # buttons may stand above the body, too
    tail = range(ends[-1], len(elements))
    most = max(stretches, key=letters)
    if letters(most) > _LEAST_TAIL:
        # What little stands before it is left of the figures.
        stretches = [each for each in stretches if letters(each) >= letters(most) / _LEFT]
    is_named = stamp is not None and _named_blank(generic, begin, beside) is not None
    blank = next(iter(_blanks(generic, start, beside)), None)
    # The smallest element around the title and the empty place of a body.
    frame = set() if blank is None else set(_frame(generic, blank).iter())
    for stretch in (*stretches, head):
        if stretch is head and (is_named or (blank is not None and letters(head) <= _INITIALS)):
            return None
        shown = _pictures(generic, stretch, beside)
        said = [each for each in elements[stretch.start : stretch.stop] if each in own]
        if blank is not None and letters(stretch) < _LEAST_BODY and frame.isdisjoint(said + shown):
            continue  # a word or two, or an icon, beyond it
        if said or shown:
            return stretch
    # Buttons may stand above the body alone; a word or two behind all others is no body.
    if not all(generic.ends.get(end, True) for end in ends):
        return None  # the post's comments, or the list, are behind it
    if tail and letters(tail) >= _LEAST_TAIL:
        return tail
    return None if blank is not None or not letters(tail) else tail


_INITIALS = 2
"""Letters of what stands for a portrait."""
_LEAST_TAIL = 60
"""Letters behind all buttons that are a body all the same."""
_LEFT = 4
"""Times as many letters as before, from which a stretch between buttons is the body."""


def _frame(generic: _GenericPage, element: etree._Element) -> etree._Element:
    return next((each for each in element.iterancestors() if each in generic.above), generic.root)


def _pictures(
    generic: _GenericPage, stretch: range, beside: set[etree._Element]
) -> list[etree._Element]:
    """Return the pictures and the links to other sites in a stretch."""
    here = urls.host(generic.page.url)
    found = []
    for element in generic.index.elements[stretch.start : stretch.stop]:
        if element in beside or element.tag not in ("a", "img", "video", "iframe"):
            continue
        if element.tag == "a":
            url = urls.join(generic.page.url, element.get("href") or "")
            if url is not None and urls.host(url) != here and generic.letters[element]:
                found.append(element)
        elif not (_BUTTON.search(element.get("src") or "") or _is_small(element)):
            named = f"{markup.classes(element)} {' '.join(markup.trail(element, generic.root)[:2])}"
            if not _PORTRAIT.search(named):
                found.append(element)
    return found


def _is_small(picture: etree._Element) -> bool:
    """Tell an icon or a spacer by the size that its markup gives."""
    sizes = (picture.get(side) or "" for side in ("width", "height"))
    return any(size.isdigit() and int(size[:6]) <= _ICON_SIZE for size in sizes)


_ICON_SIZE = 20
"""Pixels."""
_PORTRAIT = re.compile(r"avatar|profile|photo_?user|level|rank", re.IGNORECASE)


def _blank(generic: _GenericPage, start: int, beside: set[etree._Element]) -> etree._Element | None:
    """Return the place of a post without a word: an empty block behind the title, by its name if any has one."""
    empty = _blanks(generic, start, beside)
    named = _named_blank(generic, start, beside)
    return named if named is not None else next(reversed(empty), None)


def _blanks(generic: _GenericPage, start: int, beside: set[etree._Element]) -> list[etree._Element]:
    behind = generic.stamp if generic.stamp is not None else start
    # Buttons may stand above it.
    last = len(generic.index.elements)
    ends = [(end, is_button) for end, is_button in generic.ends.items() if end > behind]
    end = next((end for end, is_button in ends if not is_button), last)
    # Where nothing but buttons follows, what stands behind them may be anything.
    sure = end if end < last else next((end for end, _ in ends), last)
    return [
        element
        for place, element in enumerate(generic.index.elements[start + 1 : end], start + 1)
        if (place < sure or _BODY.search(f"{markup.classes(element)} {element.get('id') or ''}"))
        and element.tag in _BLANKS
        and element not in beside
        and element not in generic.above
        and not markup.text_of(element)
        and next(element.iter("hr", "img"), None) is None
    ]


def _named_blank(
    generic: _GenericPage, start: int, beside: set[etree._Element]
) -> etree._Element | None:
    named = (
        element
        for element in reversed(_blanks(generic, start, beside))
        if _BODY.search(f"{markup.classes(element)} {element.get('id') or ''}")
    )
    return next(named, None)


_BLANKS = frozenset({"div", "td", "section", "article", "dd", "p", "li", "pre"})


def _shown(
    generic: _GenericPage,
    stretch: range,
    beside: set[etree._Element],
    above: set[etree._Element],
    words: int,
) -> etree._Element | None:
    """Return the smallest element with nearly all links and pictures behind the title.

    None where they weigh no more than the *words* (letters) beside them.
    """
    weights: Counter[etree._Element] = Counter()
    for element in generic.index.elements[stretch.start : stretch.stop]:
        if element.tag not in ("a", "img", "video", "iframe") or element in beside:
            continue
        if element.tag == "a":
            own = (
                0 if _BUTTON_WORDS.fullmatch(markup.text_of(element)) else generic.letters[element]
            )
        else:
            own = 0 if _BUTTON.search(element.get("src") or "") else _PICTURE
        for each in (element, *element.iterancestors()):
            weights[each] += own
    body = next(iter(generic.root.iter("body")), generic.root)
    if weights[body] <= 2 * words:
        return None
    holder = _innermost(body, weights)
    return None if holder in above else holder


def _innermost(holder: etree._Element, weights: Counter[etree._Element]) -> etree._Element:
    """Return the innermost block that holds nearly all of what an element holds."""
    while True:
        inner = max(
            (child for child in holder if isinstance(child.tag, str) and child.tag in _BLOCKS),
            key=lambda child: weights[child],
            default=None,
        )
        if inner is None or weights[inner] < 0.9 * weights[holder] or inner.tag in ("p", "span"):
            return holder
        holder = inner


_EDITS = re.compile(
    r"(?:글\s?)?(?:수정|삭제|답변|답글|글쓰기|쓰기)(?:하기)?|edit|modify|delete|reply",
    re.IGNORECASE,
)
_NEIGHBOURS = re.compile(
    r"\W*(?:이전|다음|윗|아랫)\s?(?:글|게시물)?(?![가-힣])|\W*(?:prev|next)", re.IGNORECASE
)
_LONGEST_HEAD = 80
"""Letters of what stands between a title and the post's time."""
_BUTTON_WORDS = re.compile(
    r"(?:수정|삭제|답변|답글|글쓰기|쓰기|인쇄|추천|비추천|신고|스크랩|공유|목록|위로|top|edit|delete|reply|print)"
    r"(?:하기)?",
    re.IGNORECASE,
)
_PICTURE = 30
"""Letters that a picture counts for."""
_BUTTON = re.compile(r"btn|button|bt_|icon|ico_|blank|logo|bullet|new\.|hot\.", re.IGNORECASE)


def _stands_beside_time(element: etree._Element) -> bool:
    """Tell a name or a time from words: it shares a short line with the other, and nothing else."""
    parent = element.getparent()
    if parent is None or parent.tag in ("body", "tr"):
        return False
    line = _short_text(parent, 100)
    times = [each for each in parent if isinstance(each.tag, str) and _is_time(each)]
    if len(line) > 60 or not 0 < len(times) < 3 or len(parent) < 2:
        return False  # a day and its clock may be two
    return _count(_FIGURES.sub("", line)) <= _NAME


def _is_time(element: etree._Element) -> bool:
    """Tell an element with a time and nothing else."""
    if _is_stamped(element):
        return True
    text = _short_text(element, 60)
    match = _WHEN.match(text)
    return match is not None and not _count(_FIGURES.sub("", text[match.end() :]))


def _holds_body(element: etree._Element) -> bool:
    """Tell by its classes whether an element holds what somebody wrote."""
    return any(
        _BODY.search(names) and not _COMMENTS.search(names)
        for each in element.iter(*_BLOCKS)
        if (names := f"{markup.classes(each)} {each.get('id') or ''}".strip())
    )


def _shows_something(element: etree._Element) -> bool:
    """Tell an element with links or pictures from one with nothing in it."""
    return next(element.iter("a", "img", "video", "iframe", "embed", "object"), None) is not None


def _letters_outside_links(element: etree._Element, generic: _GenericPage) -> int:
    return generic.letters[element] - sum(generic.letters[link] for link in element.iter("a"))


def _first_in(candidates: list[etree._Element], first: etree._Element | None) -> bool:
    return first is not None and _holds(candidates[0], first)


def _is_figure(text: str, generic: _GenericPage) -> bool:
    """Tell a time, a count or a label from words of a body."""
    text = text.strip(" \t\r\n|·/,()[]:：-")
    if (
        not text
        or text.replace(",", "").isdigit()
        or text.lower() in _NO_NAME
        or _label_of(text) in _LABELS
        or markup.ip_fragment(text) == text
    ):
        return True
    row = generic.page.notes.get("row")
    if row is not None and text == row.author:
        return True
    if len(text) < 120 and _WHEN.search(text):
        rest = _count(_FIGURES.sub("", _BY.sub("", text)))
        if rest <= 2 or (rest <= _SHORT_NAME and _PARTED.search(text)):
            return True
    if len(text) < 150 and _FOOT.search(text):
        return True
    return len(text) < 30 and bool(_FIGURE.match(text))


_SHORT_NAME = 8
"""Letters of a name in a line of figures."""
_PARTED = re.compile(r"\s[|/·]\s.*(?:조회|읽음|hits?|views?)", re.IGNORECASE)
_FIGURES = re.compile(
    r"[\d년월일시분초전오후]|조회\s?수?|읽음|추천\s?수?|작성일시?|등록일시?|날\s?짜|댓글|hits?|views?|date|[ap]m|"
    r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|\([월화수목금토일]\)|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|\b(?:on|at|by|posted|wrote)\b",
    re.IGNORECASE,
)
_BY = re.compile(
    r"(?:작성자|글쓴이|등록자|닉네임|이\s?름|writer|name|by)\s*[:：]?\s*[^\s:：|]{1,20}(?![^\s|])",
    re.IGNORECASE,
)
_FOOT = re.compile(
    r"copyright|all rights? reserved|powered by|무단\s?전재|공공누리|만족하십니까|만족도\s?(?:조사|평가)",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?:조회|읽음|추천|비추천|(?:좋아요|공감)(?=\W*\d)|댓글|작성자|글쓴이|작성일|등록일|날짜|hit|views?|read|date|name|writer|total|copyright)"
    r"\s*(?:수|일시)?\s*[:：]?\s*[\d,]*\s*(?:회|건|명)?(?:\s|$|:)",
    re.IGNORECASE,
)


def _region(
    generic: _GenericPage, weights: Counter[etree._Element], named: list[etree._Element]
) -> etree._Element:
    """Return the smallest element around the title that holds a body, too."""
    if generic.heading is None:
        return next(iter(generic.root.iter("body")), generic.root)
    holding = set()
    for element in named:
        holding |= {element, *element.iterancestors()}
    for element in generic.heading.iterancestors():
        if element in holding or weights[element] >= _LEAST_BODY:
            return element
    return generic.root


_LEAST_BODY = 30
"""Letters of a body in an element that no class or id calls one."""


def _tightened(
    element: etree._Element,
    weights: Counter[etree._Element],
    beside: set[etree._Element],
    above: set[etree._Element],
) -> etree._Element | None:
    """Step into the one child that holds it all, as long as others are only beside the body."""
    while True:
        children = [child for child in element if isinstance(child.tag, str)]
        holding = [child for child in children if weights[child] > 0]
        mixed = any(child in beside or child in above for child in children)
        own = (element.text or "").strip() or any((child.tail or "").strip() for child in children)
        is_only = len(children) == 1 and children[0].tag in ("div", "section", "article")
        if len(holding) != 1 or own or holding[0].tag not in _BLOCKS or not (mixed or is_only):
            return element
        element = holding[0]


def _widened(
    element: etree._Element,
    generic: _GenericPage,
    weights: Counter[etree._Element],
    beside: set[etree._Element],
) -> etree._Element:
    """Step out as long as there are more words without a class: what authors paste has none."""
    while True:
        outer = element.getparent()
        if outer is None or outer in generic.above or outer.tag in ("tr", "tbody", "table", "body"):
            return element
        inside = set(element.iter())
        others = [each for each in outer.iterdescendants(etree.Element) if each not in inside]
        is_plain = not any(each in beside or each.get("class") or each.get("id") for each in others)
        if not is_plain or weights[outer] <= weights[element] or (outer.text or "").strip():
            return element
        element = outer


def _is_of_links(generic: _GenericPage, element: etree._Element) -> bool:
    """Tell a block of links within the site, or to share the post, and a word or two that name them."""
    links = list(element.iter("a"))
    words = generic.letters[element]
    linked = sum(generic.letters[link] for link in links)
    if not links or not linked or words - linked > _NAME or words > _MOST_LINKED:
        return False
    here = urls.host(generic.page.url)
    for link in links:
        href = link.get("href") or ""
        url = urls.join(generic.page.url, href)
        is_own = url is None or urls.host(url) == here or href[:1] in ("", "#")
        if not (is_own or _SHARE.search(href)):
            return False
    return True


_MOST_LINKED = 300
"""Letters of a block of links that stands beside a body."""
_SHARE = re.compile(
    r"[/.]share|sharer|/intent/|(?:twitter|facebook|kakao|band|line|pinterest|x)\.(?:com|us|me)/\S*[?&](?:u|url|text)=",
    re.IGNORECASE,
)


def _beside(generic: _GenericPage) -> set[etree._Element]:
    """Return every element of what stands beside a body: figures, buttons, files, neighbours."""
    parts = []
    post_links = _post_links(generic)
    for element in generic.index.elements:
        tag = element.tag
        if tag in ("button", "select", "form", "noscript", "iframe", "nav", "label"):
            # Some software puts all of a post into a form.
            if tag != "form" or not (_holds_much(element) or generic.is_above(element)):
                parts.append(element)
        elif tag in _MAY_BE_BESIDE:
            names = f"{markup.classes(element)} {element.get('id') or ''}"
            is_beside = _BESIDE.search(names) and not generic.is_above(element)
            holders = element if _SAYS_BESIDE.search(names) else [element]
            holds_body = is_beside and any(map(_holds_body, holders))
            if (is_beside and not _holds_much(element) and not holds_body) or (
                tag in _LINK_BLOCKS
                and _is_of_links(generic, element)
                and not (generic.is_above(element) or _holds_body(element))
            ):
                parts.append(element)
    for link in post_links:
        row = next((each for each in link.iterancestors("tr", "li", "dl")), link)
        parts.append(row if not generic.is_above(row) else link)
    if (info := _dated_line(generic)) is not None:
        parts.append(info)
    for labels in (markup.AUTHOR, markup.TIME, markup.HITS):
        cell = _labelled_cell(generic, labels)
        if cell is not None and not _holds_much(cell) and not generic.is_above(cell):
            parts.append(cell)
    for group in generic.groups[:3]:
        if len(group.links) < _LEAST_LIST or generic.worth(group)[0] <= 0:
            continue
        scopes = markup.common_scope([links[0] for links in group.links.values()])
        parts += [scope for scope in scopes if not generic.is_above(scope)]
    for link, url in generic.links:
        if _FILE_LINK.search(url) or _TO_LIST.fullmatch(markup.text_of(link)):
            parts.append(link)
        if (
            _FILE_LINK.search(url)
            and (row := next(link.iterancestors("tr", "li", "p"), None)) is not None
        ):
            words = _short_text(row).replace(markup.text_of(link), " ")
            if not (_count(_FILE_WORDS.sub("", words)) or generic.is_above(row)):
                parts.append(row)
    for cell in generic.index.with_tag("th", "dt", "td"):
        row = next((each for each in cell.iterancestors("tr", "dl")), None)
        if row is None or (cell.tag == "td" and next(iter(row), None) is not cell):
            continue
        label = _label_of(_short_text(cell, 30)).rstrip("0123456789")
        is_figure = label in _ROW_LABELS or _is_state(cell, label)
        if is_figure and not generic.is_above(row) and not _holds_much(row):
            parts.append(row)
    return markup.all_of(parts)


def _is_state(cell: etree._Element, label: str) -> bool:
    """Tell a label that no other board has from its place: a short value beside it, known labels near."""
    if cell.tag == "td" or not 0 < len(label) <= _LONGEST_LABEL or label in _BODY_LABELS:
        return False
    row = cell.getparent()
    cells = [each for each in row if isinstance(each.tag, str)]
    if len(cells) % 2 or any(
        (each.tag == cell.tag) != (place % 2 == 0) for place, each in enumerate(cells)
    ):
        return False
    if any(len(_short_text(each)) > _LONGEST_INFO for each in cells):
        return False
    return any(
        _label_of(_short_text(each, 30)) in _ROW_LABELS
        for near in (row, row.getprevious(), row.getnext())
        if near is not None and isinstance(near.tag, str)
        for each in near
        if each.tag == cell.tag
    )


_LONGEST_LABEL = 10


def _dated_line(generic: _GenericPage) -> etree._Element | None:
    """Return the line right behind the title that shows the day which the list shows, too."""
    row, heading = generic.page.notes.get("row"), generic.heading
    if row is None or row.posted_at is None or heading is None:
        return None
    start = generic.index.elements.index(heading)
    for element in generic.index.elements[start + 1 : start + 12]:
        if element.tag not in _MAY_BE_BESIDE or generic.is_above(element):
            continue
        line = _short_text(element, 200)
        if len(line) >= 100 or not (match := _WHEN.search(line)):
            continue
        shown = read_time(line[match.start() :], row.posted_at)
        is_same = shown is not None and abs(shown - row.posted_at) < timedelta(days=1)
        is_body = _holds_body(element)
        few = _count(_FIGURES.sub("", line)) <= _NAME
        return element if is_same and few and not is_body else None
    return None


_NAME = 20
"""Letters of a writer's name and of labels beside a time."""
_LEAST_LIST = 5
"""Links of one form that are a list below a post, and no part of it."""
_MAY_BE_BESIDE = frozenset(
    [
        "div",
        "ul",
        "ol",
        "dl",
        "p",
        "span",
        "section",
        "td",
        "tr",
        "li",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "strong",
        "em",
        "i",
        "b",
    ]
)


_LINK_BLOCKS = frozenset({"div", "section", "dl", "ul", "ol"})


def _holds_much(element: etree._Element) -> bool:
    """Tell whether an element is more than a line of figures or buttons."""
    text = _short_text(element, 400)
    return len(text) > 300


def _post_links(generic: _GenericPage) -> list[etree._Element]:
    """Return the links to other posts of the board: neighbours, and the list below a post."""
    own = {form.address: number for form, number in _forms(generic.page.url)}
    found: list[etree._Element] = []
    for link, url in generic.links:
        for form, number in _forms(url):
            if any(
                number != mine and _are_alike(form.address, address)
                for address, mine in own.items()
            ):
                found.append(link)
                break
    return found


def _files(generic: _GenericPage) -> list[str]:
    """Return the names of the attachments, from their links or the words before those."""
    targets = dict(generic.links)
    found: dict[str, None] = {}
    for link in generic.index.with_tag("a", "button"):
        if link in generic.comment_parts:
            continue
        url = targets.get(link)
        is_download = url is not None and bool(_FILE_LINK.search(url))
        if link in generic.within and not is_download:
            continue
        name = _file_name(link, url if is_download else None)
        if name and (is_download or _ATTACHED.search(_calls(link))):
            found[name] = None
    return list(found)


def _file_name(link: etree._Element, url: str | None) -> str | None:
    """Return the file that a link names: in its words, its title, the words before it, or its address."""
    before = link.getprevious()
    line = before.tail if before is not None else getattr(link.getparent(), "text", None)
    told = [piece.text for piece in markup.pieces(link)]
    told += [markup.text_of(link), link.get("title") or "", link.get("download") or ""]
    if url is not None:
        told.append(re.sub(r"^\W*첨부\s?파일?\s*\d*\s*[:：]\s*", "", markup.squeeze(line)))
        if before is not None and before.tag != "a":
            told.append(markup.text_of(before))
        told += [value for _, value in parse_qsl(urlsplit(url).query, max_num_fields=100)]
    for text in told:
        if match := _FILE_NAME.match(text):
            return match[0]
    return None


def _without_files(generic: _GenericPage, container: etree._Element) -> etree._Element:
    """Return the body's element without the words that name files before, or behind, all else in it."""
    targets = dict(generic.links)
    names = {
        link: name
        for link in container.iter("a", "button")
        if (url := targets.get(link)) is not None
        and _FILE_LINK.search(url)
        and (name := _file_name(link, url))
    }
    if not names:
        return container
    copy = deepcopy(container)
    links = {twin for own, twin in zip(container.iter(), copy.iter(), strict=True) if own in names}
    runs: list[tuple[etree._Element, str, bool]] = []
    """Each stretch of text: the element, whether it is its text or its tail, whether in such a link."""
    for event, element in etree.iterwalk(copy, events=("start", "end", "comment")):
        place = "text" if event == "start" else "tail"
        if element is not copy or place == "text":
            holder = element if place == "text" else element.getparent()
            inside = markup.is_within(holder, links)
            if (event == "start" and element.tag not in _UNREAD) or event != "start":
                runs.append((element, place, inside))
    for ordered in (runs, runs[::-1]):
        of_files: list[tuple[etree._Element, str]] = []
        waiting: list[tuple[etree._Element, str]] = []
        for element, place, inside in ordered:
            text = getattr(element, place) or ""
            if not inside:
                for name in names.values():
                    text = text.replace(name, " ")
                if _count(_FILE_WORDS.sub("", text)):
                    break
            waiting.append((element, place))
            if inside:
                of_files += waiting
                waiting = []
        # What stands behind the last link on its line is its size.
        while waiting and waiting[0][1] == "tail" and _count(getattr(*waiting[0])):
            of_files.append(waiting.pop(0))
        for element, place in of_files:
            setattr(element, place, None)
    return copy


_FILE_WORDS = re.compile(
    r"첨부|파일|다운로드|다운|down\b|저장|미리\s?보기|바로\s?보기|크기|용량|횟수|회|개|건|files?|attach(?:ed|ments?)?|downloads?|size|"
    r"[\d.,]+\s?(?:[kmg]i?b?|bytes?)\b|\d+",
    re.IGNORECASE,
)
"""What stands beside the name of a file."""


def _calls(link: etree._Element) -> str:
    """Return what a link calls, and what the elements right around it are called."""
    around = [each for each in (link, link.getparent()) if each is not None]
    names = " ".join(f"{markup.classes(each)} {each.get('id') or ''}" for each in around)
    return f"{link.get('href') or ''} {link.get('onclick') or ''} {names}"


_ATTACHED = re.compile(r"down|file|attach", re.IGNORECASE)


def _status(generic: _GenericPage) -> Status:
    page = generic.page
    if page.status >= 300:
        told = _told_of_post(generic)
        return told if told is not None else _STATUS_OF.get(page.status, Status.UNREADABLE)
    said = ""
    for script in generic.index.with_tag("script")[:50]:
        source = script.text or ""
        match = _ALERT.search(source)
        is_notice = match and len(source) < 2000 and "function" not in source[: match.start()]
        if match and is_notice and _LEAVES.search(page.text):
            said = match[2]
            break
    links = markup.all_of(generic.index.with_tag("a", "nav", "footer"))
    body = markup.squeeze(markup.text_of(generic.root, links))[:1500]
    # For a password alone, as neither a login nor a form for comments does.
    asks = markup.select(
        generic.root,
        "//form[not(.//textarea or .//input[not(@type) or @type='text' or @type='email'])]"
        "//input[@type='password']",
    )
    is_short = len(_short_text(generic.root, 1500)) < 400
    if not said and is_short and not _shows_listed(generic):
        said = body
    for status, words in _STATUS_WORDS:
        if said and words.search(said):
            return status
    if asks and re.search("비밀글|비밀번호", body) and generic.container is None:
        return Status.SECRET
    return Status.LIVE if generic.heading is not None else Status.UNREADABLE


_STATUS_OF = {
    401: Status.DENIED,
    403: Status.DENIED,
    404: Status.DELETED,
    410: Status.DELETED,
}
_POST_WORD = r"(?:게시글|게시물|포스트|글|문의|질문|사연|자료|post|article|topic|thread)"
_OF_POST = (
    (Status.SECRET, re.compile(rf"비밀\s?글|비공개\s?{_POST_WORD}|{_POST_WORD}\S{{0,2}} 비공개")),
    (
        Status.DELETED,
        re.compile(
            rf"{_POST_WORD}\S{{0,2}}\s(?:이미\s)?(?:삭제|존재하지|없|찾을\s수|(?:was |has been )?deleted|not found)|"
            rf"(?:삭제된|없는|존재하지 않는)\s?{_POST_WORD}",
            re.IGNORECASE,
        ),
    ),
    (Status.DENIED, re.compile(rf"{_POST_WORD}\S{{0,2}}\s(?:\S+\s){{0,3}}권한")),
)
"""What software says of a post, and no firewall or error page of a server."""


def _told_of_post(generic: _GenericPage) -> Status | None:
    """Return what the words of a short page say became of a post."""
    around = markup.all_of(generic.index.with_tag("a", "nav", "footer"))
    said = markup.squeeze(markup.text_of(generic.root, around))
    if len(said) > _LONGEST_NOTICE:
        return None
    return next((status for status, words in _OF_POST if words.search(said)), None)


_LONGEST_NOTICE = 600
"""Characters of a page that says a sentence about a post."""


def _shows_listed(generic: _GenericPage) -> bool:
    """Tell whether the page shows the title that the list names, and something behind it."""
    row = generic.page.notes.get("row")
    title = _post_title(generic)
    if row is None or not row.title or title is None or generic.container is None:
        return False
    return re.sub(r"\s*(?:…|\.{2,3})$", "", row.title) in title


def find_body(page: Page) -> etree._Element | None:
    """Return the element that holds a post's body by structure alone, None where none does.

    For engines that know a post's page, but not its skin.
    """
    if len(markup.index_of(page).elements) > MOST_ELEMENTS:
        return None
    generic = _GenericPage.of(page)
    return generic.container if generic.heading is not None else None


class Generic(BoardEngine):
    name: ClassVar[str] = "generic"
    is_fallback: ClassVar[bool] = True

    def recognises(self, page: Page) -> bool:
        """By a list of posts, or a post with a link to its list, that is sure enough."""
        if len(markup.index_of(page).elements) > MOST_ELEMENTS:
            return False
        learned = _GenericPage.of(page).learned
        return learned is not None and learned.confidence >= LEAST_CONFIDENCE

    def explains(self, page: Page) -> bool:
        """By words about a post: its own pages look like no error page of any software."""
        return _told_of_post(_GenericPage.of(page)) is not None

    def board(self, page: Page) -> BoardAddress | None:
        learned = _GenericPage.of(page).learned
        if learned is None or learned.confidence < LEAST_CONFIDENCE:
            return None
        found = _GenericPage.of(page).index.with_tag("title")
        title = markup.squeeze("".join(found[0].itertext())) if found else ""
        return BoardAddress(
            url=learned.first,
            native_id=learned.first.partition("://")[2].partition("/")[2] or "/",
            style=learned.encoded(),
            name=title,
            confidence=learned.confidence,
        )

    def list_request(self, board: BoardAddress, page_number: int) -> str:
        _, paging, step = json.loads(board.style)
        if page_number <= 1 or not paging:
            return board.url
        shown = (page_number - 1) * step if step else page_number
        return str(paging).replace(_PAGE, str(shown))

    def post_request(self, board: BoardAddress, native_id: str) -> str:
        post, _, _ = json.loads(board.style)
        return str(post).replace(_SLOT, quote(native_id, safe=""))

    def read_list(self, page: Page, now: datetime) -> ListPage:
        generic = _GenericPage.of(page)
        board = page.notes.get("board") or self.board(page)
        group = generic.posts
        if group is None or board is None:
            return ListPage([])
        by_link = {
            link: number for number, links in group.links.items() for link in links
        }  # fmt: skip
        for link, number in by_link.items():
            if link.tag != "a" or urls.join(page.url, link.get("href") or "") is None:
                link.set("href", self.post_request(board, number))  # it was a script's
        hrefs = {link.get("href") or "": number for link, number in by_link.items()}
        scopes = markup.common_scope(list(by_link))
        rows = [
            replace(
                markup.list_row(row, self.post_request(board, row.native_id), now),
                category=markup.row_category(row),
            )
            for row in markup.rows(scopes, hrefs.get, generic.around)
        ]
        return ListPage(rows)

    def read_post(self, page: Page, now: datetime) -> PostItem:
        if len(markup.index_of(page).elements) > MOST_ELEMENTS:
            page = Page(page.url, "", page.status, page.headers, page.notes)
        generic = _GenericPage.of(page)
        number = str(page.notes.get("native_id") or "")
        if not number:
            forms = _forms(page.url)
            learned = generic.learned
            own = [value for form, value in forms if learned and form.address == learned.post]
            number = own[0] if own else ""
        item = PostItem(
            board_url="",
            native_id=number,
            key=page.url,
            url=page.url,
            engine=self.name,
            fetched_at=now,
            status=_status(generic),
        )
        if item.status is Status.LIVE:
            _fill(item, generic, now)
        return item


def _fill(item: PostItem, generic: _GenericPage, now: datetime) -> None:
    container = generic.container
    if container is None:
        item.html, item.whole_page = generic.page.text, True
    else:
        item.html = etree.tostring(
            _without_files(generic, container), encoding="unicode", method="html", with_tail=False
        )
    item.title = _post_title(generic)
    row = generic.page.notes.get("row")
    if row is not None and row.title and item.title:
        cut = re.sub(r"\s*(?:…|\.{2,3})$", "", row.title)
        place = item.title.find(cut)
        if cut and place > 0:
            item.title = item.title[place:]  # a category stood before it
    item.category = _category(generic)
    item.author = _author(generic)
    item.posted_at = _time(generic, now)
    item.hits = _hits(generic)
    item.ip = next((ip for piece in generic.header if (ip := markup.ip_fragment(piece.text))), None)
    item.files = _files(generic)
    item.comments = read_comments(
        generic.comment_heads, generic.within, generic.forms, generic.stamped, now
    )
    item.comment_count = len(item.comments)
