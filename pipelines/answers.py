"""What the workers answer (stdlib only: the crawl's process imports nothing of theirs)."""

import traceback
from dataclasses import dataclass
from typing import NamedTuple, Self

from models.relation import Status


@dataclass(frozen=True, slots=True)
class Failed:
    """What stands in a batch's results for an item that raised."""

    error: str
    """One line: the exception's type and message."""
    traceback: str

    @classmethod
    def of(cls, error: Exception) -> Self:
        """Describe *error* in words that can cross to another process."""
        return cls(
            error=f"{type(error).__name__}: {error}",
            traceback="".join(traceback.format_exception(error)),
        )


@dataclass(frozen=True, slots=True)
class Unusable:
    """A page that is no post and says nothing about one."""

    reason: str
    """``http_<status>`` or ``other_post``."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a post."""

    outcome: str
    """``new``, ``changed`` or ``seen``."""
    relations: tuple[str, ...] = ()
    """Of its links, where it was matched."""


class KnownPost(NamedTuple):
    """What earlier crawls know of a post."""

    status: Status
    list_mark: str | None
