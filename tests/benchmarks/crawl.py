"""A whole crawl against a spider that only downloads the same pages.

Both run in processes of their own against the sample boards' server on loopback,
in turn, with the same concurrency and no delay; the ratio is what counts. The spider that only
downloads runs on Scrapy as it comes, and once more without its greatest waste (`LEAN`); the
whole crawl keeps every response in WARC files, too.
Seconds are those from a spider's start to its end, the last post stored.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.benchmarks import corpus

ROUNDS = 3
KNOWN = 2_000
SETTINGS = {
    "DOWNLOAD_DELAY": 0,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    "ROBOTSTXT_OBEY": False,
    "LOG_LEVEL": "ERROR",
    "ALLOWED_NETWORKS": "loopback",
}
LEAN = {"CONCURRENT_ITEMS": 2}
"""What makes Scrapy itself cheap: as it comes, it starts a hundred tasks for each page."""


def measure(posts: int) -> dict[str, Any]:
    """Crawl a board of *posts* posts in both ways; return pages a second and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_articles(folder / "articles.jsonl")
        _write_posts(folder / "posts.jsonl", posts)
        server = subprocess.Popen(
            [sys.executable, "-m", "crawler.sample_board", str(folder / "posts.jsonl")],
            cwd=corpus.ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None
            return _compare(json.loads(server.stdout.readline())["gnuboard"], posts, folder)
        finally:
            server.terminate()
            server.wait()


def _compare(board: str, posts: int, folder: Path) -> dict[str, Any]:
    whole: list[float] = []
    bare: list[float] = []
    lean: list[float] = []
    pages = 0
    for turn in range(ROUNDS):
        store = f"sqlite:///{folder}/store{turn}.sqlite3"
        _scrapy(["load", "articles", str(folder / "articles.jsonl")], folder, store)
        _scrapy(["crawl", "board", "-a", f"url={board}"], folder, store)
        pages, seconds = _crawled(store)
        whole.append(pages / seconds)
        addresses = [f"{board}&page={number}" for number in range(1, pages - posts + 1)]
        addresses += [f"{board}&wr_id={number}" for number in range(1, posts + 1)]
        (folder / "pages.json").write_text(json.dumps(addresses), "utf-8")
        bare.append(pages / _bare(folder, pages, {}))
        lean.append(pages / _bare(folder, pages, LEAN))
    ratios = sorted(a / b for a, b in zip(whole, bare, strict=True))
    lean_ratios = sorted(a / b for a, b in zip(whole, lean, strict=True))
    return {
        "pages": pages,
        "pages_per_second": round(sorted(whole)[ROUNDS // 2]),
        "bare_scrapy_pages_per_second": round(sorted(bare)[ROUNDS // 2]),
        "ratio_to_bare_scrapy": round(ratios[ROUNDS // 2], 2),
        "ratios": [round(ratio, 2) for ratio in ratios],
        "lean_scrapy_pages_per_second": round(sorted(lean)[ROUNDS // 2]),
        "ratio_to_lean_scrapy": round(lean_ratios[ROUNDS // 2], 2),
    }


def _scrapy(arguments: list[str], folder: Path, store: str) -> None:
    command = [sys.executable, "-m", "scrapy", *arguments]
    for name, value in {**SETTINGS, "STORE_URL": store, "WARC_DIR": folder / "warc"}.items():
        command += ["-s", f"{name}={value}"]
    subprocess.run(command, cwd=corpus.ROOT, check=True, stdout=subprocess.DEVNULL)


def _bare(folder: Path, pages: int, settings: dict[str, Any]) -> float:
    """Return the seconds of the peer, run outside of the project: none of our components."""
    spider = folder / "bare_spider.py"
    shutil.copyfile(Path(__file__).with_name(spider.name), spider)
    command = [sys.executable, "-m", "scrapy", "runspider", str(spider), "-a", "pages=pages.json"]
    for name, value in {**SETTINGS, **settings}.items():
        command += ["-s", f"{name}={value}"]
    environment = {**os.environ, "BENCHMARK_RESULT": str(folder / "bare.json")}
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    result = json.loads((folder / "bare.json").read_text("utf-8"))
    assert result["pages"] == pages, f"the bare spider saw {result['pages']} of {pages} pages"
    return float(result["seconds"])


def _crawled(store: str) -> tuple[int, float]:
    """Return pages and seconds of the store's last crawl."""
    engine = create_engine(store)
    with engine.connect() as connection:
        (stats,) = connection.execute(
            text("SELECT stats FROM run WHERE command LIKE 'crawl%' ORDER BY id DESC")
        ).first() or ("{}",)
    engine.dispose()
    counted = json.loads(stats)
    return counted["downloader/response_count"], counted["elapsed_time_seconds"]


def _write_articles(path: Path) -> None:
    with path.open("w", encoding="utf-8") as out:
        for article in corpus.articles(KNOWN):
            print(json.dumps(article, ensure_ascii=False), file=out)


def _write_posts(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        for number, post in enumerate(corpus.posts(count), start=1):
            lines = post["text"].split("\n")
            record = {
                "board": "gnuboard",
                "id": number,
                "title": post["title"] or "-",
                "author": "홍길동",
                "posted_at": "2026-03-02 09:10",
                "html": "".join(f"<p>{_escaped(line)}</p>" for line in lines),
            }
            print(json.dumps(record, ensure_ascii=False), file=out)


def _escaped(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;")


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
