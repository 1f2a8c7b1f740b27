"""`scrapy export`: an analyst's view as a file."""

import argparse
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

from scrapy.exceptions import UsageError

from crawler.command import CommandError, StoreCommand
from crawler.exit_codes import ExitCode
from crawler.progress import Progress
from crawler.terminal import printable, say
from models.engine import reading
from models.queries import VIEWS, read_view, view_columns

FORMATS = ("jsonl", "csv")
STDOUT = "-"
ROWS_BETWEEN_UPDATES = 200


class Command(StoreCommand):
    """Write a view to a file."""

    name = "export"
    details = f"""\
Views
  {", ".join(VIEWS)}

Reads
  One view of the store (STORE_URL), all of it at one time: what is written meanwhile is not in
  the file. The columns of a view are those that SQL shows.

Writes
  FILE, whose ending says the format: .jsonl, .csv, .jsonl.gz, .csv.gz. It appears when it is
  complete, in one step, and replaces an older one; "-" is the standard output. A few hundred
  rows are in memory at a time.
  Both are UTF-8. Times are ISO 8601 in UTC with their zone. In CSV a missing value is an empty
  cell, lists are JSON, truth is true or false, lines end in CR LF (RFC 4180). The cells are
  exactly what is in the store, and spammers chose much of it: open CSV files in a
  spreadsheet only when they were made with --excel.

Examples
  scrapy export mirrors -o mirrors.csv --excel
  scrapy export lures -o - --format jsonl | jq -r .value | sort | uniq -c
"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-o", "--output", metavar="FILE", help="the file to write; - is the standard output"
        )
        parser.add_argument(
            "--format", choices=FORMATS, help="the format, where the name does not say it"
        )
        parser.add_argument(
            "--excel",
            action="store_true",
            help="CSV for spreadsheets: with a byte order mark, so that Hangul is shown, and an"
            " apostrophe before every text that would run as a formula",
        )

    def syntax(self) -> str:
        return "VIEW -o FILE [options]"

    def short_desc(self) -> str:
        return "Write one of the analyst's views to a .jsonl or .csv file"

    def work(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        view, target = _checked_view(args), opts.output
        if not target:
            raise UsageError("say where to: -o FILE, or -o - --format csv", print_help=False)
        file_format = opts.format or _format_of(target)
        if opts.excel and file_format != "csv":
            raise UsageError("--excel is for CSV", print_help=False)
        with (
            self.store() as engine,
            reading(engine) as connection,
            Progress(f"export {view}", "rows", quiet=self.is_quiet) as progress,
            _output(target) as stream,
        ):
            columns = view_columns(view)
            counted = _counted(read_view(connection, view), progress)
            if file_format == "csv":
                rows = write_csv(stream, columns, counted, for_excel=opts.excel)
            else:
                rows = write_jsonl(stream, columns, counted)
        if target != STDOUT:
            say(f"{printable(target)}: {rows:,} rows of {view}")
        return ExitCode.DONE


def _checked_view(args: Sequence[str]) -> str:
    known = ", ".join(VIEWS)
    if len(args) != 1:
        raise UsageError(f"name one view: {known}", print_help=False)
    if args[0] not in VIEWS:
        raise UsageError(f"there is no view {args[0]!r}; there are: {known}", print_help=False)
    return args[0]


def _format_of(target: str) -> str:
    if target == STDOUT:
        raise UsageError(f"-o - needs --format ({' or '.join(FORMATS)})", print_help=False)
    ending = Path(target.lower().removesuffix(".gz")).suffix.removeprefix(".")
    if ending not in FORMATS:
        endings = ", ".join(f".{name}, .{name}.gz" for name in FORMATS)
        raise UsageError(
            f"the name of {target!r} says no format: let it end in one of {endings},"
            " or give --format",
            print_help=False,
        )
    return ending


def _counted(rows: Iterable[Sequence[Any]], progress: Progress) -> Iterator[Sequence[Any]]:
    for number, row in enumerate(rows, start=1):
        if number % ROWS_BETWEEN_UPDATES == 0:
            progress.update(number)
        yield row


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
def _output(target: str) -> Iterator[TextIO]:
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
