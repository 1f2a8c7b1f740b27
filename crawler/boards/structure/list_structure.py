"""A list by its structure: its links, its rows and its paging.

Rows are links of one form, each with a number of its own and a time beside it; what stands
around the content is set aside before, or a menu would be the longest list.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from urllib.parse import quote

from lxml import etree

from crawler import urls
from crawler.boards import field_words, markup
from crawler.boards.scripts import ScriptLinks
from crawler.boards.structure.addresses import (
    NOISE,
    PAGE,
    PAGING,
    SLOT,
    AddressForm,
    AddressShape,
    are_alike,
    forms_of,
    is_id,
    lacking,
    pairs_of,
    shape_of,
    without,
)
from crawler.boards.structure.elements import WHEN, count_letters, has_stamp, short_text, uncut
from crawler.boards.structure.labelled_lines import LABELS, label_of, spell_out
from crawler.page import Page
from crawler.rows import ListRow

_LEAST_SHORT = 3
"""Posts with words beside their numbers from which on the words are none of a board's name."""
MOST_LINKS = 3000
"""Links of a page that are looked at."""
LEAST_ROWS = 2
_AROUND = re.compile(
    r"(?:^|[-_ ])(?:gnb|lnb|snb|tnb|nav|navi|menu|aside|side|sidebar|footer|foot|banner|hd|ft|"
    r"latest|recent|popular|best|rank|widget|breadcrumb|location|quick|family|copyright|sitemap|tab|tabs|"
    r"related|cate|category)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_FOOT_NAME = re.compile(r"(?:^|[-_ ])(?:footer|foot|ft|copyright)(?:[-_ ]|$)", re.IGNORECASE)
_CLICKED = "//*[self::tr or self::li or self::div or self::dl or self::article or self::td or self::p or self::span][@onclick or @data-href or @data-url or @data-link]"
_CARDS = frozenset({"tr", "li", "div", "dl", "article"})


@dataclass(slots=True)
class _Group:
    """Links of one form."""

    form: AddressForm
    links: dict[str, list[etree._Element]] = field(default_factory=dict)
    """By number, in the page's order."""


class ListStructure(markup.EnginePage):
    """A page by its links."""

    def __init__(self, page: Page) -> None:
        super().__init__(page)
        row = page.notes.get("row")
        self.base = _base_of(self.index, page.url)
        """What links are relative to."""
        _make_absolute(self.index, self.base, page)
        self.row: ListRow | None = row if isinstance(row, ListRow) else None
        """What the list says of the post."""
        self.listed = uncut(self.row.title) if self.row is not None else ""
        """The title that the list shows, or its beginning."""
        if spell_out(self.index, self.listed):
            self.index = page.notes["index"] = markup.Index(self.root)
        self._times: dict[str, int] = {}

    def is_listed_day(self, when: datetime | None) -> bool:
        """Tell whether a time is of the day that the list shows, of any year where it shows none."""
        listed = self.row.posted_at if self.row is not None else None
        if self.row is None or listed is None or when is None:
            return False
        if not self.row.has_year and (listed.month, listed.day) != (2, 29):
            listed = listed.replace(year=when.year)
        return abs(when - listed) < timedelta(days=1)

    @cached_property
    def letters(self) -> dict[etree._Element, int]:
        """How many letters and digits stand in each element."""
        found: dict[etree._Element, int] = {}
        for element in reversed(self.index.elements):  # children before their parents
            is_shown = element.tag not in ("script", "style", "option", "textarea")
            own = count_letters(element.text) if is_shown else 0
            found[element] = own + sum(
                found.get(child, 0) + count_letters(child.tail) for child in element
            )
        return found

    @cached_property
    def label_places(self) -> dict[str, list[tuple[int, etree._Element]]]:
        """The cells of the content by their words as labels, with their order: headings first."""
        found: dict[str, list[tuple[int, etree._Element]]] = defaultdict(list)
        cells = self.index.with_tag("th", "dt", "td", "strong", "label", "span")
        for place, cell in enumerate(cells):
            if 0 < self.letters[cell] <= _LONGEST_LABEL and cell not in self.around:
                found[label_of(markup.text_of(cell))].append((place, cell))
        return found

    @cached_property
    def menu(self) -> set[str]:
        """The words of the links around the content."""
        return {markup.text_of(link) for link, _ in self.links if link in self.around}

    @cached_property
    def links(self) -> list[tuple[etree._Element, str]]:
        """The links to this host, as absolute addresses."""
        here = urls.host(self.page.url)
        scripts = ScriptLinks(self.base, self.index)
        found: list[tuple[etree._Element, str]] = []
        for link in self.index.with_tag("a")[:MOST_LINKS]:
            href = link.get("href") or ""
            is_script = not href or href[0] == "#" or href[:11].lower() == "javascript:"
            url = scripts.target(link) if is_script else urls.join(self.page.url, href)
            if url is not None and urls.host(url) == here:
                found.append((link, url))
        for element, url in scripts.handled():
            element.set("data-href", url)
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
                if element.tag == "header":
                    is_frame = element.getparent().tag == "body"
                elif element.tag == "footer" and not _is_of_links(element):
                    # An article's foot may be its end.
                    is_frame = all(outer.tag != "article" for outer in element.iterancestors())
                else:
                    is_frame = True
                if is_frame:
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
            elif element.tag == "li" and _FOOT_NAME.search(markup.classes(element)):
                parts.append(element)  # what a list's columns are called, again
        return markup.all_of(parts)

    def _holds_content(self, element: etree._Element) -> bool:
        """Tell whether the title that the list shows stands in an element, no link, or a field to write in."""
        if next(element.iter("textarea"), None) is not None:
            return True
        title = self.listed
        # A path to the page repeats the title, but tells no time.
        told = short_text(element, 1000)
        return (
            bool(title)
            and bool(WHEN.search(told.replace(title, " ")))
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
        short: dict[str, _Group] = {}
        written: dict[str, set[str]] = defaultdict(set)
        """The addresses of the links of a short form, less their numbers."""
        for link, url in self.links:
            if link in self.around:
                continue
            text = markup.text_of(link).strip("[]() ")
            beside = self.wandering.get(shape_of(url), set()) | self.paging_names
            for form, number in forms_of(lacking(url, beside)):
                if form.is_words and text.isdigit() and _is_paging_word(number, text):
                    continue
                if form.is_short:
                    written[form.address].add(url.partition("?")[0].replace(number, "", 1))
                group = (short if form.is_short else groups).setdefault(form.address, _Group(form))
                group.links.setdefault(number, []).append(link)
        for address, group in short.items():
            # A board's name is the same beside all numbers, a post's words are its own.
            is_known = address == self._known_form
            whole = groups.get(address)
            if whole is not None and len(whole.links) > len(group.links):
                continue  # words of which some begin with a number
            if is_known or 2 * len(written[address]) > len(group.links) >= _LEAST_SHORT:
                groups[address] = group
        return groups

    @cached_property
    def _known_form(self) -> str:
        """The address of the posts that was learned from the board's first list; empty: none was."""
        known = self.page.notes.get("board")
        return "" if known is None else str(json.loads(known.style)[0])

    @cached_property
    def paging_names(self) -> set[str]:
        """Parameters of any name that count with the numbers that links to other pages show."""
        shown: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        for link, url in self.links:
            text = markup.text_of(link).strip("[]() ")
            if not (urls.is_number(text) and len(text) < 5):
                continue
            for name, value in pairs_of(url):
                if urls.is_number(value) and len(value) < 6:
                    shown[url.partition("?")[0], name][int(text)] = int(value)
        return {
            name
            for (_, name), pages in shown.items()
            if len(pages) > 2 and len({value - page for page, value in pages.items()}) == 1
        }

    @cached_property
    def wandering(self) -> dict[AddressShape, set[str]]:
        """What varies from link to link beside the id, by the links' shape: a row's number, a thread."""
        told: dict[AddressShape, dict[str, set[str]]] = {}
        count: Counter[AddressShape] = Counter()
        for url in {url for link, url in self.links if link not in self.around}:
            shape = shape_of(url)
            if len(shape[1]) > 1:
                count[shape] += 1
                values = told.setdefault(shape, defaultdict(set))
                for name, value in pairs_of(url):
                    values[name].add(value)
        fixed = {name for name, _ in pairs_of(self.page.url)}
        found: dict[AddressShape, set[str]] = {}
        for shape, values in told.items():
            varying = [
                name
                for name in values
                if len(values[name]) > 1
                and name not in fixed
                and not PAGING.fullmatch(name)
                and not NOISE.fullmatch(name)
            ]
            ids = [
                name
                for name in varying
                if all(map(is_id, values[name])) and 2 * len(values[name]) > count[shape]
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
        likely = sorted(
            (group for group in self._all_groups.values() if len(group.links) >= LEAST_ROWS),
            key=self.worth,
            reverse=True,
        )
        # Numbers say more than the words around them: "thread-12.html" is no post's words.
        for group in [group for group in likely if group.form.is_words]:
            links = {link for links in group.links.values() for link in links}
            for other in likely:
                shared = sum(link in links for own in other.links.values() for link in own)
                if not other.form.is_words and 3 * shared > len(links) and self.worth(other)[0] > 0:
                    likely.remove(group)
                    likely.append(group)
                    break
        return likely

    def worth(self, group: _Group) -> tuple[float, bool, int]:
        """Return how much a group looks like the titles of a list."""
        texts = [
            max((markup.text_of(link) for link in links), key=len, default="")
            for links in group.links.values()
        ]
        telling = sum(
            1
            for text in texts
            if len(text) > 3 and not text.isdigit() and not field_words.is_time(text)
        )
        timed = self.count_timed(group)
        numbered = sum(1 for text in texts if text.isdigit())
        if PAGING.fullmatch(group.form.name) or numbered > len(texts) / 2:
            return (-1.0, False, 0)
        size = len(texts)
        # A number says more than words, and a form with less else in it describes links better.
        score = telling / size * min(size, 30) + 2 * timed
        return (score, not group.form.is_words, -len(group.form.address))

    def count_timed(self, group: _Group) -> int:
        """Return how many links of a group have a time in their row."""
        known = self._times.get(group.form.address)
        if known is None:
            numbers = {link: number for number, links in group.links.items() for link in links}
            known = sum(1 for links in group.links.values() if self.has_row_time(links[0], numbers))
            self._times[group.form.address] = known
        return known

    def has_row_time(self, link: etree._Element, numbers: dict[etree._Element, str]) -> bool:
        """Tell whether a time stands beside a link, or in it, before another's row begins."""
        if WHEN.search((link.tail or "")[:_LINE]):
            return True  # in a line that no element holds
        element = link
        for _ in range(6):
            if element is not link or link.tag in _CARDS or len(link) > 1:
                text = short_text(element)
                if WHEN.search(text) or _PARTED_DAY.search(text) or has_stamp(element):
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
            board = {name for name, _ in pairs_of(known.url)}
            alike = (
                each for address, each in groups.items() if are_alike(address, template, board)
            )
            found = (
                _with_page_behind(groups, template)
                or groups.get(template)
                or max(alike, key=lambda each: len(each.links), default=None)
            )
            if found is not None:
                return self._with_single(found, template)
            if self.page.url != known.url:
                return None  # beyond the last page, say; other lists are not the board's
        for group in self.groups[:5]:
            if self.worth(group)[0] > 0:
                return group
        return None

    def _with_single(self, found: _Group, template: str) -> _Group:
        """Return a list's links with those that say more than the others do of one post each.

        A row's number is no part of an address where it changes from row to row; beside notices,
        which have none, a last page may show a single row with one.
        """
        links = dict(found.links)
        for address, group in self._all_groups.items():
            if len(group.links) == 1 and group.form.name and are_alike(address, template):
                for number, own in group.links.items():
                    links.setdefault(number, own)
        return _Group(found.form, links)

    def find_paging(self, posts: _Group) -> tuple[str, int, str]:
        """Return a list page's address, the step of a count of posts, and page 1's address."""
        shown: dict[AddressForm, dict[int, int]] = defaultdict(dict)
        ones: dict[AddressForm, str] = {}
        for link, url in self.links:
            text = markup.text_of(link).strip("[]() ")
            if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) < 100_000):
                continue
            forms = forms_of(url)
            if any(form == posts.form for form, _ in forms):
                continue  # a post whose title is a number
            for form, number in forms:
                if form.is_short:
                    continue
                if len(number) < 8 and urls.is_number(number):
                    shown[form][int(text)] = int(number)
                    if text == "1":
                        ones[form] = url
        if not shown and (called := self._called_paging()) is not None:
            return *called, ""
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
                    if number and number % (page - 1) == 0
                }
                if len(steps) == 1 and len(numbers) == sum(
                    n % (p - 1) == 0 for p, n in numbers.items()
                ):
                    step = steps.pop()
            is_named = bool(PAGING.fullmatch(form.name)) or not (form.name or step)
            if step < 0 or (not is_named and len(numbers) < 2):
                continue
            is_row = len(numbers) > 2 and max(numbers) - min(numbers) == len(numbers) - 1
            if step == 1 and not (is_row or (PAGING.fullmatch(form.name) and len(numbers) > 1)):
                continue  # page 2 as 1: counted from 0, or a link that shows something else
            weight = len(numbers) + 5 * bool(PAGING.fullmatch(form.name))
            if weight > best[0]:
                best = (weight, form.address.replace(SLOT, PAGE), step, "")
        if not best[1] and (following := self._next_link()):
            best = (1, *following, "")
        return best[1], best[2], best[3]

    def _called_paging(self) -> tuple[str, int] | None:
        """Return the paging, and its step, of a page whose links call functions of another file.

        What such a function is given is the number that the link shows, or one less, in its
        call or in an attribute; a form of the page holds the field for it.
        """
        less = Counter(
            shown - given
            for link in self.index.with_tag("a", "button")
            if urls.is_number(text := markup.text_of(link).strip("[]() ")) and len(text) < 6
            for shown in (int(text),)
            for given in _given_numbers(link)
            if shown - given in (0, 1)
        )
        if not less or (0 not in less and less[1] < 2):
            return None
        step = int(less[1] > less[0])
        for form in self.index.with_tag("form"):
            fields = {
                name: field.get("value") or ""
                for field in form.iter("input")
                if (name := field.get("name")) and field.get("type") == "hidden"
            }
            name = next(filter(PAGING.fullmatch, fields), None)
            url = urls.join(self.page.url, form.get("action") or self.page.url)
            if name is not None and url is not None and urls.host(url) == urls.host(self.page.url):
                base = url.partition("?")[0]
                told = {**dict(pairs_of(url)), **fields}
                kept = {each: text for each, text in told.items() if text and each != name}
                told_page = urls.write_query({**kept, name: SLOT}).replace(quote(SLOT), PAGE)
                return f"{base}?{told_page}", step
        return None

    def first_page(self, paging: str) -> str | None:
        """Return the address behind a link that shows 1, where pages are named in the path.

        Software may leave the page's number out there: "/free/" beside "/free/page/2/".
        """
        before, slot, after = paging.partition("?")[0].partition(PAGE)
        if not slot:
            return None
        short = re.sub(r"(?:[-_/]?page[-_/]?)$", "", before)
        for link, url in self.links:
            path = url.partition("?")[0]
            is_first = path == f"{before}1{after}" or (
                path.startswith(short) and path[len(short) :].strip("/") in ("", after.strip("/"))
            )
            if is_first and markup.text_of(link).strip("[]() ") == "1":
                return url
        return None

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
        own = self._unpaged(self.page.url)
        seconds = []
        for link, url in self.links:
            text = markup.text_of(link) or link.get("title") or ""
            if _NEXT.fullmatch(text.strip(" \t→▶»›>«‹<")):
                told.append(url)
            elif self._unpaged(url) == own:
                seconds.append(url)  # whatever it says: blogs call it the older posts
        told += seconds
        here = {
            form.name: value
            for form, value in forms_of(self.page.url)
            if PAGING.fullmatch(form.name)
        }
        for url in filter(None, told):
            for form, number in forms_of(url):
                if not (PAGING.fullmatch(form.name) and urls.is_number(number)):
                    continue
                now = here.get(form.name, "")
                if number == "2" and now in ("", "1"):
                    return form.address.replace(SLOT, PAGE), 0
                if url not in seconds and len(number) < 4 and now in ("", "0") and int(number) > 0:
                    return form.address.replace(SLOT, PAGE), int(number)  # counted from 0
        return None

    def _unpaged(self, url: str) -> str | None:
        """Return an address without its list page's number, None if it has none."""
        paged = [form for form, _ in forms_of(url) if PAGING.fullmatch(form.name)]
        if url != self.page.url and not paged:
            return None
        told = _PATH_OF_PAGE.sub("", without(url, "").partition("?")[0]).rstrip("/")
        return f"{told}?{without(url, '').partition('?')[2]}"


