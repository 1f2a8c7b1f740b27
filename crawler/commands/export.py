"""`scrapy export`: an analyst's view as a file."""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from scrapy.exceptions import UsageError

from crawler.command import StoreCommand
from crawler.exit_codes import ExitCode
from crawler.export import FORMATS, STDOUT, open_output, write_csv, write_jsonl
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

    def long_help(self) -> str:
        from models.queries import VIEWS

        return self.details.format(views=", ".join(VIEWS))

    def syntax(self) -> str:
        return "VIEW -o FILE [options]"

    def short_desc(self) -> str:
        return "Write one of the analyst's views to a .jsonl or .csv file"

    def work(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        from models.engine import reading
        from models.queries import VIEWS, read_view, view_columns

        view, target = _checked_view(args, VIEWS), opts.output
        if not target:
            raise UsageError("say where to: -o FILE, or -o - --format csv", print_help=False)
        file_format = opts.format or _format_of(target)
        if opts.excel and file_format != "csv":
            raise UsageError("--excel is for CSV", print_help=False)
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
