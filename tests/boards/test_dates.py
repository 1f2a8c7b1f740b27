"""The forms in which boards write times."""

from datetime import UTC, datetime

import pytest

from crawler.dates import KST, read_news_time, read_time

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=KST)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("26-05-25 19:12", "2026-05-25 19:12:00"),
        ("99-12-31 19:12", "1999-12-31 19:12:00"),
        ("2026.05.25 19:12:09 | 메뉴", "2026-05-25 19:12:09"),
        ("2026년 11월 24일 01시 22분 21초", "2026-11-24 01:22:21"),
        ("2026년 3월 1일 오후 3:05", "2026-03-01 15:05:00"),
        ("3월 01, 2026, 03:05:09 오후", "2026-03-01 15:05:09"),
        ("03-01-2026, 03:05 PM", "2026-03-01 15:05:00"),
        ("화, 2026/03/03 - 3:05오후", "2026-03-03 15:05:00"),
        ("2026. 5. 25. 오전 12:30", "2026-05-25 00:30:00"),
        ("2026-05-25 (월) 19:12", "2026-05-25 19:12:00"),
        ("2026-05-25T19:12", "2026-05-25 19:12:00"),
        ("2026-04-21T12:19:00+09:00", "2026-04-21 12:19:00"),
        ("2026-04-21T03:19:00Z", "2026-04-21 12:19:00"),
        ("2026-04-21 03:19:00 UTC", "2026-04-21 12:19:00"),
        ("2026-04-21 03:19:00+00", "2026-04-21 12:19:00"),
        ("2026-04-21 12:19:00 GMT+0900", "2026-04-21 12:19:00"),
        ("2026-04-21 12:19 Zeno", "2026-04-21 12:19:00"),
        ("20260421T031900Z", "2026-04-21 12:19:00"),
        ("2026-04-21KST12:19:00", "2026-04-21 12:19:00"),
        ("20260421121900", "2026-04-21 12:19:00"),
        ("2026년 3월 1일 3:05 오후", "2026-03-01 15:05:00"),
        ("260525 19:12", "2026-05-25 19:12:00"),
        ("Mar 2, 2026 at 9:05 PM", "2026-03-02 21:05:00"),
        ("Mon, 02 Mar 2026 09:05:07 +0900", "2026-03-02 09:05:07"),
        ("Mon, 02 Mar 2026 09:05:07 GMT", "2026-03-02 18:05:07"),
        ("2nd March, 2026", "2026-03-02 00:00:00"),
        # Without a year: the last time the day came.
        ("11-24", "2026-11-24 00:00:00"),
        ("12-31", "2025-12-31 00:00:00"),
        ("05.25 19:12", "2026-05-25 19:12:00"),
        ("3월 4일", "2026-03-04 00:00:00"),
        ("02-29", "2024-02-29 00:00:00"),
        # Without a day: today, or yesterday where the hour is still to come.
        ("01:22", "2026-11-24 01:22:00"),
        ("23:59", "2026-11-23 23:59:00"),
        ("6초전", "2026-11-24 01:29:54"),
        ("18분 전", "2026-11-24 01:12:00"),
        ("9시간 27분전", "2026-11-23 16:03:00"),
        ("3일전", "2026-11-21 01:30:00"),
        ("방금 전", "2026-11-24 01:30:00"),
        ("어제 13:20", "2026-11-23 13:20:00"),
        ("2 hours ago", "2026-11-23 23:30:00"),
    ],
)
def test_forms(text: str, expected: str) -> None:
    moment = read_time(text, NOW)
    assert moment is not None
    assert moment.tzinfo is UTC
    assert moment.astimezone(KST).strftime("%Y-%m-%d %H:%M:%S") == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02 00:05:00 UTC",
        "Mon, 02 Mar 2026 00:05:00 -0000",
        "Mon Mar 02 2026 00:05:00 GMT+0000 (UTC)",
        "Mon, 02 Mar 2026 09:05:00",
        "Mar 2, 2026 0:05 AM UTC",
        "Mon, 02 Mar 26 09:05:00",
    ],
)
def test_a_zone_of_a_feed_is_believed(text: str) -> None:
    assert read_news_time(text) == datetime(2026, 3, 2, 9, 5, tzinfo=KST)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "없음",
        "73회",
        "125.♡.114.71",
        "1.2.3.4",
        "0000-00-00 00:00:00",
        "99-99-99",
        "02-30",
        "Feb 30, 2026",
        "25:61",
    ],
)
def test_what_is_no_time(text: str) -> None:
    assert read_time(text, NOW) is None


def test_without_a_page_s_time_only_whole_dates_count() -> None:
    assert read_time("12-31", None) is None
    assert read_time("3일전", None) is None
    assert read_time("25-12-31 10:00", None) == datetime(2025, 12, 31, 1, 0, tzinfo=UTC)


def test_a_long_text_is_read_at_its_start_only() -> None:
    assert read_time("1" * 100_000 + " 2026-05-25", NOW) is None
