"""The store at a glance, as text for a terminal or a pipe.

`read_report` reads all of it at one time, `print_report` writes it.  What spammers
wrote goes through `printable` and never through rich's markup.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection, Engine

from crawler.explanation import print_explanation
from crawler.terminal import new_console, one_line, printable
from crawler.wording import RELATIONS, composed, shown_time
from models.engine import reading
from models.engine import shown as shown_url
from models.explanation import Explanation, read_explanation
from models.queries import (
    AnyRow,
    RelationCount,
    Totals,
    best_example,
    board_table,
    mirrors_by_relation,
    run_history,
    top_articles,
    top_campaigns,
    top_families,
    top_lures,
    totals,
)
from models.relation import LureKind

TOP = 10
"""Rows of a table, unless somebody asks for more."""
LURES_A_KIND = 6


@dataclass(frozen=True, slots=True)
class Report:
    """What the report says, as it is in the store."""

    totals: Totals
    boards: list[AnyRow]
    relations: list[RelationCount]
    articles: list[AnyRow]
    families: list[AnyRow]
    lures: list[AnyRow]
    campaigns: list[AnyRow]
    runs: list[AnyRow]
    example: Explanation | None
    """The most telling mirror's post."""


def read_report(connection: Connection, top: int) -> Report:
    """Read the report.

    Args:
        connection: of `models.engine.reading`.
        top: the longest that a table gets.
    """
    telling = best_example(connection)
    return Report(
        totals=totals(connection),
        boards=board_table(connection)[:top],
        relations=mirrors_by_relation(connection),
        articles=top_articles(connection, top),
        families=top_families(connection, top),
        lures=top_lures(connection, min(top, LURES_A_KIND)),
        campaigns=top_campaigns(connection, top),
        runs=run_history(connection, min(top, 5)),
        example=None if telling is None else read_explanation(connection, telling),
    )


# --- sections -------------------------------------------------------------------------


def print_report(console: Console, report: Report, store: str) -> None:
    """Write the report; *store* is its address as people may see it."""
    console.print(Text.assemble(("pumgeul report", "bold"), f"  {printable(store)}"))
    console.print(_totals(report.totals))
    if not report.totals.posts and not report.totals.known_articles:
        console.print()
        console.print(
            Text(
                "The store is empty: `scrapy load articles FILE`, then"
                " `scrapy crawl board -a url=URL` or `scrapy load posts FILE`."
            )
        )
    for heading, table in (
        ("Boards", _boards(report.boards)),
        ("Mirrors by relation", _relations(report.relations)),
        ("Articles that are copied most", _articles(report.articles)),
        ("Families: copies of an article that is not known", _families(report.families)),
        ("Lures: what the copies carry", _lures(report.lures)),
        ("Campaigns: posts that belong together", _campaigns(report.campaigns)),
        ("Last runs", _runs(report.runs)),
    ):
        if table.row_count:
            _print_heading(console, heading)
            console.print(table)
    if report.example is not None:
        _print_heading(console, "One post in full")
        print_explanation(console, report.example)


def _print_heading(console: Console, heading: str) -> None:
    console.print()
    console.print(Text(heading, style="bold cyan"))


def _totals(figures: Totals) -> Text:
    return Text(
        f"{figures.posts:,} posts on {figures.boards:,} boards"
        f" ({figures.live_posts:,} readable, {figures.spam_posts:,} spam);"
        f" {figures.mirror_posts:,} copy articles ({figures.mirrors:,} mirrors),"
        f" {figures.quotes:,} quotes;"
        f" {figures.known_articles:,} known articles, {figures.inferred_articles:,} inferred."
        " Times are Korean (KST)."
    )


def _table(*columns: str, text: Sequence[str] = ()) -> Table:
    """Return a table whose columns hold figures but those of *text*, the first of which grows."""
    table = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    for name in columns:
        if name in text:
            grows = name == text[0]
            table.add_column(
                name, overflow="fold" if grows else "ellipsis", no_wrap=not grows, ratio=None
            )
        else:
            table.add_column(name, justify="right", no_wrap=True)
    return table


