"""A post's fields: title, author, time, category and hits.

They stand in the header, what is shown between the title and the body.
"""

import json
import re
from collections.abc import Collection
from datetime import datetime, time
from functools import cached_property
from itertools import zip_longest

from lxml import etree

from crawler.boards import field_words, markup
from crawler.boards.structure.body_place import AUTHOR_CELLS, BESIDE, FILE_WORDS, BodyPlace
from crawler.boards.structure.elements import (
    FIGURES,
    LONGEST_NAME,
    WHEN,
    count_letters,
    holds,
    is_stamped,
    short_text,
)
from crawler.boards.structure.labelled_lines import LABELS, label_of
from crawler.boards.structure.list_structure import labelled_cells
from crawler.boards.structure.post_structure import (
    FILE_LINK,
    FULL_DAY,
    LONGEST_INFO,
    NO_NAME,
    TO_LIST,
    WRITER,
    tells_figure,
    tells_of_last_reply,
)
from crawler.boards.structure.replies import PROFILE
from crawler.boards.structure.titles import LONGEST_CATEGORY, repeats, says_board, told_titles
from crawler.dates import KST, read_time


class PostFields(BodyPlace):
    """A page by the header of its post."""

    @cached_property
    def header(self) -> list[markup.Piece]:
        """The words around the title, before the body."""
        return _find_header(self)

    @cached_property
    def beside_title(self) -> list[markup.Piece]:
        """The header without the title, which may hold any words."""
        titled = markup.all_of([] if self.heading is None else [self.heading])
        title = self.listed or post_title(self) or ""
        is_told = bool(title) and label_of(title) not in LABELS
        found: list[markup.Piece] = []
        for piece in self.header:
            is_title = piece.text and piece.owner in titled and repeats(piece.text, title)
            if is_title or (
                is_told
                and len(piece.text) <= len(title) + _REPLY
                and re.search(rf"(?<!\d){re.escape(title)}(?!\d)", piece.text)
            ):
                rest = piece.text.replace(title, " ") if title else ""
                if _READ_IN_TITLE.search(rest):
                    found.append(markup.Piece(markup.squeeze(rest), piece.owner))
                continue
            found.append(piece)
        return found


_READ_IN_TITLE = re.compile(r"(?:조회|hits?|views?)\D{0,4}\d", re.IGNORECASE)
_REPLY = 4
"""Characters before a title that is shown again, such as "Re: "."""


def _field(generic: PostFields, labels: tuple[str, ...]) -> etree._Element | None:
    """Return the cell beside one of *labels*, in neither the body nor a comment."""
    for cell in labelled_cells(generic, labels):
        is_elsewhere = cell in generic.comment_parts or cell in generic.within
        if not is_elsewhere and generic.is_of_header(cell):
            return cell
    return None


def post_title(generic: PostFields) -> str | None:
    if generic.heading is None:
        return None
    noise = {
        child
        for child in generic.heading.iterdescendants()
        if isinstance(child.tag, str)
        and (BESIDE.search(markup.classes(child)) or field_words.CATEGORY_CLASS.search(markup.classes(child)) or re.search(r"cate|icon|blind|sound|sr-only|hidden|badge|count|cmt|new",
                                                              markup.classes(child)))
    }  # fmt: skip
    text = markup.text_of(generic.heading, noise) or markup.text_of(generic.heading)
    return text or None


def category_of(generic: PostFields) -> str | None:
    """Return the category beside its label, before the title, or in an element that is called so."""
    cell = _field(generic, (*field_words.CATEGORY, *field_words.KINDS))
    if cell is not None:
        return markup.text_of(cell)
    row = generic.row
    if row is not None and row.category:
        category: str = row.category
        return category
    heading = generic.heading
    if heading is None:
        return None
    title = generic.listed
    before, found, _ = markup.text_of(heading).partition(title) if title else ("", "", "")
    before = before.strip("[]()<>|: ")
    if found and 0 < len(before) <= LONGEST_CATEGORY and label_of(before) not in LABELS:
        return None if field_words.is_noise(before) else before
    named = [
        *heading.iterdescendants(),
        *(piece.owner for piece in generic.header if not piece.icon),
    ]
    for element in named:
        text = short_text(element, LONGEST_CATEGORY + 4).strip("[]()<> ")
        if (
            field_words.CATEGORY_CLASS.search(markup.classes(element))
            and 0 < len(text) <= LONGEST_CATEGORY
            and not (row is not None and text in _site_words(generic, heading))
        ):
            return text
    return _before_title(generic, heading)


def _site_words(generic: PostFields, heading: etree._Element) -> str:
    """Return what the page's head says beside the post's title: names of the board and the site."""
    told = told_titles(generic)[1 if generic.listed else 0 :]
    return " ".join(told).replace(markup.text_of(heading), " ")


