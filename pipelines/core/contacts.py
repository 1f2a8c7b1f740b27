"""Ways to get in touch, found by their form: addresses, phones, messenger ids, e-mail.

Spam hides them from filters and not from people: full-width or circled digits, digits
as Hangul (공일공), letters for digits (O1O), zero-width characters, entities, syllables
taken apart, dots written as words.  A contact is looked for in a plain reading of the
text, and keeps the raw form in which it stands there.

A publisher's own address and tip line are no payload: those are told by what stands
around them (a copyright, a source, a byline, a call for tips).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from models.relation import LureKind
from pipelines.core.links import BARE_DOMAIN, unwrap
from pipelines.core.normalise import normal_text, read_composed


@dataclass(frozen=True, slots=True)
class Lure:
    """One piece of payload."""

    kind: LureKind
    value: str
    """The plain, de-obfuscated form."""
    raw: str
    """The form in which it stands in the post."""


class Plain:
    """A text as it reads: no entities, one width, no invisible characters, syllables whole."""

    __slots__ = ("_starts", "source", "text")

    def __init__(self, text: str, source: str) -> None:
        self.text = text
        self.source = source
        self._starts: list[int] | None = None

    def place(self, at: int) -> int:
        """Return where a character of the plain text, or its end, stands in the source."""
        if self.text is self.source:
            return at
        if self._starts is None:  # few texts are asked
            self._starts = _starts(self.source)
        return self._starts[at]

    def raw(self, start: int, end: int) -> str:
        """Return what the source has for a range of the plain text."""
        return self.source[self.place(start) : self.place(end)]


_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u0300-\u036f\u061c\u115f\u1160\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e01ef"
)
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_NOT_PLAIN = re.compile(r"[^\t\n\r -%'-~가-힣·“”‘’]")
"""What a text that reads as it stands may be without: nearly all texts are."""
_TREATED = re.compile(
    # Letters and digits of other scripts, and framed ones, may be drawn like a plain one.
    f"[{_UNSEEN}\u0131\u0142\u0250-\u02af\u0370-\u1fff\u2776-\u2793\ua720-\ua8ff\U0001f130-\U0001f18f]"
    "|&[#A-Za-z]|[ㄱ-ㅎ][ㅏ-ㅣ]|。"
)
_PIECE = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});|&[^&;\n]{2,48};"
    r"|[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?"
    r"|[ㄱ-ㅎ][ㅏ-ㅣ](?:[ㄱ-ㅎ](?![ㅏ-ㅣ]))?|[^\t\n\r -~가-힣]"
)


def plain(text: str) -> Plain:
    """Undo what hides a contact from a pattern.

    >>> plain("０１０&#45;1234").text
    '010-1234'
    """
    if (
        not _NOT_PLAIN.search(text)
        or (text.isascii() and "&" not in text)
        or (unicodedata.is_normalized("NFKC", text) and not _TREATED.search(text))
    ):
        return Plain(text, text)
    return Plain(_PIECE.sub(_reading, text), text)


def _reading(match: re.Match[str]) -> str:
    # Among other circled letters it is one, and not the sign of a credit.
    if match[0] == "ⓒ" and _CIRCLED.match(match.string, max(0, match.start() - 1)):
        return "c"
    return _read(match[0])


_CIRCLED = re.compile("[ⓐ-ⓩ]ⓒ|ⓒ[ⓐ-ⓩ]|.ⓒ[ⓐ-ⓩ]", re.DOTALL)


def _starts(text: str) -> list[int]:
    """Return where each character of a text's plain reading, and its end, stands in the text."""
    starts: list[int] = []
    done = 0
    for match in _PIECE.finditer(text):
        start, end = match.span()
        starts += range(done, start)
        starts += [start] * len(_read(match[0]))
        done = end
    starts += range(done, len(text) + 1)
    return starts


