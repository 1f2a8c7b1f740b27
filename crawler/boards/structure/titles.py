"""Where a post's page shows its title.

It is a heading that the page's title repeats, or what stands above the post's figures.
"""

import re

from lxml import etree

from crawler.boards import markup
from crawler.boards.structure.addresses import PAGING, forms_of
from crawler.boards.structure.elements import WHEN, short_text, uncut
from crawler.boards.structure.labelled_lines import LABELS, agree, label_of
from crawler.boards.structure.list_structure import ListStructure, labelled_cells

_TITLE_END = re.compile(r"\s+[-|:>»·<–—]\s+|\s*[|>»]\s*")


def told_titles(generic: ListStructure) -> list[str]:
    """Return what the page's head calls it, whole and without the site's name."""
    told = [
        *markup.select(generic.root, "//meta[@property='og:title']/@content"),
        *(markup.squeeze("".join(each.itertext())) for each in generic.index.with_tag("title")[:1]),
    ]
    if generic.listed:
        told.insert(0, generic.listed)
    return list(dict.fromkeys(filter(None, map(markup.squeeze, told))))


def _parts(title: str) -> set[str]:
    """Return what stands before, behind and between the marks that split a page's title."""
    marks = list(_TITLE_END.finditer(title[:400]))
    ends = [title[: mark.start()] for mark in marks] + [title[mark.end() :] for mark in marks]
    return {title, *_TITLE_END.split(title[:400]), *ends}


def find_heading(generic: ListStructure) -> etree._Element | None:
    """Return the element whose text the page's head repeats, or that a label or a class names."""
    listed = generic.listed
    labelled = list(labelled_cells(generic, ("제목", "글제목", "subject", "title")))
    for cell in labelled:
        said = uncut(markup.text_of(cell))
        is_short = len(listed) < _LEAST_AGREED
        if not listed or said == listed or (not is_short and agree(said, listed)):
            return cell  # another is of a table that somebody wrote
    told = told_titles(generic)
    parts = {part for title in told for part in _parts(title) if len(part) > 1}
    best: tuple[float, etree._Element | None] = (0.0, None)
    elements = generic.index.elements
    for place, element in enumerate(elements):
        if element.tag not in _HEADS or element in generic.around or len(element) > 12:
            continue
        text = markup.squeeze("".join(element.itertext()))[:400]
        is_listed = bool(listed) and text == listed
        if is_listed and any(outer.tag == "button" for outer in element.iterancestors()):
            continue  # a post may be called "목록"
        if not is_listed and (len(text) < _LEAST_TITLE or WHEN.fullmatch(text)):
            continue
        names = f"{markup.classes(element)} {element.get('id') or ''}"
        holder = element.getparent()
        if holder is not None and len(holder) == 1 and not (holder.text or "").strip():
            names += f" {markup.classes(holder)}"
        cut = uncut(text)
        score = 0.0
        links = element.iter("a", "button")
        is_link = element.tag not in _HEADINGS and next(links, None) is not None
        if listed and not is_link and listed in (text, _own_words(element)):
            score = 14.0  # more than a longer one, wherever a time stands
            if len(text) < _LEAST_TITLE and not (
                element.tag in _HEADINGS or _TITLE_NAME.search(names)
            ):
                score = _SURE  # a figure, rather
        elif listed and (
            text == listed
            or (len(listed) > _LEAST_AGREED and listed in text)
            or (text.endswith(listed) and _IN_BRACKETS.fullmatch(text[: -len(listed)]))
        ):
            score = 10.0 - 0.05 * max(len(text) - len(listed) - LONGEST_CATEGORY, 0)
        elif text in parts or (len(cut) > 8 and any(part.startswith(cut) for part in parts)):
            score = 5.0 + min(len(text), 30) / 30
        elif len(text) < 120 and any(len(part) > 5 and part in text for part in parts):
            score = 3.0
        if score < _SURE:  # where the list says the title, the first place is it
            named = _TITLE_NAME.search(names)
            score += 2 * bool(named) + 2 * (element.tag in ("h1", "h2", "h3", "h4"))
        if score < 4:
            continue
        near = elements[max(place - 40, 0) : place + 50]
        score += 3 * any(
            WHEN.search(each.text or "") or WHEN.search(each.tail or "") for each in near
        )
        if score < 13 and (says_board(text) or text in generic.menu or _leads_home(element)):
            score -= 4  # unless it is the title that the list shows
        if any(each.tag == "a" for each in element.iterancestors()):
            score -= 4  # the list may stand below the post
        # A frame around the title and an empty body says no more than the title.
        is_inner = score == best[0] and holder is best[1] and element.getnext() is not None
        if score > best[0] or is_inner:
            best = (score, element)
    if labelled and best[0] < _SURE:
        return labelled[0]
    if best[0] >= 4:
        return best[1]
    above = _above_figures(generic)
    return above if above is not None else _only_heading(generic)


