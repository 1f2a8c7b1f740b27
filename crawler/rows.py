"""What a list page, or a feed, says of posts."""

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """What a list page says of one post."""

    native_id: str
    url: str
    """The post's canonical address, rebuilt from ids."""
    title: str
    """As the list shows it: lists cut titles."""
    author: str | None = None
    category: str | None = None
    posted_at: datetime | None = None
    """UTC; a list often shows a day without a time."""
    has_year: bool = True
    """The list tells its year; else it is the last one that the day may be of."""
    comment_count: int | None = None
    hits: int | None = None
    notice: bool = False
    """Pinned: stands on top whatever its date."""
    mark: str = ""
    """What a change of the post changes here; the hits and the date are not part of it."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """The posts of one list page, each once, in the page's order."""

    rows: list[ListRow]
    number: int | None = None
    """The page's own number, where it says so."""


def exact(row: ListRow, fed: ListRow | None) -> ListRow:
    """Return the list's row with the title and the time of the feed, which cuts neither."""
    if fed is None:
        return row
    row = replace(row, title=fed.title or row.title)
    return row if fed.posted_at is None else replace(row, posted_at=fed.posted_at, has_year=True)
