"""A post's page by its structure: its heading, its time, its comments and where it ends.

These are the marks between which the body is looked for.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import time, timedelta
from functools import cached_property
from itertools import takewhile

from lxml import etree

from crawler.boards import field_words, markup
from crawler.boards.structure.elements import (
    BODY,
    COMMENTS,
    FIGURES,
    LONGEST_NAME,
    WHEN,
    calls,
    count_letters,
    has_stamp,
    holds_body,
    is_small,
    is_stamped,
    short_text,
    stands_beside_time,
    words_of,
)
from crawler.boards.structure.labelled_lines import EDITS, LABELS, label_of
from crawler.boards.structure.list_structure import (
    NEIGHBOUR,
    ListStructure,
    is_written,
    links_to_posts,
)
from crawler.boards.structure.replies import (
    COUNTED_HEADING,
    COUNTS,
    HEADING,
    LOG_IN,
    PROFILE,
    is_pure_stamp,
    thread_rest,
)
from crawler.boards.structure.titles import BY, FIGURE, find_heading, repeats
from crawler.dates import KST, read_time

TO_LIST = re.compile(
    r"(?:글\s?)?목록(?:\s?보기|으로|가기)?|리스트|list|back to list|전체\s?목록", re.IGNORECASE
)
FILE_LINK = re.compile(
    r"down(?:load)?|file_?down|getfile|attach|fileno|file_?id|filename|atchfile", re.IGNORECASE
)


class PostStructure(ListStructure):
    """A page by what a post has."""

    @cached_property
    def heading(self) -> etree._Element | None:
        """The element that shows the post's title."""
        return find_heading(self)

    @cached_property
    def above(self) -> set[etree._Element]:
        """The title's element and all that it stands in."""
        return set() if self.heading is None else {self.heading, *self.heading.iterancestors()}

    def is_above(self, element: etree._Element) -> bool:
        return element in self.above

    @cached_property
    def comment_parts(self) -> set[etree._Element]:
        """Every element of the comments and of the form for new ones."""
        parts: list[etree._Element] = []
        of_thread: set[etree._Element] = set()
        for element in self.index.elements:
            if element.tag in ("div", "ul", "ol", "section", "table", "dl", "form", "article"):
                names = f"{markup.classes(element)} {element.get('id') or ''}"
                is_named = COMMENTS.search(names) and not self.is_above(element)
                if is_named and not of_thread and self._is_thread(element):
                    of_thread = markup.all_of([element])  # whose first is the post
                    parts += thread_rest(element)
                is_named = is_named and element not in of_thread
                if is_named and not (is_prose(element) or self._is_all_of_body(element)):
                    parts.append(element)
        for heading in self.index.with_tag(
            "h2", "h3", "h4", "h5", "h6", "strong", "caption", "legend"
        ):
            parent = heading.getparent()
            text = markup.squeeze("".join(heading.itertext()))[:40]
            if not HEADING.fullmatch(text):
                continue
            if not self.is_above(parent):
                parts.append(parent)
            elif not self.is_above(heading):
                parts += [heading, *filter(self._may_be_said, heading.itersiblings(etree.Element))]
        parts += self._counted()
        parts += _replies(self)
        for field_ in self.fields:
            # Where one may write: a form, or what is left of one in broken tables.
            outer = field_
            for element in field_.iterancestors():
                if self.is_above(element) or self.letters[element] > _MOST_FORM:
                    break
                if any(child is not outer and holds_body(child) for child in element):
                    break  # of a short post
                outer = element
            parts += [outer, *self._said_beside(outer)]
        return markup.all_of(parts)

    def _is_thread(self, element: etree._Element) -> bool:
        """Tell a block of "replies" whose first is the post: no time and no words stand before it."""
        if self.heading is None or element in self.around:
            return False
        start, end = self.order[self.heading], self.order[element]
        if start > end:
            return False
        titled, title = markup.all_of([self.heading]), markup.text_of(self.heading)
        for each in self.index.elements[start + 1 : end]:
            if each in titled or each in self.around or each.tag in UNREAD:
                continue
            said = markup.squeeze(f"{each.text or ''} {each.tail or ''}").replace(title, " ")
            is_media = each.tag in ("img", "iframe", "video", "table", "textarea")
            match = WHEN.search(said)
            is_told = match is not None and not any(
                tells_of_last_reply(holder, match[0]) for holder in (each, each.getparent())
            )
            if is_media or each.get("datetime") or is_told:
                return False
        listed = self.row.posted_at if self.row is not None else None
        first = next(filter(None, map(_first_time, element.iter(etree.Element))), None)
        if first is None or self._tells_above(()):
            return False
        behind = sum(count_letters(each.text) for each in self.index.elements[start + 1 : end])
        when = read_time(first, listed + timedelta(days=1)) if listed is not None else None
        is_same = listed is None or self.is_listed_day(when)
        return is_same and behind - self.letters[self.heading] <= _MOST_BEFORE_THREAD

    def _is_all_of_body(self, element: etree._Element) -> bool:
        """Tell the only thing in an element that is called as bodies are, before all that is not."""
        parent = element.getparent()
        if parent is None or len(parent) != 1 or self.heading is None:
            return False
        names = f"{markup.classes(parent)} {parent.get('id') or ''}"
        if not BODY.search(names) or COMMENTS.search(names) or self.is_above(parent):
            return False
        if any(each.tag in ("form", "textarea") for each in element.iter()):
            return False
        between = self.index.elements[self.order[self.heading] : self.order[parent]]
        around = {parent, *parent.iterancestors()}
        return not any(holds_body(each) for each in between if each not in around)

    def _counted(self) -> list[etree._Element]:
        """Return what stands behind a block that counts comments, if it tells times."""
        found: list[etree._Element] = []
        others = self.links_to_posts
        for block in self.index.with_tag("div", "p"):
            if not 2 < self.letters[block] <= _MOST_COUNTED or self.is_above(block):
                continue
            first = block.text if len(block) == 0 or (block.text or "").strip() else block[0].text
            if not COUNTS.match((first or "").lstrip()):
                continue
            said = short_text(block, 30)
            if not (COUNTED_HEADING.fullmatch(said) and field_words.integer(said)):
                continue
            behind = [
                each
                for each in block.itersiblings(etree.Element)
                if not any(link in others for link in each.iter("a"))
            ]
            if any(WHEN.search(short_text(each)) or has_stamp(each) for each in behind):
                found += [block, *filter(self._may_be_said, behind)]
        return found

    def _may_be_said(self, element: etree._Element) -> bool:
        """Tell comments, which may begin with "다음 주", from the neighbours of a post."""
        if not NEIGHBOUR.match(short_text(element, 60)):
            return True
        others = self.links_to_posts
        is_timed = bool(WHEN.search(short_text(element)))
        return is_timed and not any(link in others for link in element.iter("a"))

    @cached_property
    def links_to_posts(self) -> set[etree._Element]:
        """The links to other posts of the board."""
        return set(links_to_posts(self))

    @cached_property
    def fields(self) -> list[etree._Element]:
        """Where one may write a comment."""
        return self.index.with_tag("textarea") + [
            field_
            for field_ in self.index.with_tag("input")
            if (field_.get("type") or "text") == "text"
            and _FIELD_NAME.search(field_.get("name") or "")
        ]

    @cached_property
    def forms(self) -> set[etree._Element]:
        """Every element of the forms for comments."""
        forms = (next(field_.iterancestors("form"), None) for field_ in self.fields)
        return markup.all_of(
            form
            for form in forms
            if form is not None
            and self.letters[form] <= _MOST_FORM
            and not self.is_above(form)  # ASP.NET puts all of a page into one
        )

    def _said_beside(self, form: etree._Element) -> list[etree._Element]:
        """Return the blocks with times that stand beside the form for comments, of any name.

        The first block behind the title is the body, whatever it holds.
        """
        if self.heading is None:
            return []
        others = self.links_to_posts
        chain = [form]  # outwards, up to what stands beside the title's own
        while (outer := chain[-1].getparent()) is not None and not self.is_above(outer):
            chain.append(outer)
        found: list[etree._Element] = []
        is_behind = has_body = False
        for level in reversed(chain):
            for element in level.getparent() if level.getparent() is not None else ():
                if not isinstance(element.tag, str):
                    continue
                if element is level:
                    if level is not chain[-1]:
                        break
                elif self.is_above(element):
                    is_behind, has_body = True, self._holds_place(element)
                elif is_behind and element.tag in _SAID_IN:
                    said = [piece for piece in markup.pieces(element) if count_letters(piece.text)]
                    words = [piece for piece in said if not is_pure_stamp(piece)]
                    has_time = len(words) < len(said)
                    posts = sum(link in others for link in element.iter("a"))
                    is_near = NEIGHBOUR.match(short_text(element, 60))
                    is_all_link = bool(posts) and self.letters[element] <= sum(
                        self.letters[link] for link in element.iter("a")
                    )
                    is_other = (
                        is_all_link
                        or posts > (0 if is_near else 1)
                        or any(FILE_LINK.search(calls(link)) for link in element.iter("a"))
                    )
                    # A table of comments may be called as bodies are, "memo".
                    is_table = has_body and element.tag == "table"
                    is_body = not (found or is_table) and holds_body(element)
                    if has_time and has_body and not (is_other or is_body) and len(words) > 1:
                        found.append(element)
                    elif (
                        is_body
                        or not has_time
                        or count_letters(short_text(element)) > 2 * LONGEST_NAME
                    ):
                        has_body = True
        return found

    def _holds_place(self, element: etree._Element) -> bool:
        """Tell whether an element holds more than the title and its figures: words, a picture, or an empty cell."""
        if self.heading is None:
            return False
        titled = markup.all_of([self.heading])
        titled |= markup.all_of(filter(_names_files, element.iter("p", "div", "ul", "span", "li")))
        is_told = False
        for each in element.iter(etree.Element):
            if self.order[each] < self.order[self.heading] or each in self.above or each in titled:
                continue
            text = short_text(each, 200)
            if not text and each.tag in BLANKS and all(child.tag == "br" for child in each):
                return True
            if each.tag == "img" and not (BUTTON.search(each.get("src") or "") or is_small(each)):
                return True
            is_line = count_letters(FIGURES.sub("", text)) <= LONGEST_NAME
            is_timed = is_line and bool(WHEN.search(text))
            if each.tag in BLANKS and is_bare_figure(each) and (is_told or not is_timed):
                return True  # behind the post's own time
            if is_timed or stands_beside_time(each):
                is_told = True
                continue
            runs = (each.text, *(child.tail for child in each if child.tag == "br"))
            if any(words and not tells_figure(words, self) for words in map(markup.squeeze, runs)):
                return True
        return False

    @cached_property
    def comment_heads(self) -> list[etree._Element]:
        """The outermost elements of the comments."""
        return [
            element
            for element in self.index.elements
            if element in self.comment_parts and element.getparent() not in self.comment_parts
        ]

    @cached_property
    def order(self) -> dict[etree._Element, int]:
        """Where each element stands among all."""
        return {element: place for place, element in enumerate(self.index.elements)}

    @cached_property
    def stamp(self) -> int | None:
        """Where the post's time stands behind its title, before the body."""
        if self.heading is None:
            return None
        listed = self.row.posted_at if self.row is not None else None
        then = listed + timedelta(days=1) if listed is not None else None
        titled, title = markup.all_of([self.heading]), markup.text_of(self.heading)
        start = self.order[self.heading]
        letters = 0
        other: int | None = None
        """A time that is not the list's: lists tell when the last reply came, or no year."""
        for place in range(start + 1, len(self.index.elements)):
            element = self.index.elements[place]
            if element in titled or element in self.around or element.tag in UNREAD:
                continue
            if element in self.comment_parts and self.is_told_above:
                return None  # a comment's
            if FULL_DAY.search(element.get("datetime") or ""):
                return place
            for text in (element.text, *(child.tail for child in element)):
                if not text or not (text := markup.squeeze(text)):
                    continue
                match = WHEN.search(text) if len(text) < LONGEST_INFO else None
                if match is not None and tells_of_last_reply(element, match[0]):
                    continue
                when = read_time(text[match.start() :], then) if match else None
                is_line = match is not None and count_letters(FIGURES.sub("", text)) <= LONGEST_NAME
                is_same = (
                    listed is None
                    or self.is_listed_day(when)
                    or (match is not None and match[0].endswith("전"))  # before the visit
                )
                if match is not None and listed is not None and CLOCK_ALONE.fullmatch(match[0]):
                    is_line = when == listed  # else office hours, say
                is_stamp = (is_line and is_same) or (match is not None and is_stamped(element))
                if is_stamp and (when == listed or not self._is_told_behind(place)):
                    return None if letters > LONGEST_NAME and self.is_told_above else place
                if is_line and other is None and FULL_DAY.search(text) and not self.is_told_above:
                    other = place
                letters += 0 if repeats(text, title) else count_letters(text)
            if letters > _LONGEST_HEAD:
                break
        return None if other is not None and self._is_told_behind(other) else other

    @cached_property
    def is_told_above(self) -> bool:
        """Tell whether the time that the list shows stands right above the title."""
        return self._tells_above(self.comment_parts)

    def _tells_above(self, skip: Collection[etree._Element]) -> bool:
        heading, listed = self.heading, self.row.posted_at if self.row is not None else None
        if heading is None or listed is None:
            return False
        place = self.order[heading]
        near = self.index.elements[max(place - _ABOVE, 0) : place]
        return any(
            self.is_listed_day(when)
            for element in near
            if element not in self.around and element not in skip
            if is_stamped(element) or WHEN.search(markup.squeeze(element.text)[:LONGEST_INFO])
            if (told := field_words.told_time(element) or markup.squeeze(element.text))
            for when in (read_time(told, listed + timedelta(days=1)),)
        )

    def _is_told_behind(self, place: int) -> bool:
        """Tell whether the very moment that the list shows stands behind another time, below the body."""
        listed = self.row.posted_at if self.row is not None else None
        if listed is None or listed.astimezone(KST).time() == time.min:
            return False
        return any(
            read_time(text, listed + timedelta(days=1)) == listed
            for element in self.index.elements[place + 1 :]
            if element not in self.around and element not in self.comment_parts
            if WHEN.search(
                text := field_words.told_time(element) or markup.squeeze(element.text)[:60]
            )
        )

    def is_of_header(self, cell: etree._Element) -> bool:
        """Tell a label or value of the post's header from one in a table that somebody wrote.

        It stands before the title, or in the table or list of the title or the time, or in one
        like that beside it, or together with them in a line or two.
        """
        marks = [each for each in (self.heading, self.stamped) if each is not None]
        if not marks or self.order[cell] <= self.order[marks[0]]:
            return True
        around = {mark: {mark, *mark.iterancestors()} for mark in marks}
        inner = cell
        tables: list[str] = []
        for element in cell.iterancestors():
            inside = [mark for mark in marks if element in around[mark]]
            if inside:
                break
            if element.tag in _LABELLED:
                tables.append(element.tag)
            inner = element
        else:
            return False
        if len(tables) <= (inner.tag in _LABELLED):
            looks = (inner.tag, markup.classes(inner))
            is_alike = any(
                (each.tag, markup.classes(each)) == looks
                for each in element
                if any(each in around[mark] for mark in inside)
            )
            is_line = self.letters[inner] <= 2 * LONGEST_NAME or element.tag in _LABELLED_PARTS
            if is_alike or (is_line and not tables):
                return True
        # Other tables in a line or two, all of them of labels.
        holder = next((each for each in inside[0].iterancestors() if each.tag in _LABELLED), None)
        return (
            self.heading not in inside
            and self.letters[element] <= LONGEST_INFO
            and holder is not None
            and [holder.tag] == tables
            and element in holder.iterancestors()
        )

    @property
    def stamped(self) -> etree._Element | None:
        """What shows the post's time."""
        return None if self.stamp is None else self.index.elements[self.stamp]

    def _invitations(self) -> list[etree._Element]:
        """Return the blocks that say who may write comments, where others have a form for them."""
        found = []
        for element in self.index.with_tag("div", "p"):
            is_short = markup.classes(element) and 0 < self.letters[element] <= _MOST_INVITED
            if is_short and LOG_IN.search(short_text(element, 200)) and not self.is_above(element):
                beside = takewhile(lambda outer: not self.is_above(outer), element.iterancestors())
                if not any(BODY.search(markup.classes(outer)) for outer in beside):
                    found.append(element)
        return found

    @cached_property
    def lists(self) -> list[list[etree._Element]]:
        """The links of what may be lists beside the post; what somebody wrote is none."""
        found = []
        own = self.page.notes.get("native_id")
        for group in self.groups[:3]:
            rows = [links[0] for number, links in group.links.items() if number != own]
            if len(rows) >= LEAST_LIST and self.worth(group)[0] > 0:
                rows = [
                    row for row in rows if row not in self.comment_parts and not is_written(row)
                ]
                said = {markup.text_of(row) for row in rows}
                if len(rows) >= LEAST_LIST and 2 * len(said) > len(rows):
                    found.append(rows)
        return found

    @cached_property
    def ends(self) -> dict[int, bool]:
        """Where buttons, neighbours, lists and comments stand behind the title: no body goes over them.

        With whether it is a button or a neighbour, which may also stand above a body.
        """
        start = -1 if self.heading is None else self.order[self.heading]
        found = {self.order[element]: False for element in self.comment_heads}
        targets = dict(self.links)
        for button in self.index.with_tag("a", "button", "input"):
            href = button.get("href") or ""
            is_own = (
                button in targets or not href or href[0] == "#" or href.startswith("javascript")
            )
            said = button.get("value") if button.tag == "input" else words_of(button)
            if is_own and said and any(each.fullmatch(said) for each in (TO_LIST, EDITS, _BACK)):
                found.setdefault(self.order[button], True)
        for link in links_to_posts(self):
            row = next((each for each in link.iterancestors("tr", "li", "dl", "div")), link)
            if not self.is_above(row) and NEIGHBOUR.match(short_text(row, 60)):
                found[self.order[row]] = True
        found |= {self.order[element]: False for element in self._invitations()}
        for rows in self.lists:
            behind = [self.order[row] for row in rows if self.order[row] > start]
            if len(behind) >= LEAST_LIST:
                found[min(behind)] = False
        around = {self.order[element] for element in self.around if element in self.order}
        return {n: found[n] for n in sorted(found) if n > start and n not in around}


