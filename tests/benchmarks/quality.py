"""Ours beside what others use, on labelled posts: `python -m tests.benchmarks.quality`.

Without arguments on the two sets of `data/` (the demo's posts, and the harder ones that
`data/make_benchmark.py` makes); with POSTS ARTICLES on any other labelled set.

Peers get the same bodies and the same normal form (letters and digits alone), and the score
threshold that suits them best: the lowest at which .99 of their links are right, chosen on the
very posts that they are judged on.  Ours answers at its own threshold.
"""

import argparse
import math
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from datasketch import MinHash, MinHashLSH
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import CountVectorizer

from crawler.evaluation import articles_from_files, evaluate_files
from crawler.labels import read_truth
from crawler.readers import BadInputError, Limits, open_input, read_article, read_post, read_rows
from pipelines.core.normalise import normalise
from pipelines.core.scoring import (
    Answer,
    AnsweredLink,
    Evaluation,
    Judged,
    Truth,
    evaluate,
    recall_at_precision,
)
from tests.benchmarks.corpus import ROOT

PRECISION = 0.99
DATA = ROOT / "data"
COLUMNS = ("0 to 40", "40 to 80", "80 to 120")
"""Letters kept, of which the recall is shown."""
CHANGES = ("snippet", "worn", "junk", "dense", "collage")
"""Changes of the harder set, of which the recall is shown."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts in normal form, and the truth of the posts."""

    articles: dict[str, str]
    posts: list[str]
    truths: list[Truth]


def read_labelled(posts: Path, articles: Path) -> Labelled:
    limits, now = Limits(), datetime.now(UTC)
    known: dict[str, str] = {}
    for fields in rows(articles, limits):
        record = read_article(fields, limits).record
        known[record.key] = normalise(record.text).text
    texts, truths = [], []
    for fields in rows(posts, limits):
        if fields.get("status", "live") == "live":
            texts.append(normalise(read_post(fields, limits, now).record.body).text)
            truths.append(read_truth(fields))
    return Labelled(known, texts, truths)


def rows(path: Path, limits: Limits) -> Iterable[Any]:
    with open_input(str(path)) as source:
        for row in read_rows(source, limits):
            if not isinstance(row.fields, BadInputError):
                yield row.fields


# --- peers: each gives every post its best article and one or more scores of it -----------

Found = tuple[str, Sequence[float]]


def bm25(labelled: Labelled, k1: float = 1.2, b: float = 0.75) -> list[Found | None]:
    """Okapi BM25 over character 3-grams; scored raw, and as a share of the most there could be."""
    names = list(labelled.articles)
    counter = CountVectorizer(analyzer="char", ngram_range=(3, 3), lowercase=False)
    counts = counter.fit_transform(labelled.articles.values()).astype(np.float64).tocsr()
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    held = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log(1 + (len(names) - held + 0.5) / (held + 0.5))
    rows_of = np.repeat(np.arange(len(names)), np.diff(counts.indptr))
    norm = k1 * (1 - b + b * lengths[rows_of] / lengths.mean())
    counts.data = idf[counts.indices] * counts.data * (k1 + 1) / (counts.data + norm)
    found: list[Found | None] = []
    unseen = math.log(1 + (len(names) + 0.5) / 0.5) * (k1 + 1)
    for text in labelled.posts:
        query = counter.transform([text])
        query.data[:] = 1
        scores = (query @ counts.T).toarray().ravel()
        best = int(scores.argmax())
        grams = len({text[at : at + 3] for at in range(len(text) - 2)})
        most = float((query @ idf)[0]) * (k1 + 1) + unseen * (grams - query.nnz)
        if scores[best] <= 0:
            found.append(None)
        else:
            found.append(
                (names[best], (float(scores[best]), float(scores[best]) / max(most, 1e-9)))
            )
    return found


def minhash_lsh(labelled: Labelled) -> list[Found | None]:
    """datasketch's MinHashLSH at .5, 128 permutations, over 5-grams; scored by the Jaccard estimate."""
    index = MinHashLSH(threshold=0.5, num_perm=128)
    sketches = {name: sketch(text) for name, text in labelled.articles.items()}
    for name, made in sketches.items():
        index.insert(name, made)
    found: list[Found | None] = []
    for text in labelled.posts:
        made = sketch(text)
        scored = [(made.jaccard(sketches[name]), name) for name in index.query(made)]
        best = max(scored, default=None)
        found.append(None if best is None else (best[1], (float(best[0]),)))
    return found


def sketch(text: str) -> MinHash:
    made = MinHash(num_perm=128)
    made.update_batch([text[at : at + 5].encode() for at in range(max(1, len(text) - 4))])
    return made