def _before_title(generic: PostFields, heading: etree._Element) -> str | None:
    """Return the word right before the title that is neither the board's name nor a link's around."""
    before = heading.getprevious()
    if before is None or not isinstance(before.tag, str) or len(before) > 1 or before.tail:
        before = None if before is None or (before.tail or "").strip() else before
    if before is None or before.tag not in ("em", "span", "strong", "b", "i", "p", "div", "a"):
        return None
    text = short_text(before, LONGEST_CATEGORY + 4).strip("[]()<> ")
    is_word = 1 < len(text) <= LONGEST_CATEGORY and not tells_figure(text, generic)
    if (
        not is_word
        or text in _site_words(generic, heading)
        or text in generic.menu
        or says_board(text)
        or label_of(text) in LABELS  # the title's, for those who see no page
    ):
        return None
    return None if field_words.is_noise(text) or TO_LIST.search(text) else text


def _find_header(generic: PostFields) -> list[markup.Piece]:
    start = generic.heading
    if start is None:
        return []
    order = generic.order
    container = generic.container
    end = order.get(container, len(order)) if container is not None else order[start] + 400
    region = start
    for ancestor in start.iterancestors():
        region = ancestor
        if (
            ancestor.tag == "body" or len(short_text(ancestor, 3000)) > len(short_text(start)) + 40
        ) and (container is None or holds(ancestor, container)):
            break
    skip = generic.comment_parts | generic.within
    found = [
        piece for piece in markup.pieces(region, skip)
        if order[start] - 60 <= order.get(piece.owner, -1) < max(end, order[start] + 1)
    ]  # fmt: skip
    titled = markup.all_of([start])
    is_told = any(WHEN.search(piece.text) for piece in found if piece.owner not in titled)
    if not is_told and (told := _told_above(generic, region, skip)):
        found = told + found
    elif not is_told and container is not None:
        # Some skins print the figures below the body.
        found += [
            piece for piece in markup.pieces(region, skip)
            if end <= order.get(piece.owner, -1) < end + 80 and piece.owner not in generic.within
        ][:40]  # fmt: skip
    return [
        piece
        for piece, following in zip_longest(found, found[1:])
        if not (
            following
            and 0 < len(piece.text) < _INITIALS
            and following.text != piece.text
            and following.text.startswith(piece.text)
        )
    ]


_INITIALS = 3
"""Letters of a name that stand for a portrait, and one more."""


def _told_above(
    generic: PostFields, region: etree._Element, skip: Collection[etree._Element]
) -> list[markup.Piece]:
    """Return the words above the title from the smallest element around that tells a time there."""
    order = generic.order
    start = order[region]
    for outer in region.iterancestors():
        if outer.tag in ("body", "html"):
            break
        told = [
            piece
            for piece in markup.pieces(outer, {*skip, region, *generic.around})
            if start - _LONGEST_ABOVE <= order.get(piece.owner, -1) < start
        ]
        if any(WHEN.search(piece.text) for piece in told):
            return told
    return []


_LONGEST_ABOVE = 60
"""Elements above a title among which its writer and its time may stand."""


def author_of(generic: PostFields) -> str | None:
    header = generic.beside_title
    listed = generic.row.author if generic.row is not None else None
    if listed and any(
        listed in (piece.text.strip(_AROUND_NAME), *_PARTS_OF_LINE.split(piece.text))
        for piece in header
    ):
        return listed
    cell = _field(generic, (*field_words.AUTHOR, *AUTHOR_CELLS))
    if cell is not None:
        text = _AFTER_NAME.split(markup.text_of(cell))[0]
        if text and len(text) <= 40 and not text.isdigit() and not WHEN.search(text):
            return text
    said = field_words.labelled(header, field_words.AUTHOR, "author")
    said = _AFTER_NAME.split(said)[0] if said else None
    is_label = label_of(said or "") in LABELS or said in AUTHOR_CELLS
    is_name = said and count_letters(said) and len(said) <= 40 and not is_label
    if is_name and (not WHEN.search(said or "") or _is_dated_name(generic, said or "")):
        return said
    told = markup.select(generic.root, "//*[@itemprop='author' or @rel='author']")
    for element in told:
        if element not in generic.comment_parts and (text := markup.text_of(element)):
            return text
    for piece in header:
        names = " ".join(markup.trail(piece.owner, generic.root)[:2])
        text = re.sub(r"^by\s+", "", piece.text.strip(" ·|,/"))
        is_name = text and not WHEN.search(text) and text.lower() not in NO_NAME
        if WRITER.search(names) and is_name and len(text) <= 40:
            return text
    if told_name := _stated_author(generic):
        return told_name
    for piece in header:
        text = piece.text.strip(" ·|,/")
        link = next(
            (each for each in (piece.owner, piece.owner.getparent()) if each.tag == "a"), None
        )
        is_name = text and len(text) <= LONGEST_NAME and not tells_figure(text, generic)
        if link is not None and is_name and PROFILE.search(link.get("href") or ""):
            return text
    return _beside_time(generic, header)


