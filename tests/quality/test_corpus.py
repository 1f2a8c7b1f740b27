"""The labelled corpus through `scrapy load` and `scrapy export`, held to pinned floors.

A floor is only ever raised.  The corpus and its scorer stand in ``../shared``
(or where SHARED_DATA says) and are no part of the project.
"""

import gzip
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = json.loads((Path(__file__).parent / "floors.json").read_text("utf-8"))


def scrapy(store: Path, *arguments: str, exit_code: int = 0) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments, "-s", f"STORE_URL=sqlite:///{store}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == exit_code, done.stderr[-3000:]


def lines(path: Path) -> Iterator[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def predictions(folder: Path) -> Iterator[dict[str, Any]]:
    """Turn the exported views into the scorer's lines."""
    mirrors, lures = defaultdict(list), defaultdict(lambda: defaultdict(list))
    for row in lines(folder / "mirrors.jsonl"):
        mirrors[row["post_key"]].append(row)
    for row in lines(folder / "lures.jsonl"):
        lures[row["post_key"]][row["kind"]].append(row["value"])
    for post in lines(folder / "posts.jsonl"):
        rows = mirrors[post["post_key"]]
        known = [row for row in rows if row["origin"] == "known"]
        found = lures[post["post_key"]]
        line = {
            "post_id": post["post_key"],
            "article_id": known[0]["article_key"] if known else None,
            "article_ids": [row["article_key"] for row in known],
            "family": next((f"f{r['article_id']}" for r in rows if r["origin"] != "known"), None),
            "keywords": found["keyword"],
            "urls": found["url"],
            "phones": found["phone"],
            "ids": found["messenger"],
        }
        if known:
            best = known[0]
            line |= {key: best[key] for key in ("relation", "score", "coverage", "copies")}
            line["truncated_at"] = best["cut"]
        yield line


@pytest.fixture(scope="module")
def scores(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    corpus = shared / "corpus"
    folder = tmp_path_factory.mktemp("quality")
    store = folder / "store.sqlite3"
    # The body is the text, as a person reads it; links are read off the page beside it.
    posts = corpus / "dev" / "posts.jsonl.gz"
    scrapy(store, "load", "articles", str(corpus / "dev" / "articles.jsonl.gz"))
    scrapy(store, "load", "posts", str(posts))
    for view in ("mirrors", "lures", "posts"):
        scrapy(store, "export", view, "-o", str(folder / f"{view}.jsonl"))
    predicted = folder / "predictions.jsonl"
    with predicted.open("w") as out:
        for line in predictions(folder):
            print(json.dumps(line), file=out)
    scored = folder / "scores.json"
    subprocess.run(
        [sys.executable, corpus / "score.py", posts, predicted, "--json", scored, "--brief"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return flat(json.loads(scored.read_text()))


def flat(result: dict[str, Any]) -> dict[str, float]:
    out = {
        "precision": result["overall"]["p"],
        "recall": result["overall"]["r"],
        "relation accuracy": result["relation_accuracy"],
        "coverage, 1 - mean error": 1 - result["coverage_mae"],
        "copies": result["copies_accuracy"],
        "cut within 5": result["truncated_at"]["within_5"],
        "sources of a collage": result["collage_all_recall"],
        "families, B-cubed F1": result["families"]["bcubed_f1"],
        "families, pairwise F1": result["families"]["pair_f1"],
    }
    for kind in ("genuine", "ad", "orphan", "hard_topic", "quote", "boilerplate"):
        out[f"no false link: {kind}"] = 1 - result["false_link"][kind][0]
    for kind in ("keywords", "urls", "phones", "ids"):
        out[f"lures: {kind}"] = result[f"payload_{kind}"]["f1"]
    return out


@pytest.mark.parametrize("measure", FLOORS)
def test_floor(scores: dict[str, float], measure: str) -> None:
    assert scores[measure] >= FLOORS[measure], f"{measure} fell: {scores[measure]}"


def test_every_measure_has_a_floor(scores: dict[str, float]) -> None:
    assert set(scores) == set(FLOORS)
