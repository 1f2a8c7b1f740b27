"""`scrapy export`: an analyst's view as a file."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from scrapy.exceptions import UsageError

from crawler.command import StoreCommand
from crawler.exit_codes import ExitCode
from crawler.export import (
    BINARY,
    FORMATS,
    STDOUT,
    new_file,
    open_output,
    write_csv,
    write_jsonl,
    write_parquet,
    write_xlsx,
)
from crawler.progress import Progress
from crawler.terminal import printable, say

ROWS_BETWEEN_UPDATES = 200


class Command(StoreCommand):
    """Write a view to a file."""

    name = "export"
    details = """\
Views
  {views}

Reads
  One view of the store (STORE_URL), all of it at one time: what is written meanwhile is not in
  the file. The columns of a view are those that SQL shows.

Writes
  FILE, whose ending says the format: .jsonl, .csv, .jsonl.gz, .csv.gz, .parquet, .xlsx. It
  appears when it is complete, in one step, and replaces an older one; "-" is the standard
  output, for text formats. A few hundred rows are in memory at a time.
  Text is UTF-8. Times are ISO 8601 in UTC with their zone. In CSV a missing value is an empty
  cell, lists are JSON, truth is true or false, lines end in CR LF (RFC 4180). In Parquet
  columns have the view's types. In XLSX no text runs as a formula, times are text, and a
  text of more than 32,767 characters is cut (the command says how many were). The cells are
  exactly what is in the store, and spammers chose much of it: open CSV files in a
  spreadsheet only when they were made with --excel.

Examples
  scrapy export mirrors -o mirrors.csv --excel
  scrapy export lures -o - --format jsonl | jq -r .value | sort | uniq -c
"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-o",
            "--output",
            metavar="FILE",
            action="append",
            help="the file to write; - is the standard output",
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

    def long_help(self) -> str:
        from models.queries import VIEWS

        return self.details.format(views=", ".join(VIEWS))

    def syntax(self) -> str:
        return "VIEW -o FILE [options]"

    def short_desc(self) -> str:
        return "Write one of the analyst's views to a .jsonl, .csv, .parquet or .xlsx file"

    def work(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        from models.engine import reading
        from models.queries import VIEWS, read_view, view_columns

        view = _checked_view(args, VIEWS)
        if not opts.output or not opts.output[0]:
            raise UsageError("say where to: -o FILE, or -o - --format csv", print_help=False)
        if len(opts.output) > 1:
            raise UsageError("one -o at a time: an export writes one file", print_help=False)
        target = opts.output[0]
        file_format = opts.format or _format_of(target)
        if opts.excel and file_format != "csv":
            raise UsageError("--excel is for CSV", print_help=False)
        if file_format in BINARY:
            return self._write_binary(view, target, file_format)
        with (
            self.store() as engine,
            reading(engine) as connection,
            Progress(f"export {view}", "rows", quiet=self.is_quiet) as progress,
            open_output(target) as stream,
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

    def _write_binary(self, view: str, target: str, file_format: str) -> ExitCode:
        from models.engine import reading
        from models.queries import read_view, view_columns
        from models.views import metadata

        is_device = Path(target).exists() and not Path(target).is_file()
        if target == STDOUT or target.lower().endswith(".gz") or is_device:
            raise UsageError(f"{file_format} needs a file of its own", print_help=False)
        cut = 0
        with (
            self.store() as engine,
            reading(engine) as connection,
            Progress(f"export {view}", "rows", quiet=self.is_quiet) as progress,
            new_file(target) as path,
        ):
            counted = _counted(read_view(connection, view), progress)
            if file_format == "parquet":
                rows = write_parquet(path, metadata.tables[view], counted)
            else:
                written = write_xlsx(path, view_columns(view), counted)
                rows, cut = written.rows, written.cut
        say(f"{printable(target)}: {rows:,} rows of {view}")
        if cut:
            say(
                f"{cut:,} texts were longer than a cell can be, and are cut: see .jsonl for the whole"
            )
        return ExitCode.DONE


def _checked_view(args: Sequence[str], views: Sequence[str]) -> str:
    known = ", ".join(views)
    if len(args) != 1:
        raise UsageError(f"name one view: {known}", print_help=False)
    if args[0] not in views:
        raise UsageError(f"there is no view {args[0]!r}; there are: {known}", print_help=False)
    return args[0]


def _format_of(target: str) -> str:
    if target == STDOUT:
        raise UsageError(f"-o - needs --format ({' or '.join(FORMATS)})", print_help=False)
    ending = Path(target.lower().removesuffix(".gz")).suffix.removeprefix(".")
    if ending not in FORMATS:
        text = ", ".join(f".{name}, .{name}.gz" for name in FORMATS if name not in BINARY)
        endings = f"{text}, {', '.join(f'.{name}' for name in FORMATS if name in BINARY)}"
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
