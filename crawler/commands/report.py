"""`scrapy report`: the store at a glance."""

import argparse

from scrapy.exceptions import UsageError

from crawler.command import StoreCommand
from crawler.exit_codes import ExitCode


class Command(StoreCommand):
    """Show the store in the terminal."""

    name = "report"
    details = """\
Shows
  Boards, mirrors by relation, the articles that are copied most, families around articles that are
  not known, lures, campaigns, the last runs; and the most telling post in full, with what it copies,
  where the copies break off and what it carries marked. `scrapy explain` shows any other.

  In colour on a terminal, as plain text elsewhere or where NO_COLOR is set; as wide as the terminal or
  COLUMNS. Characters that would drive the terminal are shown, not sent.

Reads
  The store (STORE_URL), all of it at one time. Writes nothing.

Examples
  scrapy report | less
"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--top", metavar="N", type=int, default=10, help="rows of a table (default: 10)"
        )

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Show boards, mirrors, lures and one copy in full, in the terminal"

    def work(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        if args:
            raise UsageError(
                "takes no arguments (scrapy explain POST shows a post)", print_help=False
            )
        if opts.top < 1:
            raise UsageError("--top must be at least 1", print_help=False)
        from crawler.report import show_report

        with self.store() as engine:
            show_report(engine, top=opts.top)
        return ExitCode.DONE
