"""Several processes on one store: nothing is lost, and nobody acts on what has changed."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from models import schema
from models.engine import open_store, reading
from models.write import get_store_info

ROOT = Path(__file__).parents[2]

# Each adds its posts and counts them in a fact that it reads first: without the lock
# at the transaction's start, two writers would read the same figure.
WRITER = """
import sys
from datetime import UTC, datetime
from models.engine import open_store
from models.write import get_store_info, save_post, set_store_info, writing
from models.records import PostRecord

url, name, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = open_store(url, "recipe")
for n in range(number):
    with writing(store) as conn:
        count = int(get_store_info(conn, "count") or 0)
        for board in ("shared", name):
            record = PostRecord(board_url=board, native_id=str(n), key=str(n), body="글")
            save_post(conn, record, None, datetime.now(UTC))
        set_store_info(conn, "count", str(count + 1))
store.dispose()
"""


def run_writers(url: str, number: int) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", WRITER, url, name, str(number)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "two")
    ]
    for process in processes:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said


def check(url: str, number: int) -> None:
    store = open_store(url, "recipe")
    with reading(store) as conn:
        assert get_store_info(conn, "count") == str(2 * number)
        counts = conn.execute(
            select(schema.board.c.url, func.count())
            .join(schema.post, schema.post.c.board_id == schema.board.c.id)
            .group_by(schema.board.c.url)
        ).all()
    store.dispose()
    assert {tuple(row) for row in counts} == {(b, number) for b in ("shared", "one", "two")}


def test_two_writers_lose_nothing(store_url: str) -> None:
    run_writers(store_url, 100)
    check(store_url, 100)


def test_two_processes_make_one_new_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    run_writers(url, 10)
    check(url, 10)
