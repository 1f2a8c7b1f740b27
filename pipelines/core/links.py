"""Where a link leads, told from the link alone: nothing is ever visited.

Boards, portals and spam tools wrap addresses: ``link.php?url=…``, ``l.php?u=…``, base64,
percent signs encoded again and again.  A link that hides its target in a table of the
redirector's own (a shortener) stays as it is.
"""

import base64
import binascii
import html
import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

MOST_LAYERS = 6
"""Wrappers inside wrappers that are undone."""
MOST_CHARS = 8000
"""Characters of a link that are looked at."""

_TLD = (
    "com|net|org|kr|co|io|me|xyz|top|shop|site|link|info|biz|club|vip|online|store|live|app|dev|pro|tv|cc|ws|to|ly|gl|gg|"
    "im|page|blog|win|bet|fun|icu|work|world|asia|jp|cn|us|uk|eu|de|ru|in|la|name|mobi|pw|website|space|tech|click|one|"
    "life|today|wiki|art|rent|kim|lol|ink|casino|games|poker|money|loan|agency|center|company|xn--[a-z0-9]+|example"
)
BARE_DOMAIN = (
    rf"(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.){{1,4}}(?:{_TLD})(?![a-z0-9.-]*[a-z0-9])"
)
"""Pattern of a domain without a scheme before it; without regard to case.

Only endings that people type are taken: ``view.do`` and ``readme.md`` are files first.
"""
_SCHEMELESS = re.compile(rf"{BARE_DOMAIN}(?:[/?#:]|$)", re.IGNORECASE)

