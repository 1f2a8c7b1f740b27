"""Fits the coefficients of ``pipelines/core/calibration.py`` to labelled posts.

    python -m tests.quality.fit_calibration ARTICLES POSTS [ARTICLES POSTS …]

Each pair of files is a corpus of its own, as `scrapy load` takes them, the posts with their
``truth``.  Every corpus is judged by a model that was fitted on the others (with one corpus: on
itself), and the table says how right that model's probabilities are; the coefficients printed
last are fitted on all of them.  So are those of `probability_of_words`, on the posts that no alignment
explains, and on copies whose words the script puts in another order, or half of them replaces.  Needs scipy (``pip install -e '.[bench]'``).
"""

import gzip
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sqlalchemy import text

from crawler.labels import read_truth
from models.engine import open_store
from models.records import ArticleRecord
from models.write import writing
from pipelines.core.body import read_body
from pipelines.core.calibration import Evidence, WordEvidence, probability
from pipelines.core.normalise import normalise
from pipelines.core.verdict import ACCEPT, best_evidence, evidence_of_words
from pipelines.match import Matcher
from tests.core.sample_text import replaced, shuffled

RIDGE = 0.1
"""Weight of the squared coefficients beside the posts' loss."""
SIGNS: dict[str, tuple[float | None, float | None]] = {
    "equal": (0, None),
    "share": (0, None),
    "article_density": (0, None),
    "at_start": (0, None),
    "widely_shared": (None, 0),
}
"""What must hold whatever posts it is fitted on: more of an article proves more, and what others
have too proves less."""
WORD_SIGNS: dict[str, tuple[float | None, float | None]] = {
    "share": (0, None),
    "in_place": (0, None),
}
BATCH = 200
EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 1.01)
TREATED = 0.1
"""Share of copies whose words are put in another order, and of those in which others replace them."""
REPLACED = 0.5
"""Share of words that others replace."""
MOVED = 10
"""Words of a copy that are put in another order together."""
UNTOLD = {"shared_background"}
"""Kinds of posts of which the truth does not say whether they copy."""

Features = NDArray[np.float64]
Labels = NDArray[np.bool_]
Corpus = tuple[Features, Labels]
"""Features, a row a post, and whether it copies the article that they are of."""


def main(arguments: list[str]) -> int:
    if not arguments or len(arguments) % 2:
        print(__doc__, file=sys.stderr)
        return 2
    read = [
        labelled(Path(articles), Path(posts))
        for articles, posts in zip(arguments[::2], arguments[1::2], strict=True)
    ]
    corpora = [aligned for aligned, _ in read]
    for at, (features, labels) in enumerate(corpora):
        others = [corpus for n, corpus in enumerate(corpora) if n != at] or corpora
        *weights, intercept = fitted(others)
        judged = expit(features @ weights + intercept)
        print(f"corpus {at + 1}: {len(labels)} posts with a candidate, judged by the others' model")
        print_reliability(judged, labels)
    *weights, intercept = fitted(corpora)
    print("COEFFICIENTS = Evidence(")
    for name, value in zip(Evidence._fields, weights, strict=True):
        print(f"    {name}={value:.2f},")
    print(f")\nINTERCEPT = {intercept:.2f}\n")
    words = [words for _, words in read]
    *weights, intercept = fitted(words, WORD_SIGNS)
    shares, labels = (np.concatenate(parts) for parts in zip(*words, strict=True))
    told = ", ".join(
        f"{name}={value:.1f}" for name, value in zip(WordEvidence._fields, weights, strict=True)
    )
    print(f"WORDS = WordEvidence({told})\nWORDS_INTERCEPT = {intercept:.1f}")
    print_reliability(expit(shares @ np.array(weights) + intercept), labels)
    return 0


