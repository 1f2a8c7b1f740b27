"""Posts and articles through the matcher and the store, on SQLite and on PostgreSQL."""

import json
import random
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from models.engine import open_store
from models.records import ArticleRecord, PostRecord
from models.schema import metadata
from models.write import Outcome, writing
from pipelines.match import Matcher
from tests.core.sample_text import article, misspelt, notices, pushed_in, shuffled

NOW = datetime(2026, 11, 1, tzinfo=UTC)
KEYWORD = "웹사이트상위노출"
KNOWN = article(1, 1200)
UNKNOWN = article(2, 1200)


def post(key: str, body: str, *, title: str = "제목", board: str = "b") -> PostRecord:
    return PostRecord(board_url=board, native_id=key, key=key, title=title, body=body)


def polluted(body: str) -> str:
    return f"{KEYWORD}\n{body}\n{KEYWORD}"


def save(store: Engine, *records: PostRecord | ArticleRecord) -> list[Any]:
    matcher, saved = Matcher(), []
    with writing(store) as connection:
        for record in records:
            if isinstance(record, PostRecord):
                saved.append(matcher.save_post(connection, record, None, NOW))
            else:
                saved.append(matcher.save_article(connection, record, None, NOW))
    return saved


def known(key: str = "a1", content: str = KNOWN) -> ArticleRecord:
    return ArticleRecord(key=key, text=content, title="기사 제목")


def rows(store: Engine, query: str) -> list[dict[str, Any]]:
    with store.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(text(query))]


def families(store: Engine) -> set[frozenset[str]]:
    found: dict[int, set[str]] = {}
    for row in rows(store, "SELECT article_id, post_key FROM mirrors WHERE origin = 'inferred'"):
        found.setdefault(row["article_id"], set()).add(row["post_key"])
    return {frozenset(members) for members in found.values()}


def links(store: Engine) -> set[tuple[Any, ...]]:
    columns = "post_key, article_key, relation, coverage, share, copies, cut, score"
    query = f"SELECT {columns} FROM mirrors WHERE origin = 'known'"
    return {tuple(row.values()) for row in rows(store, query)}


def test_a_copy_is_linked_and_explained(store: Engine) -> None:
    save(store, known(), post("p1", polluted(KNOWN[:800] + KNOWN[:500]), title=KNOWN[:15]))
    (mirror,) = rows(store, "SELECT * FROM mirrors")
    assert mirror["article_key"] == "a1"
    assert mirror["relation"] == "truncated"
    assert mirror["copies"] == 2
    assert abs(mirror["cut"] - 800) <= 2
    (seen,) = rows(store, "SELECT * FROM posts")
    assert seen["copies"] == 2
    assert bool(seen["title_from_body"])
    assert bool(seen["is_spam"])
    assert [(r["kind"], r["value"]) for r in rows(store, "SELECT * FROM lures")] == [
        ("keyword", KEYWORD)
    ]


def test_a_licensed_repost_is_a_copy_and_no_spam(store: Engine) -> None:
    save(store, known(), post("p1", KNOWN))
    (mirror,) = rows(store, "SELECT relation, is_spam FROM mirrors")
    assert mirror["relation"] == "exact"
    assert not mirror["is_spam"]


def test_spans_point_into_the_stored_texts(store: Engine) -> None:
    body = polluted(KNOWN[200:700].replace("\n", ""))
    save(store, known(), post("p1", body))
    spans = rows(store, "SELECT * FROM span ORDER BY position")
    assert spans
    for span in spans:
        copied = body[span["post_start"] : span["post_end"]]
        source = KNOWN[span["article_start"] : span["article_end"]]
        assert "".join(copied.split()) == "".join(source.split())


def test_a_quote_is_listed_and_is_no_mirror(store: Engine) -> None:
    save(store, known(), post("p1", f"{article(7, 700)}\n{KNOWN[200:260]}\n{article(8, 300)}"))
    assert rows(store, "SELECT * FROM mirrors") == []
    assert len(rows(store, "SELECT * FROM quotes")) == 1


