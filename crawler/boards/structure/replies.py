"""Comments of any markup: blocks that each hold one time, one name and what was said.

Nothing is known of the software: what is the same in all blocks of a page says which words are
the names.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, takewhile, zip_longest

from lxml import etree

from crawler.boards import field_words, markup
from crawler.dates import read_time
from models.records import CommentRecord

LONGEST_NAME = 20
"""Letters of a name that no class calls one."""
_LONGEST_STAMP = 60
_UNITS = frozenset({"li", "div", "article", "section", "tr", "dl", "table", "tbody", "ul", "p"})
HEADING = re.compile(
    r"(?:전체|총|한\s?줄|베스트|인기|best)?\s?(?:댓글|덧글|코멘트|의견|답변|답글|comments?|repl(?:y|ies))\s?(?:목록|수)?\W*\d*\s?개?\W*|"
    r"(?:총\s?)?\d+\s?개의\s?(?:댓글|덧글|코멘트|의견|답변|답글).*|"
    r"\d+\s?(?:댓글|덧글|코멘트|의견|답변|답글|comments?|repl(?:y|ies)|answers?)",
    re.IGNORECASE,
)
COUNTS = re.compile(r"전체|댓글|덧글|코멘트|의견|답변|답글|comment|repl", re.IGNORECASE)
COUNTED_HEADING = re.compile(
    r"(?:전체\s)?(?:댓글|덧글|코멘트|의견|답변|답글|comments?|repl(?:y|ies))\s?수?\W*\d+\s?개?\W*",
    re.IGNORECASE,
)
"""What no other block says but one above comments."""
_BUTTON = re.compile(
    r"\W*(?:답글|답변|댓글|대댓글|수정|삭제|신고|추천|비추천|반대|좋아요|싫어요|공감|인용|공유|차단|더\s?보기|접기|위로|맨\s?위로|"
    r"edit|del(?:ete)?|reply|report|quote|like|permalink|x|등록|취소|비밀글)(?:\s?(?:하기|쓰기|달기))?\W*\d*\W*",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\W*(?:답변자|답변\s?부서|담당자|담당\s?부서|답변\s?일시?|처리일시?|작성자|글쓴이|등록자|닉네임|이\s?름|(?:작성|등록|발표|게시|입력)(?:일[시자]?|시간)|날\s?짜|일시|작성|내\s?용|writer|name|date|by|on|posted|"
    r"(?:코멘트|댓글|답변|답글)\s?내용)(?:\s*[:：»]\s*|(?![가-힣\w])\s*)",
    re.IGNORECASE,
)
_WRITER_LABEL = re.compile(
    r"(?:답변자|담당자|작성자|글쓴이|등록자|닉네임|이\s?름|writer|name)\s*[:：]?", re.IGNORECASE
)
_STAMP = re.compile(
    r"\d{2,4}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}|\d+\s?(?:초|분|시간|일|주|개월|달|년)\s?전|방금(?:\s?전)?|"
    r"(?:오늘|어제|그제)\s?(?:오[전후]\s?)?\d{1,2}:\d{2}|(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])|"
    r"(?<![\d.])\d{1,2}\s?[-./월]\s?\d{1,2}일?(?![\d.])|"
    r"\b[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4}|\b\d{1,2} [A-Z][a-z]{2,8}\.?,? \d{4}"
)
_TIME_WORDS = re.compile(
    r"[\d\s\W]|[년월일시분초전오후요화수목금토]|주|개월|달|방금|어제|그제|에|작성|등록|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|"
    r"am|pm|at|gmt|utc|kst|t|z",
    re.IGNORECASE,
)
_WRITER = re.compile(
    r"(?:^|[-_ ])(?:author|writer|nick|nickname|user|username|name|by|byline|who|member|id)(?:[-_ ]|$)",
    re.IGNORECASE,
)
PROFILE = re.compile(r"profile|space|member|/u(?:sers?)?/|author", re.IGNORECASE)
"""Where a link to somebody leads."""
_UNSEEN = re.compile(
    r"sr-only|blind|sound_only|screen-reader|visually-hidden|avatar|role|level|grade"
)
_SAID = re.compile(
    r"cont(?!rol|act)|text|txt|memo|body|desc|msg|message|comment|t_f|(?:^|[-_ ])say(?:[-_ ]|$)",
    re.IGNORECASE,
)
_OF_WRITER = re.compile(
    r"(?:^|[-_ ])(?:user(?:details|extras|info)?|author|writer|profile)(?:[-_ ]|$)", re.IGNORECASE
)
_OF_HEAD = re.compile(r"[-_](?:head(?:er)?|title|subject)(?:\s|$)", re.IGNORECASE)
"""Ends of names whose beginning may be a message's: message-header."""
_SAID_ALONE = re.compile(r"cont(?!rol|act)|text|txt|memo|body|message", re.IGNORECASE)
"""What no head of a comment is called; it may be called "comment-author"."""
_COUNTED_WORDS = re.compile(r"\D{1,12}\s?[(\[]\s?\d+\s?개?[)\]]")
"""Any words for comments, with their number: "한마디 (3)"."""
_HEADING_TAGS = frozenset({"h2", "h3", "h4", "h5", "h6", "legend", "caption"})
_SAYS = re.compile(
    r"(?:wrote|commented|replied|said|says|posted)(?:\s(?:on|at))?|님(?:이|의)?(?:\s(?:말|글|댓글))?",
    re.IGNORECASE,
)
"""Words between a name and a time."""
_NAME_TAGS = frozenset({"b", "strong", "cite", "th", "dt", "a", "h4", "h5", "h6"})


