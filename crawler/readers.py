"""Input files → records, for `scrapy load`.

Two steps, so that a bad line never costs a good one.  `read_rows` turns a file
into rows: JSON objects, one a line, or the rows of a CSV file, told apart by what
stands in the file, gzipped or not.  `read_article` and `read_post` turn a row
into a record.  Whatever is wrong with a file, a line or a record is a `BadInputError`
with a reason that is counted and a message for the person who made the file.

Memory is bounded by the longest line that is accepted, not by the file.
"""

import csv
import io
import json
import math
import re
import sys
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar, cast

from crawler import boards
from crawler.dates import read_news_time
from crawler.items import PostItem, drop_future
from crawler.page import Page, clean_text
from crawler.tables import (
    BadTableError,
    column_names,
    read_parquet,
    read_xlsx,
    repeated,
    with_stub,
)
from models.records import ArticleRecord, PostRecord
from models.relation import Status
from models.write import KEY_BYTES
from pipelines.core.body import find_body, read_body
from pipelines.core.normalise import normalise

KST = timezone(timedelta(hours=9))
"""What a time without a zone is in: Korean news and boards write local time."""

STDIN = "-"
MAX_URL_CHARS = 8000

T = TypeVar("T")


class BadInputError(Exception):
    """A file, line or record that cannot be used.

    ``reason`` is the detail under which it is counted; ``str()`` is for people.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too long to be somebody's writing."""

    line_bytes: int = 16 * 1024 * 1024
    """A longer line is skipped unread, so that no line can fill the memory."""
    chars: int = 1_000_000
    """Letters and digits of a text; the whole of a long newspaper page has 20,000."""

    @property
    def html_chars(self) -> int:
        """Characters of a page or a body's HTML; its tree takes some ten times that."""
        return 4 * self.chars


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a file: its number, from 1, and its fields or what is wrong with it."""

    line: int
    fields: Mapping[str, Any] | BadInputError


@dataclass(slots=True)
class Reading(Generic[T]):
    """A record, and what was put right or left out to get it (counted, not fatal)."""

    record: T
    notes: list[str] = field(default_factory=list)


# --- files → rows ---------------------------------------------------------------


class _Unzipped:
    """The lines of a gzip file, up to the place where it breaks off, is damaged or turns into something else.

    Python's own reader loses what it had read ahead when it came there.
    """

    def __init__(self, packed: "io.BufferedReader[io.FileIO]") -> None:
        self._packed = packed
        self._is_inside = False
        """Between the beginning and the end of one of the files that a gzip file may consist of."""
        self._pieces = self._unpack()
        self._waiting = bytearray()
        self._fault: EOFError | zlib.error | OSError | None = None
        self._is_over = False

    def peek(self, size: int) -> bytes:
        """Return the next *size* bytes, fewer at the end, and leave them there; raise as `readline`."""
        while len(self._waiting) < size and not self._is_over:
            self._take()
        self._raise_at_end()
        return bytes(self._waiting[:size])

    def readline(self, limit: int) -> bytes:
        """Return the next line, or *limit* bytes of it; nothing at the end.

        Raises:
            EOFError, zlib.error, OSError: the file is bad there, and all whole lines before were given.
        """
        looked = 0
        while (end := self._waiting.find(b"\n", looked, limit)) < 0:
            looked = len(self._waiting)
            if looked >= limit or self._is_over:
                break
            self._take()
        self._raise_at_end()
        line = bytes(self._waiting[: limit if end < 0 else end + 1])
        del self._waiting[: len(line)]
        return line

    def _raise_at_end(self) -> None:
        if self._fault is not None and not self._waiting:
            raise self._fault

    def _take(self) -> None:
        try:
            self._waiting += next(self._pieces)
        except StopIteration:
            self._is_over = True
        except (EOFError, zlib.error, OSError) as fault:
            self._is_over, self._fault = True, fault
            if self._is_inside:  # the line that it broke off in is not whole
                del self._waiting[self._waiting.rfind(b"\n") + 1 :]

    def _unpack(self) -> Iterator[bytes]:
        rest = b""
        while rest := rest or self._packed.read(_PACKED_BYTES):
            if not self._is_inside:
                rest = rest.lstrip(b"\0")  # tapes are filled up
                unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
            if not rest:
                continue
            unpacked = unpacker.decompress(rest, _HEAD_BYTES)
            self._is_inside = not unpacker.eof
            rest = unpacker.unconsumed_tail if self._is_inside else unpacker.unused_data
            yield unpacked
        if self._is_inside:
            raise EOFError


Lines: TypeAlias = "io.BufferedReader[io.FileIO] | _Unzipped"


@dataclass(slots=True)
class OpenInput:
    """An input file: its decompressed bytes, and how far the file itself was read."""

    name: str
    stream: "Lines"
    raw: io.FileIO
    size: int | None
    """Bytes of the file as it lies there; None for a pipe."""
    table: str = ""
    """``XLSX`` or ``Parquet``, where it is one; else it is text."""

    def position(self) -> int:
        """Return the bytes of the file read so far; 0 where that cannot be told."""
        try:
            return self.raw.tell()
        except (OSError, ValueError):
            return 0


@contextmanager
def open_input(name: str) -> Iterator[OpenInput]:
    """Open the file *name* (``-`` is the standard input), gunzipping where needed.

    Raises BadInputError when it is no readable file, is empty or is not text.
    """
    if name == STDIN:
        if sys.stdin is None:
            raise BadInputError("unreadable", "cannot be read: the standard input is closed")
        with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as raw:
            yield _unzipped("standard input", raw, None)
        return
    path = Path(name)
    if path.is_dir():
        raise BadInputError("directory", "is a folder: name the files in it")
    try:
        raw = path.open("rb", buffering=0)
    except FileNotFoundError:
        raise BadInputError("missing", "there is no such file") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise BadInputError("unreadable", f"cannot be opened: {why}") from None
    with raw:
        size = path.stat().st_size if path.is_file() else None
        yield _unzipped(name, raw, size)


def _unzipped(name: str, raw: io.FileIO, size: int | None) -> OpenInput:
    plain = io.BufferedReader(raw, _HEAD_BYTES)
    with _reading():
        # The content decides: downloads and mails rename files, and lose the .gz.
        is_gzip = plain.peek(2)[:2] == b"\x1f\x8b"
        stream: Lines = _Unzipped(plain) if is_gzip else plain
        head = stream.peek(_HEAD_BYTES)
    if not head.removeprefix(_UTF8_BOM).strip():
        # A file of blank lines only is found to be empty when it has been read.
        if not head:
            raise BadInputError("empty", "is empty")
        return OpenInput(name, stream, raw, size)
    for magic, kind in _TABLES.items():
        if head.startswith(magic):
            if size is None or isinstance(stream, _Unzipped):
                what = f"an {kind} file must be named itself, and not be gzipped"
                raise BadInputError("not_text", what)
            return OpenInput(name, stream, raw, size, kind)
    for magic, what in _NOT_TEXT.items():
        if head.startswith(magic):
            raise BadInputError("not_text", f"is {what}: JSON lines or CSV in UTF-8 is needed")
    if _binary_share(head) > 0.1:
        raise BadInputError("not_text", "is not text: JSON lines or CSV in UTF-8 is needed")
    return OpenInput(name, stream, raw, size)


_HEAD_BYTES = 64 * 1024
_PACKED_BYTES = 8 * 1024
"""Of a gzip file that are unpacked at once: where it is damaged, no more than those is lost."""
_UTF8_BOM = b"\xef\xbb\xbf"
_NOT_TEXT = {
    b"\xff\xfe": "in UTF-16",
    b"\xfe\xff": "in UTF-16",
    b"\xd0\xcf\x11\xe0": "an old Office file, or one with a password",
    b"SQLite format 3": "a SQLite file",
    b"%PDF": "a PDF file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"BZh": "compressed with bzip2 (only gzip is read)",
    b"\xfd7zXZ": "compressed with xz (only gzip is read)",
    b"\x28\xb5\x2f\xfd": "compressed with zstd (only gzip is read)",
}
_TABLES = {b"PK\x03\x04": "XLSX", b"PAR1": "Parquet"}
_TEXT_BYTES = bytes([9, 10, 12, 13, *range(32, 256)])


def _binary_share(head: bytes) -> float:
    return len(head.translate(None, _TEXT_BYTES)) / len(head)


@contextmanager
def _reading() -> Iterator[None]:
    """Turn what a broken file raises in the middle of reading into BadInputError."""
    try:
        yield
    except EOFError:
        raise BadInputError(
            "truncated_gzip", "the gzip file is cut off; its lines so far are kept"
        ) from None
    except zlib.error as error:
        raise BadInputError(
            "broken_gzip", f"the gzip file is damaged ({error}); its lines so far are kept"
        ) from None
    except OSError as error:
        raise BadInputError("unreadable", f"cannot be read: {error.strerror or error}") from None


Line = tuple[int, str | BadInputError]
"""A line's number, from 1, and its text with the line end, or why it has none."""


