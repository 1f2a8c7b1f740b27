"""Match and store in one process: `python -m tests.benchmarks.match STORE_URL KNOWN POSTS`.

Prints one JSON object.  Each measurement has a process of its own, so that
memory and caches are its own too.
"""

import json
import resource
import sys
import time
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from crawler.loading import BATCH_ARTICLES, BATCH_POSTS
from models import matching
from models.engine import open_store
from models.records import ArticleRecord, PostRecord
from models.write import writing
from pipelines.families import matched_form
from pipelines.match import Matcher
from tests.benchmarks import corpus

NOW = datetime(2026, 11, 1, tzinfo=UTC)

_INDEX_BYTES = {
    # What the pages of the table hold, its own b-tree being all of it.
    "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name = 'article_band'",
    "postgresql": "SELECT pg_total_relation_size('article_band')",
}


def measure(store_url: str, known: int, posts: int) -> dict[str, Any]:
    engine = open_store(store_url, Matcher.recipe())
    matcher = Matcher()
    articles = [
        ArticleRecord(key=line["id"], text=line["text"], title=line.get("title"))
        for line in corpus.articles(known)
    ]
    begin = time.perf_counter()
    for at in range(0, len(articles), BATCH_ARTICLES):
        with writing(engine) as connection:
            matcher.save_articles(connection, articles[at : at + BATCH_ARTICLES], None, NOW)
    matching.compact(engine)
    loading = time.perf_counter() - begin
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(
                text("VACUUM ANALYZE article_band")
            )
        size = connection.execute(text(_INDEX_BYTES[engine.dialect.name])).scalar_one()
    engine.dispose()
    del articles

    begin = time.perf_counter()
    engine = open_store(store_url, Matcher.recipe())
    with engine.connect() as connection:
        connection.execute(text("SELECT 1 FROM article LIMIT 1")).first()
    opening = time.perf_counter() - begin

    matcher = Matcher()
    records = [
        PostRecord(
            board_url=line.get("board", ""),
            native_id=line["id"],
            key=line["id"],
            title=line["title"],
            body=line["text"],
        )
        for line in corpus.posts(posts)
    ]
    begin = time.perf_counter()
    with engine.connect() as connection:
        for at in range(0, len(records), BATCH_POSTS):
            bodies = [record.body for record in records[at : at + BATCH_POSTS]]
            matcher.find_links(connection, [(body, matched_form(body)) for body in bodies])
    judging = time.perf_counter() - begin

    matcher = Matcher()
    begin = time.perf_counter()
    cpu = time.process_time()
    for at in range(0, len(records), BATCH_POSTS):
        with writing(engine) as connection:
            matcher.save_posts(connection, records[at : at + BATCH_POSTS], None, NOW)
    took = time.perf_counter() - begin
    cpu = time.process_time() - cpu
    return {
        "articles": known,
        "posts": len(records),
        "articles_per_second": round(known / loading),
        "index_bytes_per_article": round(size / known),
        "open_milliseconds": round(opening * 1000, 1),
        "judged_posts_per_second": round(len(records) / judging),
        "posts_per_second": round(len(records) / took),
        "milliseconds_of_cpu_per_post": round(1000 * cpu / len(records), 2),
        "peak_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