def _with_page_behind(groups: dict[str, _Group], template: str) -> _Group | None:
    """Return the group of posts whose address ends with the list page that they stand on."""
    known, count = _PAGE_BEHIND.subn("", template)
    if not count:
        return None
    alike = (each for address, each in groups.items() if _PAGE_BEHIND.sub("", address) == known)
    return max(alike, key=lambda each: len(each.links), default=None)


_PAGE_BEHIND = re.compile(r"(?<=\{id\})/\d{1,4}(?=/?$)")


def _base_of(index: markup.Index, url: str) -> str:
    told = next((each.get("href") for each in index.with_tag("base") if each.get("href")), None)
    return (urls.join(url, told) if told else None) or url


def _make_absolute(index: markup.Index, base: str, page: Page) -> None:
    """Write links as a browser follows them: from the page's base, Korean in its charset."""
    is_elsewhere = base != page.url
    charset = _CHARSET.search(f"{page.headers.get('content-type', '')} {page.text[:_HEAD]}")
    for link in index.with_tag("a", "form") if is_elsewhere or charset else ():
        name = "href" if link.tag == "a" else "action"
        told = (link.get(name) or "").strip()
        path, mark, query = told.partition("?")
        if charset and not query.isascii():
            told = f"{path}{mark}{_NO_ASCII.sub(_in_cp949, query)}"
            link.set(name, told)
        if is_elsewhere and told[:1] != "#" and (url := urls.join(base, told)) is not None:
            link.set(name, url)


