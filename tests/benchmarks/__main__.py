"""`make bench`: every measurement, one after the other, as a table.

Speed is a property of a machine: read the ratios, and the figures beside those of
the same run.
"""

import json
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.benchmarks import corpus, server
from tests.benchmarks.peers import PEERS

POSTS = 3_000
KNOWN = (2_000, 17_000)
BOARD_POSTS = 1_500

MATCH = {
    "articles_per_second": "articles/s, stored and indexed",
    "judged_posts_per_second": "posts/s, looked up, aligned and judged",
    "posts_per_second": "posts/s, with families and lures, stored",
    "milliseconds_of_cpu_per_post": "ms of CPU a post, without the server's",
    "index_bytes_per_article": "bytes of index an article",
    "open_milliseconds": "ms to open the store",
    "peak_megabytes": "MB at most, without the server's",
}


def main() -> int:
    console = Console()
    console.print(f"measured with: {corpus.source()}; Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as name, server.running(Path(name)) as new_database:
        results = {}
        for known in KNOWN:
            for backend in ("sqlite", "postgresql"):
                url = f"sqlite:///{name}/{known}.sqlite3"
                if backend == "postgresql":
                    url = new_database(f"bench{known}")
                console.print(f"match and store: {known:,} articles on {backend} …")
                results[backend, known] = _run("match", url, str(known), str(POSTS))
    _print_match(console, results)
    found = {}
    for peer in PEERS:
        console.print(f"{peer}: {KNOWN[1]:,} articles …")
        found[peer] = _run("peers", peer, str(KNOWN[1]), str(POSTS))
    _print_peers(console, results["sqlite", KNOWN[1]], found)
    console.print(f"crawl: a board of {BOARD_POSTS:,} posts …")
    crawl = _run("crawl", str(BOARD_POSTS))
    _print_crawl(console, crawl)
    return 0


def _run(module: str, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments],
        cwd=corpus.ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _print_match(console: Console, results: dict[tuple[str, int], dict[str, Any]]) -> None:
    table = Table(title=f"Match and store, {POSTS:,} posts, one process")
    table.add_column("")
    for backend, known in results:
        table.add_column(f"{backend}\n{known:,} articles", justify="right")
    for key, label in MATCH.items():
        table.add_row(label, *(f"{result[key]:,}" for result in results.values()))
    console.print(table)
    for backend in ("sqlite", "postgresql"):
        few, many = (results[backend, known]["posts_per_second"] for known in KNOWN)
        console.print(f"{backend}: {KNOWN[1]:,} articles reach {many / few:.0%} of {KNOWN[0]:,}")


def _print_peers(console: Console, own: dict[str, Any], found: dict[str, dict[str, Any]]) -> None:
    table = Table(title=f"Beside its peers, {KNOWN[1]:,} articles, {POSTS:,} posts")
    table.add_column("")
    table.add_column("articles/s", justify="right")
    table.add_column("posts/s", justify="right")
    table.add_column("ours, aligned and judged, is", justify="right")
    table.add_column("with families and lures, stored", justify="right")
    for label, peer in {"pumgeul (SQLite)": None, **found}.items():
        result = peer or own
        speed = (peer or {}).get("posts_per_second", own["judged_posts_per_second"])
        table.add_row(
            label,
            f"{result['articles_per_second']:,}",
            f"{speed:,}",
            f"{own['judged_posts_per_second'] / speed:.2f} ×" if peer else "",
            f"{own['posts_per_second'] / speed:.2f} ×",
        )
    console.print(table)


def _print_crawl(console: Console, result: dict[str, Any]) -> None:
    table = Table(title=f"Whole crawl of {result['pages']:,} pages on loopback")
    table.add_column("")
    table.add_column("pages/s", justify="right")
    table.add_row("scrapy crawl board, all stages", f"{result['pages_per_second']:,}")
    table.add_row("bare Scrapy, download alone", f"{result['bare_scrapy_pages_per_second']:,}")
    table.add_row("the same, CONCURRENT_ITEMS 2", f"{result['lean_scrapy_pages_per_second']:,}")
    console.print(table)
    console.print(f"ratio {result['ratio_to_bare_scrapy']} (rounds: {result['ratios']})")
    console.print(f"ratio with CONCURRENT_ITEMS 2: {result['ratio_to_lean_scrapy']}")


if __name__ == "__main__":
    sys.exit(main())
