"""`scrapy demo`: from two polluted boards to proven links, on this machine alone."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from crawler.command import CommandError, StoreCommand
from crawler.exit_codes import ExitCode
from crawler.settings import PROJECT_ROOT
from crawler.terminal import say
from models.urls import sqlite_url

if TYPE_CHECKING:
    from sqlalchemy import Engine

DATA = PROJECT_ROOT / "data"
STORE = DATA / "demo.sqlite3"
SETTINGS = {
    # Nobody's server is spared by waiting for our own.
    "DOWNLOAD_DELAY": "0",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
    "LOG_LEVEL": "WARNING",
    "ALLOWED_NETWORKS": "loopback",
    "WARC_DIR": "",
    # Its people are invented.
    "PSEUDONYMS": "false",
}
SECONDS_TO_STOP = 10
"""How long a crawl may take to end, before it is killed."""


class Command(StoreCommand):
    """Show the whole way on sample boards, without any network but loopback."""

    name = "demo"
    details = """\
Does, in less than a minute
  1. makes a store of its own, data/demo.sqlite3, anew each time
  2. loads the sample articles, data/articles.jsonl
  3. serves the sample posts, data/posts.jsonl, on 127.0.0.1 as a GNUBOARD-like and a Rhymix-like
     board, and crawls both as `scrapy crawl board -a url=...` does with any board
  4. runs `scrapy rematch`, as a nightly job would: what was found then depends on no order
  5. shows what `scrapy report` shows

Writes
  data/demo.sqlite3, or the store of --store, which must be empty or not exist: no store but the
  demo's own is ever deleted. STORE_URL is not used. Nothing is sent to any other machine.

Then look around
  scrapy explain -s STORE_URL=sqlite:///data/demo.sqlite3 KEY
  scrapy export mirrors -o mirrors.csv -s STORE_URL=sqlite:///data/demo.sqlite3
"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--store",
            metavar="URL",
            help="another store, empty or new: a URL, or the path of an SQLite file",
        )

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Crawl the sample boards on loopback into a store of its own, and report"

    def work(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        if args:
            raise UsageError("takes no arguments", print_help=False)
        from crawler.loading import load
        from crawler.readers import Limits
        from crawler.report import show_report
        from crawler.sample_board import SampleBoards, read_posts
        from pipelines.match import Matcher

        try:
            posts = read_posts(DATA / "posts.jsonl")
            articles = DATA / "articles.jsonl"
            articles.open("rb").close()
        except OSError as error:
            raise CommandError(
                ExitCode.NOT_STARTED,
                f"the sample {error.filename} cannot be read: {error.strerror}",
            ) from error
        except ValueError as error:
            raise CommandError(ExitCode.NOT_STARTED, f"the sample posts: {error}") from error
        self.configuration.set("STORE_URL", _store_url(opts.store), priority="cmdline")
        began = time.monotonic()
        with self.store(Matcher.recipe()) as engine:
            _check_empty(engine)
            say("Articles: data/articles.jsonl")
            code = load(engine, "articles", [str(articles)], Limits(), quiet=True)
        if code is not ExitCode.DONE:
            return code
        with SampleBoards(posts) as boards:
            for url in (boards.gnuboard_url, boards.rhymix_url):
                say(f"Board: scrapy crawl board -a url={url}")
                self._run(["crawl", "board", "-a", f"url={url}"], opts.set)
        say("Rematch: scrapy rematch")
        self._run(["rematch"], opts.set)
        say(f"Loaded, crawled and matched in {time.monotonic() - began:.0f} s.\n")
        with self.store() as engine:
            show_report(engine)
        return ExitCode.DONE

    def _run(self, arguments: list[str], given: Sequence[str]) -> None:
        """Run a command in a process of its own.

        Raises:
            CommandError: it did not end with 0.
        """
        code = _scrapy(arguments, self.configuration["STORE_URL"], given)
        if code is not ExitCode.DONE:
            raise CommandError(code, f"scrapy {' '.join(arguments)} ended with exit code {code}")


def _store_url(given: str | None) -> str:
    """Return the store's URL, after the demo's own was deleted or the given one was made."""
    if given is None:
        for suffix in ("", "-wal", "-shm"):
            try:
                Path(f"{STORE}{suffix}").unlink(missing_ok=True)
            except OSError as error:
                raise CommandError(
                    ExitCode.NOT_STARTED,
                    f"the demo's store {STORE} cannot be made anew: {error.strerror};"
                    " name another one with --store",
                ) from error
        return sqlite_url(STORE)
    from models.engine import migrate
    from models.errors import StoreError

    url = given if "://" in given else sqlite_url(Path(given).absolute())
    try:
        migrate(url)
    except StoreError as error:
        raise CommandError(ExitCode.NOT_STARTED, str(error)) from error
    return url


def _check_empty(engine: "Engine") -> None:
    from sqlalchemy import literal, select

    from models import schema
    from models.engine import reading

    with reading(engine) as connection:
        for table in (schema.post, schema.article):
            if connection.execute(select(literal(1)).select_from(table).limit(1)).first():
                raise CommandError(
                    ExitCode.NOT_STARTED,
                    "the store is not empty, and the demo deletes no store but its own:"
                    " name an empty or a new one",
                )


def _scrapy(arguments: list[str], store: str, given: Sequence[str]) -> ExitCode:
    """Run a command in a process of its own, as a scheduler would; return its exit code.

    The process is gone when this returns, also when it is interrupted.
    """
    settings = [f"{name}={value}" for name, value in SETTINGS.items()]
    settings += [each for each in given if not each.startswith("STORE_URL=")]
    options = [option for each in settings for option in ("-s", each)]
    # The store stands in the environment: an argument would show its password in `ps`.
    environment = {**os.environ, "STORE_URL": store}
    process = subprocess.Popen(  # noqa: S603 - our own program, the user's own options
        [sys.executable, "-m", "scrapy", *arguments, *options],
        cwd=PROJECT_ROOT,
        env=environment,
    )
    try:
        code = process.wait()
    except BaseException:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_STOP)
        process.kill()
        process.wait()
        raise
    try:
        return ExitCode(code)
    except ValueError:
        # Killed, or ended in a way that no command of ours ends.
        return ExitCode.PARTLY
