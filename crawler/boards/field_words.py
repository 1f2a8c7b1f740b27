"""What the words on a page say of a post: labels, figures, times and names.

Skins choose their own elements and classes, but they all print what the engine
hands them, in Korean, beside a label or an icon.
"""

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from functools import cache

from lxml import etree

from crawler.boards import markup

TIME = (
    *(
        "작성일시",
        "등록일시",
        "작성일자",
        "등록일자",
        "작성일",
        "등록일",
        "작성시간",
        "게시일",
        "올린날짜",
        "올린날",
        "올린일",
        "날짜",
        "일시",
    ),
    "date",
)
HITS = ("조회 수", "조회수", "조회", "읽음", "hit", "hits", "views")
AUTHOR = ("작성자", "글쓴이", "올린이", "등록자", "닉네임", "이름", "writer", "name")
COMMENTS = ("댓글수", "댓글", "코멘트")
REPLIES = (*COMMENTS, "답글", "답변", "글", "글수", "replies", "comments")
"""What a list's column with the number of comments is called."""
CATEGORY = ("분류", "카테고리", "말머리")
KINDS = ("구분", "유형", "분야")
"""What the cell with a category may be called, too; in a line of words they say nothing."""


@cache
def _label_patterns(labels: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = rf"(?:{'|'.join(map(re.escape, labels))})(?![가-힣a-z])\s*[:：]?\s*"
    return (
        re.compile(rf"{words}(.*)", re.IGNORECASE),
        re.compile(rf"[\s|·/,(\[]{words}([^|]+)", re.IGNORECASE),
    )


def labelled(found: Iterable[markup.Piece], labels: tuple[str, ...], icon: str = "") -> str | None:
    """Return what stands behind the first label (or icon) among *found*."""
    label, inside = _label_patterns(labels)
    waiting = icon_waiting = follows_icon = False
    by_icon: str | None = None
    in_a_line: str | None = None
    for piece in found:
        if piece.icon:
            icon_waiting = bool(icon) and piece.icon == icon and by_icon is None
            continue
        if waiting and piece.text.strip(":： "):
            return piece.text.lstrip(":： ")
        match = label.match(piece.text)
        if match:
            if match[1].strip():
                return match[1].strip()
            if by_icon is not None and follows_icon:
                return by_icon  # icon, figure, and the label for those who see no icons
            waiting = True
            continue
        follows_icon = icon_waiting
        if icon_waiting:
            by_icon, icon_waiting = piece.text, False
        # A skin that prints "작성자 … | 작성일 … | 조회 …" as one text.
        if in_a_line is None and (match := inside.search(piece.text)):
            if match[1].strip(":： "):
                in_a_line = match[1].strip()
            else:  # "2026-03-02 09:41, 조회 :", and the figure in an element of its own
                waiting = True
    return by_icon or in_a_line


_INTEGER = re.compile(r"(?<![\d.])(\d{1,3}(?:,\d{3})+|\d{1,12})(?![\d.])")


def integer(text: str | None) -> int | None:
    """Return the first whole number in *text*, thousands separated or not."""
    match = _INTEGER.search(text or "")
    return int(match[1].replace(",", "")) if match else None


_FIGURE = re.compile(r"\W*\d[\d,]*(?![\d.:/-])")


def figure(text: str | None) -> int | None:
    """Return the whole number that *text* begins with, None for dates and words with figures in them."""
    return integer(text) if text and _FIGURE.match(text) else None


_COUNT = re.compile(r"\W*\d[\d,]*\s*[건개]?\W*")


def count_of(text: str | None) -> int | None:
    """Return the figure that *text* is and nothing else: "댓글" stands before names, too."""
    return integer(text) if text and _COUNT.fullmatch(text) else None


# A digit group may be hidden (GNUBOARD: 211.♡.142.7, Rhymix: *.35.85.23).
_IP_PART = r"(?:\d{1,3}|[♡♥＊*xX#○●]{1,3})"
_IP = re.compile(rf"(?<![\w.]){_IP_PART}(?:\.{_IP_PART}){{3}}(?![\w.])")


def ip_fragment(text: str | None) -> str | None:
    """Return the (partly hidden) network address in *text*, as shown."""
    match = _IP.search(text or "")
    return match[0] if match else None


NOISE = re.compile(
    r"\[?\+?\d{1,6}\]?|N|NEW|HOT|새글|인기글|비밀글|공지|열람중?|Lock", re.IGNORECASE
)
ENGLISH_DATE = (
    r"(?:[A-Z][a-z]{2,8},? )?(?:[A-Z][a-z]{2,8}\.? \d{1,2},?|\d{1,2} [A-Z][a-z]{2,8}\.?,?) \d{4}"
)
"""What may be a date: "Mar 2, 2026", "Mon, 02 Mar 2026"."""
WHEN = re.compile(
    r"\W*(?:\d{2,4}[-./년]\s?\d|\d{1,2}[-./월:]\s?\d{1,2}(?!\d)|\d+\s?(?:초|분|시간|일|주|개월|달|년)(?:, \d+\s?[가-힣]+)?\s?전"
    r"|(?:\d+\s?[가-힣]+ ){1,2}\d+\s?분\s?전|오늘|어제|그제|방금|오[전후]"
    rf"|{ENGLISH_DATE})",
)


def is_time(text: str) -> bool:
    """Tell a time and nothing else from words that hold one."""
    match = WHEN.match(text) if len(text) <= DATE_LENGTH else None
    return match is not None and not _WORDS_BESIDE_TIME.search(text[match.end() :])


def told_time(element: etree._Element) -> str | None:
    """Return the moment that an element's attributes tell, where the page may show "3일 전".

    Any attribute may tell a day; seconds (or milliseconds) since 1970 count under a time's name.
    """
    if told := element.get("datetime"):
        return str(told)
    for name, value in element.items():
        if name not in ("title", "content") and not name.startswith("data-"):
            continue
        if _SECONDS.fullmatch(value) and _TIME_NAME.search(name):
            moment = datetime.fromtimestamp(int(value[:10]), UTC)
        elif not _FULL_DAY.search(value):
            continue
        else:
            moment = None
        shown = markup.squeeze("".join(element.itertext())[: 2 * DATE_LENGTH])
        if not shown or is_time(shown):
            return moment.isoformat() if moment else str(value)
    return None


_SECONDS = re.compile(r"1\d{9}(?:\d{3})?")
_TIME_NAME = re.compile(r"time|date|stamp|epoch|unix|created|posted|written|(?:^|[-_])(?:ts|at)$")
_FULL_DAY = re.compile(r"(?:19|20)\d\d\s?[-./년]\s?\d{1,2}\s?[-./월]\s?\d{1,2}")
_WORDS_BESIDE_TIME = re.compile(r"(?![년월일시분초전오후요화수목금토])[^\W\d_TapmAPMKS]")


def holds_time(text: str) -> bool:
    """Tell a time, alone or in a line of figures: "솔바람 | 03.02 | 조회 3"."""
    return is_time(text) or (
        len(text) <= LONGEST_LINE and any(map(is_time, PARTED.split(text)[1:]))
    )


FIGURES_ONLY = re.compile(r"[\d\s,.:/\-]*|\W*")


def classed_hits(found: Iterable[markup.Piece], top: etree._Element) -> str | None:
    """Return the first figure close inside an element of the hits' class."""
    for piece in found:
        if piece.text and not _HITS_TEXT.match(piece.text):
            continue
        names = markup.trail(piece.owner, top)[:2]
        # A cell may be of a class like "td_view", and hold a category like "잡담 1".
        if piece.text and any(map(_HITS_CLASS.search, names)) and not (
            CATEGORY_CLASS.search(names[0])
        ):  # fmt: skip
            return piece.text
    return None


def told_hits(found: list[markup.Piece]) -> int | None:
    """Return how often a post was read, as a post's header says it, with the label before or behind."""
    for said in (
        labelled(found, HITS, "hits"),
        labelled(found, _HITS_IN_ENGLISH),
        count_before(found),
    ):
        if (count := integer(said)) is not None:
            return count
    return None


_HITS_IN_ENGLISH = ("view", "read", "reads")
"""What is a label of hits only before a figure."""


def count_before(found: list[markup.Piece]) -> str | None:
    """Return the figure that stands before its label: "48 Views", "48 조회"."""
    told = (match[1] for piece in found if (match := _COUNTED_ALONE.fullmatch(piece.text)))
    if figure := next(told, None):
        return figure
    match = _COUNTED.search(" ".join(piece.text for piece in found))
    return match[1] if match else None


_COUNTED = re.compile(
    r"([\d,]+)\s*(?:views?|hits?|reads?)\b(?!\s(?:more|all|detail))", re.IGNORECASE
)
_COUNTED_ALONE = re.compile(r"([\d,]+)\s?[번회]?\s?(?:조회|읽음)")
_HITS_CLASS = re.compile(
    r"(?:^|[-_ ])(?:(?:hits?|views?|readNum|readed)(?:[-_]?(?:cnt|counts?|num|number|no|txt))?|hits?[-_]\w+)(?: |$)|"
    r"(?:^|[- ])read(?:[-_ ]|$)",
    re.IGNORECASE,
)
_HITS_TEXT = re.compile(r"\D{0,12}\d[\d,.]*\D{0,12}$")
AUTHOR_CLASS = re.compile(
    r"(?:^|[-_ ])(?:author|writer|nick|nickname|name|auth|user)(?:[-_ ]|$)|(?:^| )(?:by(?: |$)|member_-?\d+)",
    re.IGNORECASE,
)
NAME_CLASS = re.compile(r"(?:^| )(?:sv_)?(?:guest|member)(?: |$)")
LAST_REPLY = re.compile(
    r"\W*(?:(?:마지막|최근|최종)\s?(?:글|답글|댓글|덧글|답변|게시물)|(?:last|latest)\s(?:post|reply|comment|activity))",
    re.IGNORECASE,
)
PARTED = re.compile(r"[|·]|\s/\s")
LONGEST_LINE = 80
"""Characters of one line of a row's figures."""
DATE_LENGTH = 30
BRACKETED = re.compile(r"[\[(]\+?(\d{1,6})[\])]")
COUNTING_TAGS = ("em", "small", "sup", "b", "span", "font")
"""What the number of comments stands in, behind a title."""


def category_said(text: str | None) -> str | None:
    """Return a word before a title, unless it tells the state of a post."""
    if not text or len(text) > LONGEST_CATEGORY or is_noise(text) or is_time(text):
        return None
    return None if _STATES.search(text) or PINS.fullmatch(text) else text.strip("[]() ")


_STATES = re.compile(r"답변|완료|대기|접수|처리|진행|마감|예정|종료|해결|채택")


def is_noise(text: str) -> bool:
    """Tell a mark such as "N", "공지", "[3]" from words."""
    return bool(NOISE.fullmatch(text.strip()))


PINS = re.compile(r"pinned|sticky|고정(?:됨)?|필독", re.IGNORECASE)
CATEGORY_CLASS = re.compile(
    r"(?:^|[-_ ])(?:cate|cat|ca|category|categoryname|cate_?name|bo_cate_link|sca|malhead|prefix|chip)(?:[-_ \d]|$)",
    re.IGNORECASE,
)
LONGEST_CATEGORY = 15


def named_in(found: Iterable[markup.Piece], top: etree._Element) -> str | None:
    """Return the first words below *top* that stand in an element whose class says a name's."""
    for piece in found:
        text = piece.text.strip(" ·|,/")
        if not text or len(text) > _LONGEST_NAME or WHEN.match(text) or ip_fragment(text):
            continue
        if piece.owner is not top and any(
            map(
                AUTHOR_CLASS.search,
                markup.trail(piece.owner, top)[: -1 if top.get("class") else None],
            )
        ):
            return text
    return None


_LONGEST_NAME = 40


def is_name(names: str) -> bool:
    """Tell by its classes an element that GNUBOARD wraps around somebody's name."""
    return NAME_CLASS.search(names) is not None


def author_in(root: etree._Element, skip: Collection[etree._Element] = frozenset()) -> str | None:
    """Return the name that GNUBOARD wraps in sv_guest or sv_member, whatever the skin.

    *skip* holds every element of what does not count.
    """
    for element in root.iter("a", "span", "b", "strong"):
        names = element.get("class")
        if names and is_name(names) and element not in skip:
            name = markup.text_of(element)
            if name:
                return name
    return None
