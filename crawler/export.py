"""Rows → JSON lines or CSV → a file that is complete or not there."""

import csv
import errno
import fcntl
import glob
import gzip
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO, cast
from zipfile import ZIP_DEFLATED, ZipFile

from lxml.etree import SerialisationError

from crawler.command import CommandError
from crawler.exit_codes import ExitCode
from crawler.terminal import printable

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

FORMATS = ("jsonl", "csv", "parquet", "xlsx")
BINARY = frozenset({"parquet", "xlsx"})
"""Formats that are no text: they cannot go to a pipe or be gzipped."""
SHEET_ROWS = 1_048_575
"""Rows of a sheet below its header: Excel's limit."""
CELL_CHARS = 32_767
"""Characters of a cell: Excel's limit."""
BATCH = 1000
"""Rows of a Parquet row group that are in memory at a time."""
STDOUT = "-"


# --- formats --------------------------------------------------------------------------


def write_jsonl(stream: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows as JSON objects, one a line; return how many."""
    written = 0
    for row in rows:
        fields = dict(zip(columns, row, strict=True))
        stream.write(json.dumps(fields, ensure_ascii=False, default=_plain) + "\n")
        written += 1
    return written


def write_csv(
    stream: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, for_excel: bool
) -> int:
    """Write rows as CSV with a header; return how many."""
    if for_excel:
        stream.write("\ufeff")
    writer = csv.writer(stream)
    writer.writerow(columns)
    cell: Callable[[Any], Any] = _excel_cell if for_excel else _cell
    written = 0
    for row in rows:
        writer.writerow([cell(value) for value in row])
        written += 1
    return written


def write_parquet(path: Path, view: "Table", rows: Iterable[Sequence[Any]]) -> int:
    """Write rows as Parquet, typed as the view's columns are; return how many."""
    import pyarrow
    import pyarrow.parquet

    types = {
        str: pyarrow.string(),
        int: pyarrow.int64(),
        float: pyarrow.float64(),
        bool: pyarrow.bool_(),
        datetime: pyarrow.timestamp("s", tz="UTC"),
    }
    fields = [
        (column.name, types.get(_python_type(column), pyarrow.string())) for column in view.columns
    ]
    schema = pyarrow.schema(fields)
    written = 0
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for some in _batches(rows, BATCH):
            columns = [
                [_parquet_cell(value) for value in column] for column in zip(*some, strict=True)
            ]
            arrays = [
                pyarrow.array(values, field.type)
                for values, field in zip(columns, schema, strict=True)
            ]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            written += len(some)
    return written


def _python_type(column: "Column[Any]") -> type:
    from models.types import UtcDateTime

    if isinstance(column.type, UtcDateTime):
        return datetime
    try:
        return column.type.python_type
    except NotImplementedError:
        return str


def _parquet_cell(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _batches(rows: Iterable[Sequence[Any]], size: int) -> Iterator[list[Sequence[Any]]]:
    waiting = iter(rows)
    while some := list(islice(waiting, size)):
        yield some


@dataclass(slots=True)
class Written:
    """What became of the rows."""

    rows: int = 0
    cut: int = 0
    """Cells whose text was cut."""


def write_xlsx(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Written:
    """Write rows as a workbook, with further sheets where one is full.

    Every text is stored as text: none runs as a formula.  A text that is longer than a cell
    can be is cut, and counted.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    done = Written()
    sheet: Any = None

    def cell(value: object) -> object:
        plain = value if isinstance(value, bool | int | float) else _cell(value)
        if not isinstance(plain, str):
            return plain
        text = _NO_CELL.sub("\ufffd", plain)
        if len(text) > CELL_CHARS:
            done.cut += 1
            text = text[:CELL_CHARS]
        made = WriteOnlyCell(sheet, text)
        made.data_type = "s"  # or a text that begins with "=" would be a formula
        return made

    try:
        for row in rows:
            if done.rows % SHEET_ROWS == 0:
                sheet = book.create_sheet()
                sheet.append(list(columns))
            sheet.append([cell(value) for value in row])
            done.rows += 1
        if sheet is None:
            book.create_sheet().append(list(columns))
    finally:
        # What `save` does; but on a full disk, or where the store went away, everything is closed
        # here, and not when it is forgotten, where nobody could handle its error.
        for each in book.worksheets:
            each.close()
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()
    return done


_NO_CELL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What no XML may hold."""


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False)
    return value


def _excel_cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    cell = _cell(value)
    if isinstance(cell, str) and cell.lstrip(" ").startswith(
        ("=", "+", "-", "@", "\t", "\r", "\n")
    ):
        return "'" + cell
    return cell


# --- files ----------------------------------------------------------------------------


@contextmanager
def new_file(target: str) -> Iterator[Path]:
    """Give the place to write a file to; it appears under its name when all of it is written.

    Raises:
        CommandError: it cannot be written.
    """
    try:
        with _part_of(Path(target)) as (part, _):
            yield part
    except OSError as error:
        raise CommandError(
            ExitCode.NOT_STARTED,
            f"{printable(target)} cannot be written: {error.strerror or error}",
        ) from error
    except SerialisationError as error:
        # The sheets of a workbook, before they are packed; lxml has an error of its own for that.
        raise CommandError(
            ExitCode.NOT_STARTED,
            f"{printable(target)} cannot be written: {gettempdir()}, where it is made: {error}",
        ) from error


@contextmanager
def _part_of(target: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Give a new file that takes the place of *target* at the end, open and by its path.

    What a killed export left there is removed: nobody holds its lock any more.
    """
    # Beside it, and through a link to it: a rename works within one file system.
    path = target.resolve()
    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        with suppress(OSError), left.open("rb") as forsaken:
            fcntl.flock(forsaken, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with part.open("xb") as raw:
        try:
            with suppress(OSError):  # some file systems know no locks
                fcntl.flock(raw, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield part, raw
            raw.flush()
            os.fsync(raw.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def open_output(target: str) -> Iterator[TextIO]:
    """Open the output; a file appears under its name when all of it is written.

    Raises:
        CommandError: it cannot be opened or written.
    """
    try:
        if target == STDOUT:
            if sys.stdout is None:
                raise OSError(errno.EBADF, "it is closed")
            # Not sys.stdout itself: it may be set to another encoding.
            with _text(cast("BinaryIO", sys.stdout.buffer)) as stream:
                yield stream
            return
        path = Path(target)
        if path.exists() and not path.is_file():
            # A device or a pipe is written to; to put a file in its place would break it.
            with path.open("wb") as raw, _packed(raw, target) as stream:
                yield stream
            return
        with _part_of(path) as (_, part), _packed(part, target) as stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        where = "the standard output" if target == STDOUT else printable(target)
        raise CommandError(
            ExitCode.NOT_STARTED, f"{where} cannot be written: {error.strerror or error}"
        ) from error


@contextmanager
def _packed(raw: BinaryIO, target: str) -> Iterator[TextIO]:
    if not target.lower().endswith(".gz"):
        with _text(raw) as stream:
            yield stream
        return
    # No time in it: the same rows give the same bytes.
    with (
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as zipped,
        _text(cast("BinaryIO", zipped)) as stream,
    ):
        yield stream


@contextmanager
def _text(raw: BinaryIO) -> Iterator[TextIO]:
    """Write text to *raw*, and leave it open."""
    stream = io.TextIOWrapper(raw, encoding="utf-8", newline="")
    try:
        yield stream
        stream.flush()
    finally:
        with suppress(OSError, ValueError):
            stream.detach()
