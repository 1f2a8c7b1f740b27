"""README and docs say what is there: commands, settings, exit codes, queries and their answers."""

import ast
import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import default_settings
from sqlalchemy import Engine, insert, select

import pipelines
from crawler import settings
from crawler.boards.base import BoardEngine
from crawler.dates import KST
from crawler.exit_codes import ExitCode
from crawler.page import Page
from crawler.spiders import board as board_spider
from models import schema, views
from models.engine import open_store, reading
from models.queries import VIEWS
from models.relation import Relation, Status
from models.write import writing
from pipelines.core.body import read_body

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]

Table = list[list[str]]


def tables(markdown: str) -> list[Table]:
    """Return the tables of a page: rows of cells, the heads first, without the rule."""
    found: list[Table] = []
    before = ""
    for line in markdown.splitlines():
        if line.startswith("|"):
            if not before.startswith("|"):
                found.append([])
            cells = re.split(r"(?<!\\)\|", line.strip())[1:-1]
            found[-1].append([cell.replace(r"\|", "|").strip() for cell in cells])
        before = line
    return [[row for row in table if set("".join(row)) - set("-: ")] for table in found]


def table(markdown: str, *heads: str) -> dict[str, list[str]]:
    """Return the rows of the table with these first heads, by their first cell."""
    found = [each for each in tables(markdown) if tuple(each[0][: len(heads)]) == heads]
    assert len(found) == 1, f"{len(found)} tables begin with the columns {heads}"
    return {row[0]: row[1:] for row in found[0][1:]}


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


# --- commands, arguments, settings, exit codes, stats -------------------------------------


def test_every_command_is_in_the_table() -> None:
    files = {path.stem for path in (ROOT / "crawler" / "commands").glob("*.py")} - {"__init__"}
    said = {word.split()[1] for cell in table(README, "command", "does") for word in names(cell)}
    assert said == files


def test_every_argument_of_a_crawl_is_in_the_table() -> None:
    said = {names(cell)[0] for cell in table(README, "argument", "meaning")}
    assert said == set(board_spider._READERS)


def own_settings() -> set[str]:
    ours = {name for name in dir(settings) if name.isupper()}
    # A place, and what ITEM_PIPELINES is.
    ours -= {"PROJECT_ROOT", "STAGES"}
    return {name for name in ours if not hasattr(default_settings, name)}


def test_every_setting_of_ours_is_in_the_table() -> None:
    said = {names(cell)[0] for cell in table(README, "setting", "default", "unit", "meaning")}
    assert own_settings() <= said
    unknown = {name for name in said if not hasattr(settings, name)}
    assert not unknown


def test_defaults_are_those_of_the_program() -> None:
    # In a process without the variables that a developer may have set.
    code = "import json, crawler.settings as s; print(json.dumps({n: str(getattr(s, n)) for n in dir(s) if n.isupper()}))"
    settable = {
        "STORE_URL",
        "CONTACT_URL",
        "LOG_LEVEL",
        "PSEUDONYMS",
        "ALLOWED_NETWORKS",
        "WARC_DIR",
    }
    clean = {name: value for name, value in os.environ.items() if name not in settable}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=True,
    )
    defaults = json.loads(done.stdout)
    rows = table(README, "setting", "default", "unit", "meaning")
    said = {names(cell)[0]: (names(row[0]) or [""])[0] for cell, row in rows.items()}
    for place in ("STORE_URL", "WARC_DIR", "BOARDS_FILE"):
        assert defaults.pop(place).endswith(f"/{said.pop(place)}")
    assert said == {name: defaults[name] for name in said}


def test_exit_codes() -> None:
    rows = table(README, "exit code", "meaning")
    assert [int(code) for code in rows if code.isdigit()] == [int(code) for code in ExitCode]
    assert [code for code in rows if not code.isdigit()] == ["128 + n"]


def test_every_stat_of_a_crawl_is_listed() -> None:
    listed = re.findall(
        r"^    ([a-z]+/[^ ]+(?: [a-z]+/[^ ]+)*)", pipelines.__doc__ or "", re.MULTILINE
    )
    stats = {name.strip(",") for line in listed for name in line.split()}
    page = (ROOT / "docs" / "stats.md").read_text("utf-8")
    said = {name for cells in tables(page) for row in cells for name in names(row[0])}
    assert len(stats) > 10
    assert stats <= said


def test_views_and_relations_are_named() -> None:
    assert {name for name in VIEWS if f"`{name}`" not in README} == set()
    rows = table(README, "relation", "the post holds")
    assert [names(cell)[0] for cell in rows] == [relation.value for relation in Relation]


def test_no_figure_is_better_than_its_floor() -> None:
    floors = json.loads((ROOT / "tests" / "quality" / "floors.json").read_text("utf-8"))
    said = {name: float(row[0]) for name, row in table(README, "measure", "at least").items()}
    assert {name: figure for name, figure in said.items() if figure > floors[name]} == {}


# --- links --------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_local_links_and_pictures_exist(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    local = [each.partition("#")[0] for each in targets if "://" not in each]
    missing = [each for each in local if each and not (page.parent / each).exists()]
    assert not missing
    # What a page calls a file of the project, is one.
    folders = "crawler|pipelines|models|tests|docs|data"
    files = re.findall(rf"`((?:{folders})/[\w/.-]+\.(?:py|md|json|jsonl))`", text)
    made_here = {"crawler/boards/namuboard.py"}
    assert [each for each in files if each not in made_here and not (ROOT / each).exists()] == []


