"""What every board engine answers; nothing here knows one engine from another."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from crawler.boards.feed import read_feed_rows
from crawler.items import PostItem
from crawler.page import Page
from crawler.rows import ListPage, ListRow
from models.relation import Status

__all__ = ["BoardAddress", "BoardEngine", "ListPage", "ListRow"]


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
    """How the site writes addresses: ``query`` or ``short``, or what the engine learned of it."""
    name: str = ""
    """What the page calls the board, for people."""
    confidence: float = 1.0
    """How sure it is that this is a board, 0 to 1; engines that know their software are."""


class BoardEngine(ABC):
    """Reads the pages of one board software. Pure: a page in, values out."""

    name: ClassVar[str]
    is_fallback: ClassVar[bool] = False
    """It reads what others wrote: it is asked last."""

    @abstractmethod
    def recognises(self, page: Page) -> bool:
        """Tell by what the software itself writes, whatever the skin."""

    def explains(self, page: Page) -> bool:
        """Tell whether a page that HTTP calls an error is the software's own word about a post."""
        return self.recognises(page)

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

    def item_of(
        self,
        page: Page,
        board: BoardAddress | None,
        number: str | None,
        status: Status,
        now: datetime,
    ) -> PostItem:
        """Return what a page is about, a post of *board* if it is one, and nothing yet of what it says.

        A page that the server failed to make says nothing of its post, whatever forms stand on it.
        """
        if page.status >= 500 and status is not Status.LIVE:
            status = Status.UNREADABLE
        url = self.post_request(board, number) if board and number else page.url
        return PostItem(
            board_url=board.url if board else "",
            native_id=number or "",
            key=url,
            url=url,
            engine=self.name,
            fetched_at=now,
            status=status,
        )

    def post_id(self, url: str) -> str | None:
        """Return the native id that any post address of this software carries, None for others."""
        return None

    def board_at(self, url: str) -> str | None:
        """Return the canonical address of the board that *url* must be a page of.

        None unless the address alone leaves no doubt: it proposes boards that nobody named.
        """
        return None

    def other_addresses(self, url: str) -> tuple[str, ...]:
        """Return what the canonical address *url* of a board is in the software's other styles.

        A site that turns short addresses on or off keeps its boards.
        """
        return ()

    def feed_request(self, board: BoardAddress) -> str | None:
        """Return the address of the board's own feed, None where the software has none."""
        return None

    def read_feed(self, page: Page) -> ListPage:
        """Return the rows of a feed, by `post_id`; none for a page that is no feed."""
        return read_feed_rows(page, self.post_id)

    def read_text_dump(self, text: str) -> PostItem | None:
        """Read a post's page that was saved as plain text; None if it is not this engine's."""
        return None
