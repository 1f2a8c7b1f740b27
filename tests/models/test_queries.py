"""The views and reads: columns, values, and the same answer on both backends."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, inspect, select, text

from models import views
from models.campaigns import CampaignRecord, TieRecord, replace_campaigns
from models.engine import open_store, reading
from models.explanation import read_explanation
from models.queries import (
    VIEWS,
    SeenPost,
    best_example,
    board_table,
    count_known_articles,
    mirrors_by_relation,
    read_known_articles,
    read_view,
    run_history,
    seen_posts,
    top_articles,
    top_campaigns,
    top_families,
    top_lures,
    totals,
    view_columns,
)
from models.relation import Relation, Status
from models.write import save_board, save_post, writing
from tests.conftest import MIGRATED
from tests.models.filling import BOARD, LATER, NOW, a_post, an_article, fill

# design.md, "Analyst views".
LINKS = (
    "post_id post_key post_url board_url engine post_title posted_at fetched_at article_id "
    "article_key article_url article_title publisher published_at origin relation coverage share "
    "copies cut identity score is_spam matched_at"
)
DESIGN = {
    "mirrors": LINKS,
    "quotes": LINKS,
    "posts": "post_id post_key post_url board_url engine native_id title author category posted_at "
    "fetched_at hits comments status body body_chars hidden_chars copies title_from_body is_spam "
    "reasons",
    "lures": "post_id post_key kind value raw",
    "families": "article_id origin posts boards first_seen last_seen",
    "boards": "url engine name posts mirrors spam",
    "campaigns": "campaign_id kind value is_weak posts boards spam first_seen last_seen",
    "campaign_posts": "campaign_id post_id post_key",
    "daily": "day posts mirrors spam new_articles",
    "stories": "story_id articles publishers first_published_at",
    "captures": "capture_id url status fetched_at sha256 warc_file warc_offset warc_length",
}


@pytest.fixture
def filled(store: Engine) -> Engine:
    fill(store)
    return store


def rows(store: Engine, view: str) -> list[dict[str, Any]]:
    with reading(store) as conn:
        return [dict(row._mapping) for row in read_view(conn, view)]


def test_the_views_of_the_design_come_first() -> None:
    assert set(VIEWS) == set(DESIGN)
    for name, wanted in DESIGN.items():
        assert " ".join(view_columns(name)).startswith(wanted)


@pytest.mark.parametrize("name", sorted(DESIGN))
def test_columns_in_the_database_are_those_declared(store: Engine, name: str) -> None:
    found = [column["name"] for column in inspect(store).get_columns(name)]
    assert tuple(found) == view_columns(name)


def test_both_backends_answer_the_same(
    sqlite_url: str,
    migrated_postgres_url: str,
    new_postgres_database: Callable[[str], str],
) -> None:
    answers = []
    for url in (sqlite_url, new_postgres_database(MIGRATED)):
        store = open_store(url)
        fill(store)
        (first, second, *_) = [row["post_id"] for row in rows(store, "posts")]
        ties = [TieRecord(i, "cut", "1:9:own", is_strong=False) for i in (first, second)]
        with writing(store) as conn:
            replace_campaigns(conn, [CampaignRecord(None, ties)], NOW)
        answers.append({name: rows(store, name) for name in VIEWS})
        store.dispose()
    for name in VIEWS:
        assert answers[0][name], f"{name} is empty: the comparison shows nothing"
        assert answers[0][name] == answers[1][name]
        for one, other in zip(answers[0][name], answers[1][name], strict=True):
            for column, value in one.items():
                assert type(value) is type(other[column]), column


def test_mirrors_and_quotes(filled: Engine) -> None:
    found = rows(filled, "mirrors")
    assert [(row["post_id"], row["article_key"], row["position"]) for row in found] == [
        (1, "A-1", 0),
        (2, "A-2", 0),
        (2, "A-1", 1),
        (3, None, 0),
        (4, None, 0),
    ]
    first = found[0]
    assert first["post_key"] == f"{BOARD}&wr_id=1"
    assert first["board_url"] == BOARD
    assert (first["relation"], first["origin"], first["engine"]) == (
        "truncated", "known", "gnuboard5",
    )  # fmt: skip
    assert (first["cut"], first["cuts"], first["is_spam"]) == (16, [16, None], True)
    assert first["matched_at"] == LATER
    assert found[2]["coverage"] == 2 / 3
    assert [row["relation"] for row in rows(filled, "quotes")] == ["quote"]


def test_posts(filled: Engine) -> None:
    found = rows(filled, "posts")
    assert found[0]["reasons"] == "keyword_line,contact"
    assert found[2]["reasons"] == ""
    assert (found[0]["comments"], found[0]["is_spam"], found[0]["title_from_body"]) == (
        2,
        True,
        True,
    )
    assert (found[3]["posted_at"], found[3]["fetched_at"], found[3]["engine"]) == (None, None, None)


def test_families_are_tied_by_their_article(filled: Engine) -> None:
    known, inferred, second = rows(filled, "families")
    assert (known["article_key"], known["posts"], known["boards"]) == ("A-1", 2, 1)
    assert known["first_seen"] == datetime(2026, 2, 28, 14, 30, tzinfo=UTC)
    assert (inferred["origin"], inferred["posts"], inferred["boards"]) == ("inferred", 2, 2)
    assert inferred["last_seen"] == NOW, "a post without any time stands where it was stored"
    assert (second["article_key"], second["posts"]) == ("A-2", 1)


def test_boards(filled: Engine) -> None:
    crawled, loaded = rows(filled, "boards")
    assert (crawled["url"], crawled["engine"], crawled["name"]) == (
        BOARD,
        "gnuboard5",
        "자유게시판",
    )
    assert (crawled["posts"], crawled["mirrors"], crawled["spam"]) == (3, 4, 2)
    assert crawled["spam_share"] == 2 / 3
    assert (crawled["enabled"], loaded["enabled"]) == (True, False)
    assert sum(row["mirrors"] for row in (crawled, loaded)) == len(rows(filled, "mirrors"))


def test_a_board_without_posts(store: Engine) -> None:
    with writing(store) as conn:
        save_board(conn, BOARD, "gnuboard5", None, NOW)
    (row,) = rows(store, "boards")
    assert (row["posts"], row["spam_share"], row["first_post"]) == (0, None, None)


def test_campaigns_are_posts_with_what_ties_them(filled: Engine) -> None:
    posts = [row["post_id"] for row in rows(filled, "posts")][:3]
    ties = [TieRecord(post_id, "phone", "01012345678", is_strong=True) for post_id in posts]
    with writing(filled) as conn:
        assert replace_campaigns(conn, [CampaignRecord(None, ties)], NOW) == 3
        assert replace_campaigns(conn, [CampaignRecord(1, ties)], NOW) == 0
    (found,) = rows(filled, "campaigns")
    assert (found["kind"], found["value"], found["is_weak"]) == ("phone", "01012345678", False)
    assert (found["posts"], found["phones"], found["domains"]) == (3, 1, 0)
    assert [row["post_id"] for row in rows(filled, "campaign_posts")] == posts
    weak = [TieRecord(i, "keyword", "광고", is_strong=False) for i in posts[:2]]
    with writing(filled) as conn:
        assert replace_campaigns(conn, [CampaignRecord(1, weak)], NOW) == 1
    (found,) = rows(filled, "campaigns")
    assert (found["campaign_id"], found["posts"], found["is_weak"]) == (1, 2, True)


def test_an_id_of_a_campaign_is_not_given_again(filled: Engine) -> None:
    (post_id, *_) = [row["post_id"] for row in rows(filled, "posts")]
    tie = TieRecord(post_id, "phone", "01012345678", is_strong=True)
    with writing(filled) as conn:
        replace_campaigns(conn, [CampaignRecord(None, [tie])], NOW)
        assert replace_campaigns(conn, [], NOW) == 1
        replace_campaigns(conn, [CampaignRecord(None, [tie])], NOW)
    assert [row["campaign_id"] for row in rows(filled, "campaigns")] == [2]


def test_days_are_korean_ones(filled: Engine) -> None:
    found = {row["day"]: row for row in rows(filled, "daily")}
    assert sorted(found) == ["2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03"]
    assert found["2026-02-28"]["posts"] == 1
    assert found["2026-03-01"]["posts"] == 1
    assert (found["2026-03-02"]["posts"], found["2026-03-02"]["new_articles"]) == (3, 1)
    assert (found["2026-03-03"]["posts"], found["2026-03-03"]["new_articles"]) == (0, 1)
    assert sum(row["mirrors"] for row in found.values()) == 5


def test_an_analyst_compares_times_in_plain_sql(filled: Engine) -> None:
    statement = "SELECT count(*) FROM mirrors WHERE posted_at >= '2026-03-01T00:00:00Z'"
    with reading(filled) as conn:
        assert conn.scalar(text(statement)) == 1


def test_a_view_is_streamed(store: Engine) -> None:
    with writing(store) as conn:
        for number in range(1200):
            save_post(conn, a_post(str(number), comments=[]), None, NOW)
    with reading(store) as conn:
        ids = [row.post_id for row in read_view(conn, "posts")]
    assert ids == sorted(ids)
    assert len(ids) == 1200


def test_an_unknown_view() -> None:
    with pytest.raises(KeyError):
        view_columns("nothing")


# --- crawls -------------------------------------------------------------------------------


def test_what_a_crawl_has_seen(filled: Engine) -> None:
    with reading(filled) as conn:
        found = seen_posts(conn, BOARD)
        assert set(found) == {"1", "2", "3"}
        assert found["1"] == SeenPost(
            a_post().list_mark, NOW, Status.LIVE, a_post().posted_at, NOW, None, a_post("1").url
        )
        assert seen_posts(conn, "https://nowhere.example/") == {}


# --- the report ---------------------------------------------------------------------------


def test_figures_of_the_report(filled: Engine) -> None:
    with reading(filled) as conn:
        counted = totals(conn)
        assert (counted.boards, counted.posts, counted.live_posts, counted.spam_posts) == (
            2,
            5,
            5,
            3,
        )
        assert (counted.mirrors, counted.mirror_posts, counted.quotes) == (5, 4, 1)
        assert (counted.known_articles, counted.inferred_articles) == (2, 1)
        assert [row.url for row in board_table(conn)] == [BOARD, "읽어 들인 글"]
        by_relation = {row.relation: (row.links, row.posts) for row in mirrors_by_relation(conn)}
        assert by_relation == {
            Relation.TRUNCATED: (3, 3),
            Relation.COLLAGE: (2, 1),
            Relation.QUOTE: (1, 1),
        }
        assert [row.article_key for row in top_articles(conn, 1)] == ["A-1"]
        assert [row.text for row in top_families(conn, 9)] == ["글에서 되살린 기사"]
        assert [(row.kind.value, row.posts) for row in top_lures(conn, 1)] == [
            ("email", 1),
            ("keyword", 3),
            ("phone", 3),
        ]
        assert top_campaigns(conn, 9) == []
        assert [row.command for row in run_history(conn, 5)] == ["crawl board"]


def test_the_example_is_the_post_that_shows_most(filled: Engine) -> None:
    with reading(filled) as conn:
        post_id = best_example(conn)
        assert post_id is not None
        explained = read_explanation(conn, post_id)
        assert explained.post.is_spam
        assert explained.post.body == a_post().body
        assert explained.post.reasons == "keyword_line,contact"
        assert [lure.kind for lure in explained.lures] == ["keyword", "phone", "keyword"]
        assert len(explained.copied[0].spans) == 2


def test_known_articles_are_read_as_an_import_would_bring_them(filled: Engine) -> None:
    with reading(filled) as conn:
        records = list(read_known_articles(conn))
        assert len(records) == count_known_articles(conn) == totals(conn).known_articles > 0
    (first,) = [record for record in records if record.key == "A-1"]
    assert (first.text, first.title) == (an_article().text, an_article().title)


def test_an_empty_store_reports_nothing(store: Engine) -> None:
    with reading(store) as conn:
        assert best_example(conn) is None
        assert totals(conn).posts == 0
        assert all(list(read_view(conn, name)) == [] for name in VIEWS)
        assert conn.execute(select(views.posts)).all() == []