@dataclass(slots=True)
class _Unit:
    """One comment."""

    outer: etree._Element
    """The largest element with no other comment's time."""
    block: etree._Element
    when: markup.Piece
    words: list[markup.Piece]
    """Those that may be its name or what it says."""
    following: list[etree._Element]
    """Blocks behind one that holds no more than name and time."""


def is_stamp(piece: markup.Piece) -> bool:
    """Tell a time, alone or behind a name, from words that hold something like one."""
    if len(piece.text) >= _LONGEST_STAMP:
        return False
    return is_pure_stamp(piece) or bool(_LOOSE.search(piece.text))


_LOOSE = re.compile(
    r"(?:^|[\s(|/·\[])(?:\d{4}|\d{2})[-./]\d{1,2}[-./]\d{1,2}\.?(?:\s\(.\))?(?:\s+[-(]?\s?(?:(?:오[전후]|[ap]m)\s?)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:오[전후]|[ap]m))?)?[\s)\]]*$",
    re.IGNORECASE,
)
"""A time that ends its words."""


def is_pure_stamp(piece: markup.Piece) -> bool:
    """Tell a time and nothing else."""
    if _is_marked(piece):
        return True
    text = _LABEL.sub("", piece.text, count=1) if len(piece.text) < _LONGEST_STAMP else ""
    return bool(_STAMP.search(text)) and not _TIME_WORDS.sub("", text)


def _is_marked(piece: markup.Piece) -> bool:
    return piece.owner.tag == "time" or bool(piece.owner.get("datetime"))


def read_comments(
    zones: Iterable[etree._Element],
    body: Collection[etree._Element],
    forms: Collection[etree._Element],
    like: etree._Element | None,
    place: etree._Element | None,
    now: datetime,
) -> list[CommentRecord]:
    """Return the comments of *zones*, in the page's order.

    Args:
        zones: the outermost elements that hold comments, none within another.
        body: every element of the post's own body.
        forms: every element of the forms to write comments.
        like: what shows the post's own time; in a thread the comments' times look the same.
        place: what holds the post's own words; in a thread what holds the others' looks the same.
        now: when the page was fetched.
    """
    zones = list(zones)
    skip = {*body, *forms, *markup.all_of(each for zone in zones for each in _invitations(zone))}
    units = [unit for zone in zones for unit in _units(zone, body, skip, like, place)]
    heads = {each for unit in units for each in (unit.outer, *unit.outer.iterancestors())}
    for unit in units:
        unit.following = list(takewhile(lambda each: each not in heads, unit.following))
    is_before = _is_name_before_time(units)
    found: list[CommentRecord | None] = []
    places: dict[tuple[str | None, datetime | None, str], tuple[int, etree._Element]] = {}
    for unit, name, depth in zip(units, _names(units, is_before), _depths(units), strict=True):
        text = _said(unit, name, skip, place)
        if not text:
            continue
        stamp = field_words.told_time(unit.when.owner) or f"{unit.when.text} {_clock(unit)}"
        match = _STAMP.search(stamp)
        comment = CommentRecord(
            native_id=None,
            author=name[1] if name else None,
            posted_at=read_time(stamp[match.start() :] if match else stamp, now),
            text=text,
            depth=depth,
        )
        # The best ones may stand above all of them, in a list of their own.
        own = (comment.author, comment.posted_at, comment.text)
        known = places.get(own)
        if known is not None and _place(known[1]) != _place(unit.outer):
            found[known[0]] = None
        places[own] = (len(found), unit.outer)
        found.append(comment)
    return [comment for comment in found if comment is not None]


