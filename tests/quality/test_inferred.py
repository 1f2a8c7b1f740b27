"""Articles put together from their copies beside the true ones, held to floors.

The harder benchmark's posts are stored without the articles that they copy.  Texts are
compared by their runs of `RUN` letters, in whatever order: a letter of a true article can be
recovered if two posts hold it in such a run.  A floor is only ever raised, a ceiling lowered.
"""

import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from crawler.readers import Limits, read_post
from models import matching
from models.engine import migrate, open_store, reading
from models.relation import Origin
from models.write import writing
from pipelines.core.normalise import normal_text
from pipelines.match import Matcher

DATA = Path(__file__).parents[2] / "data"
BOUNDS = json.loads((Path(__file__).parent / "inferred_bounds.json").read_text("utf-8"))
NOW = datetime(2026, 3, 9, tzinfo=UTC)
POSTS = 400
BATCH = 50
RUN = 6
LEAST = 60
"""Letters of an article that must be recoverable for it to count."""


def runs(text: str) -> set[str]:
    return {text[at : at + RUN] for at in range(len(text) - RUN + 1)}


def held(text: str, known: set[str]) -> NDArray[np.bool_]:
    """Tell of each letter of a text whether it stands in a known run."""
    mask = np.zeros(len(text), np.bool_)
    for at in range(len(text) - RUN + 1):
        if text[at : at + RUN] in known:
            mask[at : at + RUN] = True
    return mask


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    path = tmp_path_factory.mktemp("inferred") / "posts.jsonl"
    command = [sys.executable, DATA / "make_benchmark.py", "--posts", str(POSTS), "--output", path]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return lines(path)


@pytest.fixture(scope="module", params=["loaded", "rematched"])
def measured(
    request: pytest.FixtureRequest,
    posts: list[dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, dict[str, float]]:
    url = f"sqlite:///{tmp_path_factory.mktemp('inferred') / 'store.sqlite3'}"
    migrate(url)
    engine, matcher = open_store(url, Matcher.recipe()), Matcher()
    records = [read_post(fields, Limits(), NOW).record for fields in posts]
    ids: list[int] = []
    for at in range(0, len(records), BATCH):
        with writing(engine) as connection:
            saved = matcher.save_posts(connection, records[at : at + BATCH], None, NOW)
            ids += [each.post_id for each in saved]
    if request.param == "rematched":
        matcher.rematch(engine, None, NOW)
    truths = dict(zip(ids, (fields["truth"] for fields in posts), strict=True))
    copies: dict[str, list[str]] = defaultdict(list)
    for record, fields in zip(records, posts, strict=True):
        for article in fields["truth"]["article_ids"]:
            copies[article].append(normal_text(record.body))
    found: dict[str, list[str]] = defaultdict(list)
    with reading(engine) as connection:
        for inferred in list(matching.articles_of(connection, Origin.INFERRED)):
            members = sorted(matching.mirrors_of(connection, inferred.id))
            votes = Counter(each for i in members for each in truths[i]["article_ids"])
            if votes:
                found[votes.most_common(1)[0][0]].append(normal_text(inferred.text))
    engine.dispose()
    keywords = {normal_text(word) for truth in truths.values() for word in truth["keywords"]}
    return request.param, measure(copies, found, keywords)


def measure(
    copies: dict[str, list[str]], found: dict[str, list[str]], keywords: Iterable[str]
) -> dict[str, float]:
    recoverable = recovered = foreign = letters = polluted = 0
    for article in [*lines(DATA / "articles.jsonl"), *lines(DATA / "unknown_articles.jsonl")]:
        own = normal_text(article["text"])
        whole = normal_text(article["title"] + article["text"])
        mask = sum(held(own, runs(copy)).astype(int) for copy in copies[article["id"]]) >= 2
        if np.count_nonzero(mask) < LEAST:
            continue
        texts = found[article["id"]]
        recoverable += np.count_nonzero(mask)
        recovered += np.count_nonzero(mask & held(own, set().union(*map(runs, texts))))
        for text in texts:
            letters += len(text)
            foreign += np.count_nonzero(~held(text, runs(whole)))
            polluted += any(word in text and word not in whole for word in keywords)
    return {
        "recovered": recovered / recoverable,
        "foreign": foreign / letters,
        "with payload": polluted,
    }


def test_most_of_what_two_copies_hold_is_recovered(measured: tuple[str, dict[str, float]]) -> None:
    when, values = measured
    assert values["recovered"] >= BOUNDS[when]["recovered"]


def test_little_else_is_in_it(measured: tuple[str, dict[str, float]]) -> None:
    when, values = measured
    assert values["foreign"] <= BOUNDS[when]["foreign"]


def test_payload_is_not_in_it(measured: tuple[str, dict[str, float]]) -> None:
    when, values = measured
    assert values["with payload"] <= BOUNDS[when]["with payload"]
