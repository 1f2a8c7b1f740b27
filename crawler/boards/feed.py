"""RSS 0.9x to 2.0, RDF and Atom feeds of boards → rows.

Boards write them by hand: addresses escaped twice, HTML entities that XML does not know,
control characters, a blank line before the declaration. So the markup is read as it comes,
and an entry whose address is no post of the board's software is left out.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape

from lxml import etree

from crawler.dates import read_time
from crawler.page import Page
from crawler.rows import ListPage, ListRow

_ENTRIES = ("item", "entry")
_TIMES = ("pubdate", "date", "published", "updated")
_AUTHORS = ("creator", "author")
_MOST = 1000
"""Entries that are read: a board's feed has a few dozen."""


def read_feed_rows(page: Page, post_id: Callable[[str], str | None], now: datetime) -> ListPage:
    """Return a row for each entry whose address *post_id* knows, each post once.

    A page that is no feed gives none: boards answer with HTML where feeds are locked.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(page.text.strip().encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    found: dict[str, ListRow] = {}
    if root is None or _name(root) not in {"rss", "rdf", "feed"}:
        return ListPage([])
    for entry in _first(root):
        row = _row(entry, post_id, now)
        if row is not None:
            found.setdefault(row.native_id, row)
    return ListPage(list(found.values()))


def _first(root: etree._Element) -> Iterator[etree._Element]:
    entries = (each for each in root.iter() if _name(each) in _ENTRIES)
    for _, entry in zip(range(_MOST), entries, strict=False):
        yield entry


def _row(
    entry: etree._Element, post_id: Callable[[str], str | None], now: datetime
) -> ListRow | None:
    texts: dict[str, str] = {}
    addresses = [entry.get("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about") or ""]
    for part in entry:
        name, text = _name(part), "".join(part.itertext()).strip()
        if name in {"link", "guid", "id"}:
            addresses += [part.get("href") or "", text]
        elif name == "author" and len(part):  # Atom: a name, an address, a page
            text = "".join(part[0].itertext()).strip()
        if name and text:
            texts.setdefault(name, text)
    for address in addresses:
        # Escaped twice, as GNUBOARD does: the parser has undone one of them.
        url = unescape(unescape(address))
        native_id = post_id(url) if url else None
        if native_id is not None:
            break
    else:
        return None
    return ListRow(
        native_id=native_id,
        url=url,
        title=" ".join(unescape(texts.get("title", "")).split()),
        author=next((unescape(texts[name]) for name in _AUTHORS if texts.get(name)), None),
        posted_at=_time(next((texts[name] for name in _TIMES if texts.get(name)), ""), now),
    )


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _time(text: str, now: datetime) -> datetime | None:
    """Return a feed's time as UTC; one without a zone is Korean."""
    try:
        read = parsedate_to_datetime(text)
    except ValueError:
        read = None
    if read is None or read.tzinfo is None:
        return read_time(text, now)
    try:
        return read.astimezone(UTC)
    except OverflowError:
        return None
