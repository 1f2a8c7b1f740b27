"""The store at a glance, as text for a terminal or a pipe.

`read_report` reads all of it at one time, `print_report` writes it.  What spammers
wrote goes through `printable` and never through rich's markup.
"""

import io
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import groupby

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from sqlalchemy import Connection, Engine, or_, select

from crawler.command import CommandError
from crawler.exit_codes import ExitCode
from crawler.terminal import one_line, printable
from models import matching, views
from models.engine import reading
from models.engine import shown as shown_url
from models.queries import (
    AnyRow,
    RelationCount,
    Totals,
    best_example,
    board_table,
    mirrors_by_relation,
    read_spans,
    run_history,
    top_articles,
    top_campaigns,
    top_families,
    top_lures,
    totals,
)
from models.records import Span
from models.relation import LureKind, Relation
from models.schema import post

KST = timezone(timedelta(hours=9))
"""What the report's times are in: the boards' own."""

TOP = 10
"""Rows of a table, unless somebody asks for more."""
LEAST_WIDTH = 60
"""Columns below which tables cannot be read."""
SHOWN_BODY_CHARS = 20_000
"""Characters of a post that are shown; the rest is only counted."""
SHOWN_HIDDEN = 5
LURES_A_KIND = 6

MEANINGS = {
    Relation.EXACT: "all of the article",
    Relation.TRUNCATED: "from its start, cut off",
    Relation.EXCERPT: "a stretch from elsewhere",
    Relation.EDITED: "words changed, sentences dropped or shuffled",
    Relation.COLLAGE: "stretches of several articles",
    Relation.QUOTE: "a short quotation in own text (no mirror)",
}


@dataclass(frozen=True, slots=True)
class Copied:
    """One article in the post that is shown, and where it stands there."""

    link: AnyRow
    """A row of the view `mirrors` or `quotes`."""
    spans: list[Span]
    article_text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The post that is shown in full."""

    post: AnyRow
    """A row of the view `posts`."""
    hidden: list[str]
    copied: list[Copied]
    """Best first."""
    lures: list[AnyRow]


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
    shown: Shown | None


def read_report(connection: Connection, top: int, post_key: str | None = None) -> Report:
    """Read the report.

    Args:
        connection: of `models.engine.reading`.
        top: the longest that a table gets.
        post_key: key or URL of the post to show; None shows the most telling mirror.

    Raises:
        KeyError: no post has that key.
    """
    return Report(
        totals=totals(connection),
        boards=board_table(connection)[:top],
        relations=mirrors_by_relation(connection),
        articles=top_articles(connection, top),
        families=top_families(connection, top),
        lures=top_lures(connection, min(top, LURES_A_KIND)),
        campaigns=top_campaigns(connection, top),
        runs=run_history(connection, min(top, 5)),
        shown=_read_shown(connection, post_key),
    )


def _read_shown(connection: Connection, key: str | None) -> Shown | None:
    posts = views.posts
    if key is None:
        example = best_example(connection)
        if example is None:
            return None
        where = posts.c.post_id == example.mirror.post_id
    else:
        where = or_(posts.c.post_key == key, posts.c.post_url == key)
    # Two boards may use the same key; the first post that came with it is shown.
    row = connection.execute(select(posts).where(where).order_by(posts.c.post_id)).first()
    if row is None:
        raise KeyError(key)
    hidden = connection.execute(select(post.c.hidden).where(post.c.id == row.post_id)).scalar_one()
    links: list[AnyRow] = []
    for view in (views.mirrors, views.quotes):
        here = select(view).where(view.c.post_id == row.post_id).order_by(view.c.position)
        links += connection.execute(here).all()
    texts = matching.read_articles(connection, [link.article_id for link in links])
    text_of = {article.id: article.text for article in texts}
    lures = views.lures
    found = connection.execute(
        select(lures).where(lures.c.post_id == row.post_id).order_by(lures.c.position)
    )
    return Shown(
        post=row,
        hidden=hidden,
        copied=[
            Copied(
                link,
                read_spans(connection, row.post_id, link.article_id),
                text_of.get(link.article_id, ""),
            )
            for link in links
        ],
        lures=list(found.all()),
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
    if report.shown is not None:
        print_post(console, report.shown)


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
            _time(row.last_crawled_at),
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
            MEANINGS[row.relation],
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
            values.append(one_line(_composed(row.value), 60), style="red")
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
            _time(row.started_at),
            took,
            row.outcome or "not ended",
            "" if row.exit_code is None else str(row.exit_code),
        )
    return table


def _seconds(length: timedelta) -> str:
    whole = int(length.total_seconds())
    return f"{whole // 60:,}:{whole % 60:02}" if whole >= 60 else f"{whole} s"


def _time(time: datetime | None) -> str:
    return "" if time is None else f"{time.astimezone(KST):%Y-%m-%d %H:%M}"


def _day(time: datetime | None) -> str:
    return _time(time)[:10]


def _label(text: str, longest: int = 80) -> Text:
    return Text(one_line(_composed(text), longest))


def _composed(text: str) -> str:
    """Put decomposed syllables together: most terminals draw them one by one."""
    return unicodedata.normalize("NFC", text)


# --- one post in full -----------------------------------------------------------------

_COPY_STYLES = ("green", "blue", "magenta", "yellow", "cyan")
_PAYLOAD_STYLE = "bold red"


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of a body's characters of one kind."""

    text: str
    copy: tuple[int, int] | None = None
    """Article (index in `Shown.copied`) and copy that it is part of."""
    is_payload: bool = False


