"""Search keywords of a post: short names of wares, found by where and how often they stand.

A keyword stands alone on a line at the head or foot of the text, beside a contact, or it is
pushed into the copied sentences.  Whatever it is, it is no sentence: it has no particles and
no verb endings, and it is no part of the article.  Lines of several words (a headline,
a related article, a slogan) need a witness more: the same words again elsewhere in the
payload, marks between them, or one stem in several of them.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.core.contacts import Plain
from pipelines.core.normalise import normal_text

MAX_KEYWORD = 30
"""Normal-form characters of a keyword; longer ones are sentences."""
MAX_LINE = 90
"""Normal-form characters of a line of keywords."""
STEM = 3
"""Normal-form characters that two keywords share if they sell one thing."""
LONGEST_PIECE = 4 * MAX_LINE
"""Characters of a piece that may hold keywords; marks and spaces may stand between its letters."""
WITNESSES = 3
"""Times that a word of a line must stand in the payload, if nowhere alone."""
LEAST_ONCE = 4
"""Normal-form characters of words pushed in a single time."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of leftover text on one line, without contacts."""

    read: Plain
    start: int
    end: int
    """Its range of the plain reading."""
    inline: bool
    """It stands inside copied text, not on a line of its own."""
    pushed: bool = False
    """Nothing of the article is missing where it stands."""
    at_edge: bool = False
    """Its line is one of the first or last of the body."""
    by_contact: bool = False
    """A contact stands on its line or the next one to it."""

    @property
    def text(self) -> str:
        return self.read.text[self.start : self.end]

    def raw(self, part: str) -> str:
        """Return how a part of the text stands in the post."""
        at = self.read.text.find(part, self.start, self.end)
        return part if at < 0 else self.read.raw(at, at + len(part))


@dataclass(frozen=True, slots=True)
class Keywords:
    """The keywords of a post and how they were placed."""

    found: tuple[tuple[str, str], ...]
    """Value and raw form of each."""
    on_line: bool
    injected: bool
    repeated: int
    """How often the most frequent one stands in the leftover text."""


def find_keywords(
    pieces: Sequence[Piece],
    *,
    title: str = "",
    headlines: Sequence[str] = (),
    articles: Sequence[str] = (),
    is_copy: bool,
) -> Keywords:
    """Return the keywords in what is left of a post.

    Args:
        title: the post's own.
        headlines: titles of the articles that it copies.
        articles: their texts, in normal form: what stands there is no keyword.
        is_copy: without any article, all is own text, and a line counts if it stands twice.
    """
    return _Search(pieces, title, headlines, articles, is_copy).run()


