"""Pseudonyms: what is stored of the people who write on boards."""

import json
import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine

from models.people import Pseudonyms
from models.records import CommentRecord, PostRecord
from models.write import store_pseudonyms, writing
from tests.crawl.running import ROOT, posts

POST = {
    "id": "1",
    "board": "https://a.example/free",
    "title": "산책 길 안내",
    "text": "둘레길을 걸었습니다.",
    "author": "솔바람",
}


def test_the_same_name_has_one_pseudonym_in_a_store_and_another_elsewhere(
    store: Engine,
) -> None:
    with writing(store) as conn:
        people, again = store_pseudonyms(conn), store_pseudonyms(conn)
    name = people.of_name("솔바람")
    assert name is not None
    assert name.startswith("name-")
    assert again.of_name(" 솔바람 ") == name
    assert people.of_name("솔바람2") != name
    assert Pseudonyms(b"another key").of_name("솔바람") != name


def test_a_part_of_an_address_cannot_be_joined_with_a_name() -> None:
    people = Pseudonyms(b"key")
    assert (people.of_ip("1.♡.3.4") or "").startswith("ip-")
    assert people.of_ip("가")[3:] != people.of_name("가")[5:]  # type: ignore[index]
    assert (people.of_ip(None), people.of_name("")) == (None, "")


def test_everybody_on_a_post_is_protected_and_nothing_else_changes() -> None:
    post = PostRecord(
        board_url="b",
        native_id="1",
        key="1",
        author="가람",
        ip="1.♡.3.4",
        title="제목",
        comments=[CommentRecord(native_id="2", author="나래", posted_at=None, text="의견")],
    )
    people = Pseudonyms(b"key")
    safe = people.protect(post)
    assert (safe.author, safe.ip) == (people.of_name("가람"), people.of_ip("1.♡.3.4"))
    assert [(c.author, c.text) for c in safe.comments] == [(people.of_name("나래"), "의견")]
    assert (safe.title, post.author, post.comments[0].author) == ("제목", "가람", "나래")


def load(tmp_path: Path, store_url: str, **environment: str) -> str | None:
    """Load one post with the settings as shipped; return what is stored of its author."""
    file = tmp_path / "posts.jsonl"
    file.write_text(json.dumps(POST, ensure_ascii=False), "utf-8")
    shipped = {name: value for name, value in os.environ.items() if name != "PSEUDONYMS"}
    subprocess.run(
        [sys.executable, "-m", "scrapy", "load", "posts", str(file)],
        cwd=ROOT,
        env={**shipped, "STORE_URL": store_url, **environment},
        check=True,
        capture_output=True,
        timeout=60,
    )
    (row,) = posts(store_url).values()
    author: str | None = row.author
    return author


def test_a_loaded_post_keeps_no_name_by_default(tmp_path: Path, sqlite_url: str) -> None:
    stored = load(tmp_path, sqlite_url)
    assert stored is not None
    assert stored.startswith("name-")


def test_names_are_kept_where_somebody_says_so(tmp_path: Path, sqlite_url: str) -> None:
    assert load(tmp_path, sqlite_url, PSEUDONYMS="false") == "솔바람"
