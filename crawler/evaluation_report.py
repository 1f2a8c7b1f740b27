"""An evaluation as a table for a terminal, and as JSON."""

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crawler.evaluation import Evaluated, Miss
from crawler.terminal import one_line
from crawler.wording import composed
from pipelines.core.scoring import Evaluation, Measure

ERRORS = frozenset({"coverage, mean error", "Brier", "calibration error"})
"""Measures of which less is better."""
FALSE_LINKS = "false links"
MISSES_A_KIND = 3


def print_evaluation(console: Console, evaluated: Evaluated) -> None:
    """Write what was measured, and the worst misses."""
    found = evaluated.evaluation
    console.print(Text("pumgeul evaluation", style="bold"))
    console.print(Text(summary(evaluated)))
    if evaluated.left_out:
        left = ", ".join(f"{name} {number:,}" for name, number in evaluated.left_out.items())
        console.print(Text(f"left out: {left}"))
    for group, measures in found.measures.items():
        console.print()
        console.print(Text(group.capitalize(), style="bold cyan"))
        console.print(_table(measures))
    if found.confusion:
        console.print()
        console.print(Text("Relations taken for others", style="bold cyan"))
        console.print(_confusion(found))
    if found.reliability:
        console.print()
        console.print(Text("Score and how often it is right", style="bold cyan"))
        console.print(_reliability(found))
    _print_misses(console, evaluated)


def summary(evaluated: Evaluated) -> str:
    """Say what was measured on."""
    found = evaluated.evaluation
    return (
        f"{found.posts:,} posts against {evaluated.articles:,} known articles;"
        f" {found.copies:,} copy one, {found.links:,} were linked."
        " An interval holds the true figure 19 times in 20."
    )


def _plain_table() -> Table:
    return Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )


def _table(measures: Mapping[str, Measure]) -> Table:
    table = _plain_table()
    table.add_column("", overflow="fold")
    for name in ("measured", "interval", "of"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, measure in measures.items():
        table.add_row(
            Text(one_line(name, 60)),
            f"{measure.value:.4f}",
            f"{measure.low:.3f} to {measure.high:.3f}",
            f"{measure.of:,}",
        )
    return table


def _confusion(found: Evaluation) -> Table:
    table = _plain_table()
    table.add_column("true")
    table.add_column("answered")
    table.add_column("links", justify="right")
    wrong = {pair: number for pair, number in found.confusion.items() if pair[0] != pair[1]}
    for (true, said), number in sorted(wrong.items(), key=lambda item: (-item[1], item[0])):
        table.add_row(true, said, f"{number:,}")
    if not wrong:
        table.add_row("", "none", "")
    return table


def _reliability(found: Evaluation) -> Table:
    table = _plain_table()
    for name in ("score", "mean", "right", "interval", "links"):
        table.add_column(name, justify="right")
    for each in found.reliability:
        table.add_row(
            f"{each.least:.2f} to {each.most:.2f}",
            f"{each.mean:.3f}",
            f"{each.right.value:.3f}",
            f"{each.right.low:.3f} to {each.right.high:.3f}",
            f"{each.right.of:,}",
        )
    return table


def _print_misses(console: Console, evaluated: Evaluated) -> None:
    shown: dict[str, int] = {}
    for miss in evaluated.misses:
        number = shown.get(miss.kind, 0)
        shown[miss.kind] = number + 1
        if number >= MISSES_A_KIND:
            continue
        if not number:
            console.print()
            console.print(Text(f"Worst: {miss.kind}", style="bold cyan"))
        row = miss.explanation.post
        console.print(Text(f"{one_line(row.post_key, 80)}: {describe(miss)}"))
        console.print(Text(f"  {one_line(composed(row.body), 150)}", style="dim"))


def describe(miss: Miss) -> str:
    """Say in one line what should have come out and what did."""
    truth = miss.truth
    parts = []
    if truth.is_copy and truth.relation is not None:
        parts.append(f"{truth.relation.value} of {', '.join(truth.articles)}")
        if truth.letters is not None:
            parts.append(f"{truth.letters:,} letters kept")
        if truth.coverage is not None:
            parts.append(f"{truth.coverage:.0%} of it")
    else:
        parts.append(truth.negative.replace("_", " "))
    if truth.changes:
        parts.append(", ".join(truth.changes))
    answers = [
        f"{copied.link.relation} of {copied.link.article_key or 'an inferred article'}"
        f" (score {copied.link.score:.2f})"
        for copied in miss.explanation.copied
    ]
    return one_line(f"{'; '.join(parts)} → {', '.join(answers) or 'nothing found'}", 400)


def as_json(evaluated: Evaluated) -> dict[str, Any]:
    """Return the evaluation as plain values."""
    found = evaluated.evaluation
    return {
        "posts": found.posts,
        "copies": found.copies,
        "links": found.links,
        "articles": evaluated.articles,
        "left_out": dict(evaluated.left_out),
        "measures": {
            group: {name: _plain(measure) for name, measure in measures.items()}
            for group, measures in found.measures.items()
        },
        "confusion": [
            {"true": true, "answered": said, "links": number}
            for (true, said), number in sorted(found.confusion.items())
        ],
        "reliability": [
            {"least": b.least, "most": b.most, "mean": round(b.mean, 6), "right": _plain(b.right)}
            for b in found.reliability
        ],
        "misses": [
            {
                "kind": miss.kind,
                "post_key": miss.explanation.post.post_key,
                "board": miss.explanation.post.board_url,
                "what": describe(miss),
            }
            for miss in evaluated.misses
        ],
    }


def _plain(measure: Measure) -> dict[str, float | int]:
    return {
        "value": round(measure.value, 6),
        "low": round(measure.low, 6),
        "high": round(measure.high, 6),
        "of": measure.of,
    }
