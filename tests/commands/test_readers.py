"""Input files as people make them, and as they break."""

import gzip
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.readers import (
    BadInputError,
    Limits,
    Row,
    open_input,
    read_article,
    read_post,
    read_rows,
    read_time,
)
from crawler.sample_board import SampleBoards, SamplePost
from models.relation import Status

NOW = datetime(2026, 5, 1, tzinfo=UTC)
LIMITS = Limits(line_bytes=2000, chars=500)


def rows(path: Path, content: bytes | str, limits: Limits = LIMITS) -> list[tuple[int, Any]]:
    """Write a file; return its rows as (line, fields or reason)."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_input(str(path)) as source:
        return [
            (row.line, row.fields.reason if isinstance(row.fields, BadInputError) else row.fields)
            for row in read_rows(source, limits)
        ]


def reason(path: Path, content: bytes | None = None) -> str:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInputError) as error, open_input(str(path)) as source:
        list(read_rows(source, LIMITS))
    return error.value.reason


def post(fields: dict[str, Any], limits: Limits = LIMITS) -> Any:
    return read_post(fields, limits, NOW).record


# --- files ----------------------------------------------------------------------------


def test_each_bad_json_line_is_one_bad_row_and_the_good_ones_stay(tmp_path: Path) -> None:
    content = '{"id": 1}\n{"id": 2\n\n[1, 2]\n"x"\n{"id": 3}\n' + "[" * 1500 + "\nnull\n{}"
    assert rows(tmp_path / "a.jsonl", content) == [
        (1, {"id": 1}),
        (2, "json"),
        (4, "not_object"),
        (5, "not_object"),
        (6, {"id": 3}),
        (7, "json"),
        (8, "not_object"),
        (9, {}),
    ]


@pytest.mark.parametrize(
    "written",
    [
        json.dumps([{"id": 1}, {"id": 2, "x": [{"y": "}"}]}]),
        json.dumps([{"id": 1}, {"id": 2, "x": [{"y": "}"}]}], indent=1),
        '[\n{"id": 1},\n{"id": 2, "x": [{"y": "}"}]}\n]\n',
        '{"id": 1}{"id": 2, "x": [{"y": "}"}]}',
        '{\n"id": 1\n}\n{\n"id": 2,\n"x": [\n{"y": "}"}\n]\n}',
    ],
)
def test_json_in_an_array_over_many_lines_or_side_by_side(tmp_path: Path, written: str) -> None:
    found = [fields for _, fields in rows(tmp_path / "a.json", written)]
    assert found == [{"id": 1}, {"id": 2, "x": [{"y": "}"}]}]


def test_an_object_of_an_array_that_is_broken_costs_no_other(tmp_path: Path) -> None:
    array = (
        '[\n{"id": 1},\n{"id": 2, "text": "가},\n{"id": 3},\n{"id": 4, "x": tru},\n7,\n{"id": 5\n'
    )
    assert rows(tmp_path / "a.json", array) == [
        (2, {"id": 1}),
        (3, "json"),
        (4, {"id": 3}),
        (5, "json"),
        (6, "not_object"),
        (7, "json"),
    ]
    endless = "{\n" + '"x": 1,\n' * 400
    assert reason(tmp_path / "b.json", endless.encode()) == "too_long"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_csv_with_other_delimiters_and_with_the_columns_of_bigkinds(
    tmp_path: Path, delimiter: str
) -> None:
    table = '뉴스 식별자,일자,기고자,제목,본문,URL\n01.1,20260302,홍길동,"제, 목",가나다,u\n'
    found = rows(tmp_path / "a.tsv", table.replace(",", delimiter).encode("cp949"))
    title = "제, 목".replace(",", delimiter)
    told = {"id": "01.1", "published_at": "20260302", "byline": "홍길동", "title": title}
    assert found == [(2, {**told, "text": "가나다", "url": "u", "is_stub": True})]


def test_the_lines_of_a_row_with_a_column_too_many_are_no_rows(tmp_path: Path) -> None:
    table = 'id,text\n1,"하나, 첫 줄\n가, 나\n끝",x\n2,둘\n'
    assert rows(tmp_path / "a.csv", table) == [(2, "columns"), (5, {"id": "2", "text": "둘"})]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    assert reason(tmp_path / "a.csv", "id,text,text\n1,가,나\n".encode()) == "columns"


def test_a_line_with_two_fields_of_one_name_is_refused(tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "text": "첫째 글", "text": "둘째 글"}',
        '[{"id": "b", "text": "셋째 글"}, {"id": "c", "id": "d", "text": "넷째 글"}]',
    ]
    for line in lines:
        path = tmp_path / "posts.jsonl"
        path.write_text(line + "\n", "utf-8")
        with open_input(str(path)) as source:
            [*_, row] = read_rows(source, Limits())
        assert isinstance(row.fields, BadInputError)
        assert row.fields.reason == "field_twice"


def test_an_endless_number_is_a_bad_line(tmp_path: Path) -> None:
    limits = Limits(line_bytes=100_000)
    assert rows(tmp_path / "a", '{"id": ' + "9" * 50_000 + "}", limits) == [(1, "json")]


def test_the_content_says_the_format_where_the_name_is_wrong(tmp_path: Path) -> None:
    jsonl, table = '{"id": "1"}\n', "id,text\r\n1,말\r\n"
    found = [(1, {"id": "1"})]
    assert rows(tmp_path / "a.csv", jsonl) == found
    assert rows(tmp_path / "b.txt", gzip.compress(jsonl.encode())) == found
    assert rows(tmp_path / "c.jsonl.gz", jsonl) == found
    assert rows(tmp_path / "d.jsonl", table) == [(2, {"id": "1", "text": "말"})]
    assert rows(tmp_path / "e.csv.gz", gzip.compress(table.encode())) == [
        (2, {"id": "1", "text": "말"})
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_csv_and_json_lines_in_korean_encodings(tmp_path: Path, encoding: str) -> None:
    table = 'ID, Text ,url\n1,"첫 줄\n둘째 ""줄"", 똠방",\n\n,뷁,u\n'
    assert rows(tmp_path / "a.csv", table.encode(encoding)) == [
        (2, {"id": "1", "text": '첫 줄\n둘째 "줄", 똠방'}),
        (5, {"text": "뷁", "url": "u"}),
    ]
    line = '{"text": "똠방각하"}'
    assert rows(tmp_path / "a.jsonl", line.encode(encoding)) == [(1, {"text": "똠방각하"})]


def test_a_damaged_line_in_a_utf8_file_is_not_read_as_cp949(tmp_path: Path) -> None:
    good, cp949 = '{"text": "가"}\n'.encode(), '{"text": "나"}\n'.encode("cp949")
    assert rows(tmp_path / "a", good + cp949 + good) == [
        (1, {"text": "가"}),
        (2, "encoding"),
        (3, {"text": "가"}),
    ]


def test_csv_rows_behind_a_quote_that_is_never_closed_are_kept(tmp_path: Path) -> None:
    table = 'id,text\n1,하나\n2,"둘\n3,셋\n4,"넷\n4"\n5,하나,둘\n6\n7,일곱\n'
    found = rows(tmp_path / "a.csv", table)
    assert [row for row in found if isinstance(row[1], dict)] == [
        (2, {"id": "1", "text": "하나"}),
        (4, {"id": "3", "text": "셋"}),
        (5, {"id": "4", "text": "넷\n4"}),
        (9, {"id": "7", "text": "일곱"}),
    ]
    assert [row for row in found if not isinstance(row[1], dict)] == [
        (3, "csv"),
        (7, "columns"),
        (8, "columns"),
    ]


def test_a_csv_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    assert reason(tmp_path / "a.csv", "글번호,본문\n1,말\n".encode()) == "columns"


def test_a_line_that_is_too_long_is_skipped_without_being_read(tmp_path: Path) -> None:
    long = b'{"id": "' + b"x" * 300_000 + b'"}\n'
    found = rows(tmp_path / "a", b'{"id": 1}\n' + long + b'{"id": 2}\n' + long.rstrip())
    assert found == [(1, {"id": 1}), (2, "too_long"), (3, {"id": 2}), (4, "too_long")]
    table = b"id,text\n1,a\n2," + b"x" * 3000 + b"\n3,c\n"
    assert rows(tmp_path / "a.csv", table) == [
        (2, {"id": "1", "text": "a"}),
        (3, "too_long"),
        (4, {"id": "3", "text": "c"}),
    ]


def test_lines_before_what_is_no_gzip_any_more_are_kept(tmp_path: Path) -> None:
    line = '{"id": "%d", "text": "글"}\n'
    packed = gzip.compress((line % 1).encode())
    two = packed + b"\0" * 100 + gzip.compress((line % 2).strip().encode())
    assert len(rows(tmp_path / "two.gz", two)) == 2
    (tmp_path / "bad.gz").write_bytes(two + b"garbage")
    found: list[Row] = []
    with pytest.raises(BadInputError) as error, open_input(str(tmp_path / "bad.gz")) as source:
        found.extend(read_rows(source, Limits()))
    assert [row.fields["id"] for row in found] == ["1", "2"]  # type: ignore[index]
    assert error.value.reason == "broken_gzip"


def test_a_line_before_what_is_no_gzip_any_more_is_kept_though_it_is_the_only_one(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(b'{"id": 1}\n') + b"junk")
    found = []
    with pytest.raises(BadInputError) as error, open_input(str(tmp_path / "a.gz")) as source:
        found.extend(read_rows(source, LIMITS))
    assert ([row.fields for row in found], error.value.reason) == ([{"id": 1}], "broken_gzip")


def test_files_that_were_joined_with_their_marks_are_read(tmp_path: Path) -> None:
    each = "\ufeff" + '{"id": 1}\n'
    assert rows(tmp_path / "a.jsonl", each * 2) == [(1, {"id": 1}), (2, {"id": 1})]


def test_lines_before_the_end_of_a_cut_off_gzip_file_are_kept(tmp_path: Path) -> None:
    content = "".join(f'{{"id": {n}, "x": "{n * 7919 % 1000}"}}\n' for n in range(5000)).encode()
    path = tmp_path / "a.jsonl.gz"
    cut_off = gzip.compress(content)[:-2000]
    path.write_bytes(cut_off)
    whole_lines = zlib.decompressobj(wbits=31).decompress(cut_off).count(b"\n")
    got: list[Any] = []
    with open_input(str(path)) as source:
        found = read_rows(source, LIMITS)
        with pytest.raises(BadInputError) as error:
            got.extend(row.fields for row in found)
    assert error.value.reason == "truncated_gzip"
    assert [fields["id"] for fields in got] == list(range(whole_lines))


def test_a_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(BadInputError, match="the standard input is closed"), open_input("-"):
        pass


def test_files_that_cannot_be_read_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    assert reason(path) == "missing"
    assert reason(tmp_path) == "directory"
    assert reason(path, b"") == "empty"
    assert reason(path, b"\xef\xbb\xbf\n \n") == "empty"
    assert reason(path, b"\xef\xbb\xbf") == "empty"
    assert reason(path, gzip.compress(b"")) == "empty"
    assert reason(path, b"PK\x03\x04" + bytes(50)) == "table"
    assert reason(path, '{"id": 1}'.encode("utf-16")) == "not_text"
    assert reason(path, bytes(range(256)) * 30) == "not_text"
    assert reason(path, b"\x1f\x8b\x08garbage that is no gzip") in {"broken_gzip", "truncated_gzip"}


# --- records --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"id": "1"}, "no_text"),
        ({"id": "1", "text": None}, "no_text"),
        ({"id": "1", "text": " \n"}, "no_text"),
        ({"id": "1", "text": 5}, "type"),
        ({"id": "1", "text": ["말"]}, "type"),
        ({"id": "1", "text": "… !? \u200b\u3164"}, "no_letters"),
        ({"text": "말"}, "no_id"),
        ({"id": "", "url": None, "text": "말"}, "no_id"),
        ({"id": {"a": 1}, "text": "말"}, "id"),
        ({"id": True, "text": "말"}, "id"),
        ({"id": "가" * 1000, "text": "말"}, "id"),
        ({"id": "1", "text": "가나" * 251}, "too_long"),
    ],
)
def test_records_that_are_refused(fields: dict[str, Any], expected: str) -> None:
    for read in (read_article, lambda f, limits: read_post(f, limits, NOW)):
        with pytest.raises(BadInputError) as error:
            read(fields, LIMITS)
        assert error.value.reason == expected


def test_length_counts_letters_and_digits_only() -> None:
    assert read_article({"id": "1", "text": "가 . " * 500}, LIMITS).record.text.startswith(
        "가 . 가"
    )


def test_markup_that_is_too_long_is_refused_before_it_is_parsed() -> None:
    for name in ("html", "page"):
        with pytest.raises(BadInputError) as error:
            post({"id": "1", name: "<b>" * 1000})
        assert error.value.reason == "too_long"


def test_characters_that_no_store_takes_are_dropped_and_counted() -> None:
    line = r'{"id": "a\u0000b", "text": "가\ud800나\u0000 \ud83d\ude00", "title": "\udfff"}'
    reading = read_article(json.loads(line), LIMITS)
    assert (reading.record.key, reading.record.text, reading.record.title) == (
        "ab",
        "가나 😀",
        None,
    )
    assert reading.notes == ["text/cleaned"]


def test_fields_of_a_wrong_type_are_left_out_where_they_only_describe(tmp_path: Path) -> None:
    fields = {"id": 7, "text": "말", "title": ["x"], "publisher": 12, "published_at": "어제"}
    reading = read_article(fields, LIMITS)
    assert (reading.record.key, reading.record.title, reading.record.publisher) == ("7", None, "12")
    assert reading.record.published_at is None
    assert reading.notes == ["field/ignored/title", "date/unreadable"]
    [(_, fields)] = rows(tmp_path / "a.jsonl", '{"id": "1", "text": "말", "title": NaN}')
    assert read_article(fields, LIMITS).record.title is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-01-31T09:30:00+09:00", "2026-01-31 00:30:00"),
        ("2026-01-31T00:30:00Z", "2026-01-31 00:30:00"),
        ("2026-01-31 09:30", "2026-01-31 00:30:00"),
        ("2026-01-31", "2026-01-30 15:00:00"),
        ("2026.01.31. 09:30", "2026-01-31 00:30:00"),
        ("2026/1/31", "2026-01-30 15:00:00"),
        ("20260131", "2026-01-30 15:00:00"),
        (20260131093000, "2026-01-31 00:30:00"),
        (1769819400, "2026-01-31 00:30:00"),
        ("1769819400.0", "2026-01-31 00:30:00"),
        (1769819400000, "2026-01-31 00:30:00"),
        ("Sat, 31 Jan 2026 00:30:00 GMT", "2026-01-31 00:30:00"),
        ("어제", None),
        ("2026-13-01", None),
        ("0001-01-01T00:00:00+09:00", None),
        ("9" * 40, None),
        (1e300, None),
        (float("nan"), None),
        (True, None),
        ({"$date": 1}, None),
    ],
)
def test_times(value: object, expected: str | None) -> None:
    time = read_time(value)
    assert (None if time is None else f"{time:%Y-%m-%d %H:%M:%S}") == expected
    assert time is None or time.tzinfo is UTC


# --- posts ----------------------------------------------------------------------------


def test_the_body_is_the_first_of_text_html_and_page() -> None:
    html = "<p>둘</p><p style='display:none'>셋</p><a href='https://a.example/'>넷</a>"
    both = post({"id": "1", "text": "하나", "html": html, "page": "<html>"})
    assert (both.body, both.hidden) == ("하나", [])
    # What a text hides behind its words stands in the markup beside it.
    assert both.hrefs == ["https://a.example/"]
    beside = post(
        {"id": "1", "text": "하나", "html": 7, "page": f"<html><body>{html}</body></html>"}
    )
    assert (beside.body, beside.hrefs) == ("하나", ["https://a.example/"])
    only = post({"id": "1", "text": "", "html": html})
    assert (only.body.split(), only.hidden, only.hrefs) == (
        ["둘", "넷"],
        ["셋"],
        ["https://a.example/"],
    )


def test_identity_of_a_line_is_its_board_and_id_or_else_url() -> None:
    line = post({"id": "7", "url": "https://a.example/7", "board": "free", "text": "말"})
    assert (line.board_url, line.native_id, line.key) == ("free", "7", "7")
    line = post({"url": "https://a.example/7", "text": "말", "date": "2026-01-31"})
    assert (line.board_url, line.native_id, line.key) == ("", line.url, line.url)
    assert line.posted_at == datetime(2026, 1, 30, 15, tzinfo=UTC)


def test_a_page_is_read_by_its_engine() -> None:
    sample = SamplePost(
        board="gnuboard",
        id=17,
        title="저녁 모임 알림",
        author="홍길동",
        hits=30,
        html="<p>여섯 시에 봅니다.</p>",
        comments=(),
    )
    boards = SampleBoards([sample])
    with boards:
        answer = boards.respond("/bbs/board.php?bo_table=free&wr_id=17").decode()
    page = answer.partition("\r\n\r\n")[2]
    url = "https://board.example/bbs/board.php?bo_table=free&wr_id=17&page=3&sst=wr_hit"
    read = post({"url": url, "page": page}, Limits())
    assert (read.engine, read.native_id, read.key) == ("gnuboard5", "17", url)
    assert read.board_url == "https://board.example/bbs/board.php?bo_table=free"
    assert (read.title, read.author, read.body) == ("저녁 모임 알림", "홍길동", "여섯 시에 봅니다.")
    assert (read.status, read.hits) == (Status.LIVE, 30)
    named = post({"id": "x", "board": "mine", "title": "제목", "page": page}, Limits())
    assert (named.board_url, named.native_id, named.title) == ("mine", "x", "제목")


def test_a_page_that_says_a_post_is_gone_is_a_status() -> None:
    boards = SampleBoards([])
    with boards:
        answer = boards.respond("/bbs/board.php?bo_table=free&wr_id=17").decode()
    page = answer.partition("\r\n\r\n")[2]
    read = post({"id": "1", "page": page}, Limits())
    assert read.status is not Status.LIVE
    assert read.body == ""


def test_a_page_that_no_engine_knows_is_read_all_the_same() -> None:
    article = "".join(
        f"<p>{n}번째 문단에는 그럴듯한 이야기가 길게 적혀 있습니다.</p>" for n in range(9)
    )
    page = f"<html><body><nav>메뉴</nav><article>{article}</article></body></html>"
    assert "3번째 문단에는" in post({"id": "1", "page": page}, Limits()).body
    fragment = "<div><p>첫 줄</p>둘째 줄</div>"
    assert post({"id": "1", "page": fragment}).body.split("\n") == ["첫 줄", "둘째 줄"]


DUMP = """자정을 앞둔 새빛구
페이지 정보

본문
새빛누수탐지
자정을 앞둔 새빛구장에 함성이 일었다.
새빛누수탐지
댓글목록
등록된 댓글이 없습니다."""


def test_a_page_that_was_saved_as_text_is_read_as_one() -> None:
    for name in ("page", "text"):
        read = post({"id": "1", name: DUMP})
        assert read.title == "자정을 앞둔 새빛구"
        assert read.body == "새빛누수탐지\n자정을 앞둔 새빛구장에 함성이 일었다.\n새빛누수탐지"
    # With a title, the text is the body, whatever it looks like.
    assert post({"id": "1", "title": "제목", "text": DUMP}).body == DUMP
