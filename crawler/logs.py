"""What Scrapy does for each page only for its log and its stats, done cheaply."""

import logging
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from scrapy.statscollectors import MemoryStatsCollector
from twisted.python.failure import Failure


class PageLines(LogFormatter):
    """Makes the two lines of each page and item only where ``LOG_LEVEL`` shows them.

    Scrapy's loggers let everything through and leave it to the handler to drop it.
    """

    _shows_all = True

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        formatter = super().from_crawler(crawler)
        level = logging.getLevelNamesMapping().get(str(crawler.settings["LOG_LEVEL"]).upper(), 0)
        formatter._shows_all = level <= logging.DEBUG
        return formatter

    def crawled(  # type: ignore[override]  # None is allowed: its documentation says so
        self, request: Request, response: Response, spider: Spider
    ) -> LogFormatterResult | None:
        return super().crawled(request, response, spider) if self._shows_all else None

    def scraped(  # type: ignore[override]
        self, item: Any, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult | None:
        return super().scraped(item, response, spider) if self._shows_all else None


class Stats(MemoryStatsCollector):
    """Scrapy's own, without the detour of each call through a search for an old signature."""

    __getattribute__ = object.__getattribute__
