"""What ``-a NAME=VALUE`` may say: texts → values, with words for what is wrong."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

from crawler.board_file import is_web_address, without_password

KST = timezone(timedelta(hours=9))
BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}

Readers = Mapping[str, tuple[Callable[[str], Any], str]]
"""Name → what reads its value, and the words for what is allowed."""


def read_arguments(given: Mapping[str, str], readers: Readers) -> dict[str, Any]:
    """Return the values that *given* strings mean, by name.

    Raises:
        ValueError: a name is unknown or a value not allowed; the message says which,
            and what is allowed.
    """
    # scrapyd adds the job's id to what its user gave.
    names = [name for name in given if name != "_job"]
    if unknown := [name for name in names if name not in readers]:
        raise ValueError(
            f"unknown argument {unknown[0]}={given[unknown[0]]!r}; "
            f"allowed are: {', '.join(readers)}"
        )
    values: dict[str, Any] = {}
    for name in names:
        read, allowed = readers[name]
        try:
            values[name] = read(given[name].strip())
        except ValueError as error:
            raise ValueError(
                f"argument {name}={without_password(given[name])!r} is not allowed; "
                f"it must be {allowed}"
            ) from error
    return values


def web_address(text: str) -> str:
    """Return an http(s) address."""
    if not is_web_address(text):
        raise ValueError(text)
    return text


def day(text: str) -> date:
    """Return a day in Korean time; nothing is newer than one that is still to come."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
        found = (moment if moment.tzinfo is None else moment.astimezone(KST)).date()
    # East of Korea the next day has begun: a schedule's own "today" is no slip.
    if found > datetime.now(KST).date() + timedelta(days=1):
        raise ValueError(text)
    return found


def positive(text: str) -> int:
    """Return a number from 1 to a million."""
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= 1_000_000):
        raise ValueError(text)
    return int(text)


def boolean(text: str) -> bool:
    """Return what a word for yes or no means."""
    if text.lower() not in BOOLEANS:
        raise ValueError(text)
    return BOOLEANS[text.lower()]


DAY = (
    day,
    "a day in Korean time as YYYY-MM-DD, or an ISO 8601 time, and not still to come",
)
COUNT = (positive, "a whole number from 1 to 1000000")
YES_OR_NO = (boolean, "true or false")
