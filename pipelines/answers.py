"""What the workers answer: plain values, none of the workers' own machinery."""

import traceback
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Self

from crawler.boards.base import BoardAddress
from crawler.rows import ListRow
from models.errors import StoreError
from models.relation import Status


class NotOpen(StoreError):  # noqa: N818 - as the others
    """The store's process is a new one, in the place of one that was killed."""


@dataclass(frozen=True, slots=True)
class Failed:
    """What stands in a batch's results for an item that raised."""

    error: str
    """One line: the exception's type and message."""
    traceback: str

    @classmethod
    def of(cls, error: Exception) -> Self:
        """Describe *error* in words that can cross to another process."""
        return cls(
            error=f"{type(error).__name__}: {error}",
            traceback="".join(traceback.format_exception(error)),
        )


@dataclass(frozen=True, slots=True)
class Unusable:
    """A page that is no post and says nothing about one."""

    reason: str
    """``http_<status>`` or ``other_post``."""


@dataclass(frozen=True, slots=True)
class Start:
    """What the page that a crawl of a board begins with turned out to be."""

    engine: str | None = None
    """None: no engine recognises it."""
    board: BoardAddress | None = None
    native_id: str | None = None
    """The post that it shows, if it is one."""
    post_url: str = ""
    """Its canonical address."""
    is_first: bool = False
    """It is list page 1 itself."""
    others: tuple[tuple[str, str], ...] = ()
    """Other boards that it links to, as (engine, address)."""
    says: str = ""
    """Of a page that is no board's: what it says first, for people."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a page of somebody's archive turned out to be."""

    engine: str | None = None
    board: BoardAddress | None = None
    native_id: str | None = None
    """The post that it shows, or says something of."""
    url: str = ""
    """The post's canonical address."""
    rows: list[ListRow] = field(default_factory=list)
    """What it lists."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list page or a feed shows."""

    rows: list[ListRow]
    board: BoardAddress
    """The board, as it is known now: an engine may learn from its first list page."""
    problem: str = ""
    """Without rows: why it is not the list's end, but stands in its place; as `list/failed` counts it."""
    names_next: bool = False
    """A link with its number leads to the next page."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a post."""

    outcome: str
    """``new``, ``changed`` or ``seen``."""
    relations: tuple[str, ...] = ()
    """Of its links, where it was matched."""


class KnownPost(NamedTuple):
    """What earlier crawls know of a post."""

    status: Status
    list_mark: str | None
    fetched_at: datetime | None
    first_seen_at: datetime
    gone_at: datetime | None = None
    """When it was found to be gone that had been there."""
    url: str | None = None
    """Its address, of a board whose addresses nobody but the list knows."""
