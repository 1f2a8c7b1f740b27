"""Known articles from feeds, sitemaps and pages: what is fetched, what is stored, what is not."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, update

from crawler.arguments import KST
from models.engine import open_store
from models.records import ArticleRecord
from models.schema import article, article_version, source
from models.write import writing
from pipelines.match import Matcher
from tests.crawl.running import Crawl, counts, crawl, last_stats, rows
from tests.serving import HTML, XML, Asked, Site, answer

TEXT = (
    "한빛시는 올해 강변 산책로를 4킬로미터 더 늘린다고 밝혔다. 공사는 다음 달 초에 시작된다.\n"
    "시는 공사 동안 주민이 다닐 임시 길을 낸다. 자전거 이용자는 건너편 둑길로 돌아가야 한다.\n"
    "예산은 모두 32억 원이며, 절반은 도에서 받는다. 완공은 내년 봄으로 잡혀 있다."
)


def article_page(
    url: str, title: str = "강변 산책로 늘린다", text: str = TEXT, **told: Any
) -> bytes:
    """An article as newsrooms print it: JSON-LD, and the text among the page's furniture."""
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": "2026-03-02T09:00:00+09:00",
        "dateModified": "2026-03-02T09:30:00+09:00",
        "author": [{"@type": "Person", "name": "김하늘 기자"}],
        "publisher": {"@type": "Organization", "name": "한빛일보"},
        "articleBody": text,
        "mainEntityOfPage": {"@id": url},
        **told,
    }
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return answer(
        f"<html><head><title>{title} - 한빛일보</title><link rel='canonical' href='{url}'>"
        f"<script type='application/ld+json'>{json.dumps(facts, ensure_ascii=False)}</script></head>"
        f"<body><div class='menu'><a href='/'>처음</a> <a href='/a'>정치</a></div>"
        f"<article><h1>{title}</h1>{paragraphs}</article><div>많이 본 뉴스</div></body></html>"
    )


def feed(site: Site, *items: tuple[str, str], etag: str = "") -> Any:
    body = "".join(
        f"<item><title>제목 {link}</title><link>{site.url}{link}</link><pubDate>{at}</pubDate></item>"
        for link, at in items
    )
    whole = answer(
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>한빛일보</title>{body}</channel></rss>",
        XML,
        *([f"ETag: {etag}"] if etag else []),
    )

    def respond(asked: Asked, _: object) -> bytes:
        if etag and asked.headers.get("if-none-match") == etag:
            return answer("", XML, status=304)
        return whole

    return respond


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as served:
        yield served


@pytest.fixture
def store_url(sqlite_url: str) -> str:
    return sqlite_url


def crawl_news(store_url: str, url: str, *arguments: str) -> Crawl:
    return crawl(store_url, "news", "-a", f"url={url}", *arguments)


MORNING = "Mon, 02 Mar 2026 09:00:00 +0900"
NOON = "Mon, 02 Mar 2026 12:00:00 +0900"
AHEAD = datetime(2099, 1, 1, tzinfo=UTC)


def test_a_feed_brings_its_articles_once(site: Site, store_url: str) -> None:
    site.answers = {
        "/rss.xml": feed(site, ("/a/1?from=rss", MORNING), ("/news/2?utm_source=rss", NOON)),
        "/a/1?from=rss": article_page(f"{site.url}/news/1"),
        "/news/2": article_page(f"{site.url}/news/2", "둑길 정비", TEXT + "\n덧붙인 말이 있다."),
    }
    done = crawl_news(store_url, f"{site.url}/rss.xml")
    assert done.code == 0, done.log
    first, second = sorted(rows(store_url, article), key=lambda row: str(row.key))
    # Known by the address that the feed names, shown with the article's own.
    assert (first.key, first.url) == (f"{site.url}/a/1?from=rss", f"{site.url}/news/1")
    assert (first.title, first.publisher, first.byline) == (
        "강변 산책로 늘린다",
        "한빛일보",
        "김하늘 기자",
    )
    assert first.text == TEXT
    assert first.published_at == datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    assert first.modified_at == datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    assert second.url == f"{site.url}/news/2"

    site.asked.clear()
    again = crawl_news(store_url, f"{site.url}/rss.xml")
    assert again.code == 0, again.log
    assert site.targets == ["/rss.xml"]
    assert counts(last_stats(store_url), "article/") == {"article/unchanged": 2}


def test_an_unchanged_feed_costs_one_short_answer(site: Site, store_url: str) -> None:
    site.answers = {
        "/rss.xml": feed(site, ("/news/1", MORNING), etag='"v1"'),
        "/news/1": article_page(f"{site.url}/news/1"),
    }
    crawl_news(store_url, f"{site.url}/rss.xml")
    done = crawl_news(store_url, f"{site.url}/rss.xml")
    assert done.code == 0, done.log
    assert site.targets == ["/rss.xml", "/news/1", "/rss.xml"]
    assert last_stats(store_url)["source/unchanged"] == 1


