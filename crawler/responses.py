"""Scrapy's answers and failures → what the rest of the program speaks of."""

import sys
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from gzip import BadGzipFile

import brotli
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import Headers, Response
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.guard import AddressRefused
from crawler.items import FetchedPage

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ERRORS = range(400, 600)

CAPTURE = "capture"
"""The detail of what `NotCaptured` ended: it is no fault of the server's."""


class NotCaptured(IgnoreRequest):
    """A response cannot be kept, so it is not read either."""


class HostBusy(IgnoreRequest):
    """A host says to everything that it is asked too much: this run asks it no more."""


class RobotsUnread(IgnoreRequest):
    """Nobody can tell what a host allows, so nothing is asked of it; ``str()`` says why."""

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = reason
        """As `explain` gives it."""


FAILURES: tuple[tuple[type[Exception], str, str], ...] = (
    (AddressRefused, "address", "its address may not be reached"),
    (NotCaptured, CAPTURE, "its capture cannot be written"),
    (HostBusy, "busy", "its host answers HTTP 429 (too many requests) to everything"),
    (IgnoreRequest, "robots", "its robots.txt does not allow it"),
    (StopDownload, "slow", "the server sends slower than DOWNLOAD_MIN_RATE"),
    (CannotResolveHostError, "dns", "the host's name cannot be resolved"),
    (DownloadTimeoutError, "timeout", "the server took too long"),
    (DownloadConnectionRefusedError, "refused", "the server refuses connections"),
    (ResponseDataLossError, "truncated", "the server hung up in the middle of the page"),
    (DownloadCancelledError, "too_large", "the page is larger than DOWNLOAD_MAXSIZE"),
    (DownloadFailedError, "connection", "the connection broke"),
    (zlib.error, "bad_encoding", "the page's Content-Encoding is broken"),
    (EOFError, "bad_encoding", "the page's Content-Encoding is broken"),
    (BadGzipFile, "bad_encoding", "the page's Content-Encoding is broken"),
    (brotli.error, "bad_encoding", "the page's Content-Encoding is broken"),
    (zstd.ZstdError, "bad_encoding", "the page's Content-Encoding is broken"),
    (OSError, "connection", "the connection broke"),
)
"""Exception → the detail it is counted under, and words for it."""


def explain(error: BaseException | None) -> tuple[str, str]:
    """Return the detail that a download error is counted under, and words for it."""
    if isinstance(error, RobotsUnread):
        return error.reason, str(error)
    if isinstance(error, HttpError):
        return f"http_{error.response.status}", f"it answers HTTP {error.response.status}"
    if isinstance(error, DownloadFailedError) and "SSL" in str(error):
        return "tls", "no encrypted connection to it can be made: its TLS is too old, or none"
    for kind, reason, words in FAILURES:
        if isinstance(error, kind):
            if kind is IgnoreRequest:
                return _ignored(str(error))
            return reason, str(error) if kind in (AddressRefused, NotCaptured) else words
    return "other", f"{type(error).__name__}: {error}"


def _ignored(said: str) -> tuple[str, str]:
    """Tell apart why Scrapy's middlewares ignore a request: they raise one exception for all."""
    if "redirections" in said:
        return "redirects", "it redirects more often than REDIRECT_MAX_TIMES"
    if "robots.txt" in said:
        return "robots", "its robots.txt does not allow it"
    if "size" in said.lower():
        return "too_large", "the page is larger than DOWNLOAD_MAXSIZE"
    return "ignored", said


def raw_headers(headers: Headers) -> Iterable[tuple[bytes, list[bytes]]]:
    """Return names and values as they are kept; `Headers.items` looks each name up again."""
    return dict.items(headers)


def headers_of(response: Response) -> dict[str, str]:
    """Return the last value of each header, by its name in lower case."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in raw_headers(response.headers)
        if values
    }


def fetched(response: Response) -> FetchedPage:
    """Return the answer as it can be handed to a process that reads it."""
    capture = response.meta.get("capture")
    return FetchedPage(
        url=response.url,
        status=response.status,
        headers=headers_of(response),
        body=response.body,
        # What is read of a capture later must mean the same times.
        fetched_at=datetime.now(UTC) if capture is None else capture.fetched_at,
    )
