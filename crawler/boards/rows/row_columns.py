"""The columns of a list, by what their headings call them."""

from lxml import etree

from crawler.boards import field_words, markup
from crawler.boards.rows import list_rows

TITLE_LABELS = frozenset(
    {"제목", "글제목", "주제", "토픽", "subject", "title", "topic", "topics", "thread", "threads"}
)
_HEADINGS = {
    "time": field_words.TIME,
    "hits": field_words.HITS,
    "author": (*field_words.AUTHOR, "author", "담당", "담당자", "담당부서", "작성부서", "등록부서"),
    "category": (*field_words.CATEGORY, *field_words.KINDS),
    "comments": field_words.REPLIES,
}


def cells_by_heading(row: list_rows.Row) -> dict[str, str]:
    """Return a row's cells by what their column is called, in a table or in a list that looks like one."""
    names = column_names(row)
    cells = _columns(row.element)
    if len(names) != len(cells):
        return {}
    found: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=True):
        for kind, labels in _HEADINGS.items():
            if kind not in found and name.replace(" ", "") in labels:
                found[kind] = cell
    return found


def column_names(row: list_rows.Row) -> list[str]:
    """Return what the columns of a row's list are called, none where nothing says so."""
    element = row.element
    is_table = element.tag == "tr"
    holder = next(element.iterancestors("table"), None) if is_table else element.getparent()
    if holder is None:
        return []
    names = row.headings.get(holder)
    if names is None:
        lines = list(holder.iter("tr") if is_table else holder)[:_FIRST_LINES]
        headed = (
            line for line in lines if isinstance(line.tag, str) and line.find("th") is not None
        )
        heading = next(headed, None)
        if heading is None:
            lines += _lines_before(holder)
            heading = next(filter(_names_columns, lines), None)
        names = [] if heading is None else [name.lower() for name in _columns(heading)]
        row.headings[holder] = names
    return names


def _lines_before(holder: etree._Element) -> list[etree._Element]:
    """Return what stands right before a list: the columns' names may, in a block or a table of their own."""
    before = next(holder.itersiblings(etree.Element, preceding=True), None)
    if before is None:
        return []
    return [before, *before.iter("tr")][:_FIRST_LINES]


_FIRST_LINES = 5
"""Lines of a list among which the one with the columns' names stands."""


def _columns(line: etree._Element) -> list[str]:
    """Return the words of a line's cells, one for each column that they fill."""
    found: list[str] = []
    for cell in cells_of(line):
        wide = cell.get("colspan") or "1"
        found += [markup.text_of(cell)] * (int(wide) if wide.isdigit() and len(wide) < 3 else 1)
    return found


def cells_of(line: etree._Element) -> list[etree._Element]:
    """Return a line's cells; one link, or a frame, may be around all of them."""
    cells = [cell for cell in line if isinstance(cell.tag, str)]
    while len(cells) == 1 and cells[0].tag in ("a", "div", "dl", "ul"):
        cells = [cell for cell in cells[0] if isinstance(cell.tag, str)]
    return cells


def _names_columns(line: etree._Element) -> bool:
    """Tell a line of headings by two words that columns are called."""
    cells = cells_of(line) if isinstance(line.tag, str) else []
    if not 2 <= len(cells) <= _MOST_COLUMNS:
        return False
    known = {label for labels in _HEADINGS.values() for label in labels} | TITLE_LABELS
    names = {markup.text_of(cell).replace(" ", "").lower() for cell in cells}
    return (
        sum(name in known or bool(field_words.LAST_REPLY.match(name)) for name in names)
        >= LEAST_NAMES
    )


_MOST_COLUMNS = 15
LEAST_NAMES = 2
