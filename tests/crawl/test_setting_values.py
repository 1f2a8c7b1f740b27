"""Settings of the command line: a slip in one ends the run before it begins."""

import pytest
from scrapy.settings import Settings

from crawler.setting_values import check_given, check_settings
from tests.crawl.running import crawl


@pytest.fixture
def settings() -> Settings:
    made = Settings()
    made.setmodule("crawler.settings", priority="project")
    return made


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("STORE_URl=sqlite:///try.sqlite3", "no setting 'STORE_URl'; did you mean STORE_URL?"),
        ("ROBOTSTXT_OBAY=false", "did you mean ROBOTSTXT_OBEY?"),
        ("XYZZY=1", "no setting 'XYZZY'; crawler/settings.py may define one"),
        ("COOKIES_ENABLED=maybe", "it must be true or false"),
        ("DOWNLOAD_DELAY_JITTER=much", "it must be a number"),
        ("CONCURRENT_ITEMS=inf", "it must be a number"),
        ("DNSCACHE_SIZE=-1", "it must be a number, 0 or more"),
        ("RETRY_HTTP_CODES=500,abc", "it must be numbers with commas between"),
        ("EXTENSIONS=-1", "it must be a JSON object"),
        ("DUPEFILTER_CLASS=abc", "it must be the full path of a class"),
        ("SCHEDULER=crawler.settings.SCHEDULER", "it must be the full path of a class"),
        ("TWISTED_REACTOR=x", "it must be one of twisted.internet.asyncioreactor"),
        ("DOWNLOAD_TLS_MIN_VERSION=1", "it must be one of TLSv1.0"),
    ],
)
def test_a_slip_is_named_with_what_is_allowed(given: str, said: str, settings: Settings) -> None:
    with pytest.raises(ValueError, match="setting") as error:
        check_given([given], settings)
    assert said in str(error.value)


def test_settings_of_ours_and_of_scrapy_are_taken(settings: Settings) -> None:
    check_given(
        [
            "STORE_URL=",
            "HOST_BUDGET=7",
            "DNS_TIMEOUT=0.5",
            "RETRY_PRIORITY_ADJUST=-2",
            "COOKIES_ENABLED=False",
            "CLOSESPIDER_PAGECOUNT=3",
            "LOG_FILE=crawl.log",
            "RETRY_HTTP_CODES=[500, 502]",
            'EXTENSIONS={"scrapy.extensions.corestats.CoreStats": null}',
            "STATS_CLASS=scrapy.statscollectors.MemoryStatsCollector",
        ],
        settings,
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LOG_FORMAT", "abc", "LOG_FORMAT: Invalid format"),
        ("LOG_VERSIONS", "no-such-package", "there is no package no-such-package"),
        ("JOBDIR", __file__, "cannot be made: File exists"),
        ("FEEDS", '{"x.csv": {"format": "none"}}', "there is no format 'none'"),
        ("REACTOR_THREADPOOL_MAXSIZE", "0", "a whole number, 1 or more"),
    ],
)
def test_what_scrapy_would_stumble_over_is_said(
    name: str, value: str, said: str, settings: Settings
) -> None:
    settings.set(name, value, priority="cmdline")
    with pytest.raises(ValueError, match=name) as error:
        check_settings(settings)
    assert said in str(error.value)


def test_a_crawl_that_cannot_be_set_up_says_why(sqlite_url: str) -> None:
    done = crawl(
        sqlite_url, "board", "-a", "url=http://127.0.0.1:1/", settings={"REFERRER_POLICY": "x"}
    )
    assert done.code == 1
    assert done.said.startswith("scrapy crawl: the crawl cannot be set up, a setting does not fit")
    assert "Could not load referrer policy 'x'" in done.said
    assert "Traceback" not in done.log
