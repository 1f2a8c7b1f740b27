"""`scrapy migrate`: the store's schema, made or brought up to date."""

import argparse

from scrapy.exceptions import UsageError

from crawler.command import StoreCommand
from crawler.exit_codes import ExitCode


class Command(StoreCommand):
    """Make the tables of a store, or bring them to this program's schema."""

    name = "migrate"
    details = """\
Writes
  The schema of the store (STORE_URL), in one transaction: all of it, or nothing. An empty
  database gets its tables; PostgreSQL needs that once. SQLite needs it only after an update
  of the program: the first command that opens an empty file makes the tables. A store that is
  up to date is left as it is. Make a backup before an update.

Example
  scrapy migrate -s STORE_URL=postgresql://me@db/pumgeul
"""

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Make the store's tables, or bring them up to date"

    def work(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        if args:
            raise UsageError("takes no arguments", print_help=False)
        from models.engine import migrate

        done = migrate(self.configuration["STORE_URL"] or "")
        if done.before is None:
            message = f"the store was empty and has schema {done.after} now"
        elif done.before == done.after:
            message = f"the store has schema {done.after} already"
        else:
            message = f"the store had schema {done.before} and has {done.after} now"
        print(message)  # noqa: T201 - the command's result
        return ExitCode.DONE
