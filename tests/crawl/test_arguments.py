from datetime import date

import pytest

from crawler.spiders.board import Arguments


def test_every_argument_is_read() -> None:
    given = {
        "url": "https://example.org/bbs/board.php?bo_table=free",
        "since": "2026-03-01",
        "max_pages": "3",
        "refresh": "True",
        "_job": "f00",
    }
    assert Arguments.parse(given) == Arguments(
        url=given["url"], since=date(2026, 3, 1), max_pages=3, refresh=True
    )


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-03-01T23:59", date(2026, 3, 1)),
        ("2026-02-28T15:00:00Z", date(2026, 3, 1)),
        ("2026-02-28T14:59:59+00:00", date(2026, 2, 28)),
    ],
)
def test_since_is_a_korean_day(text: str, day: date) -> None:
    assert Arguments.parse({"since": text}).since == day


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("url", "example.org/free", "http:// or https://"),
        ("url", "http:///free", "http:// or https://"),
        ("url", "http://example.org:99999/", "http:// or https://"),
        ("url", "file:///etc/passwd", "http:// or https://"),
        ("url", "", "http:// or https://"),
        ("since", "yesterday", "YYYY-MM-DD"),
        ("since", "2026-02-30", "YYYY-MM-DD"),
        ("since", "2999-02-28", "not still to come"),
        ("max_pages", "0", "from 1 to 1000000"),
        ("max_pages", "-3", "from 1 to 1000000"),
        ("max_pages", "²", "from 1 to 1000000"),
        ("max_pages", "9" * 5000, "from 1 to 1000000"),
        ("refresh", "maybe", "true or false"),
    ],
)
def test_a_value_that_is_not_allowed_is_named_with_what_is(
    name: str, value: str, allowed: str
) -> None:
    with pytest.raises(ValueError, match="is not allowed") as error:
        Arguments.parse({name: value})
    assert f"{name}={value!r}" in str(error.value)
    assert allowed in str(error.value)


def test_an_unknown_argument_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown argument pages='3'; allowed are: url, since"):
        Arguments.parse({"pages": "3"})
