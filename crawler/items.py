"""What a spider hands to the stages."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from crawler.rows import ListRow
from models.records import ArticleRecord, CaptureRecord, PostRecord


@dataclass(slots=True, frozen=True, kw_only=True)
class FetchedPage:
    """A page as it was fetched, for a process that reads it."""

    url: str
    """The address that answered."""
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes
    fetched_at: datetime


@dataclass(slots=True, kw_only=True)
class PostPage:
    """A post's page as it was fetched; the extract stage makes a PostItem of it.

    It carries bytes, not a tree, because it is read in another process.
    """

    engine: str
    board_url: str
    native_id: str
    """The post that was asked for, as the list names it: the page must agree."""
    url: str
    """The post's canonical address."""
    status: int
    """HTTP status."""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes
    fetched_at: datetime
    """UTC; also what "today" and "5 minutes ago" on the page refer to."""
    list_mark: str | None = None
    is_vanished: bool = False
    """The list shows it no more, and other posts of the board were found."""
    was_deleted: bool = False
    """An earlier crawl found that it is gone."""
    row: ListRow | None = None
    """What the list or the feed says of it: it fills in what the page lacks."""
    capture: CaptureRecord | None = None


@dataclass(slots=True, kw_only=True)
class PostItem(PostRecord):
    """A post as the engine read it: the record to store, and the HTML its body is in.

    The extract stage fills ``body``, ``hidden`` and ``hrefs`` from ``html`` and
    empties it; a post without a container (secret, deleted, loaded as text) has
    ``html`` None.
    """

    html: str | None = None
    """The container's outer HTML, decoded."""
    boards: list[tuple[str, str]] = field(default_factory=list)
    """Boards that its links lead to, as (engine, address)."""
    whole_page: bool = False
    """No engine knew the page: ``html`` is all of it, trafilatura finds the body."""


@dataclass(slots=True, kw_only=True)
class NewsPage:
    """An article's page as it was fetched, and what the feed or the sitemap says of it."""

    url: str
    """The address that was asked for, without what changes with who links to it."""
    answered_url: str
    """The address that answered, after redirects."""
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes
    fetched_at: datetime
    entry: "NewsEntry | None" = None
    source: str = ""
    """The feed or the sitemap that named it."""
    capture: CaptureRecord | None = None


@dataclass(slots=True, frozen=True, kw_only=True)
class NewsEntry:
    """One article as a feed or a sitemap names it."""

    url: str
    title: str | None = None
    publisher: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    changed_at: datetime | None = None
    """``lastmod``, ``updated``: when it last changed."""


@dataclass(slots=True, kw_only=True)
class ArticleItem(ArticleRecord):
    """A known article as it was read: the record to store."""

    source: str = ""
    """The feed or the sitemap that named it."""


FAR_AHEAD = timedelta(days=366)
"""So much behind may our own clock be, and costs no post its time."""


def drop_future(record: PostRecord | ArticleRecord, now: datetime) -> int:
    """Leave times empty that lie more than a year after *now*, when they were read; return how many.

    A slip of the keyboard (3026), or how a notice is made to stand on top for ever: nothing was
    written then.
    """
    times: list[tuple[object, str]]
    if isinstance(record, ArticleRecord):
        times = [(record, "published_at"), (record, "modified_at")]
    else:
        times = [(record, "posted_at"), *((each, "posted_at") for each in record.comments)]
    dropped = 0
    for each, name in times:
        time = getattr(each, name)
        if time is not None and time > now + FAR_AHEAD:
            setattr(each, name, None)
            dropped += 1
    return dropped
