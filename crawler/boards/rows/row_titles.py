"""The title that a row of a list shows, without counts, icons and labels."""

import re
from collections import Counter
from collections.abc import Collection
from html import unescape

from lxml import etree

from crawler.boards import field_words, markup
from crawler.boards.rows import list_rows, row_columns

_TITLE_CLASS = re.compile(r"(?:^|[-_ ])(?:subj|subject|tit|title|headline)(?![a-z])", re.IGNORECASE)
_NOISE_CLASS = re.compile(
    r"sound_only|blind|icon|no[-_]?(?:image|img|thumb)|cnt|count|comment|cmt|badge|label|(?:^|[-_ ])(?:new|hot|lock|secret|"
    r"notice|cate|ca|category|num|reply)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(
    r"[\[(+]*\d+[\])]*|댓글\s*\d*개?|더\s?보기|자세히(?: 보기)?|(?:read|view|see)? ?more",
    re.IGNORECASE,
)


def row_title(row: list_rows.Row) -> str:
    """Return the title as the list shows it, without counts, icons and labels."""
    if (cell := _title_column(row)) is not None and (title := _without_noise(cell)):
        return title
    shown = [link for link in row.links if "#" not in (link.get("href") or "")]
    titles = [(link, _link_title(link)) for link in shown or row.links]
    titles = [
        (link, title)
        for link, title in titles
        if title and not _NO_TITLE.fullmatch(title) and not field_words.is_time(title)
    ]
    stop = {row.element}
    for link, title in titles:
        around = [link, *link.iterancestors()]
        for element in around:
            if _TITLE_CLASS.search(markup.classes(element)) or element.tag in (
                "h2",
                "h3",
                "h4",
                "h5",
            ):
                return title
            if element in stop:
                break
    if titles:
        return titles[0][1]
    # A card's title may stand beside its link, which says "more".
    for own in row.element.iter("h1", "h2", "h3", "h4", "h5", "h6", "strong"):
        inner = [markup.text_of(link) for link in shown if own in link.iterancestors()]
        said = _without_noise(own)
        if len(inner) == 1 and inner[0]:
            return inner[0]
        if said and not _NO_TITLE.fullmatch(said):
            return said
    # A title that is nothing but a number, or a link that is only a picture.
    words = (_link_title(link) or markup.text_of(link) for link in shown or row.links)
    if text := next(filter(None, words), ""):
        return text
    for link in shown or row.links:
        text = markup.squeeze(link.get("title"))
        if not text and (caption := list_rows.captioned(link)):
            text = markup.squeeze(unescape(caption[3]))
        if text:
            return text
    return ""


def own_titles(found: list[list_rows.Row]) -> dict[str, tuple[str, str | None]]:
    """Return the title, and the word before it, of rows whose links hold several blocks alike.

    Where the first block of most rows says the same few words (a category, a state), the title is
    the first that is each row's own.
    """
    told: dict[str, dict[str, etree._Element]] = {}
    for row in found:
        link = row.links[0]
        parts = [part for each in link for part in _opened(each) if markup.text_of(part)]
        is_parted = len(parts) > 1 and not markup.squeeze(link.text)
        inner = link.iterdescendants(etree.Element)
        if is_parted and not any(_TITLE_CLASS.search(markup.classes(part)) for part in inner):
            told[row.native_id] = {
                f"{part.tag}.{markup.classes(part)}": part for part in reversed(parts)
            }
    if len(told) < LEAST_ALIKE or 2 * len(told) <= len(found):
        return {}
    first, _ = Counter(next(reversed(blocks)) for blocks in told.values()).most_common(1)[0]
    texts: dict[str, list[str]] = {}
    for blocks in told.values():
        for kind, block in reversed(blocks.items()):
            texts.setdefault(kind, []).append(markup.text_of(block))
    if 2 * len(set(texts[first])) > len(texts[first]):
        return {}
    own = (
        kind
        for kind, said in texts.items()
        if len(said) >= 0.8 * len(told)
        and len(set(said)) >= 0.6 * len(said)
        and not all(
            field_words.is_time(text) or field_words.FIGURES_ONLY.fullmatch(text) for text in said
        )
    )
    chosen = next(own, None)
    if chosen is None:
        return {}
    return {
        native_id: (
            _without_noise(blocks[chosen]),
            markup.text_of(blocks[first]) if first in blocks else None,
        )
        for native_id, blocks in told.items()
        if chosen in blocks
    }


