"""Reading pages beside the crawl: what one page does costs no other, and none is lost."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from scrapy.utils.test import get_crawler

from crawler.boards import BoardAddress, ListRow
from crawler.items import ArticleItem, FetchedPage, NewsEntry, NewsPage, PostItem, PostPage
from models.records import CommentRecord
from models.relation import Status
from pipelines.answers import Unusable
from pipelines.drops import PageUnusable
from pipelines.extract import ExtractStage
from pipelines.reading import read_item, read_list
from pipelines.worker import Worker, WorkerDiedError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HTML = "<html><body><div id='bo_v'><div id='bo_v_con'>{}</div></div></body></html>"


def page(number: int, *, engine: str = "gnuboard5", text: str = "여기는 본문입니다.") -> PostPage:
    board = "http://board.example/bbs/board.php?bo_table=free"
    return PostPage(
        engine=engine,
        board_url=board,
        native_id=str(number),
        url=f"{board}&wr_id={number}",
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        # Each its own: what comes for several posts is none's.
        body=HTML.format(text).encode() + b"<!-- %d -->" % number,
        fetched_at=NOW,
    )


async def read(items: list[PostPage | NewsPage]) -> tuple[list[object], dict[str, object]]:
    crawler = get_crawler(settings_dict={"READ_TIMEOUT": 30, "READ_MEMORY": 200 * 1024 * 1024})
    crawler._apply_settings()
    assert crawler.stats is not None
    stage = ExtractStage.from_crawler(crawler)
    await stage.open_spider()
    try:
        results = await asyncio.gather(*map(stage.process_item, items), return_exceptions=True)
    finally:
        await stage.close_spider()
    return list(results), crawler.stats.get_stats()


def test_a_page_whose_reading_raises_is_stored_as_unreadable_and_costs_no_other() -> None:
    # An engine that does not exist stands for whatever an engine may stumble over.
    results, stats = asyncio.run(read([page(1), page(2, engine="none"), page(3)]))
    told = [(post.native_id, post.status, post.problem) for post in results]  # type: ignore[attr-defined]
    assert told[1] == ("2", Status.UNREADABLE, "error")
    assert [each[1] for each in (told[0], told[2])] == [Status.LIVE, Status.LIVE]
    assert stats["post/failed/read_error"] == 1
    assert stats["post/status/unreadable"] == 1


def test_a_time_far_ahead_of_its_page_is_no_time() -> None:
    ahead, soon = NOW + timedelta(days=400), NOW + timedelta(days=300)
    comments = [CommentRecord(native_id=None, author=None, posted_at=ahead, text="말")]
    posts = [
        PostItem(
            board_url="b", native_id=str(n), key=str(n), fetched_at=NOW, posted_at=at, html="<p>글</p>",
            comments=comments[:n],
        )
        for n, at in enumerate((soon, ahead))
    ]  # fmt: skip
    results, stats = asyncio.run(read(posts))  # type: ignore[arg-type]
    assert [post.posted_at for post in results] == [soon, None]  # type: ignore[attr-defined]
    assert results[1].comments[0].posted_at is None  # type: ignore[attr-defined]
    assert stats["date/future"] == 2


@pytest.mark.parametrize("megabytes", [100, 135, 140, 150])
def test_a_page_that_takes_all_the_memory_ends_as_that(megabytes: int) -> None:
    # Whichever allocation is the one to fail: an lxml that could not parse is no empty page.
    async def main() -> object:
        worker = Worker("test", "pipelines.reading", memory=megabytes * 1024 * 1024)
        try:
            return await worker.call("read_all", [page(1, text="가나다라 마바사 " * 460_000)])
        finally:
            await worker.close()

    with pytest.raises(WorkerDiedError) as died:
        asyncio.run(main())
    assert died.value.reason == "memory"


def test_an_article_whose_page_cannot_be_read_is_dropped_under_its_reason() -> None:
    taken = NewsPage(
        url="http://news.example/1",
        answered_url="http://news.example/1",
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=f"<html><body><article><p>{'오늘 아침 시장에서 있었던 일이다. ' * 20}</p></article></body></html>".encode(),
        fetched_at=NOW,
        entry="no entry",  # type: ignore[arg-type]
    )
    results, stats = asyncio.run(read([taken]))
    assert isinstance(results[0], PageUnusable)
    assert stats["article/failed/read_error"] == 1


def news_page(title: str, text: str, entry: NewsEntry) -> NewsPage:
    return NewsPage(
        url=entry.url,
        answered_url=entry.url,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=f"<html><title>{title}</title><body><article><p>{text}</p></article></body></html>".encode(),
        fetched_at=NOW,
        entry=entry,
    )


def test_what_stands_in_an_article_s_place_is_no_article() -> None:
    entry = NewsEntry(url="https://news.example/17", title="시장 골목에 다시 불이 켜졌다")
    for title, text in (
        ("로그인", "이 기사를 읽으려면 로그인해 주십시오. "),
        ("Just a moment...", "사람인지 확인하고 있습니다. 잠시만 기다려 주십시오. "),
        ("한빛일보", "요청하신 페이지를 찾을 수 없습니다. "),
    ):
        assert read_item(news_page(title, text * 10, entry)) == Unusable("no_article")
    # A page that says nothing of itself, but has the title of the feed, which cuts it.
    told = replace(entry, title="시장 골목에 다시 불이…")
    article = read_item(
        news_page(entry.title or "", "오늘 아침 시장에서 있었던 일이다. " * 10, told)
    )
    assert isinstance(article, ArticleItem)


def test_one_page_that_comes_for_several_posts_is_not_each_one_s() -> None:
    same = page(1)
    results, stats = asyncio.run(read([same, replace(same, native_id="2", url=f"{same.url}2")]))
    assert [type(each) for each in results] == [PostItem, PageUnusable]
    assert stats["post/failed/other_post"] == 1


@pytest.mark.parametrize(
    "shown",
    [
        "<title>점검 안내</title><h1>점검 안내</h1><p>2026-11-26 02:00부터 서버를 점검합니다.</p>",
        "<title>자유마당</title><table><tr><th>제목<th>날짜<tr><td><a href='/read?no=7'>가로등 수리 알림</a><td>2026-03-01</table>",
    ],
    ids=["maintenance", "the list"],
)
def test_what_stands_in_a_post_s_place_on_a_board_of_unknown_software_is_no_post(
    shown: str,
) -> None:
    row = ListRow(native_id="7", url="http://town.example/read?no=7", title="가로등 수리 알림")
    page = PostPage(
        engine="generic",
        board_url="http://town.example/free",
        native_id="7",
        url=row.url,
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=f"<html>{shown}</html>".encode(),
        fetched_at=NOW,
        row=row,
    )
    assert read_item(page) == Unusable("other_post")
    post = "<title>자유마당</title><h2>가로등 수리 알림</h2><p>작성일 2026-03-01 10:00</p><div>어제 고쳤습니다.</div>"
    page.body = f"<html>{post}</html>".encode()
    read = read_item(page)
    assert isinstance(read, PostItem)
    assert (read.status, read.title) == (Status.LIVE, row.title)


@pytest.mark.parametrize(
    ("source", "status"),
    [
        ("/bbs/body.php?no=1", Status.UNREADABLE),
        ("https://films.example/embed/1", Status.LIVE),
    ],
)
def test_a_text_that_stands_in_a_frame_is_not_an_empty_one(source: str, status: Status) -> None:
    post = read_item(page(1, text=f'<iframe src="{source}"></iframe>'))
    assert isinstance(post, PostItem)
    assert post.status is status


BOARD = BoardAddress("http://board.example/bbs/board.php?bo_table=free", "free")


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("<script>var g5_url = 'x';</script><p>게시물이 없습니다.</p>", ""),
        ("<a href='/bbs/board.php?bo_table=free'>처음으로</a><p>없음</p>", ""),
        ("<script>alert('마지막 쪽입니다.'); history.back();</script>", ""),
        ("<h1>점검 중</h1><p>02시부터 06시까지 점검합니다.</p><a href='/'>홈</a>", "no_list"),
        ("<script>document.cookie = 'ok=1'; location.reload();</script>", "no_list"),
        ("", "no_list"),
        # Many boards show their first pages to everybody, the rest to members.
        ("<script>alert('목록을 볼 권한이 없습니다.'); history.back();</script>", "denied"),
    ],
)
def test_a_list_ends_with_a_page_of_the_board(html: str, problem: str) -> None:
    for engine in ("gnuboard5", "generic"):
        board = replace(BOARD, style='["","",0]')
        shown = FetchedPage(
            url=f"{BOARD.url}&page=9", status=200, headers={}, body=html.encode(), fetched_at=NOW
        )
        listing = read_list(engine, board, shown, 9)
        assert listing.rows == []
        # What the engine of a software writes says nothing to another one.
        if "g5_url" not in html or engine == "gnuboard5":
            assert listing.problem == problem


@pytest.mark.parametrize("status", [202, 206])
def test_half_a_page_is_no_shorter_post(status: int) -> None:
    assert read_item(replace(page(1), status=status)) == Unusable(f"http_{status}")
    assert isinstance(read_item(page(1)), PostItem)


def test_a_process_that_was_killed_is_asked_once_more() -> None:
    async def main() -> object:
        crawler = get_crawler(settings_dict={"READ_TIMEOUT": 30, "READ_MEMORY": 0})
        crawler._apply_settings()
        stage = ExtractStage.from_crawler(crawler)
        await stage.open_spider()
        await stage.ask("read_all", [page(1)])
        process = stage._worker._process
        assert process is not None
        process.kill()
        try:
            return await stage.process_item(page(2))
        finally:
            await stage.close_spider()

    assert asyncio.run(main()).status is Status.LIVE  # type: ignore[attr-defined]
