"""Excel, Parquet and search answers in; Excel and Parquet out; stubs, and one story in many papers."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet
import pytest
from sqlalchemy import create_engine, text

from crawler.readers import BadInputError, Limits, read_article
from crawler.tables import read_parquet, read_xlsx
from models.schema import article, article_version
from models.views import mirrors, stories
from tests.commands.running import Run
from tests.crawl.running import rows

BIGKINDS = (
    "뉴스 식별자", "일자", "언론사", "기고자", "제목", "통합 분류1", "통합 분류2", "통합 분류3",
    "사건/사고 분류1", "사건/사고 분류2", "사건/사고 분류3", "인물", "위치", "기관", "키워드",
    "특성추출(가중치순 상위 50개)", "본문", "URL", "분석제외 여부",
)  # fmt: skip
WHOLE = (
    "한빛시가 올해 강변 산책로를 4킬로미터 더 늘리기로 했다. 공사는 다음 달 초에 시작해 내년 봄에 끝난다. "
    "시는 공사 동안 주민이 다닐 임시 길을 내고, 자전거 이용자는 건너편 둑길로 돌아가도록 안내한다. "
    "예산은 모두 32억 원이며 절반은 도에서 받는다. 주민 설명회는 오는 목요일 저녁 일곱 시 시민회관에서 열린다. "
    "시 관계자는 산책로가 완성되면 구도심에서 하구까지 끊김 없이 걸을 수 있게 된다고 말했다. "
    "다만 일부 구간은 철새 보호를 위해 겨울철에 통행을 제한할 계획이다. 환경 단체는 조명 밝기를 낮춰 달라고 요구했다. "
    "시는 이에 따라 가로등 높이를 낮추고 자정 뒤에는 절반만 켜기로 했다. 둑길에는 쉼터 여섯 곳과 급수대 두 곳이 들어선다. "
    "공사를 맡을 업체는 이달 말 입찰로 정한다. 시의회는 예산 심의에서 사후 관리 계획을 함께 내라고 주문했다."
)
STUB = WHOLE[:200]


def bigkinds(path: Path, *records: dict[str, Any], above: int = 0) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for _ in range(above):
        sheet.append(["뉴스빅데이터 분석"])
    sheet.append(list(BIGKINDS))
    for record in records:
        sheet.append([record.get(name) for name in BIGKINDS])
    book.save(path)
    # The real ones claim to be one cell large.
    claim(path, "A1")
    return path


def claim(path: Path, size: str) -> None:
    """Have a sheet lie about its dimension."""
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    source = parts[sheet].decode()
    before, _, rest = source.partition("<dimension ref=")
    _, _, after = rest.partition("/>")
    parts[sheet] = f'{before}<dimension ref="{size}"/>{after}'.encode()
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)


def a_record(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "뉴스 식별자": f"01100101.2026030208000000{number}",
        "일자": 20260302,
        "언론사": "한빛일보",
        "기고자": "김하늘",
        "제목": f"강변 산책로 늘린다 {number}",
        "본문": STUB,
        "URL": f"http://news.hanbit.example/{number}",
        **fields,
    }


def test_a_bigkinds_export_is_read(tmp_path: Path, sqlite_url: str, scrapy_sqlite: Run) -> None:
    path = bigkinds(
        tmp_path / "bigkinds.xlsx",
        a_record(1),
        a_record(2, 일자="20260303", 본문=STUB[::-1]),
        a_record(3, 일자=datetime(2026, 3, 4), 본문=STUB[50:] + STUB[:50]),  # noqa: DTZ001
        a_record(4, 본문=None),
        a_record(5, 일자="언젠가", URL=None, 본문=STUB.upper() + " 다섯째 기사의 끝."),
        above=3,
    )
    done = scrapy_sqlite("load", "articles", str(path))
    assert done.code == 3  # one without a text
    assert "no_text" not in done.err
    stored = {row.key[-1]: row for row in rows(sqlite_url, article)}
    assert sorted(stored) == ["1", "2", "3", "5"]
    assert (stored["1"].publisher, stored["1"].byline) == ("한빛일보", "김하늘")
    assert [stored[n].published_at for n in "123"] == [
        datetime(2026, 3, day, 15, tzinfo=UTC) for day in (1, 2, 3)
    ]
    assert stored["5"].published_at is None
    assert all(row.is_stub for row in stored.values())


def test_a_stub_finds_its_copies_and_gives_way_to_the_whole(
    tmp_path: Path, sqlite_url: str, scrapy_sqlite: Run
) -> None:
    stub = bigkinds(tmp_path / "stub.xlsx", a_record(1))
    post = tmp_path / "posts.jsonl"
    post.write_text(json.dumps({"id": "p1", "text": WHOLE[:280], "board": "b"}), "utf-8")
    whole = tmp_path / "whole.jsonl"
    whole.write_text(
        json.dumps({"url": "https://www.news.hanbit.example/1?utm_source=x", "text": WHOLE}),
        "utf-8",
    )
    assert scrapy_sqlite("load", "articles", str(stub)).code == 0
    assert scrapy_sqlite("load", "posts", str(post)).code == 0
    (link,) = rows(sqlite_url, mirrors)
    assert (link.is_stub, link.relation) == (True, "truncated")

    assert scrapy_sqlite("load", "articles", str(whole)).code == 0
    assert scrapy_sqlite("rematch").code == 0
    (row,) = rows(sqlite_url, article)
    assert (row.is_stub, row.version, row.text) == (False, 2, WHOLE)
    assert row.key == a_record(1)["뉴스 식별자"]
    assert [old.text for old in rows(sqlite_url, article_version)] == [STUB]
    (link,) = rows(sqlite_url, mirrors)
    assert (link.is_stub, link.relation) == (False, "truncated")
    assert 0.4 < link.coverage < 1
    # The import again: what is known whole stays.
    assert scrapy_sqlite("load", "articles", str(stub)).code == 0
    assert [(r.text, r.version) for r in rows(sqlite_url, article)] == [(WHOLE, 2)]


def test_one_article_of_three_sources_is_known_once(
    tmp_path: Path, sqlite_url: str, scrapy_sqlite: Run
) -> None:
    address = "http://news.hanbit.example/1"
    title = "강변 산책로, 4킬로미터 더 늘린다"
    stub = str(bigkinds(tmp_path / "stub.xlsx", a_record(1, 제목=title)))
    item = {"title": title, "originallink": address, "description": f"...{WHOLE[240:340]}..."}
    found = tmp_path / "search.json"
    found.write_text(
        json.dumps({"items": [{**item, "pubDate": "Mon, 02 Mar 2026 09:00:00 +0900"}]}), "utf-8"
    )
    whole = tmp_path / "whole.jsonl"
    own = {"id": "own", "url": f"{address}?utm_source=x", "title": title, "text": WHOLE}
    whole.write_text(json.dumps(own), "utf-8")
    orders = [(stub, found, whole), (whole, found, stub), (found, stub)]
    for number, order in enumerate(orders):
        store = f"{sqlite_url}{number}"
        assert scrapy_sqlite("load", "articles", *map(str, order), STORE_URL=store).code == 0
        (row,) = rows(store, article)
        text, is_stub = (WHOLE, False) if whole in order else (STUB, True)
        assert (row.url, row.text, row.is_stub, row.publisher, row.byline) == (
            address,
            text,
            is_stub,
            "한빛일보",
            "김하늘",
        )
        # BIGKinds knows the day, the search tells the minute.
        assert row.published_at == datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


def test_articles_that_share_an_address_and_no_text_stay_apart(
    tmp_path: Path, sqlite_url: str, scrapy_sqlite: Run
) -> None:
    path = bigkinds(
        tmp_path / "a.xlsx",
        a_record(1, URL="http://news.hanbit.example/"),
        a_record(2, URL="http://news.hanbit.example/", 본문=STUB[::-1]),
        a_record(3, URL="http://news.hanbit.example/x"),
        a_record(4, URL="http://news.hanbit.example/x", 본문=STUB[20::-1] + STUB[:20:-1]),
    )
    assert scrapy_sqlite("load", "articles", str(path)).code == 0
    assert len(rows(sqlite_url, article)) == 4


SEARCH = {
    "lastBuildDate": "Mon, 02 Mar 2026 10:00:00 +0900",
    "total": 2,
    "items": [
        {
            "title": "강변 <b>산책로</b> &quot;더 길게&quot;",
            "originallink": "https://news.hanbit.example/1",
            "link": "https://n.portal.example/1",
            "description": f"{STUB[:110]}...",
            "pubDate": "Mon, 02 Mar 2026 09:00:00 +0900",
        },
        {"title": "본문이 없는 것", "link": "https://n.portal.example/2", "description": ""},
    ],
}


@pytest.mark.parametrize("indent", [None, 2])
def test_an_answer_of_a_news_search_is_read(
    indent: int | None, tmp_path: Path, sqlite_url: str, scrapy_sqlite: Run
) -> None:
    path = tmp_path / "search.json"
    path.write_text(json.dumps(SEARCH, ensure_ascii=False, indent=indent), "utf-8")
    assert scrapy_sqlite("load", "articles", str(path)).code == 3
    (row,) = rows(sqlite_url, article)
    assert (row.key, row.title, row.text, row.is_stub) == (
        "https://news.hanbit.example/1",
        '강변 산책로 "더 길게"',
        STUB[:110].strip(),
        True,
    )
    assert row.published_at == datetime(2026, 3, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", b"PK\x03\x04broken", "the workbook cannot be read"),
        ("a.parquet", b"PAR1broken", "the Parquet file cannot be read"),
        ("a.json", b'{\n "a": 1,\n "b": 2\n', "the file ends within the object"),
    ],
)
def test_a_broken_table_is_said(
    name: str, content: bytes, said: str, tmp_path: Path, sqlite_url: str, scrapy_sqlite: Run
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = scrapy_sqlite("load", "articles", str(path))
    assert done.code != 0
    assert said in done.err
    assert "Traceback" not in done.err


def test_a_workbook_without_known_columns_is_said(
    tmp_path: Path, sqlite_url: str, scrapy_sqlite: Run
) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["이름", "나이"])
    book.save(tmp_path / "a.xlsx")
    done = scrapy_sqlite("load", "articles", str(tmp_path / "a.xlsx"))
    assert "no sheet names its columns" in done.err


def test_cells_and_columns_of_every_make_are_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "text", "posted_at"])
    sheet.append([1, "첫 줄_x000D_\n둘째 줄", 46083.375])
    book.save(tmp_path / "posts.xlsx")
    [(_, fields)] = read_xlsx(tmp_path / "posts.xlsx")
    assert fields == {"id": 1, "text": "첫 줄\r\n둘째 줄", "posted_at": "2026-03-02T09:00:00"}

    second = book.create_sheet()
    second.append(["id", "text"])
    second.append([2, "둘째 장"])
    book.create_sheet().append(["그림"])
    book.save(tmp_path / "sheets.xlsx")
    assert [fields["id"] for _, fields in read_xlsx(tmp_path / "sheets.xlsx")] == [1, 2]

    nanoseconds = pyarrow.array([1772409600123456789, 2**62, None], pyarrow.timestamp("ns", "UTC"))
    columns = {
        "ID": ["a", "b", "c"],
        "본문": pyarrow.array(["가".encode()] * 3),
        "일자": nanoseconds,
        "a.b": [[{"x": 1}]] * 3,
        "byline": pyarrow.array([["홍길동"]] * 3),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "a.parquet")
    read = [read_article(fields, Limits()) for _, fields in read_parquet(tmp_path / "a.parquet")]
    assert [(each.record.key, each.record.text, each.record.byline) for each in read] == [
        (key, "가", "홍길동") for key in "abc"
    ]
    assert read[0].record.published_at == datetime(2026, 3, 2, 0, 0, 0, 123456, tzinfo=UTC)
    zone = pyarrow.timestamp("s", "Nowhere/City")
    columns = {
        "id": ["a", "b"],
        "text": pyarrow.array(["똠방".encode("cp949"), b"\xff\xff"]),
        "date": pyarrow.array([1772409600] * 2, zone),
    }
    pyarrow.parquet.write_table(pyarrow.table(columns), tmp_path / "odd.parquet")
    [(_, first), (_, second_row)] = read_parquet(tmp_path / "odd.parquet")
    assert read_article(first, Limits()).record.text == "똠방"
    assert read_article(first, Limits()).record.published_at == datetime(2026, 3, 2, tzinfo=UTC)
    with pytest.raises(BadInputError, match="not a string"):
        read_article(second_row, Limits())
    beyond = pyarrow.table(
        {"id": ["a"], "text": ["가"], "date": pyarrow.array([2**55], pyarrow.timestamp("ms"))}
    )
    pyarrow.parquet.write_table(beyond, tmp_path / "b.parquet")
    [(_, fields)] = read_parquet(tmp_path / "b.parquet")
    assert read_article(fields, Limits()).notes == ["date/unreadable"]


def test_what_is_exported_can_be_read_again(
    tmp_path: Path, sqlite_url: str, scrapy_sqlite: Run
) -> None:
    source = tmp_path / "posts.jsonl"
    formula = '=HYPERLINK("http://evil.example")'
    source.write_text(
        "\n".join(
            json.dumps({"id": f"p{n}", "board": "b", "title": formula, "text": f"{WHOLE} {n}"})
            for n in range(3)
        ),
        "utf-8",
    )
    assert scrapy_sqlite("load", "posts", str(source)).code == 0
    for name in ("posts.parquet", "posts.xlsx"):
        done = scrapy_sqlite("export", "posts", "-o", str(tmp_path / name))
        assert (done.code, "3 rows of posts" in done.out + done.err) == (0, True)
    table = pyarrow.parquet.read_table(tmp_path / "posts.parquet").to_pylist()
    assert [row["body"] for row in table] == [f"{WHOLE} {n}" for n in range(3)]
    assert isinstance(table[0]["first_seen_at"], datetime)
    sheet = openpyxl.load_workbook(tmp_path / "posts.xlsx").active
    assert sheet is not None
    names = [cell.value for cell in sheet[1]]
    title = sheet.cell(2, names.index("title") + 1)
    assert (title.value, title.data_type) == (formula, "s")


def test_a_wire_text_in_two_papers_is_one_story(
    tmp_path: Path, sqlite_url: str, scrapy_sqlite: Run
) -> None:
    lines = [
        {"id": "a1", "publisher": "한빛일보", "title": "산책로", "text": WHOLE},
        {
            "id": "b1",
            "publisher": "느티신문",
            "title": "강변길",
            "text": f"{WHOLE} 느티신문 박여울 기자",
        },
        {
            "id": "c1",
            "publisher": "한빛일보",
            "title": "다른 일",
            "text": "전혀 다른 소식이다. " * 30,
        },
    ]
    for order in (lines, lines[::-1]):
        url = f"{sqlite_url}{'' if order is lines else '2'}"
        path = tmp_path / "articles.jsonl"
        path.write_text("\n".join(json.dumps(each) for each in order), "utf-8")
        assert scrapy_sqlite("load", "articles", str(path), STORE_URL=url).code == 0
        (story,) = rows(url, stories)
        assert (story.articles, story.publishers) == (2, 2)
        engine = create_engine(url)
        with engine.connect() as connection:
            keys = connection.execute(
                text("SELECT key FROM article WHERE story_id IS NOT NULL ORDER BY key")
            ).scalars()
            assert list(keys) == ["a1", "b1"]
        engine.dispose()
