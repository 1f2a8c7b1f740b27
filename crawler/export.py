"""Rows → JSON lines or CSV → a file that is complete or not there."""

import csv
import gzip
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from crawler.command import CommandError
from crawler.exit_codes import ExitCode
from crawler.terminal import printable

FORMATS = ("jsonl", "csv")
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
def open_output(target: str) -> Iterator[TextIO]:
    """Open the output; a file appears under its name when all of it is written.

    Raises:
        CommandError: it cannot be opened or written.
    """
    try:
        if target == STDOUT:
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
        # Beside it, and through a link to it: a rename works within one file system.
        path = path.resolve()
        part = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            with part.open("xb") as raw:
                with _packed(raw, target) as stream:
                    yield stream
                raw.flush()
                os.fsync(raw.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
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
