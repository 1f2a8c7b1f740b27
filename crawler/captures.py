"""Raw responses → WARC files (ISO 28500), one gzipped record a capture.

A record holds what came over the wire: the payload as the server encoded it, its headers,
the address that answered, the time.  What the crawl took the page for stands in the header
``WARC-Crawled-As`` (JSON), so that an archive of ours replays to the same rows.
"""

import asyncio
import base64
import contextlib
import errno
import hashlib
import json
import logging
import os
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from twisted.web.http import RESPONSES
from warcio.warcwriter import WARCWriter

from crawler.responses import NotCaptured, raw_headers
from models.records import CaptureRecord

logger = logging.getLogger(__name__)

FAILED = "capture_failed"
"""Finish reason."""
CRAWLED_AS = "WARC-Crawled-As"
"""Our own header: what the crawl took the page for, as JSON; see `Purpose`."""
_MOST_PAGES = 10**9
_LEFT_OUT = frozenset({b"transfer-encoding", b"content-length"})
"""Headers of the transfer, which is over: the record says how long the payload is."""


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a page was fetched for."""

    kind: str
    """``start``, ``list``, ``post``, ``feed``, ``source`` or ``article``."""
    engine: str = ""
    board_url: str = ""
    native_id: str = ""
    number: int = 0
    """Of a list page, from 1."""
    is_vanished: bool = False

    def encoded(self) -> str:
        """Return it as a header's value: ASCII, empty fields left out."""
        fields = {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}
        return json.dumps(fields, separators=(",", ":"))

    @classmethod
    def decoded(cls, text: str | None) -> Self | None:
        """Read a header's value; None for one that is missing or broken."""
        try:
            fields = json.loads(text or "")
            found = cls(**fields)
        except (ValueError, TypeError):
            return None
        # Anybody may write such a header into an archive.
        are_texts = all(isinstance(getattr(found, name), str) for name in cls.__slots__[:4])
        is_page = type(found.number) is int and type(found.is_vanished) is bool
        return found if are_texts and is_page and abs(found.number) <= _MOST_PAGES else None


