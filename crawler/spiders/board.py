"""`scrapy crawl board`: list pages → the posts worth fetching, on any engine.

Every address is written by the engine from ids; no link of a page is followed.  So
sort, search, author, device and page-carrying variants are never requested, whatever
a page prints, and a post is requested once, whatever its addresses.

A board is walked to the end of its list each time: new posts stand at its top, but an
edited or newly commented one may stand anywhere, and a deleted one shows only by its
absence.  ``since`` and ``max_pages`` end a walk earlier.
"""

import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler import urls
from crawler.arguments import COUNT, DAY, KST, YES_OR_NO, Readers, read_arguments, web_address
from crawler.board_file import read_board_file
from crawler.boards import BoardAddress, BoardEngine, ListRow, engines, find_engine_by_name
from crawler.captures import Purpose
from crawler.items import FetchedPage, PostPage
from crawler.responses import CAPTURE, ERRORS, explain, fetched, headers_of
from crawler.rows import exact
from crawler.terminal import one_line
from models.errors import InvalidRecord, StoreError
from models.relation import Status
from pipelines.answers import KnownPost, Listing, Start
from pipelines.extract import ExtractStage
from pipelines.store import StoreStage
from pipelines.worker import WorkerDiedError

if TYPE_CHECKING:
    from models.records import CaptureRecord

MOST_REPEATS = 3
"""List pages without an unseen post that are read where many known posts are missing."""

LEAST_IN_COMMON = 3
"""Posts that a list must have the numbers of, to be taken for another one than before."""

MOVED = frozenset({301, 308})
"""Redirects for good."""
_NO_LIST = "it is no page of the board: an error, a notice of maintenance or a challenge, say"
_NOTHING_NEW = "the page before leads there, and it shows no post but those before"
_NOT_ITS_OWN = (
    "it shows other posts under the numbers of known ones, at other addresses: a hoster's notices, say; "
    "if it is a new site, give the old board another url in the table board, so that its posts stay"
)
_NO_GUESTS = "the board does not show it to guests"


@dataclass(frozen=True, slots=True)
class Arguments:
    """What ``-a NAME=VALUE`` may say."""

    url: str | None = None
    """A list page of the board or any post of it; without it, the boards that are due."""
    since: date | None = None
    """KST day: posts of an earlier day are not fetched, paging ends with the last newer one."""
    max_pages: int | None = None
    """List pages to read, at most."""
    refresh: bool = False
    """Fetch posts of which the list shows nothing new, too."""

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """Return the arguments that *given* strings mean.

        Raises:
            ValueError: a name is unknown or a value not allowed; the message says which,
                and what is allowed.
        """
        return cls(**read_arguments(given, _READERS))


_READERS: Readers = {
    "url": (
        web_address,
        "an http:// or https:// address of a list page or a post, without user and password",
    ),
    "since": DAY,
    "max_pages": COUNT,
    "refresh": YES_OR_NO,
}


@dataclass(slots=True, eq=False)
class Walk:
    """One board, while it is being crawled."""

    engine: BoardEngine
    board: BoardAddress
    asked: str
    """The address that it was named by."""
    seen: dict[str, KnownPost]
    """What earlier crawls know of its posts, by native id."""
    fed: dict[str, ListRow] = field(default_factory=dict)
    """What its feed says of posts; what the list shows too is taken out."""
    listed: set[str] = field(default_factory=set)
    """Ids that this crawl's list pages showed."""
    held: PostPage | None = None
    """The start URL's post: it waits for its row, and is not fetched again."""
    first_page: FetchedPage | None = None
    """The start URL's page, if it is list page 1: it waits for the feed."""
    start_url: str = ""
    marks: frozenset[str] = frozenset()
    """Marks of the known posts."""
    has_words: bool = False
    """Title addresses: the list knows its posts by their words, not by their ids."""
    pending: int = 0
    """Posts asked for and not answered."""
    next_page: int | None = None
    """A list page that waits until fewer posts are pending."""
    is_next_named: bool = False
    """The list page that was read last names the next one by its number: it is not the last."""
    is_listed: bool = False
    """No further list page will be asked for."""
    is_whole: bool = False
    """The list was read to its end: a post that it does not show is gone."""
    control: ListRow | None = None
    """A post that the list shows and that need not be asked for: where no other one answers, it
    tells whether the addresses of posts answer at all."""
    is_answering: bool = False
    """A post was there when it was asked for."""
    repeats: int = 0
    """List pages without an unseen post, the last ones in a row."""
    has_failed: bool = False
    is_to_blame: bool = True
    """It failed for a reason of its own: it waits longer for its next visit."""
    is_over_budget: bool = False
    """The host gets no further request: the next run goes on."""
    is_over: bool = False


