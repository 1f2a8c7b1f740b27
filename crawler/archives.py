"""WARC and WACZ files → the pages in them (no network).

Anyone's: gzipped or plain WARC, WACZ (a zip of WARCs), Common Crawl's, wget's.  What is
read is bounded: a record may claim any size, and unpack to any size.
"""

import base64
import contextlib
import hashlib
import sys
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import brotli
from scrapy.utils.gz import gunzip
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader

from crawler.captures import CRAWLED_AS, Purpose
from crawler.cut_pages import is_cut, shows_its_end
from crawler.items import FetchedPage
from models.records import CaptureRecord

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SUFFIXES = (".warc", ".warc.gz", ".wacz", ".arc", ".arc.gz", ".warc.zst")
_PAGES = ("text/html", "application/xhtml", "text/xml", "application/xml", "application/rss", "application/atom", "text/plain")  # fmt: skip
"""Starts of the content types that can be a page or a feed; none at all can be, too."""
_MOST_REVISITED = 64 * 1024 * 1024
"""Bytes of payloads that are remembered for records that say "the same as before"."""


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


class Payloads:
    """The latest payloads by their digest, for records that say "the same as before"."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._known: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, digest: str, file: str) -> bytes | None:
        return self._known.get(digest) or self._known.get(f"{file} {digest}")

    def add(self, digest: str, payload: bytes, file: str) -> None:
        """Remember a payload; under a digest that is not its own, for its *file* alone."""
        key = digest if _is_digest(digest, payload) else f"{file} {digest}"
        if key in self._known:
            return
        self._known[key] = payload
        self._bytes += len(payload)
        while self._bytes > _MOST_REVISITED:
            self._bytes -= len(self._known.popitem(last=False)[1])


def _is_digest(digest: str, payload: bytes) -> bool:
    """Tell whether that is the payload's SHA-1 or SHA-256: an archive may claim any."""
    kind, _, value = digest.partition(":")
    if kind.lower() not in ("sha1", "sha256", "sha-256"):
        return False
    found = hashlib.new(kind.lower().replace("-", ""), payload, usedforsecurity=False).digest()
    return value.upper() == base64.b32encode(found).decode() or value.lower() == found.hex()


def read_archive(
    path: Path, name: str, most: int, seen: Payloads
) -> Iterator[ArchivedPage | Skipped]:
    """Yield what an archive holds, in its order.

    Args:
        name: what captures call the file.
        most: bytes of a payload, packed and unpacked; a longer one is skipped.
        seen: payloads of files that were read before: a crawl of many files repeats none.

    Raises:
        BadArchiveError: it is no archive, or cannot be read further.
        OSError: it cannot be opened.
    """
    with path.open("rb") as stream:
        # Not by what stands at its end: a WARC may end with somebody's zip.
        head = stream.read(len(_ZIP))
        is_zip = head == _ZIP
        stream.seek(0)
        if head in _ZSTD:
            raise BadArchiveError("it is compressed with zstd: unpack it with unzstd")
        if is_zip:
            yield from _read_wacz(stream, name, most, seen)
        else:
            yield from _read_warc(stream, path.stat().st_size, name, most, seen)


