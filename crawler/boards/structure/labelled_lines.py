"""Labels of a post's fields, and lines such as "작성자: 이름" made into cells.

Once every label stands in an element of its own, tables and bare lines are read alike.
"""

import re

from lxml import etree

from crawler.boards import field_words, markup
from crawler.boards.structure.elements import words_of


def spell_out(index: markup.Index, title: str) -> bool:
    """Write the labels of pictures as words, and give lines of labels elements of their own.

    Lines that name another *title* than the list (if it is known) stand in somebody's text.
    Tell whether elements were added.
    """
    for image in index.with_tag("img"):
        if (label := (image.get("alt") or "").strip()) and label_of(label) in _FIELD_LABELS:
            image.tail = f" {label} : {image.tail or ''}"
            image.set("alt", "")
    for element in index.with_tag("time", "span", "abbr"):
        # A script writes "3일 전" there.
        told = element.get("datetime") or element.get("title") or ""
        is_empty = not len(element) and not (element.text or "").strip()
        if is_empty and _MOMENT.match(told):
            element.text = told
    for element in index.with_tag("textarea"):
        if "readonly" in element.attrib and (element.text or "").strip():
            element.tag = "pre"  # nobody may write there: it shows what was written
    parents = {each.getparent() for each in index.with_tag("br")} - {None}
    given = [_give_elements(parent, title) or _give_values(parent, title) for parent in parents]
    return any(given)


_MOMENT = re.compile(r"(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d")


def _give_elements(parent: etree._Element, title: str) -> bool:
    """Put "제목 : …<br>작성자 : …<br>내용<br>…" into elements: labels, values, and the body."""
    runs = [(parent, "text"), *((child, "tail") for child in parent)]
    lines = [
        (node, place, match)
        for node, place in runs
        if (match := _LABELLED_LINE.fullmatch(markup.squeeze(getattr(node, place))))
        and label_of(match[1]) in _FIELD_LABELS
    ]
    found = {label_of(match[1]) for _, _, match in lines}
    if len(found) < _LEAST_LABELS or not found & _TITLES:
        return False
    told = [match[2] or "" for _, _, match in lines if label_of(match[1]) in _TITLES]
    if title and not any(agree(each, title) for each in told if each):
        return False
    for node, place, match in reversed(lines):
        setattr(node, place, None)
        label, value = etree.Element("span"), etree.Element("span")
        label.text, value.text = match[1], match[2]
        at = 0 if node is parent else parent.index(node) + 1
        parent.insert(at, label)
        if match[2]:
            parent.insert(at + 1, value)
        elif label_of(match[1]) in BODY_LABELS:
            _gather(parent, at + 1)
    return True


def _give_values(parent: etree._Element, title: str) -> bool:
    """Put the values of "<b>제목</b> : …<br><b>작성자</b> : …<br>" into elements of their own."""
    lines = [
        (child, match[1])
        for child in parent
        if child.tag in _BOLD
        and not len(child)
        and label_of(child.text or "") in _FIELD_LABELS
        and (match := re.fullmatch(r"[:：]\s*(.+)", markup.squeeze(child.tail)))
    ]
    told = [value for child, value in lines if label_of(child.text or "") in _TITLES]
    if len(lines) < _LEAST_LABELS or not any(agree(each, title or each) for each in told):
        return False
    for child, value in lines:
        child.tag, child.tail = "span", None
        cell = etree.Element("span")
        cell.text = value
        child.addnext(cell)
    return True


_BOLD = frozenset({"b", "strong", "span", "font", "em", "label", "u"})


def _gather(parent: etree._Element, start: int) -> None:
    """Put what stands behind the label of a body into one element, up to a rule or a button."""
    body = etree.Element("div")
    while (
        start < len(parent) and parent[start].tag == "br" and not (parent[start].tail or "").strip()
    ):
        del parent[start]
    is_field = start < len(parent) and parent[start].tag == "pre"
    while start < len(parent) and not (is_field and len(body)):
        child = parent[start]
        if child.tag == "hr" or (
            child.tag in ("a", "button", "form") and EDITS.fullmatch(words_of(child))
        ):
            break
        body.append(child)  # with its tail
    parent.insert(start, body)


_LABELLED_LINE = re.compile(r"(\S(?:[^:：]{0,8}\S)?)\s*(?:[:：]\s*(.*))?")
_LEAST_LABELS = 3
_TITLES = frozenset({"제목", "글제목", "title", "subject"})


def agree(shown: str, listed: str) -> bool:
    """Tell whether a page's title may be the one that the list shows, which may be cut."""
    return bool(shown) and (listed in shown or shown in listed)


def label_of(text: str) -> str:
    """Return words as labels are compared: "조 회 :" is "조회"."""
    return text.strip(" :：*").lower().replace(" ", "")


LABELS = frozenset(
    label.replace(" ", "")
    for label in (
        *field_words.TIME,
        *field_words.HITS,
        *field_words.AUTHOR,
        *field_words.CATEGORY,
        "제목",
        "글제목",
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
BODY_LABELS = ("내용", "본문", "글내용", "content", "contents")
_FIELD_LABELS = LABELS | _TITLES | frozenset(BODY_LABELS) | {"글번호"}
EDITS = re.compile(
    r"(?:글\s?)?(?:수정|삭제|답변|답글|글쓰기|쓰기)(?:하기)?|edit|modify|delete|reply",
    re.IGNORECASE,
)
