"""A store that grows: `python -m tests.benchmarks.scale [STORE_URL [ARTICLES…]]`.

Made articles are added, in batches, until the store has as many as are asked for; at each
number posts are looked up, and a line of JSON is printed.  A store that has some already
is only added to, so a million can be done in pieces: name the same store again.  Each
number is reached by a process of its own, so its memory is its own too.  Without a
store: a new SQLite file and a new PostgreSQL server, up to a million.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from crawler.loading import BATCH_ARTICLES
from models.engine import open_store, reading
from models.records import ArticleRecord
from models.schema import article
from models.write import writing
from pipelines.core.normalise import normalise
from pipelines.match import Matcher
from tests.benchmarks import corpus, server

NUMBERS = (2_000, 50_000, 200_000, 1_000_000)
LOOK_UPS = 400
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    numbers = [int(number) for number in arguments[1:]] or list(NUMBERS)
    if arguments:
        _run(arguments[0], numbers)
        return 0
    with tempfile.TemporaryDirectory() as name:
        _run(f"sqlite:///{name}/scale.sqlite3", numbers)
        with server.running(Path(name)) as new_database:
            _run(new_database("scale"), numbers)
    return 0


def _run(url: str, numbers: list[int]) -> None:
    for number in numbers:
        command = [sys.executable, "-m", "tests.benchmarks.scale", "--piece", url, str(number)]
        subprocess.run(command, cwd=corpus.ROOT, check=True)


def piece(url: str, number: int) -> dict[str, Any]:
    """Bring a store to a number of articles; return figures of that and of looking up."""
    engine = open_store(url, Matcher.recipe())
    matcher = Matcher()
    with reading(engine) as connection:
        had = connection.scalar(select(func.count()).select_from(article)) or 0
    begin, cpu = time.perf_counter(), time.process_time()
    for start in range(had, number, BATCH_ARTICLES):
        lines = map(corpus.made_article, range(start, min(start + BATCH_ARTICLES, number)))
        records = [ArticleRecord(key=each["id"], text=each["text"]) for each in lines]
        with writing(engine) as connection:
            matcher.save_articles(connection, records, None, NOW)
    loading, cpu = time.perf_counter() - begin, time.process_time() - cpu
    chosen = random.Random(number)
    times, cpus, found = [], [], 0
    with reading(engine) as connection:
        for _ in range(LOOK_UPS):
            text = corpus.made_article(chosen.randrange(number))["text"]
            body = text[: chosen.randrange(len(text) // 4, len(text))]
            form = normalise(body)
            begin, cpu_begin = time.perf_counter(), time.process_time()
            found += bool(matcher.find_links(connection, [(body, form)])[0])
            times.append(time.perf_counter() - begin)
            cpus.append(time.process_time() - cpu_begin)
    engine.dispose()
    return {
        "store": engine.dialect.name,
        "articles": number,
        "added_per_second": round((number - had) / loading) if number > had else None,
        "added_per_second_of_cpu": round((number - had) / cpu) if number > had else None,
        "look_up_milliseconds": round(1000 * statistics.median(times), 2),
        "look_up_milliseconds_of_cpu": round(1000 * statistics.median(cpus), 2),
        "found": found / LOOK_UPS,
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["--piece"]:
        print(json.dumps(piece(sys.argv[2], int(sys.argv[3]))), flush=True)
    else:
        sys.exit(main(sys.argv[1:]))
