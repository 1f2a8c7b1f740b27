"""Exit codes, back-off, robots.txt and Crawl-delay, without a crawl."""

import asyncio
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.test import get_crawler

from crawler.extensions import CrawlDelay, judge
from crawler.guard import AddressRefused
from crawler.middlewares import BackOff, BoundedCookies, RobotsTxt, backoff, retry_after
from crawler.responses import HostBusy, explain
from crawler.spiders.board import BoardSpider


@pytest.mark.parametrize(
    ("reason", "stats", "code"),
    [
        ("finished", {"board/started": 1, "post/new": 3, "post/status/secret": 1}, 0),
        ("finished", {}, 0),
        ("closespider_itemcount", {"board/started": 1}, 0),
        ("finished", {"board/asked": 1, "board/failed/dns": 1}, 1),
        ("finished", {"board/asked": 1, "spider_exceptions/count": 1}, 1),
        ("store_unreachable", {}, 1),
        ("start_error", {"spider_exceptions/count": 1}, 1),
        (None, {}, 1),
        ("finished", {"board/asked": 2, "board/started": 1, "board/failed/dns": 1}, 3),
        ("finished", {"board/started": 1, "post/failed/timeout": 1}, 3),
        ("finished", {"board/started": 1, "post/status/unreadable": 1}, 3),
        ("finished", {"board/started": 1, "store/error": 1}, 3),
        ("finished", {"board/started": 1, "spider_exceptions/count": 1}, 3),
        ("finished", {"board/started": 1, "list/empty": 1}, 3),
        ("finished", {"board/started": 1, "feedexport/failed_count/FileFeedStorage": 1}, 3),
        ("shutdown", {"board/started": 1}, 3),
        ("memusage_exceeded", {"board/started": 1}, 3),
        ("store_gone", {"board/started": 1}, 4),
        ("shutdown", {"store/gone": 1, "store/error": 3}, 4),
    ],
)
def test_the_exit_code_says_how_the_run_ended(
    reason: str | None, stats: dict[str, int], code: int
) -> None:
    assert judge(reason, stats).exit_code == code


def test_a_host_that_is_asked_too_much_is_left_alone_for_this_run() -> None:
    crawler = get_crawler(settings_dict={"RETRY_TIMES": 0})
    crawler._apply_settings()
    middleware = BackOff.from_crawler(crawler)
    crawler.spider = SimpleNamespace(crawler=crawler)  # type: ignore[assignment]
    request = Request("http://board.example/7")

    def answer(status: int) -> None:
        response = Response(request.url, status=status)
        asyncio.run(middleware.process_response(request, response))

    # A board of which now and then a post is refused is crawled on.
    for status in [429, 429, 429, 429, 200, 429, 429, 429, 429]:
        answer(status)
    middleware.process_request(request)
    answer(429)
    with pytest.raises(HostBusy) as error:
        middleware.process_request(request)
    assert explain(error.value)[0] == "busy"
    middleware.process_request(Request("http://other.example/7"))


@pytest.mark.parametrize("attempt", [1, 2, 3])
def test_back_off_doubles(attempt: int) -> None:
    middle = 4.0 * 2 ** (attempt - 1)
    assert middle * 0.75 <= backoff(attempt, 4.0) <= middle * 1.25


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120.0),
        (b" 7 ", 7.0),
        (b"-5", 0.0),
        (b"9" * 400, 0.0),
        (b"Wed, 21 Oct 2026 07:28:00 GMT", 0.0),
    ],
)
def test_retry_after_is_read_if_it_is_a_number(value: bytes, seconds: float) -> None:
    assert retry_after(Response("http://a.test/", headers={"Retry-After": value})) == seconds


def test_without_retry_after_there_is_no_wait() -> None:
    assert retry_after(Response("http://a.test/")) == 0.0


def delayed(robots: str, *, default: str = "1") -> dict[str, dict[str, float]]:
    """Return what the extension makes of a robots.txt, by host."""
    crawler = get_crawler(settings_dict={"DOWNLOAD_DELAY": default, "CRAWL_DELAY_MAX": 60})
    crawler.settings.frozen = False
    crawler.settings.setdict({"USER_AGENT": "pumgeul/0.1", "ROBOTSTXT_USER_AGENT": "pumgeul"})
    slot = Slot(concurrency=8, delay=1.0, jitter=0.5)
    downloader = SimpleNamespace(
        get_slot_key=lambda request: "a.test", per_slot_settings={}, slots={"a.test": slot}
    )
    crawler.engine = SimpleNamespace(downloader=downloader)
    extension = CrawlDelay(crawler)
    parser = ProtegoRobotParser.from_crawler(crawler, robots.encode())
    extension.robots_parsed(parser, Request("http://a.test/"))
    settings = downloader.per_slot_settings.get("a.test")
    if settings is not None:
        assert (slot.concurrency, slot.delay, slot.jitter) == tuple(settings.values())
    return downloader.per_slot_settings


