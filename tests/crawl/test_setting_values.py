"""Settings of the command line: a slip in one ends the run before it begins."""

import pytest
from scrapy.settings import Settings

from crawler.setting_values import check_given


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
        ],
        settings,
    )