@lru_cache(8192)
def _read(piece: str) -> str:
    if len(piece) > 1:
        composed = read_composed(piece)
        if piece[0] != "&" or composed == piece:
            return composed
        piece = composed
    elif piece.isascii():
        return ""  # a control character
    if piece in "ⓒ。":
        return "©" if piece == "ⓒ" else "."  # the sign of a credit must not become a letter c
    if "ㄱ" <= piece <= "ㆎ":
        return piece  # as a keyboard types it
    read = _INVISIBLE.sub("", unicodedata.normalize("NFKC", piece))
    if len(read) == 1 and not read.isascii() and not unicodedata.decomposition(read):
        drawn = normal_text(read)
        if len(drawn) == 1 and drawn.isascii():
            return drawn.upper() if unicodedata.category(read) == "Lu" else drawn
    return read


# --- patterns -------------------------------------------------------------------------

_SCHEME = r"h\s?(?:t\s?t|x\s?x)\s?p\s?s?\s?[:;]\s?[/\\]\s?[/\\]\s?"
_TEXT = r"[^\s<>\"'“”‘’()\[\]{}\uac00-\ud7a3]"
_URL = re.compile(
    r"(?P<email>[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,18})"
    rf"|(?P<url>(?:{_SCHEME}|www\.){_TEXT}{{3,2000}}"
    rf"|(?<![\w@.-]){BARE_DOMAIN}(?:[/?#]{_TEXT}{{0,2000}})?"
    # A Hangul name must stand apart: else every sentence glued to a domain were one.
    r"|(?<!\S)[가-힣][가-힣a-z0-9-]{1,40}\.(?:com|net|org|co\.kr|kr|shop|xyz|한국|닷컴|닷넷)(?![\w.]))",
    re.IGNORECASE,
)
_DOT = (
    r"(?:\s?[\[({]\s?\.\s?[\])}]\s?|\s\.\s?|\.\s|\s?[\[(]?dot[\])]?\s?|\s?[\[(]?[닷쩜점][\])]?\s?"
    r"|[•∙·ㆍ]|,(?=(?i:com|net|co|kr)))"
)
_SPELLED = re.compile(
    rf"(?<![\w@.-])(?P<name>[a-z0-9][a-z0-9-]{{2,60}}|(?:[a-z0-9]\s){{3,30}}[a-z0-9]){_DOT}"
    rf"(?P<tld>컴|넷|(?:c\s?o\s?m|n\s?e\s?t|org|co{_DOT}kr|kr|xyz|shop|top|me|info|biz|site)(?![a-z0-9.]))",
    re.IGNORECASE,
)
"""A domain whose dots are words, bracketed or spaced: ``name 닷컴``, ``name [.] com``."""

_HANGUL_DIGITS = dict(zip("공영일이삼사오육륙칠팔구", "001234566789", strict=True))
_AS_DIGIT = {**dict.fromkeys("Oo○〇", "0"), **dict.fromkeys("lI|", "1"), **_HANGUL_DIGITS}
_ZERO = "[0Oo○〇공영]"
_DIGIT = r"[0-9Oo○〇lI|공영일이삼사오육륙칠팔구]"
_APART = r"[-–—.)\s/~_*·•,:=+^↔→☆★♡♥]{0,3}"
_PHONE = re.compile(
    r"(?<![0-9A-Za-z.-])(?:"
    rf"(?:\+?82{_APART}{_ZERO}?|{_ZERO}){_APART}[1lI|일]{_APART}(?:{_ZERO}|[16789])"
    rf"(?:{_APART}{_DIGIT}){{7,8}}"
    r"|0(?:2|[3-6][1-5]|70|80|50[2-8]?)[-.)\s]{0,2}[0-9]{3,4}[-.\s]{0,2}[0-9]{4}"
    # The prefixes in use; what else looks alike are years (1592-1598).
    r"|1(?:5(?:22|33|44|66|77|88|99)|6(?:00|44|6[01689]|70|88)|8(?:00|11|33|55|66|77|99))"
    r"[-.\s]{1,3}[0-9]{4})(?![0-9])(?!\s?년)"
)

_GAP = r"[\s.·•_*~^|/,☆★♡♥-]?"


