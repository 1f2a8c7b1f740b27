"""Campaigns and substitutions from the matcher to the views, on SQLite and on PostgreSQL."""

import random
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from models.records import ArticleRecord, PostRecord
from models.write import writing
from pipelines.campaigns import refresh_campaigns
from pipelines.match import Matcher
from tests.core.test_substitutions import TEXT
from tests.pipelines.test_match import KNOWN, NOW, known, opened, post, rows, save

SPAM = [
    ("p1", "010-0000-1111\nrank77.example"),
    ("p2", "rank77.example\n카톡 rank77"),
    ("p3", "카톡 rank77"),
    ("p4", "누수탐지\n010-0000-2222"),
    ("p5", "누수탐지\n010-0000-3333"),
]


def spam(key: str, payload: str, start: int = 0) -> PostRecord:
    return post(key, f"{payload}\n{KNOWN[start : start + 700]}\n{payload}", board=key[-1])


def records() -> list[PostRecord | ArticleRecord]:
    found: list[PostRecord | ArticleRecord] = [
        spam(key, payload, 90 * at) for at, (key, payload) in enumerate(SPAM)
    ]
    # Only a keyword and a cut in common.
    found += [post(key, f"하수구막힘\n{KNOWN[:500]}\n하수구막힘") for key in ("w1", "w2")]
    return [known(), *found]


def campaigns(store: Engine) -> dict[frozenset[str], int]:
    found: dict[int, set[str]] = {}
    for row in rows(store, "SELECT campaign_id, post_key FROM campaign_posts"):
        found.setdefault(row["campaign_id"], set()).add(row["post_key"])
    return {frozenset(keys): campaign_id for campaign_id, keys in found.items()}


def refresh(store: Engine) -> int:
    with writing(store) as connection:
        return refresh_campaigns(connection, NOW)


def test_posts_are_tied_by_contacts_and_by_two_weak_ties(store: Engine) -> None:
    save(store, *records())
    assert refresh(store) == 5
    assert set(campaigns(store)) == {frozenset({"p1", "p2", "p3"}), frozenset({"w1", "w2"})}
    strong, weak = rows(store, "SELECT * FROM campaigns ORDER BY posts DESC")
    assert (strong["kind"], strong["value"], strong["domain"]) == (
        "domain",
        "rank77.example",
        "rank77.example",
    )
    assert (strong["posts"], strong["boards"], strong["is_weak"]) == (3, 3, False)
    assert (strong["domains"], strong["messengers"], strong["phones"]) == (1, 1, 0)
    assert (weak["posts"], weak["is_weak"], weak["keyword"]) == (2, True, "하수구막힘")
    assert (weak["keywords"], weak["cuts"]) == (1, 1)
    assert refresh(store) == 0


def test_a_campaign_keeps_its_id_as_it_grows_and_merges(store: Engine) -> None:
    save(store, *records())
    refresh(store)
    before = campaigns(store)[frozenset({"p1", "p2", "p3"})]
    save(store, spam("p6", "010-0000-1111"), spam("p7", "카톡 other88"), spam("p8", "카톡 other88"))
    refresh(store)
    now = campaigns(store)
    assert now[frozenset({"p1", "p2", "p3", "p6"})] == before
    assert now[frozenset({"p7", "p8"})] > before
    save(store, spam("p9", "카톡 other88\n010-0000-1111"))
    refresh(store)
    assert campaigns(store)[frozenset({"p1", "p2", "p3", "p6", "p7", "p8", "p9"})] == before


def test_order_of_arrival_does_not_matter(tmp_path: Path) -> None:
    order, results = random.Random(5), []
    drawn = records()
    for number in range(3):
        with opened(f"sqlite:///{tmp_path}/{number}.sqlite3") as store:
            for record in drawn:
                save(store, record)
                if order.random() < 0.5:
                    refresh(store)
            Matcher().rematch(store, None, NOW)
            ties = rows(store, "SELECT post_key, kind, is_strong FROM campaign_posts")
            results.append((set(campaigns(store)), {tuple(row.values()) for row in ties}))
        order.shuffle(drawn)
    assert results[0] == results[1] == results[2]
    assert len(results[0][0]) == 2


def test_a_substitution_stands_with_the_mirror_and_is_a_lure(store: Engine) -> None:
    body = TEXT.replace("자전거대여", "누수탐지업체")
    save(store, known("a1", TEXT), post("p1", body), post("p2", TEXT))
    found: dict[str, Any] = {}
    with store.connect() as connection:
        for row in connection.exec_driver_sql("SELECT post_key, substitutions FROM mirrors"):
            found[row[0]] = row[1]
    assert "누수탐지업체" in str(found["p1"])
    assert found["p2"] is None
    assert rows(store, "SELECT kind, value, raw FROM lures") == [
        {"kind": "keyword", "value": "누수탐지업체", "raw": "누수탐지업체"}
    ]
    # Matched again, nothing changes.
    assert Matcher().rematch(store, None, NOW).changed == 0