def test_a_feed_with_a_failed_article_is_read_again(site: Site, store_url: str) -> None:
    site.answers = {
        "/rss.xml": feed(site, ("/news/1", MORNING), ("/news/2", NOON), etag='"v1"'),
        "/news/1": article_page(f"{site.url}/news/1"),
        "/news/2": answer("<html><body><p>점검 중입니다.</p></body></html>"),
    }
    done = crawl_news(store_url, f"{site.url}/rss.xml")
    assert done.code == 3, done.log
    assert counts(last_stats(store_url), "article/") == {
        "article/failed/no_text": 1,
        "article/new": 1,
    }
    site.answers["/news/2"] = article_page(f"{site.url}/news/2", "둑길", TEXT[::-1])
    assert crawl_news(store_url, f"{site.url}/rss.xml").code == 0
    assert [row.url for row in rows(store_url, article)] == [
        f"{site.url}/news/1",
        f"{site.url}/news/2",
    ]


def test_an_edit_becomes_a_version(site: Site, store_url: str) -> None:
    url = f"{site.url}/news/1"

    def sitemap(lastmod: str) -> bytes:
        return answer(
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
            f"<url><loc>{url}</loc><lastmod>{lastmod}</lastmod></url></urlset>",
            XML,
        )

    site.answers = {"/map.xml": sitemap("2026-03-02T09:00:00+09:00"), "/news/1": article_page(url)}
    assert crawl_news(store_url, f"{site.url}/map.xml").code == 0
    edited = TEXT.replace("32억", "35억")
    site.answers = {
        "/map.xml": sitemap("2099-03-02T09:00:00+09:00"),
        "/news/1": article_page(url, text=edited),
    }
    assert crawl_news(store_url, f"{site.url}/map.xml").code == 0
    (row,) = rows(store_url, article)
    assert (row.version, row.text) == (2, edited)
    assert [old.text for old in rows(store_url, article_version)] == [TEXT]


def test_an_index_leads_to_its_sitemaps_and_only_to_changed_ones(
    site: Site, store_url: str
) -> None:
    def index(second: str) -> bytes:
        maps = [("/a.xml.gz", "2026-03-01"), ("/b.xml", second)]
        body = "".join(
            f"<sitemap><loc>{site.url}{loc}</loc><lastmod>{at}</lastmod></sitemap>"
            for loc, at in maps
        )
        return answer(f"<sitemapindex>{body}</sitemapindex>", XML, 'ETag: "same"')

    def news_map(*numbers: int) -> str:
        body = "".join(
            f"<url><loc>{site.url}/news/{n}</loc><news:news><news:publication><news:name>한빛일보"
            "</news:name></news:publication><news:publication_date>2026-03-01T08:00:00+09:00"
            f"</news:publication_date><news:title>제목 {n}</news:title></news:news></url>"
            for n in numbers
        )
        names = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
        return (
            f'<urlset {names} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{body}</urlset>'
        )

    site.answers = {
        "/index.xml": index("2026-03-01"),
        "/a.xml.gz": answer(gzip.compress(news_map(1).encode()), "application/gzip"),
        "/b.xml": answer(news_map(2), XML),
        **{
            f"/news/{n}": article_page(
                f"{site.url}/news/{n}", f"제목 {n}", f"{TEXT}\n{n}번 기사다."
            )
            for n in (1, 2, 3)
        },
    }
    assert crawl_news(store_url, f"{site.url}/index.xml").code == 0
    assert {row.title for row in rows(store_url, article)} == {"제목 1", "제목 2"}

    site.asked.clear()
    # An index that tells a sitemap's day, or nothing, does not tell whether it changed since.
    today = datetime.now(KST).date().isoformat()
    site.answers |= {"/index.xml": index(today), "/b.xml": answer(news_map(2), XML)}
    assert crawl_news(store_url, f"{site.url}/index.xml").code == 0
    assert site.targets == ["/index.xml", "/b.xml"]

    site.asked.clear()
    site.answers |= {"/b.xml": answer(news_map(2, 3), XML)}
    assert crawl_news(store_url, f"{site.url}/index.xml").code == 0
    assert site.targets == ["/index.xml", "/b.xml", "/news/3"]
    # A scheduled crawl visits what somebody named, and nothing that it led to.
    assert [row.url for row in rows(store_url, source) if row.enabled] == [f"{site.url}/index.xml"]