_ADDRESS = re.compile(r"(?:h(?:tt|xx)ps?:)?//[^\s\"'<>\\]+", re.IGNORECASE)
_WHOLE = re.compile(r"h(?:tt|xx)ps?://[^\s/?#\"'<>\\]+\.[^\s\"'<>\\]+", re.IGNORECASE)
_BARE = re.compile(r"(?:www\.)?(?:[a-z0-9-]+\.)+[a-z]{2,18}(?:[/?#:]\S*)?", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_SCRIPT = re.compile(r"""["'](h(?:tt|xx)ps?://[^"'\s<>\\]+)["']""", re.IGNORECASE)
_AMP = re.compile(r"/amp/s/((?:[a-z0-9-]+\.)+[a-z]{2,18}/.*)", re.IGNORECASE)
"""A search engine's copy of a page: the path holds the address without its scheme."""
_TARGETS = frozenset(
    [
        "url",
        "u",
        "to",
        "target",
        "link",
        "q",
        "redirect",
        "redirect_url",
        "redirect_to",
        "redirecturl",
        "r",
        "dest",
        "destination",
        "goto",
        "go",
        "out",
        "site",
        "uri",
        "href",
        "l",
        "ext",
        "z",
        "page_url",
        "linkurl",
        "link_url",
        "rurl",
        "surl",
        "murl",
        "jump",
        "k",
        "wr_link",
    ]
)
"""Parameters that name a target: there an address may stand without ``http``."""
_NO_TARGETS = re.compile(
    r"ref$|refer|from|source|src|utm_|origin|return|callback|back|img|image|thumb|poster|icon|"
    r"media|photo|login|canonical|next$",
    re.IGNORECASE,
)
"""Parameters whose address says where somebody came from, or what is shown."""
_SHARES = re.compile(r"/(?:sharer?|share-offsite|intent|submit|pin/create|login)\b", re.IGNORECASE)
"""Paths of pages that take an address to show or to keep it, and lead nowhere."""


def leads_out(target: str) -> bool:
    """Tell whether the target of a link is an address of its own, with or without a scheme.

    A browser takes ``shop7.com`` for a page of the board's; who wrote it meant a domain.

    >>> leads_out("shop7.com/?p=1"), leads_out("view.php?id=1"), leads_out("./shop7.com")
    (True, False, False)
    """
    start = target[:300].lower()
    if start.startswith(("http://", "https://", "//", "tel:", "sms:", "mailto:")):
        return True
    return bool(_SCHEMELESS.match(start))


def unwrap(link: str) -> str:
    """Return the address that *link* leads to, itself where it hides none.

    >>> unwrap("https://l.example.com/l.php?u=https%253A%252F%252Fwww.target.kr%252Fa&h=1")
    'https://www.target.kr/a'
    """
    link = html.unescape(link[:MOST_CHARS]).strip()
    for _ in range(MOST_LAYERS):
        inner = _target(link)
        if inner is None or inner == link:
            break
        link = inner
    return link


def _target(link: str) -> str | None:
    """Return what one wrapper wraps."""
    if link[:11].lower() == "javascript:":
        match = _SCRIPT.search(link)
        return match[1] if match else None
    if _WHOLE.match(plain := _plain(link)) and not _WHOLE.match(link):
        return plain  # http%3A%2F%2F…
    try:
        parts = urlsplit(link)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    if _SHARES.search(parts.path):
        return None
    for found in _candidates(parts):
        try:
            other = (urlsplit(found).hostname or "").removeprefix("www.")
        except ValueError:
            continue
        if "." in other and other != host:
            return found
    return None


def _candidates(parts: SplitResult) -> list[str]:
    """Return the addresses in the parts of a link, the likeliest first."""
    found: list[str] = []
    try:
        pairs = parse_qsl(parts.query, max_num_fields=100)
    except ValueError:
        pairs = []
    named = sorted(pairs, key=lambda pair: pair[0].lower() not in _TARGETS)
    for name, value in named:
        if not _NO_TARGETS.search(name):
            found += _readings(value, is_named=name.lower() in _TARGETS)
    if parts.query and (not pairs or _WHOLE.match(parts.query)):
        found = _readings(parts.query, is_named=False) + found
    # /web/2026/http://…, /r/aHR0cHM6Ly9…: the target stands in the path.
    inner = re.search(r"/(h(?:tt|xx)ps?:/{1,2}[^/].*)$", _plain(parts.path), re.IGNORECASE)
    if inner:
        address = re.sub(r"^(\w+:)/+", r"\1//", inner[1])
        found += _readings(address + (f"?{parts.query}" if parts.query else ""), is_named=False)
    if amp := _AMP.match(parts.path):
        found.append(f"https://{amp[1]}" + (f"?{parts.query}" if parts.query else ""))
    found += [
        # Some write parameters into the path: /RU=https%3A…/RK=2
        each for part in parts.path.split("/") for text in (part, part.partition("=")[2])
        for each in _readings(text, is_named=False) if text and not part.lower().startswith("http")
    ]  # fmt: skip
    if parts.fragment:
        found += _readings(parts.fragment, is_named=False)
    return found


def _readings(value: str, *, is_named: bool) -> list[str]:
    """Return the addresses that a value may mean: as it stands, decoded, without ``http``."""
    plain = _plain(value).strip()
    if _WHOLE.match(plain):
        return [plain]
    if is_named and plain.startswith("//") and _ADDRESS.match(plain):
        return ["http:" + plain]
    for text in (plain, plain.removeprefix("a1")):  # Bing writes a1 before it
        if (decoded := _from_base64(text)) is not None:
            return [decoded]
    if is_named and _BARE.fullmatch(plain) and not plain.lower().endswith((".php", ".html")):
        return ["http://" + plain]
    return []


def _plain(text: str) -> str:
    """Undo percent signs until an address stands there, and no further: it may wrap another."""
    for _ in range(MOST_LAYERS):
        if _WHOLE.match(text) or (once := unquote(text)) == text:
            break
        text = once
    return text


def _from_base64(text: str) -> str | None:
    """Return the address that is written in base64, plain or for URLs; None for other text."""
    if not _BASE64.fullmatch(text):
        return None
    text = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    decoded = _plain(decoded).strip()
    return decoded if _WHOLE.match(decoded) else None
