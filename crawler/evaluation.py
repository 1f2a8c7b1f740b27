"""Labelled posts → matched in a store of their own → measured: what `scrapy evaluate` does.

The store is a file that is deleted at the end.  It gets the known articles, from files or
from the user's own store (which is only read), and then the posts, on the same way as
`scrapy load`; so what is measured is what users get.
"""

import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from crawler.command import CommandError, Run, recorded_run
from crawler.exit_codes import ExitCode
from crawler.labels import read_truth
from crawler.loading import BATCH_POSTS, NOT_OPENED, Loader, Problems, load
from crawler.progress import Progress
from crawler.readers import (
    BadInputError,
    Limits,
    Reading,
    open_input,
    read_post,
    read_rows,
)
from crawler.terminal import one_line, say
from models.engine import open_store, reading
from models.explanation import Explanation, read_explanation
from models.queries import count_known_articles, read_known_articles, read_view
from models.records import PostRecord
from models.relation import LureKind, Origin, Relation, Status
from models.schema import article
from models.urls import sqlite_url
from models.write import Outcome, writing
from pipelines.core.scoring import Answer, AnsweredLink, Evaluation, Judged, Truth, evaluate, worst
from pipelines.match import Matcher

BATCH_ARTICLES = 200
MISSES = 8
"""Posts of each kind of mistake that are kept to be shown."""

Identity = tuple[str, str]
"""A post's board and native id."""


@dataclass(frozen=True, slots=True)
class Source:
    """An article beside a post that went wrong."""

    key: str
    title: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Miss:
    """A post that went wrong, and what it is to be compared with."""

    kind: str
    truth: Truth
    explanation: Explanation
    """What was answered."""
    source: Source | None
    """The article that should have been found, where one should."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What came of an evaluation."""

    judged: Sequence[Judged]
    evaluation: Evaluation
    misses: Sequence[Miss]
    articles: int
    left_out: Mapping[str, int]
    """Lines that are not measured, by the reason."""
    exit_code: ExitCode


@contextmanager
def temporary_store() -> Iterator[Engine]:
    """Give an empty store that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pumgeul-evaluate-") as folder:
        engine = open_store(sqlite_url(Path(folder) / "store.sqlite3"), Matcher.recipe())
        try:
            yield engine
        finally:
            engine.dispose()


def evaluate_files(
    files: Sequence[str],
    fill: Callable[[Engine], ExitCode],
    limits: Limits,
    *,
    rematch: bool = False,
    quiet: bool = False,
) -> Evaluated:
    """Match the labelled posts of files and measure the answers.

    Args:
        files: posts with their truth.
        fill: brings the known articles into the store that it is given.
        limits: what is too long to be read.
        rematch: match all again at the end, as `scrapy rematch` does at night.
        quiet: show no progress.

    Raises:
        CommandError: no file could be opened, or no labelled post was in them.
    """
    with temporary_store() as engine:
        code = fill(engine)
        with (
            recorded_run(engine, "evaluate", {"files": list(files)}) as run,
            Progress("evaluate", "posts", quiet=quiet) as progress,
        ):
            problems = Problems(run.stats, progress)
            posts = _LabelledPosts(limits)
            opened = _load(files, posts, engine, run, problems, progress)
        if not opened:
            raise CommandError(ExitCode.NOT_STARTED, "no file of posts could be opened")
        if rematch:
            _rematch(engine, quiet=quiet)
        if not posts.ids:
            raise CommandError(ExitCode.NOT_STARTED, "there is no labelled post in the files")
        with reading(engine) as connection:
            unknown = _unknown_articles(connection, posts)
            judged = _judge(connection, posts)
            misses = list(_misses(connection, list(posts.ids.values()), judged))
            articles = count_known_articles(connection)
        if unknown:
            say(
                f"articles that the labels name and nobody loaded: {len(unknown):,} (such as"
                f" {one_line(unknown[0], 60)}); their copies count as missed"
            )
        bad = problems.are_bad or code is ExitCode.PARTLY or bool(unknown)
        return Evaluated(
            judged,
            evaluate(judged),
            misses,
            articles,
            _left_out(run),
            ExitCode.PARTLY if bad else ExitCode.DONE,
        )


# --- known articles -----------------------------------------------------------------------


def articles_from_files(
    files: Sequence[str], limits: Limits, *, quiet: bool
) -> Callable[[Engine], ExitCode]:
    """Return what fills a store with the articles of files."""

    def fill(engine: Engine) -> ExitCode:
        # Its summary is no result of this command.
        with redirect_stdout(sys.stderr):
            code = load(engine, "articles", list(files), limits, quiet=quiet)
        if code is ExitCode.NOT_STARTED:
            raise CommandError(code, "no file of articles could be opened")
        with reading(engine) as connection:
            if not count_known_articles(connection):
                raise CommandError(ExitCode.NOT_STARTED, "there is no article in the files")
        return code

    return fill


def articles_from_store(source: Engine, *, quiet: bool) -> Callable[[Engine], ExitCode]:
    """Return what fills a store with the known articles of another, which is only read."""

    def fill(engine: Engine) -> ExitCode:
        matcher = Matcher()
        done = 0
        with (
            reading(source) as connection,
            Progress("index", "articles", quiet=quiet) as progress,
        ):
            total = count_known_articles(connection)
            if not total:
                raise CommandError(
                    ExitCode.NOT_STARTED,
                    "the store has no known article: load some, or name files with --articles",
                )
            records = read_known_articles(connection)
            while batch := list(islice(records, BATCH_ARTICLES)):
                with writing(engine) as target:
                    matcher.save_articles(target, batch, None, datetime.now(UTC))
                done += len(batch)
                progress.update(done, done / total)
        return ExitCode.DONE

    return fill


# --- posts --------------------------------------------------------------------------------


class _LabelledPosts:
    """Reads posts with their truth, and remembers which became which row of the store."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._now = datetime.now(UTC)
        self.truths: dict[Identity, Truth] = {}
        self.ids: dict[Identity, int] = {}

    def read(self, fields: Any) -> Reading[PostRecord]:
        """Return the record of a line; keep its truth."""
        truth = read_truth(fields)
        found = read_post(fields, self.limits, self._now)
        self.truths[found.record.board_url, found.record.native_id] = truth
        return found

    def save(
        self,
        matcher: Matcher,
        connection: Connection,
        records: list[PostRecord],
        run_id: int,
        now: datetime,
    ) -> list[Outcome]:
        """Match and store posts."""
        every = matcher.save_posts(connection, records, run_id, now)
        for record, saved in zip(records, every, strict=True):
            self.ids[record.board_url, record.native_id] = saved.post_id
        return [saved.outcome for saved in every]