def _above_figures(generic: ListStructure) -> etree._Element | None:
    """Return the element with the words right above a line that names writer and time."""
    before: etree._Element | None = None
    for element in generic.index.elements:
        if element in generic.around or element.tag in ("a", "script", "style", "option", "title"):
            continue
        line = short_text(element, 200)
        starts = BY.match(line) or FIGURE.match(line) or WHEN.match(line)
        if len(line) < 150 and starts and WHEN.search(line) and BY.search(line):
            return before
        text = markup.squeeze(element.text)
        if not text:
            continue
        linked = any(each.tag == "a" for each in element.iterancestors())
        if not linked and 2 <= len(line) < 200 and label_of(text) not in LABELS:
            before = element
    return None


def _leads_home(element: etree._Element) -> bool:
    """Tell a site's name: it links to the site's root."""
    return any(_ROOT.fullmatch(link.get("href") or "") for link in element.iter("a"))


_ROOT = re.compile(
    r"(?:https?://[^/?#]+)?/?(?:index\.\w{2,5}|main\.\w{2,5}|main)?/?", re.IGNORECASE
)


def _own_words(element: etree._Element) -> str:
    """Return what an element says beside its children: a title beside its category."""
    return markup.squeeze("".join([element.text or "", *(child.tail or "" for child in element)]))


def _only_heading(generic: ListStructure) -> etree._Element | None:
    """Return the one large heading of a page whose address is a post's and whose title is not."""
    if all(PAGING.fullmatch(form.name) for form, _ in forms_of(generic.page.url)):
        return None
    large = [each for each in generic.index.with_tag("h1", "h2") if each not in generic.around]
    if len(large) != 1 or says_board(text := markup.text_of(large[0])) or text in generic.menu:
        return None
    place = generic.index.elements.index(large[0])
    near = generic.index.elements[place : place + 20]
    is_dated = any(WHEN.search(each.text or "") for each in near)
    return large[0] if text and is_dated else None


_SURE = 8
"""From this score on an element shows the title that the list shows."""
_LEAST_TITLE = 2
"""Letters of a title that no list shows."""
_IN_BRACKETS = re.compile(r"[\[(<].{1,15}[\])>]\s*")
"""A category before a title."""
_LEAST_AGREED = 3
"""Letters of a title that may be a part of another without being it."""
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
LONGEST_CATEGORY = 12
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


def says_board(text: str) -> bool:
    return bool(
        re.fullmatch(r".{0,12}(?:게시판|공지사항|자료실|갤러리|board)", text, re.IGNORECASE)
    )


def repeats(text: str, title: str) -> bool:
    """Tell the title, or a part of it, from other words."""
    return len(text) > 1 and bool(title) and (text in title or title in text)


BY = re.compile(
    r"(?:작성자|글쓴이|올린이|등록자|닉네임|이\s?름|writer|name|by)\s*[:：]?\s*[^\s:：|]{1,20}(?![^\s|])",
    re.IGNORECASE,
)
FIGURE = re.compile(
    r"(?:조회|읽음|추천|비추천|(?:좋아요|공감)(?=\W*\d)|댓글|작성자|글쓴이|작성일|등록일|날짜|hit|views?|read|date|name|writer|total|copyright)"
    r"\s*(?:수|일시)?\s*[:：]?\s*[\d,]*\s*(?:회|건|명)?(?:\s|$|:)",
    re.IGNORECASE,
)
