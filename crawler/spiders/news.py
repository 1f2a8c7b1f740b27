"""`scrapy crawl news`: feeds, news sitemaps and article pages → known articles.

What an address is shows when it is fetched.  A feed's or a sitemap's articles are fetched
if the store does not have them, or has them as they were before their last change; a
source that did not change since (HTTP validators, an index's ``lastmod``) costs one request.
"""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import urls
from crawler.arguments import COUNT, DAY, KST, YES_OR_NO, Readers, read_arguments, web_address
from crawler.captures import Purpose
from crawler.feeds import MOST_ENTRIES, BrokenArchiveError, Source, SourceKind
from crawler.items import ArticleItem, NewsEntry, NewsPage
from crawler.responses import ERRORS, explain, fetched, headers_of
from models.errors import StoreError
from models.records import KnownArticle, SourceState
from pipelines.extract import ExtractStage
from pipelines.store import StoreStage
from pipelines.worker import WorkerDiedError

MOST_DEPTH = 3
"""Indexes inside indexes; the protocol allows one."""
GONE = (404, 410)
"""HTTP statuses of an article that was taken down; papers' feeds go on naming some."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What ``-a NAME=VALUE`` may say."""

    url: str | None = None
    """A feed, a sitemap, an article, or a page that names its feeds; without it, what is due."""
    since: date | None = None
    """KST day: articles of an earlier day are not fetched."""
    max_articles: int | None = None
    """Articles to fetch, at most."""
    refresh: bool = False
    """Fetch articles that did not change, too."""

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """Return the arguments that *given* strings mean.

        Raises:
            ValueError: a name is unknown or a value not allowed; the message says which,
                and what is allowed.
        """
        return cls(**read_arguments(given, _READERS))


_READERS: Readers = {
    "url": (
        web_address,
        "an http:// or https:// address of a feed, a sitemap or an article, without user and password",
    ),
    "since": DAY,
    "max_articles": COUNT,
    "refresh": YES_OR_NO,
}


@dataclass(slots=True, eq=False)
class Reading:
    """One feed or sitemap, while its articles are being fetched."""

    state: SourceState
    is_read: bool = False
    """It is a feed, a sitemap or an index, and was read or did not change."""
    has_failed: bool = False
    """Something of it is missing: the next crawl reads it again."""
    parent: "Reading | None" = None
    """The index that names it."""


