"""Excel and Parquet files → rows, a few hundred in memory at a time.

Made for BIGKinds' exports among others: their sheets claim a size that they have not, hold
dates as numbers, as text or as dates, and name their columns in Korean.
"""

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
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
_TIMES = frozenset(["published_at", "posted_at", "date"])
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""How Excel writes a character that XML has no place for, the carriage return among them."""
STUB_CHARS = 260
"""BIGKinds gives the first 200 characters of a text, and some marks behind them."""


class BadTableError(ValueError):
    """A table that cannot be read; the message says why and what is needed."""


def read_xlsx(path: Path) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield (row number, fields) of each of a workbook's sheets that names known columns.

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
    found = False
    for sheet in book.worksheets:
        # The sheet's own word for its size is often "A1".
        sheet.reset_dimensions()
        names: list[str] | None = None
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            if names is None:
                names = column_names(cells)
                if names is not None and (twice := repeated(names)):
                    raise BadTableError(f"two columns are called {twice}")
                if names is None and number >= HEADER_WITHIN:
                    break
                continue
            fields = {
                name: _plain(name, _unescaped(cell))
                for name, cell in zip(names, cells, strict=False)
                if name and cell is not None and cell != ""
            }
            if fields:
                yield number, with_stub(fields, names)
        found = found or names is not None
    if not found:
        raise BadTableError(
            "no sheet names its columns: text and id or url are needed, or BIGKinds' 본문 and 뉴스 식별자"
        )


def column_names(cells: Sequence[Any]) -> list[str] | None:
    """Return our names of the columns, empty for unknown ones; None if this is no header."""
    said = [" ".join(str(cell).split()).lower() if cell is not None else "" for cell in cells]
    names = [_FIELDS.get(name, name if name.isascii() else "") for name in said]
    has_content = {"text", "html", "page"} & set(names)
    return names if has_content and {"id", "url"} & set(names) else None


def repeated(names: Sequence[str]) -> str | None:
    """Return a name that two columns have: nobody can tell which of them counts."""
    return next((name for name in names if name and names.count(name) > 1), None)


def _unescaped(cell: Any) -> Any:
    if isinstance(cell, str) and "_x" in cell:
        return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), cell)
    return cell


def _plain(name: str, cell: Any) -> Any:
    """Return a cell as a line of JSON would hold it."""
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, bytes):
        return _decoded(cell)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    if name in _TIMES and isinstance(cell, int | float) and 20_000 < cell < 80_000:
        # Days, as Excel counts; its fractions are a little off a second.
        at = datetime(1899, 12, 30) + timedelta(seconds=round(cell * 86400))  # noqa: DTZ001
        return at.isoformat()
    return cell


def _decoded(cell: bytes) -> str | bytes:
    """Return a text of bytes; they stay where they are none, and are refused as such."""
    for encoding in ("utf-8", "cp949"):
        try:
            return cell.decode(encoding)
        except UnicodeDecodeError:
            continue
    return cell


def with_stub(fields: dict[str, Any], names: list[str]) -> Mapping[str, Any]:
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
        # Read piece by piece: a row group may be all of the file.
        with pyarrow.parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False) as file:
            said = file.schema_arrow.names
            names = column_names(said)
            if names is None:
                raise BadTableError(
                    "its columns must name text (or, for posts, html or page) and id or url; it has: "
                    + ", ".join(sorted(said)[:20])
                )
            if twice := repeated(names):
                raise BadTableError(f"two columns are called {twice}")
            ours = {name: place for place, name in enumerate(names) if name}
            number = 0
            for batch in file.iter_batches(batch_size=BATCH):
                columns = {name: _values(batch.column(place)) for name, place in ours.items()}
                for values in zip(*columns.values(), strict=True):
                    number += 1
                    fields = {
                        name: _plain(name, value)
                        for name, value in zip(columns, values, strict=True)
                        if value is not None
                    }
                    yield number, with_stub(fields, names)
    except (pyarrow.ArrowException, OSError) as error:
        raise BadTableError(f"the Parquet file cannot be read ({error})") from error


def _values(column: Any) -> list[Any]:
    """Return a column's values; a time beyond the calendar's end as the number that it is."""
    import pyarrow

    if pyarrow.types.is_timestamp(column.type):
        # Python knows no nanoseconds, and nobody needs them.
        # A zone is how they are shown: all with one count in UTC, and not each is known here.
        zone = "UTC" if column.type.tz else None
        column = column.cast(pyarrow.timestamp("us", zone), safe=False)
    try:
        values: list[Any] = column.to_pylist()
    except (OverflowError, ValueError):
        values = []
        for each in column:
            try:
                values.append(each.as_py())
            except (OverflowError, ValueError):
                values.append(str(each.value))
    return values