def test_an_article_page_alone_and_one_without_json_ld(site: Site, store_url: str) -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in TEXT.splitlines())
    site.answers = {
        "/news/1": article_page(f"{site.url}/news/1"),
        "/old/2.html": answer(
            "<html><head><meta charset='euc-kr'><meta property='og:title' content='옛 기사'>"
            "<meta property='og:site_name' content='느티신문'>"
            "<meta property='article:published_time' content='2019-05-04 10:20:00'></head><body>"
            f"<div id='top'><a href='/'>홈</a></div><div id='articleBody'>{paragraphs}</div>"
            "</body></html>".encode("cp949"),
            "text/html",
        ),
    }
    for target in ("/news/1", "/old/2.html"):
        assert crawl_news(store_url, site.url + target).code == 0
    new, old = rows(store_url, article)
    assert new.publisher == "한빛일보"
    assert (old.title, old.publisher, old.text) == ("옛 기사", "느티신문", TEXT)
    assert old.published_at == datetime(2019, 5, 4, 1, 20, tzinfo=UTC)


def test_a_front_page_leads_to_the_feeds_that_it_names(site: Site, store_url: str) -> None:
    site.answers = {
        "/": answer(
            "<html><head><link rel='alternate' type='application/rss+xml' href='/rss.xml'></head>"
            "<body><a href='/news/9'>다른 기사</a></body></html>",
            HTML,
        ),
        "/rss.xml": feed(site, ("/news/1", MORNING)),
        "/news/1": article_page(f"{site.url}/news/1"),
    }
    assert crawl_news(store_url, f"{site.url}/").code == 0
    assert site.targets == ["/", "/rss.xml", "/news/1"]
    assert len(rows(store_url, article)) == 1


def test_an_article_that_was_taken_down_is_not_the_front_page(site: Site, store_url: str) -> None:
    front = article_page(f"{site.url}/", "오늘의 한빛일보")
    site.answers = {
        "/rss.xml": feed(site, ("/news/1", MORNING), ("/news/2", MORNING)),
        "/news/1": answer("", HTML, f"Location: {site.url}/", status=302),
        "/": front,
    }
    done = crawl_news(store_url, f"{site.url}/rss.xml")
    assert done.code == 3
    assert counts(last_stats(store_url), "article/") == {
        "article/failed/other_page": 1,
        "article/gone": 1,
    }
    assert rows(store_url, article) == []
    # That a feed goes on naming what is gone is no failure.
    site.answers["/rss.xml"] = feed(site, ("/news/2", MORNING), ("/news/3", MORNING))
    site.answers["/news/3"] = article_page(f"{site.url}/news/3")
    assert crawl_news(store_url, f"{site.url}/rss.xml").code == 0
    assert counts(last_stats(store_url), "article/") == {"article/gone": 1, "article/new": 1}


def test_a_canonical_address_of_another_site_is_not_believed(site: Site, store_url: str) -> None:
    site.answers = {"/news/1": article_page("https://victim.example/news/7")}
    assert crawl_news(store_url, f"{site.url}/news/1").code == 0
    assert [row.url for row in rows(store_url, article)] == [f"{site.url}/news/1"]


def test_an_article_whose_page_names_another_one_as_itself_hides_none(
    site: Site, store_url: str
) -> None:
    """A template's slip: the other one would be known already, and never be fetched."""
    other = TEXT.replace("강변", "바닷가").replace("자전거", "나룻배")
    site.answers = {
        "/rss.xml": feed(site, ("/news/2", MORNING)),
        "/news/1": article_page(f"{site.url}/news/1"),
        "/news/2": article_page(f"{site.url}/news/1", "바닷가 산책로 늘린다", other),
        "/m/news/2": article_page(f"{site.url}/news/2", "바닷가 산책로 늘린다", other),
    }
    assert crawl_news(store_url, f"{site.url}/rss.xml").code == 0
    # A feed may name itself, and its telephone's pages; these say rightly whose they are.
    site.answers["/rss.xml"] = feed(
        site, ("/rss.xml", NOON), ("/news/1", MORNING), ("/m/news/2", NOON)
    )
    assert crawl_news(store_url, f"{site.url}/rss.xml").code == 0
    assert [(row.url.removeprefix(site.url), row.text) for row in rows(store_url, article)] == [
        ("/news/2", other),
        ("/news/1", TEXT),
    ]


