"""Files → records → the store: what `scrapy load` does.

A bad line never costs a good one, neither when it is read nor when it is stored.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from crawler.command import Run, recorded_run
from crawler.exit_codes import ExitCode
from crawler.progress import Progress
from crawler.readers import (
    BadInputError,
    Limits,
    Reading,
    open_input,
    read_article,
    read_post,
    read_rows,
)
from crawler.terminal import one_line, printable
from models import matching
from models.errors import InvalidRecord, StoreError
from models.people import Pseudonyms
from models.records import ArticleRecord, PostRecord
from models.write import Outcome, store_pseudonyms, transact
from pipelines.campaigns import refresh_campaigns
from pipelines.match import Matcher

logger = logging.getLogger(__name__)

BATCH_POSTS = 50
BATCH_ARTICLES = 500
"""Records in one transaction: some 0.3 s during which no other writer can write. Each of the
index's pages that a batch of articles changes is written once."""
BATCH_CHARS = 2_000_000
NOT_OPENED = frozenset({"missing", "directory", "unreadable"})
"""Reasons why a file is bad before a byte of it is read."""
SHOWN_PROBLEMS = 20
"""Problems that are reported one by one; the rest is only counted."""
_SAID_NOTES = {
    "date/unreadable": "its date cannot be read and is left empty",
    "date/future": "its date is more than a year ahead and is left empty",
}
"""What was left out of a record that is kept → what is said of it, where it matters."""
REMEMBERED_IDS = 1_000_000
"""Ids of a file among which duplicates are counted; some 80 MB."""

R = TypeVar("R", ArticleRecord, PostRecord)


def load(
    engine: Engine,
    kind: str,
    files: list[str],
    limits: Limits,
    *,
    quiet: bool = False,
    pseudonyms: bool = True,
) -> ExitCode:
    """Load the files, of *kind* ``articles`` or ``posts``, and say on stdout what came of it.

    Args:
        pseudonyms: whether the people of the posts get the store's pseudonyms.

    Raises:
        StoreError: the store went away.
        CommandError: it cannot be written.
    """
    with (
        recorded_run(engine, f"load {kind}", {"files": files}) as run,
        Progress(f"load {kind}", kind, quiet=quiet) as progress,
    ):
        problems = Problems(run.stats, progress)
        loader: Loader[Any]
        if kind == "articles":
            loader = Loader(
                engine, run, problems, _read_article(limits), _save_articles, BATCH_ARTICLES
            )
        else:
            people = _pseudonyms(engine) if pseudonyms else None
            loader = Loader(
                engine, run, problems, _read_post(limits, people), _save_posts, BATCH_POSTS
            )
        opened = 0
        try:
            for name in files:
                opened += _load_file(name, loader, limits, problems, progress)
        finally:
            problems.summarise()
        if kind == "articles":
            _compact(engine)
        if kind == "posts" and (run.stats["record/new"] or run.stats["record/changed"]):
            transact(engine, lambda c: refresh_campaigns(c, datetime.now(UTC)))
        if not opened:
            run.exit_code = ExitCode.NOT_STARTED
        elif problems.are_bad:
            run.exit_code = ExitCode.PARTLY
    for line in _summary(kind, run.stats):
        print(line, flush=True)  # noqa: T201 - the command's result
    return run.exit_code


def _compact(engine: Engine) -> None:
    """Have the index take no more room than it needs; it works as well if it does."""
    try:
        matching.compact(engine)
    except DBAPIError as error:
        logger.warning("The index could not be made smaller, and works as it is: %s", error)


# --- one file -------------------------------------------------------------------------


def _load_file(
    name: str, loader: "Loader[Any]", limits: Limits, problems: "Problems", progress: Progress
) -> bool:
    """Load one file; return whether it could be opened."""
    try:
        with open_input(name) as source:
            loader.begin(source.name)
            try:
                for row in read_rows(source, limits):
                    loader.take(row.line, row.fields)
                    share = source.position() / source.size if source.size else None
                    progress.update(loader.taken, share)
            finally:
                # What stands before the place where a file is cut off is kept.
                loader.flush()
    except BadInputError as error:
        problems.bad_file(name, error)
        return error.reason not in NOT_OPENED
    return True


