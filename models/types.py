"""Column types that mean the same on SQLite and on PostgreSQL."""

import json
import math
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Enum, String, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from models.errors import BrokenValue

# PostgreSQL takes no NUL, and neither backend takes half a surrogate pair. Both
# reach us from pages that somebody broke on purpose.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Return *text* with every character that a store refuses as U+FFFD.

    One character for one, so that offsets into the text stay right.
    """
    if text.isascii() and "\x00" not in text:
        return text
    return _UNSTORABLE.sub("�", text)


class StoredText(TypeDecorator[str]):
    """Text of any length and origin: see `storable`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class UtcDateTime(TypeDecorator[datetime]):
    """A time, to the second: aware in, aware in UTC out.

    PostgreSQL keeps TIMESTAMP WITH TIME ZONE. SQLite has no type for times and
    keeps ``2026-01-31T15:00:00Z``: it sorts, and SQLite's own date functions read
    it. Seconds are what boards and news show at best, and a fixed width is what
    makes text sort.

    Raises:
        ValueError: the time has no zone, or its year in UTC is not 1 to 9999.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(20))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        moment = whole_seconds(value)
        if dialect.name == "sqlite":
            return f"{moment.replace(tzinfo=None).isoformat()}Z"
        return moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                raise BrokenValue(
                    f"The store holds {value[:40]!r} where a time must stand, like "
                    "2026-01-31T15:00:00Z: correct it with SQL"
                ) from None
        moment: datetime = value
        return moment.astimezone(UTC)


def whole_seconds(value: datetime) -> datetime:
    """Return *value* as the store keeps it: in UTC, to the second (see `UtcDateTime`)."""
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone can't be stored: {value.isoformat()}")
    try:
        return value.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        raise ValueError(f"a time out of range can't be stored: {value.isoformat()}") from None


class StoredJson(TypeDecorator[Any]):
    """JSON in which Hangul stays readable; None is NULL.

    Strings are made storable, figures that JSON does not know (NaN) become null,
    and values of other types are written as their ``str``.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return _plain(value)


class NameList(TypeDecorator[tuple[str, ...]]):
    """A short list of names as comma-separated text, which analysts read as it stands."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else ",".join(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...] | None:
        if value is None:
            return None
        return tuple(value.split(",")) if value else ()


def name_type(kind: type[StrEnum]) -> Enum:
    """Return the column type of a `StrEnum`: VARCHAR, so that a new name needs no migration."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=16,
        values_callable=lambda names: [name.value for name in names],
    )


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""Made once: json.dumps() makes one for every value."""


def dump_json(value: Any) -> str:
    """Write *value* as JSON that people can read (no escapes for Hangul)."""
    return _ENCODER.encode(value)


def load_json(text: str | bytes) -> Any:
    """Read what `dump_json` wrote.

    Raises:
        BrokenValue: somebody else wrote it.
    """
    try:
        return json.loads(text)
    except ValueError:
        raise BrokenValue(
            f"The store holds {text[:40]!r} where JSON must stand: correct it with SQL"
        ) from None


def _plain(value: Any) -> Any:
    """Return *value* made of what JSON and both stores know."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {storable(str(key)): _plain(each) for key, each in value.items()}
    return value.isoformat() if isinstance(value, datetime) else storable(str(value))