_ZIP = b"PK\x03\x04"
_ZSTD = (b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18")
"""Begins of a frame, and of the dictionary that stands before the frames of a .warc.zst."""


def _read_wacz(
    whole: IO[bytes], name: str, most: int, seen: Payloads
) -> Iterator[ArchivedPage | Skipped]:
    try:
        with zipfile.ZipFile(whole) as packed:
            members = [
                each
                for each in packed.infolist()
                # A name is only ever a key into the zip: nothing is unpacked to disk.
                if each.filename.lower().endswith((".warc", ".warc.gz"))
            ]
            if not members:
                raise BadArchiveError("it is a zip without a WARC file")
            for member in sorted(members, key=lambda each: each.filename):
                inner = f"{name}#{member.filename}"
                with packed.open(member) as stream:
                    yield from _read_warc(stream, member.file_size, inner, most, seen)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise BadArchiveError(f"it is a zip that cannot be unpacked: {error}") from error


def _read_warc(
    stream: IO[bytes], size: int, name: str, most: int, seen: Payloads
) -> Iterator[ArchivedPage | Skipped]:
    """Yield the records of a WARC; of a damaged one what is whole, before and after.

    Only gzip tells surely where a record begins: without it, a page may hold what looks like one,
    so a plain file is read up to the damage.
    """
    is_gzip = stream.read(len(_GZIP)) == _GZIP
    start: int | None = 0
    while start is not None:
        stream.seek(start)
        records = ArchiveIterator(stream, arc2warc=True)
        at, problem = start, ""
        try:
            for record in records:
                packed = records.reader.decompressor
                if is_gzip and packed is None:
                    raise _TornError  # what stands here is not gzipped
                read = _read_record(record, records, name, most, seen)
                records.read_to_end()
                yield read
                if is_gzip and records.next_line:
                    raise BadArchiveError("its records are gzipped as one: unpack it with gunzip")
                if is_gzip and not packed.eof:
                    raise _TornError
                at = records.offset
        except (BadArchiveError, zipfile.BadZipFile):
            raise
        except Exception as error:  # noqa: BLE001 - its parser fails in many ways on what is no WARC
            problem = _first_line(error)
        if not problem and at >= size:
            return
        start = _next_member(stream, at + 1) if is_gzip else None
        if at == 0 and start is None:
            raise BadArchiveError(f"it is no WARC file{problem and f' ({problem})'}")
        yield Skipped("truncated", is_bad=True)


_GZIP = b"\x1f\x8b\x08"


class _TornError(Exception):
    """The file ends, or something else begins, in the middle of a record."""

    def __str__(self) -> str:
        return "it breaks off within its first record"


def _first_line(error: Exception) -> str:
    """Return what a library says, without the bytes that it could not read."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = lines[0].partition(", first line")[0] if lines else ""
    return said if said.isascii() and said else type(error).__name__


def _next_member(stream: IO[bytes], start: int) -> int | None:
    """Return where the next gzipped record begins, from *start* on."""
    stream.seek(start)
    kept = b""
    while block := stream.read(_AT_ONCE):
        held = kept + block
        at = held.find(_GZIP)
        while at >= 0:
            with contextlib.suppress(zlib.error):
                unpacked = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(
                    held[at : at + 512], len(_BEGINS)
                )
                if unpacked == _BEGINS:
                    return start - len(kept) + at
            at = held.find(_GZIP, at + 1)
        start += len(block)
        kept = held[-512:]
    return None


_BEGINS = b"WARC/"


_KINDS = frozenset({"request", "warcinfo", "metadata", "resource", "conversion", "continuation"})


def _read_record(
    record: Any, records: ArchiveIterator, name: str, most: int, seen: Payloads
) -> ArchivedPage | Skipped:
    kind = record.rec_type
    if record.length is None:
        raise _TornError
    if kind not in ("response", "revisit"):
        return Skipped(f"type/{kind if kind in _KINDS else 'other'}")
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
    content_type = fields.get("content-type", "").strip().lower()
    if purpose is None and content_type and not content_type.startswith(_PAGES):
        return Skipped("type/no_page")
    stream = record.raw_stream
    if "chunked" in fields.get("transfer-encoding", "").lower():
        stream = ChunkedDataReader(stream)
    payload: bytes = stream.read(most + 1)
    if len(payload) > most:
        return Skipped("too_large", is_bad=True)
    if kind == "response" and getattr(record.raw_stream, "limit", 0) > 0:
        raise _TornError
    if headers.get_header("WARC-Truncated") or headers.get_header("WARC-Segment-Number"):
        # Half a post would pass for a post that was edited.
        return Skipped("truncated", is_bad=True)
    digest = headers.get_header("WARC-Payload-Digest") or ""
    if kind == "revisit":
        earlier = seen.get(digest, name)
        if earlier is None:
            return Skipped("revisit_unknown")
        payload = earlier
    elif purpose is not None:
        # Of ours it is known what the digest is of: others take it before, after or amid unpacking.
        if digest and not _is_digest(digest, payload):
            return Skipped("bad_digest", is_bad=True)
    elif digest:
        seen.add(digest, payload, name)
    body = _decoded(payload, fields.get("content-encoding", ""), most)
    if body is None:
        return Skipped("bad_encoding", is_bad=True)
    if _is_short(payload, fields) and not shows_its_end(body):
        return Skipped("truncated", is_bad=True)
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


def _is_short(payload: bytes, fields: dict[str, str]) -> bool:
    """Tell a response with fewer bytes than it announced: the connection broke, and a tool kept that."""
    length = fields.get("content-length", "").strip()
    is_said = length.isascii() and length.isdigit() and "transfer-encoding" not in fields
    return is_said and len(payload) < int(length[:18])


def _decoded(payload: bytes, encoding: str, most: int) -> bytes | None:
    """Undo a content encoding; None for one that is broken, or a bomb.

    One that nobody knows ("utf-8", say) is none: browsers and Scrapy take it so.
    """
    for each in reversed([part.strip().lower() for part in encoding.split(",")]):
        if each in ("gzip", "x-gzip"):
            payload_or_none = _gunzipped(payload, most)
        elif each == "deflate":
            payload_or_none = _inflated(payload, most)
        elif each == "br":
            payload_or_none = _unbrotlied(payload, most)
        elif each == "zstd":
            payload_or_none = _unzstandarded(payload, most)
        else:
            continue
        if payload_or_none is None:
            # Some tools store pages unpacked and keep the header that says they are not.
            return payload if payload.lstrip()[:1] == b"<" else None
        payload = payload_or_none
    return payload


def _gunzipped(payload: bytes, most: int) -> bytes | None:
    # As the crawl reads it: one without its checksum is whole, if it shows its end.
    if is_cut(payload, "gzip"):
        return None
    with contextlib.suppress(OSError, EOFError, zlib.error, ValueError):
        return gunzip(payload, max_size=most)
    return None


def _unzstandarded(payload: bytes, most: int) -> bytes | None:
    unpacker, parts, size = zstd.ZstdDecompressor(), [], 0
    rest = payload
    with contextlib.suppress(zstd.ZstdError):
        while size <= most and not unpacker.eof:
            part = unpacker.decompress(rest, _AT_ONCE)
            rest = b""
            if not part and unpacker.needs_input:
                break
            size += len(part)
            parts.append(part)
    return b"".join(parts) if unpacker.eof and size <= most else None


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