def _boards(rows: Iterable[AnyRow]) -> Table:
    table = _table(
        "board", "engine", "posts", "mirrors", "spam", "share", "last crawl",
        text=("board", "engine"),
    )  # fmt: skip
    for row in rows:
        name = _label(" ".join(part for part in (row.name, row.url) if part) or "(no name)")
        share = "" if row.spam_share is None else f"{row.spam_share:.0%}"
        table.add_row(
            name,
            _label(row.engine or ""),
            f"{row.posts:,}",
            f"{row.mirrors:,}",
            f"{row.spam:,}",
            share,
            shown_time(row.last_crawled_at),
        )
    return table


def _relations(rows: Sequence[RelationCount]) -> Table:
    table = _table("relation", "posts", "links", "spam links", "", "meaning", text=("meaning",))
    table.columns[0].justify = table.columns[4].justify = "left"
    most = max((row.links for row in rows), default=0)
    for row in rows:
        bar = "█" * max(1, round(12 * row.links / most))
        table.add_row(
            row.relation.value,
            f"{row.posts:,}",
            f"{row.links:,}",
            f"{row.spam:,}",
            Text(bar, style="cyan"),
            RELATIONS[row.relation],
        )
    return table


def _articles(rows: Iterable[AnyRow]) -> Table:
    table = _table(
        "posts", "boards", "article", "publisher", "published", text=("article", "publisher")
    )
    for row in rows:
        title = row.title or row.url or row.article_key or row.text
        table.add_row(
            f"{row.posts:,}",
            f"{row.boards:,}",
            _label(title),
            _label(row.publisher or "", 24),
            _day(row.published_at),
        )
    return table


def _families(rows: Iterable[AnyRow]) -> Table:
    table = _table("posts", "boards", "first seen", "begins", text=("begins",))
    for row in rows:
        table.add_row(f"{row.posts:,}", f"{row.boards:,}", _day(row.first_seen), _label(row.text))
    return table


def _lures(rows: Iterable[AnyRow]) -> Table:
    table = _table("kind", "value (posts)", text=("value (posts)",))
    table.columns[0].justify = "left"
    order = {kind.value: at for at, kind in enumerate(LureKind)}
    by_kind: dict[str, list[AnyRow]] = defaultdict(list)
    for row in rows:
        by_kind[str(row.kind)].append(row)
    for kind in sorted(by_kind, key=lambda name: order.get(name, len(order))):
        values = Text()
        for row in by_kind[kind]:
            values.append(", " if values else "")
            values.append(one_line(composed(row.value), 60), style="red")
            values.append(f" ({row.posts:,})")
        table.add_row(kind, values)
    return table


def _campaigns(rows: Iterable[AnyRow]) -> Table:
    table = _table(
        "id",
        "posts",
        "boards",
        "tied by",
        "keyword",
        "first seen",
        "last seen",
        text=("tied by", "keyword"),
    )
    for row in rows:
        table.add_row(
            str(row.campaign_id),
            f"{row.posts:,}",
            f"{row.boards:,}",
            _label(f"{row.kind} {row.value}", 44),
            _label(row.keyword or "", 24),
            _day(row.first_seen),
            _day(row.last_seen),
        )
    return table


def _runs(rows: Iterable[AnyRow]) -> Table:
    table = _table("run", "command", "began", "took", "outcome", "exit", text=("command",))
    table.columns[4].justify = "left"
    for row in rows:
        took = "" if row.finished_at is None else _seconds(row.finished_at - row.started_at)
        target = row.arguments.get("url") or ""
        table.add_row(
            str(row.id),
            _label(f"{row.command} {target}"),
            shown_time(row.started_at),
            took,
            row.outcome or "not ended",
            "" if row.exit_code is None else str(row.exit_code),
        )
    return table


def _seconds(length: timedelta) -> str:
    whole = int(length.total_seconds())
    return f"{whole // 60:,}:{whole % 60:02}" if whole >= 60 else f"{whole} s"


def _day(time: datetime | None) -> str:
    return shown_time(time)[:10]


def _label(text: str, longest: int = 80) -> Text:
    return Text(one_line(composed(text), longest))


# --- the report of a store ------------------------------------------------------------


def show_report(engine: Engine, *, top: int = TOP) -> None:
    """Write the report of a store to stdout."""
    with reading(engine) as connection:
        report = read_report(connection, top)
    print_report(new_console(), report, shown_url(engine.url))