def test_less_of_an_article_than_before_takes_nothing_from_it(site: Site, store_url: str) -> None:
    whole = "\n".join(TEXT.replace("산책로", f"{number}번 길") for number in range(1, 4))
    beginning = "".join(f"<p>{line}</p>" for line in whole.splitlines()[:2])
    called = "<meta property='og:type' content='article'><title>"

    def page(title: str, text: str) -> bytes:
        return answer(f"<html><head>{called}{title}</title></head><body>{text}</body></html>")

    site.answers = {
        "/rss.xml": feed(site, ("/news/1", MORNING)),
        "/news/1": article_page(f"{site.url}/news/1", text=whole),
    }
    assert crawl_news(store_url, f"{site.url}/rss.xml").code == 0
    said = "이 기사는 언론사의 요청으로 삭제되었거나 없는 기사입니다. 다른 기사를 찾으려면 검색을 이용해 주십시오."
    for now, code in (
        # A wall that says nothing of itself, and what is left of an article that was taken down.
        (
            page(
                "제목 /news/1", f"<h1>제목</h1><article>{beginning}<p>회원만 봅니다.</p></article>"
            ),
            0,
        ),
        (page("한빛일보", f"<h1>삭제된 기사입니다</h1><article><p>{said}</p></article>"), 3),
    ):
        site.answers["/news/1"] = now
        done = crawl_news(store_url, f"{site.url}/rss.xml", "-a", "refresh=true")
        assert done.code == code, done.log
        (row,) = rows(store_url, article)
        assert (row.text, row.is_stub, row.version) == (whole, False, 1)


def test_a_stub_of_an_import_gives_way_to_what_a_feed_without_dates_names(
    site: Site, store_url: str
) -> None:
    engine = open_store(store_url, Matcher.recipe())
    with writing(engine) as connection:
        stub = ArticleRecord(
            key="01.7",
            url=f"{site.url}/news/1".replace("http:", "https:"),
            text=TEXT[:90],
            is_stub=True,
        )
        Matcher().save_article(connection, stub, None, datetime.now(UTC))
    engine.dispose()
    site.answers = {
        "/rss.xml": feed(site, ("/news/1", "")),
        "/news/1": article_page(f"{site.url}/news/1"),
    }
    for _ in range(2):
        assert crawl_news(store_url, f"{site.url}/rss.xml").code == 0
    assert site.targets == ["/rss.xml", "/news/1", "/rss.xml"]
    (row,) = rows(store_url, article)
    assert (row.key, row.is_stub, row.text) == ("01.7", False, TEXT)


def test_since_and_max_articles_bound_a_crawl(site: Site, store_url: str) -> None:
    old = "Sun, 01 Mar 2026 09:00:00 +0900"
    site.answers = {
        "/rss.xml": feed(site, ("/news/1", old), ("/news/2", MORNING), ("/news/3", NOON)),
        **{
            f"/news/{n}": article_page(f"{site.url}/news/{n}", text=f"{TEXT}\n{n}번 기사다.")
            for n in (1, 2, 3)
        },
    }
    bounds = ("-a", "since=2026-03-02", "-a", "max_articles=1")
    assert crawl_news(store_url, f"{site.url}/rss.xml", *bounds).code == 0
    assert site.targets == ["/rss.xml", "/news/2"]
    assert counts(last_stats(store_url), "article/") == {
        "article/new": 1,
        "article/older": 1,
        "article/postponed": 1,
    }


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("/gone.xml", "answers HTTP 404"),
        ("/bad.xml.gz", "is no readable gzip file"),
    ],
)
def test_a_source_that_cannot_be_read_is_said(
    site: Site, store_url: str, target: str, said: str
) -> None:
    site.answers = {"/bad.xml.gz": answer(b"\x1f\x8b\x08broken", "application/gzip")}
    done = crawl_news(store_url, site.url + target)
    assert done.code == 1
    assert said in done.said
    assert "Traceback" not in done.log


def test_an_index_that_leads_into_itself_is_said(site: Site, store_url: str) -> None:
    for number in range(6):
        index = f"<sitemapindex><sitemap><loc>/{number + 1}.xml</loc></sitemap></sitemapindex>"
        site.answers[f"/{number}.xml"] = answer(index, XML)
    done = crawl_news(store_url, f"{site.url}/0.xml")
    assert done.code == 3
    assert f"{site.url}/3.xml is an index in an index" in done.said


def test_without_a_url_the_sources_that_are_due_are_read(
    site: Site, store_url: str, tmp_path: Path
) -> None:
    site.answers = {
        "/rss.xml": feed(site, ("/news/1", MORNING)),
        "/news/1": article_page(f"{site.url}/news/1"),
    }
    crawl_news(store_url, f"{site.url}/rss.xml")
    site.asked.clear()
    assert crawl(store_url, "news").code == 0
    assert site.targets == []
    # A clock that ran ahead once holds nothing up until its time comes.
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(update(source).values(last_crawled_at=AHEAD))
        connection.execute(update(article).values(fetched_at=AHEAD))
    engine.dispose()
    assert crawl(store_url, "news").code == 0
    assert site.targets == ["/rss.xml", "/news/1"]
    (row,) = rows(store_url, article)
    assert row.fetched_at < AHEAD