_MOST_BEFORE_THREAD = 120
"""Letters of a path to the page and of a note between a title and the thread's first post."""


def tells_of_last_reply(element: etree._Element, when: str) -> bool:
    """Tell a time, as an element shows it, that is the last reply's by the words before it."""
    before = short_text(element, LONGEST_INFO).partition(when)[0]
    return field_words.LAST_REPLY.search(before) is not None and WHEN.search(before) is None


def _first_time(element: etree._Element) -> str | None:
    """Return the time that an element tells itself."""
    if told := field_words.told_time(element):
        return told
    text = markup.squeeze(element.text)[:LONGEST_INFO]
    match = WHEN.search(text)
    return text[match.start() :] if match else None


def _names_files(element: etree._Element) -> bool:
    """Tell a line of nothing but files, each a link that shows a file's name."""
    links = list(element.iter("a"))
    names = [markup.text_of(link) for link in links[:_MOST_FILES]]
    if not links or not all(map(_FILE_NAME.fullmatch, names)):
        return False
    return count_letters(short_text(element, 1000)) <= sum(map(count_letters, names)) + LONGEST_NAME


_MOST_FILES = 30
_FILE_NAME = re.compile(
    r".+\.(?:hwpx?|pdf|docx?|xlsx?|pptx?|zip|alz|egg|7z|jpe?g|png|gif|txt|mp[34])(?:\s*\(.*\))?",
    re.IGNORECASE,
)
_BACK = re.compile(
    r".{1,20}\s(?:으로\s|로\s)?돌아가기|.{1,20}(?:으로|로)\s?돌아가기|(?:back|return) to .{1,30}",
    re.IGNORECASE,
)
"""A link that leaves the post, wherever to."""


def _replies(generic: PostStructure) -> list[etree._Element]:
    """Return the posts behind the first of a thread: blocks alike, each with a name and a time.

    The first may hold the title, as a question beside its answer does.
    """
    if generic.heading is None:
        return []
    start = generic.index.elements.index(generic.heading)
    alike: dict[tuple[etree._Element, str, str], list[etree._Element]] = defaultdict(list)
    above = generic.above
    for place, element in enumerate(generic.index.elements):
        parent = element.getparent()
        if (
            element.tag not in _THREAD
            or parent is None
            or (place <= start and element not in above)
        ):
            continue
        for name in _kinds_of(element):
            alike[parent, element.tag, name].append(element)
    others = generic.links_to_posts
    for blocks in _threads(alike):
        if len(blocks) < 2 or not all(
            _is_signed(block) for block in blocks if not generic.is_above(block)
        ):
            continue
        first, second = blocks[:2]
        is_part = (
            not second.get("id")
            and first.get("class") != second.get("class")
            and not (set(_kinds_of(first)[:-1]) & set(_kinds_of(second)[:-1]))
        )
        if len(blocks) == 2 and is_part and not generic.is_above(first):
            continue  # the writer's part of a post and the other
        if not any(link in others for block in blocks for link in block.iter("a")):
            return blocks[1:]
    return []


