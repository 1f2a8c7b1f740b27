"""What a run leaves behind: its row in the store, its exit code, feed exports; and Crawl-delay."""

import logging
from collections.abc import Mapping
from typing import Any, NamedTuple, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.extensions.feedexport import FeedExporter, FeedSlot
from scrapy.robotstxt import RobotParser

from crawler.exit_codes import ExitCode
from models.errors import StoreError
from pipelines.store import GONE, UNREACHABLE, StoreStage

logger = logging.getLogger(__name__)

NOT_STARTED = frozenset({UNREACHABLE, "start_error"})
"""Finish reasons of a run that did nothing."""
ENDED = frozenset(
    {
        "finished",
        # Limits that the user set.
        "closespider_itemcount",
        "closespider_pagecount",
        "closespider_timeout",
    }
)
"""Finish reasons of a run that came to its end."""
BAD = (
    "board/failed/",
    "source/failed/",
    "article/failed/",
    "archive/failed/",
    "list/empty",
    "list/failed/",
    "post/failed/",
    "post/status/unreadable",
    "store/error",
    "spider_exceptions/",
    "feedexport/failed_count/",
)
"""Starts of the stats that count what went wrong."""


STARTED = {"board": "board/started", "source": "source/started", "archive": "archive/records"}
"""What a run may be asked for → the stat that says that it began."""


class Verdict(NamedTuple):
    """How a run ended."""

    outcome: str
    """``done``, ``not_started``, ``partly``, ``stopped`` or ``store_gone``: the run's row says so."""
    exit_code: int


def judge(finish_reason: str | None, stats: Mapping[str, Any]) -> Verdict:
    """Return what a crawl's exit code must say, from its finish reason and stats."""
    if finish_reason == GONE or stats.get("store/gone"):
        return Verdict("store_gone", ExitCode.STORE_GONE)
    if stopped_by := stats.get("run/signal"):
        return Verdict("stopped", 128 + int(stopped_by))
    bad = [name for name in stats if name.startswith(BAD)]
    asked = any(stats.get(f"{kind}/asked") for kind in STARTED)
    started = any(stats.get(name) for name in STARTED.values())
    if finish_reason is None or finish_reason in NOT_STARTED or (bad and asked and not started):
        return Verdict("not_started", ExitCode.NOT_STARTED)
    if bad or finish_reason not in ENDED:
        return Verdict("partly", ExitCode.PARTLY)
    return Verdict("done", ExitCode.DONE)


class RunRecord:
    """Writes the row of the `run` table: arguments at the start, stats and outcome at the end.

    Stats: ``run/id``, ``run/exit_code``.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Follow the spider from its opening to its end."""
        self._crawler = crawler
        crawler.signals.connect(self.spider_opened, signals.spider_opened)
        crawler.signals.connect(self.spider_closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def spider_opened(self, spider: Spider) -> None:
        stage = self._crawler.get_item_pipeline(StoreStage)
        if stage is None or not stage.is_open:
            return
        arguments = getattr(spider, "given", {})
        await stage.begin_run(f"crawl {spider.name}", dict(arguments))
        self._crawler.stats.set_value("run/id", stage.run_id)

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        stats = self._crawler.stats.get_stats()
        stage = self._crawler.get_item_pipeline(StoreStage)
        verdict = judge(reason, stats)
        if stage is not None:
            if stage.is_open and stage.run_id is not None:
                try:
                    await stage.end_run(
                        verdict.outcome,
                        int(verdict.exit_code),
                        {name: _plain(value) for name, value in sorted(stats.items())},
                    )
                except StoreError:
                    verdict = judge(GONE, stats)
            await stage.close()
        self._crawler.stats.set_value("run/exit_code", int(verdict.exit_code))


def _plain(value: object) -> object:
    """Return a stat as JSON can hold it."""
    return value if isinstance(value, int | float | str | None) else str(value)


class FeedExports(FeedExporter):
    """Scrapy's feed exports (``-o``), which count a file that cannot be written.

    Scrapy counts it only where the whole file is put in its place; else each item would fail with
    a traceback, and the run end well.

    Stats: ``feedexport/failed_count/<storage>``.
    """

    _has_failed = False

    def __init__(self, crawler: Crawler) -> None:
        """Have what Scrapy says of a file that it cannot close said in one line."""
        super().__init__(crawler)
        logging.getLogger(FeedExporter.__module__).addFilter(_in_one_line)

    def open_spider(self, spider: Spider) -> None:
        try:
            super().open_spider(spider)
        except (KeyError, TypeError, ValueError) as error:  # of "%(time)s" and the like
            self._fail(f"its name cannot be filled in: {error}")

    def item_scraped(self, item: Any, spider: Spider) -> None:
        try:
            super().item_scraped(item, spider)
        except OSError as error:
            self._fail(error)

    async def _close_slot(self, slot: FeedSlot, spider: Spider) -> None:
        try:
            await super()._close_slot(slot, spider)
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError | str) -> None:
        self.crawler.stats.inc_value("feedexport/failed_count/FileFeedStorage")
        if not self._has_failed:
            self._has_failed = True
            words = f"a feed export cannot be written: {error}"
            self.crawler.stats.set_value("run/problem", words)
            logger.error("%s", words)


def _in_one_line(record: logging.LogRecord) -> bool:
    """Put the reason that a file cannot be written in the place of the traceback."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, OSError):
        record.msg, record.args = f"{record.getMessage()}: {error}", ()
        record.exc_info = None
    return True


class CrawlDelay:
    """Applies the Crawl-delay of a robots.txt where it is longer than ours.

    Settings: ``CRAWL_DELAY_MAX`` (s; a host that asks for more is crawled with this
    delay, and the log says so; 0 switches the extension off).
    """

    def __init__(self, crawler: Crawler) -> None:
        """Listen to parsed robots.txt files.

        Raises:
            NotConfigured: the setting is 0.
        """
        self._most = crawler.settings.getfloat("CRAWL_DELAY_MAX")
        if not self._most:
            raise NotConfigured("CRAWL_DELAY_MAX is 0")
        self._crawler = crawler
        self._agent = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        crawler.signals.connect(self.robots_parsed, signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def robots_parsed(self, robotparser: RobotParser, request: Request) -> None:
        asked = robotparser.crawl_delay(self._agent)
        if not asked or asked <= self._crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        delay = min(asked, self._most)
        downloader = self._crawler.engine.downloader
        host = downloader.get_slot_key(request)
        if delay < asked:
            logger.warning("%s asks for a delay of %g s; it gets %g s", host, asked, delay)
        else:
            logger.info("%s asks for a delay of %g s", host, asked)
        # No jitter: it would now and then be quicker than asked. The slot may exist
        # already, and may be dropped and made anew from the settings.
        downloader.per_slot_settings[host] = {"concurrency": 1, "delay": delay, "jitter": 0}
        slot = downloader.slots.get(host)
        if slot is not None:
            slot.concurrency, slot.delay, slot.jitter = 1, delay, 0.0