class _Search:
    def __init__(
        self,
        pieces: Sequence[Piece],
        title: str,
        headlines: Sequence[str],
        articles: Sequence[str],
        is_copy: bool,
    ) -> None:
        pieces = [piece for piece in pieces if piece.end - piece.start <= LONGEST_PIECE]
        self.lines = [(p, p.text.strip(_LINE_MARKS)) for p in pieces if not p.inline]
        inline = [(p, _bare(p.text)) for p in pieces if p.inline]
        self.inline = [(p, text, key_of(text)) for p, text in inline]
        self.title = key_of(title)
        self.title_parts = {key_of(part) for part in _SEPARATORS.split(title)}
        self.headlines = {key_of(text) for text in headlines if text} - {""}
        self.articles = articles
        self.is_copy = is_copy
        self.pushed = Counter(key for *_, key in self.inline if len(key) >= 2)
        self.on_lines = Counter(key_of(text) for _, text in self.lines)
        # Long lines are sentences: that a word stands there again says nothing.
        self.rows = "\n".join(key for key in self.on_lines.elements() if len(key) <= MAX_LINE)
        short = [key for key in self.pushed.elements() if len(key) <= MAX_KEYWORD]
        self.whole = "\n".join([self.rows, *short])
        self.found: dict[str, tuple[str, str]] = {}
        self.names: Counter[str] = Counter()

    def run(self) -> Keywords:
        on_line = False
        for piece, text in self.lines:
            for part in self._keywords_of_line(piece, text):
                on_line |= self._keep(piece, part)
        for names in (self.found, self.pushed):
            for key in names:
                if len(key) >= STEM and (self.pushed[key] > 1 or key in self.found):
                    self.names[key] = self.pushed[key] + self.on_lines[key] + (key in self.found)
        injected = self._find_pushed()
        counts = Counter(key for key in self.pushed.elements() if key in self.found)
        for key in self.found:
            counts[key] += self.rows.count(key)
        return Keywords(
            tuple(self.found.values()), on_line, injected, max(counts.values(), default=0)
        )

    def _keep(self, piece: Piece, text: str) -> bool:
        value = _value(text)
        key = key_of(value)
        if key in self.headlines or not _may_be_keyword(key):
            return False
        self.found.setdefault(key, (value, piece.raw(text)))
        return True

    # --- lines ------------------------------------------------------------------------

    def _keywords_of_line(self, piece: Piece, text: str) -> list[str]:
        """Return the keywords of a line of its own, none if it is something else."""
        key = key_of(text)
        if not 2 <= len(key) <= MAX_LINE or _reads_as_text(text) or self._is_headline(key):
            return []
        again = self.on_lines[key] >= 2
        if not self.is_copy and not again:
            return []
        parts = _split(text, self.pushed)
        if again:
            return parts
        near = piece.at_edge or piece.by_contact
        if len(text.split()) <= 2 or len(parts) == 1:
            return parts if near or all(map(self._stands_again, parts)) else []
        witnessed = [part for part in parts if self._stands_again(part)]
        if _MARKS.search(text):
            return witnessed
        rows = _between_marks(text)
        if len(rows) > 1 and all(len(row.split()) <= 4 for row in rows):
            return parts
        if 2 * len(witnessed) >= len(parts) or _share_stem(parts):
            return parts
        return witnessed if near else []

    def _is_headline(self, key: str) -> bool:
        return any(key in title or (len(title) > 8 and title in key) for title in self.headlines)

    def _stands_again(self, part: str) -> bool:
        key = key_of(part)
        if len(key) < STEM:
            return False
        return key == self.title or key in self.pushed or self.whole.count(key) >= WITNESSES

    # --- pushed into the copy ----------------------------------------------------------

    def _find_pushed(self) -> bool:
        injected = False
        once: list[tuple[Piece, str, str]] = []
        for piece, text, key in self.inline:
            if key in self.found:
                injected = True
            elif self._may_be_pushed(text, key):
                if self.pushed[key] >= 2:
                    injected |= self._keep(piece, text)
                elif piece.pushed and len(key) >= LEAST_ONCE:
                    once.append((piece, text, key))
        for piece, text, key in once:
            others = [other for *_, other in once if other != key]
            if any(_stem(key, other) for other in [*self.found, *others]):
                injected |= self._keep(piece, text)
        return injected

    def _may_be_pushed(self, text: str, key: str) -> bool:
        if not 2 <= len(key) <= MAX_KEYWORD or not _may_be_keyword(key) or _reads_as_text(text):
            return False
        if self.pushed[key] < WITNESSES and key in self.title and key not in self.title_parts:
            return False  # a word of a headline
        if any(key in article for article in self.articles):
            return False
        return not any(self._is_made_of(key, name) for name in self.names if name != key)

    def _is_made_of(self, key: str, name: str) -> bool:
        """Tell whether a piece is a better keyword and something beside it.

        Two keywords in one place, letters of the article that it tore off, or itself turned
        round: of ``이[이사청소]사``, what was pushed in may as well be read as ``사청소이``.
        """
        if len(name) == len(key):
            return key in name + name and self.names[name] >= self.names.get(key, 1)
        if name not in key or self.names[name] < self.pushed[key]:
            return False
        rest = key.replace(name, "", 1)
        return len(rest) <= 1 or rest in self.names or (self.pushed[key] == 1 and not _varies(rest))


@lru_cache(4096)
def key_of(text: str) -> str:
    """Return what a line or keyword reads as: its normal form."""
    return normal_text(text)


# --- what reads as text ---------------------------------------------------------------

