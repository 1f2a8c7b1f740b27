"""An article's page → headline, names and times as it prints them for its readers."""

import re
from dataclasses import dataclass

from lxml import etree

_CLOCK = (
    r"((?:19|20)\d\d\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}\s?[일.]?\s*(?:\(.\)\s*)?,?\s*"
    r"(?:오[전후]\s*)?\d{1,2}:\d{2}(?::\d{2})?)"
)
_ENTERED = re.compile(
    rf"(?:입력|승인|등록|송고|게재|발행|작성)(?:일시|시각|시간|일)?\s*[:：|]?\s*{_CLOCK}"
)
_CHANGED = re.compile(rf"(?:수정|업데이트|갱신)(?:일시|시각|시간|일)?\s*[:：|]?\s*{_CLOCK}")
_STAMPS = ("data-date-time", "data-published-time", "data-publish-date")
_CHANGE_STAMPS = ("data-modify-date-time", "data-modified-time")
_NAMES = r"[가-힣]{2,4}(?:\s?[·,ㆍ]\s?[가-힣]{2,4}){0,5}"
_ROLE = r"(?:[가-힣A-Z]{0,6}기자|특파원|통신원|논설위원|편집위원|앵커|아나운서)"
_DATELINE = re.compile(
    rf"^\W{{0,2}}[(\[][^)\]\n]{{1,30}}[=·]?[^)\]\n]{{0,20}}[)\]]\s*({_NAMES}\s?{_ROLE})\s*="
)
_SIGNATURE = re.compile(
    rf"[\[(/▷■=\s]*((?:[가-힣]{{2,6}}\s?=\s?)?{_NAMES}\s?{_ROLE})[\])/\s]*(?:[(\[<]?[\w.+-]+@[\w.-]+[)\]>]?)?[\])]?"
)


@dataclass(frozen=True, slots=True)
class Printed:
    """What a page shows its readers of the article; None where it shows nothing."""

    title: str | None
    publisher: str | None
    byline: str | None
    published_at: str | None
    modified_at: str | None


def read_printed(root: etree._Element) -> Printed:
    """Read what stands on a page itself, for pages whose head says nothing."""
    title, publisher = _title(root)
    text = " ".join(" ".join(root.xpath("//text()[not(parent::script or parent::style)]")).split())
    return Printed(
        title=title,
        publisher=publisher,
        byline=_byline(root),
        published_at=_stamp(root, _STAMPS, "datePublished") or _after(_ENTERED, text),
        modified_at=_stamp(root, _CHANGE_STAMPS, "dateModified") or _after(_CHANGED, text),
    )


def _stamp(root: etree._Element, attributes: tuple[str, ...], item: str) -> str | None:
    for name in attributes:
        for element in root.xpath(f"//*[@{name}]")[:1]:
            return element.get(name) or None
    for element in root.xpath(f"//*[@itemprop='{item}']")[:1]:
        return element.get("content") or element.get("datetime") or None
    return None


def _after(label: re.Pattern[str], text: str) -> str | None:
    found = label.search(text)
    return found[1] if found else None


_BYLINE_CLASSES = re.compile(r"byline|journalist|reporter|writer|기자", re.IGNORECASE)


def _byline(root: etree._Element) -> str | None:
    """Return the names in the first element that is made for them."""
    for element in root.xpath("//*[@itemprop='author' or @class or @rel='author']"):
        is_theirs = element.get("itemprop") == "author" or element.get("rel") == "author"
        if not is_theirs and not _BYLINE_CLASSES.search(element.get("class") or ""):
            continue
        text = " ".join("".join(element.itertext()).split())
        signed = _SIGNATURE.fullmatch(text) if len(text) < 80 else None
        if signed:
            return " ".join(signed[1].split())
    return None


def signed_by(text: str) -> str | None:
    """Return who wrote an article by its dateline, or by the line that ends it."""
    lines = text.splitlines()
    for line in lines[:3]:
        found = _DATELINE.match(line)
        if found:
            return found[1]
    for line in [*reversed(lines[-5:]), *lines[:2]]:
        found = _SIGNATURE.fullmatch(line.strip()) if len(line) < 80 else None
        if found:
            return found[1]
    return None


def _title(root: etree._Element) -> tuple[str | None, str | None]:
    """Return the headline, and the paper's name where it stands behind that in the title."""
    titles = [" ".join("".join(each.itertext()).split()) for each in root.xpath("//title")[:1]]
    title = titles[0] if titles else ""
    for mark in (" - ", " | ", " :: ", " : ", " < ", "::", "|"):
        head, found, tail = title.rpartition(mark)
        if found and 2 <= len(tail.strip()) <= 20 and _stands_alone(root, head.strip()):
            return head.strip(), tail.strip()
    for heading in root.xpath("//h1"):
        text = " ".join("".join(heading.itertext()).split())
        if text:
            return text, None
    return title or None, None


def _stands_alone(root: etree._Element, text: str) -> bool:
    """Tell whether an element of the page holds just *text*."""
    return bool(text) and any(
        " ".join((element.text or "").split()) == text
        for element in root.iter(etree.Element)
        if element.tag not in ("title", "a", "script", "meta")
    )
