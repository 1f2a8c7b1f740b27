"""Article pages as Korean newsrooms lay them out: what is taken for the article, and what is not."""

import json

import pytest

from pipelines.core.article import read_article

TITLE = "나루시, 강변 가로등 여덟 곳 바꾼다"
LINES = [
    f"나루시는 {n}일 강변 {n}구간의 가로등 {n * 10}개를 새것으로 바꾼다고 밝혔다. 공사는 밤에만 한다."
    for n in range(1, 9)
]
TEXT = "\n".join(LINES)
PARAGRAPHS = "".join(f"<p>{line}</p>" for line in LINES)
REPORTER = "홍길동 기자 hong@naru.example"
OTHER = "옆 마을 다리는 다음 달에 다시 열리고 그 전에는 배가 다닌다고 군청이 알렸다."
MENU = "<nav><a href='/1'>정치</a><a href='/2'>경제</a></nav>"
LISTS = (
    f"<div class='related-news'><b>관련기사</b><p>{OTHER}</p></div>"
    f"<section id='comments'><p>댓글을 단 사람의 긴 말이 여기에 그대로 있다. {OTHER}</p></section>"
    "<aside><h2>많이 본 뉴스</h2><ol><li><a href='/7'>어느 기사</a></li></ol></aside>"
    "<footer>등록번호 나루 가00001 | 등록일 2001.02.03 | 무단 전재 금지</footer>"
)
AD = "<div class='ad-box'><p>ADVERTISEMENT</p></div>"
LINKS = f"<ul><li><a href='/8'>{OTHER}</a></li></ul>"


def page(body: str, head: str = "") -> str:
    return (
        f"<html><head><title>{TITLE} - 나루신문</title>{head}</head>"
        f"<body>{MENU}{body}{LISTS}</body></html>"
    )


def json_ld(**more: object) -> str:
    node = {"@type": "NewsArticle", "headline": TITLE, **more}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        # The headline inside, an advert and links to others between the paragraphs.
        (
            page(
                f"<article><h1>{TITLE}</h1><p>{LINES[0]}</p>{AD}{LINKS}{PARAGRAPHS[len(LINES[0]) + 7 :]}</article>"
            ),
            TEXT,
        ),
        # The body as the newsroom marks it, all of it, in lines without paragraphs.
        (
            page(
                f"<div id='view'><h3>{TITLE}</h3><div>입력 2026.03.02 09:00</div>"
                f"<div id='articleBody'>{'<br><br>'.join([*LINES, REPORTER])}</div></div>"
            ),
            f"{TEXT}\n{REPORTER}",
        ),
        (page(f"<table><tr><td class='article_txt'>{'<br>'.join(LINES)}</td></tr></table>"), TEXT),
        (page(f"<h2>{TITLE}</h2><div itemprop='articleBody'>{PARAGRAPHS}{AD}{LINKS}</div>"), TEXT),
        # What holds the article has a name that stands for something else.
        (page(f"<div class='share_wrap comments-open'><h2>{TITLE}</h2>{PARAGRAPHS}</div>"), TEXT),
        (page(f"<form id='aspnetForm'><div><b>{TITLE}</b><div>{PARAGRAPHS}</div></div></form>"), TEXT),
        # The next article follows below.
        (
            page(
                f"<article><h1>{TITLE}</h1>{PARAGRAPHS}</article>"
                f"<article><h1>다른 제목</h1><p>{OTHER}</p>{PARAGRAPHS}</article>"
            ),
            TEXT,
        ),
        # XHTML, which declares its encoding.
        (f"<?xml version='1.0' encoding='euc-kr'?>\n{page(f'<div>{PARAGRAPHS}</div>')}", TEXT),
        # A picture with a line below.
        (
            page(
                f"<article><h1>{TITLE}</h1><figure><img src='a'><figcaption>{LINES[0]}</figcaption>"
                "</figure></article>"
            ),
            LINES[0],
        ),
        # A page that a script fills, and one whose JSON-LD holds a beginning only.
        (page("<div id='app'></div>", json_ld(articleBody=f"{TITLE}\n{TEXT}")), TEXT),
        (page(f"<article>{PARAGRAPHS}</article>", json_ld(articleBody=f"{TEXT[:200]}...")), TEXT),
        # A page of links to articles is none.
        (page("".join(f"<p><a href='/{n}'>{line}</a></p>" for n, line in enumerate(LINES))), ""),
    ],
)  # fmt: skip
def test_the_text_is_the_article_and_nothing_else(markup: str, expected: str) -> None:
    assert read_article(markup).text == expected


