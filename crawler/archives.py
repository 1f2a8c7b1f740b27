"""WARC and WACZ files → the pages in them (no network).

Anyone's: gzipped or plain WARC, WACZ (a zip of WARCs), Common Crawl's, wget's.  What is
read is bounded: a record may claim any size, and unpack to any size.
"""

import contextlib
import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import brotli
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from crawler.captures import CRAWLED_AS, Purpose
from crawler.items import FetchedPage
from models.records import CaptureRecord

SUFFIXES = (".warc", ".warc.gz", ".wacz")
_PAGES = ("text/html", "application/xhtml", "text/xml", "application/xml", "application/rss", "application/atom", "text/plain")  # fmt: skip
"""Starts of the content types that can be a page or a feed; none at all can be, too."""
_MOST_REVISITED = 100_000
"""Payload digests that are remembered for records that say "the same as before"."""


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """One response of an archive."""

    page: FetchedPage
    capture: CaptureRecord
    purpose: Purpose | None
    """What a crawl of ours took it for; None in others' archives."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record that is no page, or cannot be read."""

    reason: str
    is_bad: bool = False
    """Something is wrong with it; else it is only of no use here."""


class BadArchiveError(ValueError):
    """A file that is no WARC or WACZ, or is damaged from some place on."""


def find_archives(path: str) -> list[Path]:
    """Return the archives that a path means: a file, a folder's, or a pattern's, by name.

    Raises:
        ValueError: there is none.
    """
    place = Path(path)
    if place.is_dir():
        found = [each for each in place.rglob("*") if each.name.lower().endswith(SUFFIXES)]
    elif place.is_file():
        found = [place]
    else:
        try:
            found = [each for each in Path().glob(path) if each.is_file()] if not place.is_absolute() else [
                each for each in Path(place.anchor).glob(str(place.relative_to(place.anchor))) if each.is_file()
            ]  # fmt: skip
        except (ValueError, NotImplementedError):
            found = []
    if not found:
        raise ValueError(f"{path}: no WARC or WACZ file is there")
    return sorted(found)


def read_archive(path: Path, name: str, most: int) -> Iterator[ArchivedPage | Skipped]:
    """Yield what an archive holds, in its order.

    Args:
        name: what captures call the file.
        most: bytes of a payload, packed and unpacked; a longer one is skipped.

    Raises:
        BadArchiveError: it is no archive, or cannot be read further.
        OSError: it cannot be opened.
    """
    if zipfile.is_zipfile(path):
        yield from _read_wacz(path, name, most)
        return
    with path.open("rb") as stream:
        yield from _read_warc(stream, name, most)


def _read_wacz(path: Path, name: str, most: int) -> Iterator[ArchivedPage | Skipped]:
    try:
        with zipfile.ZipFile(path) as packed:
            members = [
                each.filename
                for each in packed.infolist()
                # A name is only ever a key into the zip: nothing is unpacked to disk.
                if each.filename.lower().endswith((".warc", ".warc.gz"))
            ]
            if not members:
                raise BadArchiveError("it is a zip without a WARC file")
            for member in sorted(members):
                with packed.open(member) as stream:
                    yield from _read_warc(stream, f"{name}#{member}", most)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise BadArchiveError(f"it cannot be unpacked: {error}") from error


def _read_warc(stream: IO[bytes], name: str, most: int) -> Iterator[ArchivedPage | Skipped]:
    seen: dict[str, bytes] = {}
    records = ArchiveIterator(stream, arc2warc=True)
    try:
        for record in records:
            kind = record.rec_type
            if kind not in ("response", "revisit"):
                yield Skipped(f"type/{kind if kind in _KINDS else 'other'}")
                continue
            yield _read_record(record, records, name, most, seen)
    except (ArchiveLoadFailed, EOFError, OSError, zlib.error, ValueError, UnicodeError) as error:
        raise BadArchiveError(f"{type(error).__name__}: {error}") from error


_KINDS = frozenset({"request", "warcinfo", "metadata", "resource", "conversion", "continuation"})


