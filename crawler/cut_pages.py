"""Pages that were cut off on their way and arrived as if they were whole.

A server that gives no length ends a page by hanging up, as a crash does, and a compressed page is
read as far as it goes.  Half a post would be stored for an edited one: so such a page must show
its end itself, or end in the same tag when it is asked for again.
"""

import re
import zlib

import brotli
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

_FIRST_ELEMENT = re.compile(rb"<([a-z][\w:.-]*)", re.IGNORECASE)
_HEAD_BYTES = 4096
_END_BYTES = 100
_VOID = frozenset({b"base", b"br", b"hr", b"img", b"input", b"link", b"meta"})
"""Elements that never end."""
_MOST_BYTES = 64 * 1024 * 1024
"""Of an unpacked page; of a larger one it is not told, DOWNLOAD_MAXSIZE refuses it."""


class EndlessPages:
    """Tells pages that nobody cut off: some software never writes the last tags of a page."""

    def __init__(self) -> None:
        """Know of no host that has such software."""
        self._hosts: set[str] = set()

    def are_written_so(self, host: str, end: bytes, before: bytes | None) -> bool:
        """Tell whether a page of *host* that shows no end is whole.

        Args:
            host: a page of it that came twice with one end tells of its other pages, too.
            end: the page's last bytes.
            before: those of the try before this one.
        """
        if not end.rstrip().endswith(b">"):
            return False
        if end == before:
            self._hosts.add(host)
        return host in self._hosts


class WholePages(HTTP11DownloadHandler):
    """Downloads as Scrapy does; a page that was cut off is a loss of data, and tried again."""

    def __init__(self, crawler: Crawler) -> None:
        """Download for a crawl."""
        super().__init__(crawler)
        self._endless = EndlessPages()

    async def download_request(self, request: Request) -> Response:
        """Return the response.

        Raises:
            ResponseDataLossError: it was cut off.
        """
        response = await super().download_request(request)
        encoding = (response.headers.get("Content-Encoding") or b"").decode("latin-1")
        if not is_cut(response.body, encoding, is_open="partial" in response.flags):
            return response
        if not encoding:
            before, end = request.meta.get("page_end"), response.body[-_END_BYTES:]
            if self._endless.are_written_so(urlparse_cached(request).netloc, end, before):
                return response
            request.meta["page_end"] = end
        raise ResponseDataLossError("the page ends in the middle")


def is_cut(body: bytes, encoding: str = "", *, is_open: bool = False) -> bool:
    """Tell whether a page was cut off.

    Args:
        body: as it came, compressed by *encoding* (a ``Content-Encoding`` header).
        is_open: nothing but its own text says where it ends.
    """
    found = _unpacked(body, encoding.strip().lower())
    if not body or found is None:  # broken, or of several encodings: decoding it says so
        return False
    text, is_whole = found
    if is_whole and (encoding or not is_open):
        return False
    return not text or not shows_its_end(text)


def shows_its_end(text: bytes) -> bool:
    """Tell whether the first element of a page ends in it; true of what has none.

    >>> [shows_its_end(each) for each in (b"<html><p>a", b"<html><p>a</p></body>", b"plain")]
    [False, True, True]
    """
    head = text[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    first = _FIRST_ELEMENT.search(head)
    if not head.startswith(b"<") or b"\0" in head or first is None or first[1].lower() in _VOID:
        return True
    name = first[1].lower()
    ends = [b"</" + name] + ([b"</body"] if name == b"html" else [])
    lower = text.lower()
    return any(end in lower for end in ends)


def _unpacked(body: bytes, encoding: str) -> tuple[bytes, bool] | None:
    """Return a page without its encoding, and whether that came to its end; None: not to be told."""
    try:
        if encoding in ("", "identity"):
            return body, True
        if encoding in ("gzip", "x-gzip", "deflate"):
            unzip = zlib.decompressobj(_zlib_format(body, encoding))
            text = unzip.decompress(body, _MOST_BYTES)
            return text, unzip.eof or bool(unzip.unconsumed_tail)
        if encoding == "br":
            unpacker = brotli.Decompressor()
            text = unpacker.process(body, output_buffer_limit=_MOST_BYTES)
            return text, unpacker.is_finished() or not unpacker.can_accept_more_data()
    except (zlib.error, brotli.error):
        pass
    return None


def _zlib_format(body: bytes, encoding: str) -> int:
    if encoding != "deflate":
        return 16 + zlib.MAX_WBITS
    # Some servers leave the two bytes out that begin it.
    has_header = len(body) > 1 and body[0] & 15 == 8 and (body[0] * 256 + body[1]) % 31 == 0
    return zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS
