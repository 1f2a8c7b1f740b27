"""Feeds as papers and boards write them, faults and all."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from crawler.dates import read_news_time
from crawler.feeds import MOST_ENTRIES, SourceKind, read_source
from crawler.page import read_page
from crawler.spiders.news import _is_settled


@pytest.mark.parametrize(
    ("item", "url", "title"),
    [
        ("<link>https://n.kr/v?idxno=1&sc=2</link><title>가 & 나</title>", "https://n.kr/v?idxno=1&sc=2", "가 & 나"),
        ("<link>https://n.kr/v?idxno=1&amp;sc=2</link><title>가 &amp; 나</title>", "https://n.kr/v?idxno=1&sc=2", "가 & 나"),
        ("<link><![CDATA[https://n.kr/v?idxno=1&sc=2]]></link><title><![CDATA[가 & 나]]></title>", "https://n.kr/v?idxno=1&sc=2", "가 & 나"),
        ("<guid isPermaLink='true'>https://n.kr/7</guid><title>&#44032;</title>", "https://n.kr/7", "가"),
    ],
)  # fmt: skip
def test_an_entry_is_read_as_it_was_meant(item: str, url: str, title: str) -> None:
    source = (
        f"\n<rss version='2.0'><channel><title>나루신문</title><item>{item}</item></channel></rss>"
    )
    read = read_source(read_page("https://n.kr/rss.xml", source.encode(), {}))
    assert read.kind is SourceKind.FEED
    assert [(entry.url, entry.title) for entry in read.entries] == [(url, title)]


def test_a_feed_is_read_in_the_encoding_that_it_came_in() -> None:
    source = (
        "<?xml version='1.0' encoding='euc-kr'?><rss version='2.0' xmlns:media='urn:m'><channel>"
        "<title>나루신문</title><item><media:title>사진</media:title><title><![CDATA[<b>가</b>나]]></title>"
        "<guid isPermaLink='false'>77</guid><link>https://n.kr/7</link><dc:creator>홍길동</dc:creator></item>"
        "<item><title>주소가 없다</title><guid isPermaLink='false'>78</guid></item></channel></rss>"
    )
    read = read_source(read_page("https://n.kr/rss.xml", source.encode("cp949"), {}))
    assert [(entry.url, entry.title, entry.byline) for entry in read.entries] == [
        ("https://n.kr/7", "가나", "홍길동")
    ]


@pytest.mark.parametrize(
    "written",
    [
        "Mon, 02 Mar 2026 09:00:00 +0900",
        "Mon, 02 Mar 2026 00:00:00 GMT",
        "Mon, 02 Mar 2026 09:00:00 KST",
        "Mon, 02 Mar 2026 09:00:00",
        "월, 02 3월 2026 09:00:00 +0900",
        "Mon Mar 02 2026 09:00:00 GMT+0900 (KST)",
        "2026-03-02T00:00:00.000Z",
        "2026-03-02 09:00:00.0",
        "2026. 3. 2. 오전 9:00",
        "202603020900",
        "20260302 09:00:00",
    ],
)
def test_a_time_is_read_as_it_was_meant(written: str) -> None:
    assert read_news_time(written) == datetime(2026, 3, 2, tzinfo=UTC)


def test_a_time_without_a_year_is_none() -> None:
    assert read_news_time("09:00") is None


@pytest.mark.parametrize(("more", "is_cut"), [(0, False), (1, True)])
def test_a_sitemap_of_too_many_addresses_says_so(more: int, is_cut: bool) -> None:
    named = "".join(
        f"<url><loc>https://a.kr/{number}</loc></url>" for number in range(MOST_ENTRIES + more)
    )
    page = read_page("https://a.kr/sitemap.xml", f"<urlset>{named}</urlset>".encode(), {})
    source = read_source(page)
    assert (len(source.entries), source.is_cut) == (MOST_ENTRIES, is_cut)


def test_a_feed_that_breaks_off_says_so_and_names_no_address_by_its_beginning() -> None:
    item = "<item><link>https://n.kr/bbs/board.php?wr_id={}</link><title>글</title></item>"
    whole = f"<rss><channel><title>나루</title>{item.format(17)}{item.format(18)}</channel></rss>"
    torn = whole[: whole.index("18") + 1]
    for text, is_torn, ids in ((whole, False, ["17", "18"]), (torn, True, ["17"])):
        read = read_source(read_page("https://n.kr/rss.xml", text.encode(), {}))
        assert (read.kind, read.is_torn) == (SourceKind.FEED, is_torn)
        assert [entry.url.rpartition("=")[2] for entry in read.entries] == ids


def test_relative_addresses_count_from_the_base_that_the_feed_tells() -> None:
    source = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://n.kr/news/">'
        '<entry><title>가</title><link href="7"/></entry></feed>'
    )
    read = read_source(read_page("https://n.kr/feeds/all.xml", source.encode(), {}))
    assert [entry.url for entry in read.entries] == ["https://n.kr/news/7"]


def test_a_time_to_come_is_not_how_far_a_sitemap_was_read() -> None:
    """The next change would seem to be an old one, for as long as the clock was wrong."""
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert _is_settled(now - timedelta(minutes=1), now)
    assert not _is_settled(now + timedelta(days=900, minutes=1), now)


def test_a_json_feed_is_read() -> None:
    items = [
        {
            "id": "https://n.kr/1",
            "title": " 산책로를\n늘린다 ",
            "date_published": "2026-03-02T09:00:00+09:00",
            "date_modified": "2026-03-02T10:00:00+09:00",
            "authors": [{"name": "김하늘"}],
        },
        {"id": 2, "url": "/2"},
        {"id": "3"} | {"url": "javascript:void(0)"},
        "none",
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "한빛일보", "items": items}
    text = json.dumps(feed, ensure_ascii=False)
    page = read_page("https://n.kr/feed.json", text.encode(), {"content-type": "application/json"})
    source = read_source(page)
    first, second = source.entries
    assert (source.kind, source.is_torn, first.url) == (SourceKind.FEED, False, "https://n.kr/1")
    assert (first.title, first.byline, first.publisher) == ("산책로를 늘린다", "김하늘", "한빛일보")
    assert (first.published_at, first.changed_at) == (
        datetime(2026, 3, 2, 0, 0, tzinfo=UTC),
        datetime(2026, 3, 2, 1, 0, tzinfo=UTC),
    )
    assert second.url == "https://n.kr/2"
    torn = read_source(read_page("https://n.kr/feed.json", text[:-20].encode(), {}))
    assert (torn.kind, torn.is_torn, torn.entries) == (SourceKind.FEED, True, [])


def test_a_sitemap_as_text_is_read_and_other_text_is_none() -> None:
    text = "\ufeffhttps://n.kr/1\r\n\r\nhttps://n.kr/2?b=1\r\nhttps://n.kr/1\r\n"
    source = read_source(
        read_page("https://n.kr/map.txt", text.encode(), {"content-type": "text/plain"})
    )
    assert source.kind is SourceKind.SITEMAP
    assert [entry.url for entry in source.entries] == ["https://n.kr/1", "https://n.kr/2?b=1"]
    for other in ("", "보기: https://n.kr/1", "{}", "[" * 100_000):
        page = read_page("https://n.kr/map.txt", other.encode(), {"content-type": "text/plain"})
        assert read_source(page).kind is SourceKind.PAGE