def _read_record(
    record: Any, records: ArchiveIterator, name: str, most: int, seen: dict[str, bytes]
) -> ArchivedPage | Skipped:
    headers = record.rec_headers
    # Wget writes addresses in brackets, as WARC 1.0 showed them.
    url = (headers.get_header("WARC-Target-URI") or "").strip("<>")
    if not url.startswith(("http://", "https://")) or record.http_headers is None:
        return Skipped("type/not_http")
    try:
        fetched_at = datetime.fromisoformat(headers.get_header("WARC-Date") or "")
        status = int(record.http_headers.get_statuscode())
    except ValueError:
        return Skipped("bad_header", is_bad=True)
    if fetched_at.tzinfo is None:
        return Skipped("bad_header", is_bad=True)
    fields = {key.lower(): value for key, value in record.http_headers.headers}
    purpose = Purpose.decoded(headers.get_header(CRAWLED_AS))
    kind = fields.get("content-type", "").strip().lower()
    if purpose is None and kind and not kind.startswith(_PAGES):
        return Skipped("type/no_page")
    stream = record.raw_stream
    if "chunked" in fields.get("transfer-encoding", "").lower():
        stream = ChunkedDataReader(stream)
    payload: bytes = stream.read(most + 1)
    if len(payload) > most:
        return Skipped("too_large", is_bad=True)
    if record.rec_type == "response" and getattr(record.raw_stream, "limit", 0) > 0:
        return Skipped("truncated", is_bad=True)
    digest = headers.get_header("WARC-Payload-Digest") or ""
    if record.rec_type == "revisit":
        earlier = seen.get(digest)
        if earlier is None:
            return Skipped("revisit_unknown")
        payload = earlier
    elif digest and len(seen) < _MOST_REVISITED and len(payload) < 100_000 and purpose is None:
        seen[digest] = payload
    body = _decoded(payload, fields.get("content-encoding", ""), most)
    if body is None:
        return Skipped("bad_encoding", is_bad=True)
    offset = records.get_record_offset()
    capture = CaptureRecord(
        url=url,
        status=status,
        sha256=hashlib.sha256(payload).hexdigest(),
        warc_file=name[:500],
        warc_offset=offset,
        warc_length=records.get_record_length(),
        fetched_at=fetched_at,
    )
    for field in ("content-encoding", "transfer-encoding"):
        fields.pop(field, None)
    page = FetchedPage(url=url, status=status, headers=fields, body=body, fetched_at=fetched_at)
    return ArchivedPage(page, capture, purpose)


def _decoded(payload: bytes, encoding: str, most: int) -> bytes | None:
    """Undo a content encoding; None for one that is unknown, broken, or a bomb."""
    for each in reversed([part.strip().lower() for part in encoding.split(",")]):
        if each in ("", "identity"):
            continue
        if each in ("gzip", "x-gzip"):
            payload_or_none = _gunzipped(payload, most)
        elif each == "deflate":
            payload_or_none = _inflated(payload, most)
        elif each == "br":
            payload_or_none = _unbrotlied(payload, most)
        else:
            return None
        if payload_or_none is None:
            # Some tools store pages unpacked and keep the header that says they are not.
            return payload if payload.lstrip()[:1] == b"<" else None
        payload = payload_or_none
    return payload


def _gunzipped(payload: bytes, most: int) -> bytes | None:
    with contextlib.suppress(OSError, EOFError, zlib.error):
        unpacked = gzip.GzipFile(fileobj=io.BytesIO(payload)).read(most + 1)
        return unpacked if len(unpacked) <= most else None
    return None


def _inflated(payload: bytes, most: int) -> bytes | None:
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        with contextlib.suppress(zlib.error):
            unpacked = zlib.decompressobj(bits).decompress(payload, most + 1)
            return unpacked if len(unpacked) <= most else None
    return None


def _unbrotlied(payload: bytes, most: int) -> bytes | None:
    unpacker, parts, size = brotli.Decompressor(), [], 0
    rest = payload
    try:
        while size <= most and (rest or not unpacker.can_accept_more_data()):
            part = unpacker.process(rest, output_buffer_limit=_AT_ONCE)
            rest = b""
            size += len(part)
            parts.append(part)
            if not part and unpacker.can_accept_more_data():
                break
    except brotli.error:
        return None
    return b"".join(parts) if size <= most and unpacker.is_finished() else None


_AT_ONCE = 1024 * 1024