_SENTENCE_END = re.compile(r"(?:[다요죠음함까네]|니다|세요)\s*[.!?…”\"']*$|[.?!]\s*$")
_CREDIT = re.compile(
    r"^\W*(?:글|사진|취재|자료|영상|그림)\s*[:=/]|기자|무단\s*전재|재배포|저작권|copyright|ⓒ|©|제보|구독(?:하기|\s*신청)|(?:무료|네이버|채널)\s*구독|관련\s*기사|많이\s*본|뉴스레터|출처|좋아요를|좋아할\s*만한|all rights",
    re.IGNORECASE,
)
# What board software writes around a post, where a page's design is not known.
_LABEL = re.compile(
    r"\W*(?:제목|글쓴이|작성자|작성일|날짜|등록일|조회수?|댓글|(?:전체\s*)?댓글|목록|이전글|다음글)(?:\W|\s*[0-9]|$)"
    # Headings that GNUBOARD hides from the eye and not from a page's text.
    r"|\W*(?:페이지\s?정보|컨텐츠\s?정보|본문|댓글\s?목록|관련\s?링크|첨부\s?파일)\W*$"
    r"|.*\b[0-9]{2}[-./][0-9]{2}[-./][0-9]{2} [0-9]{2}:[0-9]{2}\b"
)
_SEPARATORS = re.compile(r"\s*[|,/#;·•ㆍ▶◆★☆※]+\s*")
_LINE_MARKS = " \t\r\u00a0▶▷☞→★☆◆◇■□●※#=*-"
_MARKS = re.compile(r"[“”‘’…\"'?!→「」『』《》]|\.\.")
"""Marks of headlines and sentences; a row of names has none."""
_QUOTES = "“”‘’\"'()[]<>,.…·"
# Last syllables of particles and of endings within a sentence.
_PARTICLES = frozenset("은는을를에의와도과며고서게던")
_ENDINGS = re.compile(
    r"(?:는|를|에서|으로|까지|부터|에게|한테|했다|했던|이다|하고|하며|하는|라고|다고|다는|다며|하여|지만|면서|거나|였|었|겠|됐|다)$"
)
_FIGURE = re.compile(
    r"[0-9]+(?:년|월|일|시|분|초|명|개|원|만|억|만원|억원|층|호|도|회|차|건|곳|살|세|위|주|대|달러|퍼센트){1,2}"
)


# Calls to get in touch: they stand beside a ware and name none.
_CALL = re.compile(
    r"(?:무료|실시간|친절|빠른|상담|문의|전화|카톡|예약|연락처?|바로|가기|클릭|신청|접속|입장|여기|24시|환영|주세요)+"
)
_CALL_AFTER = re.compile(r"(?<=\S)\s+(?:바로\s?가기|클릭|여기|접속(?:하기)?|입장(?:하기)?)$")


def is_prose(line: str) -> bool:
    """Tell a sentence, or a piece of one, from a row of names."""
    # As it is read: marks of full width end a sentence, too.
    line = unicodedata.normalize("NFKC", line)
    if _SENTENCE_END.search(line):
        return True
    words = [word.strip(_QUOTES) for word in line.split()]
    bound = sum(len(word) > 1 and word[-1] in _PARTICLES for word in words)
    return len(words) >= 3 and 3 * bound >= len(words)


@lru_cache(4096)  # of a campaign's posts each has the same lines
def _reads_as_text(line: str) -> bool:
    """Tell prose or a credit from a row of keywords."""
    return bool(_CREDIT.search(line) or _LABEL.match(line)) or is_prose(line)


def _may_be_keyword(key: str) -> bool:
    if not 2 <= len(key) <= MAX_KEYWORD or key.isdigit() or key in _MODIFIERS:
        return False
    if len(key) == 2 and not key.isascii() and key[-1] in "은는을를에의와도과며고던":
        return False
    if _CALL.fullmatch(key):
        return False
    return not _FIGURE.fullmatch(key) and not (len(key) > 2 and _ENDINGS.search(key))


_LEFTOVER_MARKS = " \t\r\n\u00a0.,;()[]{}<>“”‘’\"'·"
_HALF_SYLLABLES = (
    "".join(map(chr, range(0x1100, 0x1200))) + "ㅠㅜㅋㅎㅇㄱㄴㄷㄹㅁㅂㅅㅈㅊㅌㅍㅏㅑㅓㅕㅗㅛㅡㅣ"
)


def is_ware(word: str) -> bool:
    """Tell a word that may name something for sale from an ending or a short swap."""
    return len(word) > STEM and _may_be_keyword(word) and not _reads_as_text(word)


def _bare(text: str) -> str:
    """Strip a pushed piece of what its place left around it: marks, halves of what it split."""
    text = text.strip(_LEFTOVER_MARKS[:4])
    if text.startswith("&") and text.endswith(";"):
        text = _without_entity(text[1:-1])
    return text.strip(_LEFTOVER_MARKS + _HALF_SYLLABLES)


def _without_entity(inner: str) -> str:
    """Take away the two halves of an entity that words were pushed into."""
    for halves in range(8, 1, -1):
        for head in range(halves + 1):
            entity = f"&{inner[:head]}{inner[len(inner) - halves + head :]};"
            if len(entity) == halves + 2 and len(html.unescape(entity)) == 1:
                return inner[head : len(inner) - halves + head]
    return inner


# --- the words of a line ---------------------------------------------------------------