def test_a_page_goes_by_what_it_prints_where_its_head_says_nothing() -> None:
    read = read_article(
        page(
            f"<div class='tit'>{TITLE}</div><p>승인 2026.03.02 09:00</p><p>수정 2026.03.02 10:30</p>"
            f"<div id='articleBody'>{PARAGRAPHS}<p>{REPORTER}</p></div>"
        )
    )
    assert (read.title, read.publisher, read.byline) == (TITLE, "나루신문", "홍길동 기자")
    assert (read.published_at, read.modified_at) == ("2026.03.02 09:00", "2026.03.02 10:30")


def test_a_portal_is_not_the_publisher_and_the_paper_no_author() -> None:
    head = (
        "<meta property='og:site_name' content='다음뉴스'>"
        "<meta property='og:article:author' content='나루신문'>"
        f"<meta property='og:title' content='{TITLE}'>"
    )
    read = read_article(page(f"<div id='articleBody'>{PARAGRAPHS}</div>", head))
    assert (read.publisher, read.byline) == ("나루신문", None)


def test_of_several_json_ld_nodes_the_one_of_the_page_counts() -> None:
    own = json_ld(articleBody=TEXT, datePublished="2026-03-02", author={"@id": "#hong"})
    person = '<script type=\'application/ld+json\'>{"@id": "#hong", "name": "홍길동"}</script>'
    longer = {"headline": "다음 기사", "articleBody": TEXT * 2, "datePublished": "2026-03-09"}
    head = f"<meta property='og:title' content='{TITLE}'>{json_ld(**longer)}{own}{person}"
    read = read_article(page("<div id='app'></div>", head))
    assert (read.title, read.byline, read.published_at, read.text) == (
        TITLE,
        "홍길동",
        "2026-03-02",
        TEXT,
    )


def test_broken_json_ld_still_tells_names_and_times() -> None:
    broken = (
        "<script type='application/ld+json'>{\"@type\": \"NewsArticle\", \"headline\": \"그는 \"아니다\"라고\","
        "\"datePublished\": \"2026-03-02T09:00:00+09:00\", \"author\": {\"@type\": \"Person\", \"name\": \"홍길동\"},"
        "\"publisher\": {\"@type\": \"Organization\", \"name\": \"나루신문\"}}</script>"
    )  # fmt: skip
    read = read_article(page(f"<article><h1>{TITLE}</h1>{PARAGRAPHS}</article>", broken))
    assert (read.title, read.byline, read.publisher) == (TITLE, "홍길동", "나루신문")
    assert read.published_at == "2026-03-02T09:00:00+09:00"


@pytest.mark.parametrize(
    ("head", "is_beginning"),
    [
        (json_ld(isAccessibleForFree=False), True),
        (json_ld(isAccessibleForFree=True), False),
        ("<link rel='next' href='?page=2'>", True),
        ("<link rel='next' href='/news/8'>", False),
    ],
)
def test_what_is_only_a_beginning_is_said(head: str, is_beginning: bool) -> None:
    read = read_article(page(f"<article><h1>{TITLE}</h1><p>{LINES[0]}</p></article>", head))
    assert (read.text, read.is_beginning) == (LINES[0], is_beginning)
