"""Zeroboard 4 with third-party skins: galleries, and writers who call themselves like a label."""

from datetime import UTC, datetime

from crawler.boards import find_engine_by_name
from crawler.dates import KST
from crawler.items import PostItem
from crawler.page import read_page
from crawler.rows import ListRow

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
ENGINE = find_engine_by_name("zeroboard4")
NAME = "<span onMousedown=\"ZB_layerAction('zbLayer{0}','visible')\">{1}</span>"
BODY = """<table style="table-layout:fixed"><col width=100%></col><tr><td>뒷산 약수터까지 걸었다.</td>
</tr></table>"""


def post(shown: str, listed: str | None = None) -> PostItem:
    source = f"<html><body>{shown}</body></html>"
    page = read_page("https://a.kr/view.php?id=talk&no=3", source.encode(), {})
    if listed:
        page.notes["row"] = ListRow(native_id="3", url=page.url, title=listed)
    return ENGINE.read_post(page, NOW)


def rows(shown: str) -> list[ListRow]:
    source = f"<html><body>{shown}</body></html>"
    page = read_page("https://a.kr/zboard.php?id=talk", source.encode(), {})
    return ENGINE.read_list(page, NOW).rows


def test_a_gallery_s_header_stands_below_its_picture() -> None:
    comment = f"""<table><tr><td>{NAME.format(2, "달빛")}</td><td>좋네요.</td><td>2022-01-13</td>
        </tr></table>"""
    read = post(f"""{BODY}<table><tr><td>제목: 약수터 이야기<br>분류: 후기<br>
        사진가: {NAME.format(1, "솔바람")}<br>등록시간: 2021-12-21 13:05:30<br>조회수: 1,235
        </td></tr></table>{comment}""")
    assert (read.author, read.category, read.hits) == ("솔바람", "후기", 1235)
    assert read.posted_at == datetime(2021, 12, 21, 13, 5, 30, tzinfo=KST)
    assert [(each.author, each.text) for each in read.comments] == [("달빛", "좋네요.")]


def test_the_date_behind_a_writer_called_hits_is_no_figure() -> None:
    read = post(f"""<table><tr><td>{NAME.format(1, "조회")}</td><td>2021/12/21 13:05</td>
        <td>VIEW : 345</td></tr></table>{BODY}""")
    assert (read.author, read.hits) == ("조회", 345)
    read = post(f"""<table><tr><td>{NAME.format(1, "조회")}</td><td>2021/12/21 13:05</td></tr>
        </table>{BODY}""")
    assert read.hits is None


LINE = """<tr><td>{0}</td><td><a href="view.php?id=talk&no={0}">소식 {0}</a></td>
<td>{1}</td><td>2021/12/21</td><td>345</td></tr>"""


def test_a_last_page_with_one_post_is_read_like_any_other() -> None:
    row = rows(f"<table>{LINE.format(3, NAME.format(1, '솔바람'))}</table>")[0]
    assert (row.title, row.author, row.hits) == ("소식 3", "솔바람", 345)
    assert row.posted_at == datetime(2021, 12, 21, tzinfo=KST)


def card(number: int) -> str:
    return f"""<td><table><tr><td><a href="view.php?id=talk&&no={number}"><img src="t.gif"></a></td></tr>
        <tr><td><a href="view.php?id=talk&no={number}">소식 {number}</a></td></tr>
        <tr><td>{NAME.format(number, "솔바람")} (hit:345)</td></tr></table></td>"""


def test_cards_that_are_tables_of_their_own_are_read_whole() -> None:
    for numbers in ((3,), (3, 2)):
        cards = "".join(map(card, numbers))
        found = rows(f"<table><tr>{cards}</tr></table>")
        said = [(row.native_id, row.title, row.author, row.hits) for row in found]
        assert said == [(str(n), f"소식 {n}", "솔바람", 345) for n in numbers]


def test_a_page_headed_view_has_no_hits_of_the_address_that_follows() -> None:
    shown = f"""<b>View</b><table><tr><td>{NAME.format(1, "솔바람")}</td></tr><tr>
        <td><a href="https://b.kr/a?b=1">https://b.kr/a?b=1</a></td></tr><tr><td>약수터</td></tr>
        </table>{BODY}"""
    read = post(shown, listed="약수터")
    assert (read.title, read.hits) == ("약수터", None)


def test_hits_and_the_date_may_stand_in_one_piece() -> None:
    read = post(f"""<table><tr><td>{NAME.format(1, "솔바람")}</td>
        <td>조회수 : <span>375, 2025-03-23 10:00:00</span></td></tr></table>{BODY}""")
    assert (read.hits, read.posted_at) == (375, datetime(2025, 3, 23, 10, tzinfo=KST))


def test_a_post_that_moves_to_another_category_is_seen_to_have_changed() -> None:
    line = LINE.replace("<a href", "[{2}] <a href")
    found = [
        rows(f"<table>{line.format(3, NAME.format(1, '솔바람'), category)}</table>")[0]
        for category in ("후기", "공지")
    ]
    assert [row.category for row in found] == ["후기", "공지"]
    assert found[0].mark != found[1].mark
