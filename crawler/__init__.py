"""Crawling boards, papers and archives, and the commands."""

import os
import sys

if sys.stderr is None:
    # Closed by whoever started this: Scrapy's logging would fail of it, before any work is done.
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open as long as we run
