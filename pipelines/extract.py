"""Pages → posts with their body, and articles (thin: `pipelines.reading` does it)."""

import hashlib
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Self, TypeAlias

from scrapy.crawler import Crawler

from crawler.items import ArticleItem, NewsPage, PostItem, PostPage, drop_future
from models.relation import Status
from pipelines.answers import Failed, Unusable
from pipelines.drops import PageUnusable
from pipelines.worker import Batcher, Worker, WorkerDiedError

logger = logging.getLogger(__name__)

Readable: TypeAlias = PostPage | PostItem | NewsPage
Read: TypeAlias = PostItem | ArticleItem | Unusable

BATCH = 16
"""Pages read in one call: enough to hide the cost of the call, little to lose in a crash."""


class ExtractStage:
    """Reads pages in a process beside the crawl, where they can be stopped.

    A page that takes longer than ``READ_TIMEOUT`` or more than ``READ_MEMORY``, that
    raises or that crashes the process, costs no other: it is stored as unreadable, with the
    reason, and the next crawl asks for it again.

    Stats: ``post/status/<status>``, ``post/failed/<reason>``, ``article/failed/<reason>``,
    ``extract/empty``, ``date/future``.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Start nothing yet."""
        self._crawler = crawler
        settings = crawler.settings
        self._worker = Worker(
            "extract",
            "pipelines.reading",
            timeout=settings.getfloat("READ_TIMEOUT") or None,
            memory=settings.getint("READ_MEMORY"),
        )
        self._batcher: Batcher[Readable, Read] = Batcher(self._read, limit=BATCH)
        self._shown: dict[bytes, tuple[str, str]] = {}
        """Digests of boards' post pages → the post that was asked for first, and the one it is."""
        self._there: set[str] = set()
        """Boards of which a post was there."""
        self._doubted: set[str] = set()
        """Boards of which one post was gone before any was there."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def open_spider(self) -> None:
        self._worker.start()

    async def process_item(self, item: Any) -> Any:
        """Return the post or the article that *item* shows.

        Raises:
            PageUnusable: it shows none, and says nothing about a post.
        """
        if not isinstance(item, PostPage | PostItem | NewsPage):
            return item
        kind = "article" if isinstance(item, NewsPage) else "post"
        stats = self._crawler.stats
        read = await self._batcher.add(item)
        if isinstance(item, PostPage) and isinstance(read, PostItem):
            if self._is_another_s(item, read):
                read = Unusable("other_post")
            elif self._is_unbelievable(item, read):
                read = Unusable("still_listed")
        if isinstance(read, Unusable):
            stats.inc_value(f"{kind}/failed/{read.reason}")
            logger.warning("%s is no %s: %s", item.url, kind, read.reason)
            raise PageUnusable(f"{item.url}: {read.reason}", log_level="DEBUG")
        if ahead := drop_future(read, read.fetched_at or datetime.now(UTC)):
            stats.inc_value("date/future", ahead)
        if isinstance(read, PostItem):
            self._count(read)
        return read

    def _is_another_s(self, page: PostPage, post: PostItem) -> bool:
        """Tell whether a page came to the letter for another post, too: of a cache that lost its keys.

        Not every software says on a page which post it shows.
        """
        if post.status is not Status.LIVE:
            return False  # a notice is the same for all
        digest = hashlib.sha256(page.board_url.encode() + page.body).digest()
        asked, shown = self._shown.setdefault(digest, (page.native_id, post.native_id))
        # A post that the list names by its title's words may be asked for by its number, too.
        is_same = shown == post.native_id and shown in (asked, page.native_id)
        return asked != page.native_id and not is_same

    def _is_unbelievable(self, page: PostPage, post: PostItem) -> bool:
        """Tell whether a board says of a post that is gone what it may say of every one.

        Its list shows the post, and no other one was there: a database that lost a table, say. The
        first such post is believed, since it may be the only one that was asked for; the next crawl
        asks for it again.
        """
        board = page.board_url
        if post.status is not Status.DELETED:
            if post.status is not Status.UNREADABLE:
                self._there.add(board)
            return False
        if not page.list_mark or page.was_deleted or board in self._there:
            return False
        is_first = board not in self._doubted
        self._doubted.add(board)
        return not is_first

    def _count(self, post: PostItem) -> None:
        stats = self._crawler.stats
        stats.inc_value(f"post/status/{post.status}")
        if post.problem is not None:
            stats.inc_value(f"post/failed/read_{post.problem}")
            logger.warning("%s could not be read: %s", post.url, post.problem)
        if post.status is Status.LIVE and not post.body.strip():
            stats.inc_value("extract/empty")

    async def close_spider(self) -> None:
        await self._worker.close()

    async def ask(self, function: str, *args: object) -> Any:
        """Return what a function of `pipelines.reading` makes of a page.

        Raises:
            WorkerDiedError: reading it took too long, too much memory, or crashed.
        """
        try:
            return await self._worker.call(function, *args)
        except WorkerDiedError as error:
            if error.reason != "crash":
                raise
            # The system may have ended it, short of memory: that is no fault of the page.
            return await self._worker.call(function, *args)

    async def _read(self, items: list[Readable]) -> list[Read]:
        try:
            results: list[Read | Failed] = await self.ask("read_all", items)
        except WorkerDiedError as error:
            if len(items) == 1 and error.reason == "memory":
                return [await self._read_again(items[0])]
            if len(items) == 1:
                logger.error("%s could not be read: %s", items[0].url, error)
                return [_unreadable(items[0], error.reason)]
            # One of them did it: each is read again, alone.
            return [read for item in items for read in await self._read([item])]
        return [
            await self._read_again(item) if isinstance(read, Failed) else read
            for item, read in zip(items, results, strict=True)
        ]

    async def _read_again(self, item: Readable) -> Read:
        """Read a page that raised, or took all memory, alone and in a new process.

        What the pages before it left of the memory may have been too little for it, and
        libraries have errors of their own for that.
        """
        await self._worker.close()
        try:
            [read] = await self._worker.call("read_all", [item])
        except WorkerDiedError as error:
            logger.error("%s could not be read: %s", item.url, error)
            return _unreadable(item, error.reason)
        if isinstance(read, Failed):
            logger.error("%s could not be read: %s\n%s", item.url, read.error, read.traceback)
            return _unreadable(item, "error")
        result: Read = read
        return result


def _unreadable(item: Readable, reason: str) -> Read:
    """Return what is known of a page that could not be read."""
    if isinstance(item, NewsPage):
        return Unusable(f"read_{reason}")
    if isinstance(item, PostItem):
        return replace(item, status=Status.UNREADABLE, problem=reason, html=None)
    return PostItem(
        board_url=item.board_url,
        native_id=item.native_id,
        key=item.url,
        url=item.url,
        engine=item.engine,
        status=Status.UNREADABLE,
        problem=reason,
        fetched_at=item.fetched_at,
        list_mark=item.list_mark,
        capture=item.capture,
    )
