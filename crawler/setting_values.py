"""What our settings may say: checked before a command does anything.

A figure that is none would end the run in the middle of it, and some that are figures would
let it wait for ever, or leave half of a board out without a word.
"""

import difflib
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings

from crawler.guard import networks_of

_WHOLE: dict[str, int] = {
    "CONCURRENT_REQUESTS": 1,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    "COOKIES_MAX_BYTES": 0,
    "CRAWL_INTERVAL_MAX": 1,
    "CRAWL_INTERVAL_MIN": 1,
    "DOWNLOAD_MAXSIZE": 0,
    "DOWNLOAD_WARNSIZE": 0,
    "HOST_BUDGET": 0,
    "LOAD_MAX_CHARS": 1,
    "LOAD_MAX_LINE_BYTES": 1,
    "PENDING_POSTS": 1,
    "READ_MEMORY": 0,
    "RECHECK_AFTER": 0,
    "REDIRECT_MAX_TIMES": 0,
    "RETRY_TIMES": 0,
    "STORE_BATCH": 1,
    "WARC_MAX_BYTES": 1,
}
"""Whole numbers → the least that they may be."""
_NUMBERS = (
    "CRAWL_DELAY_MAX",
    "DOWNLOAD_DELAY",
    "DOWNLOAD_MIN_RATE",
    "DOWNLOAD_MIN_RATE_AFTER",
    "DOWNLOAD_TIMEOUT",
    "READ_TIMEOUT",
    "RETRY_BACKOFF_DELAY",
    "RETRY_BACKOFF_MAX",
)
"""Numbers that may have a fraction, from 0."""
_YES_OR_NO = ("LOG_ENABLED", "PSEUDONYMS", "ROBOTSTXT_OBEY")


def check_given(given: Iterable[str], settings: BaseSettings) -> None:
    """Look at what the command line sets, before it is taken over.

    A name with a slip in it would set nothing, and a test run write to the store of every day.

    Args:
        given: ``NAME=VALUE`` each.
        settings: as they are without.

    Raises:
        ValueError: a name that is no setting's, or a value of another kind than the default.
    """
    for name, is_setting, value in (each.partition("=") for each in given):
        if not is_setting:
            continue  # Scrapy's own message says how it is written
        if name not in settings:
            near = difflib.get_close_matches(name.upper(), settings, 1, 0.75)
            hint = f"did you mean {near[0]}?" if near else "crawler/settings.py may define one"
            raise ValueError(f"there is no setting {name!r}; {hint}")
        kind = _KINDS.get(type(settings[name]))
        if kind is not None and not kind[0](value):
            raise ValueError(f"the setting {name}={value!r} is not allowed; it must be {kind[1]}")


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def _is_yes_or_no(text: str) -> bool:
    return text in {"0", "1", "True", "False", "true", "false"}


_KINDS: dict[type, tuple[Callable[[str], bool], str]] = {
    bool: (_is_yes_or_no, "true or false"),
    int: (_is_number, "a number"),
    float: (_is_number, "a number"),
}
"""Kind of a default → whether a text means one, and the words for that."""


def check_settings(settings: BaseSettings) -> None:
    """Look at the settings that somebody may have set wrong.

    Raises:
        ValueError: the first that is wrong; the message says which, and what is allowed.
    """
    for name, least in _WHOLE.items():
        _check(settings, name, settings.getint, least, "a whole number")
    for name in _NUMBERS:
        _check(settings, name, settings.getfloat, 0, "a number")
    for name in _YES_OR_NO:
        try:
            settings.getbool(name)
        except (ValueError, TypeError):
            raise ValueError(_words(settings, name, "true or false")) from None
    level = settings["LOG_LEVEL"]
    if not isinstance(level, int) and level not in logging.getLevelNamesMapping():
        raise ValueError(_words(settings, "LOG_LEVEL", "DEBUG, INFO, WARNING, ERROR or CRITICAL"))
    if settings.getint("CRAWL_INTERVAL_MIN") > settings.getint("CRAWL_INTERVAL_MAX"):
        raise ValueError("CRAWL_INTERVAL_MIN is more than CRAWL_INTERVAL_MAX")
    networks_of(settings)
    if log_file := settings["LOG_FILE"]:
        try:
            Path(log_file).open("ab").close()
        except OSError as error:
            raise ValueError(f"LOG_FILE {log_file} cannot be written: {error.strerror}") from error


def _check(
    settings: BaseSettings, name: str, read: Callable[[str], Any], least: int, kind: str
) -> None:
    try:
        is_allowed = least <= read(name) < float("inf")
    except (ValueError, TypeError, OverflowError):
        is_allowed = False
    if not is_allowed:
        raise ValueError(_words(settings, name, f"{kind}, {least} or more"))


def _words(settings: BaseSettings, name: str, allowed: str) -> str:
    return f"the setting {name}={settings[name]!r} is not allowed; it must be {allowed}"