def print_post(console: Console, shown: Shown) -> None:
    """Write one post with what it copies, where that is cut, and what it carries marked."""
    row = shown.post
    _print_heading(console, "One post in full")
    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(no_wrap=True, style="dim")
    facts.add_column(overflow="fold")
    facts.add_row("title", _label(row.title or "(none)", 300))
    where = [
        row.post_url or row.post_key,
        f"by {row.author}" if row.author else "",
        _time(row.posted_at),
    ]
    facts.add_row("post", _label(" · ".join(part for part in where if part), 400))
    for number, copied in enumerate(shown.copied):
        facts.add_row(f"article {_letter(number)}", _describe_article(copied))
        facts.add_row("", _describe_link(copied))
        if copied.link.cut is not None:
            facts.add_row("", _describe_cut(copied))
    if not shown.copied:
        facts.add_row("articles", "none: the post copies nothing that is known")
    judged = "spam" if row.is_spam else "no spam"
    reasons = row.reasons.replace(",", ", ").replace("_", " ") if row.reasons else ""
    facts.add_row("verdict", Text(judged + (f": {reasons}" if reasons else "")))
    if shown.lures:
        facts.add_row("payload", _describe_lures(shown.lures))
    for text in shown.hidden[:SHOWN_HIDDEN]:
        facts.add_row("hidden", _label(text, 200))
    if len(shown.hidden) > SHOWN_HIDDEN:
        facts.add_row("", f"… and {len(shown.hidden) - SHOWN_HIDDEN:,} more hidden stretches")
    console.print(facts)
    console.print()
    console.print(_legend(shown))
    console.print()
    console.print(Padding(_marked_body(shown), (0, 0, 0, 2)))


def _describe_article(copied: Copied) -> Text:
    link = copied.link
    if link.origin == "inferred":
        return Text.assemble("(inferred from its copies) ", _label(copied.article_text, 60))
    parts = [link.article_title or link.article_key or "", link.publisher or ""]
    return _label(" · ".join(filter(None, [*parts, _time(link.published_at)])), 300)


def _describe_link(copied: Copied) -> Text:
    link = copied.link
    relation = Relation(link.relation)
    text = Text(f"{relation.value} ({MEANINGS[relation]}); ")
    times = "once" if link.copies == 1 else "twice" if link.copies == 2 else f"{link.copies} times"
    text.append(
        f"{link.coverage:.0%} of the article, {link.share:.0%} of the post, pasted {times};"
        f" identity {link.identity:.0%}, score {link.score:.2f}"
    )
    return text


def _describe_cut(copied: Copied) -> Text:
    """Show the article around the place where its longest copy breaks off."""
    cut = copied.link.cut
    article = copied.article_text
    before = one_line(article[max(0, cut - 18) : cut].replace("\n", " "))
    after = one_line(article[cut : cut + 18].replace("\n", " "))
    text = Text(f"cut after {cut:,} of {len(article):,} characters: …{before}")
    text.append(" ✂ ", style=_PAYLOAD_STYLE)
    # An inferred article is known no further than its copies go.
    text.append(f"{after}…" if after else "(what follows is not known)", style="dim")
    others = [at for at in copied.link.cuts if at != cut]
    if others:
        shown = ", ".join("whole" if at is None else f"{at:,}" for at in others[:8])
        text.append(f"; other copies: {shown}")
    return text


def _describe_lures(lures: Iterable[AnyRow]) -> Text:
    text = Text()
    for row in lures:
        text.append("; " if text else "")
        text.append(f"{row.kind} ")
        text.append(one_line(_composed(row.value), 80), style=_PAYLOAD_STYLE)
        if row.raw != row.value:
            text.append(f" (written {one_line(_composed(row.raw), 80)})")
    return text


def _legend(shown: Shown) -> Text:
    text = Text()
    for at, (article, copy) in enumerate(_copies(shown)[:6]):
        style = _COPY_STYLES[at % len(_COPY_STYLES)]
        name = _copy_name(shown, article, copy)
        text.append(f"⟦{name} …⟧", style=style)
        text.append(
            f" copy {copy}" + (f" of article {_letter(article)}" if _is_mixed(shown) else "")
        )
        text.append("   ")
    if shown.copied:
        text.append("✂", style=_PAYLOAD_STYLE)
        text.append(" breaks off   ")
    text.append("«…»", style=_PAYLOAD_STYLE)
    text.append(" payload")
    return text


