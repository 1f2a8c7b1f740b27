"""What each part of the matching is worth: `python -m tests.benchmarks.ablations ARTICLES POSTS`.

Each row leaves one part out, or does it in another way, and matches all labelled posts
(as `scrapy evaluate` takes them) with all articles, in a store of its own.  Figures are at
the tool's own threshold.  *words shuffled* is the recall of each tenth copy that is not short, its
words put in another order by tens beside all else that was done to it; *syllables pushed in* that of
the same ones with a syllable that any text has after every five to ten letters; ms are of CPU a post,
look-up, alignment and verdict, without storing.
"""

import math
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from models.engine import open_store
from models.records import ArticleRecord
from models.relation import Relation
from models.write import writing
from pipelines import match
from pipelines.core import article_keys, passages, verdict
from pipelines.core.calibration import Evidence
from pipelines.core.normalise import normalise
from tests.core.sample_text import pushed_in, shuffled
from tests.quality.fit_calibration import BATCH, MOVED, NOW, UNTOLD, lines

RECIPE = passages.RECIPE
TREATED = 10
"""One copy in so many is matched with its words in another order, too, and with syllables pushed in."""
LEAST_TREATED = 300
"""Characters of such a post: a short one keeps too few words to tell."""
PUSHED_IN = "이가은는을를에의도고로만다나지"


def fixed_rule(evidence: Evidence) -> float:
    """Judge by sqrt(equal characters) × share of the post alone, the best rule of two figures."""
    strength = math.exp(evidence.equal / 2 + evidence.share)
    return 1.0 if strength >= 1.97 else 0.0


def keyed_with(recipe: passages.Recipe) -> list[Any]:
    return [
        patch.object(match, "article_keys", partial(article_keys.article_keys, recipe=recipe)),
        patch.object(match, "query_keys", partial(passages.query_keys, recipe=recipe)),
        patch.object(match, "gapped_keys", partial(passages.gapped_keys, recipe=recipe)),
    ]


def no_keys(*_: Any) -> passages.Keys:
    return np.empty(0, np.int32)


def parts() -> Iterator[tuple[str, list[Any]]]:
    yield "as it is", []
    yield "one value a passage looked up", keyed_with(replace(RECIPE, probes=1))
    yield "three values a passage looked up", keyed_with(replace(RECIPE, probes=3))
    yield (
        "three values of passages of twice the length",
        keyed_with(replace(RECIPE, permutations=3, reach=22, probes=3)),
    )
    yield "passages of three times the length", keyed_with(replace(RECIPE, reach=27))
    yield "no more keys of an article's start", keyed_with(replace(RECIPE, lead=0))
    yield (
        "no keys of words",
        [
            patch.object(article_keys, "pair_keys", no_keys),
            patch.object(match, "pair_queries", no_keys),
        ],
    )
    yield (
        "words in another order not looked for",
        [patch.object(verdict, "_scattered", lambda *_: [])],
    )
    yield (
        "no keys without a letter",
        [patch.object(match, "gapped_keys", no_keys)],
    )
    yield "shingles of 5", keyed_with(replace(RECIPE, shingle=5))
    yield (
        "keys of all characters, not of common syllables",
        [patch.object(passages, "key_letters", lambda codes: codes)],
    )
    yield (
        "a fixed rule in place of the calibration",
        [patch.object(verdict, "probability", fixed_rule)],
    )
    yield (
        "boilerplate not looked for",
        [patch.object(verdict, "probability", without("widely_shared"))],
    )
    yield (
        "what was pushed in not sifted out",
        [
            patch.object(verdict.Query, "sifted", lambda codes: None),
            patch.object(passages, "sifted_places", passages.common_places),
        ],
    )
    yield (
        "no pieces between runs",
        [patch.object(verdict, "_bridged", lambda chains, *_: list(chains))],
    )


def without(name: str) -> Callable[[Evidence], float]:
    weigh = verdict.probability
    return lambda evidence: weigh(evidence._replace(**{name: 0.0}))


@contextmanager
def all_of(patches: list[Any]) -> Iterator[None]:
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in reversed(patches):
            each.stop()


def measure(articles: Path, posts: Path) -> dict[str, float]:
    matcher = match.Matcher()
    right = linked = copies = relations = 0
    found_sources = sources = 0
    treated = 0
    found_treated = [0, 0]
    covered: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        engine = open_store(f"sqlite:///{folder}/store.sqlite3", match.Matcher.recipe())
        records = [
            ArticleRecord(key=line["id"], text=line["text"], title=line.get("title"))
            for line in lines(articles)
        ]
        for at in range(0, len(records), BATCH):
            with writing(engine) as connection:
                matcher.save_articles(connection, records[at : at + BATCH], None, NOW)
        taken, count = 0.0, 0
        with engine.connect() as connection:
            keys = dict(connection.execute(text("SELECT id, key FROM article")).all())
            for post in lines(posts):
                truth = post["truth"]
                if truth.get("neg") in UNTOLD:
                    continue
                begin = time.process_time()
                body = post["text"]
                (links,) = matcher.find_links(connection, [(body, normalise(body))])
                taken += time.process_time() - begin
                count += 1
                wanted = truth["article_ids"] if truth["known"] else []
                copies += bool(wanted)
                is_long = len(wanted) == 1 and len(post["text"]) >= LEAST_TREATED
                if is_long and copies % TREATED == 0:
                    treated += 1
                    for at, body in enumerate(
                        (shuffled(post["text"], MOVED), pushed_in(post["text"], PUSHED_IN))
                    ):
                        found_treated[at] += any(
                            keys[link.article.id] in wanted and link.relation is not Relation.QUOTE
                            for link in matcher.find_links(connection, [(body, normalise(body))])[0]
                        )
                named = [
                    keys[link.article.id] for link in links if link.relation is not Relation.QUOTE
                ]
                if truth["relation"] == "collage" and wanted:
                    sources += len(wanted)
                    found_sources += len(set(wanted) & set(named))
                if named:
                    linked += 1
                    if named[0] in {*wanted, *(truth["alt_ids"] if wanted else ())}:
                        right += 1
                        relations += links[0].relation == truth["relation"]
                        told = truth["coverages"].get(named[0], truth["coverage"])
                        covered.append(abs(links[0].coverage - told))
        engine.dispose()
    return {
        "precision": right / max(1, linked),
        "recall": right / max(1, copies),
        "sources of a collage": found_sources / max(1, sources),
        "words shuffled": found_treated[0] / max(1, treated),
        "syllables pushed in": found_treated[1] / max(1, treated),
        "relation": relations / max(1, right),
        "coverage, mean error": float(np.mean(covered)),
        "ms a post": 1000 * taken / max(1, count),
    }


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    articles, posts = map(Path, arguments)
    table = Table(title=f"{articles.name}, {posts.name}, {datetime.now(UTC):%Y-%m-%d}")
    table.add_column("")
    for name, patches in parts():
        with all_of(patches):
            row = measure(articles, posts)
        if not table.rows:
            for column in row:
                table.add_column(column, justify="right")
        table.add_row(
            name, *(f"{value:.4f}" if value < 1 else f"{value:.2f}" for value in row.values())
        )
    Console(width=160).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
