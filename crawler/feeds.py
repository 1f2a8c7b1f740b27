"""Feeds and news sitemaps → what they name (pure, no network).

RSS 0.9x to 2.0, RDF, Atom, JSON Feed; sitemaps and sitemap indexes (sitemaps.org 0.9, with Google's
news extension), gzipped too, and sitemaps as text.
"""

import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from html import unescape
from itertools import islice
from typing import Any

from lxml import etree

from crawler import urls
from crawler.dates import read_news_time
from crawler.items import NewsEntry
from crawler.page import Page

ARTICLE_SIGNS = (
    '"NewsArticle"',
    '"ReportageNewsArticle"',
    'content="article"',
    "content='article'",
)
"""What a page prints that is one article."""
MOST_ENTRIES = 50_000
"""Entries of one file: what the sitemap protocol allows."""
MOST_BYTES = 64 * 1024 * 1024
"""Bytes of a sitemap after decompression; the protocol allows 50 MiB."""


class SourceKind(StrEnum):
    """What an address turned out to be."""

    FEED = "feed"
    SITEMAP = "sitemap"
    INDEX = "index"
    PAGE = "page"
    """HTML: one article, or a page that names its feeds."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a feed, a sitemap or an index holds, each address once, in its order."""

    kind: SourceKind
    entries: list[NewsEntry] = field(default_factory=list)
    sitemaps: list[NewsEntry] = field(default_factory=list)
    """Of an index: the sitemaps, with the time of their last change."""
    feeds: list[str] = field(default_factory=list)
    """Of a page: the feeds that it names, if it is no article."""
    is_cut: bool = False
    """It has more than `MOST_ENTRIES`; the first are read."""
    is_torn: bool = False
    """It does not come to its end; the entries before are read."""


class BrokenArchiveError(ValueError):
    """A gzipped sitemap that cannot be opened, or is larger than `MOST_BYTES`."""


def unpack(body: bytes) -> bytes:
    """Return *body*, decompressed if it is gzipped (``sitemap.xml.gz``).

    Raises:
        BrokenArchiveError: it is damaged, or a bomb.
    """
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as opened:
            unpacked = opened.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise BrokenArchiveError(str(error)) from error
    if len(unpacked) > MOST_BYTES:
        raise BrokenArchiveError(f"larger than {MOST_BYTES} bytes")
    return unpacked


def read_source(page: Page) -> Source:
    """Tell what a page is, and read what it names.

    Args:
        page: as it was fetched; relative addresses count from its own.
    """
    root = _parse(page)
    name = _name(root) if root is not None else ""
    if root is None or name not in _KINDS:
        for read_plain in (_json_feed, _text_sitemap):
            if (source := read_plain(page)) is not None:
                return source
        is_article = any(sign in page.text for sign in ARTICLE_SIGNS)
        return Source(SourceKind.PAGE, feeds=[] if is_article else feeds_of(page))
    is_torn = len(root) > 0 and not re.search(
        rf"</(?:[\w-]+:)?{name}\s*>", page.text, re.IGNORECASE
    )
    if is_torn:
        # Where it breaks off, an address may be the beginning of one.
        ends = [match.end() for match in _ENTRY_END.finditer(page.text)]
        root = _parse(replace(page, text=page.text[: ends[-1] if ends else 0]))
    kind, read = _KINDS[name]
    entries, is_cut = _unique(read(root, page)) if root is not None else ([], False)
    if kind is SourceKind.INDEX:
        return Source(kind, sitemaps=entries, is_cut=is_cut, is_torn=is_torn)
    return Source(kind, entries, is_cut=is_cut, is_torn=is_torn)


def is_source(page: Page) -> bool:
    """Tell whether a page is a feed or a sitemap by its first element, without reading it."""
    first = _FIRST_ELEMENT.match(page.text)
    return first is not None and first[1].lower() in _KINDS


_FIRST_ELEMENT = re.compile(r"[\ufeff\s]*(?:<[?!][^<>]*>\s*)*<(?:[\w.-]+:)?([\w.-]+)")


