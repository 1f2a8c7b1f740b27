"""Bytes of a connection → an HTTP/1.1 response (RFC 9112); no network, no Scrapy but its errors."""

import re
from typing import TYPE_CHECKING, NamedTuple

from scrapy.exceptions import DownloadFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_HEAD = 256 * 1024
"""Bytes of a response's head, as much as browsers take; of what comes before and after it, too."""
MAX_CHUNK_LINE = 4096
"""Bytes of the line before a chunk, and of a trailer."""
OF_THE_CONNECTION = frozenset(
    {
        b"connection",
        b"content-length",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailers",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""Headers that speak of the transfer; as with Scrapy's handler, a response has none of them."""


class BadResponseError(DownloadFailedError):
    """What the server sends is no HTTP/1.1."""


class Head(NamedTuple):
    """A response's head."""

    protocol: str
    status: int
    headers: list[tuple[bytes, bytes]]
    """As they came, without those of the connection."""
    length: int | None
    """Bytes of the body, where they are known."""


class ResponseParser:
    """Reads one response from bytes that come in pieces; knows no network.

    Lenient as browsers are: lines may end without CR, lines that are no header are skipped.
    """

    def __init__(self, method: str) -> None:
        """Expect a response to a request of this *method*."""
        self._is_head = method == "HEAD"
        self._held = bytearray()
        self.head: Head | None = None
        self.is_whole = False
        """Everything came."""
        self.is_lasting = False
        """The connection may carry another request, once everything came."""
        self.is_open_ended = False
        """Only the end of the connection tells where the body ends."""
        self._left = 0
        self._beside = 0
        self._chunks: Callable[[], bool] | None = None
        self._body: list[bytes] = []

    @property
    def has_begun(self) -> bool:
        """Tell whether any byte came."""
        return self.head is not None or bool(self._held)

    def feed(self, data: bytes) -> bytes:
        """Take what came; return the part of the body that is in it.

        Raises:
            BadResponseError: it is no HTTP/1.1.
        """
        if self.head is None:
            # Not from the start each time: a head may come byte by byte.
            start = max(0, len(self._held) - 3)
            self._held += data
            while self.head is None:
                found = _END_OF_HEAD.search(self._held, start)
                if found is None:
                    if len(self._held) > MAX_HEAD:
                        raise BadResponseError("the response's head has no end")
                    return b""
                head = bytes(self._held[: found.start()])
                del self._held[: found.end()]
                start = 0
                self._read_head(head)
            data = bytes(self._held)
            self._held.clear()
        if self._chunks is not None:
            return self._take_chunks(data)
        if self.is_open_ended:
            return data
        if len(data) >= self._left:
            if len(data) > self._left:
                data, self.is_lasting = data[: self._left], False
            self.is_whole = True
        self._left -= len(data)
        return data

    def _read_head(self, text: bytes) -> None:
        first, *lines = text.replace(b"\r\n", b"\n").split(b"\n")
        begun = _STATUS_LINE.match(first)
        if begun is None:
            raise BadResponseError(f"no status line: {first[:60]!r}")
        minor, status = int(begun[1]), int(begun[2])
        if 100 <= status < 200:
            self._spend(len(text))
            return  # the response itself is still to come
        headers: list[tuple[bytes, bytes]] = []
        for line in lines:
            if line[:1] in {b" ", b"\t"} and headers:  # a header's second line
                headers[-1] = headers[-1][0], headers[-1][1] + b" " + line.strip()
                continue
            name, colon, value = line.partition(b":")
            if colon and name.strip():
                headers.append((name.strip(), value.strip()))
        said: dict[bytes, list[bytes]] = {}
        for name, value in headers:
            if (lower := name.lower()) in OF_THE_CONNECTION:
                said.setdefault(lower, []).append(value.lower())
        connection = b",".join(said.get(b"connection", ()))
        self.is_lasting = b"close" not in connection if minor else b"keep-alive" in connection
        coding = b",".join(said.get(b"transfer-encoding", ())).strip()
        lengths = set(said.get(b"content-length", ()))
        length: int | None = None
        if self._is_head or status in {204, 304}:
            length = 0
        elif coding not in {b"", b"identity"}:
            if coding != b"chunked":
                raise BadResponseError(f"unknown Transfer-Encoding {coding[:60]!r}")
            self._chunks = self._chunk_line
            self.is_lasting = (
                self.is_lasting and not lengths
            )  # somebody in between may read it else
        elif lengths:
            (said_length, *others) = lengths
            if others or not said_length.isdigit() or len(said_length) > 18:
                raise BadResponseError(f"Content-Length is {b', '.join(lengths)[:60]!r}")
            length = int(said_length)
        else:
            self.is_open_ended, self.is_lasting = True, False
        self._left = length or 0
        self.head = Head(
            f"HTTP/1.{minor}",
            status,
            [header for header in headers if header[0].lower() not in OF_THE_CONNECTION],
            length,
        )

    def _take_chunks(self, data: bytes) -> bytes:
        self._held += data
        while self._chunks is not None and not self.is_whole and self._chunks():
            pass
        if self.is_whole and self._held:
            self.is_lasting = False
        taken, self._body = b"".join(self._body), []
        return taken

    # Each takes one piece out of what is held, names what comes next, and returns False
    # where more must come first.

    def _line(self) -> bytes | None:
        end = self._held.find(b"\n")
        if max(end, 0) > MAX_CHUNK_LINE or (end < 0 and len(self._held) > MAX_CHUNK_LINE):
            raise BadResponseError("a chunk's line has no end")
        if end < 0:
            return None
        line = bytes(self._held[:end]).strip()
        del self._held[: end + 1]
        return line

    def _chunk_line(self) -> bool:
        line = self._line()
        if line is None:
            return False
        size = line.partition(b";")[0].strip()
        if not _CHUNK_SIZE.fullmatch(size):
            raise BadResponseError(f"a chunk's size is {size[:60]!r}")
        self._left = int(size, 16)
        self._chunks = self._chunk if self._left else self._trailer
        return True

    def _chunk(self) -> bool:
        if not self._held:
            return False
        piece = bytes(self._held[: self._left])
        del self._held[: self._left]
        self._body.append(piece)
        self._left -= len(piece)
        if not self._left:
            self._chunks = self._chunk_end
        return True

    def _chunk_end(self) -> bool:
        line = self._line()
        if line is None:
            return False
        if line:
            raise BadResponseError("a chunk is longer than it says")
        self._chunks = self._chunk_line
        return True

    def _trailer(self) -> bool:
        line = self._line()
        self._spend(len(line or b"") + 1)
        self.is_whole = line == b""
        return line is not None

    def _spend(self, size: int) -> None:
        """Count bytes that are neither the head nor the body: they may not go on for ever."""
        self._beside += size
        if self._beside > MAX_HEAD:
            raise BadResponseError("the response never comes to its end")


_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/1\.(\d) +(\d{3})(?: |$)", re.IGNORECASE)
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}")