def _kinds_of(element: etree._Element) -> list[str]:
    """Return what blocks of one kind share: a name, and all of their attributes where they are many."""
    names = [name for name in map(str, element.attrib) if name.startswith("data-")]
    told = [" ".join(names)] if len(names) >= _MANY_ATTRIBUTES else []
    return [each for each in (*told, _kind_of(element)) if each]


_MANY_ATTRIBUTES = 3
"""Of data, by which a script knows a block; its class may say its state."""


def _kind_of(element: etree._Element) -> str:
    """Return what blocks of one kind share: a class, an id but for its number, or their attributes.

    Every other one may have a class of its own: "row1" and "row2", "odd" and "even".
    """
    for name in markup.classes(element).split():
        if (kind := name.rstrip("0123456789")) and kind not in ("odd", "even", "alt"):
            return kind
    if identity := element.get("id"):
        return f"{identity.rstrip('0123456789')}#"
    return " ".join(name for name in map(str, element.attrib) if name != "class")


def _threads(
    alike: dict[tuple[etree._Element, str, str], list[etree._Element]],
) -> Iterator[list[etree._Element]]:
    """Yield the blocks alike that may be posts of a thread, wherever they stand; else those of one parent.

    Replies to replies may stand in frames of their own.
    """
    anywhere: dict[tuple[str, str], dict[etree._Element, None]] = defaultdict(dict)
    for (_, tag, name), blocks in alike.items():
        known = anywhere[tag, name]
        for block in blocks:
            if not any(outer in known for outer in block.iterancestors()):
                known[block] = None
    told = set()
    for (_, tag, name), blocks in alike.items():
        everywhere = list(anywhere[tag, name])
        if (tag, name) not in told and len(everywhere) > len(blocks):
            told.add((tag, name))
            if all(map(_is_signed, everywhere)):
                yield everywhere
        if blocks[0] is everywhere[0]:
            yield blocks


