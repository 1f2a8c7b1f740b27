"""HTTP/1.1 without TLS, over asyncio: a third of what Scrapy's own handler costs a page.

Scrapy's goes through Twisted's client, some 200 calls a page. This one speaks only what a
board needs, and hands everything else (TLS, proxies, bound addresses) to Scrapy's.
"""

import asyncio
import logging
import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any, cast

from scrapy import Request, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.error import DNSLookupError
from twisted.python.failure import Failure

from crawler.http_parser import Head, ResponseParser

logger = logging.getLogger(__name__)

KEPT = 60.0
"""s for which an unused connection is kept."""
SAFE_METHODS = frozenset({"GET", "HEAD"})


class PlainHttpHandler(HTTP11DownloadHandler):
    """Downloads ``http:`` addresses; names are resolved by the reactor's resolver (the guard's).

    Keeps to Scrapy's ``DOWNLOAD_MAXSIZE``, ``DOWNLOAD_WARNSIZE``, ``DOWNLOAD_TIMEOUT``,
    ``DOWNLOAD_FAIL_ON_DATALOSS``, their ``meta`` keys, and its signals of headers and bytes.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._idle: dict[tuple[str, int], list[_Connection]] = {}

    async def download_request(self, request: Request) -> Response:
        meta = request.meta
        if meta.get("proxy") or meta.get("bindaddress") or self._bind_address:
            return await super().download_request(request)
        timeout = float(meta.get("download_timeout") or 0) or None
        try:
            async with asyncio.timeout(timeout):
                return await self._fetch(request)
        except TimeoutError as late:
            raise DownloadTimeoutError(
                f"Getting {request.url} took longer than {timeout} seconds."
            ) from late
        except ResponseDataLossError:
            if not self._fail_on_dataloss_warned:
                self._fail_on_dataloss_warned = True
                logger.warning("%s: the connection ended in the middle of it", request.url)
            raise

    async def close(self) -> None:
        for connections in self._idle.values():
            for connection in connections:
                connection.close()
        self._idle.clear()
        await super().close()

    async def _fetch(self, request: Request) -> Response:
        address = urlparse_cached(request)
        place = address.hostname or "", address.port or 80
        written = _written(request, address, *place)
        loop = asyncio.get_running_loop()
        while True:
            connection = self._take(place, loop.time())
            is_fresh = connection is None
            if connection is None:
                connection = await _connected(*place)
            exchange = _Exchange(self, request, connection.address)
            began = loop.time()
            try:
                response = await connection.ask(written, exchange)
            except _HungUp as error:
                # A server may hang up on an unused connection at any moment.
                if is_fresh or request.method not in SAFE_METHODS:
                    raise DownloadFailedError(str(error)) from error
                continue
            finally:
                if exchange.parser.is_whole and exchange.parser.is_lasting:
                    connection.since = loop.time()
                    self._idle.setdefault(place, []).append(connection)
                else:
                    connection.close()
            request.meta["download_latency"] = exchange.head_at - began
            return response

    def _take(self, place: tuple[str, int], now: float) -> "_Connection | None":
        """Return an unused connection, the one used last."""
        connections = self._idle.get(place, [])
        while connections:
            connection = connections.pop()
            if not connection.is_closed and now - connection.since < KEPT:
                return connection
            connection.close()
        self._idle.pop(place, None)
        for each in [p for p, kept in self._idle.items() if now - kept[-1].since > KEPT]:
            for connection in self._idle.pop(each):
                connection.close()
        return None

    def is_stopped(self, signal: object, request: Request, **named: Any) -> StopDownload | None:
        """Send a signal; return the exception with which somebody ends the download."""
        sent = self.crawler.signals.send_catch_log(
            signal=signal, request=request, spider=self.crawler.spider, **named
        )
        for _, result in sent:
            if isinstance(result, Failure) and isinstance(result.value, StopDownload):
                return result.value
        return None

    @property
    def fails_on_data_loss(self) -> bool:
        return self._fail_on_dataloss

    @property
    def sizes(self) -> tuple[int, int]:
        """Bytes of a response at most, and those that are worth a warning."""
        return self._default_maxsize, self._default_warnsize


class _HungUp(Exception):  # noqa: N818 - never leaves this module
    """The server hung up before the first byte of its response."""


class _Exchange:
    """One request and its response: limits, signals, and what becomes of them."""

    def __init__(
        self, handler: PlainHttpHandler, request: Request, address: IPv4Address | IPv6Address
    ) -> None:
        self.parser = ResponseParser(request.method)
        self.future: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self.head_at = 0.0
        self._handler = handler
        self._request = request
        self._address = address
        most, warn = handler.sizes
        self._most = request.meta.get("download_maxsize", most)
        self._warn = request.meta.get("download_warnsize", warn)
        self._headers: Headers | None = None
        self._body: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> None:
        """Take what came.

        Raises:
            Exception: what the download ends with.
        """
        body = self.parser.feed(data)
        head = self.parser.head
        if head is None:
            return
        if self._headers is None and self._begin(head):
            return
        if body:
            self._body.append(body)
            self._size += len(body)
            if stop := self._handler.is_stopped(signals.bytes_received, self._request, data=body):
                self._finish("download_stopped", stop)
                return
            self._check_size(self._size, "Received")
        if self.parser.is_whole:
            self._finish()

    def _begin(self, head: Head) -> bool:
        """Look at the head; tell whether it was all that was wanted."""
        self.head_at = asyncio.get_running_loop().time()
        length = [] if head.length is None else [(b"Content-Length", b"%d" % head.length)]
        self._headers = headers = Headers([*length, *head.headers])
        if stop := self._handler.is_stopped(
            signals.headers_received,
            self._request,
            headers=headers,
            body_length=head.length,
        ):
            self._finish("download_stopped", stop)
            return True
        self._check_size(head.length or 0, "Expected to receive")
        return False

    def _check_size(self, size: int, words: str) -> None:
        if self._most and size > self._most:
            message = f"{words} {size} bytes, more than {self._most}: {self._request.url}"
            logger.warning("%s", message)
            raise DownloadCancelledError(message)
        if self._warn and size > self._warn:
            self._warn = 0
            logger.warning("%s %d bytes: %s", words, size, self._request.url)

    def end(self, error: Exception | None) -> None:
        """Say that the connection is gone."""
        if self.future.done():
            return
        if not self.parser.has_begun:
            self.future.set_exception(_HungUp(str(error or "the server hung up")))
        elif self._headers is None or (error and self.parser.is_open_ended):
            self.future.set_exception(DownloadFailedError(str(error or "the server hung up")))
        elif self.parser.is_open_ended:
            self._finish("partial")
        elif self._request.meta.get("download_fail_on_dataloss", self._handler.fails_on_data_loss):
            self.future.set_exception(ResponseDataLossError(str(error or "the server hung up")))
        else:
            self._finish("dataloss")

    def _finish(self, flag: str = "", stop: StopDownload | None = None) -> None:
        head, headers = self.parser.head, self._headers
        assert head is not None
        assert headers is not None
        body = b"".join(self._body)
        url = self._request.url.partition("#")[0]
        kind: type[Response] = responsetypes.from_args(headers=headers, url=url, body=body)
        response = kind(
            url=url,
            status=head.status,
            headers=headers,
            body=body,
            flags=[flag] if flag else None,
            ip_address=self._address,
            protocol=head.protocol,
        )
        if self.future.done():
            return
        if stop is not None and stop.fail:
            stop.response = response
            self.future.set_exception(stop)
        else:
            self.future.set_result(response)


class _Connection(asyncio.Protocol):
    """A connection to a server: one exchange at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._exchange: _Exchange | None = None
        self.address: IPv4Address | IPv6Address
        self.is_closed = False
        self.since = 0.0
        """When the last exchange was over."""

    async def ask(self, written: bytes, exchange: _Exchange) -> Response:
        """Send a request and return the response.

        Raises:
            _HungUp: nothing came.
        """
        assert self._transport is not None
        self._exchange = exchange
        if self.is_closed:
            exchange.end(None)
        else:
            self._transport.write(written)
        try:
            return await exchange.future
        finally:
            self._exchange = None

    def close(self) -> None:
        if self._transport is not None and not self.is_closed:
            self.is_closed = True
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.address = ip_address(transport.get_extra_info("peername")[0])

    def data_received(self, data: bytes) -> None:
        exchange = self._exchange
        if exchange is None or exchange.future.done():  # nobody asked for it
            self.close()
            return
        try:
            exchange.feed(data)
        except Exception as error:  # noqa: BLE001 - whoever waits for the response raises it
            exchange.future.set_exception(error)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_closed = True
        if self._exchange is not None:
            self._exchange.end(exc)