def _json_feed(page: Page) -> Source | None:
    """Read a JSON Feed (jsonfeed.org, 1.0 and 1.1); None for a page that is none."""
    text = page.text.lstrip("\ufeff \r\n\t")
    if not text.startswith("{") or _JSON_FEED not in text[:_JSON_FEED_WITHIN]:
        return None
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return Source(SourceKind.FEED, is_torn=True)
    items = feed.get("items")
    found = (
        _json_entry(item, feed, page)
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict)
    )
    entries, is_cut = _unique(entry for entry in found if entry is not None)
    return Source(SourceKind.FEED, entries, is_cut=is_cut)


_JSON_FEED = "jsonfeed.org/version/1"
_JSON_FEED_WITHIN = 2000
"""Characters: its version is said at the start."""


def _json_entry(item: dict[str, Any], feed: dict[str, Any], page: Page) -> NewsEntry | None:
    # An id is often the address.
    url = urls.join(
        page.url, _text(item, "url") or _text(item, "external_url") or _text(item, "id")
    )
    if url is None:
        return None
    authors = item.get("authors")
    author = authors[0] if isinstance(authors, list) and authors else item.get("author")
    return NewsEntry(
        url=urls.canonical(url),
        title=_text(item, "title") or None,
        publisher=_text(feed, "title") or None,
        byline=(_text(author, "name") if isinstance(author, dict) else "") or None,
        published_at=read_news_time(_text(item, "date_published")),
        changed_at=read_news_time(_text(item, "date_modified")),
    )


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _text_sitemap(page: Page) -> Source | None:
    """Read a sitemap as text, an address a line; None for a page with any other line."""
    lines = page.text.lstrip("\ufeff").split()
    if not lines or not all(line.startswith(("http://", "https://")) for line in lines):
        return None
    found = (urls.join(page.url, line) for line in lines)
    entries, is_cut = _unique(NewsEntry(url=urls.canonical(url)) for url in found if url)
    return Source(SourceKind.SITEMAP, entries, is_cut=is_cut)


_ENTRY_END = re.compile(r"</(?:[\w-]+:)?(?:item|entry|url|sitemap)\s*>", re.IGNORECASE)


def feeds_of(page: Page) -> list[str]:
    """Return the feeds that an HTML page names in its head."""
    found: dict[str, None] = {}
    links = page.selector.xpath(
        "//link[contains(concat(' ', normalize-space(@rel), ' '), ' alternate ')]"
    )
    for link in links[:50]:
        kind, address = (
            link.attrib.get("type", ""),
            urls.join(page.url, link.attrib.get("href", "")),
        )
        if address and kind.lower().split(";")[0] in {
            "application/rss+xml",
            "application/atom+xml",
            "application/feed+json",
        }:
            found[address] = None
    return list(found)


_CDATA = re.compile(r"(<!\[CDATA\[|\]\]>)")
_BARE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
"""Ampersands that many feeds leave bare in addresses: XML would read on, and lose a parameter."""


def _parse(page: Page) -> etree._Element | None:
    # The text is decoded: what its declaration says of the bytes that it was is past.
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, encoding="utf-8"
    )
    try:
        pieces = _CDATA.split(page.text.strip())
        # Each piece stands behind the mark before it: in a CDATA ampersands are letters.
        for place in range(0, len(pieces), 2):
            if place == 0 or pieces[place - 1] == "]]>":
                pieces[place] = _BARE.sub("&amp;", pieces[place])
        source = "".join(pieces)
        root: etree._Element | None = etree.fromstring(source.encode(), parser, base_url=page.url)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        return None
    except ValueError:
        return None
    return root


def _unique(entries: Iterator[NewsEntry]) -> tuple[list[NewsEntry], bool]:
    """Return the first entries, each address once, and whether there are more."""
    found: dict[str, NewsEntry] = {}
    for entry in islice(entries, MOST_ENTRIES):
        found.setdefault(entry.url, entry)
    return list(found.values()), next(entries, None) is not None


