"""What is left of a post when its articles are taken away: the payload.

Contacts (addresses, phones, messengers, e-mail) are found by their form, search
keywords by where they stand: alone on a line at the head or foot of the text,
pushed into the copied sentences, again and again.  Every lure is kept raw and
normalised, so that ㅋㅏ톡 and 카톡, 010.1234.5678 and 01012345678 are one.
"""

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from models.relation import LureKind
from pipelines.core.links import unwrap
from pipelines.core.normalise import NormalForm, normalise

Range = tuple[int, int]

MAX_KEYWORD = 30
"""Normal-form characters of a keyword; longer ones are sentences."""
MAX_LINE = 90
"""Normal-form characters of a line of keywords."""
MAX_LURES = 200
"""Lures kept of one post, the first of each; spam can carry tens of thousands."""
MAX_TEXT = 60_000
"""Characters of leftover text that are searched, half from each end."""


@dataclass(frozen=True, slots=True)
class Lure:
    """One piece of payload."""

    kind: LureKind
    value: str
    raw: str


@dataclass(frozen=True, slots=True)
class Payload:
    """The lures of a post and how its keywords were placed."""

    lures: tuple[Lure, ...]
    keyword_line: bool
    """A keyword stands alone on a line outside the copied text."""
    keyword_injected: bool
    """A keyword was pushed into the copied text."""
    repeated: int
    """How often the most frequent keyword stands in the leftover text."""

    @property
    def keywords(self) -> tuple[str, ...]:
        return tuple(lure.value for lure in self.lures if lure.kind is LureKind.KEYWORD)

    @property
    def contacts(self) -> tuple[Lure, ...]:
        return tuple(lure for lure in self.lures if lure.kind is not LureKind.KEYWORD)


def find_payload(
    body: str,
    copied: Sequence[Range],
    *,
    titles: Sequence[str] = (),
    hrefs: Iterable[str] = (),
    hidden: Sequence[str] = (),
) -> Payload:
    """Return the payload of a post.

    *copied* are the ranges of *body* that come from articles, ascending; without
    any, the whole body is searched with more caution, since own text is no
    payload by itself.  *titles* are those of the post and its articles: a
    pasted headline is no keyword.
    """
    pieces = _leftover(body, copied)
    contacts: list[Lure] = []
    lines: list[_Piece] = []
    for piece in pieces:
        found, rest = _take_contacts(piece.text)
        contacts += found
        lines += [_Piece(text, piece.inline) for text in rest]
    for text in hidden:
        found, _ = _take_contacts(text[:MAX_TEXT])
        contacts += found
    contacts += [lure for href in hrefs for lure in _address(href, href)]
    known = {_key(title) for title in titles if title}
    keywords, line, injected, repeated = _find_keywords(lines, known, bool(copied))
    lures = list(dict.fromkeys([*keywords, *contacts]))
    return Payload(tuple(lures[:MAX_LURES]), line, injected, repeated)


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    inline: bool
    """It stands inside copied text, not on lines of its own."""


def _leftover(body: str, copied: Sequence[Range]) -> list[_Piece]:
    """Return what the copied ranges leave of the body, a line or a part of a line each."""
    pieces: list[_Piece] = []
    done = 0
    for start, end in [*copied, (len(body), len(body))]:
        if start > done:
            gap = body[done:start]
            parts = gap.split("\n")
            for at, part in enumerate(parts):
                # Only a part that touches copied text on its own line is inside it.
                touches = (at == 0 and done > 0) or (at == len(parts) - 1 and start < len(body))
                pieces.append(_Piece(part, touches))
        done = max(done, end)
    kept = [piece for piece in pieces if any(c.isalnum() for c in piece.text)]
    size = 0
    head: list[_Piece] = []
    for piece in kept:
        size += len(piece.text)
        if size > MAX_TEXT:
            return head + kept[len(head) :][-500:]
        head.append(piece)
    return head


# --- contacts -------------------------------------------------------------------------