# --- queries ------------------------------------------------------------------------------

BLOCKS = re.findall(r"^```sql\n(.*?)^```$\n*((?:^\|[^\n]*\n)*)", README, re.MULTILINE | re.DOTALL)
QUERIES = [(sql, tables(shown)[0]) for sql, shown in BLOCKS if shown]
CHANGES = [statement for sql, shown in BLOCKS if not shown for statement in sql.split(";\n")]


@pytest.fixture(scope="module")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The store that the demo makes, after a rematch: independent of the order of arrival."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    url = f"sqlite:///{path}"
    for arguments in (["demo", "--store", str(path)], ["rematch", "-s", f"STORE_URL={url}"]):
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    return url


@pytest.fixture
def demo_store(demo_url: str, store: Engine) -> Engine:
    """The demo's store on each backend: every row of it, in a store of that backend."""
    source = open_store(demo_url)
    with reading(source) as demo, writing(store) as conn:
        for each in schema.metadata.sorted_tables:
            if each is schema.store_info:
                continue
            rows = [dict(row._mapping) for row in demo.execute(select(each))]
            if rows:
                conn.execute(insert(each), rows)
    source.dispose()
    return store


def cell(value: object) -> str:
    """Write a value as SQLite shows it, with Markdown's single spaces."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, list):
        return json.dumps(value, separators=(",", ":"))
    return " ".join(str(value).split())


def test_queries_answer_as_shown(demo_store: Engine) -> None:
    assert len(QUERIES) >= 5
    with reading(demo_store) as conn:
        for sql, shown in QUERIES:
            result = conn.exec_driver_sql(sql.strip().removesuffix(";"))
            rows = [list(result.keys()), *([cell(value) for value in row] for row in result)]
            lines = "\n".join(f"| {' | '.join(row)} |" for row in rows)
            assert rows == shown, f"{sql}\nanswers\n{lines}"


def test_changes_of_boards_are_accepted(store: Engine) -> None:
    assert CHANGES
    with writing(store) as conn:
        for sql in CHANGES:
            conn.exec_driver_sql(sql.strip().removesuffix(";"))


def test_queries_use_views() -> None:
    """Tables may change with a migration, views are for analysts."""
    for sql, _ in QUERIES:
        sources = re.findall(r"(?:FROM|JOIN)\s+(\w+)", sql)
        assert set(sources) <= set(views.metadata.tables), sql


def test_the_samples_are_as_many_as_said() -> None:
    articles = (ROOT / "data" / "articles.jsonl").read_text("utf-8").splitlines()
    posts = (ROOT / "data" / "posts.jsonl").read_text("utf-8").splitlines()
    assert f"loads {len(articles)} sample articles" in README
    assert f"serves {len(posts)} sample posts" in README


# --- the worked example of an engine --------------------------------------------------------


def example_engine() -> tuple[BoardEngine, list[Page]]:
    page = (ROOT / "docs" / "boards.md").read_text("utf-8")
    (code,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    samples = re.findall(r"^```html\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {"__name__": "namuboard"}
    exec(compile(ast.parse(code), "docs/boards.md", "exec"), names)
    addresses = ("?b=free&p=1&sort=hit", "?b=free&no=17&p=1", "?b=free&no=18")
    assert len(samples) == len(addresses)
    pages = [Page(f"https://namu.example/{a}", s) for a, s in zip(addresses, samples, strict=True)]
    return names["NamuBoard"](), pages


def test_the_worked_engine_reads_its_pages() -> None:
    engine, pages = example_engine()
    now = datetime(2026, 3, 3, tzinfo=KST)
    listing, post, gone = pages
    assert all(map(engine.recognises, pages))
    boards = {engine.board(page) for page in pages}
    assert len(boards) == 1
    board = boards.pop()
    assert board is not None
    assert board.url == engine.list_request(board, 1) == "https://namu.example/?b=free"
    assert [
        (row.native_id, row.title, row.author, row.comment_count, row.notice, row.url)
        for row in engine.read_list(listing, now).rows
    ] == [
        ("3", "이용 안내", "촌장", None, True, "https://namu.example/?b=free&no=3"),
        ("17", "약수터 다녀온 이야기", "솔바람", 2, False, "https://namu.example/?b=free&no=17"),
    ]
    item = engine.read_post(post, now)
    assert (item.native_id, item.title, item.author) == ("17", "약수터 다녀온 이야기", "솔바람")
    assert item.posted_at == datetime(2026, 3, 2, 9, 41, tzinfo=KST)
    assert item.html is not None
    assert read_body(item.html).text == "뒷산 약수터까지\n천천히 걸었습니다."
    assert engine.read_post(gone, now).status is Status.DELETED
    assert engine.read_post(gone, now).html is None


def test_the_page_on_engines_names_every_method() -> None:
    page = (ROOT / "docs" / "boards.md").read_text("utf-8")
    said = chain.from_iterable(names(cell) for cell in table(page, "method", "answers"))
    assert {each.partition("(")[0] for each in said} == {
        name for name, value in vars(BoardEngine).items() if callable(value) and name[0] != "_"
    } - {"read_text_dump", "item_of"}