def is_prose(element: etree._Element) -> bool:
    """Tell words alone from comments, which have times, and from what invites to write some.

    Authors paste markup of other sites, with any names.
    """
    said = short_text(element, 400)
    if not _SENTENCE.search(said) or WHEN.search(said) or _INVITES.search(said):
        return False
    beside = element.iter("a", "button", "input", "textarea", "form", "time")
    return next(beside, None) is None


_SENTENCE = re.compile(r"\S+\s\S+\s.*[.!?~]$")
_INVITES = re.compile(
    r"댓글|덧글|코멘트|의견|답글|답변|로그인|comment|repl(?:y|ies)", re.IGNORECASE
)
_THREAD = frozenset({"div", "article", "li", "section", "table"})
_SAID_IN = _THREAD | {"ul", "ol", "dl"}


def _is_signed(element: etree._Element) -> bool:
    """Tell whether a block names a writer by its class, and a time."""
    if not (WHEN.search(short_text(element)) or has_stamp(element)):
        return False
    return any(
        WRITER.search(markup.classes(each))
        or PROFILE.search(each.get("href") or "")
        or _SIGNS.match(markup.squeeze(each.text))
        for each in element.iter(etree.Element)
    )


_SIGNS = re.compile(r"(?:답변자|작성자|글쓴이|등록자|닉네임)\s*[:：]?(?![가-힣])")