def _invitations(zone: etree._Element) -> list[etree._Element]:
    """Return the blocks that say that who logs in may write comments, with the link to do so."""
    return [
        element
        for element in zone.iter("div", "p", "li", "span")
        if 0 < len(text := markup.squeeze("".join(element.itertext()))) <= _LONGEST_INVITATION
        and LOG_IN.search(text)
        and next(element.iter("a", "button"), None) is not None
        and not _STAMP.search(text)
    ]


_LONGEST_INVITATION = 60


def thread_rest(zone: etree._Element) -> list[etree._Element]:
    """Return what stands behind the first of a thread's posts, all of them in one element."""
    first = next((piece for piece in markup.pieces(zone) if is_stamp(piece)), None)
    units = _units(zone, (), frozenset(), first.owner if first is not None else None)[1:]
    return [each for unit in units for each in (unit.outer, *unit.following)]


def _place(element: etree._Element) -> tuple[etree._Element | None, str, str]:
    """Return where an element stands, the same for all of one list."""
    return element.getparent(), str(element.tag), markup.classes(element)


def _clock(unit: _Unit) -> str:
    """Return the time of day that stands behind a comment's day, in an element of its own."""
    if re.search(r"\d\s?[:시]|전$", unit.when.text):
        return ""
    follows = False
    for piece in markup.pieces(unit.block):
        if follows:
            return piece.text if _CLOCK.fullmatch(piece.text) else ""
        follows = piece == unit.when
    return ""


_CLOCK = re.compile(
    r"\(?(?:(?:오[전후]|[ap]m)\s?)?\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:오[전후]|[ap]m))?\)?",
    re.IGNORECASE,
)


def _depths(units: list[_Unit]) -> list[int]:
    """Return how deep each comment stands below others: by a number, by its place, or by a name.

    Where none of them differs from comment to comment, all are answers to the post.
    """
    parts = [_own_parts(unit) for unit in units]
    for tell in (_told_depth, _indent_style, _indent_class, _lists_around, _is_called_reply):
        told = [tell(own) for own in parts]
        levels = sorted(set(told))
        if len(levels) > 1:
            return [levels.index(each) for each in told]
    return [0] * len(units)


def _own_parts(unit: _Unit) -> list[etree._Element]:
    """Return the elements of one comment that may say how deep it stands, the outermost first."""
    around = [unit.block]
    for element in unit.block.iterancestors():
        if around[-1] is unit.outer:
            break
        around.append(element)
    return [*reversed(around), *(each for each in unit.block[:1] if isinstance(each.tag, str))]


def _told_depth(parts: list[etree._Element]) -> float:
    # What holds a comment's answers, too, is around its own element.
    for element in (*parts, *islice(parts[0].iterancestors(), 2)):
        told = [element.get("data-depth"), element.get("data-level")]
        told += [match[1] for match in _DEPTH_CLASS.finditer(markup.classes(element))]
        for number in told:
            if number and number.isdigit() and len(number) < 3:
                return int(number)
    return 0


def _indent_style(parts: list[etree._Element]) -> float:
    """Return how far a comment's style moves it to the right, in any unit."""
    return _indent(_INDENT_STYLE, (element.get("style") or "" for element in parts))


