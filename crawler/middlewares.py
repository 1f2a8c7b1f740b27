"""Manners towards a server: robots.txt as RFC 9309 reads it, retries with back-off."""

import codecs
import logging
import random
import re
from collections import Counter
from collections.abc import Callable

from scrapy import Request
from scrapy.core.downloader import tls
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares import cookies, robotstxt
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response, TextResponse
from scrapy.robotstxt import RobotParser
from scrapy.utils.asyncio import sleep
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.response import get_meta_refresh
from tldextract import TLDExtract

from crawler.responses import HostBusy, RobotsUnread, explain

logger = logging.getLogger(__name__)

TOO_MANY = 429
MOST_BUSY = 5
"""Requests that a host answers with 429, whenever they are tried again, before it is left alone."""
CLOSED = b"User-agent: *\nDisallow: /"


def _shorten(record: logging.LogRecord) -> bool:
    """Leave out the traceback: that a server is down is no error of the program's."""
    record.exc_info = None
    return True


logging.getLogger(robotstxt.__name__).addFilter(_shorten)


def _once() -> Callable[[logging.LogRecord], bool]:
    """Return a filter of a log that says everything once."""
    said: set[str] = set()

    def is_new(record: logging.LogRecord) -> bool:
        words = record.getMessage()
        is_new = words not in said
        said.add(words)
        return is_new

    return is_new


# Many old boards have a certificate of another name: it is said of each host, not of each page.
logging.getLogger(tls.__name__).addFilter(_once())


# Scrapy's own asks the internet for the list of public suffixes, past the guard, the
# budget and robots.txt, and waits for it: the list that the package brings is enough.
cookies._split_domain = TLDExtract(
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
)


# Of "pumgeul/0.1 (+https://…)", as a log shows us, the name alone counts (RFC 9309, 2.2.1).
_VERSION = re.compile(rb"^([ \t]*user-agent[ \t]*:[ \t]*[a-z_-]+)/.*", re.IGNORECASE | re.MULTILINE)


def as_utf8(body: bytes) -> bytes:
    """Return a robots.txt as UTF-8: those of before are in EUC-KR, and editors make UTF-16 of them.

    Rules are for addresses, in which such bytes stand escaped.

    >>> as_utf8("Disallow: /글/".encode("euc-kr"))
    b'Disallow: /%B1%DB/'
    """
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "replace").encode()
    try:
        body.decode()
    except UnicodeDecodeError:
        return re.sub(rb"[\x80-\xff]", lambda byte: b"%%%02X" % byte[0][0], body)
    return body


