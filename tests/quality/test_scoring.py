"""Our measures beside the shared scorer's, on the same made-up answers to its labelled posts."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crawler.labels import read_truth
from models.relation import LureKind, Relation
from pipelines.core.scoring import Answer, AnsweredLink, Evaluation, Judged, evaluate
from tests.quality.test_corpus import lines

LURES = {
    "keywords": LureKind.KEYWORD,
    "urls": LureKind.URL,
    "phones": LureKind.PHONE,
    "ids": LureKind.MESSENGER,
}


def made_up(rng: random.Random, truth: dict[str, Any]) -> dict[str, Any]:
    """Answer as somebody would who is right in four of five cases."""
    articles = [*truth["article_ids"], *truth["alt_ids"]]
    is_copy = truth["relation"] != "none"
    found = rng.random() < (0.9 if is_copy and truth["known"] else 0.1)
    article = rng.choice(articles) if articles and rng.random() < 0.9 else "somewhere"
    line: dict[str, Any] = {"article_id": article if found else None}
    if found:
        line["score"] = round(rng.random(), 2)
        line["relation"] = rng.choice([truth["relation"], "exact"]) if is_copy else "exact"
        line["coverage"] = round(rng.random(), 3)
        line["copies"] = rng.choice((1, 2))
        line["truncated_at"] = rng.choice((None, (truth["truncated_at"] or 0) + rng.randint(0, 40)))
    line["article_ids"] = list(dict.fromkeys([article, *rng.sample(articles, len(articles) // 2)]))
    line["article_ids"] = line["article_ids"] if found else []
    family = truth["family"] or rng.choice((None, None, "x"))
    line["family"] = family if rng.random() < 0.8 else None
    for kind in LURES:
        values = [v if isinstance(v, str) else v[-1] for v in truth["payload"][kind]]
        line[kind] = [value.upper() for value in values if rng.random() < 0.8] + ["more"]
    return line


def answer(line: dict[str, Any]) -> Answer:
    links = []
    if line["article_id"] is not None:
        links.append(
            AnsweredLink(
                line["article_id"],
                line["score"],
                Relation(line["relation"]),
                line["coverage"],
                line["copies"],
                line["truncated_at"],
            )
        )
        links += [AnsweredLink(key) for key in line["article_ids"] if key != line["article_id"]]
    lures = {kind: frozenset(line[name]) for name, kind in LURES.items()}
    return Answer(tuple(links), line["family"], lures)


@pytest.fixture(scope="module")
def both(
    shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], Evaluation]:
    posts = shared / "corpus" / "dev" / "posts.jsonl.gz"
    folder = tmp_path_factory.mktemp("scoring")
    rng = random.Random(7)
    judged, answers = [], []
    for post in lines(posts):
        line = made_up(rng, post["truth"])
        answers.append({"post_id": post["id"], **line})
        judged.append(Judged(read_truth(post), answer(line)))
    written = folder / "answers.jsonl"
    written.write_text("".join(f"{json.dumps(each)}\n" for each in answers), "utf-8")
    scores = folder / "scores.json"
    subprocess.run(
        [sys.executable, shared / "corpus" / "score.py", posts, written, "--json", scores],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return json.loads(scores.read_text("utf-8")), evaluate(judged)


SAME = {
    ("overall", "p"): ("links", "precision"),
    ("overall", "r"): ("links", "recall"),
    ("overall", "f1"): ("links", "F1"),
    ("relation_accuracy",): ("explanation", "relation"),
    ("coverage_mae",): ("explanation", "coverage, mean error"),
    ("copies_accuracy",): ("explanation", "copies"),
    ("copies_recall_multi",): ("explanation", "a second copy seen"),
    ("truncated_at", "within_5"): ("explanation", "cut within 5 characters"),
    ("truncated_at", "within_30"): ("explanation", "cut within 30 characters"),
    ("collage_all_recall",): ("explanation", "sources of a collage"),
    ("families", "bcubed_p"): ("families", "B-cubed precision"),
    ("families", "bcubed_r"): ("families", "B-cubed recall"),
    ("families", "bcubed_f1"): ("families", "B-cubed F1"),
    ("families", "pair_p"): ("families", "pairwise precision"),
    ("families", "pair_r"): ("families", "pairwise recall"),
    ("families", "pair_f1"): ("families", "pairwise F1"),
    **{
        (f"payload_{name}", short): ("lures", f"{kind.value} {long}")
        for name, kind in LURES.items()
        for short, long in (("p", "precision"), ("r", "recall"), ("f1", "F1"))
    },
    ("recall", "coverage_15_30"): ("recall by share kept", "15% to 30%"),
    ("recall", "chars_250_500"): ("recall by letters kept", "250 to 500"),
    ("recall", "stuff"): ("recall by change", "stuff"),
    ("false_link", "quote"): ("false links", "quote"),
    ("false_link", "orphan"): ("false links", "orphan"),
    ("false_link", "wrong_article"): ("false links", "wrong article"),
}


@pytest.mark.parametrize("theirs", SAME, ids=" ".join)
def test_measures_are_the_same(
    both: tuple[dict[str, Any], Evaluation], theirs: tuple[str, ...]
) -> None:
    scores, evaluation = both
    value: Any = scores
    for name in theirs:
        value = value[name]
    value = value[0] if isinstance(value, list) else value
    group, name = SAME[theirs]
    assert evaluation.measures[group][name].value == pytest.approx(value, abs=1e-4)


def test_every_change_is_measured_on_as_many_posts(
    both: tuple[dict[str, Any], Evaluation],
) -> None:
    scores, evaluation = both
    ours = evaluation.measures["recall by change"]
    named = {
        name: found
        for name, found in scores["recall"].items()
        if not name.startswith(("coverage_", "chars_", "plan_"))
    }
    assert {name: measure.of for name, measure in ours.items()} == {
        name: of for name, (_, of) in named.items()
    }
