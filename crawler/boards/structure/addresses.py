"""Forms of address: where the number of a post or of a list page stands in a link.

Links that are alike but for one number make a list; parameters that change with the visit or
the view are left out, or one post would have many addresses.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from crawler import urls

SLOT = "{id}"
PAGE = "{page}"
PAGING = re.compile(
    r"page|pageindex|pageno|page_no|pagenum|pagenumber|curpage|cpage|nowpage|gotopage|pg|pageid|"
    r"start|offset|limitstart|startpage|listpage|p|pno|currentpage|spage|pn",
    re.IGNORECASE,
)
"""Names of parameters that choose a list page."""
_PATH_PAGE = re.compile(r"page|paged|pageno|pageindex|pg", re.IGNORECASE)
"""What stands before a list page's number in a path; "p/12" may be a post."""
NOISE = re.compile(
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


@dataclass(frozen=True, slots=True)
class AddressForm:
    """A form of address with one varying number: where it stands, and what else is fixed."""

    address: str
    """With ``{id}`` in the number's place."""
    name: str
    """The parameter, or empty for a part of the path."""
    is_words: bool = False
    """What varies is a whole part of the path, words and all."""
    is_short: bool = False
    """Words that stand beside the number are left out: "/topic/31/how-to" without "how-to"."""


AddressShape: TypeAlias = tuple[str, tuple[str, ...]]
"""An address without its query, and the names of its parameters."""


@lru_cache(maxsize=4096)  # a page's links are looked at again and again
def forms_of(url: str) -> tuple[tuple[AddressForm, str], ...]:
    """Return each form that an address may be of, with its number; the last of a path first."""
    parts = urlsplit(url)
    # What stands behind a semicolon (";jsessionid=…") is a session's, not the post's.
    path = re.sub(r";[^/]*", "", parts.path)
    last = path.rstrip("/").rpartition("/")[2]
    if _ACTIONS.search(last.partition(".")[0]) and not _is_words(last):
        return ()
    pairs = _pairs(parts.query)
    if any(
        _ACTION_VALUE.match(value)
        for name, value in pairs
        if name.lower() in ("mode", "act", "action", "cmd", "w")
    ):
        return ()
    base = f"{urls.origin(url)}{quote(path, safe='/%:@!$&()*+,;=~-._')}"
    kept = [(name, value) for name, value in pairs if not _is_noise(name, value)]
    found: list[tuple[AddressForm, str]] = []
    # A row's number in most software, and the post's own in some old.
    rows = [(name, value) for name, value in pairs if name.lower() == "num"]
    if not any(urls.is_number(value) and not PAGING.fullmatch(name) for name, value in kept):
        kept += rows
    else:
        fixed = [pair for pair in kept if not PAGING.fullmatch(pair[0])]
        found += [
            (AddressForm(f"{base}?{_query([*fixed, (name, SLOT)])}", name), value)
            for name, value in rows
            if is_id(value)
        ]
    for name, value in kept:
        if is_id(value):
            others = [
                (each, SLOT if each == name else text)
                for each, text in kept
                if each == name or not PAGING.fullmatch(each)
            ]
            found.append((AddressForm(f"{base}?{_query(others)}", name), value))
    others = [pair for pair in kept if not PAGING.fullmatch(pair[0])]
    query = f"?{_query(others)}" if others else ""
    for name, value in kept:
        found += _dotted(base, name, value, others)
    whole = path.split("/")
    # "/view/31/page/2" chooses a list page as "?page=2" does: it is no part of the post's address.
    pages = [
        place
        for place in range(2, len(whole))
        if urls.is_number(whole[place]) and _PATH_PAGE.fullmatch(whole[place - 1])
    ]
    for at, segment in enumerate(whole):
        cut = next((each for each in pages if at not in (each - 1, each)), None)
        segments = whole if cut is None else [*whole[: cut - 1], *whole[cut + 1 :]]
        place = at if cut is None or at < cut else at - 2
        name = whole[at - 1].lower() if at in pages else ""
        match = re.fullmatch(r"(\D*?)(\d{1,18})(\.\w{2,5})?", segment)
        if match and (not match[1] or match[1][-1] in "-_"):
            spot = [*segments[:place], f"{match[1]}{SLOT}{match[3] or ''}", *segments[place + 1 :]]
            found.append(
                (AddressForm(f"{urls.origin(url)}{'/'.join(spot)}{query}", name), match[2])
            )
        numbers = list(_PARTED_NUMBER.finditer(segment)) if match is None else []
        if len(segment) <= _LONGEST_NUMBERED and 1 < len(numbers) <= _MOST_NUMBERS:
            for number in numbers:
                told = f"{segment[: number.start()]}{SLOT}{segment[number.end() :]}"
                spot = [*segments[:place], told, *segments[place + 1 :]]
                form = AddressForm(f"{urls.origin(url)}{'/'.join(spot)}{query}", "")
                found.append((form, number[0]))
        if urls.is_number(segment) and len(segment) < 19 and not _is_of_day(segments, place):
            for beside in (place + 1, place - 1):
                is_behind = beside > place and beside < len(segments) and segments[beside]
                if is_behind or (0 < beside < place and _is_words(segments[beside])):
                    spot = [*segments[:place], SLOT, *segments[place + 1 :]]
                    del spot[beside]
                    address = f"{urls.origin(url)}{'/'.join(spot)}{query}"
                    found.append((AddressForm(address, name, is_short=True), segment))
        if _is_words(segment) and (match := _NUMBER_FIRST.match(segment)):
            spot = [*segments[:place], SLOT, *segments[place + 1 :]]
            address = f"{urls.origin(url)}{'/'.join(spot)}{query}"
            found.append((AddressForm(address, "", is_short=True), match[1]))
        days = _day_before(segments, place) if segment else 0
        if days == _WHOLE_DAY or (days and _is_words(segment)):
            # Blogs name posts by their day and words: neither alone is an address.
            spot = [*segments[: place - days], SLOT, *segments[place + 1 :]]
            address = f"{urls.origin(url)}{'/'.join(spot)}{query}"
            form = AddressForm(address, "")
            found.append((form, unquote("/".join(segments[place - days : place + 1]))))
        if _is_words(segment):
            spot = [*segments[:place], SLOT, *segments[place + 1 :]]
            form = AddressForm(f"{urls.origin(url)}{'/'.join(spot)}{query}", "", is_words=True)
            found.append((form, unquote(segment)))
    return tuple(found)


_NUMBER_FIRST = re.compile(r"(\d{1,18})-.")


def _day_before(segments: list[str], place: int) -> int:
    """Return how many parts of a path right before one are a year, a month and a day, if any."""
    for count in (3, 2):
        day = "/".join(segments[max(place - count, 0) : place])
        if re.fullmatch(r"(?:19|20)\d\d/\d{1,2}(?:/\d{1,2})?", day) and place > count:
            return count
    return 0


_WHOLE_DAY = 3


def _is_of_day(segments: list[str], place: int) -> bool:
    """Tell a part of a path that is a year, a month or a day before another part."""
    return any(
        bool(segments[end]) and place >= end - _day_before(segments, end)
        for end in range(place + 1, min(place + 4, len(segments)))
    )


def _dotted(
    base: str, name: str, value: str, pairs: list[tuple[str, str]]
) -> Iterator[tuple[AddressForm, str]]:
    """Yield a form for each number of a value with two, "topic=12.0" or "board=3.20"."""
    if _TWO_NUMBERS.fullmatch(value):
        first, last = value.split(".")
        for told, number in ((f"{SLOT}.{last}", first), (f"{first}.{SLOT}", last)):
            own = [(each, told if each == name else text) for each, text in pairs]
            yield AddressForm(f"{base}?{_query(own)}", name), number


def pairs_of(url: str) -> list[tuple[str, str]]:
    return _pairs(urlsplit(url).query)


def _pairs(query: str) -> list[tuple[str, str]]:
    """Return the parameters; bytes that are no UTF-8 (Korean in CP949) stay what they are."""
    if not query:
        return []
    return parse_qsl(query, max_num_fields=100, errors="surrogateescape")


def shape_of(url: str) -> AddressShape:
    return url.partition("?")[0], tuple(name for name, _ in pairs_of(url))


def lacking(url: str, names: Collection[str]) -> str:
    """Return an address without some parameters."""
    if not names:
        return url
    kept = [(name, value) for name, value in pairs_of(url) if name not in names]
    return f"{url.partition('?')[0]}?{_query(kept)}"


def are_alike(one: str, other: str, names: Collection[str] | None = None) -> bool:
    """Tell addresses with an id's place that differ only in what one of them says more.

    Or, given *names* of parameters, in any others.
    """
    if one == other:
        return True
    if one.partition("?")[0] != other.partition("?")[0]:
        return False
    told, too = dict(pairs_of(one)), dict(pairs_of(other))
    place = next((name for name, value in told.items() if SLOT in value), None)
    shared = told.keys() & too.keys()
    compared = {name for name in shared if names is None or name in names or name == place}
    return (place is None or place in shared) and all(told[name] == too[name] for name in compared)


def _is_words(segment: str) -> bool:
    """Tell whether a part of a path is a post's words: with a number among them, several, or Korean."""
    words = unquote(segment)
    return (
        6 <= len(quote(words)) <= _LONGEST_SLUG
        and bool(re.search(r"\d|[^\x00-\x7f]|[A-Za-z]-[A-Za-z]", words))
        and not re.fullmatch(r"\d+|[A-Za-z-]*\d?\.\w{2,5}", segment)
    )


_TWO_NUMBERS = re.compile(r"\d{1,18}\.\d{1,18}")
_PARTED_NUMBER = re.compile(r"(?<![^-_.])\d{1,18}(?![^-_.])")
"""A number between dashes or dots: "forum-2-page-3.html"."""
_MOST_NUMBERS = 4
_LONGEST_NUMBERED = 40
"""Characters of a part of a path with several numbers; a longer one is words."""
_LONGEST_SLUG = 600
"""Characters of a part of a path, percent-encoded: some sixty Korean letters."""


def _query(pairs: Iterable[tuple[str, str]]) -> str:
    return "&".join(
        f"{_escaped(name, safe='[]')}={SLOT.join(map(_escaped, value.split(SLOT)))}"
        for name, value in pairs
    )


def _escaped(text: str, safe: str = "") -> str:
    return quote(text, safe=safe, errors="surrogateescape")


def _is_noise(name: str, value: str) -> bool:
    if name.lower() in ("t", "sid") and urls.is_number(value) and len(value) < 10:
        return False  # a topic of phpBB, a story; a time against caches or a session is longer
    return bool(NOISE.fullmatch(name) or _SESSION.fullmatch(name))


def is_id(value: str) -> bool:
    return value.isascii() and 0 < len(value) <= 40 and (
        value.isdigit() or bool(re.fullmatch(r"[A-Za-z_-]{0,12}\d[\w-]{0,39}", value))
    )  # fmt: skip


def without(url: str, paging: str) -> str:
    """Return a list's address without what chooses a page or how it is shown."""
    parts = urlsplit(url)
    pairs = _pairs(parts.query)
    kept = [
        (name, value)
        for name, value in pairs
        if not _is_noise(name, value) and not (PAGING.fullmatch(name) and value.isdigit())
    ]
    path = parts.path
    template = urlsplit(paging).path if paging else ""
    if PAGE in template:
        before, _, after = template.partition(PAGE)
        shown = path[len(before) : len(path) - len(after)]
        if path == f"{before}{shown}{after}" and shown.isdigit() and int(shown[:6]) > 1:
            path = f"{before}1{after}"
    base = urls.origin(url) + path
    return f"{base}?{_query(kept)}" if kept else base
