"""GNUBOARD 5 with skins and themes that write what the core hands them in their own way."""

from datetime import UTC, datetime

import pytest

from crawler.boards import find_engine_by_name
from crawler.dates import KST
from crawler.items import PostItem, PostPage
from crawler.page import Page, read_page
from crawler.rows import ListRow
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


@pytest.mark.parametrize(
    ("heading", "category"),
    [
        ("<h1>후기 | 약수터 이야기</h1>", "후기"),
        ('<h1 id="bo_v_title">[] 후기 | 약수터 이야기</h1>', "후기"),
        ("<p>[후기] 약수터 이야기</p>", "후기"),
        (
            '<!-- 제목 --><span class="view-cat">후기</span> <h1 class="view-title">약수터 이야기</h1>',
            "후기",
        ),
        ("<h1>약수터 이야기</h1>", None),
    ],
)
def test_a_category_in_one_line_with_the_title_is_told_from_it(
    heading: str, category: str | None
) -> None:
    read = post(
        f'<div>{heading}<span class="sv_guest">솔바람</span><i>26-03-02 09:41</i>{BODY}</div>'
    )
    assert (read.title, read.category) == ("약수터 이야기", category)


def test_a_time_between_bars_is_read() -> None:
    read = post(f"""<div><h1>약수터 이야기</h1><p><span class="sv_guest">솔바람</span>
        &nbsp;(188.♡.244.34) | 2025.09.26 | 조회: 7회</p>{BODY}</div>""")
    assert (read.posted_at, read.hits) == (datetime(2025, 9, 26, tzinfo=KST), 7)


def test_a_title_that_begins_with_a_label_names_no_writer() -> None:
    title = "작성자 조회 안내"
    read = post(
        f"""<h1 id="hd_h1">{title} > 수다방</h1><article id="bo_v"><h2 id="bo_v_title">
        <span class="bo_v_tit">견적제목: {title}</span></h2>{BODY}</article>""",
        title=title,
    )
    assert (read.title, read.author) == (title, None)


def test_what_stands_behind_a_writer_called_like_a_label_is_no_writer() -> None:
    read = post(f"""<div><h3>약수터 이야기</h3><a href="#">작성자</a><small>(188.♡.244.34)</small>
        <i class="far fa-eye"></i> 7{BODY}</div>""")
    assert read.author is None
    assert read.ip == "188.♡.244.34"


def test_files_are_named_as_they_are_however_a_skin_links_them() -> None:
    load = "https://a.kr/bbs/download.php?bo_table=talk&wr_id=3&no="
    read = post(f"""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>
        <ul><li><a href="{load}0">file1 : 지도.hwp (12.1K)</a></li>
        <li><a href="javascript:file_download('{load}1', '%EB%AC%BC.zip');"><span>물.zip (7.0M)</span>
        <span>[3]</span> <span>DATE : 2026-01-05 10:00:00</span></a></li>
        <li><a href="javascript:file_download('{load}2', 'a.pdf');">a.pdf (2.0K) [3] DATE : 2026-01-05 10:00:00</a></li>
        <li><a href="?p=pdfviewer" class="view_file_download"><strong>길.pdf</strong> (2.0K)</a></li></ul>
        {BODY}</article>""")
    assert read.files == ["지도.hwp", "물.zip", "a.pdf", "길.pdf"]
    assert read.posted_at is None  # the day on which a file was put there is not the post's


def old_comment(number: int, name: str, spaces: str) -> str:
    return f"""<a name="c_{number}"></a><table><tr><td>{spaces}</td><td><table><tr><td></td></tr>
        <tr><td><strong><span class="sv_guest">{name}</span></strong> <span>26-10-06 09:20</span>
        <textarea id="save_comment_{number}">말 {number}</textarea></td></tr></table></td></tr></table>"""


