"""What the store's process answers for a batch."""

import asyncio
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from scrapy.utils.test import get_crawler
from sqlalchemy import create_engine, select

from crawler.items import ArticleItem, PostItem
from models.engine import reading
from models.errors import StoreError, StoreUnreachable
from models.relation import Relation
from models.schema import mirror, run
from models.schema import post as stored_post
from pipelines import writer
from pipelines.answers import Failed, Saved
from pipelines.match import Matcher
from pipelines.store import StoreStage
from tests.core.sample_text import article


@pytest.fixture
def run_id(store_url: str) -> Iterator[int]:
    """The run of a writer that is open."""
    writer.open_writer(store_url)
    yield writer.begin_run("crawl", {})
    writer._store().engine.dispose()


def post(native_id: str, body: str) -> PostItem:
    return PostItem(board_url="b", native_id=native_id, key=native_id, title="제목", body=body)


def test_a_process_in_the_place_of_a_killed_one_takes_no_post() -> None:
    writer.close_writer()
    with pytest.raises(StoreError, match="not open"):
        writer.save_posts([post("1", "본문")], [], 1)


def test_a_store_process_that_is_killed_costs_no_post_and_no_run_its_end(sqlite_url: str) -> None:
    """The system ends what takes memory; two things that ask for the store at once both get it."""

    async def main() -> None:
        crawler = get_crawler(settings_dict={"STORE_URL": sqlite_url, "STORE_BATCH": 32})
        crawler._apply_settings()
        stage = StoreStage.from_crawler(crawler)
        await stage.open_spider()
        await stage.begin_run("crawl", {})
        process = stage._worker._process
        assert process is not None
        process.kill()
        await asyncio.gather(
            stage.process_item(post("1", "본문")),
            stage.begin_board("b", "gnuboard5", None, "b", is_scheduled=False),
        )
        await stage.end_run("done", 0, {})
        await stage.close()

    asyncio.run(main())
    engine = create_engine(sqlite_url)
    with engine.connect() as conn:
        assert conn.execute(select(stored_post.c.native_id)).all() == [("1",)]
        assert conn.execute(select(run.c.outcome)).all() == [("done",)]
    engine.dispose()


@pytest.mark.parametrize("bad", [0, 2, 4])
def test_a_post_that_raises_costs_no_other(
    run_id: int, monkeypatch: pytest.MonkeyPatch, bad: int
) -> None:
    write = Matcher.write

    def failing(self: Matcher, work: Any, stored: Any, *args: Any, **options: Any) -> bool:
        if "틀린 글" in stored.body:
            raise ValueError("no")
        return write(self, work, stored, *args, **options)

    monkeypatch.setattr(Matcher, "write", failing)
    writer.save_articles([ArticleItem(key="a", text=article(1))], run_id)
    posts = [post(str(n), f"{article(1)[: 300 + n]}") for n in range(4)]
    posts.insert(bad, post("bad", f"틀린 글\n{article(1)}"))
    answers = writer.save_posts(posts, [], run_id)
    failed = answers.pop(bad)
    assert isinstance(failed, Failed)
    assert failed.error == "ValueError: no"
    assert answers == [Saved("new", (Relation.TRUNCATED.value,))] * 4
    again = writer.save_posts([each for each in posts if each.native_id != "bad"], [], run_id)
    assert [each.outcome for each in again if isinstance(each, Saved)] == ["seen"] * 4


def test_what_the_matcher_counts_stands_in_the_run(run_id: int) -> None:
    papers = [ArticleItem(key=f"a{n}", text=f"{article(1)}\n{article(9 + n)}") for n in range(70)]
    writer.save_articles(papers, run_id)
    writer.save_posts([post("1", article(1))], [], run_id)
    writer.end_run(run_id, "finished", 0, {"item_scraped_count": 71})
    with reading(writer._store().engine) as connection:
        stats = connection.scalar(select(run.c.stats).where(run.c.id == run_id))
    assert stats is not None
    assert stats["item_scraped_count"] == 71
    assert stats["match/hot_voted"] == 1


def test_a_batch_whose_transaction_broke_off_is_matched_and_written_once(
    run_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second try must not rely on what the first one learned and the store rolled back."""
    writer.save_articles([ArticleItem(key="a", text=article(1))], run_id)
    save, faults = Matcher.save_posts, [True]

    def failing(self: Matcher, *args: Any) -> Any:
        saved = save(self, *args)
        if faults:
            faults.pop()
            raise StoreUnreachable("restarting") from psycopg.OperationalError("closed")
        return saved

    monkeypatch.setattr(Matcher, "save_posts", failing)
    # A copy of an article, and two of something unknown, which become a family.
    posts = [post("1", article(1)), post("2", article(2)), post("3", article(2))]
    answers = writer.save_posts(posts, [], run_id)
    assert [each.outcome for each in answers if isinstance(each, Saved)] == ["new"] * 3
    with reading(writer._store().engine) as connection:
        linked = connection.execute(select(mirror.c.post_id, mirror.c.article_id)).all()
    assert len(linked) == 3
    assert len({row.article_id for row in linked}) == 2