def fitted(
    corpora: list[Corpus], signs: dict[str, tuple[float | None, float | None]] = SIGNS
) -> NDArray[np.float64]:
    """Return the weights of the features, and the intercept last, of a logistic regression."""
    features = np.concatenate([each for each, _ in corpora])
    labels = np.concatenate([each for _, each in corpora])
    design = np.column_stack([features, np.ones(len(features))])
    ridge = np.append(np.full(features.shape[1], RIDGE), 0.0)

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        logits = design @ weights
        value = np.logaddexp(0, logits).sum() - logits[labels].sum()
        slope = design.T @ (expit(logits) - labels)
        return value + (ridge * weights**2).sum() / 2, slope + ridge * weights

    names = Evidence._fields if signs is SIGNS else WordEvidence._fields
    bounds = [*(signs.get(name, (None, None)) for name in names), (None, None)]
    start = np.zeros(design.shape[1])
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B")
    if not found.success:
        raise RuntimeError(found.message)
    weights: NDArray[np.float64] = found.x
    return weights


def print_reliability(judged: Features, labels: Labels) -> None:
    print("  probability      posts   mean   right")
    for low, high in pairwise(EDGES):
        chosen = (judged >= low) & (judged < high)
        if chosen.any():
            mean, right = judged[chosen].mean(), labels[chosen].mean()
            print(f"  {low:.2f} to {high:4.2f} {chosen.sum():9,}  {mean:5.3f}   {right:5.3f}")
    accepted = judged >= 0.5
    print(f"  at .5: {np.sum(accepted & ~labels)} false, {np.sum(~accepted & labels)} missed")


def labelled(articles: Path, posts: Path) -> tuple[Corpus, Corpus]:
    """Return the evidence for each post's best candidate, and whether it is a source.

    Then what its words tell of the best candidate, of those that no alignment explains, and of copies
    with their words in another order, or with others among them.
    """
    features: list[Evidence] = []
    labels: list[bool] = []
    shares: list[WordEvidence] = []
    copied: list[bool] = []
    chosen = random.Random(1)
    matcher = Matcher()
    with tempfile.TemporaryDirectory() as folder:
        engine = open_store(f"sqlite:///{folder}/store.sqlite3", Matcher.recipe())
        records = [
            ArticleRecord(key=line["id"], text=line["text"], title=line.get("title"))
            for line in lines(articles)
        ]
        for at in range(0, len(records), BATCH):
            with writing(engine) as connection:
                matcher.save_articles(connection, records[at : at + BATCH], None, NOW)
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT id, key FROM article"))
            keys = dict(rows.all())
            for post in lines(posts):
                truth = read_truth(post)
                if truth.kind in UNTOLD:
                    continue
                body = post["text"] if "text" in post else read_body(post["html"]).text
                form = normalise(body)
                candidates = matcher.find_candidates(connection, form)
                found = best_evidence(form, candidates, body)
                sources = {*truth.articles, *truth.alternatives} if truth.is_copy else set()
                if found is not None:
                    article, evidence = found
                    features.append(evidence)
                    labels.append(keys[article.id] in sources)
                if sources and (kind := chosen.random()) < 2 * TREATED:
                    seed = len(features)
                    body = (
                        shuffled(body, MOVED, seed)
                        if kind < TREATED
                        else replaced(body, chosen.choice(records).text, REPLACED, seed)
                    )
                    form = normalise(body)
                    candidates = matcher.find_candidates(connection, form)
                    found = best_evidence(form, candidates, body)
                if found is None or probability(found[1]) < ACCEPT:
                    told = evidence_of_words(form, candidates)
                    if told is not None:
                        shares.append(told[1])
                        copied.append(keys[told[0].id] in sources)
        engine.dispose()
    return (
        (np.array(features, np.float64), np.array(labels, np.bool_)),
        (np.array(shares, np.float64), np.array(copied, np.bool_)),
    )


def lines(path: Path) -> Iterator[dict[str, Any]]:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


NOW = datetime(2026, 11, 1, tzinfo=UTC)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