_TLD = (
    "com|net|org|kr|co|io|me|xyz|top|shop|site|link|info|biz|club|vip|online|store|live|app|dev|pro|tv|cc|ws|to|ly|gl|gg|"
    "im|page|blog|win|bet|fun|icu|work|world|asia|jp|cn|us|uk|eu|de|ru|in|la|name|mobi|pw|website|space|tech|click|one|"
    "life|today|wiki|art|rent|xn--[a-z0-9]+|example"
)
_URL = re.compile(
    r"(?P<email>[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,18})"
    r"|(?P<url>(?:h(?:tt|xx)ps?\s?:\s?//\s?|www\.)[^\s<>\"'“”‘’()\[\]{}\uac00-\ud7a3]{3,2000}"
    rf"|(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,4}}(?:{_TLD})(?![a-z0-9.-]*[a-z0-9])"
    r"(?:[/?#][^\s<>\"'“”‘’()\[\]{}\uac00-\ud7a3]{0,2000})?)",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![0-9A-Za-z.-])(?:"
    r"(?:\+?82[-. ]{0,2}[0Oo○]?|[0Oo○])[1lI][0Oo○16789][-.)\s/~_*]{0,2}[0-9Oo○]{3,4}[-.\s/~_*]{0,2}[0-9Oo○]{4}"
    r"|0(?:2|[3-6][1-5]|70|80|50[2-8]?)[-.)\s]{0,2}[0-9]{3,4}[-.\s]{0,2}[0-9]{4}"
    r"|1[568][0-9]{2}[-.\s]{1,2}[0-9]{4})(?![0-9])"
)
_MESSENGER = re.compile(
    r"(?P<name>카카오톡|카카오|카톡|까톡|캬톡|오픈톡|플친|kakao(?:\s?talk)?|텔레그램|텔레|텔그|텔|telegram|tele|라인|line|위챗|wechat|인스타)"
    r"(?P<between>\s*(?:오픈채팅|채널|아이디|친구추가|친추|문의|상담|추가|주소|id)?\s*[:：=»→>)\]-]*\s*)"
    r"(?P<id>@?[A-Za-z0-9](?:[A-Za-z0-9_.-]{1,30}[A-Za-z0-9_])?)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_AT_ID = re.compile(r"(?<![\w@.])@[A-Za-z][A-Za-z0-9_]{3,31}(?![\w@.])")


_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u0300-\u036f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)


def _cleaned(text: str) -> str:
    """Undo what hides a contact from a pattern: entities, width, invisible characters."""
    text = html.unescape(text) if "&" in text else text
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFKC", text):
        # The sign of a credit must not become a letter c.
        text = unicodedata.normalize("NFKC", text.replace("ⓒ", "©"))
    return _INVISIBLE.sub("", text)


# Every contact has a Latin letter or a digit (a phone's zeros may be circles).
_MAY_BE_CONTACT = re.compile(r"[0-9A-Za-z]")


def _take_contacts(text: str) -> tuple[list[Lure], list[str]]:
    """Return the contacts in a piece of text, and the texts between them."""
    text = _cleaned(text)
    if not _MAY_BE_CONTACT.search(text):
        return [], [text]
    found: list[tuple[int, int, list[Lure]]] = []

    def free(start: int, end: int) -> bool:
        return all(end <= a or b <= start for a, b, _ in found)

    for match in _URL.finditer(text):
        if match["email"]:
            lures = [Lure(LureKind.EMAIL, match[0].lower(), match[0])]
        else:
            lures = _address(match["url"].rstrip(".,;:!?…·"), match["url"])
        if lures:
            found.append((match.start(), match.end(), lures))
    for match in _PHONE.finditer(text):
        if free(*match.span()):
            digits = re.sub(r"[Oo○]", "0", match[0])
            digits = re.sub(r"[lI]", "1", digits)
            digits = re.sub(r"[^0-9]", "", digits)
            if digits.startswith("82"):
                digits = "0" + digits[2:].lstrip("0")
            found.append((*match.span(), [Lure(LureKind.PHONE, digits, match[0])]))
    found += [
        (*match.span(), [Lure(LureKind.MESSENGER, match["id"], match[0])])
        for match in _MESSENGER.finditer(text)
        if free(*match.span()) and not match["id"].isdigit()
    ]
    found += [
        (*match.span(), [Lure(LureKind.MESSENGER, match[0], match[0])])
        for match in _AT_ID.finditer(text)
        if free(*match.span())
    ]
    found.sort(key=lambda f: f[0])
    rest = []
    done = 0
    for start, end, _ in found:
        rest.append(text[done:start])
        done = end
    rest.append(text[done:])
    return [lure for *_, lures in found for lure in lures], [r for r in rest if r.strip()]


def _address(url: str, raw: str) -> list[Lure]:
    """Return the URL and DOMAIN lures of one address; none if it is not an address."""
    value = unwrap(re.sub(r"\s+", "", url))
    value = re.sub(r"^h(?:tt|xx)p(s?)://", r"http\1://", value, flags=re.IGNORECASE)
    with_scheme = value if "://" in value else "http://" + value
    try:
        host = urlsplit(with_scheme).hostname or ""
    except ValueError:
        return []
    if "." not in host or not re.search(r"[a-z]", host) or with_scheme[:4].lower() != "http":
        return []
    domain = host.removeprefix("www.").rstrip(".")
    return [Lure(LureKind.URL, value, raw), Lure(LureKind.DOMAIN, domain, raw)]


# --- keywords -------------------------------------------------------------------------


@lru_cache(4096)
def _key(text: str) -> str:
    """Return what a line or keyword reads as."""
    return normalise(text).text


