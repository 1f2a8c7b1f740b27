"""Words beside their labels in tables and definition lists, and what a notice says of a post."""

import re
from collections.abc import Collection, Iterable

from lxml import etree

from crawler.boards import markup
from models.relation import Status

_ALERT = re.compile(r"""alert\(\s*(["'])((?:(?!\1)[^\\]|\\.){1,300})\1\s*\)""")
_LEAVES = re.compile(r"history\.(?:back|go)|location(?:\.(?:replace|href))?\s*[(=]|window\.close")
_STATUS_WORDS = (
    (Status.SECRET, re.compile("비밀글|비밀번호|비공개")),
    (
        Status.DELETED,
        re.compile("존재하지 않|삭제된|삭제되었|없는 게시|없는 글|찾을 수 없|사용하지 않는"),
    ),
    (Status.DENIED, re.compile("권한|로그인|회원만|회원 ?전용|접근할 수 없|제한")),
)
_MOST_SCRIPT = 2000
"""Characters of a script that is a notice and nothing else."""


def cell_beside(
    index: markup.Index, labels: Iterable[str], skip: Collection[etree._Element] = frozenset()
) -> etree._Element | None:
    """Return the element right behind one whose words are one of *labels* (no spaces in them)."""
    wanted = set(labels)
    for cell in index.with_tag("th", "dt", "strong", "span", "td", "label", "em"):
        if cell in skip:
            continue
        said = markup.text_of(cell).replace(" ", "").strip(":：*").lower()
        if said not in wanted:
            continue
        for value in cell.itersiblings():
            if isinstance(value.tag, str) and value.tag not in ("br", "th", "dt"):
                return value
    return None


def text_beside(
    index: markup.Index, labels: Iterable[str], skip: Collection[etree._Element] = frozenset()
) -> str | None:
    """Return the words of `cell_beside`, None where there are none."""
    cell = cell_beside(index, labels, skip)
    return (markup.text_of(cell) or None) if cell is not None else None


def alert(index: markup.Index) -> str | None:
    """Return what the script of a page says that shows a notice and leaves."""
    for script in index.with_tag("script")[:50]:
        source = script.text or ""
        match = _ALERT.search(source) if len(source) < _MOST_SCRIPT else None
        if match and "function" not in source[: match.start()] and _LEAVES.search(source):
            return markup.squeeze(match[2])
    return None


def status_said(words: str | None) -> Status | None:
    """Return the status that a notice gives a post, None if it says nothing of one."""
    if not words:
        return None
    return next((status for status, pattern in _STATUS_WORDS if pattern.search(words)), None)
