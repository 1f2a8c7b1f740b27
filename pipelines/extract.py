"""Post pages → posts with their body (thin: `pipelines.reading` does it)."""

import logging
from typing import Any, Self

from scrapy.crawler import Crawler

from crawler.items import PostItem, PostPage
from models.relation import Status
from pipelines.answers import Failed, Unusable
from pipelines.drops import PageUnusable, ReadError
from pipelines.worker import Batcher, Worker, WorkerDiedError

logger = logging.getLogger(__name__)

BATCH = 16
"""Pages read in one call: enough to hide the cost of the call, little to lose in a crash."""


class ExtractStage:
    """Reads pages in a process beside the crawl.

    Stats: ``post/status/<status>``, ``post/failed/<reason>``, ``extract/empty``,
    ``extract/error``.
    """

    def __init__(self, crawler: Crawler) -> None:
        """Start nothing yet."""
        self._crawler = crawler
        self._worker = Worker("extract", "pipelines.reading")
        self._batcher: Batcher[PostPage | PostItem, PostItem | Unusable | Failed] = Batcher(
            self._read, limit=BATCH
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def open_spider(self) -> None:
        self._worker.start()

    async def process_item(self, item: Any) -> Any:
        """Return the post that *item* shows.

        Raises:
            PageUnusable: it shows none and says nothing about one.
            ReadError: reading it raised, or killed the process.
        """
        if not isinstance(item, PostPage | PostItem):
            return item
        stats = self._crawler.stats
        try:
            post = await self._batcher.add(item)
        except WorkerDiedError as error:
            post = Failed(str(error), "")
        if isinstance(post, Failed):
            stats.inc_value("extract/error")
            logger.error("%s could not be read: %s\n%s", item.url, post.error, post.traceback)
            raise ReadError(f"{item.url}: {post.error}", log_level="DEBUG")
        if isinstance(post, Unusable):
            stats.inc_value(f"post/failed/{post.reason}")
            logger.warning("%s is no post: %s", item.url, post.reason)
            raise PageUnusable(f"{item.url}: {post.reason}", log_level="DEBUG")
        stats.inc_value(f"post/status/{post.status}")
        if post.status is Status.UNREADABLE:
            logger.warning("%s answers with a page that the engine cannot read", post.url)
        if post.status is Status.LIVE and not post.body.strip():
            stats.inc_value("extract/empty")
        return post

    async def close_spider(self) -> None:
        await self._worker.close()

    async def _read(self, items: list[PostPage | PostItem]) -> list[PostItem | Unusable | Failed]:
        results: list[PostItem | Unusable | Failed] = await self._worker.call("read_all", items)
        return results