def _beside_time(generic: PostFields, header: list[markup.Piece]) -> str | None:
    """Return the only words next to the post's time that can be a name."""
    titled = markup.all_of([] if generic.heading is None else [generic.heading])
    words = [
        piece for piece in header
        if piece.text.strip(" ·|,/") and piece.owner not in titled and piece.owner.tag not in ("button", "option")
    ]  # fmt: skip
    times = [
        n for n, piece in enumerate(words) if WHEN.search(piece.text) or is_stamped(piece.owner)
    ]
    if not times:
        return None
    # A name before the time may look like a day.
    place = next((n for n in times if words[n].owner is generic.stamped), times[0])
    stamped = words[place].owner
    alone = [
        part
        for part in _PARTS_OF_LINE.split(words[place].text)
        if part and not tells_figure(part, generic) and not WHEN.search(part)
    ]
    if byline := _BYLINE.match(words[place].text):
        return byline[1]
    if len(alone) == 1 and alone[0] != words[place].text and len(alone[0]) <= LONGEST_NAME:
        return alone[0]  # "글쓴이 / 2026.03.02 09:41 / 조회 12"
    line = next(
        (
            each
            for each in (stamped, *stamped.iterancestors())
            if each.tag in _LINES
            and len(short_text(each)) > len(words[place].text)
            and count_letters(FIGURES.sub("", short_text(each)))  # a day and its clock alone
        ),
        None,
    )
    if number := _number_before(generic, words[:place], stamped):
        return number
    if line is None or len(short_text(line)) > LONGEST_INFO:
        return None
    found = [
        text
        for piece in words
        if holds(line, piece.owner)
        and not is_stamped(piece.owner)
        and (text := piece.text.strip(" ·|,/«»"))
        and not tells_figure(text, generic)
        and not WHEN.search(text)
        and count_letters(FILE_WORDS.sub("", text))
        and not FILE_LINK.search(piece.owner.get("href") or "")
        and text.lower() not in NO_NAME
        and text not in generic.menu
    ]
    return found[0] if len(found) == 1 and len(found[0]) <= LONGEST_NAME else None


def _number_before(
    generic: PostFields, words: list[markup.Piece], stamped: etree._Element
) -> str | None:
    """Return the number that begins the line of the post's time and is no figure: a name, "1004"."""
    if not words:
        return None
    text, owner = words[-1].text.strip(" ·|,/"), words[-1].owner
    around = {stamped, *stamped.iterancestors()}
    line = next((each for each in owner.iterancestors() if each in around), None)
    if line is None or len(short_text(line, 200)) > LONGEST_INFO:
        return None
    is_first = not any(holds(line, piece.owner) for piece in words[:-1])
    is_number = text.isdigit() and 1 < len(text) <= LONGEST_NAME
    is_name = is_number or _is_dated_name(generic, text)
    is_counted = owner.getprevious() is not None and owner.getprevious().tag in _SIGNS
    is_id = text == generic.page.notes.get("native_id")
    return text if is_first and is_name and not (is_counted or is_id) else None


def _is_dated_name(generic: PostFields, text: str) -> bool:
    """Tell a name that looks like a day, "2026.01.01", where the post's time stands elsewhere."""
    stamped = generic.stamped
    return (
        stamped is not None
        and FULL_DAY.fullmatch(text) is not None
        and not (generic.row is not None and generic.row.posted_at is None)
        and text not in markup.text_of(stamped)
    )


_SIGNS = frozenset({"i", "svg", "img", "em"})
"""What may stand before a figure and say what it counts."""
_LINES = frozenset({"div", "p", "ul", "dl", "td", "header", "section", "span", "small"})


def _stated_author(generic: PostFields) -> str | None:
    """Return the author that the page's JSON-LD names."""
    for script in generic.index.with_tag("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        match = re.search(
            r'"author"\s*:\s*\[?\s*(?:\{[^{}]{0,400}?"name"\s*:\s*)?("(?:[^"\\]|\\.){1,80}")',
            script.text or "",
        )
        try:
            return markup.squeeze(json.loads(match[1])) or None if match else None
        except ValueError:
            continue
    return None


