"""`scrapy evaluate`: what it says of labelled posts, and what it leaves behind: nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.exit_codes import ExitCode
from crawler.labels import read_truth
from crawler.readers import BadInputError
from models import schema
from models.relation import LureKind, Relation
from tests.commands.running import ROOT, Run, lines, select_all
from tests.commands.sample import ARTICLES, COLLAGE, GENUINE, HARBOUR, SPAM

DATA = ROOT / "data"

COPIED = {
    "relation": "truncated",
    "article_ids": ["harbour"],
    "coverage": 0.9,
    "copies": 2,
    "cut": 300,
    "changes": ["pasted"],
    "letters": 230,
    "keywords": ["다온누수탐지"],
    "phones": ["010-0000-2875"],
    "spam": True,
}
LABELLED: list[dict[str, Any]] = [
    {**SPAM, "truth": COPIED},
    {**COLLAGE, "truth": {"relation": "collage", "article_ids": ["harbour", "library"]}},
    {**GENUINE, "truth": {"relation": None, "kind": "genuine", "spam": False}},
]

Evaluate = Callable[..., dict[str, Any]]


@pytest.fixture
def evaluated(scrapy_sqlite: Run, tmp_path: Path) -> Evaluate:
    """Evaluate posts against articles; return the JSON."""

    def evaluate(posts: list[Any], *arguments: str, code: int = 0) -> dict[str, Any]:
        articles = lines(tmp_path / "articles.jsonl", *ARTICLES)
        done = scrapy_sqlite(
            "evaluate", lines(tmp_path / "posts.jsonl", *posts),
            "--articles", articles, "--json", "-", *arguments,
        )  # fmt: skip
        assert done.code == code, done.err
        found: dict[str, Any] = json.loads(done.out)
        return found

    return evaluate


def test_right_answers_are_counted(evaluated: Evaluate) -> None:
    found = evaluated(LABELLED)
    assert (found["posts"], found["copies"], found["links"], found["articles"]) == (3, 2, 2, 2)
    measures = found["measures"]
    assert measures["links"]["precision"]["value"] == 1
    assert measures["links"]["recall"]["value"] == 1
    assert measures["explanation"]["sources of a collage"] == {
        "value": 1.0, "low": pytest.approx(0.342, abs=1e-3), "high": 1.0, "of": 2,
    }  # fmt: skip
    assert measures["explanation"]["cut within 5 characters"]["value"] == 1
    assert measures["lures"]["phone F1"]["value"] == 1
    assert measures["false links"]["genuine"]["value"] == 0
    assert found["misses"] == []


def test_wrong_answers_are_counted_and_shown(evaluated: Evaluate, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    wrong = [
        {**SPAM, "truth": {**COPIED, "article_ids": ["library"]}},
        {**COLLAGE, "truth": {"relation": None, "kind": "quote"}},
        {**GENUINE, "truth": {"relation": "excerpt", "article_ids": ["library"], "letters": 40}},
    ]
    found = evaluated(wrong, "--html", str(page))
    assert found["measures"]["links"]["precision"]["value"] == 0
    assert found["measures"]["false links"]["wrong article"]["of"] == 2
    kinds = [(miss["kind"], miss["post_key"]) for miss in found["misses"]]
    assert kinds == [("false link", "c1"), ("wrong article", "s1"), ("missed copy", "g1")]
    assert found["misses"][2]["what"].endswith("nothing found")
    text = page.read_text("utf-8")
    assert "Content-Security-Policy" in text
    assert "<script" not in text
    assert "Worst: missed copy" in text
    assert HARBOUR[:20] in text


def test_bad_lines_are_reported_and_skipped(scrapy_sqlite: Run, tmp_path: Path) -> None:
    posts = lines(
        tmp_path / "posts.jsonl",
        *LABELLED,
        "{broken",
        GENUINE | {"id": "none"},
        GENUINE | {"id": "wrong", "truth": {"relation": "stolen"}},
        GENUINE | {"id": "gone", "status": "deleted", "text": "", "truth": {}},
    )
    articles = lines(tmp_path / "articles.jsonl", *ARTICLES)
    done = scrapy_sqlite("evaluate", posts, "--articles", articles)
    assert done.code == ExitCode.PARTLY
    assert "posts.jsonl:4: broken JSON" in done.err
    assert "posts.jsonl:5: has no truth" in done.err
    assert "posts.jsonl:6: its truth names the relation 'stolen'" in done.err
    assert "left out: bad json 1, bad no_truth 1, bad truth 1, not live 1" in done.out
    assert "3 posts against 2 known articles" in done.out


def test_the_store_gives_its_articles_and_gets_nothing(
    scrapy: Run, store_url: str, tmp_path: Path
) -> None:
    scrapy("load", "articles", lines(tmp_path / "articles.jsonl", *ARTICLES))
    scrapy("load", "posts", lines(tmp_path / "own.jsonl", SPAM, GENUINE))
    before = _everything(store_url)
    target = tmp_path / "figures.json"
    posts = lines(tmp_path / "posts.jsonl", *LABELLED)
    done = scrapy("evaluate", posts, "--rematch", "--json", str(target))
    assert done.code == 0
    assert json.loads(target.read_text("utf-8"))["measures"]["links"]["recall"]["value"] == 1
    assert "Recall by change" in done.out
    assert _everything(store_url) == before


def _everything(store_url: str) -> dict[str, list[Any]]:
    return {
        name: sorted(map(repr, select_all(store_url, table)))
        for name, table in schema.metadata.tables.items()
    }


def test_what_cannot_be_started_says_why(scrapy_sqlite: Run, tmp_path: Path) -> None:
    posts = lines(tmp_path / "posts.jsonl", *LABELLED)
    articles = lines(tmp_path / "articles.jsonl", *ARTICLES)
    for arguments, said in (
        ([posts], "the store has no known article"),
        ([posts, "--articles", "nowhere.jsonl"], "no file of articles could be opened"),
        (["nowhere.jsonl", "--articles", articles], "no file of posts could be opened"),
        ([articles, "--articles", articles], "there is no labelled post in the files"),
    ):
        done = scrapy_sqlite("evaluate", *arguments)
        assert done.code == ExitCode.NOT_STARTED
        assert said in done.err
    assert scrapy_sqlite("evaluate").code == ExitCode.WRONG_USAGE
    both = scrapy_sqlite("evaluate", posts, "--json", "-", "--html", "-")
    assert both.code == ExitCode.WRONG_USAGE


def test_labels_that_do_not_fit_the_articles_are_told(scrapy_sqlite: Run, tmp_path: Path) -> None:
    posts = lines(
        tmp_path / "posts.jsonl", {**SPAM, "truth": {**COPIED, "article_ids": ["h4rbour"]}}
    )
    articles = lines(tmp_path / "articles.jsonl", *ARTICLES)
    done = scrapy_sqlite("evaluate", posts, "--articles", articles)
    assert done.code == ExitCode.PARTLY
    assert "nobody loaded: 1 (such as h4rbour)" in done.err

    empty = lines(tmp_path / "empty.jsonl", {"id": "a"})
    done = scrapy_sqlite("evaluate", posts, "--articles", empty)
    assert done.code == ExitCode.NOT_STARTED
    assert "there is no article in the files" in done.err


def test_the_samples_of_the_project_are_found(scrapy_sqlite: Run) -> None:
    done = scrapy_sqlite(
        "evaluate", str(DATA / "posts.jsonl"), "--articles", str(DATA / "articles.jsonl"),
        "--json", "-",
    )  # fmt: skip
    assert done.code == 0
    found = json.loads(done.out)
    assert found["left_out"] == {"not live": 6}
    measures = found["measures"]
    assert measures["links"]["precision"]["value"] == 1
    assert measures["links"]["recall"]["value"] >= 0.98
    assert measures["explanation"]["relation"]["value"] >= 0.96
    assert measures["spam"]["precision"]["value"] >= 0.97
    for kind in ("genuine", "advert", "quote", "orphan"):
        assert measures["false links"][kind]["value"] == 0


# --- labels -----------------------------------------------------------------------------------


def test_labels_are_read_under_either_name() -> None:
    truth = read_truth(
        {
            "truth": {
                "relation": "excerpt", "known": False, "article_ids": ["u"], "alt_ids": ["v"],
                "coverage": 1, "truncated_at": 40, "copies": 1, "family": "u", "mixed": False,
                "neg": None, "transforms": ["a", "a", "b"], "chars": 17,
                "payload": {"keywords": [], "ids": [["kakao", "me77"], "you88"]},
            }
        }
    )  # fmt: skip
    assert truth.relation is Relation.EXCERPT
    assert not truth.is_copy
    assert truth.negative == "orphan"
    assert (truth.cut, truth.letters, truth.changes) == (40, 17, ("a", "b"))
    assert truth.lures == {
        LureKind.KEYWORD: frozenset(),
        LureKind.MESSENGER: frozenset({"me77", "you88"}),
    }
    assert read_truth({"truth": {"relation": "none"}}).relation is None


@pytest.mark.parametrize(
    "truth",
    [
        [],
        {"relation": "exact"},
        {"relation": ["exact"]},
        {"article_ids": "a"},
        {"article_ids": [{}]},
        {"coverage": "half"},
        {"copies": 1.5},
        {"spam": 1},
        {"coverages": []},
        {"payload": []},
    ],
)
def test_labels_that_say_nothing_are_refused(truth: object) -> None:
    with pytest.raises(BadInputError):
        read_truth({"truth": truth})
