"""Runs whole crawls, as a scheduler would: another process, its exit code, its store."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select

from models.schema import post, run

ROOT = Path(__file__).resolve().parents[2]
QUICK = {"DOWNLOAD_DELAY": "0", "RETRY_BACKOFF_MAX": "0", "CONCURRENT_REQUESTS_PER_DOMAIN": "8"}
"""What keeps a test short; everything else is as shipped."""


@dataclass(frozen=True)
class Crawl:
    """A crawl that ended."""

    code: int
    log: str

    @property
    def said(self) -> str:
        """The last line on stderr: what a scheduler's mail ends with."""
        return self.log.rstrip().rpartition("\n")[2]


def command(*arguments: str, settings: Mapping[str, str] | None = None) -> list[str]:
    options = [f"-s{name}={value}" for name, value in {**QUICK, **(settings or {})}.items()]
    return [sys.executable, "-m", "scrapy", "crawl", *arguments, *options]


def environment(store_url: str) -> dict[str, str]:
    return {
        **os.environ,
        "STORE_URL": store_url,
        "PYTHONWARNINGS": "error::DeprecationWarning",
        # What a machine has fetched before must not decide a test.
        "TLDEXTRACT_CACHE": "/nowhere",
    }


PATIENCE = 300
"""s after which a crawl hangs; the longest takes half a minute, several times that on a busy machine."""


def crawl(store_url: str, *arguments: str, settings: Mapping[str, str] | None = None) -> Crawl:
    """Run ``scrapy crawl`` and wait for its end."""
    done = subprocess.run(
        command(*arguments, settings=settings),
        cwd=ROOT,
        env=environment(store_url),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Crawl(done.returncode, done.stdout + done.stderr)


def crawl_board(store_url: str, url: str, *arguments: str, **settings: str) -> Crawl:
    return crawl(store_url, "board", "-a", f"url={url}", *arguments, settings=settings)


def rows(store_url: str, table: Any) -> list[Any]:
    """Return all rows of a table, in the order of its first column."""
    engine = create_engine(store_url)
    try:
        with engine.connect() as connection:
            return list(connection.execute(select(table).order_by(table.c[0])))
    finally:
        engine.dispose()


def posts(store_url: str, engine: str | None = None) -> dict[str, Any]:
    """Return the stored posts of a store's board, or of its board on *engine*, by native id."""
    return {r.native_id: r for r in rows(store_url, post) if engine in {None, r.engine}}


def last_stats(store_url: str) -> dict[str, Any]:
    """Return the stats that the last run left in the store."""
    stats: dict[str, Any] = rows(store_url, run)[-1].stats
    return stats


def counts(stats: Mapping[str, Any], *starts: str) -> dict[str, Any]:
    return {name: value for name, value in stats.items() if name.startswith(starts)}