_BYLINE = re.compile(r"(?:posted |written )?by (\S.{0,30}?),? (?:on|at) \D{0,12}\d", re.IGNORECASE)
"""A writer and a time in one text: "by 솔바람 on 2026-03-02"."""
_PARTS_OF_LINE = re.compile(r"\s+[|/·]\s+")
_AROUND_NAME = " ·|,/:：()[]"
_AFTER_NAME = re.compile(
    r"(?<=\S)\s*(?:[|·]|\((?=\s*[\d*]))\s*|\s+/(?:\s+|$)|\s+(?=(?:작성일|등록일|날\s?짜|일시|조회|추천|댓글|date|hits?|views?)\S{0,2}\s*[:：\d])",
    re.IGNORECASE,
)
"""Where the next label begins, in a line of several."""


def _read_when(text: str, now: datetime) -> datetime | None:
    match = WHEN.search(text)
    return read_time(text[match.start() :], now) if match else None


def time_of(generic: PostFields, now: datetime) -> datetime | None:
    container = generic.container
    order = generic.order
    end = order[container] if container is not None else len(order)
    beside = generic.comment_parts | generic.within | generic.around
    tagged = [element for element in generic.index.with_tag("time") if element not in beside]
    stamps: list[str] = []
    cell = _field(generic, field_words.TIME)
    if cell is not None:
        stamps.append(markup.text_of(cell))
    header = generic.beside_title
    said = field_words.labelled(header, field_words.TIME, "time")
    stamps += [said] if said else []
    stamps += [_stamp_of(element) for element in tagged if order[element] < end]
    titled = markup.all_of([] if generic.heading is None else [generic.heading])
    title, author = post_title(generic) or "", author_of(generic)
    stamps += _stamps(
        [
            piece
            for piece in header
            if piece.owner not in titled
            and piece.text != author
            and not _repeats_alone(piece.text, title)
            and not (
                (match := WHEN.search(piece.text)) and tells_of_last_reply(piece.owner, match[0])
            )
        ]
    )
    if container is not None and container in generic.comment_parts:
        begin = 0 if generic.heading is None else order[generic.heading]
        stamps += [
            text
            for element in generic.index.elements[begin:end]
            if len(text := markup.squeeze(element.text)) < 60
            and WHEN.search(text)
            and not repeats(text, title)
        ]
    for script in generic.index.with_tag("script"):
        if "ld+json" in (script.get("type") or ""):
            match = re.search(r'"datePublished"\s*:\s*"([^"]{8,40})"', script.text or "")
            stamps += [match[1]] if match else []
    stamps += markup.select(
        generic.root, "//meta[@property='article:published_time' or @name='date']/@content"
    )
    stamps += map(_stamp_of, tagged)
    found = [when for stamp in stamps if (when := _read_when(stamp, now))]
    # Lists may tell when the last reply came: then nothing agrees.
    found = list(filter(generic.is_listed_day, found)) or found
    if found and found[0].astimezone(KST).time() == time.min:
        # A label may stand before the day alone, whose element tells the clock, too.
        day = found[0].astimezone(KST).date()
        exact = (
            when
            for when in found
            if when.astimezone(KST).date() == day and when.astimezone(KST).time() != time.min
        )
        return next(exact, found[0])
    return found[0] if found else None


def _repeats_alone(text: str, title: str) -> bool:
    """Tell the title again from a time that begins as the title does: "2026"."""
    return repeats(text, title) and not WHEN.search(text.replace(title, " ", 1))


def _stamps(found: list[markup.Piece]) -> list[str]:
    """Return the pieces that may tell a time, each with the clock that stands beside its day."""
    words = [piece for piece in found if piece.text and len(piece.text) < _LONGEST_STAMP]
    stamps: list[str] = []
    for place, piece in enumerate(words):
        text = _stamp_of(piece.owner) if WHEN.search(piece.text) else ""
        following = words[place + 1].text if place + 1 < len(words) else ""
        if not text or text == markup.text_of(piece.owner):
            text = piece.text
        if _CLOCK.fullmatch(following) and not _HAS_CLOCK.search(text):
            text += f" {following}"
        stamps.append(text)
    return stamps


def _stamp_of(element: etree._Element) -> str:
    """Return the time that an element tells: by an attribute, where the page shows "3일 전"."""
    return field_words.told_time(element) or markup.text_of(element)


_LONGEST_STAMP = 60
"""Characters of a time with its labels."""
_HAS_CLOCK = re.compile(r"\d\s?[:시]|전$")
_CLOCK = re.compile(
    r"\(?(?:(?:오[전후]|[ap]m)\s?)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:오[전후]|[ap]m))?\)?",
    re.IGNORECASE,
)


def hits_of(generic: PostFields) -> int | None:
    labels = (*field_words.HITS, "hits", "view", "read")
    cell = _field(generic, labels)
    if cell is not None and (count := field_words.integer(markup.text_of(cell))) is not None:
        return count
    header = generic.beside_title
    said = field_words.labelled(header, labels, "hits") or field_words.count_before(header)
    return field_words.integer(said or field_words.classed_hits(header, generic.root))
