"""What single elements of a page say: their words, their letters, whether they are a time.

Nothing here knows of a board, so lists and posts are read with the same measures.
"""

import re

from lxml import etree

from crawler.boards import markup

COMMENTS = re.compile(
    r"co?mm?ent|(?:^|[-_ ])(?:answers?|cmt|cmts|reply|replies|replylist|ripple|dat|datgle|opinion|memo_?list)"
    r"(?:[-_ \d]|list|box|wrap|area|$)|(?:^|\s)c_?\d+(?:\s|$)",
    re.IGNORECASE,
)
BODY = re.compile(
    r"(?:^|[-_ ])(?:content|contents|cont|conts|con|cnt|memo|body|article|txt|desc|detail|"
    r"text(?!-(?:\d?x?[sl]|xs|sm|base|lg|xl|muted|center|left|right|end|start|bold|nowrap|truncate|"
    r"(?:gray|slate|zinc|neutral|primary|secondary|dark|light|white|black|red|blue|decoration)\b))|"
    r"fr-view|ck-content|editor|viewbody|viewer|prose|entry|post)(?:[-_ ]|$)|content|view_?con|viewtext|articlebody|"
    r"bodytext|message|(?:^|\s)k?msg(?:text|body)?(?:\s|$)|board_?txt|read_?body|view_?txt|td_?cont",
    re.IGNORECASE,
)
WHEN = re.compile(
    r"\d{4}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}|\b\d{2}[-./]\d{1,2}[-./]\d{1,2}\b|"
    r"\d+\s?(?:초|분|시간|일|주|개월|달|년)\s?전|(?<!\d)\d{1,2}:\d{2}(?!\d)|\b\d{1,2}[-./]\d{1,2}\b|"
    r"(?<!\d)\d{1,2}월\s?\d{1,2}(?:일|, \d{4})|방금\s?전|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4}|"
    r"\b\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? \d{4}",
    re.IGNORECASE,
)
BLOCKS = frozenset(
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


def words_of(link: etree._Element) -> str:
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


def is_stamped(element: etree._Element) -> bool:
    """Tell an element that tells a time by its attributes."""
    return bool(element.get("datetime")) or element.tag == "time"


def uncut(title: str) -> str:
    """Return a title without the dots that a list puts in place of its end."""
    return re.sub(r"\s*(?:…|\.{2,3})$", "", title).strip()


def count_letters(text: str | None) -> int:
    return sum(map(str.isalnum, text)) if text else 0


def holds(element: etree._Element, inner: etree._Element | None) -> bool:
    return inner is not None and (inner is element or element in set(inner.iterancestors()))


def has_stamp(element: etree._Element) -> bool:
    """Tell whether an element's attributes tell a time, whatever it shows."""
    return any(
        each.get("datetime") or ((told := each.get("title")) and _FULL_DAY.search(told))
        for each in element.iter("time", "span", "abbr")
    )


_FULL_DAY = re.compile(r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}")


def short_text(element: etree._Element, limit: int = 600) -> str:
    """Return the start of an element's text."""
    parts: list[str] = []
    size = 0
    for text in element.itertext():
        parts.append(text)
        size += len(text)
        if size > limit:
            break
    return markup.squeeze(" ".join(parts))


def is_small(picture: etree._Element) -> bool:
    """Tell an icon or a spacer by the size that its markup gives."""
    sizes = (picture.get(side) or "" for side in ("width", "height"))
    return any(size.isdigit() and int(size[:6]) <= _ICON_SIZE for size in sizes)


_ICON_SIZE = 20
"""Pixels."""


def stands_beside_time(element: etree._Element) -> bool:
    """Tell a name or a time from words: it shares a short line with the other, and nothing else."""
    parent = element.getparent()
    if parent is None or parent.tag in ("body", "tr"):
        return False
    line = short_text(parent, 100)
    beside = [each for each in parent if isinstance(each.tag, str)]
    times = [each for each in beside if _is_time(each)]
    if len(line) > 60 or not 0 < len(times) < 3 or len(beside) < 2:
        return False  # a day and its clock may be two
    if count_letters(FIGURES.sub("", line)) > LONGEST_NAME:
        return False
    return not _SENTENCE.search(short_text(element, 100))


_SENTENCE = re.compile(r"\S\s\S.*[가-힣][.!?~]+$")


def _is_time(element: etree._Element) -> bool:
    """Tell an element with a time and nothing else."""
    if is_stamped(element):
        return True
    text = short_text(element, 60)
    match = WHEN.match(text)
    return match is not None and not count_letters(FIGURES.sub("", text[match.end() :]))


SAYS_BESIDE = re.compile(
    r"[-_](?:writer|author|info|meta|date|hits?|tools?|util|share|sns|tags?|profile|avatar|"
    r"user(?:details|extras|info|title|name)?|sign(?:ature)?|copyright|attach(?:ments?)?|files?)(?:__\w{1,10})?(?:\s|$)",
    re.IGNORECASE,
)
"""Ends of names whose beginning may be a body's: article_writer."""


_OF_FILES = re.compile(r"(?:^|\s)(?:files?|attach\w*)[-_]", re.IGNORECASE)


def holds_body(element: etree._Element) -> bool:
    """Tell by its classes whether an element holds what somebody wrote."""
    return any(
        BODY.search(names)
        and not any(beside.search(names) for beside in (COMMENTS, SAYS_BESIDE, _OF_FILES))
        for each in element.iter(*BLOCKS)
        if (names := f"{markup.classes(each)} {each.get('id') or ''}".strip())
    )


def shows_something(element: etree._Element) -> bool:
    """Tell an element with links or pictures from one with nothing in it."""
    return next(element.iter("a", "img", "video", "iframe", "embed", "object"), None) is not None


def drop(element: etree._Element) -> None:
    """Take an element out of its tree, and leave the words behind it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail and before is not None:
        before.tail = (before.tail or "") + element.tail
    elif element.tail:
        parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def first_in(candidates: list[etree._Element], first: etree._Element | None) -> bool:
    return first is not None and holds(candidates[0], first)


FIGURES = re.compile(
    r"[\d년월일시분초전오후]|조회\s?수?|읽음|추천\s?수?|(?:작성|등록)(?:일시?|시간)|올린\s?[날일]|날\s?짜|댓글|(?<!\w)[화수목금토](?=[,\s)])|hits?|views?|date|[ap]m|"
    r"\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|\([월화수목금토일]\)|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|\b(?:on|at|by|posted|wrote)\b",
    re.IGNORECASE,
)
LONGEST_NAME = 20
"""Letters of a writer's name and of labels beside a time."""


def holds_much(element: etree._Element) -> bool:
    """Tell whether an element is more than a line of figures or buttons."""
    text = short_text(element, 400)
    return len(text) > 300


def calls(link: etree._Element) -> str:
    """Return what a link calls, and what the elements right around it are called."""
    around = [each for each in (link, link.getparent()) if each is not None]
    names = " ".join(f"{markup.classes(each)} {each.get('id') or ''}" for each in around)
    return f"{link.get('href') or ''} {link.get('onclick') or ''} {names}"
