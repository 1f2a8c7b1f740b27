"""`scrapy crawl`, with an exit code that tells the truth.

Scrapy's own exits with 0 when the store is gone and when every post raised.
"""

import argparse
import asyncio
import logging
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

from scrapy import signals
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError

from crawler.command import stop_signals
from crawler.exit_codes import ExitCode
from crawler.extensions import judge
from crawler.setting_values import check_given, check_settings
from crawler.terminal import say

logger = logging.getLogger(__name__)


class Command(ScrapyCrawl):
    """Run a spider; see `crawler.exit_codes` for what the exit code means."""

    def short_desc(self) -> str:
        return "Run a spider of the project, by name (exit codes: see the README)"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take the options over, and look at the settings before Scrapy reads them.

        Raises:
            UsageError: one is wrong.
        """
        assert self.settings is not None
        try:
            check_given(opts.set, self.settings)
            super().process_options(args, opts)
            check_settings(self.settings)
        except ValueError as error:
            raise UsageError(str(error), print_help=False) from error
        except OSError as error:  # the file of --pidfile
            words = f"{error.filename} cannot be written: {error.strerror}"
            raise UsageError(words, print_help=False) from error

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the arguments, crawl, and set the exit code.

        Raises:
            UsageError: no such spider or argument, or a value that is not allowed;
                raised before anything is opened or requested.
        """
        assert self.crawler_process is not None
        spiders = self.crawler_process.spider_loader
        if len(args) != 1:
            raise UsageError(f"name one spider: {', '.join(sorted(spiders.list()))}")
        try:
            spider = spiders.load(args[0])
        except KeyError:
            known = ", ".join(sorted(spiders.list()))
            raise UsageError(
                f"no spider is called {args[0]!r}; there are: {known}", print_help=False
            ) from None
        check: Callable[[dict[str, Any]], object] | None = getattr(spider, "check_arguments", None)
        if check is not None:
            try:
                check(opts.spargs)
            except ValueError as error:
                raise UsageError(str(error), print_help=False) from error
        try:
            crawler = self._create_crawler(spider)
            crawl = self.crawler_process.crawl(crawler, **opts.spargs)
        except Exception as error:
            # Nothing of ours is at work yet but what the settings name.
            raise UsageError(_words(error), print_help=False) from error
        from twisted.internet import reactor  # which there is only now

        # Right behind Scrapy, which hooks its handlers to the same event, but later than this line.
        reactor.callWhenRunning(
            reactor.addSystemEventTrigger, "after", "startup", _note_signals, crawler
        )
        self.crawler_process.start()
        if (
            isinstance(crawl, asyncio.Task)
            and not crawl.cancelled()
            and (failed := crawl.exception())
        ):
            crawler.stats.set_value("run/problem", _words(failed))
            logger.debug("the crawl cannot be set up", exc_info=failed)
        self.exitcode = self._exit_code(crawler)

    def _exit_code(self, crawler: Crawler) -> int:
        assert self.crawler_process is not None
        stats = crawler.stats.get_stats()
        if self.crawler_process.bootstrap_failed:
            code: int = ExitCode.NOT_STARTED
        else:
            code = judge(stats.get("finish_reason"), stats).exit_code
        if problem := stats.get("run/problem"):
            # The log may be a file; a scheduler mails what stands here.
            say(f"scrapy crawl: {problem}")
        return code


def _words(error: BaseException) -> str:
    """Say why a crawl cannot be set up: what was raised first, not what that led to."""
    while error.__context__ is not None and not error.__suppress_context__:
        error = error.__context__
    return f"the crawl cannot be set up, a setting does not fit: {type(error).__name__}: {error}"


def _note_signals(crawler: Crawler) -> None:
    """Remember the signal that stops the crawl, and let Scrapy do the stopping.

    Stopped while it opens the spider, Scrapy would leave without closing it, and the run
    without its end: the signal is kept until the engine runs, a second one is not.
    """
    begun: list[bool] = []
    crawler.signals.connect(lambda: begun.append(True), signals.engine_started, weak=False)
    kept: list[int] = []
    for number in stop_signals():
        # Scrapy knows no SIGHUP, and stops for it as for the others.
        stop = signal.getsignal(signal.SIGTERM if number == signal.SIGHUP else number)
        if not callable(stop):
            continue

        def note(
            received: int,
            frame: FrameType | None,
            stop: Callable[[int, FrameType | None], Any] = stop,
        ) -> None:
            def obey() -> None:
                crawler.stats.set_value("run/signal", int(received))
                stop(received, frame)

            if begun:
                obey()
            elif kept:
                stop(received, frame)
            else:
                kept.append(received)
                crawler.signals.connect(obey, signals.engine_started, weak=False)

        signal.signal(number, note)