def test_comments_in_tables_behind_their_marks_have_writers_times_and_depths() -> None:
    read = post(f"""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>{BODY}</article>
        <div>{old_comment(7, "달빛", "")}{old_comment(8, "날짜", "&nbsp;&nbsp;")}
        {old_comment(9, "2026-01-01", "&nbsp;" * 4)}</div>""")
    assert [(each.author, each.depth) for each in read.comments] == [
        ("달빛", 0),
        ("날짜", 1),
        ("2026-01-01", 2),
    ]
    assert {each.posted_at for each in read.comments} == {datetime(2026, 10, 6, 9, 20, tzinfo=KST)}


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        (
            """<ol><li><div><a name="c_7"></a></div><div><a href="#">날짜</a><div>말 7</div>
            <i class="far fa-clock"></i> 26-10-07</div></li></ol>""",
            ("날짜", datetime(2026, 10, 7, tzinfo=KST)),
        ),
        (
            """<article id="c_7"><h2>2026-01-01님의 댓글</h2><span>2026-01-01</span>
            <span>26-10-07</span><p>말 7</p></article>""",
            ("2026-01-01", datetime(2026, 10, 7, tzinfo=KST)),
        ),
    ],
)
def test_a_comment_s_writer_without_a_class_is_neither_lost_nor_its_time(
    comment: str, expected: tuple[str, datetime]
) -> None:
    read = post(f"""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>{BODY}</article>
        {comment}""")
    assert [(each.author, each.posted_at) for each in read.comments] == [expected]


def test_a_frame_s_way_back_to_the_list_is_no_word_of_the_body() -> None:
    read = post("""<div><h2>약수터 이야기</h2><span class="sv_guest">솔바람</span><i>26-03-02 09:41</i>
        <div class="con"><p>가운데</p><p><a href="https://a.kr/bbs/board.php?bo_table=talk">목록</a></p></div>
        <a href="https://a.kr/bbs/write.php?w=r&bo_table=talk&wr_id=3">답변</a></div>""")
    assert read.html is not None
    assert "가운데" in read.html
    assert "목록" not in read.html


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (
            """<div class="bo_cate_ico"><strong class="notice_icon">공지</strong></div>
            <a href="{}">안내</a><span class="sv_guest">솔바람</span>""",
            ("안내", None, None, None),
        ),
        (
            """<div class="thumb"><a href="{}"><span class="no_image">no image</span></a></div>
            <div class="bo_tit"><a href="{}">안내</a></div><span class="sv_guest">2026-01-01</span>
            <span class="bo_cate_link"><i class="fa fa-clock-o"></i> 25.08.18</span>
            <span class="bo_cate_link"><i class="fa fa-eye"></i> 103</span>""",
            ("안내", None, 103, datetime(2025, 8, 18, tzinfo=KST)),
        ),
        (
            """<div class="mo_td_view"><span class="bo_cate_link">잡담 1</span>
            <a href="{}">안내</a></div><span class="sv_guest">솔바람</span>""",
            ("안내", "잡담 1", None, None),
        ),
        (
            """<a href="{}">안내</a><a class="sv_guest" title="2026-01-01 이름으로 검색">2026-01-01</a>
            <span class="bo_cate_link">1일 전</span>""",
            ("안내", None, None, datetime(2026, 11, 23, 1, 30, tzinfo=UTC)),
        ),
    ],
    ids=["pinned", "figures dressed as categories", "a category that ends with a figure", "menu"],
)
def test_a_row_s_category_title_hits_and_time_are_its_own(
    row: str, expected: tuple[object, ...]
) -> None:
    address = "https://a.kr/bbs/board.php?bo_table=talk&amp;wr_id=3"
    listed = page(
        f"""{HEAD.format(title="수다방")}<form name="fboardlist"><ul>
        <li class="td_subject">{row.replace("{}", address)}</li></ul></form>""",
        "",
    )
    (read,) = ENGINE.read_list(listed, NOW).rows
    assert (read.title, read.category, read.hits, read.posted_at) == expected


def listed_row(shown: str) -> ListRow:
    address = "https://a.kr/bbs/board.php?bo_table=talk&amp;wr_id=3"
    source = f"""{HEAD.format(title="수다방")}<form name="fboardlist"><ul>
        <li><a href="{address}">안내</a>{shown}</li></ul></form>"""
    (row,) = ENGINE.read_list(page(source, ""), NOW).rows
    return row