def _sitemap(root: etree._Element, page: Page) -> Iterator[NewsEntry]:
    for node in root:
        if _name(node) not in {"url", "sitemap"}:
            continue
        texts = _texts(node)
        for child in node:
            if _name(child) == "news":
                texts = {**_texts(child), **texts}
                for part in child:
                    if _name(part) == "publication":
                        texts.setdefault("publisher", _texts(part).get("name", ""))
        url = urls.join(page.url, texts.get("loc", ""))
        if url is not None:
            yield NewsEntry(
                url=urls.canonical(url),
                title=texts.get("title"),
                publisher=texts.get("publisher") or None,
                published_at=read_news_time(texts.get("publication_date")),
                changed_at=read_news_time(texts.get("lastmod")),
            )


def _feed(root: etree._Element, page: Page) -> Iterator[NewsEntry]:
    publisher = _channel_title(root)
    for node in root.iter():
        if _name(node) not in {"item", "entry"}:
            continue
        texts = _texts(node)
        # An `xml:base` says what relative addresses count from.
        url = urls.join(node.base or page.url, _entry_address(node, texts))
        if url is None:
            continue
        published = texts.get("pubdate") or texts.get("published") or texts.get("date")
        yield NewsEntry(
            url=urls.canonical(url),
            title=texts.get("title"),
            publisher=publisher,
            byline=texts.get("creator") or _author(node, texts),
            published_at=read_news_time(published),
            changed_at=read_news_time(texts.get("updated") or texts.get("modified")),
        )


_KINDS: dict[str, tuple[SourceKind, Callable[[etree._Element, Page], Iterator[NewsEntry]]]] = {
    "rss": (SourceKind.FEED, _feed),
    "rdf": (SourceKind.FEED, _feed),
    "feed": (SourceKind.FEED, _feed),
    "urlset": (SourceKind.SITEMAP, _sitemap),
    "sitemapindex": (SourceKind.INDEX, _sitemap),
}
"""Names of root elements → what they are, and what reads them."""


def _entry_address(node: etree._Element, texts: dict[str, str]) -> str:
    """Return an entry's address: Atom has several links, RSS may have only a guid."""
    for child in node:
        is_own = _name(child) == "link" and child.get("rel", "alternate") == "alternate"
        if is_own and child.get("href"):
            return str(child.get("href"))
        if _name(child) == "guid" and child.get("isPermaLink", "true").lower() == "false":
            texts = {name: text for name, text in texts.items() if name != "guid"}
    return texts.get("link") or texts.get("guid") or texts.get("id") or ""


def _author(node: etree._Element, texts: dict[str, str]) -> str | None:
    for child in node:
        if _name(child) == "author":
            return _texts(child).get("name") or texts.get("author")
    return None


def _channel_title(root: etree._Element) -> str | None:
    for node in root.iter():
        name = _name(node)
        if name in {"item", "entry"}:
            return None
        if name == "title":
            return " ".join("".join(node.itertext()).split()) or None
    return None


def _texts(node: etree._Element) -> dict[str, str]:
    """Return the texts of an element's children, by local name in lower case; the first of each.

    Those of its own namespace come first: ``media:title`` is a picture's.
    """
    found: dict[str, str] = {}
    for child in sorted(node, key=lambda child: _space(child) != _space(node)):
        name = _name(child)
        if (name and len(child) == 0) or name in {"title", "link"}:
            text = " ".join(_MARKUP.sub("", unescape("".join(child.itertext()))).split())
            if text:
                found.setdefault(name, text)
    return found


_MARKUP = re.compile(r"</?(?:b|i|em|strong|span|font|br|u)\b[^<>]*>", re.IGNORECASE)


def _space(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[0] or tag.rpartition(":")[0] if isinstance(tag, str) else ""


def _name(element: etree._Element) -> str:
    tag = element.tag
    # A prefix that nobody declared stays in the name.
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""