class Captures:
    """Writes each response that a spider asked for, before anything changes it.

    Settings: ``WARC_DIR`` (empty writes none), ``WARC_MAX_BYTES`` (of one file).
    Stats: ``capture/records``, ``capture/bytes``.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Open nothing yet.

        Raises:
            NotConfigured: ``WARC_DIR`` is empty.
        """
        folder = crawler.settings.get("WARC_DIR")
        if not folder:
            raise NotConfigured
        self._crawler = crawler
        self._folder = Path(folder)
        self._most = crawler.settings.getint("WARC_MAX_BYTES")
        self._agent = crawler.settings["USER_AGENT"]
        began = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        self._name = f"pumgeul-{began}-{os.getpid()}"
        self._serial = 0
        self._file: Any = None
        self._offset = 0
        self._failure = ""
        """Why nothing more is written."""
        self._closing: asyncio.Task[None] | None = None
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Write a record, and note in ``meta`` where it stands."""
        purpose: Purpose | None = request.meta.get("purpose")
        if purpose is None:  # robots.txt
            return response
        if self._failure:
            raise NotCaptured(self._failure)
        try:
            request.meta["capture"] = self._write(response, purpose)
        except OSError as error:
            words = f"the capture cannot be written to {self._folder}: {error.strerror or error}"
            self._end_crawl(words)
            raise NotCaptured(words) from error
        return response

    def _end_crawl(self, words: str) -> None:
        """End the crawl: rows without their evidence are not what was asked for."""
        self._failure = words
        if self._closing is None:
            logger.error("%s", words)
            self._crawler.stats.set_value("run/problem", words)
            engine = self._crawler.engine
            self._closing = asyncio.create_task(engine.close_spider_async(reason=FAILED))

    def _write(self, response: Response, purpose: Purpose) -> CaptureRecord:
        fetched_at = datetime.now(UTC).replace(microsecond=0)
        record = _record(response, purpose, fetched_at)
        if self._file is None or self._offset >= self._most:
            self._open(fetched_at)
        if not os.fstat(self._file.fileno()).st_nlink:
            raise FileNotFoundError(errno.ENOENT, "its file was removed")
        offset = self._offset
        self._append(record)
        self._crawler.stats.inc_value("capture/records")
        self._crawler.stats.inc_value("capture/bytes", len(record))
        return CaptureRecord(
            url=response.url,
            status=response.status,
            sha256=hashlib.sha256(response.body).hexdigest(),
            warc_file=self._file.name.rpartition("/")[2],
            warc_offset=offset,
            warc_length=len(record),
            fetched_at=fetched_at,
        )

    def _open(self, now: datetime) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
        self._folder.mkdir(parents=True, exist_ok=True)
        while self._file is None:
            self._serial += 1
            name = f"{self._name}-{self._serial:05}.warc.gz"
            # In containers that share a folder, processes have one number and start together.
            with contextlib.suppress(FileExistsError):
                # Unbuffered: what could not be written is not tried again at the end.
                self._file = (self._folder / name).open("xb", buffering=0)
        self._offset = 0
        writer = WARCWriter(raw := BytesIO(), gzip=False)
        info = {"software": self._agent, "format": "WARC File Format 1.0", "isPartOf": "pumgeul"}
        writer.write_record(writer.create_warcinfo_record(name, info))
        self._append(_gzipped(raw.getvalue()))

    def _append(self, record: bytes) -> None:
        """Write a whole record at once: a run that is killed leaves no half of one but the last.

        Raises:
            OSError: the disk is full, say; nothing of the record stays.
        """
        written = 0
        try:
            while written < len(record):
                written += self._file.write(record[written:])
        except OSError:
            self._file.truncate(self._offset)
            raise
        self._offset += len(record)

    def spider_closed(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):  # a disk that is full, or does not know fsync
                os.fsync(self._file.fileno())
            self._file.close()
            self._file = None


def _record(response: Response, purpose: Purpose, fetched_at: datetime) -> bytes:
    """Return a response as a WARC record, gzipped.

    Written here, not by warcio's writer, which takes three times as long; the tests have
    warcio read it back and check its digests.
    """
    reason = RESPONSES.get(response.status, b"Unknown")
    protocol = (response.protocol or "HTTP/1.1").encode("ascii")
    http = [b"%b %d %b" % (protocol, response.status, reason)]
    for name, values in raw_headers(response.headers):
        if name.lower() not in _LEFT_OUT:
            http += [name + b": " + value for value in values]
    body = response.body
    http.append(b"Content-Length: %d\r\n\r\n" % len(body))
    head = b"\r\n".join(http)
    address = response.ip_address
    came_from = "" if address is None else f"WARC-IP-Address: {address}\r\n"
    lines = (
        "WARC/1.0\r\n"
        f"WARC-Payload-Digest: {_digest(body)}\r\n"
        f"WARC-Block-Digest: {_digest(head, body)}\r\n"
        f"WARC-Date: {fetched_at:%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"{CRAWLED_AS}: {purpose.encoded()}\r\n"
        f"{came_from}"
        "WARC-Type: response\r\n"
        f"WARC-Record-ID: <urn:uuid:{uuid4()}>\r\n"
        f"WARC-Target-URI: {response.url}\r\n"
        "Content-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(head) + len(body)}\r\n\r\n"
    )
    return _gzipped(lines.encode(), head, body, b"\r\n\r\n")


def _digest(*parts: bytes) -> str:
    """Return the digest of *parts* together as WARC tools write and compare it."""
    found = hashlib.sha1(usedforsecurity=False)
    for part in parts:
        found.update(part)
    return f"sha1:{base64.b32encode(found.digest()).decode()}"


def _gzipped(*parts: bytes) -> bytes:
    """Compress quickly: a crawl writes more than anybody reads."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join([*map(packer.compress, parts), packer.flush()])