def _in_cp949(match: re.Match[str]) -> str:
    return quote(match[0].encode("cp949", "xmlcharrefreplace"))


_CHARSET = re.compile(
    r"charset\s*=\s*[\"']?\s*(?:euc-kr|ks_c_5601|ksc5601|cp949|ms949|x-windows-949)", re.IGNORECASE
)
_HEAD = 4000
"""Characters of a page among which it says its charset."""
_NO_ASCII = re.compile(r"[^\x00-\x7f]+")
_PATH_OF_PAGE = re.compile(r"/page/\d+(?=/|$)", re.IGNORECASE)


_LINE = 80
"""Characters behind a link among which its row's time may stand."""
_PARTED_DAY = re.compile(
    r"(?<![\d.])(?:\d{1,2} 20\d\d[-./]\d{1,2}|20\d\d[-./]\d{1,2} \d{1,2})(?![\d.:/-])"
)
"""A day in large figures, its month above or below it."""


def _given_numbers(link: etree._Element) -> set[int]:
    """Return the numbers that a link hands its script alone: in its call, or in attributes."""
    call = f"{link.get('href') or ''} {link.get('onclick') or ''}"
    told = re.findall(r"\w\(\s*['\"]?(\d{1,5})['\"]?\s*\)", call)
    told += [value for name, value in link.items() if name.startswith("data-")]
    return {int(each) for each in told if urls.is_number(each) and len(each) < 6}


