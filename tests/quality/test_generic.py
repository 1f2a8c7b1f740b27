"""The generic engine on the pages of all known software, as if none knew them, held to floors.

What the software's own engine reads of a page is the truth: other tests hold that to what
was posted.  A floor is only ever raised.
"""

import json
import re
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.boards import find_engine_by_name
from crawler.boards.generic import Generic
from crawler.page import Page
from crawler.rows import ListRow
from models.relation import Status
from pipelines.core.body import find_body, read_body
from tests.boards.test_shared_captures import FOLDERS, LISTS, NOW, letters, read

FLOORS = json.loads((Path(__file__).parent / "generic_floors.json").read_text("utf-8"))
LONGEST = 40
"""Letters of a title that a list shows."""


def f1(read: str, true: str) -> float:
    """Return the F1 of two texts' pairs of letters."""
    if not read or not true:
        return float(read == true)
    pairs = [Counter(map("".join, pairwise(text))) for text in (read, true)]
    shared = sum((pairs[0] & pairs[1]).values())
    return 2 * shared / max(sum(map(Counter.total, pairs)), 1) if len(true) > 1 else 1.0


@pytest.fixture(scope="module")
def scores() -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    generic = Generic()
    for folder, name in FOLDERS.items():
        pages, truths = read(folder)
        engine = find_engine_by_name(name)
        for file in LISTS[folder]:
            page = Page(
                **{f: getattr(pages[file], f) for f in ("url", "text", "status", "headers")}
            )
            wanted = {row.native_id for row in engine.read_list(pages[file], NOW).rows}
            if len(wanted) > 1:
                rows = {row.native_id for row in generic.read_list(page, NOW).rows}
                found["lists"].append(rows == wanted)
        for file, truth in truths.items():
            known = engine.read_post(pages[file], NOW)
            if known.status is not Status.LIVE or known.html is None:
                continue
            page = Page(
                **{f: getattr(pages[file], f) for f in ("url", "text", "status", "headers")}
            )
            row = ListRow(
                native_id=str(truth["id"]),
                url="",
                title=truth["title"][:LONGEST],
                author=truth["author"],
            )
            page.notes.update(native_id=row.native_id, row=row)
            item = generic.read_post(page, NOW)
            body = find_body(item.html or "") if item.whole_page else read_body(item.html or "")
            found["body F1"].append(f1(letters(body.text), letters(read_body(known.html).text)))
            cut = re.sub(r"\s*…$", "", item.title or "")
            found["title"].append(
                (truth["title"].startswith(cut) and len(cut) >= LONGEST / 2)
                or cut == truth["title"]
            )
            found["author"].append(item.author == truth["author"])
            found["hits"].append(item.hits == known.hits)
            found["files"].append(item.files == known.files)
            found["time"].append(item.posted_at == known.posted_at)
    return found


@pytest.mark.parametrize("measure", FLOORS)
def test_floors(scores: dict[str, list[float]], measure: str) -> None:
    values = scores[measure]
    assert sum(values) / len(values) >= FLOORS[measure]