def _opened(element: etree._Element) -> list[etree._Element]:
    """Return an element, or what stands in it where that is several elements and no words."""
    inner = [each for each in element if isinstance(each.tag, str)]
    is_frame = element.tag in ("div", "p") and len(inner) > 1 and not markup.squeeze(element.text)
    if not isinstance(element.tag, str):
        return []
    return inner if is_frame and not any(markup.squeeze(each.tail) for each in inner) else [element]


LEAST_ALIKE = 5


def _title_column(row: list_rows.Row) -> etree._Element | None:
    """Return the cell under the heading of the titles, where one link holds the whole row's cells."""
    if row.element.tag == "tr" or len(row.links) != 1:
        return None
    cells = row_columns.cells_of(row.element)
    if len(cells) < row_columns.LEAST_NAMES or not markup.is_within(cells[0], row.links):
        return None
    names = row_columns.column_names(row)
    place = next(
        (n for n, name in enumerate(names) if name.replace(" ", "") in row_columns.TITLE_LABELS), -1
    )
    return cells[place] if place >= 0 and len(names) == len(cells) else None


_HEADING_TAGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLE_TAGS = ("strong", "b", *_HEADING_TAGS)


def _link_title(link: etree._Element) -> str:
    if link.tag == "tr":
        cells = [cell for cell in link if cell.tag in ("td", "th")]
        words = [
            cell for cell in cells if not field_words.FIGURES_ONLY.fullmatch(markup.text_of(cell))
        ]
        named = [cell for cell in words if _TITLE_CLASS.search(markup.classes(cell))]
        longest = max(words, key=lambda cell: len(markup.text_of(cell)), default=None)
        chosen = named[0] if named else _under_title(link, cells)
        chosen = chosen if chosen is not None else longest
        return _without_noise(chosen) if chosen is not None else ""
    own = [child for child in link.iterdescendants() if isinstance(child.tag, str)]
    for child in own:
        if _TITLE_CLASS.search(markup.classes(child)):
            strong = child.find(".//strong")
            text = _without_noise(strong if strong is not None else child)
            if text:
                return text
    parts = [child for child in link if isinstance(child.tag, str) and markup.text_of(child)]
    bare = markup.squeeze(link.text) or any(markup.squeeze(child.tail) for child in link)
    if not bare and any(
        field_words.holds_time(piece.text) for part in parts[1:] for piece in markup.pieces(part)
    ):
        # The link holds the whole row, writer and date too.
        headings = [each for each in own if each.tag in _HEADING_TAGS and markup.text_of(each)]
        if len(headings) == 1:
            return _without_noise(headings[0])
        strong = next((part for part in parts if part.tag in _TITLE_TAGS), parts[0])
        return _without_noise(strong)
    return _without_noise(link)


def _under_title(row: etree._Element, cells: list[etree._Element]) -> etree._Element | None:
    """Return the cell of a table's row that stands under the heading of the titles."""
    table = next(row.iterancestors("table"), None)
    heading = next(table.iter("tr"), None) if table is not None else None
    names = [] if heading is None else [markup.text_of(cell).replace(" ", "") for cell in heading]
    place = next(
        (n for n, name in enumerate(names) if name.lower() in row_columns.TITLE_LABELS), None
    )
    return cells[place] if place is not None and len(names) == len(cells) else None


def _without_noise(element: etree._Element) -> str:
    noise = {
        child
        for child in element.iterdescendants()
        if isinstance(child.tag, str)
        and (
            _NOISE_CLASS.search(markup.classes(child))
            or field_words.CATEGORY_CLASS.search(markup.classes(child))
            or (
                child.tag in ("em", "small", "sup")
                and field_words.NOISE.fullmatch(markup.text_of(child))
            )
            or (
                child.tag in field_words.COUNTING_TAGS
                and field_words.BRACKETED.fullmatch(markup.text_of(child))
            )
        )
    }
    lines = _first_lines(element, noise)
    return lines[0] if lines else ""


def _first_lines(element: etree._Element, skip: Collection[etree._Element]) -> list[str]:
    """Return the text of a link line by line: a card's link holds an excerpt and a date too."""
    lines: list[list[str]] = [[]]
    for piece in markup.pieces(element, skip):
        if not piece.text:
            continue
        block = next(
            (
                node
                for node in (piece.owner, *piece.owner.iterancestors())
                if node is element or node.tag in markup.LINE_TAGS
            ),
            element,
        )
        if lines[-1] and lines[-1][0] != str(id(block)):
            lines.append([])
        if not lines[-1]:
            lines[-1].append(str(id(block)))
        lines[-1].append(piece.text)
    return [" ".join(line[1:]) for line in lines if line]