async def _connected(host: str, port: int) -> _Connection:
    """Return a new connection to an address that the resolver gives out."""
    from twisted.internet import reactor  # importing it earlier would install another one

    try:
        address: str = await maybe_deferred_to_future(reactor.resolver.getHostByName(host))
    except DNSLookupError as error:
        raise CannotResolveHostError(str(error)) from error
    loop = asyncio.get_running_loop()
    try:
        _, connection = await loop.create_connection(_Connection, address, port)
    except ConnectionRefusedError as error:
        raise DownloadConnectionRefusedError(str(error)) from error
    except TimeoutError:
        raise
    except OSError as error:
        raise DownloadFailedError(str(error)) from error
    return connection


def _written(request: Request, address: Any, host: str, port: int) -> bytes:
    """Return the bytes of a request."""
    target = address.path or "/"
    if address.params:
        target += f";{address.params}"
    if address.query:
        target += f"?{address.query}"
    lines = [f"{request.method} {target} HTTP/1.1".encode("ascii")]
    if b"Host" not in request.headers:
        lines.append((f"Host: {host}" if port == 80 else f"Host: {host}:{port}").encode("ascii"))
    for name, values in raw_headers(request.headers):
        lines += [name + b": " + value for value in values]
    if request.body or request.method not in SAFE_METHODS:
        lines.append(b"Content-Length: %d" % len(request.body))
    # A value with a line end would be a second header, or a second request.
    safe = [_CONTROL.sub(b" ", line) for line in lines]
    return b"\r\n".join([*safe, b"", request.body])


_CONTROL = re.compile(rb"[\r\n\0]+")


def raw_headers(headers: Headers) -> Iterable[tuple[bytes, list[bytes]]]:
    """Return names and values as they are kept; `Headers.items` looks each name up again."""
    return dict.items(headers)