def _indent_class(parts: list[etree._Element]) -> float:
    return _indent(_INDENT_CLASS, map(markup.classes, parts))


def _indent(pattern: re.Pattern[str], told: Iterable[str]) -> float:
    found = (float(match[1]) for each in told if (match := pattern.search(each)))
    return next(filter(None, found), 0)


def _lists_around(parts: list[etree._Element]) -> float:
    return sum(
        element.tag in ("ul", "ol") or bool(_NESTS.search(markup.classes(element)))
        for element in parts[-1].iterancestors()
    )


def _is_called_reply(parts: list[etree._Element]) -> float:
    return float(any(_REPLY_CLASS.search(markup.classes(element)) for element in parts))


_DEPTH_CLASS = re.compile(r"(?:depth|level|indent|step|(?:^|[ ])d)[-_]?(\d{1,2})(?![\w])")
_NESTS = re.compile(r"(?:^|\s)(?:indented|children|nested)(?:\s|$)")
_INDENT_STYLE = re.compile(r"(?:margin|padding)-(?:left|inline-start)\s*:\s*(\d{1,4}(?:\.\d+)?)")
_INDENT_CLASS = re.compile(r"(?:^|\s)(?:ml|pl|ms|ps)-(\d{1,3})(?:\s|$)")
_REPLY_CLASS = re.compile(
    r"(?:^|[-_ ])(?:re|reply|rereply|re_?comment|child|children|nested|sub)(?:[-_ ](?:info|item|box|wrap))?(?:__\w+)?(?:\s|$)",
    re.IGNORECASE,
)


def first_said(
    zones: Iterable[etree._Element],
    body: Collection[etree._Element],
    forms: Collection[etree._Element],
    like: etree._Element | None,
) -> etree._Element | None:
    """Return the block with what the first of a thread says, None if no block is called so."""
    for zone in zones:
        for unit in _units(zone, body, {*body, *forms}, like):
            heads = {unit.when.owner, *unit.when.owner.iterancestors()}
            before: list[etree._Element] = []
            behind: list[etree._Element] = []
            found = before
            for element in unit.block.iterdescendants():
                if element is unit.when.owner:
                    found = behind
                names = f"{markup.classes(element)} {element.get('id') or ''}"
                if element.tag in _SAYING and element not in heads and _SAID.search(names):
                    found.append(element)
            if behind or before:
                return _innermost_said((behind or before)[0])
    return None


_SAYING = frozenset({"div", "td", "section", "dd", "p"})


def _innermost_said(element: etree._Element) -> etree._Element:
    """Step into the only child, as long as it is called so, too."""
    while len(element) == 1 and not (element.text or "").strip():
        inner = element[0]
        if not isinstance(inner.tag, str) or not _SAID.search(markup.classes(inner)):
            break
        element = inner
    return element


