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

from pipelines.core.printed import read_printed, signed_by
from pipelines.core.story import article_text, count_letters, without_head

_TYPES = frozenset(
    [
        "newsarticle",
        "article",
        "reportagenewsarticle",
        "analysisnewsarticle",
        "opinionnewsarticle",
        "backgroundnewsarticle",
        "reviewnewsarticle",
        "askpublicnewsarticle",
        "blogposting",
        "liveblogposting",
        "report",
    ]
)
"""schema.org's types of an article, lower-cased, the Korean portals' favourites among them."""
_MOST_SCRIPTS = 50
_MOST_NODES = 5000
"""JSON-LD that is looked at."""
_WHOLE = 0.8
"""An ``articleBody`` with less than this share of the page's own text is a summary."""
_LEAST_BEHIND_WALL = 500
"""Letters of a text for subscribers that is more than its beginning."""
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
    is_beginning: bool = False
    """The rest is for subscribers, or stands on further pages."""


def read_article(page_html: str) -> ArticlePage:
    """Read an article's page; never raises on content."""
    # Bytes, because a text that declares its encoding, as XHTML does, is refused.
    parser = etree.HTMLParser(huge_tree=True, encoding="utf-8")
    try:
        root = etree.fromstring(page_html.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        root = None
    if root is None:
        return ArticlePage("")
    meta = _metas(root)
    canonical = _canonical(root) or meta.get("og:url")
    printed = read_printed(root)
    told = _json_ld(page_html, canonical, meta.get("og:title") or printed.title)
    portal_of = _behind_portal(meta)
    publisher = (
        portal_of or _name(told.get("publisher")) or meta.get("og:site_name") or printed.publisher
    )
    title = _longer(_first_text(told, "headline"), meta.get("og:title")) or printed.title
    title = _without_publisher(_line(title), publisher)
    byline = _name(told.get("author")) or _author(meta) or printed.byline
    published = (
        _first_text(told, "datePublished")
        or next((meta[name] for name in _PUBLISHED if name in meta), None)
        or printed.published_at
    )
    modified = (
        _first_text(told, "dateModified")
        or next((meta[name] for name in _MODIFIED if name in meta), None)
        or printed.modified_at
    )
    found = article_text(root, title)
    has_more = _has_more_pages(root, canonical)
    body = without_head(_text_of(_first_text(told, "articleBody") or ""), title)
    is_whole = count_letters(body) >= _WHOLE * count_letters(found)
    text = body if body and is_whole else found
    is_free = str(told.get("isAccessibleForFree", True)).lower() != "false"
    return ArticlePage(
        text=text,
        title=title,
        publisher=_line(publisher),
        byline=_line(byline or signed_by(found)),
        published_at=_line(published or _extracted_date(root, bool(found))),
        modified_at=_line(modified),
        url=canonical or _address(told),
        # Many hide what all the same stands in the page.
        is_beginning=has_more or (not is_free and count_letters(text) < _LEAST_BEHIND_WALL),
        is_article=bool(told) or meta.get("og:type", "").lower() in {"article", "news"},
    )


# --- JSON-LD --------------------------------------------------------------------------


def _json_ld(page_html: str, canonical: str | None, title: str | None) -> dict[str, Any]:
    """Return the page's article node, with what its references name.

    Of several it is the one with the page's address or title, then the one with the longest body:
    pages list other articles, too, and go on with the next one.
    """
    best: dict[str, Any] = {}
    best_rank = (False, -1)
    by_id: dict[str, dict[str, Any]] = {}
    for number, match in enumerate(_SCRIPT.finditer(page_html)):
        end = _SCRIPT_END.search(page_html, match.end())
        if number >= _MOST_SCRIPTS or end is None:
            break
        text = page_html[match.end() : end.start()]
        for node in _nodes(_loads(text) or _salvaged(text)):
            if isinstance(node.get("@id"), str):
                by_id.setdefault(node["@id"], node)
            kinds = node.get("@type")
            names = kinds if isinstance(kinds, list) else [kinds]
            if not any(isinstance(name, str) and _type(name) in _TYPES for name in names):
                continue
            headline = _first_text(node, "headline")
            is_named = (canonical is not None and _address(node) == canonical) or (
                title is not None and headline is not None and _line(headline) == _line(title)
            )
            rank = (is_named, len(_first_text(node, "articleBody") or ""))
            if rank > best_rank:
                best, best_rank = node, rank
    return {
        **best,
        **{key: _resolved(best[key], by_id) for key in ("author", "publisher") if key in best},
    }


def _type(name: str) -> str:
    """Return a type's bare name: some write its address, ``https://schema.org/NewsArticle``."""
    return re.split(r"[/:#]", name)[-1].lower()


def _resolved(value: Any, by_id: dict[str, dict[str, Any]]) -> Any:
    """Return what a reference, or a list of them, stands for: ``{"@id": "…"}``."""
    if isinstance(value, list):
        return [_resolved(each, by_id) for each in value[:20]]
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return value


def _loads(text: str) -> Any:
    """Parse JSON as newsrooms write it: in a CDATA or a comment, bare line ends, a comma too many."""
    text = re.sub(
        r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?://\s*)?(?:-->|\]\]>)\s*$", "", text
    )
    fewer = re.sub(r",(\s*[}\]])", r"\1", text)
    escaped = re.sub(r'\\(?!["\\/bfnrtu])', r"\\\\", fewer)
    for attempt in (text, entities.unescape(text), fewer, escaped):
        try:
            return json.loads(attempt.strip().rstrip(";"), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


_FACT = re.compile(
    r'"(datePublished|dateModified)"\s*:\s*"([^"]{8,40})"'
    r'|"(author|publisher)"\s*:\s*(?:\[\s*)?\{[^{}"]*(?:"@?(?:type|id|url)"\s*:\s*"[^"]*"\s*,\s*)*'
    r'"name"\s*:\s*"([^"]{1,100})"'
)


def _salvaged(text: str) -> dict[str, Any] | None:
    """Return what can be told of an article whose JSON is broken: quotes in its headline, mostly."""
    kind = re.search(r'"@type"\s*:\s*\[?\s*"(\w*Article)"', text)
    if kind is None:
        return None
    node: dict[str, Any] = {"@type": kind[1]}
    for date_name, date, name, value in _FACT.findall(text):
        node.setdefault(date_name or name, date or value)
    return node


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


_PUBLISHED = (
    "article:published_time", "og:regdate", "datepublished", "date", "pubdate", "dable:published_time",
    "article:published", "parsely-pub-date", "dc.date.issued", "publish-date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "article:modified",
)
_PORTALS = re.compile(
    r"\s*\|\s*네이버$|^(?:다음|네이버|네이트|줌|daum|naver|nate)\s?(?:뉴스)?$", re.IGNORECASE
)


def _behind_portal(meta: dict[str, str]) -> str | None:
    """Return the paper whose article a portal shows: it stands where others name the author."""
    paper = meta.get("og:article:author") or meta.get("article:author") or ""
    if _PORTALS.search(meta.get("og:site_name", "")) or _PORTALS.search(paper):
        return _PORTALS.sub("", paper).strip() or None
    return None


def _author(meta: dict[str, str]) -> str | None:
    names = (
        "article:author", "author", "dable:author", "dd:author", "og:article:author",
        "twitter:creator", "parsely-author", "byl",
    )  # fmt: skip
    found = (meta.get(name) for name in names)
    # Facebook wants the address of a profile there, and portals name the paper.
    is_portal = _behind_portal(meta) is not None
    return next(
        (
            name
            for name in found
            if name
            and not name.startswith(("http", "@"))
            and not (is_portal and _PORTALS.sub("", name).strip() == _behind_portal(meta))
        ),
        None,
    )


def _longer(headline: str | None, title: str | None) -> str | None:
    """Return the title of the two that is not cut off: some cut the headline at 110 characters."""
    if headline is None or title is None:
        return headline or title
    start = re.sub(r"\s*(?:…|\.{2,})$", "", headline.strip())
    is_cut = start != headline.strip() and title.startswith(start)
    return title if is_cut and len(title) > len(start) else headline


def _canonical(root: etree._Element) -> str | None:
    for link in root.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return (link.get("href") or "").strip() or None
    return None


def _has_more_pages(root: etree._Element, canonical: str | None) -> bool:
    """Tell whether the article goes on at its own address with another number."""
    for link in root.iter("link"):
        following = (link.get("href") or "").strip()
        if (link.get("rel") or "").lower() == "next" and re.search(
            r"[?&](?:page|pg|p)=\d+", following
        ):
            path = following.partition("?")[0]
            return not path or (canonical or "").partition("?")[0].endswith(path)
    return False


def _extracted_date(root: etree._Element, has_text: bool) -> str | None:
    """Ask trafilatura, which looks at the tags and the text around the title.

    Args:
        root: the page, without what is no part of the article: papers print the day of their
            registration at the foot of each page.
    """
    if not has_text:
        return None
    try:
        metadata = trafilatura.extract_metadata(
            etree.tostring(root, encoding="unicode", method="html"),
            # Else any number of the page that could be a year is taken for one.
            date_config={"original_date": True, "extensive_search": False},
        )
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
