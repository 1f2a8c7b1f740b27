"""Board engines: one file each, found by walking this package."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterable
from functools import cache

from crawler import urls
from crawler.boards.base import BoardAddress, BoardEngine, ListPage, ListRow
from crawler.items import PostItem
from crawler.page import Page

__all__ = [
    "BoardAddress",
    "BoardEngine",
    "ListPage",
    "ListRow",
    "boards_at",
    "engines",
    "find_engine",
    "find_engine_by_name",
    "other_addresses",
    "read_text_dump",
]


@cache
def engines() -> tuple[BoardEngine, ...]:
    """Return one of each engine, in the order of the files' names, the fallback last."""
    found: list[BoardEngine] = []
    for module_info in pkgutil.iter_modules(__path__, f"{__name__}."):
        module = importlib.import_module(module_info.name)
        found += [
            member()
            for _, member in inspect.getmembers(module, inspect.isclass)
            if issubclass(member, BoardEngine)
            and not inspect.isabstract(member)
            and member.__module__ == module.__name__
        ]
    return tuple(sorted(found, key=lambda engine: engine.is_fallback))


def find_engine(page: Page) -> BoardEngine | None:
    """Return the engine whose software wrote *page*, None if no engine knows it."""
    return next((engine for engine in engines() if engine.recognises(page)), None)


def find_engine_by_name(name: str) -> BoardEngine:
    """Return the engine called *name*.

    Raises:
        ValueError: there is none; the message lists the ones there are.
    """
    for engine in engines():
        if engine.name == name:
            return engine
    known = ", ".join(engine.name for engine in engines())
    raise ValueError(f"no board engine is called {name!r}; there are: {known}")


def other_addresses(engine: str, url: str) -> list[str]:
    """Return under what other canonical addresses a board may be known.

    Those of the software's other styles, with and without ``https`` and ``www.``: sites
    change both and keep their boards.
    """
    styles = [url, *find_engine_by_name(engine).other_addresses(url)]
    found = dict.fromkeys(each for style in styles for each in [style, *urls.variants(style)])
    return [each for each in found if each != url]


def boards_at(links: Iterable[str]) -> list[tuple[str, str]]:
    """Return the boards that links must lead to, each once, as (engine, address)."""
    found: dict[str, str] = {}
    for link in links:
        for engine in engines():
            url = engine.board_at(link)
            if url is not None:
                found.setdefault(url, engine.name)
                break
    return [(engine_name, url) for url, engine_name in found.items()]


def read_text_dump(text: str) -> PostItem | None:
    """Read a post's page that somebody saved as plain text.

    Returns the title, the body and what else the text says of the post; None for a
    text that is no such page.
    """
    for engine in engines():
        item = engine.read_text_dump(text)
        if item is not None:
            return item
    return None
