"""What every board engine answers; nothing here knows one engine from another."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from crawler.items import PostItem
from crawler.page import Page


@dataclass(frozen=True, slots=True)
class BoardAddress:
    """Where a board lives; enough to write every address of it."""

    url: str
    """Its canonical address, the first list page: the board's identity."""
    native_id: str
    """The engine's own name of it (``bo_table``, ``mid``)."""
    root: str = ""
    """The installation's address without a trailing slash; engines append to it."""
    style: str = "query"
    """The address style the site uses: ``query`` or ``short``."""
    name: str = ""
    """What the page calls the board, for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRow:
    """What a list page says of one post."""

    native_id: str
    url: str
    """The post's canonical address, rebuilt from ids."""
    title: str
    """As the list shows it: lists cut titles."""
    author: str | None = None
    posted_at: datetime | None = None
    """UTC; a list often shows a day without a time."""
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


class BoardEngine(ABC):
    """Reads the pages of one board software. Pure: a page in, values out."""

    name: ClassVar[str]

    @abstractmethod
    def recognises(self, page: Page) -> bool:
        """Tell by what the software itself writes, whatever the skin."""

    @abstractmethod
    def board(self, page: Page) -> BoardAddress | None:
        """Return the board that a list page or a post of it belongs to, None for other pages."""

    @abstractmethod
    def list_request(self, board: BoardAddress, page_number: int) -> str:
        """Return the address of list page *page_number* (from 1)."""

    @abstractmethod
    def post_request(self, board: BoardAddress, native_id: str) -> str:
        """Return the canonical address of a post."""

    @abstractmethod
    def read_list(self, page: Page, now: datetime) -> ListPage:
        """Return the list's rows; *now* (aware) resolves dates without a year or a day."""

    @abstractmethod
    def read_post(self, page: Page, now: datetime) -> PostItem:
        """Return the post with every field but the body; ``html`` is its container.

        A page that shows no post gives an item without ``html`` whose status says why.
        """

    def read_text_dump(self, text: str) -> PostItem | None:
        """Read a post's page that was saved as plain text; None if it is not this engine's."""
        return None