_NEXT = re.compile(r"다음(?:\s?페이지)?|next(?: page)?||더\s?보기|more|load more", re.IGNORECASE)
_THREAD_NAME = re.compile(
    r"ref|step|depth|lev|thread|group|grp|parent|family|order|pos|^number$|list", re.IGNORECASE
)
"""Names of parameters that say where a post stands, not which it is."""


def _is_paging_word(segment: str, shown: str) -> bool:
    """Tell "free-page-3" behind a link that shows 3 from a post's words."""
    return bool(re.search(rf"(?:page|list|index|p)[-_.]?{shown}(?!\d)", segment, re.IGNORECASE))


def labelled_cells(
    generic: ListStructure, labels: tuple[str, ...], *, may_be_empty: bool = False
) -> Iterator[etree._Element]:
    """Yield the cells beside heading cells with one of *labels*."""
    wanted = {label_of(label) for label in labels}
    found = [place for label in wanted for place in generic.label_places.get(label, ())]
    for _, cell in sorted(found, key=lambda place: place[0]):
        sibling = next((each for each in cell.itersiblings() if isinstance(each.tag, str)), None)
        row = cell.getparent()
        heads = [each for each in row if each.tag == cell.tag] if row is not None else []
        if cell.tag == "th" and len(heads) > 2:
            continue  # a list's row of headings
        if sibling is None or sibling.tag not in _VALUES:
            continue
        text = markup.text_of(sibling)
        if (text or may_be_empty) and label_of(text) not in LABELS:
            yield sibling


