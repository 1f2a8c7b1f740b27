"""Writing: what is new, what changed, and what stays as it is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, select

from models import schema
from models.engine import reading
from models.errors import InvalidRecord, WrongClock
from models.queries import read_spans, read_view
from models.records import CommentRecord, LureRecord, Span
from models.relation import LureKind, Relation, Status
from models.write import (
    KEY_BYTES,
    Outcome,
    finish_run,
    get_store_info,
    replace_verdict,
    save_board,
    save_post,
    set_store_info,
    start_run,
    writing,
)
from tests.models.filling import (
    BOARD,
    LATER,
    NOW,
    a_mirror,
    a_post,
    a_verdict,
    an_article,
    dump,
    fill,
    put,
    save_article,
)


def test_a_post_is_read_back_as_it_was_given(store: Engine) -> None:
    record = a_post()
    saved = put(store, record)
    assert (saved.outcome, saved.version) == (Outcome.NEW, 1)
    with reading(store) as conn:
        row = conn.execute(select(schema.post)).one()
        comments = conn.execute(select(schema.comment)).all()
    for name in ("native_id", "key", "url", "engine", "status", "title", "author", "ip",
                 "category", "posted_at", "fetched_at", "hits", "links", "files", "body",
                 "hidden", "hrefs", "list_mark"):  # fmt: skip
        assert row._mapping[name] == getattr(record, name), name
    assert (row.comment_count, row.body_chars, row.hidden_chars) == (2, 20, 3)
    assert row.posted_at.tzinfo is UTC
    assert row.first_seen_at == NOW
    assert [(c.author, c.text, c.depth) for c in comments] == [
        ("가람", "잘 읽었습니다.", 0),
        (None, "저도요.", 1),
    ]


def test_the_same_again_changes_no_row(store: Engine) -> None:
    fill(store)
    with writing(store) as conn:
        run_id = start_run(conn, "load posts", {}, LATER)
    before = dump(store)
    with writing(store) as conn:
        for native_id in ("1",):
            assert save_post(conn, a_post(native_id), run_id, LATER).outcome is Outcome.SEEN
        loaded = a_post("4", board_url="읽어 들인 글", engine=None, posted_at=None, fetched_at=None)
        assert save_post(conn, loaded, run_id, LATER).outcome is Outcome.SEEN
        assert save_article(conn, an_article("A-1"), run_id, LATER).outcome is Outcome.SEEN
        save_board(conn, BOARD, "gnuboard5", "자유게시판", LATER)
    assert dump(store) == before


def test_a_new_sight_refreshes_figures_only(store: Engine) -> None:
    put(store, a_post())
    later = a_post(hits=99, fetched_at=LATER, comment_count=5, list_mark="another", posted_at=NOW)
    assert put(store, later, LATER).outcome is Outcome.SEEN
    with reading(store) as conn:
        row = conn.execute(select(schema.post)).one()
    assert (row.hits, row.comment_count, row.list_mark) == (99, 5, "another")
    assert row.fetched_at == LATER
    assert row.posted_at == a_post().posted_at, "a board's '3 hours ago' drifts"
    assert (row.version, row.changed_at) == (1, None)
    put(store, a_post(fetched_at=NOW - timedelta(days=9)), LATER)
    with reading(store) as conn:
        assert conn.scalar(select(schema.post.c.fetched_at)) == LATER


def test_what_was_not_known_is_filled_in(store: Engine) -> None:
    put(store, a_post(url=None, ip=None, posted_at=None, engine=None))
    assert put(store, a_post(), LATER).outcome is Outcome.SEEN
    with reading(store) as conn:
        row = conn.execute(select(schema.post)).one()
    assert (row.url, row.ip, row.engine) == (a_post().url, a_post().ip, "gnuboard5")
    assert row.posted_at == a_post().posted_at


@pytest.mark.parametrize(
    "change",
    [
        {"title": "다른 제목"},
        {"author": "다른 이"},
        {"category": None},
        {"body": "다른 글"},
        {"hidden": []},
        {"hrefs": ["https://other.example/"]},
        {"links": []},
        {"files": ["다른.jpg"]},
        {"comments": []},
    ],
)
def test_a_changed_post_gets_a_version_and_the_old_one_stays(
    store: Engine, change: dict[str, object]
) -> None:
    old, new = a_post(), a_post(fetched_at=LATER, **change)
    put(store, old)
    saved = put(store, new, LATER)
    assert (saved.outcome, saved.version) == (Outcome.CHANGED, 2)
    with reading(store) as conn:
        now = conn.execute(select(schema.post)).one()
        before = conn.execute(select(schema.post_version)).one()
        comments = conn.execute(select(schema.comment.c.text)).scalars().all()
    for name in ("title", "author", "category", "body", "hidden", "hrefs", "links", "files"):
        assert now._mapping[name] == getattr(new, name)
        assert before._mapping[name] == getattr(old, name)
    assert [c["text"] for c in before.comments] == [c.text for c in old.comments]
    assert comments == [c.text for c in new.comments]
    assert (before.version, before.seen_at, now.changed_at) == (1, NOW, LATER)
    # And back: every version stays, each with the time when it was first seen.
    old.fetched_at = LATER + timedelta(days=1)
    assert put(store, old, LATER + timedelta(days=1)).version == 3
    with reading(store) as conn:
        rows = conn.execute(select(schema.post_version.c.version, schema.post_version.c.seen_at))
        assert sorted(tuple(row) for row in rows) == [(1, NOW), (2, LATER)]


def test_times_of_comments_are_no_change(store: Engine) -> None:
    put(store, a_post())
    moved = [replace(c, posted_at=LATER) for c in a_post().comments]
    assert put(store, a_post(comments=moved), LATER).outcome is Outcome.SEEN


@pytest.mark.parametrize(
    "status", [Status.SECRET, Status.DELETED, Status.DENIED, Status.UNREADABLE]
)
def test_what_a_board_hides_later_stays_evidence(store: Engine, status: Status) -> None:
    put(store, a_post())
    gone = a_post(status=status, title=None, author=None, category=None, body="", hidden=[],
                  hrefs=[], links=[], files=[], comments=[], hits=None)  # fmt: skip
    assert put(store, gone, LATER).outcome is Outcome.CHANGED
    after = dump(store)
    assert put(store, gone, LATER).outcome is Outcome.SEEN
    assert dump(store) == after
    with reading(store) as conn:
        row = conn.execute(select(schema.post)).one()
    assert (row.status, row.body, row.title) == (status, a_post().body, a_post().title)
    assert (row.hits, row.comment_count, row.body_chars) == (12, 2, 20)
    assert len(after["comment"]) == 2
    assert [row[0] for row in after["post_version"]] == [Status.LIVE]
    assert put(store, a_post(), LATER).outcome is Outcome.CHANGED


def test_a_post_that_was_never_read_is_a_status(store: Engine) -> None:
    secret = a_post(status=Status.SECRET, body="", hidden=[], comments=[])
    assert put(store, secret).outcome is Outcome.NEW
    assert put(store, secret, LATER).outcome is Outcome.SEEN
    with reading(store) as conn:
        row = conn.execute(select(schema.post)).one()
    assert (row.status, row.comment_count, row.is_spam) == (Status.SECRET, None, False)


def test_hostile_characters_are_stored_one_for_one(store: Engine) -> None:
    record = a_post(
        title="a\x00b", body="앞\x00\ud800뒤😀\x01끝", hidden=["\udfff"], hrefs=["\x00"],
        comments=[CommentRecord(native_id="\x00", author="\ud800", posted_at=None, text="\x00")],
    )  # fmt: skip
    post_id = put(store, record).post_id
    assert put(store, record, LATER).outcome is Outcome.SEEN
    lures = (LureRecord(LureKind.KEYWORD, "\x00", "\ud800"),)
    with writing(store) as conn:
        assert replace_verdict(conn, post_id, [], a_verdict(lures=lures), None, NOW)
        assert not replace_verdict(conn, post_id, [], a_verdict(lures=lures), None, LATER)
    with reading(store) as conn:
        row = conn.execute(select(schema.post)).one()
        assert row.title == "a�b"
        assert row.body == "앞��뒤😀\x01끝"
        assert len(row.body) == len(record.body)
        assert (row.hidden, row.hrefs) == (["�"], ["�"])
        assert [tuple(lure)[3:5] for lure in read_view(conn, "lures")] == [("�", "�")]


def test_hostile_sizes_are_stored(store: Engine) -> None:
    long = "https://casino.example/" + "가나다라" * 20_000
    record = a_post(
        body="바카라 " * 200_000, hits=10**30, comment_count=-1, url=long, title=long, hrefs=[long]
    )
    post_id = put(store, record).post_id
    lures = (LureRecord(LureKind.URL, long, long),)
    with writing(store) as conn:
        replace_verdict(conn, post_id, [], a_verdict(lures=lures), None, NOW)
    assert put(store, record, LATER).outcome is Outcome.SEEN
    with reading(store) as conn:
        row = conn.execute(select(schema.post)).one()
        assert (row.body, row.hits, row.comment_count) == (record.body, None, None)
        assert row.body_chars == 600_000


@pytest.mark.parametrize("name", ["native_id", "key", "board_url"])
def test_an_identity_that_no_index_holds_is_refused(store: Engine, name: str) -> None:
    before = dump(store)
    put_ok = "가" * (KEY_BYTES // 3)
    with pytest.raises(InvalidRecord, match="longer than 2000 bytes"), writing(store) as conn:
        save_post(conn, a_post(**{"key": "k", name: put_ok + "가"}), None, NOW)
    assert dump(store) == before
    assert put(store, a_post(**{"key": "k", name: put_ok})).outcome is Outcome.NEW


def test_a_post_without_native_id_is_refused(store: Engine) -> None:
    with pytest.raises(InvalidRecord, match="native id is empty"):
        put(store, a_post(native_id=""))


def test_a_native_id_is_of_its_board(store: Engine) -> None:
    first = put(store, a_post("7"))
    second = put(store, a_post("7", board_url=""))
    third = put(store, a_post("07"))
    assert len({first.post_id, second.post_id, third.post_id}) == 3


def test_a_time_without_a_zone_is_refused(store: Engine) -> None:
    with pytest.raises(Exception, match="without a zone"):
        put(store, a_post(posted_at=datetime(2026, 3, 2)))  # noqa: DTZ001


def test_times_come_back_in_utc(store: Engine) -> None:
    korean = datetime(2026, 3, 2, 1, 2, 3, 999_999, tzinfo=timezone(timedelta(hours=9)))
    put(store, a_post(posted_at=korean))
    with reading(store) as conn:
        stored = conn.scalar(select(schema.post.c.posted_at))
    assert stored == datetime(2026, 3, 1, 16, 2, 3, tzinfo=UTC)
    assert stored.utcoffset() == timedelta(0)


# --- verdicts -----------------------------------------------------------------------------


def test_a_verdict_is_written_once(store: Engine) -> None:
    post_id = put(store, a_post()).post_id
    with writing(store) as conn:
        article_id = save_article(conn, an_article(), None, NOW).article_id
        assert replace_verdict(conn, post_id, [a_mirror(article_id)], a_verdict(), None, NOW)
    before = dump(store)
    with writing(store) as conn:
        run_id = start_run(conn, "rematch", {}, LATER)
        mirrors = [a_mirror(article_id)]
        assert not replace_verdict(conn, post_id, mirrors, a_verdict(), run_id, LATER)
    after = dump(store)
    assert {name for name in after if after[name] != before[name]} == {"run"}
    with reading(store) as conn:
        assert read_spans(conn, post_id, article_id) == list(a_mirror(article_id).spans)
        row = conn.execute(select(schema.post)).one()
        assert row.reasons == ("keyword_line", "contact")
        assert (row.copies, row.title_from_body, row.is_spam, row.matched_at) == (
            2,
            True,
            True,
            NOW,
        )


def test_a_new_post_needs_no_comparison(store: Engine) -> None:
    with writing(store) as conn:
        article_id = save_article(conn, an_article(), None, NOW).article_id
        post_id = save_post(conn, a_post(), None, NOW).post_id
        mirrors = [a_mirror(article_id)]
        assert replace_verdict(conn, post_id, mirrors, a_verdict(), None, NOW, is_new=True)
        assert not replace_verdict(conn, post_id, mirrors, a_verdict(), None, LATER)


def test_only_what_changed_of_a_verdict_is_written(store: Engine) -> None:
    post_id = put(store, a_post()).post_id
    with writing(store) as conn:
        ids = [save_article(conn, an_article(f"A-{n}"), None, NOW).article_id for n in range(3)]
        mirrors = [a_mirror(ids[0]), a_mirror(ids[1])]
        replace_verdict(conn, post_id, mirrors, a_verdict(), None, NOW)
        mirrors = [
            a_mirror(ids[0]),
            a_mirror(ids[2], spans=(Span(0, 3, 0, 3),), relation=Relation.EXCERPT),
        ]
        assert replace_verdict(conn, post_id, mirrors, a_verdict(lures=()), None, LATER)
    with reading(store) as conn:
        rows = conn.execute(select(schema.mirror).order_by(schema.mirror.c.position)).all()
        assert [(row.article_id, row.matched_at) for row in rows] == [
            (ids[0], NOW),
            (ids[2], LATER),
        ]
        assert read_spans(conn, post_id, ids[1]) == []
        assert read_spans(conn, post_id, ids[2]) == [Span(0, 3, 0, 3)]
        assert conn.scalar(select(schema.post.c.matched_at)) == LATER
        assert conn.execute(select(schema.lure)).all() == []


# --- articles, boards, runs ---------------------------------------------------------------


def test_a_changed_article_gets_a_version(store: Engine) -> None:
    with writing(store) as conn:
        first = save_article(conn, an_article(), None, NOW)
        second = save_article(conn, an_article(text="새 글"), None, LATER)
    assert (second.article_id, second.outcome) == (first.article_id, Outcome.CHANGED)
    assert second.old_text == an_article().text
    with reading(store) as conn:
        row = conn.execute(select(schema.article)).one()
        old = conn.execute(select(schema.article_version)).one()
    assert (row.text, row.chars, row.version) == ("새 글", 2, 2)
    assert (old.text, old.version, old.seen_at) == (an_article().text, 1, NOW)


def test_a_later_record_of_an_article_adds_and_forgets_nothing(store: Engine) -> None:
    with writing(store) as conn:
        save_article(conn, an_article(publisher=None), None, NOW)
        again = save_article(conn, an_article(url=None, published_at=None), None, LATER)
    assert again.outcome is Outcome.SEEN
    with reading(store) as conn:
        row = conn.execute(select(schema.article)).one()
    assert (row.publisher, row.url) == ("한빛신문", an_article().url)
    assert row.published_at == an_article().published_at


def test_ids_of_deleted_articles_are_not_given_again(store: Engine) -> None:
    with writing(store) as conn:
        first = save_article(conn, an_article("A-1"), None, NOW).article_id
        conn.execute(schema.article.delete())
        assert save_article(conn, an_article("A-2"), None, NOW).article_id > first


def test_boards_of_loaded_posts_are_not_crawled_until_asked_for(store: Engine) -> None:
    put(store, a_post())
    enabled = select(schema.board.c.enabled)
    with writing(store) as conn:
        assert conn.scalar(enabled) is False
        save_board(conn, BOARD, "gnuboard5", "자유게시판", NOW)
        assert conn.scalar(enabled) is True
        assert conn.scalar(select(schema.board.c.name)) == "자유게시판"


def test_a_run_is_stored_with_whatever_its_stats_hold(store: Engine) -> None:
    with writing(store) as conn:
        run_id = start_run(conn, "crawl board", {"url": BOARD, "since": NOW}, NOW)
        stats = {"start_time": NOW, "rate": float("nan"), "post/new": 3, "말": "글\x00", "x": {1}}
        finish_run(conn, run_id, "finished", 3, stats, LATER)
    with reading(store) as conn:
        row = conn.execute(select(schema.run)).one()
    assert row.arguments == {"url": BOARD, "since": NOW.isoformat()}
    assert (row.outcome, row.exit_code, row.finished_at) == ("finished", 3, LATER)
    assert row.stats["post/new"] == 3
    assert row.stats["rate"] is None
    assert row.stats["말"] == "글�"


def test_no_run_begins_before_the_machine_knows_the_time(store: Engine) -> None:
    with (
        pytest.raises(WrongClock, match="says 1970-01-01 00:00 UTC: set it"),
        writing(store) as conn,
    ):
        start_run(conn, "crawl board", {}, datetime(1970, 1, 1, tzinfo=UTC))


def test_a_number_that_is_given_again_takes_nothing_of_the_post_before(store: Engine) -> None:
    put(store, a_post())
    other = a_post(engine="gnuboard4", ip="203.0.*.7", body="다른 글입니다.", fetched_at=LATER)
    put(store, other)
    with reading(store) as conn:
        row = conn.execute(select(schema.post)).one()
    assert (row.version, row.engine, row.ip) == (2, "gnuboard4", "203.0.*.7")


def test_facts_about_the_store(store: Engine) -> None:
    with writing(store) as conn:
        assert get_store_info(conn, "matched") is None
        set_store_info(conn, "matched", "1")
        set_store_info(conn, "matched", "2")
        assert get_store_info(conn, "matched") == "2"