def read_rows(source: OpenInput, limits: Limits) -> Iterator[Row]:
    """Yield the rows of a file, bad ones too, in order.

    Raises BadInputError when the file as a whole turns out bad: cut off, damaged,
    without any row, a CSV file without the columns that are needed.
    """
    if source.table:
        yield from _table_rows(source)
        return
    lines = _decoded(_lines(source.stream, limits.line_bytes), limits)
    first = next(lines, None)
    if first is None:
        raise BadInputError("empty", "is empty: it has blank lines only")
    second = None
    try:
        second = next(lines, None)
        again = _chain(first, lines if second is None else _chain(second, lines))
    except BadInputError as error:  # the file is damaged behind its first line, which counts
        again = _chain(first, _broken_off(error))
    delimiter = _delimiter(first[1])
    if delimiter is None and source.name.lower().removesuffix(".gz").endswith(".csv"):
        delimiter = ","  # its header is then found to lack what is needed
    if delimiter is not None and not _is_json(first[1]):
        yield from _csv_rows(again, limits, delimiter)
    elif _is_document(first[1], second[1] if second else None):
        yield from _document_rows(again, limits)
    else:
        yield from _json_rows(again, limits)


def _is_json(first: str | BadInputError) -> bool:
    return isinstance(first, str) and first.lstrip().startswith(("{", "["))


