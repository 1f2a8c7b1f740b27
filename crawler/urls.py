"""Addresses: reading what boards link to, and writing them in one canonical form."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, quote, unquote, unquote_plus, urljoin, urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_MOST_FIELDS = 200
_ESCAPED_AMPERSAND = re.compile(r"&(?:amp;)+", re.IGNORECASE)


def _split(url: str) -> SplitResult:
    """Split an address; one that cannot be split is all path, and leads nowhere."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", url, "", "")


_SESSION = re.compile(r";jsessionid=[^?#/]*", re.IGNORECASE)
"""What a Java server writes into the path of every link, until it knows that a reader keeps cookies."""


def join(base: str, href: str) -> str | None:
    """Return the absolute http(s) address of a link, None for any other kind.

    A reader's session is no part of it.

    >>> join("https://a.kr/bbs/board.php?bo_table=free", "./board.php?wr_id=3")
    'https://a.kr/bbs/board.php?wr_id=3'
    >>> join("https://a.kr/", "/bbs/view.do;jsessionid=A1b.node2?nttId=3")
    'https://a.kr/bbs/view.do?nttId=3'
    >>> join("https://a.kr/", "javascript:void(0)") is None
    True
    """
    cleaned = _ESCAPED_AMPERSAND.sub("&", href.strip())
    if not cleaned or cleaned.startswith("#"):
        return None
    try:
        absolute = urljoin(base, cleaned)
        parts = urlsplit(absolute)
        parts.port  # noqa: B018 - reading it is the check: it raises on a bad one
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    return _SESSION.sub("", absolute) if ";" in absolute else absolute


def origin(url: str) -> str:
    """Return scheme, host and port, without credentials and the default port.

    A mobile host (``m.example.com``) is the same site as ``example.com``.

    >>> origin("HTTP://user@M.Example.com:80/bbs/?x=1")
    'http://example.com'
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    host = (parts.hostname or "").lower()
    if host.startswith("m.") and host.count(".") >= 2:
        host = host[2:]
    if ":" in host:
        host = f"[{host}]"
    port = parts.port
    shown_port = f":{port}" if port and port != _DEFAULT_PORTS.get(scheme) else ""
    return f"{scheme}://{host}{shown_port}"


def host(url: str) -> str:
    """Return host and port alone: a site answers to http and https.

    >>> host("https://example.com:8443/a")
    'example.com:8443'
    """
    return origin(url).partition("://")[2]


def path(url: str) -> str:
    """Return the path from the root, percent-decoded, with single slashes, without a session.

    Behind an origin it stays a path, whatever it is: what a page says must not lengthen a host's name.

    >>> path("https://a.kr//free/%EA%B0%80-%EB%82%98/?page=2")
    '/free/가-나/'
    >>> path("@b.kr/free")
    '/@b.kr/free'
    """
    decoded = "/" + unquote(_split(url).path)
    if ";" in decoded:
        decoded = _SESSION.sub("", decoded)
    return re.sub(r"/{2,}", "/", decoded)


def query(url: str) -> dict[str, str]:
    """Return the parameters; of a repeated one the last, as PHP reads it.

    >>> query("/bbs/board.php?bo_table=free&page=2&amp;page=3")
    {'bo_table': 'free', 'page': '3'}
    """
    source = url.partition("#")[0].partition("?")[2]
    if "&amp;" in source.lower():
        source = _ESCAPED_AMPERSAND.sub("&", source)
    found: dict[str, str] = {}
    # More fields than any board writes are not worth reading.
    for field in source.split("&", _MOST_FIELDS)[:_MOST_FIELDS]:
        name, _, value = field.partition("=")
        if name:
            found[_unquoted(name)] = _unquoted(value)
    return found


def _unquoted(text: str) -> str:
    return unquote_plus(text) if "%" in text or "+" in text else text


_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|igshid|mc_[ce]id|_ga|yclid|cmpid|ref_?src|spm",
    re.IGNORECASE,
)


def canonical(url: str) -> str:
    """Return an article's address without what changes with who links to it.

    Scheme and host in lower case, no default port, no fragment, no tracking parameters.

    >>> canonical("HTTP://News.Example.kr:80/a?no=3&utm_source=x#top")
    'http://news.example.kr/a?no=3'
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url.strip()
    scheme, name = parts.scheme.lower(), (parts.hostname or "").lower()
    if scheme not in _DEFAULT_PORTS or not name:
        return url.strip()
    if ":" in name:
        name = f"[{name}]"
    if port and port != _DEFAULT_PORTS[scheme]:
        name = f"{name}:{port}"
    fields = [field for field in parts.query.split("&", _MOST_FIELDS) if field]
    kept = "&".join(field for field in fields if not _TRACKING.fullmatch(field.partition("=")[0]))
    return f"{scheme}://{name}{parts.path or '/'}" + (f"?{kept}" if kept else "")


def variants(url: str) -> list[str]:
    """Return the addresses under which one article stands: http and https, with ``www.``, ``m.``.

    An address that names no page of its host has no variants: papers share them for all
    that they lost.
    """
    url = canonical(url)
    scheme, _, rest = url.partition("://")
    name, slash, tail = rest.partition("/")
    if scheme not in _DEFAULT_PORTS or not tail.strip("?#/"):
        return []
    bare = name.removeprefix("www.").removeprefix("m.")
    return [
        f"{each}://{prefix}{bare}{slash}{tail}"
        for each in ("https", "http")
        for prefix in ("", "www.", "m.")
    ]


def write_query(parameters: Mapping[str, str | int]) -> str:
    """Write parameters in the given order, percent-encoded as UTF-8.

    >>> write_query({"bo_table": "free", "page": 2})
    'bo_table=free&page=2'
    """
    return "&".join(f"{name}={quote(str(value), safe='')}" for name, value in parameters.items())


def is_number(text: str) -> bool:
    """Tell whether a part of an address is a number that a board counts its posts by."""
    return text.isascii() and text.isdigit() and len(text) < 19
