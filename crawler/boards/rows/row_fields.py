"""What a row of a list says of its post: writer, time, hits, comments, category."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise, takewhile

from lxml import etree

from crawler.boards import field_words, markup
from crawler.boards.base import ListRow
from crawler.boards.rows import list_rows, row_columns, row_titles
from crawler.dates import lacks_year, read_time


def list_row(row: list_rows.Row, url: str, now: datetime, title: str | None = None) -> ListRow:
    """Return what a row of a list says of its post, which stands at *url*."""
    title = title or row_titles.row_title(row)
    details = row_details(row, title, now)
    mark = f"{title}\t{details.comments or 0}"
    if _is_locked(row.element):
        mark += "\tsecret"
    if state := _answer_state(row, title):
        mark += f"\t{state}"
    if not row.native_id.isdigit():
        # In title addresses the words are all the list knows the post by.
        mark += f"\t{row.native_id}"
    return ListRow(
        native_id=row.native_id,
        url=url,
        title=title,
        author=details.author,
        posted_at=details.posted_at,
        has_year=details.has_year,
        comment_count=details.comments,
        hits=details.hits,
        notice=details.notice,
        mark=mark,
    )


def _answer_state(row: list_rows.Row, title: str) -> str | None:
    """Return what a row says of the answer to a question; that it has one is no count of comments."""
    return next(
        (
            piece.text
            for piece in markup.pieces(row.element)
            if _ANSWER_STATE.fullmatch(piece.text) and piece.text != title
        ),
        None,
    )


_ANSWER_STATE = re.compile(
    r"[\[(]?(?:답변|처리|접수|상담)?\s?(?:완료|대기|접수|진행|예정|미답변|미처리|처리|답변)\s?(?:중|됨)?[\])]?"
)


def with_category(row: ListRow, category: str | None) -> ListRow:
    """Return the row with its category, which is part of what a change of the post changes."""
    if not category:
        return row
    return replace(row, category=category, mark=f"{row.mark}\t{category}")


_LOCK = re.compile(r"(?<![a-z])(?:secret|lock(?:ed)?)(?![a-z])|비밀글", re.IGNORECASE)
_LOCK_ATTRIBUTES = ("class", "src", "alt", "title")


def _is_locked(element: etree._Element) -> bool:
    """Tell a row with the sign of a secret post: an icon, or a word that is hidden from eyes."""
    for part in element.iter("i", "img", "span", "em", "svg"):
        told = " ".join(part.get(name) or "" for name in _LOCK_ATTRIBUTES)
        if _LOCK.search(told) or (not len(part) and (part.text or "").strip() == "비밀글"):
            return True
    return False


_COUNT_BEHIND = re.compile(r"\s*\[(\d{1,6})\]$")


def with_count_apart(row: ListRow) -> ListRow:
    """Return the row with the number of comments that stands in brackets behind its title apart."""
    match = _COUNT_BEHIND.search(row.title) if row.comment_count is None else None
    if match is None or not match.start():
        return row
    return replace(row, title=row.title[: match.start()], comment_count=int(match[1]))


@dataclass(frozen=True, slots=True)
class RowDetails:
    """What a row says beside the title."""

    author: str | None
    posted_at: datetime | None
    has_year: bool
    """It tells the year of that."""
    hits: int | None
    comments: int | None
    notice: bool


def row_details(row: list_rows.Row, title: str, now: datetime) -> RowDetails:
    """Read a row by its table's headings, by labels and icons, and by classes.

    A *title* or a writer may be called "조회 3", and is no figure.
    """
    words = _Words(row)
    cells = row_columns.cells_by_heading(row)
    author = words.author(cells.get("author"))
    posted_at, has_year = words.time(cells.get("time"), title, now)
    figures = [
        piece
        for piece in words.brief
        if piece.text not in (title, author) and not field_words.is_time(piece.text)
    ]
    return RowDetails(
        author=author,
        posted_at=posted_at,
        has_year=has_year,
        hits=next(
            (
                count
                for said in (
                    cells.get("hits"),
                    field_words.labelled(figures, field_words.HITS, "hits"),
                    field_words.classed_hits(words.without_title(title), row.element),
                    field_words.count_before(figures),
                )
                if (count := field_words.integer(said)) is not None
            ),
            None,
        ),
        comments=words.comments({title, author}, cells.get("comments")),
        notice=words.is_notice(),
    )


_TIME_CLASS = re.compile(r"date|(?:^|[-_ ])time(?:[-_ ]|$)", re.IGNORECASE)
_BY = re.compile(r"^by\s+(?=\S)", re.IGNORECASE)
_COUNT_CLASS = re.compile(
    r"cnt_cmt|replyNum|repl(?:y|ies)[-_](?:count|cnt|num)|(?:^| )replies(?: |$)|comment|cmt(?:[-_ ]|$)|list_com",
    re.IGNORECASE,
)
_NOTICE_CLASS = re.compile(r"(?:^|[-_ ])notice")


class _Words:
    """The words of a row, each with the classes of what it stands in, up to the row."""

    def __init__(self, row: list_rows.Row) -> None:
        self.row = row
        # A list may show whole posts, each with the form for its comments.
        self.whole = list(markup.pieces(row.element, markup.all_of(row.element.iter("form"))))
        links = [link for link in row.links if "#" not in (link.get("href") or "")]
        titles = self._titles = markup.all_of(links)
        self.around = [piece for piece in self.whole if piece.owner not in titles]
        # An excerpt of the post may hold a label, too, in any paragraph of several.
        excerpt = {each.owner for each in self.whole if not _is_brief(each) and _is_bare(each)}
        self.brief = [
            each for each in self.whole if _is_brief(each) and not (excerpt and _is_bare(each))
        ]
        self._trails: dict[etree._Element, list[str]] = {}
        self.late = _of_last_reply(row, titles, self.whole)

    def without_title(self, title: str) -> Iterator[markup.Piece]:
        """Yield the words that are no part of the title where that is a link of its own."""
        return (
            piece
            for piece in self.whole
            if piece.owner not in self._titles or piece.text not in title
        )

    @cached_property
    def dated_names(self) -> list[markup.Piece]:
        """The names that look like a day, "2026.01.01": their class says a name, and a time stands elsewhere."""
        times = [piece for piece in self.whole if field_words.is_time(piece.text)]
        named = [
            piece
            for piece in times
            if field_words.AUTHOR_CLASS.search(markup.classes(piece.owner))
            and markup.text_of(piece.owner) == piece.text
        ]
        is_told = any(piece not in named and piece.owner not in self.late for piece in times)
        return named if is_told or self.late else []

    @property
    def _brief_around(self) -> list[markup.Piece]:
        return list(filter(_is_brief, self.around))

    def _trail(self, element: etree._Element) -> list[str]:
        known = self._trails.get(element)
        if known is None:
            known = markup.trail(element, self.row.element)
            if markup.classes(self.row.element):
                known.pop()  # software tells a row's post by it ("user-7"), not one word
            self._trails[element] = known
        return known

    def classed(self, wanted: re.Pattern[str], found: list[markup.Piece]) -> str | None:
        """Return the first word in an element of such a class."""
        for piece in found:
            if piece.text and any(map(wanted.search, self._trail(piece.owner))):
                return piece.text
        return None

    def author(self, cell: str | None) -> str | None:
        told = self.classed(field_words.NAME_CLASS, self.whole) or cell
        if told:
            return told
        named = [
            piece
            for piece in self.whole
            if piece.text
            and piece.text.rstrip(" :：") not in field_words.AUTHOR
            and piece.owner not in self.late
            and (not field_words.WHEN.match(piece.text) or piece in self.dated_names)
            and any(map(field_words.AUTHOR_CLASS.search, self._trail(piece.owner)))
        ]
        strong = next((piece.text for piece in named if piece.owner.tag == "strong"), None)
        if strong or named:
            return _BY.sub("", strong or named[0].text)
        said = field_words.labelled(self._brief_around, field_words.AUTHOR)
        # A row may show the whole post, with a table that has "작성자" and "작성일" side by side.
        return None if said in _OWN_LABELS else said

    def time(self, cell: str | None, title: str, now: datetime) -> tuple[datetime | None, bool]:
        """Return the time of the post, and whether its year is told; a *title* may begin with a day."""
        stamped = (
            stamp
            for element in self.row.element.iter(etree.Element)
            if element not in self.late
            and (stamp := field_words.told_time(element))
            and markup.squeeze(stamp) != title
            and not field_words.is_name(markup.classes(element))
        )
        around = [
            piece for piece in self.around if piece.owner not in self.late and piece.text != title
        ]
        candidates = [
            *stamped,
            cell,
            field_words.labelled(self._brief_around, field_words.TIME, "time"),
            self.classed(_TIME_CLASS, around),
            # Somebody may call himself "2026-01-01".
            *(
                piece.text
                for piece in around
                if len(piece.text) <= field_words.DATE_LENGTH
                and piece not in self.dated_names
                and not any(map(field_words.NAME_CLASS.search, self._trail(piece.owner)))
            ),
            *(
                _LABEL_OF_TIME.sub("", piece.text)
                for piece in around
                if _is_brief(piece) and _LABEL_OF_TIME.match(piece.text)
            ),
            self.classed(_TIME_CLASS, self.around),
            # A card's link holds the whole row.
            self.classed(_TIME_CLASS, self.whole),
            # "솔바람 · 2026-03-02"
            *(part for piece in self.brief for part in field_words.PARTED.split(piece.text)[1:]),
        ]
        told = [
            candidate for candidate in candidates if candidate and field_words.WHEN.match(candidate)
        ]
        if not told:
            # No class tells it in such a link: a day with its clock is no name, "2026.01.01".
            told = sorted(
                (
                    piece.text
                    for piece in self.whole
                    if field_words.is_time(piece.text)
                    and piece.text != title
                    and piece.owner not in self.late
                    and piece not in self.dated_names
                ),
                key=lambda text: ":" not in text,
            )
        # "03-02" may have its year beside it, for those who point at it.
        for candidate in sorted(told, key=lambda text: not _YEAR.match(text)):
            if found := read_time(candidate, now):
                return found, not lacks_year(candidate)
        return None, True

    def comments(self, names: Collection[str | None], cell: str | None) -> int | None:
        """Return the number of comments; a title or a writer among *names* may be "댓글"."""
        for link in self.row.links:
            said = markup.text_of(link) if "#" in (link.get("href") or "") else ""
            if _LINKED_COUNT.fullmatch(said) and not field_words.is_time(said):
                return field_words.integer(said)
        for piece in self.whole:
            if not piece.text or not (piece.text[-1].isdigit() or piece.text[-1] in ")]"):
                continue
            if any(map(_COUNT_CLASS.search, self._trail(piece.owner))):
                count = field_words.integer(piece.text)
                if count is not None:
                    return count
            bracketed = field_words.BRACKETED.fullmatch(piece.text)
            if bracketed and piece.owner.tag in field_words.COUNTING_TAGS:
                return int(bracketed[1])
        counts = (
            field_words.count_of(cell),
            self._figure_before_label(),
            self._figure_behind_title(names),
        )
        for count in counts:
            if count is not None:
                return count
        others = [piece for piece in self.whole if piece.text not in names or piece.icon]
        told = (match[1] for each in others if (match := _LABELLED_REPLIES.fullmatch(each.text)))
        if (figure := next(told, None)) is not None:
            return int(figure)
        return field_words.integer(field_words.labelled(others, field_words.COMMENTS, "comments"))

    def _figure_before_label(self) -> int | None:
        """Return the number of comments that stands before its label, in an element of both: "3 댓글"."""
        for piece in self.whole:
            if piece.text.lower() in field_words.REPLIES:
                for around in (piece.owner, piece.owner.getparent()):
                    if match := _COUNTED_REPLIES.fullmatch(markup.text_of(around).lower()):
                        return int(match[1])
        return None

    def _figure_behind_title(self, names: Collection[str | None]) -> int | None:
        """Return the bare figure right behind the title: in its cell, in its link, or a link of its own."""
        titles = [link for link in self.row.links if markup.text_of(link) in names]
        if titles:
            behind_title = self.row.links[self.row.links.index(titles[0]) + 1 :]
            for text in map(markup.text_of, behind_title):
                if text.isascii() and text.isdigit() and len(text) <= _COUNT_DIGITS:
                    return int(text)
        in_cell = not titles or titles[0].getparent().tag in ("td", "th")
        words = [piece for piece in self.whole if piece.text]
        for before, piece in pairwise(words):
            if before.text not in names or not markup.is_within(before.owner, self.row.links):
                continue
            if bracketed := field_words.BRACKETED.fullmatch(piece.text):
                return int(bracketed[1])
            behind = next(before.owner.itersiblings(etree.Element), None)
            is_figure = piece.text.isascii() and piece.text.isdigit()
            if is_figure and len(piece.text) <= _COUNT_DIGITS and piece.owner is behind and in_cell:
                return int(piece.text)
        return None

    def is_notice(self) -> bool:
        for element in self.row.element.iter():
            names = element.get("class") if isinstance(element.tag, str) else None
            if names and "notice" in names and _NOTICE_CLASS.search(names):
                return True
        return any(piece.text in ("공지", "[공지]") for piece in self.around)


_OWN_LABELS = frozenset(
    (*field_words.TIME, *field_words.HITS, *field_words.AUTHOR, *field_words.COMMENTS)
)
_LABEL_OF_TIME = re.compile(r"^[^\d:：]{2,12}[:：]\s*(?=(?:19|20)\d\d[-./])")
"""Any words before a day: "주제 시작: 2026-03-02"."""


def _of_last_reply(
    row: list_rows.Row, titles: Collection[etree._Element], words: list[markup.Piece]
) -> set[etree._Element]:
    """Return every element of what a row says of the last reply, by its words or its column's."""
    is_told = any(field_words.LAST_REPLY.match(piece.text) for piece in words)
    parts = [
        element
        for element in (row.element.iter("td", "dd", "div", "li", "p", "span") if is_told else ())
        if element is not row.element
        and element not in titles
        and (
            field_words.LAST_REPLY.match(element.text or "")
            or (len(element) and field_words.LAST_REPLY.match(element[0].text or ""))
        )
        and not any(inner in titles for inner in element.iter())
    ]
    names = row_columns.column_names(row)
    cells = (
        row_columns.cells_of(row.element) if any(map(field_words.LAST_REPLY.match, names)) else []
    )
    if cells and len(names) == len(cells):
        parts += [
            cell
            for name, cell in zip(names, cells, strict=True)
            if field_words.LAST_REPLY.match(name)
        ]
    return markup.all_of(parts)