def winnowing(labelled: Labelled, k: int = 8, window: int = 8) -> list[Found | None]:
    """Fingerprints as Schleimer et al. (2003) choose them; scored by their number and their share."""
    index: dict[int, set[str]] = defaultdict(set)
    for name, text in labelled.articles.items():
        for print_ in fingerprints(text, k, window):
            index[print_].add(name)
    found: list[Found | None] = []
    for text in labelled.posts:
        own = fingerprints(text, k, window)
        shared = Counter(name for print_ in own for name in index.get(print_, ()))
        if not shared:
            found.append(None)
            continue
        name, number = min(shared.items(), key=lambda item: (-item[1], item[0]))
        found.append((name, (float(number), number / len(own), number / math.sqrt(len(own)))))
    return found


def fingerprints(text: str, k: int, window: int) -> set[int]:
    hashes = [
        int.from_bytes(text[at : at + k].encode(), "little") * 0x9E3779B97F4A7C15 % 2**61
        for at in range(max(1, len(text) - k + 1))
    ]
    return {min(hashes[at : at + window]) for at in range(max(1, len(hashes) - window + 1))}


PEERS: dict[str, Callable[[Labelled], list[Found | None]]] = {
    "BM25, char 3-grams": bm25,
    "datasketch MinHashLSH .5, 5-grams": minhash_lsh,
    "winnowing, k 8, window 8": winnowing,
}


def at_best(labelled: Labelled, found: Sequence[Found | None]) -> Evaluation:
    """Judge a peer by the score and the threshold that suit it best."""
    scores = max((len(each[1]) for each in found if each), default=1)
    best: tuple[float, list[Judged]] | None = None
    for which in range(scores):
        judged = [
            Judged(truth, Answer((AnsweredLink(each[0], each[1][which]),) if each else ()))
            for truth, each in zip(labelled.truths, found, strict=True)
        ]
        at = recall_at_precision(judged, PRECISION)
        least, recall = (math.inf, 0.0) if at is None else (at.score, at.recall.value)
        if best is None or recall > best[0]:
            best = recall, [above(each, least) for each in judged]
    assert best is not None
    return evaluate(best[1])


def ours_at_best(judged: Sequence[Judged]) -> Evaluation:
    """Judge ours by the threshold that suits it best, as the peers are."""
    at = recall_at_precision(judged, PRECISION)
    least = math.inf if at is None else at.score
    return evaluate([above(each, least) for each in judged])


def above(judged: Judged, least: float) -> Judged:
    """Take a link only from a score on."""
    links = tuple(link for link in judged.answer.links if (link.score or 0) >= least)
    return replace(judged, answer=Answer(links))


# --- the table ----------------------------------------------------------------------------


def ours(posts: Path, articles: Path) -> Sequence[Judged]:
    limits = Limits()
    fill = articles_from_files([str(articles)], limits, quiet=True)
    return evaluate_files([str(posts)], fill, limits, quiet=True).judged


def compare(console: Console, title: str, posts: Path, articles: Path) -> None:
    labelled = read_labelled(posts, articles)
    judged = ours(posts, articles)
    results = {
        "pumgeul, at its own threshold": evaluate(judged),
        "pumgeul, at its best": ours_at_best(judged),
    }
    for name, peer in PEERS.items():
        results[name] = at_best(labelled, peer(labelled))
    first = next(iter(results.values()))
    table = Table(title=f"{title}: {first.posts:,} posts, {first.copies:,} of them copies")
    table.add_column("")
    shown = [
        *(("links", name) for name in ("precision", "recall")),
        *(("recall by letters kept", name) for name in COLUMNS),
        *(("recall by change", name) for name in CHANGES),
        ("false links", "quote"),
    ]
    shown = [each for each in shown if each[1] in first.measures.get(each[0], {})]
    for group, name in shown:
        table.add_column(f"{name} letters" if "letters" in group else name, justify="right")
    for tool, result in results.items():
        figures = (result.measures[group][name].value for group, name in shown)
        table.add_row(tool, *(f"{figure:.3f}" for figure in figures))
    console.print(table)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="POSTS ARTICLES")
    files = parser.parse_args().files
    if len(files) not in (0, 2):
        parser.error("name both files: POSTS ARTICLES")
    console = Console(width=170)
    if files:
        compare(console, files[0].name, files[0], files[1])
        return 0
    articles = DATA / "articles.jsonl"
    compare(console, "The demo's posts", DATA / "posts.jsonl", articles)
    with tempfile.TemporaryDirectory() as folder:
        posts = Path(folder) / "benchmark.jsonl"
        made = [sys.executable, str(DATA / "make_benchmark.py"), "--output", str(posts)]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL)
        compare(console, "The harder posts", posts, articles)
    return 0


if __name__ == "__main__":
    sys.exit(main())