def test_all_sources_of_a_post_of_many_pieces_are_linked(store: Engine) -> None:
    articles = [article(100 + at, 900) for at in range(14)]
    save(store, *(known(f"a{at}", text) for at, text in enumerate(articles)))
    save(
        store, post("p", "\n".join(text[50 * at % 700 :][:120] for at, text in enumerate(articles)))
    )
    found = rows(store, "SELECT article_key, relation FROM mirrors")
    assert {row["article_key"] for row in found} == {f"a{at}" for at in range(14)}
    assert {row["relation"] for row in found} == {"collage"}


def test_the_same_again_changes_nothing(store: Engine) -> None:
    records = [known(), post("p1", polluted(KNOWN[:700])), post("p2", polluted(UNKNOWN[:700]))]
    records.append(post("p3", polluted(UNKNOWN[:500])))
    save(store, *records)
    before = dump(store)
    saved = save(store, *records)
    assert {s.outcome for s in saved} == {Outcome.SEEN}
    assert dump(store) == before


def test_rematch_of_an_unchanged_store_changes_nothing(store: Engine) -> None:
    save(store, known(), *(post(f"p{n}", polluted(UNKNOWN[: 900 - 100 * n])) for n in range(4)))
    save(store, post("k", polluted(KNOWN[:700])), post("own", article(9)))
    Matcher().rematch(store, None, NOW)
    before = dump(store)
    done = Matcher().rematch(store, None, datetime(2026, 11, 2, tzinfo=UTC))
    assert done.changed == 0
    assert dump(store) == before


def test_an_edited_post_is_matched_again(store: Engine) -> None:
    save(store, known(), known("a2", article(3)), post("p1", polluted(KNOWN[:700])))
    save(store, post("p1", polluted(article(3)[:600])))
    (mirror,) = rows(store, "SELECT * FROM mirrors")
    assert mirror["article_key"] == "a2"
    assert rows(store, "SELECT version FROM posts") == [{"version": 2}]


def test_a_post_made_blank_loses_its_links(store: Engine) -> None:
    save(store, known(), post("p1", polluted(KNOWN[:700])))
    save(store, post("p1", ""))
    assert rows(store, "SELECT * FROM mirrors") == []


def test_posts_that_copy_each_other_form_a_family(store: Engine) -> None:
    save(store, known(), *(post(f"p{n}", polluted(UNKNOWN[: 1000 - 150 * n])) for n in range(4)))
    assert families(store) == {frozenset({"p0", "p1", "p2", "p3"})}
    (family,) = rows(store, "SELECT * FROM families WHERE origin = 'inferred'")
    assert family["posts"] == 4


def test_the_inferred_article_holds_no_payload(store: Engine) -> None:
    save(store, *(post(f"p{n}", polluted(UNKNOWN[: 1000 - 150 * n])) for n in range(3)))
    (inferred,) = rows(store, "SELECT text FROM article WHERE origin = 'inferred'")
    assert KEYWORD not in inferred["text"]
    assert inferred["text"] in UNKNOWN


def test_a_text_pasted_twice_shows_its_article_by_itself(store: Engine) -> None:
    save(store, post("p1", polluted(UNKNOWN[:801] + UNKNOWN[:603])))
    (mirror,) = rows(store, "SELECT * FROM mirrors")
    assert (mirror["origin"], mirror["copies"]) == ("inferred", 2)
    cuts = mirror["cuts"]
    first, second = json.loads(cuts) if isinstance(cuts, str) else cuts
    assert first == 801
    assert abs(second - 603) <= 1


def test_a_family_moves_to_the_real_article(store: Engine) -> None:
    save(store, *(post(f"p{n}", polluted(UNKNOWN[: 1000 - 150 * n])) for n in range(3)))
    save(store, known("real", UNKNOWN))
    Matcher().rematch(store, None, NOW)
    assert families(store) == set()
    assert {row[0:3] for row in links(store)} == {(f"p{n}", "real", "truncated") for n in range(3)}
    assert rows(store, "SELECT * FROM article WHERE origin = 'inferred'") == []