class BoardSpider(Spider):
    """Crawls boards; see `Arguments` for what it takes.

    Stats: ``board/*``, ``list/*``, ``post/unchanged``, ``post/older``, ``post/vanished``,
    ``post/failed/*`` as `pipelines` lists them.
    """

    name = "board"

    def __init__(self, name: str | None = None, **given: str) -> None:
        """Read the arguments.

        Raises:
            ValueError: one is not allowed.
        """
        super().__init__(name)
        self.given = given
        self.arguments = Arguments.parse(given)
        self.walks: dict[str, Walk] = {}
        self.asked_of: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.pending_posts = crawler.settings.getint("PENDING_POSTS")
        spider.host_budget = crawler.settings.getint("HOST_BUDGET")
        spider.recheck_after = crawler.settings.getint("RECHECK_AFTER")
        engines()  # importing them takes longer than the first page may wait
        return spider

    pending_posts: int
    host_budget: int
    recheck_after: int

    @classmethod
    def check_arguments(cls, given: Mapping[str, str]) -> None:
        """Raise ValueError if an argument is not allowed (before anything is opened)."""
        Arguments.parse(given)

    # --- start -------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        """Ask for the start page of each board."""
        if self.arguments.url:
            for request in self._start_requests(self.arguments.url):
                yield request
            return
        stage = self._stage()
        if stage is None:
            self._inc("board/asked")
            self._board_failed("", "no_store", "STORE_URL is empty: name a board with -a url=URL")
            return
        try:
            named = read_board_file(Path(self.crawler.settings["BOARDS_FILE"]))
        except ValueError as error:
            self._inc("board/asked")
            self._board_failed("", "board_file", str(error))
            return
        try:
            due = await stage.boards_due(named)
        except StoreError:
            return  # said and counted by the stage
        if not due:
            self.logger.info("No board is due; `-a url=URL` crawls one and makes it known")
        for url in due:
            for request in self._start_requests(url):
                yield request

    def _start_requests(self, url: str) -> Iterator[Request]:
        self._inc("board/asked")
        if not self._has_budget(url):
            self._inc("board/over_budget")
            return
        yield Request(
            url,
            callback=self.read_start,
            errback=self.start_failed,
            dont_filter=True,
            # An error page may be a board's, and say so; redirects are followed. What a server
            # remembers of this address ("m=1": the pages for telephones) is not for the others.
            meta={
                "handle_httpstatus_list": list(ERRORS),
                "purpose": Purpose("start"),
                "cookiejar": "start",
            },
            cb_kwargs={"asked": url},
        )

    async def read_start(self, response: Response, asked: str) -> AsyncIterator[Any]:
        """Recognise the engine and its board, and begin at list page 1."""
        page = fetched(response)
        try:
            start: Start = await self._ask("read_start", page)
        except WorkerDiedError as error:
            self._board_failed(asked, f"read_{error.reason}", f"{asked} cannot be read: {error}")
            return
        board = start.board
        if start.engine is None or board is None:
            if response.status in ERRORS:
                reason, words = f"http_{response.status}", f"{asked} answers HTTP {response.status}"
            elif start.engine is None:
                reason, words = "no_engine", f"no board engine recognises URL {asked}"
            else:
                reason = "no_board"
                words = f"{asked} is a page of {start.engine}, but of no board that it shows"
            if start.says:
                words += f"; it says: {one_line(start.says, 100)}"
            self._board_failed(asked, reason, words)
            return
        engine = find_engine_by_name(start.engine)
        if board.url in self.walks:
            self.logger.info("%s is the board %s, which is being crawled", asked, board.url)
            return
        stage = self._stage()
        seen: dict[str, KnownPost] = {}
        if stage is not None:
            try:
                was = await stage.engine_of_board(board.url, asked) if engine.is_fallback else None
                if was not in {None, engine.name}:
                    # A hoster's notices, say: their numbers would be taken for those of the posts.
                    words = (
                        f"{asked} was a {was} board, and no engine knows what it shows now: a notice, "
                        f"maintenance, other software. If it stays so, set its engine to {engine.name} "
                        "in the table board: then it is read by its structure"
                    )
                    self._board_failed(asked, "other_software", words)
                    return
                moved_from = _moved_from(response, board.url)
                shown = await self._shown(start, page) if moved_from is not None else {}
                known = await stage.begin_board(
                    board.url,
                    engine.name,
                    board.name or None,
                    asked,
                    is_scheduled=not self.arguments.url,
                    moved_from=moved_from,
                    shown=shown,
                )
                if known is None:
                    self.logger.info("%s is the board %s, which is not due", asked, board.url)
                    return
                seen = known
                if start.others:
                    await stage.propose_boards(start.others, response.url)
            except InvalidRecord as error:
                self._board_failed(asked, "address", f"{asked[:200]} cannot be a board: {error}")
                return
            except StoreError:
                return  # said and counted by the stage
        walk = Walk(engine, board, asked, seen, start_url=response.url)
        self.walks[board.url] = walk
        walk.marks = frozenset(known.list_mark for known in seen.values() if known.list_mark)
        self._inc("board/started")
        self.logger.info(
            "%s is a %s board, %d posts of it are known", board.url, engine.name, len(seen)
        )
        if engine.is_fallback:
            self._inc("board/generic")
            self.logger.warning(
                "No engine knows the software of %s; it is read by its structure (confidence %.2f)",
                board.url,
                board.confidence,
            )
        if start.native_id is None:
            self._note_capture(response)
        if start.is_first and response.status == 200:
            walk.first_page = page
        elif start.native_id is not None:
            walk.held = self._post_page(walk, start.native_id, response, page.fetched_at, None)
        feed = engine.feed_request(board)
        if feed is None or not self._may_ask(walk):
            async for each in self._begin_list(walk):
                yield each
            return
        yield Request(
            feed,
            callback=self.read_feed,
            errback=self.feed_failed,
            dont_filter=True,
            meta={"handle_httpstatus_all": True, "purpose": _purpose("feed", walk)},
            cb_kwargs={"walk": walk},
        )

    async def _shown(self, start: Start, page: FetchedPage) -> dict[str, str]:
        """Return the marks of the posts that list page 1 shows, by native id; none of another page."""
        if not start.is_first:
            return {}
        try:
            listing: Listing = await self._ask("read_list", start.engine, start.board, page, 1)
        except WorkerDiedError:
            return {}  # said where the list is read
        return {row.native_id: row.mark for row in listing.rows}

    async def read_feed(self, response: Response, walk: Walk) -> AsyncIterator[Any]:
        """Note what the feed says of posts, and begin with the list."""
        self._note_capture(response)
        rows: list[ListRow] = []
        if response.status == 200:
            try:
                feed: Listing = await self._ask(
                    "read_feed", walk.engine.name, walk.board, fetched(response)
                )
                rows = feed.rows
            except WorkerDiedError as error:
                self.logger.warning("The feed of %s cannot be read: %s", walk.board.url, error)
        # Not offered, locked or empty: the list shows as much.
        self._inc("feed/read" if rows else "feed/none")
        walk.fed = {row.native_id: row for row in rows}
        async for each in self._begin_list(walk):
            yield each

    async def feed_failed(self, failure: Failure) -> AsyncIterator[Any]:
        """Go on with the list: it shows what a feed shows."""
        self._inc("feed/none")
        walk: Walk = failure.request.cb_kwargs["walk"]  # type: ignore[attr-defined]
        async for each in self._begin_list(walk):
            yield each

    async def _begin_list(self, walk: Walk) -> AsyncIterator[Any]:
        if walk.first_page is None:
            walk.next_page = 1
            for each in self._go_on(walk):
                yield each
            return
        page, walk.first_page = walk.first_page, None
        async for each in self._read_list(walk, page, 1):
            yield each

    def start_failed(self, failure: Failure) -> None:
        """Say why a board could not be started."""
        asked = failure.request.cb_kwargs["asked"]  # type: ignore[attr-defined]
        reason, words = explain(failure.value)
        self._board_failed(asked, reason, f"{asked} could not be fetched: {words}")

    def _board_failed(self, asked: str, reason: str, words: str) -> None:
        self._inc(f"board/failed/{reason}")
        stage = self._stage()
        if asked and stage is not None and reason != CAPTURE:
            stage.board_failed(asked)
        self.crawler.stats.set_value("run/problem", words)
        self.logger.error("%s", words)

    # --- list pages --------------------------------------------------------------------

    def _list_request(self, walk: Walk, number: int) -> Request:
        return Request(
            walk.engine.list_request(walk.board, number),
            callback=self.read_list,
            errback=self.list_failed,
            dont_filter=True,
            # The next list page must not wait behind a hundred posts: it may move on.
            priority=1,
            meta={
                "handle_httpstatus_all": True,
                "purpose": _purpose("list", walk, number=number),
            },
            cb_kwargs={"walk": walk, "number": number},
        )

    async def read_list(self, response: Response, walk: Walk, number: int) -> AsyncIterator[Any]:
        """Ask for the posts of a list page that are new or changed, and for the next page."""
        self._note_capture(response)
        if response.status == 404 and number > 1:
            walk.is_listed = walk.is_whole = True  # how some servers end a list
            following = self._go_on(walk)
        elif response.status != 200:
            following = self._end_list(walk, number, f"http_{response.status}", "")
        else:
            async for each in self._read_list(walk, fetched(response), number):
                yield each
            return
        for each in following:
            yield each

    def list_failed(self, failure: Failure) -> Iterator[Any]:
        """End the walk of the list, as far as it came."""
        request: Request = failure.request  # type: ignore[attr-defined]
        reason, words = explain(failure.value)
        yield from self._end_list(
            request.cb_kwargs["walk"], request.cb_kwargs["number"], reason, words
        )

    def _end_list(self, walk: Walk, number: int, reason: str, words: str) -> Iterator[Any]:
        self._inc(f"list/failed/{reason}")
        self.logger.error(
            "List page %d of %s could not be read (%s), paging ends here",
            number,
            walk.board.url,
            words or reason,
        )
        walk.is_listed = walk.has_failed = True
        walk.is_to_blame = reason != CAPTURE
        yield from self._go_on(walk)

    async def _read_list(self, walk: Walk, page: FetchedPage, number: int) -> AsyncIterator[Any]:
        try:
            listing: Listing = await self._ask(
                "read_list", walk.engine.name, walk.board, page, number
            )
        except WorkerDiedError as error:
            for each in self._end_list(walk, number, f"read_{error.reason}", str(error)):
                yield each
            return
        walk.board = listing.board
        if listing.problem:
            words = _NO_LIST if listing.problem == "no_list" else _NO_GUESTS
            for each in self._end_list(walk, number, listing.problem, words):
                yield each
            return
        if number == 1 and self._is_of_others(walk, listing.rows):
            for each in self._end_list(walk, number, "other_posts", _NOT_ITS_OWN):
                yield each
            return
        was_named, walk.is_next_named = walk.is_next_named, listing.names_next
        for each in self._take_rows(walk, listing.rows, number, was_named=was_named):
            yield each

    def _is_of_others(self, walk: Walk, rows: list[ListRow]) -> bool:
        """Tell whether a list that nobody knows the software of is another one than before.

        Numbers alone make it the same; none of them stands for the post, or at the place, that it did.
        """
        both = [(walk.seen[row.native_id], row) for row in rows if row.native_id in walk.seen]
        return len(both) >= LEAST_IN_COMMON and all(
            known.url is not None
            and known.list_mark != row.mark
            and _place(known.url) != _place(row.url)
            for known, row in both
        )

    def _take_rows(
        self, walk: Walk, rows: list[ListRow], number: int, *, was_named: bool
    ) -> Iterator[Any]:
        self._inc("list/pages")
        if number == 1 and not rows:
            self._inc("list/empty")
            walk.is_listed = walk.has_failed = True
            self.logger.warning(
                "The list of %s shows no post: it is empty, or of a skin that %s cannot read",
                walk.board.url,
                walk.engine.name,
            )
        unseen = [row for row in rows if row.native_id not in walk.listed]
        for row in unseen:
            walk.listed.add(row.native_id)
            yield from self._want(walk, exact(row, walk.fed.pop(row.native_id, None)))
        if unseen:
            walk.repeats = 0
        if not unseen and self._is_shifted(walk, rows):
            walk.repeats += 1
            walk.next_page = number + 1
        elif not unseen and was_named:
            yield from self._end_list(walk, number, "repeated", _NOTHING_NEW)
            return
        elif not unseen:
            walk.is_listed = walk.is_whole = True
        elif self._is_far_enough(rows, number):
            walk.is_listed = True
        else:
            walk.next_page = number + 1
        yield from self._go_on(walk)

    def _is_shifted(self, walk: Walk, rows: list[ListRow]) -> bool:
        """Tell whether a page without an unseen post may be no end.

        As many new posts as a page holds, and the next page is the one before; then far
        more posts are missing than boards delete.
        """
        if not rows or walk.repeats >= MOST_REPEATS or walk.has_words:
            return False
        missing = sum(
            known.status is Status.LIVE and bool(known.list_mark) and native_id not in walk.listed
            for native_id, known in walk.seen.items()
        )
        return missing > len(rows)

    def _is_far_enough(self, rows: list[ListRow], number: int) -> bool:
        if self.arguments.max_pages is not None and number >= self.arguments.max_pages:
            return True
        # Notices stand on top whatever their age.
        rows = [row for row in rows if not row.notice]
        # A list that begins with its oldest posts ends with the new ones.
        days = [row.posted_at for row in rows if row.posted_at is not None]
        is_rising = days == sorted(days) and days[:1] != days[-1:]
        return bool(rows) and not is_rising and all(self._is_older(row) for row in rows)

    def _is_older(self, row: ListRow) -> bool:
        """Compare days: a list often shows no more of a time."""
        since = self.arguments.since
        if since is None or row.posted_at is None:
            return False
        return row.posted_at.astimezone(KST).date() < since

    def _want(self, walk: Walk, row: ListRow) -> Iterator[Any]:
        """Ask for the post of a row, unless there is no reason to."""
        # Where no engine knows the software, the words are the post's id and nothing else is.
        walk.has_words |= not (row.native_id.isdigit() or walk.engine.is_fallback)
        held = walk.held
        if held is not None and (row.native_id == held.native_id or row.url == walk.start_url):
            walk.held, held.list_mark, held.row = None, row.mark, row
            held.native_id = row.native_id  # a post alone may not tell its number from its words
            walk.is_answering = True
            yield held
        elif self._is_older(row):
            self._inc("post/older")
        elif not self.arguments.refresh and self._is_unchanged(walk, row):
            self._inc("post/unchanged")
            walk.control = walk.control or row
        elif self._may_ask(walk):
            yield self._post_request(walk, row)
        else:
            self._inc("post/postponed")

    # --- posts -------------------------------------------------------------------------

    def _post_request(self, walk: Walk, row: ListRow, *, is_vanished: bool = False) -> Request:
        walk.pending += 1
        return Request(
            _address(walk, row),
            callback=self.read_post,
            errback=self.post_failed,
            dont_filter=True,  # `listed` sees to that
            meta={
                "handle_httpstatus_all": True,
                "purpose": _purpose("post", walk, native_id=row.native_id, is_vanished=is_vanished),
            },
            cb_kwargs={"walk": walk, "row": row, "is_vanished": is_vanished},
        )

    def read_post(
        self, response: Response, walk: Walk, row: ListRow, is_vanished: bool
    ) -> Iterator[Any]:
        """Hand the page over to the extract stage."""
        walk.pending -= 1
        walk.is_answering |= response.status < 300
        page = self._post_page(walk, row.native_id, response, datetime.now(UTC), row)
        page.is_vanished = is_vanished
        yield page
        yield from self._go_on(walk)

    def post_failed(self, failure: Failure) -> Iterator[Any]:
        """Count a post that could not be fetched; the next crawl asks for it again."""
        request: Request = failure.request  # type: ignore[attr-defined]
        walk: Walk = request.cb_kwargs["walk"]
        walk.pending -= 1
        reason, words = explain(failure.value)
        self._inc(f"post/failed/{reason}")
        self.logger.warning("%s could not be fetched: %s", request.url, words)
        yield from self._go_on(walk)

    def _post_page(
        self, walk: Walk, native_id: str, response: Response, now: datetime, row: ListRow | None
    ) -> PostPage:
        capture: CaptureRecord | None = response.meta.get("capture")
        known = walk.seen.get(native_id)
        return PostPage(
            engine=walk.engine.name,
            board_url=walk.board.url,
            native_id=native_id,
            url=_address(walk, row) if row else walk.engine.post_request(walk.board, native_id),
            status=response.status,
            headers=headers_of(response),
            body=response.body,
            fetched_at=capture.fetched_at if capture is not None else now,
            list_mark=row.mark if row else None,
            was_deleted=known is not None and known.status is Status.DELETED,
            row=row,
            capture=capture,
        )

    def _note_capture(self, response: Response) -> None:
        stage, capture = self._stage(), response.meta.get("capture")
        if stage is not None and capture is not None:
            stage.note_capture(capture)

    # --- the walk ----------------------------------------------------------------------

    def _go_on(self, walk: Walk) -> Iterator[Any]:
        """Yield what may be asked for now; say when the board is done."""
        if walk.next_page is not None and walk.pending < self.pending_posts:
            number, walk.next_page = walk.next_page, None
            if self._may_ask(walk):
                yield self._list_request(walk, number)
            else:
                walk.is_listed = True
        if not walk.is_listed or walk.is_over:
            return
        if walk.held is not None:
            held, walk.held = walk.held, None
            yield held
        fed, walk.fed = walk.fed, {}
        for row in fed.values():
            # In the feed and not in the list: a skin leaves it out, or it is just being
            # written. A list that knows posts by their words alone has shown them all.
            if not walk.has_words:
                walk.listed.add(row.native_id)
                yield from self._want(walk, row)
        if walk.is_whole and (walk.is_answering or not walk.pending):
            yield from self._ask_for_vanished(walk)
        if not walk.pending:
            walk.is_over = True
            stage = self._stage()
            if walk.has_failed:
                if stage is not None and walk.is_to_blame:
                    stage.board_failed(walk.board.url)
            elif not walk.is_over_budget:
                self._inc("board/crawled")
                if stage is not None:
                    stage.board_walked(walk.board.url)

    def _ask_for_vanished(self, walk: Walk) -> Iterator[Request]:
        """Ask what became of posts that the list showed once and shows no more.

        The answer is stored with an empty mark: those that are still there are asked for
        again only now and then.

        "Not found" is believed of them where other posts are found: a server that lost its rules
        for addresses says it of every one. So one that the list shows is asked for first.
        """
        vanished = list(self._vanished(walk))
        if walk.has_words and 2 * len(vanished) > len(walk.seen):
            vanished = []  # the site began to name its posts by words: none of them is gone
        if vanished and not walk.is_answering and walk.control is not None:
            control, walk.control = walk.control, None
            if self._may_ask(walk):
                yield self._post_request(walk, control)
                return
        walk.is_whole = False
        for native_id, stat in vanished:
            if not self._may_ask(walk):
                return
            self._inc(stat)
            gone = ListRow(native_id=native_id, url="", title="")
            yield self._post_request(walk, gone, is_vanished=walk.is_answering)

    def _vanished(self, walk: Walk) -> Iterator[tuple[str, str]]:
        """Yield the id of each post to ask for that the list does not show, and its stat."""
        for native_id, known in walk.seen.items():
            if native_id in walk.listed or known.status is Status.DELETED:
                continue
            if known.list_mark is None:  # no crawl ever listed it
                continue
            if walk.has_words and not walk.listed.isdisjoint(known.list_mark.split("\t")):
                continue  # its words are part of its mark
            # What came instead of its page (maintenance, a challenge) said nothing of it.
            if known.list_mark != "" or known.status is Status.UNREADABLE:
                yield native_id, "post/vanished"
            elif self.arguments.refresh or self._is_worth_a_look(known):
                yield native_id, "post/rechecked"

    def _is_unchanged(self, walk: Walk, row: ListRow) -> bool:
        """Tell whether the list shows nothing new; what could not be read is tried again."""
        known = walk.seen.get(row.native_id)
        if known is None:
            return not row.native_id.isdigit() and row.mark in walk.marks
        if known.list_mark != row.mark or known.status is Status.UNREADABLE:
            return False
        # Lists seldom show that a secret post is open again.
        if known.status is not Status.LIVE and self._is_worth_a_look(known):
            self._inc("post/rechecked")
            return False
        return True

    def _is_worth_a_look(self, known: KnownPost) -> bool:
        """Tell whether a post that no list tells of was not asked for in a long time.

        The longer it has been as it is, the longer.
        """
        if not self.recheck_after or known.fetched_at is None:
            return False
        waited = datetime.now(UTC) - known.fetched_at
        if waited < timedelta(0):
            return True  # a wrong clock's time: asked for once, it gets a right one
        is_gone = known.status in {Status.DELETED, Status.DENIED}
        if is_gone and known.list_mark and known.gone_at is not None:
            # It was there, and is listed all the same: its page or its list is wrong, maybe for an hour
            # (a guard's word to whom it takes for a robot).
            return waited >= known.fetched_at - known.gone_at
        stood = known.fetched_at - known.first_seen_at
        return waited >= max(timedelta(seconds=self.recheck_after), stood)

    def _has_budget(self, url: str) -> bool:
        """Take one request out of the host's budget; tell whether there was one left."""
        host = urlsplit(url).netloc
        if self.host_budget and self.asked_of[host] >= self.host_budget:
            return False
        self.asked_of[host] += 1
        return True

    def _may_ask(self, walk: Walk) -> bool:
        """Tell whether a board may make one more request; say once when it may not."""
        if self._has_budget(walk.board.url):
            return True
        if not walk.is_over_budget:
            walk.is_over_budget = True
            self._inc("board/over_budget")
            self.logger.warning(
                "%s: HOST_BUDGET (%d requests of a run to a host) is used up, the next run goes on",
                walk.board.url,
                self.host_budget,
            )
        return False

    async def _ask(self, function: str, *args: object) -> Any:
        """Have a page read where reading it can be stopped.

        Raises:
            WorkerDiedError: it took too long, too much memory, or crashed.
        """
        stage = self.crawler.get_item_pipeline(ExtractStage)
        if stage is None:
            raise RuntimeError("ITEM_PIPELINES must hold pipelines.extract.ExtractStage")
        return await stage.ask(function, *args)

    def _stage(self) -> StoreStage | None:
        return self.crawler.get_item_pipeline(StoreStage)

    def _inc(self, name: str) -> None:
        self.crawler.stats.inc_value(name)