def _load(
    files: Sequence[str],
    posts: _LabelledPosts,
    engine: Engine,
    run: Run,
    problems: Problems,
    progress: Progress,
) -> int:
    """Load the posts of files; return how many files could be opened."""
    loader: Loader[PostRecord] = Loader(engine, run, problems, posts.read, posts.save, BATCH_POSTS)
    opened = 0
    try:
        for name in files:
            try:
                with open_input(name) as source:
                    loader.begin(source.name)
                    try:
                        for row in read_rows(source, posts.limits):
                            if _is_live(row.fields):
                                loader.take(row.line, row.fields)
                            else:
                                run.stats["post/not_live"] += 1
                            share = source.position() / source.size if source.size else None
                            progress.update(loader.taken, share)
                    finally:
                        loader.flush()
                opened += 1
            except BadInputError as error:
                problems.bad_file(name, error)
                opened += error.reason not in NOT_OPENED
    finally:
        problems.summarise()
    return opened


def _is_live(fields: Any) -> bool:
    """Tell a post that readers could see from a secret or deleted one, which has no text."""
    status = None if isinstance(fields, BadInputError) else fields.get("status")
    return status is None or status == Status.LIVE


def _rematch(engine: Engine, *, quiet: bool) -> None:
    with Progress("rematch", "steps", quiet=quiet) as progress:
        Matcher().rematch(
            engine,
            None,
            datetime.now(UTC),
            lambda done, total: progress.update(done, done / total),
        )


def _left_out(run: Run) -> dict[str, int]:
    starts = ("line/bad/", "record/failed/", "file/bad/")
    found = {
        name.partition("/")[2].replace("/", " "): number
        for name, number in sorted(run.stats.items())
        if name.startswith(starts)
    }
    if run.stats["post/not_live"]:
        found["not live"] = run.stats["post/not_live"]
    return found


# --- answers ------------------------------------------------------------------------------


def _unknown_articles(connection: Connection, posts: _LabelledPosts) -> list[str]:
    """Return the ids that labels call known and that no article has: a slip, or a file too few."""
    known = set(connection.scalars(select(article.c.key).where(article.c.origin == Origin.KNOWN)))
    named = {key for truth in posts.truths.values() if truth.is_known for key in truth.articles}
    return sorted(named - known)


def _judge(connection: Connection, posts: _LabelledPosts) -> list[Judged]:
    """Return the truth and the answer of each post, in the order of `posts.ids`."""
    links: dict[int, list[AnsweredLink]] = defaultdict(list)
    families: dict[int, str] = {}
    for row in read_view(connection, "mirrors"):
        if row.origin == Origin.KNOWN:
            links[row.post_id].append(
                AnsweredLink(
                    row.article_key,
                    row.score,
                    Relation(row.relation),
                    row.coverage,
                    row.copies,
                    row.cut,
                )
            )
        else:
            families.setdefault(row.post_id, str(row.article_id))
    lures: dict[int, dict[LureKind, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in read_view(connection, "lures"):
        lures[row.post_id][LureKind(row.kind)].add(row.value)
    spam = {row.post_id: row.is_spam for row in read_view(connection, "posts")}
    return [
        Judged(
            posts.truths[identity],
            Answer(
                tuple(links[post_id]),
                families.get(post_id),
                {kind: frozenset(values) for kind, values in lures[post_id].items()},
                spam.get(post_id),
            ),
        )
        for identity, post_id in posts.ids.items()
    ]


def _misses(connection: Connection, ids: Sequence[int], judged: Sequence[Judged]) -> Iterator[Miss]:
    for kind, places in worst(judged, MISSES).items():
        for at in places:
            truth = judged[at].truth
            source = None
            if truth.is_copy and truth.articles:
                source = _source(connection, truth.articles[0])
            yield Miss(kind, truth, read_explanation(connection, ids[at]), source)


def _source(connection: Connection, key: str) -> Source | None:
    row = connection.execute(
        select(article.c.key, article.c.title, article.c.text).where(article.c.key == key)
    ).first()
    return None if row is None or row.key is None else Source(row.key, row.title, row.text)