def test_a_family_keeps_its_id_as_it_grows(store: Engine) -> None:
    save(store, *(post(f"p{n}", polluted(UNKNOWN[: 700 - 100 * n])) for n in range(2)))
    query = "SELECT article_id FROM families WHERE origin = 'inferred'"
    before = rows(store, query)
    save(store, post("p9", polluted(UNKNOWN[:1100])), post("p8", polluted(UNKNOWN[100:600])))
    Matcher().rematch(store, None, NOW)
    assert rows(store, query) == before
    assert families(store) == {frozenset({"p0", "p1", "p8", "p9"})}


def test_a_large_family_grows_at_the_next_rematch(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each copy is linked anew when its article grows: whoever posts pairs could make that endless."""
    monkeypatch.setattr("pipelines.families.MOST_GROWN", 3)
    monkeypatch.setattr("pipelines.families.READ_AT", frozenset({3}))
    save(store, *(post(f"p{n}", polluted(UNKNOWN[:600])) for n in range(4)))
    query = "SELECT id, text FROM article WHERE origin = 'inferred'"
    (before,) = rows(store, query)
    save(store, post("p8", polluted(UNKNOWN[:1100])), post("p9", polluted(UNKNOWN[:1000])))
    assert rows(store, query) == [before]
    assert families(store) == {frozenset({"p0", "p1", "p2", "p3", "p8", "p9"})}
    Matcher().rematch(store, None, NOW)
    (after,) = rows(store, query)
    assert after["id"] == before["id"]
    assert UNKNOWN[:900] in after["text"]


def test_of_one_text_in_many_papers_the_earliest_is_the_original(store: Engine) -> None:
    hours = [*range(2, 14), 1, *range(14, 20)]
    for hour in hours:
        at = datetime(2026, 10, 1, hour, tzinfo=UTC)
        save(store, replace(known(f"paper{hour}"), published_at=at))
    save(store, known("undated"), post("p1", polluted(KNOWN[:700])))
    assert rows(store, "SELECT article_key FROM mirrors") == [{"article_key": "paper1"}]


def test_a_text_that_everybody_has_is_found_all_the_same(store: Engine) -> None:
    """All its keys are hot: of a hundred articles hold it, each with a text of its own beside it."""
    matcher = Matcher()
    papers = [known(f"paper{n}", f"{KNOWN}\n{article(100 + n, 300)}") for n in range(100)]
    with writing(store) as connection:
        matcher.save_articles(connection, papers, None, NOW)
        assert matcher.counts["index/hot"] > 0
        # Nothing but hot keys; hot ones and some that lead to another article.
        matcher.save_post(connection, post("p1", KNOWN[40:-40]), None, NOW)
        body = f"{article(100, 300)[:60]}\n{KNOWN}"
        matcher.save_post(connection, post("p2", polluted(body)), None, NOW)
    assert matcher.counts["match/hot_voted"] == 2
    found = rows(store, "SELECT post_key, share FROM mirrors WHERE origin = 'known'")
    assert {row["post_key"] for row in found} == {"p1", "p2"}
    assert all(row["share"] > 0.9 for row in found)


def test_a_batch_stores_what_its_records_store_one_by_one(store: Engine, tmp_path: Path) -> None:
    """Known by key, by another form of the address, or twice in the batch, by either."""
    texts = [article(200 + n, 300) for n in range(4)]
    paper = "https://paper.example/news"
    first = [
        ArticleRecord(key="k1", url=f"{paper}/1", title="첫째 기사의 제목", text=texts[0]),
        ArticleRecord(key="k2", url=f"{paper}/2", title="둘째 기사의 제목", text=texts[1]),
    ]
    batch = [
        ArticleRecord(
            key="p1", url="http://m.paper.example/news/1", title="다른 제목", text=texts[0]
        ),
        ArticleRecord(key="k1", title="첫째 기사의 제목", text=texts[2]),
        ArticleRecord(key="p2", url=f"{paper}/2?utm_source=x", title="둘째", text=texts[3]),
        ArticleRecord(key="p3", url=f"{paper}/3", title="셋째 기사의 제목", text=texts[3]),
        ArticleRecord(
            key="p5", url="http://www.paper.example/news/3", title=None, text=texts[3][:200]
        ),
        first[1],
    ]
    other = open_store(f"sqlite:///{tmp_path}/other.sqlite3", Matcher.recipe())
    matcher = Matcher()
    with writing(store) as connection:
        matcher.save_articles(connection, first, None, NOW)
        together = matcher.save_articles(connection, batch, None, NOW)
    one_by_one = save(other, *first, *batch)[len(first) :]
    assert [each.outcome for each in together] == [each.outcome for each in one_by_one]
    query = "SELECT key, url, title, text, version FROM article ORDER BY id"
    assert rows(store, query) == rows(other, query)
    assert [row["key"] for row in rows(store, query)] == ["k1", "k2", "p2", "p3"]
    other.dispose()


def test_own_texts_form_no_family(store: Engine) -> None:
    save(store, *(post(f"p{n}", polluted(article(20 + n, 500))) for n in range(5)))
    assert families(store) == set()


def test_notices_that_many_boards_post_form_no_family(store: Engine) -> None:
    copies = [post(f"c{n}", polluted(UNKNOWN[: 500 + 50 * n])) for n in range(4)]
    own = [post(f"p{n}", notices(2 + n % 4, n)) for n in range(16)]
    save(store, *copies, *own)
    whole = frozenset(f"c{n}" for n in range(4))
    assert whole in families(store)
    assert max(len(members) for members in families(store) - {whole} or {()}) <= 5
    Matcher().rematch(store, None, NOW)
    assert whole in families(store)
    assert max(len(members) for members in families(store) - {whole} or {()}) <= 5


def records_of(seed: int) -> list[PostRecord | ArticleRecord]:
    chosen = random.Random(seed)
    texts = [article(100 + n, 700) for n in range(5)]
    out: list[PostRecord | ArticleRecord] = [known(f"a{n}", texts[n]) for n in (0, 1)]
    for n in range(12):
        source = chosen.choice(texts)
        start = chosen.choice((0, 0, 0, chosen.randrange(300)))
        body = source[start : start + chosen.randrange(100, 600)]
        if chosen.random() < 0.25:
            body += body[: chosen.randrange(90, 100 + len(body))]
        if chosen.random() < 0.2:
            body += chosen.choice(texts)[: chosen.randrange(100, 500)]
        out.append(post(f"p{n}", polluted(body)))
    return out


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@example(seed=617, order=random.Random(1))  # a post that is as much of two families
@given(seed=st.integers(0, 10_000), order=st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(
    seed: int, order: random.Random, tmp_path_factory: pytest.TempPathFactory
) -> None:
    records = records_of(seed)
    results = []
    for _ in range(2):
        folder = tmp_path_factory.mktemp("order")
        with opened(f"sqlite:///{folder}/store.sqlite3") as store:
            for record in records:
                save(store, record)
            Matcher().rematch(store, None, NOW)
            results.append((links(store), families(store)))
        order.shuffle(records)
    assert results[0] == results[1]


def test_copies_in_flight_make_one_family(store: Engine, store_url: str) -> None:
    """Writers that start at once each see what the others have written."""
    barrier = threading.Barrier(6)
    problems: list[BaseException] = []

    def write(number: int) -> None:
        try:
            engine = open_store(store_url)
            barrier.wait()
            save(engine, post(f"p{number}", polluted(UNKNOWN[: 1000 - 20 * number])))
            engine.dispose()
        except BaseException as error:  # handed to the test's own thread
            problems.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert families(store) == {frozenset(f"p{n}" for n in range(6))}


def test_a_huge_post_of_one_word_is_stored(store: Engine) -> None:
    save(store, known(), post("p1", "광고대행 " * 200_000))
    (seen,) = rows(store, "SELECT body_chars FROM posts")
    assert seen["body_chars"] == 800_000


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = open_store(url)
    yield engine
    engine.dispose()


def dump(store: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""
    with store.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for table in metadata.sorted_tables
        }


def test_words_in_another_order_are_linked_to_their_article(store: Engine) -> None:
    others = [known(f"a{n}", article(n, 1200)) for n in range(20, 40)]
    save(store, *others, known(), post("p1", shuffled(KNOWN[:800], 8)))
    (row,) = rows(store, "SELECT article_key, relation, coverage FROM mirrors")
    assert row["article_key"] == "a1"
    assert row["relation"] == "edited"
    assert abs(row["coverage"] - 2 / 3) < 0.05


def test_copies_with_common_syllables_pushed_in_are_linked(store: Engine) -> None:
    save(store, *[known(f"a{n}", article(n, 1200)) for n in range(20, 40)])
    for n in range(20, 40):
        at = 40 * (n - 20)
        body = pushed_in(article(n, 1200)[at : at + 200], "이가은는을에고도", n)
        save(store, post(f"p{n}", body))
    found = rows(store, "SELECT post_key, article_key, share FROM mirrors")
    assert len(found) >= 17
    for row in found:
        assert row["post_key"][1:] == row["article_key"][1:]
        assert row["share"] > 0.8


@pytest.mark.parametrize("part", [0.4, 1.0])
def test_a_post_spelt_wrong_is_linked_to_what_it_sounds_like(store: Engine, part: float) -> None:
    save(store, *[known(f"a{n}", article(n, 1200)) for n in range(20, 40)], known())
    body = f"{KEYWORD}\n{misspelt(KNOWN[:600], part)}\n{KEYWORD}"
    save(store, post("p1", body), post("p2", misspelt(UNKNOWN[:600], part)))
    (row,) = rows(store, "SELECT * FROM mirrors WHERE origin = 'known'")
    assert (row["post_key"], row["article_key"]) == ("p1", "a1")
    assert row["relation"] == "truncated"
    assert abs(row["cut"] - 600) <= 5
    (lure,) = rows(store, "SELECT kind, value FROM lures")
    assert lure["value"] == KEYWORD
    for post_start, post_end, start, end in (
        each.values()
        for each in rows(store, "SELECT post_start, post_end, article_start, article_end FROM span")
    ):
        # A syllable for a syllable, at its place.
        assert len(body[post_start:post_end]) == len(KNOWN[start:end])


@pytest.mark.parametrize("loss", ["jamo", "letters"])
def test_a_post_of_question_marks_is_linked_to_its_article(store: Engine, loss: str) -> None:
    """The letters are lost; where the words stand and how long they are is not."""

    def lose(text: str) -> str:
        written = unicodedata.normalize("NFD", text) if loss == "jamo" else text
        return written.encode("ascii", "replace").decode()

    body = f"{KEYWORD}\n{lose(KNOWN[:500])}\n{KEYWORD}"
    save(store, *[known(f"a{n}", article(n, 1200)) for n in range(20, 30)], known())
    save(store, post("p1", body))
    (row,) = rows(store, "SELECT * FROM mirrors")
    assert row["article_key"] == "a1"
    assert row["relation"] == "truncated"
    assert abs(row["cut"] - 500) <= 10
    assert abs(row["coverage"] - 500 / len(KNOWN)) < 0.03
    (lure,) = rows(store, "SELECT kind, value FROM lures")
    assert lure["value"] == KEYWORD
    spans = rows(store, "SELECT post_start, post_end, article_start, article_end FROM span")
    assert spans
    for post_start, post_end, start, end in (each.values() for each in spans):
        assert body[post_start:post_end] == lose(KNOWN[start:end])
