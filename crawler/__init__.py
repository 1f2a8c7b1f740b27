"""Crawling boards, papers and archives, and the commands."""

import os
import sys
from types import TracebackType

if sys.stderr is None:
    # Closed by whoever started this: Scrapy's logging would fail of it, before any work is done.
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open as long as we run


def _show(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """Show what ends the program; not where it was when somebody stopped it while it was loaded."""
    if kind is not KeyboardInterrupt:
        _show_error(kind, error, traceback)


_show_error, sys.excepthook = sys.excepthook, _show
