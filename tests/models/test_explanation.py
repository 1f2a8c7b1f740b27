"""One post with all that the store says of it, on both backends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from models.engine import reading
from models.explanation import (
    Segment,
    copies_of,
    find_post_id,
    find_posts,
    read_explanation,
    segments_of,
    substituted,
)
from models.records import Span
from models.schema import run
from models.version import program_version
from models.write import (
    finish_run,
    save_post,
    set_store_info,
    start_run,
    writing,
)
from tests.models.filling import BOARD, LATER, NOW, a_post, fill


@pytest.fixture
def filled(store: Engine) -> Engine:
    fill(store)
    return store


def test_a_post_is_found_by_key_address_and_post_id(filled: Engine) -> None:
    with reading(filled) as conn:
        key = a_post("1").key
        (by_key,) = find_posts(conn, key)
        assert find_posts(conn, "https://elsewhere.example/", [key]) == [by_key]
        assert find_post_id(conn, by_key.post_id) == [by_key]
        assert find_posts(conn, str(by_key.post_id)) == [by_key]
        for nothing in ("nobody", "99999", "9" * 40, "", "١"):
            assert find_posts(conn, nothing) == []


def test_two_boards_may_use_one_key(store: Engine) -> None:
    with writing(store) as conn:
        for board in (BOARD, "https://other.example/"):
            save_post(conn, a_post(board_url=board, key="17", url=None), None, NOW)
    with reading(store) as conn:
        assert [row.board_url for row in find_posts(conn, "17")] == [
            BOARD,
            "https://other.example/",
        ]


def test_an_explanation_says_where_each_part_comes_from(filled: Engine) -> None:
    with reading(filled) as conn:
        (found,) = find_posts(conn, a_post("1").key)
        explained = read_explanation(conn, found.post_id)
        assert explained.hidden == ["숨은 글"]
        assert explained.hrefs == ["https://casino.example/"]
        assert explained.run is not None
        assert explained.run.command == "crawl board"
        assert explained.capture is not None
        assert explained.capture.warc_file == "a.warc.gz"
        best = explained.copied[0]
        assert best.run is not None
        assert (best.run.id, best.run.version) == (explained.run.id, program_version())
        assert best.text[best.spans[0].article_start : best.spans[0].article_end]
        with pytest.raises(KeyError):
            read_explanation(conn, 10**6)


def test_a_run_remembers_program_and_recipe(store: Engine) -> None:
    with writing(store) as conn:
        set_store_info(conn, "recipe", "old")
        run_id = start_run(conn, "rematch", {}, NOW)
    with reading(store) as conn:
        began = conn.execute(select(run)).one()
        assert (began.version, began.recipe) == (program_version(), "old")
    with writing(store) as conn:
        # What `rematch --recipe` does at its end.
        set_store_info(conn, "recipe", "new")
        finish_run(conn, run_id, "done", 0, {}, LATER)
    with reading(store) as conn:
        assert conn.execute(select(run.c.recipe)).scalar_one() == "new"


# --- the text in pieces -------------------------------------------------------------------


def test_segments_are_the_whole_body_in_order() -> None:
    body = "열쇠 가나다라. 마바사 X 아자차카 열쇠 끝"
    spans = [Span(3, 7, 0, 4, 1), Span(9, 12, 4, 7, 1), Span(15, 19, 0, 4, 2)]
    found = list(segments_of(body, [spans], ["열쇠", ""]))
    assert "".join(segment.text for segment in found) == body
    assert found == [
        Segment("열쇠", is_payload=True),
        Segment(" "),
        # Joined over what is no letter.
        Segment("가나다라. 마바사", copy=(0, 1), article_start=0, article_end=7),
        Segment(" X "),
        Segment("아자차카", copy=(0, 2), article_start=0, article_end=4),
        Segment(" "),
        Segment("열쇠", is_payload=True),
        Segment(" 끝"),
    ]
    assert copies_of([spans]) == [(0, 1), (0, 2)]


def test_stretches_between_which_the_article_was_left_out_stay_apart() -> None:
    spans = [Span(0, 4, 0, 4), Span(5, 9, 60, 64), Span(10, 14, 30, 34)]
    found = [s for s in segments_of("가나다라 마바사아 자차카타", [spans], []) if s.copy]
    assert [(s.article_start, s.article_end) for s in found] == [(0, 4), (60, 64), (30, 34)]


def test_the_better_article_wins_where_two_claim_the_same_text() -> None:
    found = list(segments_of("가나다라마바", [[Span(2, 4, 0, 2)], [Span(0, 6, 9, 15)]], []))
    assert [(s.text, s.copy) for s in found] == [
        ("가나", (1, 1)),
        ("다라", (0, 1)),
        ("마바", (1, 1)),
    ]


def test_exchanged_words_are_told_from_the_article_s() -> None:
    exchanged = [("예약", "도박", 3), ("예약제", "도박장", 4)]
    assert list(substituted("도박장 앞 도박 끝", exchanged)) == [
        ("도박장", "예약제"),
        (" 앞 ", None),
        ("도박", "예약"),
        (" 끝", None),
    ]
    assert list(substituted("그대로", [])) == [("그대로", None)]


@given(
    st.text("가나다 .X", max_size=60),
    st.lists(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=5), max_size=3),
    st.lists(st.text("가나X", max_size=3), max_size=3),
)
def test_no_letter_is_lost_or_doubled(
    body: str, places: list[list[tuple[int, int]]], raws: list[str]
) -> None:
    spans = [
        [Span(start, start + 3, at, at + 3, 1 + at % 2) for start, at in sorted(own)]
        for own in places
    ]
    found = list(segments_of(body, spans, raws))
    assert "".join(segment.text for segment in found) == body
    assert not any(segment.is_payload and segment.copy for segment in found)