def _units(
    zone: etree._Element,
    body: Collection[etree._Element],
    skip: Collection[etree._Element],
    like: etree._Element | None,
    place: etree._Element | None = None,
) -> list[_Unit]:
    stamps = _without_clocks([piece for piece in markup.pieces(zone, skip) if piece.text])
    if like is not None and (name := markup.classes(like)):
        alike = [piece for piece in stamps if markup.classes(piece.owner) == name]
        stamps = alike if 2 * len(alike) > len(stamps) else stamps
    for twin in _places(place):
        named = markup.classes(twin)
        said = [each for each in zone.iter(twin.tag) if markup.classes(each) == named]
        inside = markup.all_of(said)
        if others := [piece for piece in stamps if piece.owner not in inside] if said else []:
            stamps = others
            break
    # Where software marks times as such, or prints them alone, others are no comment's.
    for tell in (_is_marked, is_pure_stamp):
        stamps = [piece for piece in stamps if tell(piece)] or stamps
    stamps = [piece for piece in stamps if not _is_called_name(piece)] or stamps
    if like is not None:
        looks = _looks(like)
        if any(not name.endswith(".") for name in looks):  # a bare cell looks as any other
            stamps = [piece for piece in stamps if _looks(piece.owner) == looks] or stamps
    stamps = _without_said(stamps, zone, skip)
    holding: dict[etree._Element, int] = {}
    for piece in stamps:
        for element in (piece.owner, *piece.owner.iterancestors()):
            holding[element] = holding.get(element, 0) + 1
            if element is zone:
                break
    blocks: list[tuple[etree._Element, etree._Element, markup.Piece]] = []
    for piece in stamps:
        block = piece.owner
        for element in (piece.owner, *piece.owner.iterancestors()):
            if holding.get(element) != 1:
                break
            block = element
            if element is zone:
                break
        blocks.append((block, _narrowed(block, piece, skip), piece))
    starts = {outer for outer, _, _ in blocks}
    units = []
    for outer, block, when in blocks:
        if any(element in body for element in block.iter()):
            continue  # the post itself, in a thread
        words = _words(block, when, skip)
        following = []
        if len(words) < 2 and not _has_long(words):
            for sibling in outer.itersiblings():
                if sibling in starts or any(each in starts for each in sibling.iter()):
                    break
                if sibling.tag in _FIELDS:
                    break
                if isinstance(sibling.tag, str) and sibling not in skip:
                    following.append(sibling)
        units.append(_Unit(outer, block, when, words, following))
    return units


_FIELDS = frozenset({"textarea", "input", "button", "form", "select"})
"""Where one may write a comment: none is behind it."""


def _without_clocks(found: list[markup.Piece]) -> list[markup.Piece]:
    """Return the times among pieces less the clocks that stand right behind their days.

    A day right before a day with its clock, in one line, is a name: "2026.01.01".
    """
    stamps: list[markup.Piece] = []
    for before, piece in zip([None, *found], found, strict=False):
        is_named = (
            before in stamps[-1:]
            and before is not None
            and _DAY.fullmatch(before.text)
            and before.owner.getparent() is piece.owner.getparent()
        )
        if (
            is_named
            and ":" in piece.text
            and is_pure_stamp(piece)
            and not _CLOCK.fullmatch(piece.text)
        ):
            stamps.pop()
        is_clock = (
            before is not None
            and _CLOCK.fullmatch(piece.text)
            and _DAY.fullmatch(before.text)
            and (before.owner is piece.owner or before.owner.getparent() is piece.owner.getparent())
        )
        if is_stamp(piece) and not is_clock:
            stamps.append(piece)
    return stamps


_DAY = re.compile(r"\W*\d{2,4}\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}일?\W*")


def _without_said(
    stamps: list[markup.Piece], zone: etree._Element, skip: Collection[etree._Element]
) -> list[markup.Piece]:
    """Return the times less those that are all that somebody said.

    Such a one looks unlike most, and stands in a comment's block beside that one's own.
    """
    looks = Counter(_looks(piece.owner) for piece in stamps)
    if len(looks) < 2:
        return stamps
    clocked = {_looks(piece.owner) for piece in stamps if ":" in piece.text}
    most = max(looks, key=lambda each: (looks[each], each in clocked))
    holding = {
        element
        for piece in stamps
        if _looks(piece.owner) == most
        for element in (piece.owner, *piece.owner.iterancestors())
    }
    kept = []
    for piece in stamps:
        alone = None
        for element in (piece.owner, *piece.owner.iterancestors()):
            if element in holding or element is zone:
                break
            alone = element
        is_said = _looks(piece.owner) != most and (
            alone is None  # in one line with the other
            or sum(bool(each.text) for each in markup.pieces(alone, skip)) == 1
        )
        if not is_said:
            kept.append(piece)
    return kept


def _looks(element: etree._Element) -> tuple[str, ...]:
    """Return what elements of one kind share."""
    return tuple(f"{each.tag}.{markup.classes(each)}" for each in _near(element))