class Problems:
    """Reports what is wrong with the input, the first few one by one, and counts all of it."""

    def __init__(self, stats: Counter[str], progress: Progress) -> None:
        self._stats = stats
        self._progress = progress
        self._reported = 0
        self.are_bad = False

    def bad_file(self, name: str, error: BadInputError) -> None:
        """Report a file; never left out, as there are few."""
        self.are_bad = True
        self._stats[f"file/bad/{error.reason}"] += 1
        self._progress.say(f"{printable(name)}: {error}")

    def bad_line(self, where: "Place", error: BadInputError) -> None:
        """Report a line that is skipped."""
        self.are_bad = True
        self._stats[f"line/bad/{error.reason}"] += 1
        self._report(where, str(error))

    def failed(self, where: "Place", error: Exception) -> None:
        """Report a record that could not be matched or stored."""
        self.are_bad = True
        name = type(error).__name__
        self._stats[f"record/failed/{name}"] += 1
        what = str(error) if isinstance(error, InvalidRecord) else f"{name}: {error}"
        self._report(where, f"not stored: {what}")
        logger.debug("%s:%d: not stored", where.file, where.line, exc_info=error)

    def note(self, where: "Place", name: str) -> None:
        """Count what was left out of a record that is kept; report it where it matters."""
        self._stats[name] += 1
        if name in _SAID_NOTES:
            self._report(where, _SAID_NOTES[name])

    def _report(self, where: "Place", message: str) -> None:
        self._reported += 1
        if self._reported <= SHOWN_PROBLEMS:
            self._progress.say(f"{printable(where.file)}:{where.line}: {one_line(message)}")

    def summarise(self) -> None:
        """Say how many more there were than was reported."""
        if self._reported > SHOWN_PROBLEMS:
            more = self._reported - SHOWN_PROBLEMS
            self._progress.say(f"… and {more:,} more such {_lines(more)} (not shown)")


def _lines(number: int) -> str:
    return "line" if number == 1 else "lines"


# --- records → store ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands in the input."""

    file: str
    line: int


Save = Callable[[Matcher, Connection, list[R], int, datetime], list[Outcome]]


class Loader(Generic[R]):
    """Takes rows one by one, writes their records a batch at a time.

    A record that cannot be stored costs no other: its batch is rolled back and
    written again a record at a time.
    """

    def __init__(
        self,
        engine: Engine,
        run: Run,
        problems: Problems,
        read: Callable[[Any], Reading[R]],
        save: Save[R],
        limit: int,
    ) -> None:
        self._engine = engine
        self._run = run
        self._problems = problems
        self._read: Callable[[Any], Reading[R]] = read
        self._save: Save[R] = save
        self._limit = limit
        self._matcher = Matcher()
        self._batch: list[tuple[Place, R]] = []
        self._chars = 0
        self._file = ""
        self._ids: set[int] = set()
        self.taken = 0
        """Rows taken so far, of all files."""

    def begin(self, file: str) -> None:
        """Begin a file."""
        self._file = file
        self._ids = set()

    def take(self, line: int, fields: Any) -> None:
        """Read a row's record; write the batch when it is full."""
        self.taken += 1
        where = Place(self._file, line)
        try:
            if isinstance(fields, BadInputError):
                raise fields
            reading = self._read(fields)
        except BadInputError as error:
            self._problems.bad_line(where, error)
            return
        except Exception as error:  # noqa: BLE001 - one page that cannot be read is one post
            self._problems.failed(where, error)
            return
        for note in reading.notes:
            self._problems.note(where, note)
        self._count_duplicate(reading.record.key)
        self._batch.append((where, reading.record))
        self._chars += _size(reading.record)
        if len(self._batch) >= self._limit or self._chars >= BATCH_CHARS:
            self.flush()

    def flush(self) -> None:
        """Write what was taken.

        Raises:
            StoreError: the store went away.
        """
        batch, self._batch, self._chars = self._batch, [], 0
        if not batch:
            return
        try:
            self._write([record for _, record in batch])
        except StoreError:
            raise
        except Exception as first:  # noqa: BLE001 - found below, record by record
            logger.debug("a batch is written again, one by one: %r", first)
            for where, record in batch:
                try:
                    self._write([record])
                except StoreError:
                    raise
                except Exception as error:  # noqa: BLE001 - reported and counted
                    self._problems.failed(where, error)

    def _write(self, records: list[R]) -> None:
        now = datetime.now(UTC)
        outcomes = transact(
            self._engine,
            lambda connection: self._save(self._matcher, connection, records, self._run.id, now),
            # It may hold articles that were rolled back, under ids that will be given again.
            self._matcher.forget,
        )
        self._run.stats.update(f"record/{outcome}" for outcome in outcomes)
        self._run.stats.update(self._matcher.counts)
        self._matcher.counts.clear()

    def _count_duplicate(self, key: str) -> None:
        known = len(self._ids)
        if known < REMEMBERED_IDS:
            self._ids.add(hash(key))
            if len(self._ids) == known:
                self._run.stats["record/duplicate"] += 1


