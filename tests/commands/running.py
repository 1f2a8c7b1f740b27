"""Runs commands as a user does, in this process where that is enough and quicker."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from scrapy.cmdline import execute
from scrapy.utils.project import get_project_settings
from sqlalchemy import select

from models.engine import open_store, reading
from models.schema import run as run_table

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    """A command that ended."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


def command(store_url: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "scrapy", *arguments, "-s", f"STORE_URL={store_url}"]


def run_process(
    store_url: str,
    *arguments: str,
    cwd: Path = ROOT,
    stdin: bytes | None = None,
    environment: Mapping[str, str] | None = None,
) -> Done:
    """Run a command in a process of its own."""
    done = subprocess.run(
        command(store_url, *arguments),
        cwd=cwd,
        env={**os.environ, **(environment or {})},
        input=stdin,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def run_here(
    store_url: str,
    capfd: pytest.CaptureFixture[str],
    arguments: Iterable[str],
    settings: Mapping[str, object],
) -> Done:
    """Run a command in this process, on the same way from its arguments to its exit code."""
    project = get_project_settings()
    project.set("STORE_URL", store_url, priority="cmdline")
    for name, value in settings.items():
        project.set(name, value, priority="cmdline")
    capfd.readouterr()
    with pytest.raises(SystemExit) as exit_:
        execute(["scrapy", *arguments], settings=project)
    out, err = capfd.readouterr()
    code = exit_.value.code
    assert code is None or isinstance(code, int)
    return Done(code or 0, out, err)


def lines(path: Path, *records: object) -> str:
    """Write records as JSON lines (strings as they are); return the path."""
    written = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
    path.write_text("".join(f"{line}\n" for line in written), encoding="utf-8")
    return str(path)


def select_all(store_url: str, table: Any) -> list[Any]:
    """Return all rows of a table or view, in the order of its first column."""
    engine = open_store(store_url)
    try:
        with reading(engine) as connection:
            return list(connection.execute(select(table).order_by(table.c[0])).all())
    finally:
        engine.dispose()


def last_run(store_url: str) -> Any:
    return select_all(store_url, run_table)[-1]
