"""How long work shows that it goes on: a bar on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from crawler.terminal import say

SECONDS_BETWEEN_LINES = 10.0
"""Often enough to see that it lives, seldom enough for a log of a night's work."""


class Progress:
    """Shows how far a piece of work is, on stderr; use it as a context manager.

    Args:
        what: the work, as the lines and the bar name it.
        unit: what is counted, in the plural.
        quiet: show nothing (messages of `say` still come).
        stream: where to; stderr if None.
        clock: seconds that only go forward.
    """

    def __init__(
        self,
        what: str,
        unit: str,
        *,
        quiet: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what = what
        self._unit = unit
        self._stream = stream or sys.stderr
        self._clock = clock
        self._started = self._shown = clock()
        self._quiet = quiet
        self._bar: Bar | None = None
        self._task = TaskID(0)
        if not quiet:
            console = Console(file=self._stream)
            if console.is_terminal and not console.is_dumb_terminal:
                self._bar = Bar(
                    TextColumn("{task.description}"),
                    BarColumn(),
                    TaskProgressColumn(),
                    TextColumn("{task.fields[counted]}"),
                    TimeRemainingColumn(),
                    console=console,
                    transient=True,
                )
                self._task = self._bar.add_task(what, total=None, counted="")

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def update(self, counted: int, share: float | None = None) -> None:
        """Say that *counted* units are done, which is *share* (0 to 1) of the work if known."""
        if self._quiet:
            return
        now = self._clock()
        if self._bar is None and now - self._shown < SECONDS_BETWEEN_LINES:
            return
        self._shown = now
        rate = counted / max(now - self._started, 1e-3)
        done = f"{counted:,} {self._unit}, {rate:,.0f}/s"
        if self._bar is not None:
            total = None if share is None else 1.0
            self._bar.update(self._task, completed=share or 0.0, total=total, counted=done)
            return
        percent = "" if share is None else f", {share:.0%}"
        say(f"{self._what}: {done}{percent}", self._stream)

    def say(self, text: str) -> None:
        """Write a line to stderr without breaking the bar."""
        if self._bar is not None:
            self._bar.console.print(Text(text), soft_wrap=True)
        else:
            say(text)
