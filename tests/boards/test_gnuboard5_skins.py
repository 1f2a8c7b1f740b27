"""GNUBOARD 5 with skins and themes that write what the core hands them in their own way."""

from datetime import UTC, datetime

import pytest

from crawler.boards import find_engine_by_name
from crawler.dates import KST
from crawler.items import PostItem, PostPage
from crawler.page import Page, read_page
from pipelines.reading import read_post_page

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
ENGINE = find_engine_by_name("gnuboard5")
HEAD = """<html><head><title>{title} > 수다방 | 마을</title><script>
var g5_url = "https://a.kr"; var g5_bbs_url = "https://a.kr/bbs"; var g5_bo_table = "talk";
</script></head><body>"""


def page(source: str, query: str = "&wr_id=3") -> Page:
    return read_page(f"https://a.kr/bbs/board.php?bo_table=talk{query}", source.encode(), {})


def post(shown: str, *, title: str = "약수터 이야기") -> PostItem:
    return ENGINE.read_post(page(HEAD.format(title=title) + shown), NOW)


BODY = '<div id="bo_v_con"><p>뒷산 약수터까지 걸었다.</p></div>'


def test_a_title_with_the_word_for_categories_has_none() -> None:
    shown = f"""<article id="bo_v"><h3><span class="bo_v_cate">후기</span> 새 분류 기준 안내</h3>
        <span class="sv_guest">솔바람</span>{BODY}</article>"""
    read = post(shown.replace('class="bo_v_cate"', ""), title="새 분류 기준 안내")
    assert (read.title, read.category) == ("새 분류 기준 안내", None)
    assert post(shown, title="새 분류 기준 안내").category == "후기"


def test_a_writer_whose_name_is_a_label_is_no_label() -> None:
    read = post(f"""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>
        <span class="sv_guest">조회</span><span><i class="fa fa-clock-o"></i> 2021-12-21 13:05</span>
        <span><i class="fa fa-eye"></i> 1,235</span>{BODY}</article>""")
    assert (read.author, read.hits) == ("조회", 1235)


def test_hits_that_a_skin_does_not_print_are_not_read_from_the_date() -> None:
    read = post(f"""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>
        <span class="sv_guest">조회</span><span>211221 13:05</span>{BODY}</article>""")
    assert read.hits is None
    assert read.posted_at == datetime(2021, 12, 21, 13, 5, tzinfo=KST)


@pytest.mark.parametrize("name", ["솔바람", "작성자", "2026-01-01"])
def test_a_guest_s_name_without_the_core_s_mark_is_read_by_its_class(name: str) -> None:
    read = post(f"""<article class="board-view"><div class="board-view-subj">
        <strong>약수터 이야기</strong></div><span class="view-nick"><img src="m.gif"> {name}</span>
        <div><span>2022-08-09 19:36</span><span><i class="far fa-eye"></i>3</span></div>
        <div id="board_view_con">뒷산 약수터까지 걸었다.</div></article>""")
    assert read.author == name
    assert read.posted_at == datetime(2022, 8, 9, 19, 36, tzinfo=KST)


def comment(number: int, when: str) -> str:
    return f"""<li><a name="c_{number}"></a><b class="nick">달빛</b> <small>{when}</small>
        <textarea id="save_comment_{number}">말 {number}</textarea></li>"""


def test_a_day_without_a_year_is_no_time_of_an_old_post() -> None:
    read = post(f"""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>
        <span class="sv_guest">솔바람</span><i class="fa fa-clock-o"></i> 01-11{BODY}</article>""")
    assert read.posted_at is None  # the list or the feed may know


@pytest.mark.parametrize(
    ("posted", "said", "expected"),
    [
        ("2021-12-21 13:05", "12/21 16:48", None),
        ("2026-01-21 13:05", "03/02 09:41", datetime(2026, 3, 2, 9, 41, tzinfo=KST)),
        ("2025-12-21 13:05", "12.22 09:41", datetime(2025, 12, 22, 9, 41, tzinfo=KST)),
    ],
)
def test_a_comment_s_year_is_told_by_its_post_or_unknown(
    posted: str, said: str, expected: datetime | None
) -> None:
    read = post(f"""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>
        <span class="sv_guest">솔바람</span><span>작성일 {posted}</span>{BODY}
        <section id="bo_vc"><ul>{comment(7, said)}</ul></section></article>""")
    assert [each.posted_at for each in read.comments] == [expected]


