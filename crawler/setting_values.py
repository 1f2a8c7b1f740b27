"""What our settings may say: checked before a command does anything.

A figure that is none would end the run in the middle of it, and some that are figures would
let it wait for ever, or leave half of a board out without a word.
"""

import difflib
import json
import logging
import math
import re
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object
from scrapy.utils.versions import get_versions

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
    "REACTOR_THREADPOOL_MAXSIZE": 1,
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
        if allowed := _refused(name, value, settings[name]):
            raise ValueError(f"the setting {name}={value!r} is not allowed; it must be {allowed}")


def _refused(name: str, value: str, default: object) -> str:
    """Return what a setting must be, in words, where *value* is not; "" where it may be that."""
    if name in _ONE_OF:
        return "" if value in _ONE_OF[name] else f"one of {', '.join(_ONE_OF[name])}"
    if isinstance(default, bool):
        return "" if value in {"0", "1", "True", "False", "true", "false"} else "true or false"
    if isinstance(default, int | float):
        least = -math.inf if name in _BELOW_ZERO else 0
        return "" if _is_number(value, least) else "a number" + ", 0 or more" * (least == 0)
    if isinstance(default, Mapping | BaseSettings):
        return "" if _is_object(value) else 'a JSON object: {"name": …}'
    if isinstance(default, list) and any(isinstance(each, int) for each in default):
        numbers = value.strip("[]").split(",")
        return "" if all(_is_number(each) for each in numbers) else "numbers with commas between"
    if name in _CLASSES or (isinstance(default, str) and _is_class(default)):
        return "" if _is_class(value) else "the full path of a class: package.module.Class"
    return ""


_BELOW_ZERO = frozenset({"DEPTH_PRIORITY", "FEED_EXPORT_INDENT"}) | {
    f"{kind}_PRIORITY_ADJUST" for kind in ("RETRY", "REDIRECT")
}
"""Numbers that mean something below 0, too."""
_CLASSES = frozenset({"ASYNCIO_EVENT_LOOP", "DOWNLOADER_CLIENTCONTEXTFACTORY"})
"""Classes that Scrapy has no default for, or another word."""
_TLS = ("TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3")
_ONE_OF: dict[str, tuple[str, ...]] = {
    # Stages and spiders are tasks of asyncio.
    "TWISTED_REACTOR": ("twisted.internet.asyncioreactor.AsyncioSelectorReactor",),
    "TWISTED_REACTOR_ENABLED": ("1", "True", "true"),
    "DOWNLOADER_CLIENT_TLS_METHOD": ("TLS", *_TLS[:3]),
    "DOWNLOAD_TLS_MIN_VERSION": _TLS,
    "DOWNLOAD_TLS_MAX_VERSION": _TLS,
}


def _is_number(text: str, least: float = 0) -> bool:
    try:
        return least <= float(text) < math.inf
    except ValueError:
        return False


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _is_class(path: str) -> bool:
    if not re.fullmatch(r"\w+(\.\w+)+", path):
        return False
    try:
        return isinstance(load_object(path), type)
    except (ImportError, NameError, ValueError):
        return False


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
    try:
        logging.Formatter(settings["LOG_FORMAT"])
    except ValueError as error:
        raise ValueError(f"the setting LOG_FORMAT: {error}") from error
    try:
        get_versions(settings.getlist("LOG_VERSIONS"))
    except PackageNotFoundError as error:
        raise ValueError(f"the setting LOG_VERSIONS: there is no package {error.name}") from error
    exporters = settings.getwithbase("FEED_EXPORTERS")
    for options in settings.getdict("FEEDS").values():
        if options.get("format") not in exporters:
            raise ValueError(f"the setting FEEDS: there is no format {options.get('format')!r}")
    if folder := settings["JOBDIR"]:
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ValueError(f"JOBDIR {folder} cannot be made: {error.strerror}") from error
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
