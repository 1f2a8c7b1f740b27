"""An HTTP server on loopback that answers what a test says, byte for byte."""

import socket
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    target: str
    headers: dict[str, str] = field(default_factory=dict)
    """By name in lower case."""


Answer = bytes | Callable[[Asked, socket.socket], bytes | None]
"""A whole response, or what makes one; None: it has written to the socket itself."""


def answer(
    body: str | bytes, kind: str = HTML, *headers: str, status: int = 200, length: int | None = None
) -> bytes:
    """Return a response; *length* is what Content-Length claims."""
    content = body.encode() if isinstance(body, str) else body
    claimed = len(content) if length is None else length
    lines = [f"HTTP/1.1 {status} Answer", f"Content-Length: {claimed}"]
    if kind:
        lines.append(f"Content-Type: {kind}")
    head = "\r\n".join([*lines, *headers, "Connection: close", "", ""])
    return head.encode("latin-1") + content


NOT_FOUND = answer("<html><body><h1>404</h1></body></html>", status=404)


class Site:
    """Serves ``answers`` by target (path and query); ``asked`` is the access log."""

    def __init__(self) -> None:
        """Take a free port; serve nothing before ``__enter__``."""
        self.answers: dict[str, Answer] = {}
        self.fallback: Answer = NOT_FOUND
        self.asked: list[Asked] = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self
        self.port: int = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def targets(self) -> list[str]:
        """What was asked for, robots.txt apart."""
        return [each.target for each in self.asked if each.target != "/robots.txt"]

    def __enter__(self) -> Self:
        serve = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        serve.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    site: Site


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        line = self.rfile.readline(65536).decode("latin-1").split()
        headers = {}
        while (header := self.rfile.readline(65536).decode("latin-1").strip()) != "":
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        if len(line) < 2:
            return
        site = self.server.site
        asked = Asked(line[1], headers)
        site.asked.append(asked)
        given = site.answers.get(asked.target, site.fallback)
        try:
            response = given if isinstance(given, bytes) else given(asked, self.connection)
            if response is not None:
                self.wfile.write(response)
        except OSError:
            pass  # the crawler hung up, as it should on some answers