_MODIFIERS = frozenset(
    [
        "추천",
        "순위",
        "가격",
        "후기",
        "비용",
        "업체",
        "문의",
        "주소",
        "방법",
        "잘하는곳",
        "1위",
        "무료상담",
        "24시",
        "당일",
        "최저가",
        "이벤트",
        "전문",
        "예약",
        "할인",
        "견적",
        "상담",
        "정보",
        "비교",
        "사이트",
        "신청",
        "조건",
        "종류",
        "어플",
        "앱",
        "링크",
        "바로가기",
        "홈페이지",
        "top10",
        "베스트",
        "best",
        "2024",
        "2025",
        "2026",
    ]
)
_PLACES = frozenset(
    [
        "서울",
        "부산",
        "대구",
        "인천",
        "광주",
        "대전",
        "울산",
        "세종",
        "경기",
        "강원",
        "충북",
        "충남",
        "전북",
        "전남",
        "경북",
        "경남",
        "제주",
        "수원",
        "성남",
        "용인",
        "고양",
        "일산",
        "분당",
        "동탄",
        "안양",
        "부천",
        "안산",
        "평택",
        "의정부",
        "시흥",
        "파주",
        "김포",
        "광명",
        "군포",
        "오산",
        "이천",
        "하남",
        "구리",
        "남양주",
        "양주",
        "여주",
        "춘천",
        "원주",
        "강릉",
        "속초",
        "동해",
        "삼척",
        "청주",
        "충주",
        "제천",
        "천안",
        "아산",
        "공주",
        "보령",
        "서산",
        "당진",
        "논산",
        "전주",
        "군산",
        "익산",
        "정읍",
        "남원",
        "김제",
        "목포",
        "여수",
        "순천",
        "나주",
        "광양",
        "포항",
        "경주",
        "김천",
        "안동",
        "구미",
        "영주",
        "영천",
        "상주",
        "문경",
        "경산",
        "창원",
        "진주",
        "통영",
        "사천",
        "김해",
        "밀양",
        "거제",
        "양산",
        "마산",
        "진해",
        "송도",
        "해운대",
        "강남",
        "강북",
        "강서",
        "강동",
        "서초",
        "송파",
        "홍대",
        "신촌",
        "종로",
        "마포",
        "영등포",
        "노원",
        "잠실",
        "판교",
        "광교",
        "서귀포",
        "전국",
    ]
)


_SPELLED = re.compile(r"\w(?:[^\w\s]+\w){2,}[^\w\s]*")


def _split(line: str, pushed: Counter[str]) -> list[str]:
    """Split a line of keywords: at its separators, else before each new place or ware."""
    words = line.split()
    spelled = sum(_SPELLED.fullmatch(word) is not None for word in words)
    if 2 * spelled <= len(words) and len(parts := _between_marks(line)) > 1:
        return parts
    if len(words) > 1 and all(len(key_of(word)) <= 1 for word in words):
        return [line]  # a keyword spelled with spaces
    out: list[list[str]] = []
    for word in words:
        key = key_of(word)
        if out and (
            key in _MODIFIERS
            or (len(out[-1]) == 1 and key_of(out[-1][0]) in _PLACES)
            or key_of(" ".join([*out[-1], word])) in pushed
        ):
            out[-1].append(word)
        else:
            out.append([word])
    return [" ".join(group) for group in out]


def _between_marks(line: str) -> list[str]:
    return [part for part in _SEPARATORS.split(line) if part.strip()]


def _varies(rest: str) -> bool:
    """Tell whether what a piece has beside a keyword makes a variant of it: a place, 추천."""
    return rest in _PLACES or rest in _MODIFIERS


def _share_stem(parts: Sequence[str]) -> bool:
    """Tell whether most parts of a line sell the same: 원룸이사 원룸이사가격 강남원룸이사."""
    keys = [key_of(part) for part in parts]
    related = sum(any(_stem(key, other) for other in keys if other != key) for key in keys)
    return 2 * related > len(keys)


def _stem(key: str, other: str) -> bool:
    """Tell whether two keywords have a stem in common, or are a ware and its variant."""
    short, long = sorted((key, other), key=len)
    if len(short) >= STEM and short in long:
        return True
    return any(short[at : at + STEM + 1] in long for at in range(len(short) - STEM))


@lru_cache(4096)
def _value(text: str) -> str:
    """Return a keyword without the marks that were put between its letters."""
    cleaned = " ".join(text.split()).strip(" \t.,|/#·-_*^~()[]{}<>【】▶▷☞→")
    cleaned = _CALL_AFTER.sub("", cleaned)
    if re.fullmatch(r"(?:\w[^\w]+){2,}\w", cleaned) or re.search(r"\w[.·\-_*^♥ㆍ]\w", cleaned):
        return re.sub(r"[^\w]+|_+", "", cleaned)
    return cleaned