def _narrowed(
    block: etree._Element, when: markup.Piece, skip: Collection[etree._Element]
) -> etree._Element:
    """Step into the child with the time as long as the others say nothing."""
    while True:
        children = {when.owner, *when.owner.iterancestors()}
        inner = next((child for child in block if child in children), None)
        if inner is None or inner.tag not in _UNITS:
            return block
        inside = set(inner.iter())
        beside = [
            piece
            for piece in _words(block, when, skip)
            if piece.owner not in inside and not HEADING.fullmatch(piece.text)
        ]
        if beside:
            return block
        block = inner


def _words(
    block: etree._Element, when: markup.Piece, skip: Collection[etree._Element]
) -> list[markup.Piece]:
    """Return the words of a block that are no time, button, label or figure."""
    found: list[markup.Piece] = []
    every = list(markup.pieces(block, skip))
    for piece, behind in zip_longest(every, every[1:]):
        text = piece.text.strip(" ·|,/:：»>-")
        is_number = text.isdigit() and len(text) >= _LEAST_NUMBER
        if is_number and behind == when and _begins_line(piece) and _is_beside(piece, when):
            found.append(piece)  # a name: no place among all, nor a count, stands there
            continue
        if not text or piece == when or _is_button(piece) or field_words.ip_fragment(text) == text:
            continue
        if _SAYS.fullmatch(text) or _CLOCK.fullmatch(text):
            continue
        is_heading = HEADING.fullmatch(text) or _COUNTED_WORDS.fullmatch(text)
        if is_heading and piece.owner.tag in _HEADING_TAGS:
            continue
        if _LABEL.fullmatch(text) or any(map(_UNSEEN.search, markup.trail(piece.owner, block)[:1])):
            continue
        found.append(piece)
    if len(found) > 2 and HEADING.fullmatch(found[0].text):
        # Of all comments, where there is but one; how many there are may stand beside it.
        del found[: 1 + found[1].text.isdigit()]
    if len(found) > 2 and LOG_IN.search(found[-1].text):
        found.pop()
    is_initial = len(found) > 1 and len(found[0].text) < _INITIALS
    if is_initial and (
        found[1].text.startswith(found[0].text) or re.fullmatch("[QA][.]?", found[0].text)
    ):
        found.pop(0)  # a portrait's, or an answer's sign
    return found


LOG_IN = re.compile(
    r"(?:로그인.{0,20}(?:댓글|덧글|의견|답글)|(?:댓글|덧글|의견|답글).{0,20}로그인).{0,20}(?:니다|세요|십시오|하기)\W*$|"
    r"^you must .{0,20}log(?:ged)? in .{0,20}to (?:reply|comment)|log in to (?:reply|comment)\W*$",
    re.IGNORECASE,
)
"""Who may write comments: it stands in place of the form for new ones."""


def _places(place: etree._Element | None) -> list[etree._Element]:
    """Return what holds the post's words, the innermost first, as far as it has a class."""
    near = [] if place is None else [place, *islice(place.iterancestors(), _NEAR)]
    return [each for each in near if markup.classes(each)]


_NEAR = 2
"""Elements around the innermost that holds a post's words; any of them may have a comment's twin."""
_INITIALS = 3
"""Letters of a name that stand for a portrait, and one more."""


def _is_button(piece: markup.Piece) -> bool:
    text = piece.text
    owner = piece.owner
    is_named = re.search(r"\d", text) and any(
        _WRITER.search(markup.classes(each)) or PROFILE.search(each.get("href") or "")
        for each in _near(owner)
    )
    if (
        re.fullmatch(r"\W*\d*\W*", text)
        and not is_named
        and (
            piece.owner.tag in ("a", "button", "em", "sup", "span")
            or any(each.tag in _COUNTING for each in _near(piece.owner))
        )
    ):
        return True
    inside = any(each.tag in ("a", "button", "label") for each in _near(piece.owner))
    return bool(_BUTTON.fullmatch(text)) and inside


_COUNTING = _HEADING_TAGS | {"a", "button"}
"""Elements with figures that are nobody's words."""


def _is_called_name(piece: markup.Piece) -> bool:
    """Tell a name that looks like a day by its class."""
    names = markup.classes(piece.owner)
    return bool(_WRITER.search(names)) and markup.text_of(piece.owner) == piece.text


def _near(element: etree._Element) -> list[etree._Element]:
    parent = element.getparent()
    return [element] if parent is None else [element, parent]


