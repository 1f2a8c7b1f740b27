"""Excel and Parquet files → rows, a few hundred in memory at a time.

Made for BIGKinds' exports among others: their sheets claim a size that they have not, hold
dates as numbers, as text or as dates, and name their columns in Korean.
"""

import warnings
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

HEADER_WITHIN = 30
"""Rows from the top among which the names of the columns stand."""
MOST_UNPACKED = 4 * 1024**3
"""Bytes that a workbook may unpack to; a year of BIGKinds has some hundred million."""
BATCH = 500

_FIELDS = {
    "뉴스 식별자": "id",
    "뉴스식별자": "id",
    "일자": "published_at",
    "언론사": "publisher",
    "기고자": "byline",
    "제목": "title",
    "본문": "text",
    "url": "url",
    "분석제외 여부": "excluded",
    "분석제외여부": "excluded",
}
"""BIGKinds' columns that are ours too; its other dozen are its own analysis."""
STUB_CHARS = 260
"""BIGKinds gives the first 200 characters of a text, and some marks behind them."""


class BadTableError(ValueError):
    """A table that cannot be read; the message says why and what is needed."""


def read_xlsx(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield (row number, fields) of a workbook's first sheet that names known columns.

    Raises:
        BadTableError: it is no workbook, is damaged or a bomb, or names no such columns.
    """
    import openpyxl

    try:
        with zipfile.ZipFile(path) as packed:
            unpacked = sum(each.file_size for each in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise BadTableError(f"the workbook unpacks to more than {MOST_UNPACKED >> 30} GB")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles that nobody asked for
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            yield from _rows_of(book)
        finally:
            book.close()
    except BadTableError:
        raise
    except Exception as error:
        raise BadTableError(
            f"the workbook cannot be read ({type(error).__name__}: {error})"
        ) from error


def _rows_of(book: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for sheet in book.worksheets:
        # The sheet's own word for its size is often "A1".
        sheet.reset_dimensions()
        names: list[str] | None = None
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if names is None:
                names = _names(cells)
                if names is None and number >= HEADER_WITHIN:
                    break
                continue
            fields = {
                name: _plain(name, cell)
                for name, cell in zip(names, cells, strict=False)
                if name and cell is not None and cell != ""
            }
            if fields:
                yield number, _with_stub(fields, names)
        if names is not None:
            return
    raise BadTableError(
        "no sheet names its columns: text and id or url are needed, or BIGKinds' 본문 and 뉴스 식별자"
    )


def _names(cells: tuple[Any, ...]) -> list[str] | None:
    """Return our names of the columns, empty for unknown ones; None if this is no header."""
    said = [" ".join(str(cell).split()).lower() if cell is not None else "" for cell in cells]
    names = [_FIELDS.get(name, name if name.isascii() else "") for name in said]
    has_content = {"text", "html", "page"} & set(names)
    return names if has_content and {"id", "url"} & set(names) else None


def _plain(name: str, cell: Any) -> Any:
    """Return a cell as a line of JSON would hold it."""
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if name == "published_at" and isinstance(cell, int) and 20_000 < cell < 80_000:
        return (date(1899, 12, 30) + timedelta(days=cell)).isoformat()  # days, as Excel counts
    return cell


def _with_stub(fields: dict[str, Any], names: list[str]) -> Mapping[str, Any]:
    """Mark a text that BIGKinds cut: it exports beginnings."""
    text = fields.get("text")
    is_theirs = "excluded" in names or "byline" in names
    if is_theirs and isinstance(text, str) and len(text) <= STUB_CHARS:
        return {**fields, "is_stub": True}
    return fields


def read_parquet(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield (row number, fields) of a Parquet file with our columns.

    Raises:
        BadTableError: it is no Parquet file, is damaged, or has no such columns.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            names = set(file.schema_arrow.names)
            if not names & {"text", "html", "page"} or not names & {"id", "url"}:
                raise BadTableError(
                    "its columns must name text (or, for posts, html or page) and id or url; it has: "
                    + ", ".join(sorted(names)[:20])
                )
            number = 0
            for batch in file.iter_batches(batch_size=BATCH):
                for fields in batch.to_pylist():
                    number += 1
                    yield (
                        number,
                        {
                            name: _plain(name, value)
                            for name, value in fields.items()
                            if value is not None
                        },
                    )
    except (pyarrow.ArrowException, OSError) as error:
        raise BadTableError(f"the Parquet file cannot be read ({error})") from error