class RobotsTxt(RobotsTxtMiddleware):
    """Obeys robots.txt; an error page is no robots.txt.

    Where the server cannot say (5xx, no answer), nothing is allowed; where it has none (4xx,
    redirects without an end), everything is (RFC 9309, 2.3.1).
    """

    def __init__(self, crawler: Crawler) -> None:
        """Know nothing of any host."""
        super().__init__(crawler)
        self._unread: dict[str, tuple[str, str]] = {}

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        if (why := self._unread.get(urlparse_cached(request).netloc)) is not None:
            raise RobotsUnread(*why)
        super().process_request_2(rp, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        reason, words = explain(exc)
        if reason != "redirects":
            self._unread[netloc] = reason, f"its robots.txt could not be fetched: {words}"
        super()._robots_error(exc, netloc)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self._unread[netloc] = "robots", f"its robots.txt answers HTTP {response.status}"
            response = response.replace(body=CLOSED)
        elif response.status >= 400:
            response = response.replace(body=b"")
        else:
            response = response.replace(body=_VERSION.sub(rb"\1", as_utf8(response.body)))
        await super()._parse_robots(response, netloc, request)


class BackOff(RetryMiddleware):
    """Waits before each retry, twice as long as before the last, or as the server asks.

    A host that goes on saying 429 (too many requests) is asked no more in this run.

    Settings: ``RETRY_BACKOFF_DELAY`` (s before the first retry), ``RETRY_BACKOFF_MAX``
    (s at most), and Scrapy's ``RETRY_*``.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "BackOff":
        middleware = super().from_crawler(crawler)
        middleware._first = crawler.settings.getfloat("RETRY_BACKOFF_DELAY")
        middleware._most = crawler.settings.getfloat("RETRY_BACKOFF_MAX")
        middleware._busy = Counter()
        return middleware

    _first: float
    _most: float
    _busy: Counter[str]
    """Requests to a host that ended with 429, the last ones in a row."""

    def process_request(self, request: Request) -> None:
        if self._busy[urlparse_cached(request).netloc] >= MOST_BUSY:
            raise HostBusy

    async def process_response(  # type: ignore[override]  # Scrapy awaits either kind
        self, request: Request, response: Response
    ) -> Request | Response:
        result = super().process_response(request, response)
        if isinstance(result, Request):
            await self._wait(result, response)
        else:
            self._count_busy(urlparse_cached(request).netloc, response.status)
        return result

    def _count_busy(self, host: str, status: int) -> None:
        if status != TOO_MANY:
            self._busy[host] = 0
            return
        self._busy[host] += 1
        if self._busy[host] == MOST_BUSY:
            logger.warning("%s answers HTTP 429 to everything: this run asks it no more", host)

    async def process_exception(  # type: ignore[override]
        self, request: Request, exception: Exception
    ) -> Request | Response | None:
        result = super().process_exception(request, exception)
        if isinstance(result, Request):
            await self._wait(result, None)
        return result

    async def _wait(self, retry: Request, response: Response | None) -> None:
        seconds = backoff(retry.meta["retry_times"], self._first)
        if response is not None:
            seconds = max(seconds, retry_after(response))
        if self._most and seconds:
            await sleep(min(seconds, self._most))


class BoundedCookies(CookiesMiddleware):
    """Keeps cookies, and forgets them where a server sends more than a browser would take.

    Settings: ``COOKIES_MAX_BYTES`` (of a request's ``Cookie`` header).
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "BoundedCookies":
        middleware = super().from_crawler(crawler)
        middleware._most_bytes = crawler.settings.getint("COOKIES_MAX_BYTES")
        return middleware

    _most_bytes: int

    def process_request(self, request: Request) -> Request | Response | None:  # type: ignore[override]
        result = super().process_request(request)
        if len(request.headers.get("Cookie") or b"") > self._most_bytes:
            self.jars[request.meta.get("cookiejar")].clear()
            del request.headers["Cookie"]
        return result

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        """Ask once more where a server sets a cookie and sends the reader back to where he is.

        Guards against robots do so before each visit.
        """
        result = super().process_response(request, response)
        if "Set-Cookie" not in response.headers or "had_no_cookie" in request.meta:
            return result
        if _sends_to(response) != request.url:
            return result
        return request.replace(meta={**request.meta, "had_no_cookie": True}, dont_filter=True)


def _sends_to(response: Response) -> str | None:
    """Return where a redirect, or a short page that moves on by itself, leads."""
    if response.status in {301, 302, 303, 307, 308} and "Location" in response.headers:
        return response.urljoin(response.headers["Location"].decode("latin-1"))  # type: ignore[union-attr]
    if isinstance(response, TextResponse) and len(response.body) < _SHORT:
        named = get_meta_refresh(response, ignore_tags=("noscript",))[1]
        return named or (response.url if _REFRESH.search(response.body) else None)
    return None


_REFRESH = re.compile(rb"<meta\b[^>]{0,200}\bhttp-equiv\s*=\s*[\"']?refresh\b", re.IGNORECASE)
"""Where it names no address, the page's own is meant."""


_SHORT = 4096
"""Bytes of a page that only moves on."""


def backoff(attempt: int, first: float) -> float:
    """Return the seconds to wait before retry *attempt* (from 1), give or take a quarter."""
    return first * float(2 ** (attempt - 1)) * random.uniform(0.75, 1.25)  # noqa: S311 - no secret


def retry_after(response: Response) -> float:
    """Return the seconds that a ``Retry-After`` header asks for; 0 without one.

    The header's other form, a date, is rare and left to the back-off.
    """
    value: bytes = (response.headers.get("Retry-After") or b"").strip()
    return float(value) if value.isdigit() and len(value) < 7 else 0.0
