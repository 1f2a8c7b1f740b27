"""Scrapy's answers and failures → what the rest of the program speaks of."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response

from crawler.page import Page, read_page

ERRORS = range(400, 600)

FAILURES: tuple[tuple[type[Exception], str, str], ...] = (
    (IgnoreRequest, "robots", "its robots.txt does not allow it"),
    (CannotResolveHostError, "dns", "the host's name cannot be resolved"),
    (DownloadTimeoutError, "timeout", "the server took too long"),
    (DownloadConnectionRefusedError, "refused", "the server refuses connections"),
    (ResponseDataLossError, "truncated", "the server hung up in the middle of the page"),
    (DownloadCancelledError, "too_large", "the page is larger than DOWNLOAD_MAXSIZE"),
    (DownloadFailedError, "connection", "the connection broke"),
    (OSError, "connection", "the connection broke"),
)
"""Exception → the detail it is counted under, and words for it."""


def explain(error: BaseException | None) -> tuple[str, str]:
    """Return the detail that a download error is counted under, and words for it."""
    for kind, reason, words in FAILURES:
        if isinstance(error, kind):
            return reason, words
    return "other", f"{type(error).__name__}: {error}"


def headers_of(response: Response) -> dict[str, str]:
    """Return the last value of each header, by its name in lower case."""
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def page_of(response: Response) -> Page:
    """Return the answer as a page that can be read."""
    return read_page(response.url, response.body, headers_of(response), response.status)