@pytest.mark.parametrize(
    ("robots", "delay"),
    [
        ("User-agent: *\nCrawl-delay: 7\n", 7.0),
        ("User-agent: pumgeul\nCrawl-delay: 2.5\n\nUser-agent: *\nCrawl-delay: 9\n", 2.5),
        ("User-agent: *\nCrawl-delay: 86400\n", 60.0),
    ],
)
def test_a_longer_crawl_delay_is_kept_exactly_up_to_the_limit(robots: str, delay: float) -> None:
    assert delayed(robots) == {"a.test": {"concurrency": 1, "delay": delay, "jitter": 0}}


@pytest.mark.parametrize(
    "robots",
    [
        "User-agent: *\nCrawl-delay: 0.5\n",
        "User-agent: *\nCrawl-delay: soon\n",
        "User-agent: other\nCrawl-delay: 30\n",
        "",
    ],
)
def test_a_shorter_or_absent_crawl_delay_changes_nothing(robots: str) -> None:
    assert delayed(robots) == {}


def asked_after(
    robots: Exception | Response, url: str = "http://a.test/board"
) -> tuple[str, str] | None:
    """Return why a page is not asked for after this answer to robots.txt; None: it is."""

    async def download(request: Request) -> Response:
        if isinstance(robots, Exception):
            raise robots
        return robots

    settings = {"ROBOTSTXT_OBEY": True, "ROBOTSTXT_USER_AGENT": "pumgeul"}
    crawler = get_crawler(settings_dict=settings)
    crawler.engine = SimpleNamespace(download_async=download)
    middleware = RobotsTxt.from_crawler(crawler)
    try:
        asyncio.run(middleware.process_request(Request(url)))
    except IgnoreRequest as error:
        return explain(error)
    return None


@pytest.mark.parametrize(
    ("robots", "reason", "words"),
    [
        (DownloadTimeoutError(), "timeout", "could not be fetched: the server took too long"),
        (CannotResolveHostError(), "dns", "could not be fetched: the host's name cannot be"),
        (AddressRefused("10.0.0.1 is not public"), "address", "10.0.0.1 is not public"),
        (DownloadCancelledError(), "too_large", "could not be fetched: the page is larger"),
        (Response("http://a.test/robots.txt", 503), "robots", "its robots.txt answers HTTP 503"),
    ],
)
def test_where_robots_txt_cannot_be_told_nothing_is_asked(
    robots: Exception | Response, reason: str, words: str
) -> None:
    why = asked_after(robots)
    assert why is not None
    assert why[0] == reason
    assert words in why[1]


@pytest.mark.parametrize(
    "robots",
    [
        Response("http://a.test/robots.txt", 404, body=b"User-agent: *\nDisallow: /"),
        IgnoreRequest("max redirections reached"),
    ],
)
def test_where_there_is_no_robots_txt_everything_may_be_asked(robots: Exception | Response) -> None:
    assert asked_after(robots) is None


@pytest.mark.parametrize("encoding", ["utf-8", "euc-kr", "utf-16"])
def test_rules_in_korean_encodings_are_obeyed(encoding: str) -> None:
    body = "User-agent: *\nDisallow: /board\nDisallow: /게시판/\n".encode(encoding)
    assert asked_after(Response("http://a.test/robots.txt", body=body)) is not None
    page = (
        f"http://a.test/{quote('게시판/7', encoding='utf-8' if encoding == 'utf-16' else encoding)}"
    )
    assert asked_after(Response("http://a.test/robots.txt", body=body), page) is not None
    assert asked_after(Response("http://a.test/robots.txt", body=body), "http://a.test/b") is None


@pytest.mark.parametrize("name", ["pumgeul", "pumgeul/0.1", "Pumgeul/0.1 (+https://a.test)"])
def test_a_rule_for_the_program_s_name_counts_with_its_version(name: str) -> None:
    rule = f"User-agent: other\nDisallow:\n\nUser-agent: {name}\nDisallow: /board\n"
    why = asked_after(Response("http://a.test/robots.txt", body=rule.encode()))
    assert why is not None
    assert why[0] == "robots"


def test_what_a_server_remembers_of_the_start_address_is_not_sent_for_other_pages() -> None:
    """Rhymix answers "?m=1" with its page for telephones, and goes on so by a cookie."""
    crawler = get_crawler(BoardSpider, settings_dict={"COOKIES_MAX_BYTES": 8192})
    spider = BoardSpider.from_crawler(crawler, url="http://a.test/talk?m=1")
    cookies = BoundedCookies.from_crawler(crawler)
    start = next(spider._start_requests("http://a.test/talk?m=1"))
    cookies.process_response(
        start, Response(start.url, headers={"Set-Cookie": "uatype=mobile; path=/"})
    )
    again, other = start.replace(), Request("http://a.test/talk")
    for request in (again, other):
        cookies.process_request(request)
    assert again.headers["Cookie"] == b"uatype=mobile"  # some servers ask for it at once
    assert "Cookie" not in other.headers