def _marked_body(shown: Shown) -> Text:
    body = shown.post.body
    order = _copies(shown)
    text = Text(overflow="fold")
    segments = list(segments_of(body[:SHOWN_BODY_CHARS], shown))
    last = {segment.copy: at for at, segment in enumerate(segments)}
    for at, segment in enumerate(segments):
        written = _composed(printable(segment.text))
        if segment.copy is not None:
            article, copy = segment.copy
            style = _COPY_STYLES[order.index(segment.copy) % len(_COPY_STYLES)]
            text.append(f"⟦{_copy_name(shown, article, copy)} ", style=f"bold {style}")
            text.append(written, style=style)
            cuts = shown.copied[article].link.cuts
            if last[segment.copy] == at and copy <= len(cuts) and cuts[copy - 1] is not None:
                text.append(" ✂", style=_PAYLOAD_STYLE)
            text.append("⟧", style=f"bold {style}")
        elif segment.is_payload:
            text.append(f"«{written}»", style=_PAYLOAD_STYLE)
        else:
            text.append(written)
    if len(body) > SHOWN_BODY_CHARS:
        text.append(f"\n… and {len(body) - SHOWN_BODY_CHARS:,} more characters", style="dim")
    if not body:
        text.append(f"(no text; status {shown.post.status})", style="dim")
    return text


def segments_of(body: str, shown: Shown) -> Iterator[Segment]:
    """Yield the body in pieces: copied, payload, or neither.  Together they are the body."""
    kinds: list[tuple[int, int] | bool] = [False] * len(body)
    # The best article last, so that it wins where two claim the same text.
    for article, copied in reversed(list(enumerate(shown.copied))):
        for span in copied.spans:
            end = min(span.post_end, len(body))
            kinds[span.post_start : end] = [(article, span.copy)] * (end - span.post_start)
    for raw in sorted({row.raw for row in shown.lures if row.raw}, key=len):
        at = body.find(raw)
        while at >= 0:
            for place in range(at, at + len(raw)):
                if kinds[place] is False:
                    kinds[place] = True
            at = body.find(raw, at + len(raw))
    pieces: list[Segment] = []
    start = 0
    for kind, run in groupby(kinds):
        end = start + sum(1 for _ in run)
        copy = kind if isinstance(kind, tuple) else None
        pieces.append(Segment(body[start:end], copy, kind is True))
        start = end
    yield from _joined(pieces)


def _joined(pieces: Sequence[Segment]) -> Iterator[Segment]:
    """Join stretches of a copy between which no letter or digit stands."""
    at = 0
    while at < len(pieces):
        text, copy = pieces[at].text, pieces[at].copy
        while (
            copy is not None
            and at + 2 < len(pieces)
            and pieces[at + 2].copy == copy
            and pieces[at + 1].copy is None
            and not any(map(str.isalnum, pieces[at + 1].text))
        ):
            text += pieces[at + 1].text + pieces[at + 2].text
            at += 2
        yield Segment(text, copy, pieces[at].is_payload)
        at += 1


def _copies(shown: Shown) -> list[tuple[int, int]]:
    """Return (article, copy) in the order in which they begin in the body."""
    begins: dict[tuple[int, int], int] = {}
    for article, copied in enumerate(shown.copied):
        for span in copied.spans:
            key = (article, span.copy)
            begins[key] = min(begins.get(key, span.post_start), span.post_start)
    return sorted(begins, key=lambda key: (begins[key], key))


def _copy_name(shown: Shown, article: int, copy: int) -> str:
    return f"{_letter(article)}{copy}" if _is_mixed(shown) else str(copy)


def _is_mixed(shown: Shown) -> bool:
    return len(shown.copied) > 1


def _letter(article: int) -> str:
    return chr(ord("A") + article) if article < 26 else f"#{article + 1}"


# --- the report of a store ------------------------------------------------------------


class _Console(Console):
    """Leaves it to the command what a reader that goes away means."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def show_report(engine: Engine, *, top: int = TOP, post_key: str | None = None) -> None:
    """Write the report of a store to stdout.

    Raises:
        CommandError: no post has the key.
    """
    try:
        with reading(engine) as connection:
            report = read_report(connection, top, post_key)
    except KeyError:
        raise CommandError(
            ExitCode.NOT_STARTED, f"no post has the id or URL {post_key!r}"
        ) from None
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A locale without Hangul must not end the report.
        sys.stdout.reconfigure(errors="replace")
    console = _Console(highlight=False, markup=False, emoji=False)
    console.width = max(console.width, LEAST_WIDTH)
    print_report(console, report, shown_url(engine.url))
