"""Posts and articles → rows (thin: `pipelines.writer` does it)."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider, NotConfigured

from crawler.boards import other_addresses
from crawler.items import ArticleItem, PostItem
from models.errors import InvalidRecord, StoreError
from models.records import (
    CaptureRecord,
    IntervalLimits,
    KnownArticle,
    NamedBoard,
    SourceState,
)
from pipelines.answers import Failed, KnownPost, NotOpen, Saved
from pipelines.drops import NotStored, StoreGone
from pipelines.worker import Batcher, Worker, WorkerDiedError

if TYPE_CHECKING:
    from models.people import Pseudonyms

logger = logging.getLogger(__name__)

UNREACHABLE = "store_unreachable"
GONE = "store_gone"
"""Finish reasons."""


class StoreStage:
    """Matches and stores posts in one process, in the order they come.

    What else a crawl asks of the store goes through the same process, between two
    batches. Each such method raises StoreError when the store went away; then the
    spider is being closed.

    Settings: ``STORE_URL`` (SQLAlchemy URL; empty disables the stage), ``STORE_BATCH``
    (most posts in a transaction), ``PSEUDONYMS`` (whether people get some),
    ``CRAWL_INTERVAL_MIN`` and ``CRAWL_INTERVAL_MAX`` (s between scheduled crawls).
    Stats: ``post/new``, ``post/changed``, ``post/seen``, the same of ``article``, ``match/relation/<name>``,
    ``store/batches``, ``store/error``, ``store/gone``.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Open nothing yet.

        Raises:
            NotConfigured: the setting is empty.
        """
        self._url = crawler.settings.get("STORE_URL")
        if not self._url:
            raise NotConfigured("STORE_URL is empty: posts are not stored")
        self._crawler = crawler
        self._worker = Worker("store", "pipelines.writer")
        self._batcher: Batcher[PostItem, Saved | Failed] = Batcher(
            self._save, limit=crawler.settings.getint("STORE_BATCH")
        )
        self._articles: Batcher[ArticleItem, Saved | Failed] = Batcher(
            self._save_articles, limit=crawler.settings.getint("STORE_BATCH")
        )
        self._pseudonyms: Pseudonyms | None = None
        settings = crawler.settings
        self._limits = IntervalLimits(
            settings.getint("CRAWL_INTERVAL_MIN"), settings.getint("CRAWL_INTERVAL_MAX")
        )
        self._walked: list[str] = []
        self._failed: list[str] = []
        self._sources: list[SourceState] = []
        self._captures: list[CaptureRecord] = []
        self._ending = False
        self._closing: asyncio.Task[None] | None = None
        self.is_open = False
        self.run_id: int | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def open_spider(self) -> None:
        """Open the store, before the first request.

        Raises:
            CloseSpider: it cannot be opened; ``run/problem`` says why.
        """
        try:
            await self._worker.call("open_writer", self._url)
            if self._crawler.settings.getbool("PSEUDONYMS"):
                self._pseudonyms = await self._worker.call("pseudonyms")
        except (StoreError, WorkerDiedError) as error:
            self._not_started(error)
        self.is_open = True

    async def process_item(self, item: Any) -> Any:
        """Store the post or the article, and pass it on to the feed exports.

        Raises:
            NotStored: matching or storing it raised; others of its transaction are kept.
            StoreGone: there is no store any more.
        """
        if not isinstance(item, PostItem | ArticleItem):
            return item
        if isinstance(item, PostItem):
            if self._pseudonyms is not None:
                # Here and not in the store: feed exports get the item too.
                item = self._pseudonyms.protect(item)
            identity = f"post {item.native_id} of {item.board_url}"
        else:
            identity = f"article {item.key}"
        if not self.is_open:
            raise StoreGone(f"{identity}: not stored", log_level="DEBUG")
        try:
            if isinstance(item, PostItem):
                saved = await self._batcher.add(item)
            else:
                saved = await self._articles.add(item)
        except (StoreError, WorkerDiedError) as error:
            self._lose(error)
            raise StoreGone(f"{identity}: not stored", log_level="DEBUG") from error
        except Exception as error:  # noqa: BLE001 - a batch's commit may fail in many ways
            saved = Failed.of(error)
        stats = self._crawler.stats
        if isinstance(saved, Failed):
            stats.inc_value("store/error")
            logger.error("%s is not stored: %s\n%s", identity, saved.error, saved.traceback)
            raise NotStored(f"{identity}: {saved.error}", log_level="DEBUG")
        kind = "post" if isinstance(item, PostItem) else "article"
        stats.inc_value(f"{kind}/{saved.outcome}")
        for relation in saved.relations:
            stats.inc_value(f"match/relation/{relation}")
        return item

    async def begin_run(self, command: str, arguments: dict[str, Any]) -> None:
        """Write the row of the run that starts now.

        Raises:
            CloseSpider: the store can be read and not written; ``run/problem`` says why.
        """
        try:
            self.run_id = await self._worker.call("begin_run", command, arguments)
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing was begun
            self.is_open = False
            self._not_started(_refused("begin_run", error))

    async def end_run(self, outcome: str, exit_code: int, stats: dict[str, Any]) -> None:
        """Complete the row of the run."""
        await self._call("end_run", self.run_id, outcome, exit_code, stats)

    async def boards_due(self, named: Sequence[NamedBoard]) -> list[str]:
        """Return the addresses of the boards, *named* ones among them, whose time has come."""
        urls: list[str] = await self._call("boards_due", self._limits, list(named))
        return urls

    async def engine_of_board(self, *urls: str) -> str | None:
        """Return the engine that a board's posts were read by; None of one without posts."""
        engine: str | None = await self._call("engine_of_board", list(urls))
        return engine

    async def begin_board(
        self,
        url: str,
        engine: str,
        name: str | None,
        asked_url: str,
        *,
        is_scheduled: bool,
        moved_from: str | None = None,
        shown: Mapping[str, str] = MappingProxyType({}),
    ) -> dict[str, KnownPost] | None:
        """Register a board; return what earlier crawls know of it, by native id.

        None for a scheduled crawl whose time has not come.

        Args:
            moved_from: the address that it had on a host that now sends everybody to this one.
            shown: the marks of its list's posts, by native id. A host sends people where it likes, so
                a board's posts go only where its list shows them.
        """
        others = other_addresses(engine, url)
        if moved_from is not None:
            moved = [moved_from, *other_addresses(engine, moved_from)]
            if await self._call("is_list_of", moved, dict(shown)):
                others += moved
            else:
                self._crawler.stats.inc_value("board/other_posts")
                logger.warning(
                    "%s sends everybody to %s, whose list shows other posts: it is taken for another board",
                    moved_from,
                    url,
                )
        known: dict[str, KnownPost] | None = await self._call(
            "begin_board",
            url,
            engine,
            name,
            None if asked_url == url else asked_url,
            others,
            self._limits if is_scheduled else None,
        )
        return known

    async def name_board(self, url: str, engine: str, name: str) -> None:
        """Note what an archive calls a board; no crawl visits it for that."""
        await self._call("name_board", url, engine, name, other_addresses(engine, url))

    async def propose_boards(self, found: Sequence[tuple[str, str]], found_on: str) -> None:
        """Note boards, as (engine, address), that a page links to; no crawl visits them."""
        new = await self._call("propose_boards", list(found), found_on)
        self._crawler.stats.inc_value("board/proposed", new)

    def board_failed(self, url: str) -> None:
        """Have a board wait longer for its next scheduled crawl."""
        self._failed.append(url)

    def board_walked(self, url: str) -> None:
        """Have the board marked as crawled when all of its posts are stored."""
        self._walked.append(url)

    def note_capture(self, capture: CaptureRecord) -> None:
        """Have a capture stored that no post is read from: a list page's, a feed's."""
        self._captures.append(capture)

    async def archive_state(self, name: str) -> str | None:
        """Return what an earlier run noted of an archive."""
        state: str | None = await self._call("archive_state", name)
        return state

    async def save_archive_state(self, name: str, state: str) -> None:
        """Note how far an archive was read."""
        await self._call("save_archive_state", name, state)

    async def sources_due(self) -> list[str]:
        """Return the addresses of the enabled feeds and sitemaps whose time has come."""
        urls: list[str] = await self._call("sources_due")
        return urls

    async def begin_source(self, url: str, *, is_named: bool) -> SourceState:
        """Register a feed or a sitemap; return what earlier crawls know of it."""
        state: SourceState = await self._call("begin_source", url, is_named)
        return state

    async def known_articles(self, urls: Sequence[str]) -> dict[str, KnownArticle]:
        """Return what the store knows of the articles at *urls*, by address."""
        known: dict[str, KnownArticle] = await self._call("known_articles", list(urls))
        return known

    def source_read(self, state: SourceState) -> None:
        """Have a source marked as read when all of its articles are stored."""
        self._sources.append(state)

    async def close_spider(self) -> None:
        """Mark the walked boards; the process lives on for the run's record."""
        self._ending = True
        if self.is_open:
            try:
                if self._captures:
                    await self._call("save_captures", self._captures, self.run_id)
                for url in self._failed:
                    await self._call("fail_board", url)
                for state in self._sources:
                    await self._call("end_source", state)
                if self._walked:
                    await self._call("end_boards", self._walked, self._limits)
            except StoreError:
                return  # said and counted by _lose()

    async def close(self) -> None:
        """End the process; the last to speak to the store says so."""
        if self.is_open:
            with contextlib.suppress(StoreError, WorkerDiedError):
                await self._worker.call("close_writer")
        self.is_open = False
        await self._worker.close()

    async def _save(self, posts: list[PostItem]) -> list[Saved | Failed]:
        self._crawler.stats.inc_value("store/batches")
        captures, self._captures = self._captures, []
        saved: list[Saved | Failed] = await self._have_done(
            "save_posts", posts, captures, self.run_id
        )
        return saved

    async def _save_articles(self, articles: list[ArticleItem]) -> list[Saved | Failed]:
        self._crawler.stats.inc_value("store/batches")
        saved: list[Saved | Failed] = await self._have_done("save_articles", articles, self.run_id)
        return saved

    async def _have_done(self, function: str, *args: object) -> Any:
        """Return what a function of `pipelines.writer` returns.

        Raises:
            WorkerDiedError: its process ended twice.
        """
        try:
            return await self._worker.call(function, *args)
        except (WorkerDiedError, NotOpen) as error:
            # The system ends processes when it is short of memory. What this one was doing is rolled
            # back, or is there: done once more, it changes nothing.
            if isinstance(error, WorkerDiedError):
                logger.warning("%s; it is started anew", error)
            await self._worker.call("open_writer", self._url)
            return await self._worker.call(function, *args)

    async def _call(self, function: str, *args: object) -> Any:
        try:
            return await self._have_done(function, *args)
        except InvalidRecord:
            raise
        except (StoreError, WorkerDiedError) as error:
            self._lose(error)
            raise StoreError(str(error)) from error
        except Exception as error:
            # Not a post but the run's own record: a run that cannot keep it must not go on unseen.
            refused = _refused(function, error)
            self._lose(refused)
            raise refused from error

    def _not_started(self, error: Exception) -> NoReturn:
        self._crawler.stats.set_value("run/problem", str(error))
        logger.error("%s", error)
        raise CloseSpider(UNREACHABLE) from error

    def _lose(self, error: Exception) -> None:
        """Say once that the store is gone, and end the crawl."""
        if not self.is_open:
            return
        self.is_open = False
        self._crawler.stats.set_value("store/gone", 1)
        self._crawler.stats.set_value("run/problem", str(error))
        logger.error("The store went away, the crawl ends: %s", error)
        engine = self._crawler.engine
        # Before the engine runs, and once it stops, the caller is told by the exception.
        if engine.running and not self._ending:
            self._closing = asyncio.create_task(engine.close_spider_async(reason=GONE))


def _refused(function: str, error: Exception) -> Exception:
    """Return *error* in words, without the statement and its values."""
    if isinstance(error, StoreError | WorkerDiedError):
        return error
    cause = getattr(error, "orig", None) or error
    return StoreError(f"The store refuses {function}: {type(cause).__name__}: {cause}")