def _is_document(first: str | BadInputError, second: str | BadInputError | None) -> bool:
    """Tell JSON over many lines, or in an array, from lines of JSON."""
    if not isinstance(first, str):
        return False
    start = first.lstrip()
    if start.startswith("["):
        return True
    goes_on = isinstance(second, str) and not second.startswith("{")
    return start.startswith("{") and goes_on and _depth(first) > 0


def _table_rows(source: OpenInput) -> Iterator[Row]:
    read = read_xlsx if source.table == "XLSX" else read_parquet
    try:
        for number, fields in read(Path(source.name)):
            yield Row(number, fields)
    except BadTableError as error:
        raise BadInputError("table", str(error)) from None


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[{}\[\],]|[^\s{}\[\],"]++')


def _depth(line: str) -> int:
    """Return how many braces and brackets of a line stay open."""
    marks = [token[0] for token in _TOKEN.finditer(line)]
    return sum(mark in "{[" for mark in marks) - sum(mark in "}]" for mark in marks)


def _document_rows(lines: Iterable[Line], limits: Limits) -> Iterator[Row]:
    """Yield the rows of objects that go over many lines, stand in an array or side by side."""
    pieces: list[str] = []
    depth = size = start = 0
    for number, line in lines:
        if isinstance(line, BadInputError):
            yield Row(number, line)
            continue
        if depth and pieces[0].strip() != "{" and _is_whole(line):
            # Objects stand on a line each, and the one before lacks its end: it must not
            # swallow all that follow.
            yield Row(start, BadInputError("json", "broken JSON: the object does not end"))
            pieces, depth, size = [], 0, 0
        begin = 0
        for token in _TOKEN.finditer(line):
            mark = token[0]
            if depth == 0 and mark == "{":
                start, begin, depth = number, token.start(), 1
            elif depth == 0:
                if mark not in "[],":
                    yield Row(number, BadInputError("not_object", "a value that is no object"))
            elif mark in "{[":
                depth += 1
            elif mark in "}]":
                depth -= 1
                if depth == 0:
                    text = "".join([*pieces, line[begin : token.end()]])
                    pieces, size = [], 0
                    yield from _object_rows(start, _json_object(text))
        if depth:
            pieces.append(line[begin:])
            size += len(pieces[-1])
            if size > limits.line_bytes:
                raise BadInputError("too_long", "an object over many lines is too long")
    if depth:
        yield Row(start, BadInputError("json", "broken JSON: the file ends within the object"))


def _is_whole(line: str) -> bool:
    """Tell a line that is one object, with or without a comma behind it."""
    text = line.strip().removesuffix(",")
    if not (text.startswith('{"') and text.endswith("}")):
        return False
    return not isinstance(_json_object(text), BadInputError)


def _object_rows(number: int, value: Mapping[str, Any] | BadInputError) -> Iterator[Row]:
    """Yield an object's row; of a search's answer a row for each of its articles."""
    if isinstance(value, BadInputError):
        yield Row(number, value)
    elif _is_search_answer(value):
        yield from _search_rows(number, value["items"])
    elif "originallink" in value and "text" not in value:
        yield from _search_rows(number, [value])
    elif "errorMessage" in value and "errorCode" in value:
        yield Row(number, BadInputError("api_error", f"is an error: {value['errorMessage']}"))
    else:
        yield Row(number, value)


def _is_search_answer(fields: Mapping[str, Any]) -> bool:
    """Tell an answer of Naver's news search by what it holds."""
    return isinstance(fields.get("items"), list) and "text" not in fields


def _search_rows(number: int, items: list[Any]) -> Iterator[Row]:
    """Yield a row for each article of a news search's answer: titles and texts carry markup."""
    for item in items:
        if not isinstance(item, dict):
            yield Row(number, BadInputError("not_object", "an item of its items is no object"))
            continue
        text = {
            name: item[name] for name in ("title", "description") if isinstance(item.get(name), str)
        }
        plain = {name: unescape(_EMPHASIS.sub("", value)) for name, value in text.items()}
        yield Row(
            number,
            {
                "url": item.get("originallink") or item.get("link"),
                "title": plain.get("title"),
                "text": re.sub(r"\s*\.{3}$", "", plain.get("description", "")),
                "published_at": item.get("pubDate"),
                "is_stub": True,
            },
        )


_EMPHASIS = re.compile(r"</?b>", re.IGNORECASE)


def _chain(first: Line, rest: Iterable[Line]) -> Iterator[Line]:
    yield first
    yield from rest


def _broken_off(error: BadInputError) -> Iterator[Line]:
    raise error
    yield


def _lines(stream: "Lines", limit: int) -> Iterator[tuple[int, bytes | None]]:
    """Yield (number, line); None for a line of more than *limit* bytes."""
    number = 0
    while True:
        with _reading():
            line = stream.readline(limit + 1)
        if not line:
            return
        number += 1
        if len(line) <= limit or line.endswith(b"\n"):
            yield number, line
            continue
        yield number, None
        while line and not line.endswith(b"\n"):
            with _reading():
                line = stream.readline(_HEAD_BYTES)


def _decoded(lines: Iterable[tuple[int, bytes | None]], limits: Limits) -> Iterator[Line]:
    """Decode lines as UTF-8 or, where the file is not in UTF-8, as CP949; drop leading blank ones.

    Once a line has shown that the file is in UTF-8, a line that is not is damaged.
    Strict CP949 does not accept damaged UTF-8 by chance but in very short lines.
    """
    utf8 = started = False
    for number, raw in lines:
        if raw is None:
            started = True
            size = limits.line_bytes // (1024 * 1024)
            yield number, BadInputError("too_long", f"the line is longer than {size} MB")
            continue
        if raw.startswith(_UTF8_BOM):  # in the middle, too: files were joined
            utf8 = True
            raw = raw.removeprefix(_UTF8_BOM)  # noqa: PLW2901
        if not started and not raw.strip():
            continue
        started = True
        try:
            line = raw.decode()
            utf8 = utf8 or not raw.isascii()
        except UnicodeDecodeError as error:
            text = None if utf8 else _cp949(raw)
            if text is None:
                yield number, BadInputError("encoding", f"is not UTF-8 (byte {error.start + 1})")
                continue
            line = text
        yield number, line


def _cp949(raw: bytes) -> str | None:
    try:
        return raw.decode("cp949")
    except UnicodeDecodeError:
        return None


def _delimiter(first: str | BadInputError) -> str | None:
    """Return what parts the columns of a CSV file's header; None if this is none."""
    if isinstance(first, str):
        for delimiter in ",;\t|":
            cells = [cell.strip().strip('"') for cell in first.split(delimiter)]
            if column_names(cells) is not None:
                return delimiter
    return None


def _json_rows(lines: Iterable[Line], limits: Limits) -> Iterator[Row]:
    for number, line in lines:
        if isinstance(line, BadInputError):
            yield Row(number, line)
        elif not line.isspace():
            value = _json_object(line)
            if isinstance(value, BadInputError) and "}" in line and "{" in line.partition("}")[2]:
                # Objects side by side; what is wrong with a single one is said as it was.
                rows = list(_document_rows([(number, line)], limits))
                if any(not isinstance(row.fields, BadInputError) for row in rows):
                    yield from rows
                    continue
            yield from _object_rows(number, value)


def _json_object(line: str) -> Mapping[str, Any] | BadInputError:
    try:
        # Control characters inside strings are wrong JSON with one possible meaning.
        value = json.loads(line, strict=False, object_pairs_hook=_one_of_each)
    except BadInputError as error:
        return error
    except json.JSONDecodeError as error:
        return BadInputError("json", f"broken JSON: {error.msg} (character {error.pos + 1})")
    except (ValueError, RecursionError) as error:
        return BadInputError("json", f"broken JSON: {error}")
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return BadInputError("not_object", "an array, not an object: write one object a line")
    return BadInputError("not_object", f"{_type_name(value)}, not an object")


def _one_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's fields.

    Raises:
        BadInputError: one stands there twice: nobody can tell which of them counts.
    """
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadInputError("field_twice", f"has the field {twice!r} twice")
    return fields


def _type_name(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", str: "a string"}
    if value is None:
        return "null"
    return names.get(type(value), "an array" if isinstance(value, list) else "an object")


class _Rereadable:
    """Lines for `csv.reader`, which remembers those of the row that is being read."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()
        self.row: list[Line] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, line = self._again.popleft() if self._again else next(self._lines)
        self.row.append((number, line))
        if isinstance(line, BadInputError):
            raise line
        return line

    def reread(self) -> None:
        """Give the lines after the row's first once more."""
        self._again.extendleft(reversed(self.row[1:]))


def _csv_rows(lines: Iterator[Line], limits: Limits, delimiter: str) -> Iterator[Row]:
    """Yield the rows of a CSV file with a header (RFC 4180, line ends as they come).

    A quote that is never closed would swallow all rows after it; so the lines that such a
    row took are read again as rows of their own. A whole row with a column too many or too
    few is one bad row, however many lines its texts have.
    """
    csv.field_size_limit(limits.line_bytes)
    source = _Rereadable(lines)
    reader = csv.reader(source, strict=True, delimiter=delimiter)
    header: list[str] | None = None
    while True:
        source.row = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, BadInputError) as error:
            number = source.row[0][0]
            if header is None:
                is_mac = re.search(r"\r(?!\n)", str(source.row[0][1]))
                why = "its lines end in CR alone, not in LF or CRLF" if is_mac else str(error)
                raise BadInputError("columns", f"the header row cannot be read: {why}") from None
            source.reread()
            if isinstance(error, csv.Error):
                error = BadInputError("csv", f"broken CSV: {error}")
            yield Row(number, error)
            continue
        number = source.row[0][0]
        if not any(cells):
            continue
        if header is None:
            header = _header(cells)
        elif len(cells) != len(header):
            what = f"{len(cells)} columns, but the header has {len(header)}"
            if len(source.row) > 1:
                what += f" (lines {number} to {source.row[-1][0]})"
            yield Row(number, BadInputError("columns", what))
        else:
            fields = {k: v for k, v in zip(header, cells, strict=True) if k and v}
            yield Row(number, with_stub(fields, header))