_SENTENCE_END = re.compile(r"(?:[다요죠음함까네]|니다|세요)\s*[.!?…”\"']*$|[.?!]\s*$")
_CREDIT = re.compile(
    r"기자|무단\s*전재|재배포|저작권|copyright|ⓒ|©|제보|구독|관련\s*기사|많이\s*본|뉴스레터|출처|좋아요를|좋아할\s*만한|all rights",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"\s*[|,/#;·•ㆍ▶◆★☆※]+\s*")
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


def _find_keywords(
    pieces: Sequence[_Piece], known: set[str], is_copy: bool
) -> tuple[list[Lure], bool, bool, int]:
    """Return keyword lures, whether on lines, whether injected, and the top frequency."""
    lines = [p.text.strip() for p in pieces if not p.inline]
    inline = [p.text.strip(" \t\u00a0.,") for p in pieces if p.inline]
    pushed = Counter(key for key in (_key(text) for text in inline) if len(key) >= 2)
    on_lines = Counter(_key(text) for text in lines)
    found: dict[str, Lure] = {}
    line = injected = False

    def keep(text: str) -> bool:
        key = _key(text)
        if not 2 <= len(key) <= MAX_KEYWORD or key in known or key.isdigit():
            return False
        found.setdefault(key, Lure(LureKind.KEYWORD, _value(text), text))
        return True

    for text in lines:
        key = _key(text)
        if not 2 <= len(key) <= MAX_LINE or not _is_keyword_line(text, key, known):
            continue
        if not is_copy and on_lines[key] < 2:
            continue
        for keyword in _split(text, pushed):
            line |= keep(keyword)
    for text in inline:
        key = _key(text)
        if not 2 <= len(key) <= MAX_KEYWORD or _CREDIT.search(text) or _SENTENCE_END.search(text):
            continue
        if pushed[key] >= 2 or key in found:
            injected |= keep(text)
    counts = Counter(key for key in pushed.elements() if key in found)
    whole = "\n".join(_key(text) for text in lines)
    for key in found:
        counts[key] += whole.count(key)
    return list(found.values()), line, injected, max(counts.values(), default=0)


def _is_keyword_line(text: str, key: str, known: set[str]) -> bool:
    if _CREDIT.search(text) or _SENTENCE_END.search(text) or _reads_as_text(text):
        return False
    return not any(key in title or (len(title) > 8 and title in key) for title in known if title)


def _reads_as_text(line: str) -> bool:
    """Tell a piece of a sentence from a row of keywords by the particles of its words."""
    words = [word.strip(_QUOTES) for word in line.split()]
    bound = sum(len(word) > 1 and word[-1] in _PARTICLES for word in words)
    return len(words) >= 3 and 3 * bound >= len(words)


_QUOTES = "“”‘’\"'()[]<>,.…·"
# Last syllables of particles and of endings within a sentence.
_PARTICLES = frozenset("은는을를에의와과도며고서게던")


def _split(line: str, pushed: Counter[str]) -> list[str]:
    """Split a line of keywords: at its separators, else before each new place or ware."""
    parts = [part for part in _SEPARATORS.split(line) if part.strip()]
    if len(parts) > 1:
        return parts
    words = line.split()
    if len(words) > 1 and all(len(_key(word)) <= 1 for word in words):
        return [line]  # a keyword spelled with spaces
    out: list[list[str]] = []
    for word in words:
        key = _key(word)
        if out and (
            key in _MODIFIERS
            or (len(out[-1]) == 1 and out[-1][0] in _PLACES)
            or _key(" ".join([*out[-1], word])) in pushed
        ):
            out[-1].append(word)
        else:
            out.append([word])
    return [" ".join(group) for group in out]


def _value(text: str) -> str:
    """Return a keyword without the marks that were put between its letters."""
    cleaned = re.sub(r"\s+", " ", _cleaned(text)).strip(" \t.,|/#·-_*^~")
    if re.fullmatch(r"(?:\w[^\w]+){2,}\w", cleaned) or re.search(r"\w[.·\-_*^♥ㆍ]\w", cleaned):
        return re.sub(r"[^\w]+|_+", "", cleaned)
    return cleaned


def is_payload_line(line: str) -> bool:
    """Tell whether a line of a post whose article is not known looks like payload, not text."""
    if len(line) > 4 * MAX_LINE:
        return False
    _, rest = _take_contacts(line)
    key = _key(" ".join(rest))
    return len(key) <= 12 or (len(key) <= MAX_LINE and not _SENTENCE_END.search(line))


def main_ranges(form: NormalForm, stretches: Iterable[tuple[int, int]]) -> list[Range]:
    """Return normal-form ranges as ascending, disjoint ranges of the stored text."""
    out: list[Range] = []
    for start, end in sorted(stretches):
        source = form.source(start, end)
        if out and source[0] <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], source[1]))
        else:
            out.append(source)
    return out