_LONGEST_LABEL = 12
"""Letters of a label."""
_VALUES = frozenset({"td", "dd", "span", "div", "p", "strong", "b", "em", "a"})


def _is_of_links(element: etree._Element) -> bool:
    """Tell an element that says no more than its links do."""
    linked = sum(count_letters("".join(link.itertext())) for link in element.iter("a"))
    return count_letters("".join(element.itertext())) <= 2 * linked


def is_written(link: etree._Element) -> bool:
    """Tell a link that somebody wrote from software's own: it stands bare below a sentence.

    Lists of software have classes, tables or headings; editors make plain paragraphs and lists.
    """
    if _is_marked(link):
        return False
    top = link
    parent = link.getparent()
    while parent is not None and parent.tag in _PLAIN and not _is_marked(parent):
        top, parent = parent, parent.getparent()
    if top is link or parent is None or len(top.findall(".//a")) >= _MOST_WRITTEN:
        return False
    if NEIGHBOUR.match(short_text(top, 60)):
        return False
    before = top.getprevious()
    if before is None:
        said = parent.text or ""
    elif markup.squeeze(before.tail) or before.tag == "br":
        said = (
            before.tail
            or (before.getprevious().tail if before.getprevious() is not None else parent.text)
            or ""
        )
    elif before.tag in _PLAIN and not _is_marked(before):
        said = short_text(before, 400)
    else:
        return False
    return bool(_SENTENCE.search(markup.squeeze(said)))