def _header(cells: list[str]) -> list[str]:
    """Return our names of a CSV file's columns, empty for unknown ones; raises BadInputError."""
    header = column_names(cells)
    if header is None:
        found = ", ".join(name.strip()[:40] for name in cells[:20])
        raise BadInputError(
            "columns",
            "the first row must name the columns: text (or, for posts, html or page) and id or url;"
            f" it has: {found}",
        )
    if twice := repeated(header):
        raise BadInputError("columns", f"two columns are called {twice}")
    return header


# --- rows → records -------------------------------------------------------------


def read_article(fields: Mapping[str, Any], limits: Limits) -> Reading[ArticleRecord]:
    """Return the article that a row describes; raises BadInputError."""
    notes: list[str] = []
    key, url = _identity(fields, notes)
    text = _content(fields, "text", limits.chars, notes)
    if text is None:
        raise BadInputError("no_text", "has no text")
    _check_text(text, limits)
    record = ArticleRecord(
        key=key,
        text=text,
        url=url,
        title=_label(fields, "title", notes),
        publisher=_label(fields, "publisher", notes),
        byline=_label(fields, "byline", notes),
        is_stub=fields.get("is_stub") is True,
        published_at=_time(fields, ("published_at", "date", "posted_at"), notes),
    )
    notes += ["date/future"] * drop_future(record, datetime.now(UTC))
    return Reading(record, notes)


