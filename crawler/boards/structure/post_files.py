"""A post's attached files, and its body without their names.

Some software shows the files inside the body's own element; left there, their names would be
words of the post.
"""

import re
from copy import deepcopy
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from crawler.boards import markup
from crawler.boards.structure.body_place import FILE_WORDS, BodyPlace
from crawler.boards.structure.elements import calls, count_letters
from crawler.boards.structure.list_structure import labelled_cells
from crawler.boards.structure.post_structure import FILE_LINK, UNREAD

_FILE_NAME = re.compile(r".+\.\w{2,5}(?=\s*(?:[\[(]|$))")


def files_of(generic: BodyPlace) -> list[str]:
    """Return the names of the attachments, from their links or the words before those."""
    targets = dict(generic.links)
    labelled = markup.all_of(labelled_cells(generic, _FILE_LABELS))
    found: dict[str, None] = {}
    for link in generic.index.with_tag("a", "button"):
        if link in generic.comment_parts:
            continue
        url = _download(link, targets)
        is_download = url is not None
        if link in generic.within and not is_download:
            continue
        if is_download or link in labelled or _ATTACHED.search(calls(link)):
            name = _file_name(link, url) or _name_beside(link)
            if name:
                found[name] = None
    return list(found)


def _download(link: etree._Element, targets: dict[etree._Element, str]) -> str | None:
    """Return the address that a link has a file from: of this host, or of another if it is called so."""
    url = targets.get(link)
    if "download" in link.attrib and link.get("href"):
        return url or str(link.get("href"))
    around = [each for each in (link, link.getparent()) if each is not None]
    if url is None and any(_OF_FILE.search(markup.classes(each)) for each in around):
        url = link.get("href")
    return url if url is not None and FILE_LINK.search(url) else None


def _file_name(link: etree._Element, url: str | None) -> str | None:
    """Return the file that a link names: in its words, its title, the words before it, or its address."""
    before = link.getprevious()
    line = before.tail if before is not None else getattr(link.getparent(), "text", None)
    told = [piece.text for piece in markup.pieces(link)]
    told += [markup.text_of(link), link.get("title") or "", link.get("download") or ""]
    if url is not None:
        told.append(re.sub(r"^\W*첨부\s?파일?\s*\d*\s*[:：]\s*", "", markup.squeeze(line)))
        if before is not None and before.tag != "a":
            told.append(markup.text_of(before))
        told += [value for _, value in parse_qsl(urlsplit(url).query, max_num_fields=100)]
    for text in told:
        if match := _FILE_NAME.match(text.lstrip(_SIGNS)):
            return match[0]
    return None


def _name_beside(link: etree._Element) -> str | None:
    """Return the only file's name in the row around a link or button that names none."""
    row = next(link.iterancestors("li", "tr", "dd", "p"), None)
    if row is None:
        return None
    names = {match[0] for piece in markup.pieces(row) if (match := _FILE_NAME.match(piece.text))}
    return names.pop() if len(names) == 1 else None


def without_files(generic: BodyPlace, container: etree._Element) -> etree._Element:
    """Return the body's element without the words that name files before, or behind, all else in it."""
    targets = dict(generic.links)
    names = {
        link: name
        for link in container.iter("a", "button")
        if (url := _download(link, targets)) is not None and (name := _file_name(link, url))
    }
    if not names:
        return container
    copy = deepcopy(container)
    links = {twin for own, twin in zip(container.iter(), copy.iter(), strict=True) if own in names}
    runs: list[tuple[etree._Element, str, bool]] = []
    """Each stretch of text: the element, whether it is its text or its tail, whether in such a link."""
    for event, element in etree.iterwalk(copy, events=("start", "end", "comment")):
        place = "text" if event == "start" else "tail"
        if element is not copy or place == "text":
            holder = element if place == "text" else element.getparent()
            inside = markup.is_within(holder, links)
            if (event == "start" and element.tag not in UNREAD) or event != "start":
                runs.append((element, place, inside))
    for ordered in (runs, runs[::-1]):
        of_files: list[tuple[etree._Element, str]] = []
        waiting: list[tuple[etree._Element, str]] = []
        for element, place, inside in ordered:
            text = getattr(element, place) or ""
            if not inside:
                for name in names.values():
                    text = text.replace(name, " ")
                if count_letters(FILE_WORDS.sub("", text)):
                    break
            waiting.append((element, place))
            if inside:
                of_files += waiting
                waiting = []
        # What stands behind the last link on its line is its size.
        while waiting and waiting[0][1] == "tail" and count_letters(getattr(*waiting[0])):
            of_files.append(waiting.pop(0))
        for element, place in of_files:
            setattr(element, place, None)
    return copy


_FILE_LABELS = (
    "첨부파일",
    "첨부",
    "파일",
    "첨부 문서",
    "붙임",
    "file",
    "files",
    "attachment",
    "attachments",
)
_SIGNS = "📎📁📄💾🔗▷▶•·- "
_OF_FILE = re.compile(r"(?:^|[-_ ])(?:file|attach)", re.IGNORECASE)
_ATTACHED = re.compile(r"down|file|attach", re.IGNORECASE)