def _size(record: ArticleRecord | PostRecord) -> int:
    if isinstance(record, ArticleRecord):
        return len(record.text)
    return len(record.body) + sum(map(len, record.hidden))


def _read_article(limits: Limits) -> Callable[[Any], Reading[ArticleRecord]]:
    return lambda fields: read_article(fields, limits)


def _read_post(limits: Limits, people: Pseudonyms | None) -> Callable[[Any], Reading[PostRecord]]:
    now = datetime.now(UTC)

    def read(fields: Any) -> Reading[PostRecord]:
        reading = read_post(fields, limits, now)
        if people is None:
            return reading
        return replace(reading, record=people.protect(reading.record))

    return read


def _pseudonyms(engine: Engine) -> Pseudonyms:
    return transact(engine, store_pseudonyms)


def _save_articles(
    matcher: Matcher,
    connection: Connection,
    records: list[ArticleRecord],
    run_id: int,
    now: datetime,
) -> list[Outcome]:
    saved = matcher.save_articles(connection, records, run_id, now)
    return [each.outcome for each in saved]


def _save_posts(
    matcher: Matcher, connection: Connection, records: list[PostRecord], run_id: int, now: datetime
) -> list[Outcome]:
    return [saved.outcome for saved in matcher.save_posts(connection, records, run_id, now)]


# --- the result -----------------------------------------------------------------------


def _summary(kind: str, stats: Counter[str]) -> Iterator[str]:
    yield (
        f"{kind}: {stats['record/new']:,} new, {stats['record/changed']:,} changed,"
        f" {stats['record/seen']:,} unchanged"
    )
    for start, label in (
        ("file/bad/", "bad files"),
        ("line/bad/", "bad lines, skipped"),
        ("record/failed/", "failed, not stored"),
    ):
        found = {k.removeprefix(start): n for k, n in sorted(stats.items()) if k.startswith(start)}
        if found:
            reasons = ", ".join(f"{reason} {number:,}" for reason, number in found.items())
            yield f"{label}: {sum(found.values()):,} ({reasons})"
    for name, label in (
        ("record/duplicate", "lines with an id that stood in the file before"),
        ("date/unreadable", "unreadable dates, left empty"),
        ("date/future", "dates more than a year ahead, left empty"),
        ("text/cleaned", "records with characters that no store takes, dropped"),
    ):
        if stats[name]:
            yield f"{label}: {stats[name]:,}"
    for name, number in sorted(stats.items()):
        if name.startswith("field/ignored/"):
            yield f"{name.removeprefix('field/ignored/')} of a wrong type, left empty: {number:,}"