def read_post(fields: Mapping[str, Any], limits: Limits, now: datetime) -> Reading[PostRecord]:
    """Return the post that a row describes; raises BadInputError.

    The body is `text` or else what `html` or else `page` shows. The addresses that a body in plain
    text hides behind its words are read off the `html` or `page` beside it.
    """
    notes: list[str] = []
    key, url = _identity(fields, notes)
    title = _label(fields, "title", notes)
    text = _content(fields, "text", limits.chars, notes)
    markup = None if text is not None else _content(fields, "html", limits.html_chars, notes)
    page = None
    if text is None and markup is None:
        page = _content(fields, "page", limits.html_chars, notes)
    if text is not None:
        item = (boards.read_text_dump(text) if title is None else None) or _plain_item(text)
        item.hrefs = item.hrefs or _hrefs_beside(fields, url, limits, now, notes)
    elif markup is not None:
        body = read_body(markup)
        item = _plain_item(body.text, list(body.hidden), list(body.hrefs))
    elif page is not None:
        item = _page_item(page, url, now)
    else:
        raise BadInputError("no_text", "has neither text nor html nor page")
    # A board's post may be nothing but a title; a line that holds no text at all is broken.
    if item.status is Status.LIVE and not (item.engine and item.title and not item.body):
        _check_text(item.body, limits)
    known = bool(url and item.native_id)
    record = PostRecord(
        board_url=item.board_url if known else _label(fields, "board", notes, KEY_BYTES) or "",
        native_id=item.native_id if known else key,
        key=key,
        url=url,
        engine=item.engine,
        status=item.status,
        title=title if title is not None else item.title,
        author=_label(fields, "author", notes) or item.author,
        ip=item.ip,
        category=_label(fields, "category", notes) or item.category,
        posted_at=_time(fields, ("posted_at", "date", "published_at"), notes) or item.posted_at,
        hits=item.hits,
        comments=item.comments,
        comment_count=item.comment_count,
        links=item.links,
        files=item.files,
        body=item.body,
        hidden=item.hidden,
        hrefs=item.hrefs,
    )
    notes += ["date/future"] * drop_future(record, datetime.now(UTC))
    return Reading(record, notes)


