"""The import rules: who may know whom."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Folder or file → top-level or dotted prefixes that it must not import.
RULES = {
    "crawler/boards": ("scrapy", "twisted", "sqlalchemy", "pipelines", "models.write", "models.engine", "models.schema", "models.queries", "models.matching", "crawler.spiders"),
    "crawler/page.py": ("scrapy", "twisted", "sqlalchemy", "pipelines", "models"),
    "crawler/urls.py": ("scrapy", "twisted", "sqlalchemy", "pipelines", "models"),
    "crawler/dates.py": ("scrapy", "twisted", "sqlalchemy", "pipelines", "models"),
    "pipelines/core": ("scrapy", "twisted", "sqlalchemy", "crawler", "models"),
    "models": ("scrapy", "twisted", "crawler", "pipelines"),
}  # fmt: skip
ALLOWED = {"pipelines/core": ("models.relation",)}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_under(name: str, prefix: str) -> bool:
    return name == prefix or name.startswith(prefix + ".")


@pytest.mark.parametrize("place", RULES)
def test_import_rules(place: str) -> None:
    at = ROOT / place
    files = [at] if at.is_file() else sorted(at.rglob("*.py"))
    assert files, f"{place} is gone: change the rule with it"
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in imports(path)
        if any(is_under(name, banned) for banned in RULES[place])
        and not any(is_under(name, allowed) for allowed in ALLOWED.get(place, ()))
    ]
    assert not wrong
