"""`scrapy crawl archive`: WARC and WACZ files through the same stages, without network.

An archive of ours says what each page was fetched for, and replays to the same rows.  In
others' the engines recognise the pages: lists say what they say of posts, posts are stored
under the identity that they would have been crawled under.  What the store has seen later
stays: an old capture changes nothing.

A run that is interrupted goes on where it was; a file that was read is read again only
when it has changed, or with ``refresh``.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.archives import (
    ArchivedPage,
    BadArchiveError,
    Payloads,
    Skipped,
    find_archives,
    read_archive,
)
from crawler.arguments import YES_OR_NO, Readers, read_arguments
from crawler.boards import BoardAddress, ListRow, engines
from crawler.captures import Purpose
from crawler.items import NewsPage, PostPage
from crawler.rows import exact
from models.errors import StoreError
from models.records import CaptureRecord
from pipelines.extract import ExtractStage
from pipelines.store import StoreStage
from pipelines.worker import WorkerDiedError

if TYPE_CHECKING:
    from pipelines.answers import Listing, Recognised, Start

IN_FLIGHT = 64
"""Pages handed on and not yet stored, at most."""
CHECKPOINT = 500
"""Records after which the store notes how far the file was read."""
REMEMBERED_ROWS = 200_000
"""Rows of lists that wait for their posts; some 100 MB."""

Key = tuple[str, str]
"""(board's address, native id)"""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What ``-a NAME=VALUE`` may say."""

    path: str
    """A file, a folder, or a pattern such as ``data/warc/*.warc.gz``."""
    refresh: bool = False
    """Read files again that were read before."""

    @classmethod
    def parse(cls, given: Mapping[str, str]) -> Self:
        """Return the arguments that *given* strings mean.

        Raises:
            ValueError: a name is unknown, a value not allowed, or no file is there; the
                message says which, and what is allowed.
        """
        values = read_arguments(given, _READERS)
        if "path" not in values:
            raise ValueError("name the files with -a path=PATH: a WARC or WACZ file, or a folder")
        find_archives(values["path"])
        return cls(**values)


def _path(text: str) -> str:
    if not text or "\x00" in text:
        raise ValueError(text)
    return text


_READERS: Readers = {
    "path": (_path, "a WARC or WACZ file, a folder of them, or a pattern"),
    "refresh": YES_OR_NO,
}


class ArchiveSpider(Spider):
    """Replays archives; see `Arguments` for what it takes.

    Stats: ``archive/*`` as `pipelines` lists them.
    """

    name = "archive"

    def __init__(self, name: str | None = None, **given: str) -> None:
        """Read the arguments.

        Raises:
            ValueError: one is not allowed.
        """
        super().__init__(name)
        self.given = given
        self.arguments = Arguments.parse(given)
        self.boards: dict[str, BoardAddress] = {}
        self.rows: OrderedDict[Key, ListRow] = OrderedDict()
        self.held: dict[Key, PostPage] = {}
        self.payloads = Payloads()
        self._in_flight = 0
        self._landed = asyncio.Event()
        self._waking: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.most = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        spider.warc_dir = crawler.settings.get("WARC_DIR") or ""
        for signal in (signals.item_scraped, signals.item_dropped, signals.item_error):
            crawler.signals.connect(spider.item_done, signal)
        return spider

    most: int
    warc_dir: str

    @classmethod
    def check_arguments(cls, given: Mapping[str, str]) -> None:
        """Raise ValueError if an argument is not allowed (before anything is opened)."""
        Arguments.parse(given)

    async def start(self) -> AsyncIterator[Any]:
        """Read each file, and hand its pages on."""
        for path in find_archives(self.arguments.path):
            self._inc("archive/asked")
            try:
                async for item in self._read_file(path):
                    self._in_flight += 1
                    yield item
                    await self._until_below(IN_FLIGHT)
            except (BadArchiveError, OSError) as error:
                words = f"{path}: {error}"
                self._inc("archive/failed/bad_file")
                self.crawler.stats.set_value("run/problem", words)
                self.logger.error("%s", words)
        if not self._is_closing:
            for page in self._release():
                self._in_flight += 1
                yield page

    async def _read_file(self, path: Path) -> AsyncIterator[Any]:
        state = _State.of(path)
        stage = self._stage()
        done = 0
        if stage is not None and not self.arguments.refresh:
            try:
                done = state.done_of(await stage.archive_state(state.name))
            except StoreError:
                return  # said and counted by the stage
        if done == _WHOLE:
            self._inc("archive/unchanged")
            self.logger.info("%s was read before", path)
            return
        self.logger.info("Reading %s", path)
        self._inc("archive/files")
        read = 0
        for record in read_archive(path, self._name_of(path), self.most, self.payloads):
            if self._is_closing:
                return
            read += 1
            self._inc("archive/records")
            # Lists are read again, too, before the place to go on from: their rows matter.
            is_done = read <= done
            if isinstance(record, Skipped):
                if not is_done:
                    self._skip(record, path, read)
                continue
            async for item in self._read_page(record):
                if not is_done:
                    yield item
            if read % CHECKPOINT == 0 and not is_done:
                await self._note(state, read)
        for page in self._release():
            yield page
        await self._note(state, _WHOLE)

    def _skip(self, record: Skipped, path: Path, number: int) -> None:
        kind = "failed" if record.is_bad else "skipped"
        self._inc(f"archive/{kind}/{record.reason}")
        if record.is_bad:
            self.logger.warning("%s: record %d is skipped: %s", path, number, record.reason)

    async def _note(self, state: "_State", done: int) -> None:
        """Note how far a file was read, once all of it so far is stored."""
        await self._until_below(1)
        stage = self._stage()
        if stage is not None and stage.is_open:
            try:
                await stage.save_archive_state(state.name, state.encoded(done))
            except StoreError:
                return  # said and counted by the stage

    # --- pages ---------------------------------------------------------------------------

    async def _read_page(self, archived: ArchivedPage) -> AsyncIterator[Any]:
        """Yield the items that a page of an archive gives."""
        purpose = archived.purpose
        try:
            if purpose is None or not _is_readable(purpose):
                async for item in self._recognise(archived):
                    yield item
                return
            if purpose.kind == "start":
                async for item in self._read_start(archived):
                    yield item
            elif purpose.kind in ("list", "feed") and purpose.board_url:
                async for item in self._read_rows(archived, purpose):
                    yield item
            elif purpose.kind == "post" and purpose.native_id:
                yield self._post(archived, purpose)
            elif purpose.kind == "article":
                yield _news_page(archived)
            else:
                self._inc(f"archive/skipped/{'source' if purpose.kind == 'source' else 'other'}")
        except WorkerDiedError as error:
            self._inc(f"archive/failed/read_{error.reason}")
            self.logger.error("%s cannot be read: %s", archived.page.url, error)

    async def _recognise(self, archived: ArchivedPage) -> AsyncIterator[Any]:
        """Ask the engines what a page of somebody's archive is."""
        found: Recognised = await self._ask("recognise", archived.page)
        if found.engine is None:
            self._inc("archive/skipped/no_engine")
            return
        if found.board is None or (found.native_id is None and not found.rows):
            self._inc("archive/skipped/no_board")
            return
        self.boards[found.board.url] = found.board
        for page in self._take_rows(found.board.url, found.rows):
            yield page
        if found.native_id is not None:
            purpose = Purpose("post", found.engine, found.board.url, found.native_id)
            yield self._post(archived, purpose, url=found.url)

    async def _read_start(self, archived: ArchivedPage) -> AsyncIterator[Any]:
        start: Start = await self._ask("read_start", archived.page)
        if start.engine is None or start.board is None:
            self._inc("archive/skipped/no_board")
            return
        self.boards[start.board.url] = start.board
        if (stage := self._stage()) is not None:
            try:
                await stage.name_board(start.board.url, start.engine, start.board.name)
            except StoreError:
                return  # said and counted by the stage
        if start.is_first:
            purpose = Purpose("list", start.engine, start.board.url, number=1)
            async for item in self._read_rows(archived, purpose):
                yield item
        elif start.native_id is not None:
            purpose = Purpose("post", start.engine, start.board.url, start.native_id)
            page = self._post(archived, purpose, url=start.post_url)
            # Its row comes later: the crawl began with it.
            self.held[start.board.url, start.native_id] = page

    async def _read_rows(self, archived: ArchivedPage, purpose: Purpose) -> AsyncIterator[Any]:
        self._note_capture(archived.capture)
        if archived.page.status != 200:
            self._inc("archive/skipped/no_list")
            return
        board = self.boards.get(purpose.board_url)
        if board is None:
            board = BoardAddress(purpose.board_url, "", style='["","",0]')
        if purpose.kind == "feed":
            read: Listing = await self._ask("read_feed", purpose.engine, board, archived.page)
        else:
            read = await self._ask(
                "read_list", purpose.engine, board, archived.page, purpose.number
            )
            self.boards[purpose.board_url] = read.board
        for page in self._take_rows(purpose.board_url, read.rows):
            yield page

    def _take_rows(self, board_url: str, rows: list[ListRow]) -> list[PostPage]:
        """Note what a list or a feed says; return held pages that waited for it."""
        released = []
        for row in rows:
            key = (board_url, row.native_id)
            known = self.rows.pop(key, None)
            # A feed comes before its list: its titles and times are whole.
            self.rows[key] = exact(row, known) if known is not None and not known.mark else row
            if key in self.held:
                page = self.held.pop(key)
                page.row, page.list_mark = self.rows[key], self.rows[key].mark
                released.append(page)
        while len(self.rows) > REMEMBERED_ROWS:
            self.rows.popitem(last=False)
        return released

    def _post(self, archived: ArchivedPage, purpose: Purpose, url: str = "") -> PostPage:
        row = self.rows.get((purpose.board_url, purpose.native_id))
        if purpose.is_vanished:
            row = ListRow(native_id=purpose.native_id, url="", title="")
        page = archived.page
        return PostPage(
            engine=purpose.engine,
            board_url=purpose.board_url,
            native_id=purpose.native_id,
            url=url or page.url,
            status=page.status,
            headers=page.headers,
            body=page.body,
            fetched_at=page.fetched_at,
            list_mark=row.mark if row else None,
            is_vanished=purpose.is_vanished,
            row=row,
            capture=archived.capture,
        )

    def _release(self) -> list[PostPage]:
        """Return the pages that still wait for a row: no list showed them."""
        held, self.held = list(self.held.values()), {}
        return held

    # --- the stages ----------------------------------------------------------------------

    def item_done(self) -> None:
        """Count an item that left the stages."""
        self._in_flight -= 1
        self._landed.set()
        if not self._in_flight:
            self._waking = asyncio.create_task(self._wake_scraper())

    async def _wake_scraper(self) -> None:
        """Have Scrapy see that the last item is out.

        A spider that is closed waits for its items, and Scrapy looks whether they are out after each
        response; here are none, and the crawl would never end.
        """
        scraper = self.crawler.engine.scraper
        while (slot := scraper.slot) is not None and slot.itemproc_size and not self._in_flight:
            await asyncio.sleep(0)
        if slot is not None and slot.closing is not None and not slot.closing.called:
            scraper._check_if_closing()

    @property
    def _is_closing(self) -> bool:
        """Whether the crawl ends, by a signal or without its store."""
        slot = self.crawler.engine.scraper.slot
        return slot is None or slot.closing is not None

    async def _until_below(self, limit: int) -> None:
        while self._in_flight >= limit:
            self._landed.clear()
            await self._landed.wait()

    async def _ask(self, function: str, *args: object) -> Any:
        stage = self.crawler.get_item_pipeline(ExtractStage)
        if stage is None:
            raise RuntimeError("ITEM_PIPELINES must hold pipelines.extract.ExtractStage")
        return await stage.ask(function, *args)

    def _note_capture(self, capture: CaptureRecord) -> None:
        stage = self._stage()
        if stage is not None:
            stage.note_capture(capture)

    def _name_of(self, path: Path) -> str:
        """Return what captures call a file: its name in WARC_DIR, or its whole path."""
        whole = path.resolve()
        folder = Path(self.warc_dir).resolve() if self.warc_dir else None
        is_ours = folder is not None and whole.is_relative_to(folder)
        return str(whole.relative_to(folder) if folder is not None and is_ours else whole)

    def _stage(self) -> StoreStage | None:
        return self.crawler.get_item_pipeline(StoreStage)

    def _inc(self, name: str) -> None:
        self.crawler.stats.inc_value(name)


def _is_readable(purpose: Purpose) -> bool:
    """Tell whether an engine of ours wrote it: a header may say anything."""
    has_engine = any(each.name == purpose.engine for each in engines())
    return has_engine or purpose.kind in ("start", "source", "article")


_WHOLE = -1
"""All of a file was read."""


@dataclass(frozen=True, slots=True)
class _State:
    """What tells one file from another, or from what it was before."""

    name: str
    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Self:
        found = path.stat()
        return cls(str(path.resolve()), found.st_size, found.st_mtime_ns)

    def encoded(self, done: int) -> str:
        return json.dumps([self.size, self.changed, done])

    def done_of(self, text: str | None) -> int:
        """Return how many records were read of the file as it is; `_WHOLE` for all."""
        size, changed, done = json.loads(text) if text else (0, 0, 0)
        return int(done) if (size, changed) == (self.size, self.changed) else 0


def _news_page(archived: ArchivedPage) -> NewsPage:
    page = archived.page
    return NewsPage(
        url=page.url,
        answered_url=page.url,
        status=page.status,
        headers=page.headers,
        body=page.body,
        fetched_at=page.fetched_at,
        capture=archived.capture,
    )