def _hrefs_beside(
    fields: Mapping[str, Any], url: str | None, limits: Limits, now: datetime, notes: list[str]
) -> list[str]:
    """Return the addresses that the markup of a post links to, whose text is given."""
    for name in ("html", "page"):
        try:
            markup = _content(fields, name, limits.html_chars, notes)
        except BadInputError:
            notes.append(f"field/ignored/{name}")
            continue
        if markup is not None:
            if name == "html":
                return list(read_body(markup).hrefs)
            return _page_item(markup, url, now).hrefs
    return []


def _plain_item(
    body: str, hidden: list[str] | None = None, hrefs: list[str] | None = None
) -> PostItem:
    return PostItem(
        board_url="", native_id="", key="", body=body, hidden=hidden or [], hrefs=hrefs or []
    )


_TAG = re.compile(r"<[a-zA-Z!/][^<>]{0,2000}>")


def _page_item(text: str, url: str | None, now: datetime) -> PostItem:
    """Read a whole page: its engine's way, as a text dump of one, or by finding its body."""
    if not _TAG.search(text):
        return boards.read_text_dump(text) or _plain_item(text)
    page = Page(url or "", clean_text(text))
    engine = boards.find_engine(page)
    if engine is None:
        # A fragment is no page to trafilatura; better all of it than nothing.
        body = find_body(text)
        if not body.text:
            body = read_body(text)
        return _plain_item(body.text, list(body.hidden), list(body.hrefs))
    item = engine.read_post(page, now)
    if item.html is not None:
        body = read_body(item.html)
        item.body, item.hidden, item.hrefs = body.text, list(body.hidden), list(body.hrefs)
        item.html = None
    return item