def _has_long(words: list[markup.Piece]) -> bool:
    """Tell words of which any is too long for a name, or a sentence."""
    return any(
        _letters(piece.text) > LONGEST_NAME or _SENTENCE.search(piece.text) for piece in words
    )


_SENTENCE = re.compile(r"[가-힣]{2}\S*\s.*[가-힣][.!?~]+$")


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _is_name_before_time(units: list[_Unit]) -> bool:
    """Tell where names stand: right before the time, or first in the block.

    Where either is ever too long for a name, it is what was said.
    """
    first = [unit.words[0] for unit in units if unit.words]
    before = [piece for unit in units if (piece := _before(unit)) is not None]
    if _has_long(first) and not _has_long(before):
        return True
    if _has_long(before) and not _has_long(first):
        return False
    marked = sum(piece.owner.tag in _NAME_TAGS for piece in first)
    beside = sum(
        _is_beside(piece, unit.when) and not _is_beside(unit.words[0], unit.when)
        for unit in units
        if (piece := _before(unit)) is not None
    )
    return beside > 0 and marked < len(first)


def _begins_line(piece: markup.Piece) -> bool:
    """Tell the first words of what they stand in."""
    line = piece.owner.getparent()
    return piece.owner.getprevious() is None and not markup.squeeze(line.text)


def _is_beside(piece: markup.Piece, when: markup.Piece) -> bool:
    """Tell words that share the element with the time, or its parent."""
    return (
        piece.owner in (when.owner, when.owner.getparent())
        or piece.owner.getparent() is when.owner.getparent()
    )


def _before(unit: _Unit) -> markup.Piece | None:
    """Return the words right before the time."""
    last = None
    for piece in markup.pieces(unit.block):
        if piece == unit.when:
            return last
        if piece in unit.words:
            last = piece
    return None


def _names(units: list[_Unit], is_before: bool) -> list[tuple[markup.Piece, str] | None]:
    """Return each comment's name; one that is a number looks as the others do."""
    found = [_name(unit, is_before) for unit in units]
    shown = Counter(
        _looks(name[0].owner)
        for unit, name in zip(units, found, strict=True)
        if name is not None and name[0] is not unit.when
    )
    if len(shown) > 1 and 2 * shown.most_common(1)[0][1] <= shown.total():
        return found
    most = shown.most_common(1)[0][0] if shown else None
    for place, unit in enumerate(units):
        name = found[place]
        is_odd = name is None or (name[0] is not unit.when and _looks(name[0].owner) != most)
        if is_odd and unit.words:
            pieces = [each for each in markup.pieces(unit.block) if each.text]
            if (
                most is None
            ):  # none beside it tells: the first words, before the time or of some size
                is_name = unit.when in pieces[1:2] or len(pieces[0].text) >= _LEAST_NUMBER
                pieces = pieces[:1] if is_name else []
            alike = next(
                (
                    each
                    for each in pieces
                    if each != unit.when and most in (None, _looks(each.owner))
                ),
                None,
            )
            if alike is not None and re.fullmatch(r"\d+", alike.text):
                found[place] = alike, alike.text
    return found


_LEAST_NUMBER = 3
"""Digits of a name, which no comment's place among all has on its page."""


def _name(unit: _Unit, is_before: bool) -> tuple[markup.Piece, str] | None:
    """Return the piece with the writer's name, and the name."""
    follows = False
    for piece in markup.pieces(unit.block):
        if follows and piece in unit.words and len(piece.text) <= 2 * LONGEST_NAME:
            return piece, _stripped(piece.text)
        follows = bool(_WRITER_LABEL.fullmatch(piece.text))
    beside = [piece for each in unit.following for piece in markup.pieces(each)]
    for piece in unit.words or [each for each in beside if each.text]:
        is_classed = any(
            map(
                _WRITER.search,
                markup.trail(piece.owner, unit.block)[: 3 if piece.owner.tag in _NAME_TAGS else 2],
            )
        )
        if is_classed and len(piece.text) <= 2 * LONGEST_NAME:
            return piece, _stripped(piece.text)
    match = _STAMP.search(unit.when.text)
    own = _stripped(unit.when.text[: match.start()]) if match else ""
    if own and not _LABEL.fullmatch(own):
        return (unit.when, own) if _letters(own) <= LONGEST_NAME else None
    if len(unit.words) + len(unit.following) < 2:
        return None  # what was said, by nobody
    chosen = _before(unit) if is_before else unit.words[0] if unit.words else None
    if chosen is None and unit.words:
        chosen = unit.words[0]
    if chosen is None or _letters(chosen.text) > LONGEST_NAME:
        return None
    return chosen, _stripped(chosen.text)