def _apart(*names: str) -> str:
    return "|".join(_GAP.join(name) for name in names)


_AT = r"(?:[\[({]\s?(?:at|앳|골뱅이|@)\s?[\])}]|골뱅이)\s?"
_SPELLED_EMAIL = re.compile(
    rf"(?P<user>[A-Za-z0-9][\w.+-]{{0,63}})\s?{_AT}"
    rf"(?P<host>(?:[A-Za-z0-9-]{{1,63}}(?:\.|{_DOT})){{1,4}}[A-Za-z]{{2,18}})",
    re.IGNORECASE,
)
_MESSENGER = re.compile(
    rf"(?P<name>{_apart('카카오톡', '카카오', '카톡', '까톡', '캬톡', '깨톡', '오픈톡', '플친')}"
    rf"|{_apart('kakao')}(?:\s?talk)?|ㅋㅌ|ㅌㄹㄱㄹ|ㅌㄹ|디스코드|discord|{_apart('텔레그램', '텔레그렘', '텔레', '텔그')}|telegram|tele(?![a-z])"
    r"|wechat|whatsapp|skype|위챗|왓츠앱|스카이프|(?<![가-힣])(?:라인|인스타|텔|톡|시그널)"
    r"|(?<![a-z])(?:line|signal|tg)(?=\s*(?:id|아이디)?\s*[:：=@])|텔(?=\s*@))"
    r"(?P<between>\s*(?:오픈채팅|채널|아이디|친구추가|친추|문의|상담|추가|주소|id(?![A-Za-z0-9]))?[\s:：=»→⇒➡►▶☞👉>)\]~☆★♡♥({\[【「\"'“-]{0,8})"
    rf"(?P<at>{_AT})?(?P<id>@?[A-Za-z0-9][A-Za-z0-9_.-]{{1,30}}[A-Za-z0-9_]|(?:[A-Za-z0-9] ){{3,30}}[A-Za-z0-9])"
    r"(?![A-Za-z0-9])(?!\s?[만천백]?\s?[원명개])",
    re.IGNORECASE,
)
_AT_ID = re.compile(r"(?<![\w@.])@[A-Za-z][A-Za-z0-9_]{3,31}(?![\w@.])")

# Every contact has a Latin letter or a digit, or spells one.
_LATIN = re.compile(r"[0-9A-Za-z]")
_SPELLS_LATIN = re.compile(r"[공영.](?:(?<=[공영])[\W_]?일|(?<=[가-힣]\.)(?:한국|닷컴|닷넷))")
# What a contact of each kind is never without. Most lines have none of it, and a search that
# begins with a set of characters costs a tenth of one for the contact itself. The two letters
# beside A-Z are those that a pattern without regard to case takes for an i.
_MAY_BE_URL = re.compile(r"[./](?:(?<=//)|(?<=[Ww]\.)|(?<=\.)(?:[A-Za-zİı]|한국|닷[컴넷]))")
_MAY_BE_SPELLED = re.compile(
    r"[.tT닷쩜점•∙·ㆍ,][\s\])}]{0,3}(?:컴|넷|(?i:c\s?o\s?m|n\s?e\s?t|org|co|kr|xyz|shop|top|me|info|biz|site))"
)
_MAY_BE_AT = re.compile(r"골뱅이|[\[({]\s?(?:[aA][tT]|앳|@)")
_MAY_BE_PHONE = re.compile(rf"{_DIGIT}(?:{_APART.replace('3', '6')}{_DIGIT}){{7}}")
_MAY_BE_NAME = re.compile(
    r"[카까캬깨오플텔위왓스라인톡시디ㅋㅌKkTtWwSsLlDd]"
    rf"(?:(?<=[텔톡])|{_GAP}[카톡픈친챗츠인스그ㅌㄹAaEeGgHhKkIiİı])"
)

