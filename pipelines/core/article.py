"""A news article's page → what it says of itself: JSON-LD first, then meta tags, then trafilatura.

Times are returned as the page writes them; whoever knows its clock reads them.
"""

import html as entities
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import trafilatura
from lxml import etree

from pipelines.core.body import find_body

_TYPES = frozenset(
    [
        "newsarticle",
        "article",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "backgroundnewsarticle",
        "reviewnewsarticle",
        "blogposting",
        "report",
    ]
)
"""schema.org's types of an article, lower-cased, the Korean portals' favourites among them."""
_MOST_SCRIPTS = 50
_MOST_NODES = 5000
"""JSON-LD that is looked at."""
_WHOLE = 0.8
"""An ``articleBody`` with less than this share of the page's own text is a summary."""
_SCRIPT = re.compile(
    r"""<script\b[^>]{0,300}?type\s*=\s*["']?application/ld\+json["']?[^>]{0,300}>""", re.IGNORECASE
)
_SCRIPT_END = re.compile(r"</script", re.IGNORECASE)
_TAGS = re.compile(r"<[a-zA-Z/!][^<>]*>")
_BREAKS = re.compile(r"<(?:br|/p|/div|/li|/h[1-6])\b[^<>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """What an article's page says; None where it says nothing."""

    text: str
    """The body, lines kept; empty if the page holds no article."""
    title: str | None = None
    publisher: str | None = None
    byline: str | None = None
    published_at: str | None = None
    modified_at: str | None = None
    url: str | None = None
    """The canonical address, as written."""
    is_article: bool = False
    """The page says that it is one article (JSON-LD, ``og:type``)."""


def read_article(page_html: str) -> ArticlePage:
    """Read an article's page; never raises on content."""
    try:
        root = etree.HTML(page_html) if page_html.strip() else None
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        root = None
    except ValueError:
        root = None
    if root is None:
        return ArticlePage("")
    told = _json_ld(page_html)
    meta = _metas(root)
    found = find_body(page_html).text
    body = _text_of(_first_text(told, "articleBody") or "")
    is_whole = _letters(body) >= _WHOLE * _letters(found)
    publisher = _name(told.get("publisher")) or meta.get("og:site_name")
    title = _first_text(told, "headline") or meta.get("og:title") or _title(root)
    return ArticlePage(
        text=body if body and is_whole else found,
        title=_without_publisher(_line(title), publisher),
        publisher=_line(publisher),
        byline=_line(_name(told.get("author")) or _author(meta)),
        published_at=_line(
            _first_text(told, "datePublished")
            or meta.get("article:published_time")
            or meta.get("og:regdate")
            or meta.get("date")
            or meta.get("pubdate")
            or _extracted_date(page_html, bool(found))
        ),
        modified_at=_line(_first_text(told, "dateModified") or meta.get("article:modified_time")),
        url=_canonical(root) or meta.get("og:url") or _address(told),
        is_article=bool(told) or meta.get("og:type", "").lower() in {"article", "news"},
    )


# --- JSON-LD --------------------------------------------------------------------------


def _json_ld(page_html: str) -> dict[str, Any]:
    """Return the page's article node; the one with the longest body, where there are several."""
    best: dict[str, Any] = {}
    for number, match in enumerate(_SCRIPT.finditer(page_html)):
        end = _SCRIPT_END.search(page_html, match.end())
        if number >= _MOST_SCRIPTS or end is None:
            break
        for node in _nodes(_loads(page_html[match.end() : end.start()])):
            kinds = node.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if not any(isinstance(name, str) and name.lower() in _TYPES for name in names):
                continue
            if not best or _size(node) > _size(best):
                best = node
    return best


def _loads(text: str) -> Any:
    """Parse JSON as newsrooms write it: in a CDATA or a comment, bare line ends, a comma too many."""
    text = re.sub(
        r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$", "", text
    )
    fewer = re.sub(r",(\s*[}\]])", r"\1", text)
    for attempt in (text, entities.unescape(text), fewer):
        try:
            return json.loads(attempt.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    waiting = [value]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        each = waiting.pop(0)
        if isinstance(each, list):
            waiting += each[:_MOST_NODES]
        elif isinstance(each, dict):
            yield each
            waiting += [
                each[key] for key in ("@graph", "mainEntity", "itemListElement") if key in each
            ]


def _size(node: dict[str, Any]) -> int:
    return len(_first_text(node, "articleBody") or "")


def _first_text(node: dict[str, Any], key: str) -> str | None:
    value = node.get(key)
    if isinstance(value, list):
        value = "\n".join(each for each in value if isinstance(each, str))
    return value if isinstance(value, str) and value.strip() else None


def _name(value: Any) -> str | None:
    """Return the name, or the names, of a person or an organisation."""
    parts = value if isinstance(value, list) else [value]
    names: dict[str, None] = {}
    for part in parts[:20]:
        name = part.get("name") if isinstance(part, dict) else part
        if isinstance(name, list):
            name = ", ".join(each for each in name if isinstance(each, str))
        if isinstance(name, str) and name.strip():
            names[name.strip()] = None
    return ", ".join(names) or None


def _address(told: dict[str, Any]) -> str | None:
    entity = told.get("mainEntityOfPage")
    if isinstance(entity, dict):
        entity = entity.get("@id") or entity.get("url")
    return entity if isinstance(entity, str) else _first_text(told, "url")


def _text_of(body: str) -> str:
    """Return an ``articleBody`` as text: some hold markup, some hold it escaped."""
    if "&lt;" in body or "&#" in body or "&quot;" in body or "&nbsp;" in body or "&amp;" in body:
        body = entities.unescape(body)
    if _TAGS.search(body):
        body = entities.unescape(_TAGS.sub("", _BREAKS.sub("\n", body)))
    lines = (" ".join(line.split()) for line in body.splitlines())
    return "\n".join(line for line in lines if line)


# --- meta tags ------------------------------------------------------------------------


def _metas(root: etree._Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = meta.get("content") or ""
        if name and content.strip():
            found.setdefault(name.strip().lower(), content.strip())
    return found


def _author(meta: dict[str, str]) -> str | None:
    names = ("article:author", "author", "dable:author", "dd:author", "twitter:creator")
    found = (meta.get(name) for name in names)
    # Facebook wants the address of a profile there.
    return next((name for name in found if name and not name.startswith("http")), None)


def _title(root: etree._Element) -> str | None:
    for path in ("//h1", "//title"):
        for element in root.xpath(path)[:1]:
            text = " ".join("".join(element.itertext()).split())
            if text:
                return text
    return None


def _canonical(root: etree._Element) -> str | None:
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return (link.get("href") or "").strip() or None
    return None


def _extracted_date(page_html: str, has_text: bool) -> str | None:
    """Ask trafilatura, which looks at the address, the tags and the text around the title."""
    if not has_text:
        return None
    try:
        metadata = trafilatura.extract_metadata(page_html)
    except (ValueError, TypeError, RecursionError, AttributeError, etree.LxmlError):
        return None
    date = getattr(metadata, "date", None)
    return date if isinstance(date, str) else None


# --- text -----------------------------------------------------------------------------


def _line(text: str | None) -> str | None:
    if text is None:
        return None
    return " ".join(entities.unescape(text).split())[:1000] or None


def _without_publisher(title: str | None, publisher: str | None) -> str | None:
    """Take the paper's name off a headline: ``제목 - 한빛일보``, ``제목 | 한빛일보``."""
    if not title or not publisher:
        return title
    name = re.escape(" ".join(publisher.split()))
    return re.sub(rf"\s*[-|:<–—·]\s*{name}\s*>?$", "", title, flags=re.IGNORECASE) or title


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))