_LABELLED = frozenset({"table", "dl", "ul", "ol"})
"""What labels and their values stand in."""
_LABELLED_PARTS = _LABELLED | {"tbody", "thead", "tr"}
_FIELD_NAME = re.compile(
    r"(?:^|_)(?:memo|co?mm?ent|cmt|reply|ripple|opinion|content)(?:_|$)", re.IGNORECASE
)
_MOST_INVITED = 60
"""Letters of a sentence on who may write comments."""
_MOST_COUNTED = 14
"""Letters of "댓글 3" in any words."""
_MOST_FORM = 150
"""Letters of a form's labels and buttons."""
LONGEST_INFO = 120
"""Characters of the line with a post's writer, time and figures."""
NO_NAME = frozenset(
    {
        *("by", "on", "at", "작성자", "글쓴이", "posted", "posted by", "»", "목록", "수정", "삭제"),
        *("메뉴 건너뛰기", "본문 바로가기", "본문으로 바로가기", "skip to content"),
    }
)
WRITER = re.compile(
    r"(?:^|[-_ ])(?:author|writer|nick|nickname|user|username|name|by|byline)(?:[-_ ]|$)",
    re.IGNORECASE,
)
FULL_DAY = re.compile(r"(?:19|20)\d\d\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}")
UNREAD = frozenset({"script", "style", "option", "title", "textarea"})
BLANKS = frozenset({"div", "td", "section", "article", "dd", "p", "li", "pre"})
CLOCK_ALONE = re.compile(r"\d{1,2}:\d{2}")
_ABOVE = 20
"""Elements above a title among which its time may stand."""
_LONGEST_HEAD = 80
"""Letters of what stands between a title and the post's time."""
BUTTON = re.compile(r"btn|button|bt_|icon|ico_|blank|logo|bullet|new\.|hot\.", re.IGNORECASE)