Around = Callable[[int, int], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """The contacts of a piece of text, and the ranges of its plain reading between them."""

    read: Plain
    lures: list[Lure]
    rest: list[tuple[int, int]]


def take_contacts(text: str, around: Around | None = None) -> Found:
    """Return the contacts in a piece of text, and what stands between them.

    *around* gives what stands before and after a range of *text* in the post, for telling
    payload from a publisher's credits; without it, the piece is all there is.
    """
    read = plain(text)
    if not _LATIN.search(read.text) and not _SPELLS_LATIN.search(read.text):
        return Found(read, [], [(0, len(read.text))])
    found: list[tuple[int, int, list[Lure]]] = []

    def take(match: re.Match[str], lures: list[Lure]) -> None:
        start, end = match.span()
        if lures and all(end <= a or b <= start for a, b, _ in found):
            found.append((start, end, lures))

    if _MAY_BE_AT.search(read.text):
        for match in _SPELLED_EMAIL.finditer(read.text):
            host = re.sub(_DOT, ".", match["host"], flags=re.IGNORECASE)
            address = f"{match['user']}@{host}".lower()
            take(match, [Lure(LureKind.EMAIL, address, read.raw(*match.span()))])
    if _MAY_BE_URL.search(read.text):
        for match in _URL.finditer(read.text):
            raw = read.raw(*match.span())
            if match["email"]:
                take(match, [Lure(LureKind.EMAIL, match[0].lower(), raw)])
            else:
                take(match, read_address(match["url"].rstrip(".,;:!?…·"), raw))
    if _MAY_BE_SPELLED.search(read.text):
        for match in _SPELLED.finditer(read.text):
            take(match, read_address(_spelled_out(match), read.raw(*match.span())))
    if _MAY_BE_PHONE.search(read.text):
        for match in _PHONE.finditer(read.text):
            number = _number(match[0])
            if number:
                take(match, [Lure(LureKind.PHONE, number, read.raw(*match.span()))])
    for match in _messengers(read.text):
        name = "@" * bool(match["at"]) + match["id"].replace(" ", "")
        if _is_id(name, match["between"]):
            take(match, [Lure(LureKind.MESSENGER, name, read.raw(*match.span()))])
    if "@" in read.text:
        for match in _AT_ID.finditer(read.text):
            take(match, [Lure(LureKind.MESSENGER, match[0], read.raw(*match.span()))])
    found.sort(key=lambda f: f[0])
    rest = []
    lures: list[Lure] = []
    done = 0
    for start, end, each in found:
        rest.append((done, start))
        done = end
        if not _is_credit(read, start, end, each[0].kind, around):
            lures += each
    rest.append((done, len(read.text)))
    return Found(read, lures, rest)


def _messengers(text: str) -> Iterator[re.Match[str]]:
    """Yield what ``_MESSENGER.finditer`` would, by looking only where a name may begin."""
    at = 0
    while name := _MAY_BE_NAME.search(text, at):
        match = _MESSENGER.match(text, name.start())
        at = name.start() + 1
        if match:
            yield match
            at = match.end()


def _spelled_out(match: re.Match[str]) -> str:
    tld = {"컴": "com", "넷": "net"}.get(match["tld"], match["tld"])
    address = f"{match['name']}.{re.sub(_DOT, '.', tld, flags=re.IGNORECASE)}"
    return re.sub(r"\s", "", address).lower()


def _number(written: str) -> str | None:
    """Return the digits of a phone number, None where there are too many or too few."""
    digits = "".join(c for c in (_AS_DIGIT.get(c, c) for c in written) if c in "0123456789")
    if digits.startswith("82"):
        digits = "0" + digits[2:].lstrip("0")
    if digits.startswith("01"):
        return digits if len(digits) == 11 or (len(digits) == 10 and digits[2] != "0") else None
    return digits


_BRACKETS = " \t\u00a0({[【「\"'“"
"""What stands around an id as it does around a name: 라인(LINE)."""


def _is_id(name: str, between: str) -> bool:
    """Tell an id from a word or a figure that follows a messenger's name: 카카오 Bank, 2024."""
    if name.isdigit():
        return 6 <= len(name) <= 9
    if (
        name.startswith("@")
        or between.strip(_BRACKETS)
        or any(c.isdigit() or c == "_" for c in name)
    ):
        return True
    return len(name) >= 5 and name.islower()


# --- whose contact it is --------------------------------------------------------------

_BEFORE, _AFTER = 90, 40
"""Characters around a contact that say whose it is."""
_TIPS = re.compile(r"제\s?보")
_PHONE_LABEL = re.compile(r"\W*(?:전화|문의)\W*")
_COPYRIGHT = re.compile(r"[ⓒ©]|저작권|copyright", re.IGNORECASE)
_RESERVED = re.compile(r"무\s?단|재\s?배포|all\s+rights", re.IGNORECASE)
_SOURCE = re.compile(r"출\s?처[^()]{0,50}\([^()]{0,40}$")
_BYLINE = re.compile(r"기\s?자\W{0,3}.{0,12}$")


def _is_credit(read: Plain, start: int, end: int, kind: LureKind, around: Around | None) -> bool:
    """Tell a publisher's contact from payload by the words around it."""
    before, after = read.text[max(0, start - _BEFORE) : start], read.text[end : end + _AFTER]
    if around is not None and (start < _BEFORE or end + _AFTER > len(read.text)):
        nearby = around(read.place(start), read.place(end))
        before, after = (plain(each).text for each in nearby)
    line = before.rpartition("\n")[2]
    before = re.sub(r"\s+", " ", before)[-_BEFORE:]
    if kind is LureKind.EMAIL:
        return bool(_BYLINE.search(before))
    if kind is LureKind.PHONE or kind is LureKind.MESSENGER:
        # On a line of its own, payload may follow a tip line.
        return bool(_TIPS.search(before[-60:] if _PHONE_LABEL.fullmatch(line) else line))
    if _SOURCE.search(before):
        return True
    return bool(_COPYRIGHT.search(before[-50:]) and _RESERVED.search(after))


# --- addresses ------------------------------------------------------------------------


def read_hrefs(hrefs: Iterable[str]) -> list[Lure]:
    """Return the lures that the targets of links are."""
    found: list[Lure] = []
    for href in hrefs:
        scheme, _, rest = href.partition(":")
        if scheme.lower() in ("tel", "sms"):
            number = _number(unquote(rest).partition("?")[0])
            if number and 8 <= len(number) <= 11:
                found.append(Lure(LureKind.PHONE, number, href))
        elif scheme.lower() == "tg":
            name = re.search(r"[?&]domain=(\w{4,32})", rest)
            found += [Lure(LureKind.MESSENGER, f"@{name[1]}", href)] if name else []
        elif scheme.lower() == "mailto":
            address = unquote(rest).partition("?")[0].lower()
            if re.fullmatch(r"[^\s@]+@[^\s@]+\.[a-z]+", address):
                found.append(Lure(LureKind.EMAIL, address, href))
        else:
            found += read_address(href, href)
    return found


_PROTOCOL = re.compile(r"^h(?:tt|xx)p(s?)[:;][/\\]{2}", re.IGNORECASE)


def read_address(url: str, raw: str) -> list[Lure]:
    """Return the URL and DOMAIN lures of one address; none if it is not an address."""
    value = unwrap(re.sub(r"\s+", "", url))
    value = _PROTOCOL.sub(lambda match: f"http{match[1].lower()}://", value)
    domain = domain_of(value)
    if domain is None:
        return []
    return [Lure(LureKind.URL, value, raw), Lure(LureKind.DOMAIN, domain, raw)]


def domain_of(url: str) -> str | None:
    """Return the domain of an address, with or without a scheme; None if it is no address.

    >>> domain_of("https://www.Rank7.com/?p=1"), domain_of("192.168.7.1")
    ('rank7.com', None)
    """
    with_scheme = url if "://" in url else "http:" + "//" * (url[:2] != "//") + url
    try:
        host = urlsplit(with_scheme).hostname or ""
    except ValueError:
        return None
    if "." not in host or not re.search(r"[a-z가-힣]", host) or with_scheme[:4].lower() != "http":
        return None
    return host.removeprefix("www.").rstrip(".")
