"""`scrapy report`: the store at a glance."""

import argparse
import io
import sys
from pathlib import Path

from rich.console import Console
from scrapy.exceptions import UsageError
from sqlalchemy import Engine

from crawler.command import CommandError, StoreCommand
from crawler.exit_codes import ExitCode
from crawler.report import print_report, read_report
from models.engine import reading, shown

TOP = 10
LEAST_WIDTH = 60


class Command(StoreCommand):
    """Show the store in the terminal."""

    name = "report"
    details = """\
Shows
  Boards, mirrors by relation, the articles that are copied most, families around articles that are
  not known, lures, campaigns, the last runs; and one post in full, with what it copies, where
  the copies break off and what it carries marked. That post is the most telling one, or --post.

  In colour on a terminal, as plain text elsewhere or where NO_COLOR is set; as wide as the terminal or
  COLUMNS. Characters that would drive the terminal are shown, not sent.

Reads
  The store (STORE_URL), all of it at one time. Writes nothing but FILE of --svg.

Examples
  scrapy report | less
  scrapy report --post 'https://board.example/bbs/board.php?bo_table=free&wr_id=17'
"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--post", metavar="KEY", help="the post to show in full, by its id or URL"
        )
        parser.add_argument(
            "--top", metavar="N", type=int, default=TOP, help=f"rows of a table (default: {TOP})"
        )
        parser.add_argument("--svg", metavar="FILE", help="write the report as a picture too")

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Show boards, mirrors, lures and one copy in full, in the terminal"

    def work(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        if args:
            raise UsageError("takes no arguments (a post is named by --post)", print_help=False)
        if opts.top < 1:
            raise UsageError("--top must be at least 1", print_help=False)
        with self.store() as engine:
            show(engine, top=opts.top, post_key=opts.post, svg=opts.svg)
        return ExitCode.DONE


def show(
    engine: Engine, *, top: int = TOP, post_key: str | None = None, svg: str | None = None
) -> None:
    """Write the report of a store to stdout, and to the file *svg* as a picture.

    Raises:
        CommandError: no post has the key, or the file cannot be written.
    """
    try:
        with reading(engine) as connection:
            report = read_report(connection, top, post_key)
    except KeyError:
        raise CommandError(
            ExitCode.NOT_STARTED, f"no post has the id or URL {post_key!r}"
        ) from None
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A locale without Hangul must not end the report.
        sys.stdout.reconfigure(errors="replace")
    console = Console(record=svg is not None, highlight=False, markup=False, emoji=False)
    console.width = max(console.width, LEAST_WIDTH)
    print_report(console, report, shown(engine.url))
    if svg is not None:
        picture = console.export_svg(title="scrapy report")
        try:
            Path(svg).write_text(picture, encoding="utf-8")
        except OSError as error:
            raise CommandError(
                ExitCode.NOT_STARTED, f"{svg} cannot be written: {error.strerror}"
            ) from error