def _stripped(text: str) -> str:
    text = _NEXT_LABEL.split(_LABEL.sub("", text, count=1))[0].strip(" ·|,/:：»>«<")
    is_wrapped = text[:1] + text[-1:] in ("()", "[]")
    return text.strip("()[] ") if is_wrapped else text.rstrip("([ ")


_NEXT_LABEL = re.compile(
    r"\s*[/|·,]\s*(?=(?:작성|등록|날\s?짜|일시|date|time|posted)\S{0,3}\s*[:：])", re.IGNORECASE
)
"""Where the label of a time begins behind a name."""


def _said(
    unit: _Unit,
    name: tuple[markup.Piece, str] | None,
    skip: Collection[etree._Element],
    place: etree._Element | None,
) -> str:
    """Return what a comment says: a block that looks as the post's or is called so, or all that is left."""
    for twin in _places(place):
        looks = markup.classes(twin)
        alike = [each for each in unit.outer.iter(twin.tag) if markup.classes(each) == looks]
        if len(alike) == 1 and unit.when.owner not in alike[0].iter():
            return markup.lines_of(alike[0])
    is_told = name is not None and name[0] not in (*unit.words, unit.when) and unit.words
    if unit.following and not is_told:
        named = [
            each
            for block in unit.following
            for each in block.iter("div", "td", "dd", "p")
            if _SAID_ALONE.search(markup.classes(each))
            and not _OF_WRITER.search(markup.classes(each))
        ]
        if not unit.words and len(named) == 1:
            return markup.lines_of(named[0])  # the writer stands beside it
        return markup.tidy_lines("\n".join(map(markup.lines_of, unit.following)))
    heads = {unit.when.owner, *unit.when.owner.iterancestors()}
    if name is not None:
        heads |= {name[0].owner, *name[0].owner.iterancestors()}
    told = {id(piece.owner) for piece in unit.words if name is None or piece != name[0]}
    blocks = [
        each
        for each in unit.block.iterdescendants("p", "div", "td", "dd", "span")
        if each not in heads and not any(inner in skip for inner in each.iter())
    ]
    named = [
        each
        for each in blocks
        if _SAID.search(f"{markup.classes(each)} {each.get('id') or ''}")
        and not _UNSEEN.search(markup.classes(each))
        and not _OF_WRITER.search(markup.classes(each))
        and not _OF_HEAD.search(markup.classes(each))
        and any(id(inner) in told for inner in each.iter())
    ]
    alone = [
        each
        for each in named
        if _SAID_ALONE.search(f"{markup.classes(each)} {each.get('id') or ''}")
    ]
    named = alone or named
    # A word in a line, such as a member's rank, may be called so, too.
    named = [each for each in named if each.tag != "span"] or named
    if text := max(map(markup.lines_of, named), key=len, default=""):
        return text
    rest: list[str] = []
    for block in blocks:
        if any(each in heads for each in block.iter()) or any(
            each in blocks for each in block.iterancestors()
        ):
            continue
        if any(id(each) in told for each in block.iter()):
            rest.append(markup.lines_of(block))
    if not rest:
        rest = [piece.text for piece in unit.words if name is None or piece != name[0]]
        if name is not None and rest:
            rest[0] = rest[0].lstrip(" :：»|")  # between the name and it
    return re.sub(
        r"^(?:(?:코멘트|댓글|답변|답글)\s?)?내\s?용\s*[:：]\s*",
        "",
        markup.tidy_lines("\n".join(rest)),
    )