def is_bare_figure(element: etree._Element) -> bool:
    """Tell a number or a day without a label, and nothing else."""
    if not _BARE_FIGURE.fullmatch(short_text(element, 60)) or stands_beside_time(element):
        return False
    before = next(element.itersiblings(etree.Element, preceding=True), None)
    return before is None or label_of(short_text(before, 30)) not in LABELS


_BARE_FIGURE = re.compile(r"\d[\d\s,.:/-]*\.?")


def tells_figure(text: str, generic: PostStructure) -> bool:
    """Tell a time, a count or a label from words of a body."""
    if generic.row is not None and generic.row.author:
        text = text.replace(generic.row.author, "", 1)
    text = text.strip(" \t\r\n|·/,()[]:：-")
    if (
        not text
        or text.replace(",", "").isdigit()
        or text.lower() in NO_NAME
        or label_of(text) in LABELS
        or field_words.ip_fragment(text) == text
    ):
        return True
    if len(text) < 120 and WHEN.search(text):
        rest = count_letters(FIGURES.sub("", BY.sub("", _SIGNED.sub("", text))))
        if rest <= 2 or (rest <= _SHORT_NAME and _READ.search(text)):
            return True
    if len(text) < _LONGEST_NOTE and _NONE_YET.fullmatch(text):
        return True
    if len(text) < 150 and _FOOT.search(text):
        return True
    return len(text) < 30 and bool(FIGURE.match(text))


_SIGNED = re.compile(
    r"(?:작성자|글쓴이|등록자|닉네임|이\s?름|writer|name)\s*[:：]\s*[^:：|/]{1,30}[|/·,]\s*(?=작성|등록|날\s?짜|일시|date|\d)",
    re.IGNORECASE,
)
"""A name of several words in a line of labels."""
_SHORT_NAME = 8
"""Letters of a name in a line of figures."""
_READ = re.compile(r"조회|읽음|\b(?:hits?|views?)\b", re.IGNORECASE)
_FOOT = re.compile(
    r"copyright|all rights? reserved|powered by|무단\s?전재|공공누리|저작자\s?표시|크리에이티브 커먼즈|만족하십니까|만족도\s?(?:조사|평가)",
    re.IGNORECASE,
)
_NONE_YET = re.compile(
    r"(?:아직\s)?(?:(?:등록|작성)된\s)?(?:댓글|덧글|코멘트|의견|답변|답글)[이을은]?\s(?:아직\s)?"
    r"(?:없습니다|준비\s?중입니다|준비하고 있습니다|기다리고 있습니다|등록되지 않았습니다)[.!]*(?:\s(?:첫|가장 먼저)\s.*)?"
)
_LONGEST_NOTE = 60
"""Characters of what stands in place of comments."""
LEAST_LIST = 5
"""Links of one form that are a list below a post, and no part of it."""
