"""Raw responses → WARC files (ISO 28500), one gzipped record a capture.

A record holds what came over the wire: the payload as the server encoded it, its headers,
the address that answered, the time.  What the crawl took the page for stands in the header
``WARC-Crawled-As`` (JSON), so that an archive of ours replays to the same rows.
"""

import asyncio
import base64
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

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import Response
from twisted.web.http import RESPONSES
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from models.records import CaptureRecord

logger = logging.getLogger(__name__)

FAILED = "capture_failed"
"""Finish reason."""
CRAWLED_AS = "WARC-Crawled-As"
"""Our own header: what the crawl took the page for, as JSON; see `Purpose`."""
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
        is_sound = all(isinstance(getattr(found, n), str) for n in ("kind", "engine", "board_url"))
        return found if is_sound and isinstance(found.number, int) else None


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
        try:
            request.meta["capture"] = self._write(response, purpose)
        except OSError as error:
            words = f"the capture cannot be written to {self._folder}: {error.strerror or error}"
            self._end_crawl(words)
            raise IgnoreRequest(words) from error
        return response

    def _end_crawl(self, words: str) -> None:
        """End the crawl: rows without their evidence are not what was asked for."""
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
        self._folder.mkdir(parents=True, exist_ok=True)
        self._serial += 1
        name = f"{self._name}-{self._serial:05}.warc.gz"
        self._file = (self._folder / name).open("xb")
        self._offset = 0
        writer = WARCWriter(raw := BytesIO(), gzip=False)
        info = {"software": self._agent, "format": "WARC File Format 1.1", "isPartOf": "pumgeul"}
        writer.write_record(writer.create_warcinfo_record(name, info))
        self._append(_gzipped(raw.getvalue()))

    def _append(self, record: bytes) -> None:
        """Write a whole record at once: a run that is killed leaves no half of one but the last."""
        self._file.write(record)
        # The store must never name a record that is not there.
        self._file.flush()
        self._offset += len(record)

    def spider_closed(self) -> None:
        if self._file is not None:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None


def _record(response: Response, purpose: Purpose, fetched_at: datetime) -> bytes:
    """Return a response as a WARC record, gzipped."""
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        if name.lower() not in _LEFT_OUT
        for value in values or ()
    ]
    headers.append(("Content-Length", str(len(response.body))))
    reason = RESPONSES.get(response.status, b"Unknown").decode("latin-1")
    http = StatusAndHeaders(
        f"{response.status} {reason}", headers, protocol=response.protocol or "HTTP/1.1"
    )
    warc_headers = {
        # Given here, or warcio would copy the payload to a file to count them.
        "WARC-Payload-Digest": _digest(response.body),
        "WARC-Block-Digest": _digest(http.to_bytes() + response.body),
        "WARC-Date": fetched_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        CRAWLED_AS: purpose.encoded(),
    }
    if response.ip_address is not None:
        warc_headers["WARC-IP-Address"] = str(response.ip_address)
    writer = WARCWriter(raw := BytesIO(), gzip=False)
    record = writer.create_warc_record(
        response.url,
        "response",
        payload=BytesIO(response.body),
        length=len(response.body),
        http_headers=http,
        warc_headers_dict=warc_headers,
    )
    record.payload_length = len(response.body)
    writer.write_record(record)
    return _gzipped(raw.getvalue())


def _digest(content: bytes) -> str:
    """Return a digest as WARC tools write and compare it."""
    return f"sha1:{base64.b32encode(hashlib.sha1(content).digest()).decode()}"  # noqa: S324 - no secret


def _gzipped(record: bytes) -> bytes:
    """Compress quickly: a crawl writes more than anybody reads."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(record) + packer.flush()
