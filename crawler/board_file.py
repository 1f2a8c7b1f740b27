"""`data/boards.toml`: the boards of a scheduled crawl, as a team keeps them under version control.

[[board]]
url = "https://example.kr/bbs/board.php?bo_table=free"
interval = "6h"     # m, h or d; without it the board's activity decides
enabled = true
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from models.records import NamedBoard

_INTERVAL = re.compile(r"(\d{1,6})\s*([mhd])", re.ASCII)
_SECONDS = {"m": 60, "h": 3600, "d": 86400}
_KEYS = frozenset({"url", "interval", "enabled"})


def read_board_file(path: Path) -> list[NamedBoard]:
    """Return the boards that the file names, in its order; none where there is no file.

    Raises:
        ValueError: the file cannot be read or says what it may not; the message names the
            file, the board and what is allowed.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path} is not TOML: {error}") from error
    boards = content.pop("board", [])
    if content:
        raise ValueError(f"{path}: unknown entry {next(iter(content))!r}; boards are [[board]]")
    if not isinstance(boards, list):
        raise ValueError(f"{path}: write [[board]] with two brackets, once a board")  # noqa: TRY004 - bad input
    named: dict[str, NamedBoard] = {}
    for number, fields in enumerate(boards, 1):
        try:
            board = _board(fields)
            if board.url in named:
                raise ValueError(f"{board.url} stands there twice")
        except ValueError as error:
            raise ValueError(f"{path}: board {number}: {error}") from error
        named[board.url] = board
    return list(named.values())


def _board(fields: object) -> NamedBoard:
    if not isinstance(fields, Mapping):
        raise ValueError("is no table of url, interval and enabled")  # noqa: TRY004 - bad input
    if unknown := set(fields) - _KEYS:
        raise ValueError(f"unknown key {min(unknown)!r}; allowed are: {', '.join(sorted(_KEYS))}")
    url, enabled = fields.get("url"), fields.get("enabled", True)
    if not isinstance(url, str) or not is_web_address(url):
        shown = without_password(url) if isinstance(url, str) else url
        raise ValueError(
            f"url = {shown!r} must be an http:// or https:// address without user and password"
        )
    if not isinstance(enabled, bool):
        raise ValueError(f"enabled = {enabled!r} must be true or false")  # noqa: TRY004 - bad input
    return NamedBoard(url, _seconds(fields.get("interval")), enabled)


def _seconds(interval: object) -> int | None:
    if interval is None:
        return None
    match = _INTERVAL.fullmatch(interval) if isinstance(interval, str) else None
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not 60 <= seconds <= 366 * 86400:
        raise ValueError(f'interval = {interval!r} must be like "90m", "6h" or "2d", up to 366d')
    return seconds


def is_web_address(text: str) -> bool:
    """Tell whether *text* is an http(s) address with a host, and without a password."""
    try:
        address = urlsplit(text)
        _ = address.port  # raises on a port that is none
    except ValueError:
        return False
    has_host = address.scheme in {"http", "https"} and bool(address.hostname)
    # A password would stand in the store and in every log, and no host takes it for a part of its name.
    return has_host and address.username is None and not re.search(r"\s", text)


def without_password(text: str) -> str:
    """Return an address as it may be shown.

    >>> without_password("http://me:secret@board.example/free")
    'http://***@board.example/free'
    """
    return re.sub(r"//[^/@]*@", "//***@", text)