def test_a_writer_called_comments_has_no_number_of_them() -> None:
    marks = set()
    for hits in (103, 104):
        row = listed_row(f'<span class="sv_guest">댓글</span><i class="fa fa-eye"></i> {hits}')
        assert (row.comment_count, row.hits) == (None, hits)
        marks.add(row.mark)
    assert len(marks) == 1  # what only hits change is not fetched again


def test_a_post_that_moves_to_another_category_is_seen_to_have_changed() -> None:
    moved, stayed = (
        listed_row(f'<span class="bo_cate_link">{category}</span>') for category in ("후기", "공지")
    )
    assert moved.mark != stayed.mark


def test_a_body_that_its_skin_leaves_open_ends_where_the_inner_one_does() -> None:
    read = post("""<article id="bo_v"><div id="bo_v_con"><h2 id="bo_v_title">약수터 이야기</h2>
        <p>2025.09.26</p><div class="view_content">뒷산 약수터까지 걸었다.</div>
        <h2>댓글목록</h2><article id="c_7"><span class="sv_guest">달빛</span>
        <input id="save_comment_7" value="시원하네요"></article>
        <form name="fviewcomment"><label>이름</label></form></article>""")
    assert read.html is not None
    assert "걸었다" in read.html
    assert "댓글목록" not in read.html
    assert [(each.author, each.text) for each in read.comments] == [("달빛", "시원하네요")]


def test_a_label_behind_the_writer_s_label_is_no_writer() -> None:
    read = post(f"""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>
        <span>작성자 </span><span>작성일 </span>25-10-06 <span>조회</span> 8{BODY}</article>""")
    assert (read.author, read.hits) == (None, 8)
    assert read.posted_at == datetime(2025, 10, 6, tzinfo=KST)


def test_figures_between_bars_are_read() -> None:
    read = post(f"""<article id="bo_v"><h1>약수터 이야기</h1><p><span class="sv_guest">솔바람</span>
        &nbsp;|&nbsp;2021.12.21&nbsp;|&nbsp;조회:&nbsp;1,235회</p>{BODY}</article>""")
    assert (read.author, read.hits) == ("솔바람", 1235)
    assert read.posted_at == datetime(2021, 12, 21, tzinfo=KST)


@pytest.mark.parametrize(
    "figures",
    [
        "<span>Hits :</span> <strong>1,235</strong>",
        '<i class="oi oi-eye"></i> <b>1,235</b>',
        "<span>1,235 Views</span>",
        "<span>View</span> <b>1,235</b>",
    ],
)
def test_hits_with_an_english_label_or_an_icon_of_any_font(figures: str) -> None:
    read = post(f"""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>
        <span class="sv_guest">솔바람</span> {figures}{BODY}</article>""")
    assert read.hits == 1235


def test_a_skin_s_buttons_in_the_body_s_element_are_no_body() -> None:
    read = post("""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>
        <div id="bo_v_con"><p>뒷산까지 걸었다.</p><button>돌아가기</button>
        <a href="https://a.kr/bbs/password.php?w=u&amp;bo_table=talk&amp;wr_id=3">고치기</a>
        </div></article>""")
    assert "걸었다" in (read.html or "")
    assert "돌아가기" not in (read.html or "")
    assert "고치기" not in (read.html or "")


def test_what_an_author_links_and_a_form_around_the_body_are_the_body() -> None:
    read = post("""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>
        <div id="bo_v_con"><form><p>뒷산까지 걸었다. 후기는
        <a href="https://a.kr/bbs/write.php?bo_table=talk">여기에 적어 주세요</a>.</p>
        <input type="hidden" name="wr_id" value="3"></form><button>돌아가기</button></div></article>""")
    assert "걸었다" in (read.html or "")
    assert "여기에 적어 주세요" in (read.html or "")
    assert "돌아가기" not in (read.html or "")


