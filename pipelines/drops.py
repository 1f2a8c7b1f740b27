"""Why a stage drops a post. The class name is the key of Scrapy's own drop count."""

from scrapy.exceptions import DropItem


class PageUnusable(DropItem):
    """The answer was no post and no word about one (an HTTP error, another post)."""


class NotStored(DropItem):
    """Matching or storing the post raised; the next crawl asks for it again."""


class StoreGone(DropItem):
    """The store went away before the post was written; the crawl ends."""
