"""A board whose server is hostile: each answer ends as its table says, and the crawl goes on."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from crawler.sample_board import SampleBoards
from tests.crawl.conftest import FIRST_DAY, sample_post
from tests.crawl.running import Crawl, counts, crawl_board, last_stats, posts
from tests.hostile.inputs import HITS, INPUTS, MARK, TITLE, Hostile
from tests.serving import Site

GOOD = 12
LIST = "/bbs/board.php?bo_table=free"
POST = LIST + "&wr_id={}"
NUMBERS = {each.name: number for number, each in enumerate(INPUTS, 1)}


@dataclass(frozen=True)
class Survived:
    crawl: Crawl
    stored: dict[str, Any]
    stats: dict[str, Any]


@pytest.fixture(scope="module")
def survived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survived]:
    store_url = f"sqlite:///{tmp_path_factory.mktemp('hostile') / 'store.sqlite3'}"
    count = len(INPUTS) + GOOD
    made = [
        sample_post(
            "gnuboard",
            number,
            title=f"{TITLE} {number}",
            posted_at=FIRST_DAY,
            hits=int(HITS.removesuffix("회")),
            html=f"<p>{MARK}. {number}번 글.</p>",
        )
        for number in range(1, count + 1)
    ]
    # One renders what the other, the hostile one, serves.
    with SampleBoards(made) as boards, Site() as site:
        for page in range(1, count // 15 + 3):
            site.answers[f"{LIST}&page={page}"] = boards.respond(f"{LIST}&page={page}")
        site.answers[LIST] = boards.respond(LIST)
        for number in range(1, count + 1):
            good = boards.respond(POST.format(number))
            if number <= len(INPUTS):
                page = good.partition(b"\r\n\r\n")[2].decode()
                site.answers[POST.format(number)] = INPUTS[number - 1].answer(page)
            else:
                site.answers[POST.format(number)] = good
        done = crawl_board(
            store_url,
            site.url + LIST,
            DOWNLOAD_TIMEOUT="4",
            DOWNLOAD_MIN_RATE_AFTER="1",
            DOWNLOAD_MAXSIZE=str(12 * 1024 * 1024),
            READ_TIMEOUT="3",
            RETRY_TIMES="0",
        )
        yield Survived(done, posts(store_url), last_stats(store_url))


def test_there_are_enough_inputs() -> None:
    assert len(INPUTS) >= 60
    assert len(NUMBERS) == len(INPUTS)


@pytest.mark.parametrize("hostile", INPUTS, ids=lambda each: each.name)
def test_each_input_ends_as_the_table_says(hostile: Hostile, survived: Survived) -> None:
    row = survived.stored.get(str(NUMBERS[hostile.name]))
    if hostile.outcome == "failed":
        assert row is None
        assert survived.stats[f"post/failed/{hostile.reason}"] >= 1
        return
    assert row is not None, survived.crawl.log[-4000:]
    assert row.status in hostile.outcome.split(" or ")
    if row.status == "live":
        assert MARK in row.body
    if row.status == "live" and hostile.is_whole:
        assert str(NUMBERS[hostile.name]) in row.body
    if row.status != "live":
        assert row.body == ""
    assert (row.problem is not None) == (row.status == "unreadable"), row.problem


def test_every_loss_is_counted_under_its_reason(survived: Survived) -> None:
    expected = Counter(f"post/failed/{each.reason}" for each in INPUTS if each.outcome == "failed")
    read = {
        name: n for name, n in counts(survived.stats, "post/failed/").items() if "read_" not in name
    }
    assert read == dict(expected)
    assert survived.stats["post/new"] == len(survived.stored)
    assert len(survived.stored) + sum(expected.values()) == len(INPUTS) + GOOD


def test_the_good_posts_among_them_are_all_there(survived: Survived) -> None:
    assert survived.crawl.code == 3
    assert "Traceback" not in survived.crawl.log
    assert survived.stats["finish_reason"] == "finished"
    for number in range(len(INPUTS) + 1, len(INPUTS) + GOOD + 1):
        row = survived.stored[str(number)]
        assert (row.status, row.title) == ("live", f"{TITLE} {number}")
        assert row.body == f"{MARK}. {number}번 글."


def test_what_is_unreadable_says_why(survived: Survived) -> None:
    row = survived.stored[str(NUMBERS["a million nodes"])]
    assert row.problem in {"timeout", "memory"}
    long = survived.stored[str(NUMBERS["ten megabytes of one line"])]
    assert long.problem == "too_long"
    for name in ("a picture", "JSON", "random bytes"):
        assert survived.stored[str(NUMBERS[name])].problem == "no_post"
    for name in ("nothing", "zeros"):
        assert survived.stored[str(NUMBERS[name])].problem == "empty"