def test_comments_in_a_body_s_element_that_its_skin_forgets_to_close() -> None:
    read = post("""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>
        <div id="bo_v_con"><p>뒷산까지 걸었다.</p><section id="bo_vc"><article id="c_4">
        <span class="sv_guest">달빛</span><p>좋네요</p>
        <textarea id="save_comment_4">좋네요</textarea></article></section></div></article>""")
    assert [(each.author, each.text) for each in read.comments] == [("달빛", "좋네요")]
    assert "좋네요" not in (read.html or "")


SECRET_COMMENT = (
    '<a href="https://a.kr/bbs/password.php?w=sc&amp;bo_table=talk&amp;wr_id=4">보기</a>'
)
COMMENT_FORM = (
    '<form><input name="bo_table" value="talk"><input name="wr_id" value="4"></form>'
    '<a href="https://a.kr/bbs/good.php?bo_table=talk&amp;wr_id={number}&amp;good=good">추천</a>'
)


@pytest.mark.parametrize(
    ("shown", "number"),
    [
        (SECRET_COMMENT, "3"),
        (COMMENT_FORM.format(number=3), "3"),
        (COMMENT_FORM.format(number=9), "4"),
    ],
)
def test_a_comment_s_number_is_not_the_post_s(shown: str, number: str) -> None:
    read = post(f'<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>{BODY}</article>{shown}')
    assert read.native_id == number


def test_a_comment_s_day_without_a_year_is_no_time_where_the_post_has_none() -> None:
    shown = f'<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>{BODY}</article>'
    read = post(shown + comment(4, "03.02 09:41"))
    assert read.comments[0].posted_at is None


def test_the_list_below_a_post_whose_rows_are_links_by_script_tells_nothing_of_it() -> None:
    read = post(f"""<div><h1>약수터 이야기</h1>{BODY}
        <div onclick="location.href='https://a.kr/bbs/board.php?bo_table=talk&amp;wr_id=2'">
        <h3>2019-03-02 모임</h3><span>조회 7</span></div></div>""")
    assert (read.posted_at, read.hits) == (None, None)


def listed(rows: str) -> list[ListRow]:
    source = f'{HEAD.format(title="수다방")}<form name="fboardlist">{rows}</form>'
    return ENGINE.read_list(page(source, ""), NOW).rows


LINK = "https://a.kr/bbs/board.php?bo_table=talk&amp;wr_id="


def test_a_figure_in_a_title_is_no_hits_whatever_its_cell_is_called() -> None:
    [row] = listed(f"""<table><tr><td class="td_subject mo_td_view">
        <a href="{LINK}3">장터 소식 801</a></td><td class="td_date">2019-02-22</td></tr></table>""")
    assert (row.title, row.hits) == ("장터 소식 801", None)


def test_a_title_that_begins_with_a_day_is_no_time() -> None:
    [row] = listed(f"""<ul><li data-title="2026-03-02 뒷산" onclick="open(this)"
        data-view="{LINK}3"><h3>2026-03-02 뒷산</h3></li></ul>""")
    assert (row.native_id, row.title, row.posted_at) == ("3", "2026-03-02 뒷산", None)


def test_words_of_a_row_that_the_board_links_to_as_a_category_are_its_category() -> None:
    rows = listed(f"""<a href="{LINK[:-7]}&amp;sca=%ED%9B%84%EA%B8%B0">후기</a>
        <table><tr><td>후기</td><td><a href="{LINK}3">약수터</a></td></tr>
        <tr><td>2</td><td><a href="{LINK}2">후기</a></td></tr></table>""")
    assert [row.category for row in rows] == ["후기", None]


def test_words_before_the_address_of_a_link_are_no_part_of_it() -> None:
    read = post(f"""<article id="bo_v"><h2 id="bo_v_title">약수터 이야기</h2>{BODY}
        <a href="https://a.kr/bbs/link.php?bo_table=talk&amp;wr_id=3&amp;no=1">출처 : https://b.kr/a</a>
        </article>""")
    assert read.links == ["https://b.kr/a"]