def _identity(fields: Mapping[str, Any], notes: list[str]) -> tuple[str, str | None]:
    """Return the key (the id, or else the URL) and the URL."""
    key = _name(fields, "id", notes)
    url = _name(fields, "url", notes)
    if url is not None and len(url) > MAX_URL_CHARS:
        raise BadInputError("id", f"its url has more than {MAX_URL_CHARS} characters")
    if not (key or url):
        raise BadInputError("no_id", "has neither id nor url")
    key = key or cast("str", url)
    if len(key.encode()) > KEY_BYTES:
        raise BadInputError("id", f"its id, or url without one, has more than {KEY_BYTES} bytes")
    return key, url


def _name(fields: Mapping[str, Any], name: str, notes: list[str]) -> str | None:
    value = fields.get(name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise BadInputError("id", f"its {name} is {_type_name(value)}, not a string")
    return _clean(value, notes).strip() or None


def _content(fields: Mapping[str, Any], name: str, longest: int, notes: list[str]) -> str | None:
    """Return a field that holds writing; None where it is absent or blank."""
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadInputError("type", f"its {name} is {_type_name(value)}, not a string")
    if name != "text" and len(value) > longest:
        raise BadInputError("too_long", f"its {name} has more than {longest:,} characters")
    value = _clean(value, notes)
    return value if value.strip() else None


def _label(fields: Mapping[str, Any], name: str, notes: list[str], longest: int = 0) -> str | None:
    """Return a field that describes; one of a wrong type is left out and noted."""
    value = fields.get(name)
    if value is None:
        return None
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if is_number or (isinstance(value, float) and math.isfinite(value)):
        value = str(value)
    if (
        name == "byline"
        and isinstance(value, list)
        and all(isinstance(each, str) for each in value)
    ):
        value = ", ".join(value)
    if not isinstance(value, str):
        notes.append(f"field/ignored/{name}")
        return None
    value = _clean(value, notes).strip()
    if longest and len(value.encode()) > longest:
        raise BadInputError("id", f"its {name} has more than {longest} bytes")
    return value or None


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def _clean(value: str, notes: list[str]) -> str:
    """Drop what PostgreSQL refuses: NUL and lone surrogates."""
    cleaned, dropped = _UNSTORABLE.subn("", value)
    if dropped and "text/cleaned" not in notes:
        notes.append("text/cleaned")
    return cleaned


_LETTER = re.compile(r"[0-9A-Za-z가-힣]")


def _check_text(text: str, limits: Limits) -> None:
    # The quick look settles all but odd texts: the normal form costs as much again as the rest.
    if not _LETTER.search(text) and not len(normalise(text)):
        raise BadInputError("no_letters", "its text has no letter or digit")
    if len(text) > limits.chars and len(normalise(text)) > limits.chars:
        raise BadInputError(
            "too_long", f"its text has more than {limits.chars:,} letters and digits"
        )


def _time(fields: Mapping[str, Any], names: tuple[str, ...], notes: list[str]) -> datetime | None:
    for name in names:
        value = fields.get(name)
        if value is not None and value != "":
            time = read_time(value)
            if time is None:
                notes.append("date/unreadable")
            return time
    return None


def read_time(value: object) -> datetime | None:
    """Return a time in UTC, or None where *value* cannot be read as one.

    ISO 8601 with a zone or in KST without one, a date alone (KST midnight),
    20260131, 202601310930 and 20260131093000, seconds or milliseconds since 1970, the dates of
    feeds and of Korean sites.

    >>> read_time("2026-01-31 09:30")
    datetime.datetime(2026, 1, 31, 0, 30, tzinfo=datetime.timezone.utc)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        value = f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    if not isinstance(value, str) or len(value) > 60:
        return None
    text = value.strip()
    for read in _TIME_READERS:
        try:
            time = read(text)
            if time is not None:
                time = time if time.tzinfo else time.replace(tzinfo=KST)
                time = time.astimezone(UTC)
                return time if 1900 <= time.year <= 2200 else None
        except (ValueError, OverflowError, TypeError):
            continue
    return None


def _compact_time(text: str) -> datetime | None:
    if not (text.isascii() and text.isdigit()):
        return None
    if len(text) in (8, 12, 14) and text[:2] in ("19", "20"):
        # Seconds since 1970 have 9 or 10 digits, milliseconds 12 (before 2001) or 13.
        return datetime.strptime(text.ljust(14, "0"), "%Y%m%d%H%M%S")  # noqa: DTZ007
    return None


def _epoch(text: str) -> datetime | None:
    if not re.fullmatch(r"[0-9]{9,16}(?:\.[0-9]{1,9})?", text):
        return None  # fewer digits are a year, a number of Excel's, or nothing
    seconds = float(text)
    if abs(seconds) >= 1e11:
        seconds /= 1000
    return datetime.fromtimestamp(seconds, UTC) if math.isfinite(seconds) else None


_TIME_READERS: tuple[Callable[[str], datetime | None], ...] = (
    _compact_time,
    _epoch,
    datetime.fromisoformat,
    read_news_time,
)