def _is_marked(element: etree._Element) -> bool:
    return any(element.get(name) for name in ("class", "id", "onclick"))


_PLAIN = frozenset(
    {"p", "li", "ul", "ol", "span", "b", "strong", "em", "font", "u", "i", "blockquote"}
)
_MOST_WRITTEN = 10
"""Links of one list, from which on it is the board's."""
_SENTENCE = re.compile(r"\S+\s\S+\s.*[.!?~]$")
NEIGHBOUR = re.compile(
    r"\W*(?:이전|다음|윗|아랫)\s?(?:글|게시물)?(?![가-힣])|\W*(?:prev|next)", re.IGNORECASE
)


def links_to_posts(generic: ListStructure) -> list[etree._Element]:
    """Return the links to other posts of the board: neighbours, and the list below a post.

    Not those that somebody wrote.
    """
    forms = forms_of(generic.page.url)
    known = generic.page.notes.get("native_id")
    # Where the post's id is known, no other number of its address leads to posts.
    forms = tuple(each for each in forms if each[1] == known) or forms
    own = {form.address: number for form, number in forms}
    found: list[etree._Element] = []
    for link, url in generic.links:
        for form, number in forms_of(url):
            if any(
                number != mine and are_alike(form.address, address) for address, mine in own.items()
            ):
                if not is_written(link):
                    found.append(link)
                break
    return found