class NewsSpider(Spider):
    """Fetches known articles; see `Arguments` for what it takes.

    Stats: ``source/*`` and ``article/*`` as `pipelines` lists them.
    """

    name = "news"

    def __init__(self, name: str | None = None, **given: str) -> None:
        """Read the arguments.

        Raises:
            ValueError: one is not allowed.
        """
        super().__init__(name)
        self.given = given
        self.arguments = Arguments.parse(given)
        self.readings: dict[str, Reading] = {}
        self.asked: set[str] = set()
        self.asked_of: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.host_budget = crawler.settings.getint("HOST_BUDGET")
        crawler.signals.connect(spider.item_lost, signals.item_dropped)
        crawler.signals.connect(spider.item_lost, signals.item_error)
        crawler.signals.connect(spider.tell_the_store, signals.spider_idle)
        return spider

    host_budget: int

    @classmethod
    def check_arguments(cls, given: Mapping[str, str]) -> None:
        """Raise ValueError if an argument is not allowed (before anything is opened)."""
        Arguments.parse(given)

    # --- sources -------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the named source, or for those of the store that are due."""
        stage = self._stage()
        if self.arguments.url:
            due = [self.arguments.url]
        elif stage is None:
            self._inc("source/asked")
            self._source_failed("no_store", "STORE_URL is empty: name a source with -a url=URL")
            return
        else:
            try:
                due = await stage.sources_due()
            except StoreError:
                return  # said and counted by the stage
            if not due:
                self.logger.info("No source is due; `-a url=URL` reads one and makes it known")
        for url in due:
            request = await self._source_request(url)
            if request is not None:
                yield request

    async def _source_request(
        self, url: str, *, depth: int = 0, parent: Reading | None = None
    ) -> Request | None:
        """Return the request for a feed, a sitemap or a page; None for one that was asked for."""
        if url in self.readings:
            return None
        state, stage = SourceState(url), self._stage()
        if stage is not None:
            try:
                state = await stage.begin_source(url, is_named=False)
            except StoreError:
                return None
        reading = self.readings[url] = Reading(state, parent=parent)
        self._inc("source/asked")
        headers = {}
        if not self.arguments.refresh:
            # What did not change is not sent again.
            if state.etag:
                headers["If-None-Match"] = state.etag
            if state.last_modified:
                headers["If-Modified-Since"] = state.last_modified
        return Request(
            url,
            callback=self.read_source,
            errback=self.source_failed,
            headers=headers,
            dont_filter=True,
            # Sources first: what they name is fetched when all of them are known.
            priority=1,
            meta={"handle_httpstatus_list": [304, *ERRORS], "purpose": Purpose("source")},
            cb_kwargs={"reading": reading, "depth": depth},
        )

    async def read_source(
        self, response: Response, reading: Reading, depth: int
    ) -> AsyncIterator[Any]:
        """Tell what an address is, and ask for what it names."""
        url = reading.state.url
        if response.status == 304:
            self._inc("source/started")
            self._inc("source/unchanged")
            reading.is_read = True
            return
        if response.status != 200:
            self._fail(reading, f"http_{response.status}", f"{url} answers HTTP {response.status}")
            return
        page = fetched(response)
        try:
            source: Source = await self._ask("read_news_source", page)
        except BrokenArchiveError as error:
            self._fail(reading, "bad_gzip", f"{url} is no readable gzip file: {error}")
            return
        except WorkerDiedError as error:
            self._fail(reading, f"read_{error.reason}", f"{url} cannot be read: {error}")
            return
        self._inc("source/started")
        self._inc(f"source/{source.kind}")
        if source.is_cut:
            words = f"{url} names more than {MOST_ENTRIES:,} addresses: the first are read"
            self._source_failed("too_many", words)
        if source.is_torn:
            # Read again by the next crawl, whatever the server says of a change.
            self._fail(reading, "truncated", f"{url} does not come to its end: the rest is missing")
        if source.kind is SourceKind.PAGE:
            async for each in self._read_page(source, response, reading):
                yield each
            return
        stage = self._stage()
        if stage is not None and reading.parent is None:
            try:
                await stage.begin_source(url, is_named=True)
            except StoreError:
                return
        now = page.fetched_at
        # An index may stay the same while what it names goes on changing.
        tells_all = all(_is_settled(entry.changed_at, now) for entry in source.sitemaps)
        reading.state = replace(
            reading.state,
            etag=_header(response, "ETag") if tells_all else None,
            last_modified=_header(response, "Last-Modified") if tells_all else None,
        )
        reading.is_read = True
        if source.kind is SourceKind.INDEX:
            async for each in self._read_index(source, reading, depth, now):
                yield each
        else:
            async for each in self._read_entries(source, reading):
                yield each

    async def _read_page(
        self, source: Source, response: Response, reading: Reading
    ) -> AsyncIterator[Any]:
        """Read an HTML page: the feeds that it names, or the one article that it is."""
        if not source.feeds:
            url = urls.canonical(reading.state.url)
            yield self._news_page(url, response, None, "")
            return
        self.logger.info("%s names %d feeds", response.url, len(source.feeds))
        for feed in source.feeds:
            request = await self._source_request(feed)
            if request is not None:
                yield request

    async def _read_index(
        self, index: Source, reading: Reading, depth: int, now: datetime
    ) -> AsyncIterator[Request]:
        """Ask for the sitemaps that changed since they were read, the newest first."""
        if depth >= MOST_DEPTH:
            words = (
                f"{reading.state.url} is an index in an index, {MOST_DEPTH} deep: it is not read"
            )
            self._source_failed("too_deep", words)
            return
        earliest = datetime.min.replace(tzinfo=UTC)
        newest_first = sorted(
            index.sitemaps, key=lambda entry: entry.changed_at or earliest, reverse=True
        )
        for entry in newest_first:
            if self._is_older(entry):
                self._inc("source/older")
                continue
            request = await self._source_request(entry.url, depth=depth + 1, parent=reading)
            if request is None:
                continue
            child: Reading = request.cb_kwargs["reading"]
            read_at = child.state.newest_at
            is_known = read_at and entry.changed_at and entry.changed_at <= read_at
            if is_known and not self.arguments.refresh:
                self._inc("source/unchanged")
                continue
            if _is_settled(entry.changed_at, now):
                child.state = replace(child.state, newest_at=entry.changed_at)
            yield request

    async def _read_entries(self, source: Source, reading: Reading) -> AsyncIterator[Any]:
        stage, known = self._stage(), {}
        if stage is not None:
            try:
                known = await stage.known_articles(
                    [url for entry in source.entries for url in _addresses(entry)]
                )
            except StoreError:
                return
        for entry in source.entries:
            stored = next((known[url] for url in _addresses(entry) if url in known), None)
            if entry.url in self.asked or entry.url in self.readings:
                continue
            if self._is_older(entry):
                self._inc("article/older")
            elif stored is not None and not self.arguments.refresh and _is_current(stored, entry):
                self._inc("article/unchanged")
            elif self._may_ask(entry.url):
                self.asked.add(entry.url)
                yield Request(
                    entry.url,
                    callback=self.read_article,
                    errback=self.article_failed,
                    dont_filter=True,
                    meta={"handle_httpstatus_list": list(ERRORS), "purpose": Purpose("article")},
                    cb_kwargs={"entry": entry, "reading": reading},
                )
            else:
                self._inc("article/postponed")
                self._mark_failed(reading)

    def source_failed(self, failure: Failure) -> None:
        """Say why a source could not be fetched."""
        reading: Reading = failure.request.cb_kwargs["reading"]  # type: ignore[attr-defined]
        reason, words = explain(failure.value)
        self._fail(reading, reason, f"{reading.state.url} could not be fetched: {words}")

    def _fail(self, reading: Reading, reason: str, words: str) -> None:
        self._mark_failed(reading)
        self._source_failed(reason, words)

    def _source_failed(self, reason: str, words: str) -> None:
        self._inc(f"source/failed/{reason}")
        self.crawler.stats.set_value("run/problem", words)
        self.logger.error("%s", words)

    # --- articles ------------------------------------------------------------------------

    def read_article(self, response: Response, entry: NewsEntry, reading: Reading) -> Any:
        """Hand the page over to the extract stage."""
        url = reading.state.url
        if response.status in GONE:
            # Not a failure: else no run would end well until the feed forgets it.
            self._inc("article/gone")
            self.logger.info(
                "%s answers HTTP %d, though %s names it", entry.url, response.status, url
            )
            return
        yield self._news_page(entry.url, response, entry, url)

    def article_failed(self, failure: Failure) -> None:
        """Count an article that could not be fetched; the next crawl asks for it again."""
        request: Request = failure.request  # type: ignore[attr-defined]
        reading: Reading = request.cb_kwargs["reading"]
        reason, words = explain(failure.value)
        self._inc(f"article/failed/{reason}")
        self.logger.warning("%s could not be fetched: %s", request.url, words)
        self._mark_failed(reading)

    def item_lost(self, item: Any) -> None:
        """Have the source of an article that is not stored read again by the next crawl."""
        if isinstance(item, NewsPage | ArticleItem) and item.source in self.readings:
            self._mark_failed(self.readings[item.source])

    def _news_page(
        self, url: str, response: Response, entry: NewsEntry | None, source: str
    ) -> NewsPage:
        return NewsPage(
            url=url,
            answered_url=response.url,
            status=response.status,
            headers=headers_of(response),
            body=response.body,
            fetched_at=fetched(response).fetched_at,
            entry=entry,
            source=source,
            capture=response.meta.get("capture"),
        )

    # --- the end -------------------------------------------------------------------------

    def tell_the_store(self) -> None:
        """Have the sources marked as read of which everything is stored.

        Once the spider is idle its items are stored too; a run that is stopped earlier
        marks none.
        """
        stage = self._stage()
        for reading in self.readings.values():
            if stage is not None and reading.is_read and not reading.has_failed:
                reading.is_read = False
                stage.source_read(reading.state)

    def _mark_failed(self, reading: Reading) -> None:
        above: Reading | None = reading
        while above is not None:
            above.has_failed = True
            above = above.parent

    def _is_older(self, entry: NewsEntry) -> bool:
        at, since = entry.changed_at or entry.published_at, self.arguments.since
        return since is not None and at is not None and at.astimezone(KST).date() < since

    def _may_ask(self, url: str) -> bool:
        """Take one request out of what the run may ask for; tell whether there was one left."""
        most = self.arguments.max_articles
        host = urlsplit(url).netloc
        if most is not None and len(self.asked) >= most:
            return False
        if self.host_budget and self.asked_of[host] >= self.host_budget:
            return False
        self.asked_of[host] += 1
        return True

    async def _ask(self, function: str, *args: object) -> Any:
        """Have a page read where reading it can be stopped.

        Raises:
            WorkerDiedError: it took too long, too much memory, or crashed.
        """
        stage = self.crawler.get_item_pipeline(ExtractStage)
        if stage is None:
            raise RuntimeError("ITEM_PIPELINES must hold pipelines.extract.ExtractStage")
        return await stage.ask(function, *args)

    def _stage(self) -> StoreStage | None:
        return self.crawler.get_item_pipeline(StoreStage)

    def _inc(self, name: str) -> None:
        self.crawler.stats.inc_value(name)


def _addresses(entry: NewsEntry) -> list[str]:
    """Return the addresses under which the store may know an entry's article."""
    return [entry.url, *(url for url in urls.variants(entry.url) if url != entry.url)]


def _is_settled(changed_at: datetime | None, now: datetime) -> bool:
    """Tell whether a time of change says all: a day alone does so when the day is over."""
    if changed_at is None or changed_at > now:
        return False
    is_day = changed_at.astimezone(KST).time() == time()
    return not is_day or changed_at + timedelta(days=1) <= now


def _is_current(stored: KnownArticle, entry: NewsEntry) -> bool:
    """Tell whether an entry says nothing that the store has not."""
    if stored.is_stub and stored.fetched_at is None:
        return False  # of an import: its whole text is here
    changed_at, fetched_at = entry.changed_at or entry.published_at, stored.fetched_at
    if changed_at is None:
        return True
    # A time that is still to come was a wrong clock's: it says nothing of what was read.
    return fetched_at is not None and changed_at <= fetched_at <= datetime.now(UTC)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1")[:500] if value else None