def _moved_from(response: Response, board_url: str) -> str | None:
    """Return the address that a board had before its host, or its folder there, moved for good."""
    was = response.meta.get("redirect_urls", [])
    if not was or not set(response.meta["redirect_reasons"]) <= MOVED:
        return None
    old: str = was[0]
    new = response.url
    ends = zip(reversed(old), reversed(new), strict=False)
    same = sum(1 for _ in takewhile(lambda both: both[0] == both[1], ends))
    # What moved is all of the address before the folders and names that stayed.
    kept = "".join(new[len(new) - same :].partition("/")[1:])
    old, new = old.removesuffix(kept), new.removesuffix(kept)
    if not kept or not board_url.startswith(f"{new}/"):
        return None
    return old + board_url.removeprefix(new)


def _address(walk: Walk, row: ListRow) -> str:
    """Return a post's address: as its list links to it, where nobody knows how the software writes it."""
    if walk.engine.is_fallback and row.url:
        return row.url
    return walk.engine.post_request(walk.board, row.native_id)


def _place(url: str) -> str:
    """Return where a post's address leads, whatever its number and the words beside that."""
    path = urls.path(url)
    return re.sub(r"\d+", "0", path if urls.query(url) else path.rpartition("/")[0])


def _purpose(kind: str, walk: Walk, **fields: Any) -> Purpose:
    return Purpose(kind, walk.engine.name, walk.board.url, **fields)