def _is_brief(piece: markup.Piece) -> bool:
    """Tell figures from an excerpt: a long line of them is parted."""
    size = len(piece.text)
    return size <= _LONGEST_FIGURE or (
        size <= field_words.LONGEST_LINE and bool(field_words.PARTED.search(piece.text))
    )


def _is_bare(piece: markup.Piece) -> bool:
    """Tell words of a paragraph without a class, as authors write."""
    return piece.owner.tag == "p" and not piece.owner.get("class")


_LONGEST_FIGURE = 40
_YEAR = re.compile(r"\W*(?:19|20)\d\d\s?[-./년]\s?\d")
_COUNTED_REPLIES = re.compile(rf"(\d{{1,6}})\s?개?(?:의)?\s?(?:{'|'.join(field_words.REPLIES)})")
_LABELLED_REPLIES = re.compile(
    r"(?:댓글|답글|답변|replies|comments)\s?\W?\s?(\d{1,6})\s?개?\W?", re.IGNORECASE
)
_COUNT_DIGITS = 5
"""Of a number of comments."""
_LINKED_COUNT = re.compile(r"\D{0,10}\d[\d,]*\W*\w?\W*")
"""What a link to a post's comments says: "3", "댓글 3개"; not how long ago the last was written."""


def row_category(row: list_rows.Row) -> str | None:
    """Return the category that a row shows: under its column's heading, by class, or in brackets."""
    told = row_columns.cells_by_heading(row).get("category")
    if told and not field_words.is_noise(told):
        return told.strip("[]() ")
    titles = markup.all_of(row.links)
    for piece in markup.pieces(row.element):
        text = piece.text.strip("[]()<> ")
        if (
            not text
            or len(text) > field_words.LONGEST_CATEGORY
            or field_words.is_noise(text)
            or field_words.is_time(text)
        ):
            continue
        if text.rstrip(" :：") in field_words.CATEGORY or field_words.PINS.fullmatch(text):
            continue  # its label, or a sign
        around = piece.owner not in titles or piece.owner not in row.links
        names = markup.trail(piece.owner, row.element)
        if markup.classes(row.element):
            names.pop()  # blogs name their categories there, for all words of the row
        if around and any(map(field_words.CATEGORY_CLASS.search, names[:2])):
            return text
    return None


def words_before_titles(found: list[list_rows.Row]) -> dict[str, str]:
    """Return the words before each title in its cell, where most rows have one of the same few."""
    told: dict[str, str] = {}
    for row in found:
        link = next((each for each in row.links if markup.text_of(each)), None)
        cell = _cell_around(link, row.element) if link is not None else None
        if link is None or cell is None:
            continue
        said = field_words.category_said(_words_before(link, cell).strip("[]()<>| "))
        if said:
            told[row.native_id] = said
    is_common = len(told) >= max(row_titles.LEAST_ALIKE, 0.6 * len(found))
    return told if is_common and 2 * len(set(told.values())) <= len(told) else {}


def _cell_around(link: etree._Element, top: etree._Element) -> etree._Element | None:
    for element in link.iterancestors():
        if element is top:
            break
        if element.tag in _CELL_TAGS:
            return element
    return None


def _words_before(link: etree._Element, cell: etree._Element) -> str:
    inside = set(link.iter())
    before = takewhile(lambda piece: piece.owner not in inside, markup.pieces(cell))
    return " ".join(piece.text for piece in before)


_CELL_TAGS = frozenset({"td", "th", "dt", "dd", "li", "div", "p"})
