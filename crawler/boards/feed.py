"""A board's feed → rows."""

from collections.abc import Callable

from crawler.feeds import read_source
from crawler.page import Page
from crawler.rows import ListPage, ListRow

MOST = 1000
"""Entries that are read: a board's feed has a few dozen."""


def read_feed_rows(page: Page, post_id: Callable[[str], str | None]) -> ListPage:
    """Return a row for each entry whose address *post_id* knows, each post once.

    A page that is no feed gives none: boards answer with HTML where feeds are locked.
    """
    found: dict[str, ListRow] = {}
    for entry in read_source(page).entries[:MOST]:
        native_id = post_id(entry.url)
        if native_id is not None and native_id not in found:
            found[native_id] = ListRow(
                native_id=native_id,
                url=entry.url,
                title=entry.title or "",
                author=entry.byline,
                posted_at=entry.published_at or entry.changed_at,
            )
    return ListPage(list(found.values()))
