"""The times that Korean boards write, as UTC.

Boards write Korean time without a zone, often without the century, the year or the
day. What is missing is filled in from *now*, the time the page was fetched, as the
latest moment that the text can mean.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

KST = timezone(timedelta(hours=9), "KST")

_SLACK = timedelta(minutes=10)
"""How far a board's clock may run ahead of ours before a time must be the day before's."""

_CENTURY = 70
"""Two-digit years from here on are of the twentieth century: boards are as old as 1996."""

_DATE = r"(?P<year>(?:19|20)\d\d|\d\d)\s?[-./년]\s?(?P<month>\d{1,2})\s?[-./월]\s?(?P<day>\d{1,2})"
_CLOCK = (
    r"(?:(?P<half>오전|오후|am|pm)\s?)?"
    r"(?P<hour>\d{1,2})\s?(?::|시)\s?(?:(?P<minute>\d{1,2})\s?(?:분\s?)?)?"
    r"(?:(?::|(?<=분)\s?|(?<=분\s))(?P<second>\d{1,2})초?)?"
    r"(?P<after>\s?(?:am|pm|a\.m\.|p\.m\.|오전|오후)(?![가-힣a-z]))?"
)
_WEEKDAY = r",?(?:\s?(?:\([^)\d]{1,4}\)|[월화수목금토일](?:요일)?(?![가-힣])))?,?"
"""What may stand between a date and a clock: "2026.05.02 (토) 10:24", "11월 2일 월요일 10:24"."""
_ISO = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})(?:T|KST|\s)(?P<clock>\d{2}:\d{2}(?P<second>:\d{2})?)(?:\.\d+)?"
    # PostgreSQL writes the hours alone; after a clock without seconds they may be another clock's.
    r"\s?(?P<zone>(?:UTC|GMT)?[+-]\d{2}:?\d{2}|(?:Z|UTC|GMT)(?![\w+-])|(?(second)[+-]\d{2}(?![\d:])|(?!)))"
)
# PHP's date("Y-m-dTH:i:s") prints the zone's name for the T; seen in published themes.
_PHP = re.compile(r"(\d{4}-\d{2}-\d{2})KST(\d{2}:\d{2}(?::\d{2})?)")
_PACKED = re.compile(
    r"(?<!\d)(20\d{2})(\d{2})(\d{2})[\sT]?(\d{2}):?(\d{2})(?::?(\d{2}))?(Z\b|(?!\d))"
)
# PHP's date("ymd H:i"); six digits alone may be anything.
_PACKED_SHORT = re.compile(r"(?<![\d.])(\d{2})(\d{2})(\d{2}) (\d{1,2}):(\d{2})(?![\d:])")
_FULL = re.compile(
    rf"(?<!\d){_DATE}(?!\d)(?:일|\.)?{_WEEKDAY}(?:[\sT]?(?:[|/·(-]\s?)?{_CLOCK})?", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_ENGLISH = re.compile(
    rf"(?:\b{_MONTH} (\d{{1,2}})|\b(\d{{1,2}})(?:st|nd|rd|th)? {_MONTH})(?:st|nd|rd|th)?,? (\d{{4}})"
    rf"(?:,?\s+(?:at\s+|-\s+)?{_CLOCK}(?:\s?(?P<zone>[+-]\d{{4}}|GMT|UTC)\b)?)?",
    re.IGNORECASE,
)
_YEAR_LAST = re.compile(
    rf"(?<!\d)(?P<month>\d{{1,2}})월\s?(?P<day>\d{{1,2}})일?,\s?(?P<year>(?:19|20)\d\d)(?!\d)"
    rf"(?:,?\s?(?:-\s?)?{_CLOCK})?",
    re.IGNORECASE,
)
"""Forums translated from English: "11월 03, 2026, 03:12:11 오후"."""
_AMERICAN = re.compile(
    rf"(?<![\d./-])(?P<month>\d{{1,2}})(?P<mark>[-/])(?P<day>\d{{1,2}})(?P=mark)(?P<year>(?:19|20)\d\d)(?!\d)"
    rf"(?:,?\s+{_CLOCK})?",
    re.IGNORECASE,
)
"""Forums that nobody translated: "11-03-2026, 03:12 PM"."""
_NO_YEAR = re.compile(
    rf"(?<![\d.])(?P<month>\d{{1,2}})\s?[-./월]\s?(?P<day>\d{{1,2}})(?![\d.♡*])일?{_WEEKDAY}(?:\s?{_CLOCK})?",
    re.IGNORECASE,
)
_CLOCK_ONLY = re.compile(rf"(?<![\d:.]){_CLOCK}(?![\d:])", re.IGNORECASE)
_DAYS = {
    "오늘": 0,
    "금일": 0,
    "today": 0,
    "어제": 1,
    "yesterday": 1,
    "그제": 2,
    "그저께": 2,
    "엊그제": 2,
}
_DAY = re.compile(rf"({'|'.join(_DAYS)})(?:,?\s?{_CLOCK})?", re.IGNORECASE)
_AGO = re.compile(
    r"((?:\d{1,5}\s?(?:초|분|시간|일|주일|주|개월|달|년|"
    r"seconds?|secs?|minutes?|mins?|hours?|days?|weeks?|months?|years?),?\s?)+)\s?(?:전|ago)",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"(\d{1,5})\s?([^\d\s]+)")
_JUST_NOW = re.compile(r"방금|지금\s?막|just now", re.IGNORECASE)
_UNITS = {
    "초": 1, "분": 60, "시간": 3600, "일": 86400, "주일": 604800, "주": 604800,
    "개월": 2592000, "달": 2592000, "년": 31536000,
    "sec": 1, "min": 60, "hour": 3600, "day": 86400, "week": 604800,
    "month": 2592000, "year": 31536000,
}  # fmt: skip
_LONGEST = 200
"""Characters of a text that are looked at: a date stands at the start of its cell."""


def read_time(text: str, now: datetime | None, since: datetime | None = None) -> datetime | None:
    """Return the first time in *text* as aware UTC, None where there is none.

    Args:
        text: a cell, an attribute or what follows a label.
        now: aware; when the page was fetched. Without it only texts that name
            the year are read.
        since: aware; what the time cannot lie before, a post's of its comments. A day
            without a year that may be one of several years since then is none.

    >>> fetched = datetime(2026, 11, 24, 1, 30, tzinfo=KST)
    >>> read_time("26-05-25 19:12", fetched).isoformat()
    '2026-05-25T10:12:00+00:00'
    >>> read_time("12-31", fetched).isoformat()
    '2025-12-30T15:00:00+00:00'
    >>> read_time("9시간 27분전", fetched).astimezone(KST).isoformat()
    '2026-11-23T16:03:00+09:00'
    """
    text = text[:_LONGEST].strip()
    for read in (_read_absolute, _read_relative):
        try:
            found = read(text, now)
        except (ValueError, OverflowError):  # the 31st of February, the year 0
            found = None
        if found is not None:
            if since is not None and lacks_year(text) and found - _YEAR >= since - _ONE_DAY:
                return None
            return found.astimezone(UTC)
    return None


_YEAR = timedelta(days=365)
_ONE_DAY = timedelta(days=1)


def lacks_year(text: str) -> bool:
    """Tell a text that names a day of no year, "03-02 09:41", from one with a whole time or none."""
    text = text[:_LONGEST].strip()
    try:
        is_whole = _read_absolute(text, None) is not None
    except (ValueError, OverflowError):
        is_whole = False
    others = (_AGO, _JUST_NOW, _DAY)
    is_other = is_whole or any(pattern.search(text) for pattern in others)
    return not is_other and _NO_YEAR.search(text) is not None


def read_news_time(text: str | None) -> datetime | None:
    """Return the time that a feed, a sitemap or an article's head writes, as aware UTC.

    One without a zone is Korean; one without a year is none.

    >>> read_news_time("Mon, 02 Mar 2026 09:00:00 +0900").isoformat()
    '2026-03-02T00:00:00+00:00'
    """
    if not text:
        return None
    text = _KOREAN_MONTH.sub(lambda match: f" {_MONTHS[int(match[1]) - 1]} ", text.strip())
    found = None
    for read in (_script_date, parsedate_to_datetime):
        try:
            found = read(text)
            break
        except (ValueError, OverflowError):
            continue
    if found is None or found.tzinfo is None:
        # There may be a zone behind an AM or a PM; and what was made of numbers alone is a guess.
        if (better := read_time(text, None)) or found is None or not _MONTH_NAME.search(text):
            return better
        found = found.replace(tzinfo=KST)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        return None


def _script_date(text: str) -> datetime:
    """Read what JavaScript prints: ``Mon Mar 02 2026 09:00:00 GMT+0900 (KST)``."""
    return datetime.strptime(text.partition(" (")[0], "%a %b %d %Y %H:%M:%S GMT%z")


_MONTH_NAME = re.compile("|".join(_MONTHS), re.IGNORECASE)
_KOREAN_MONTH = re.compile(r"(?<=\d)\s+(1[0-2]|[1-9])월\s+(?=\d{4}\s)")
"""As a server with Korean settings writes it: ``월, 02 3월 2026 09:00:00 +0900``."""


def _read_absolute(text: str, now: datetime | None) -> datetime | None:
    if match := _ISO.search(text):
        zone = match["zone"].lstrip("UTCGMZ") or "+00:00"
        return datetime.fromisoformat(f"{match['date']}T{match['clock']}{zone}")
    if match := _PHP.search(text):
        return datetime.fromisoformat(f"{match[1]}T{match[2]}").replace(tzinfo=KST)
    if match := _PACKED.search(text):
        *digits, mark = match.groups()
        year, month, day_number, hour, minute, second = (int(part or 0) for part in digits)
        zone = UTC if mark else KST
        return datetime(year, month, day_number, hour, minute, second, tzinfo=zone)
    if match := _ENGLISH.search(text):
        month = _MONTHS.index((match[1] or match[4]).lower()) + 1
        day = date(int(match[5]), month, int(match[2] or match[3]))
        moment = datetime.combine(day, _clock(match) or time(), KST)
        zone = match["zone"] or ""
        if zone and zone != "+0900":
            shift = "+0000" if zone.isalpha() else zone
            moment = moment.replace(tzinfo=datetime.strptime(shift, "%z").tzinfo)
        return moment
    if match := _PACKED_SHORT.search(text):
        year, month, day_number, hour, minute = map(int, match.groups())
        return datetime(_whole_year(year), month, day_number, hour, minute, tzinfo=KST)
    if match := _FULL.search(text) or _YEAR_LAST.search(text) or _AMERICAN.search(text):
        year = _whole_year(int(match["year"]))
        day = date(year, int(match["month"]), int(match["day"]))
        return datetime.combine(day, _clock(match) or time(), KST)
    return None


def _whole_year(year: int) -> int:
    if year >= 100:
        return year
    return year + (2000 if year < _CENTURY else 1900)


def _read_relative(text: str, now: datetime | None) -> datetime | None:
    if now is None:
        return None
    here = now.astimezone(KST)
    if match := _AGO.search(text):
        seconds = sum(
            int(amount) * _UNITS[unit if unit in _UNITS else _unit(unit)]
            for amount, unit in _AMOUNT.findall(match[1])
        )
        return here - timedelta(seconds=seconds)
    if _JUST_NOW.search(text):
        return here
    if match := _DAY.search(text):
        day = here.date() - timedelta(days=_DAYS[match[1].lower()])
        return datetime.combine(day, _clock(match) or time(), KST)
    if match := _NO_YEAR.search(text):
        month, day_number = int(match["month"]), int(match["day"])
        clock = _clock(match) or time()
        return _latest(
            lambda back: datetime(here.year - back, month, day_number, tzinfo=KST).replace(
                hour=clock.hour, minute=clock.minute, second=clock.second
            ),
            here,
            # 29 February comes every four years, or eight around a century.
            tries=9,
        )
    if match := _CLOCK_ONLY.search(text):
        only = _clock(match)
        if only is not None:
            return _latest(
                lambda back: datetime.combine(here.date() - timedelta(days=back), only, KST),
                here,
                tries=2,
            )
    return None


def _latest(candidate: Callable[[int], datetime], here: datetime, *, tries: int) -> datetime | None:
    for back in range(tries):
        try:
            moment = candidate(back)
        except ValueError:
            continue
        if moment <= here + _SLACK:
            return moment
    return None


def _clock(match: re.Match[str]) -> time | None:
    if match["hour"] is None or (match["minute"] is None and not match["half"]):
        return None
    hour = int(match["hour"])
    half = (match["half"] or match["after"] or "").strip().lower().replace(".", "")
    if half in ("오후", "pm") and hour < 12:
        hour += 12
    if half in ("오전", "am") and hour == 12:
        hour = 0
    return time(hour % 24, int(match["minute"] or 0), int(match["second"] or 0))


def _unit(word: str) -> str:
    lowered = word.lower()
    for unit in ("sec", "min", "hour", "day", "week", "month", "year"):
        if lowered.startswith(unit):
            return unit
    raise ValueError(word)