def test_replies_in_lists_of_their_own_stand_deeper() -> None:
    when = "2022-01-13 10:00"
    read = post(f"""<div>{BODY}<ol>{comment(7, when)}<ol>{comment(8, when)}
        <ol>{comment(9, when)}</ol></ol>{comment(10, when)}</ol></div>""")
    assert [each.depth for each in read.comments] == [0, 1, 2, 0]


def test_names_beside_the_word_comment_are_no_number_of_comments() -> None:
    read = post(f"""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>{BODY}
        <h2>댓글</h2><b>mountain 77</b></article>""")
    assert read.comment_count == 0


def test_a_body_is_found_by_a_skin_s_own_name_for_it() -> None:
    told = "<tr><th>작성자</th><td>딴사람</td></tr><tr><th>조회</th><td>777</td></tr>"
    read = post(f"""<div class="board"><h3>약수터 이야기</h3><span class="sv_guest">솔바람</span>
        <div class="town-view-content"><p>짧다.</p><table>{told}</table><ul><li>하나</li><li>둘</li></ul></div>
        <a href="https://a.kr/bbs/write.php?w=r&bo_table=talk&wr_id=3">답변</a>
        </div>""")
    assert read.html is not None
    assert "짧다" in read.html
    assert "답변" not in read.html


def test_a_writer_whose_name_is_a_label_is_no_label_in_a_list() -> None:
    rows = ENGINE.read_list(
        page(
            HEAD.format(title="수다방")
            + """<form name="fboardlist"><ul><li>
        <a href="https://a.kr/bbs/board.php?bo_table=talk&wr_id=3">약수터 이야기</a>
        <span class="sv_guest">조회</span><span>21.12.21</span><i class="fa fa-eye"></i> 1,235
        </li></ul></form>""",
            "",
        ),
        NOW,
    ).rows
    assert [(row.author, row.hits) for row in rows] == [("조회", 1235)]


def test_a_line_of_figures_in_one_frame_with_the_body_is_none_of_it() -> None:
    read = post("""<h2>약수터 이야기</h2><div class="row"><p>뒷산 약수터까지 천천히 걸었다. 물이 찼다.</p>
        <ul><li>작성자 : <span class="sv_guest">솔바람</span></li><li>조회 : 1,235회</li></ul></div>
        <a href="https://a.kr/bbs/write.php?w=r&bo_table=talk&wr_id=3">답변</a>""")
    assert (read.author, read.hits) == ("솔바람", 1235)
    assert read.html is not None
    assert "걸었다" in read.html
    assert "1,235" not in read.html


def test_posts_whose_links_stand_in_captions_are_listed() -> None:
    picture = """<div><a href="https://a.kr/no.jpg" data-title="<a href='https://a.kr/bbs/board.php?bo_table=talk&amp;wr_id={0}'>소식 {0}</a>">
        <img src="https://a.kr/t.jpg"></a></div>"""
    listed = ENGINE.read_list(
        page(
            HEAD.format(title="수다방")
            + f"""<form name="fboardlist">전체 2
            {picture.format(3)}{picture.format(2)}</form>""",
            "",
        ),
        NOW,
    )
    assert [(row.native_id, row.title) for row in listed.rows] == [("3", "소식 3"), ("2", "소식 2")]


@pytest.mark.parametrize(
    ("shown", "posted_at"),
    [("11-20", None), ("2023-11-20", datetime(2023, 11, 19, 15, tzinfo=UTC))],
)
def test_a_list_s_day_without_a_year_is_no_time_of_a_post_whose_page_has_none(
    shown: str, posted_at: datetime | None
) -> None:
    listed = page(
        f"""{HEAD.format(title="수다방")}<table class="tbl_head01"><tr><th>제목</th><th>날짜</th></tr>
        <tr><td><a href="https://a.kr/bbs/board.php?bo_table=talk&amp;wr_id=3">약수터 이야기</a></td>
        <td>{shown}</td></tr></table>""",
        "",
    )
    (row,) = ENGINE.read_list(listed, NOW).rows
    read = read_post_page(
        PostPage(
            engine="gnuboard5",
            board_url="https://a.kr/bbs/board.php?bo_table=talk",
            native_id="3",
            url=row.url,
            status=200,
            headers={},
            body=(
                HEAD.format(title="약수터 이야기") + f'<article id="bo_v">{BODY}</article>'
            ).encode(),
            fetched_at=NOW,
            row=row,
        )
    )
    assert isinstance(read, PostItem)
    assert read.posted_at == posted_at
