"""The peer of the crawl benchmark: Scrapy alone, which downloads pages and drops them."""

import json
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import Response


class BareSpider(scrapy.Spider):
    """Downloads the addresses of a JSON file; writes seconds and pages to BENCHMARK_RESULT."""

    name = "bare"

    def __init__(self, pages: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.addresses: list[str] = json.loads(Path(pages).read_text("utf-8"))
        self.seen = 0
        self.began = 0.0

    async def start(self) -> AsyncIterator[scrapy.Request]:
        self.began = time.perf_counter()
        for address in self.addresses:
            yield scrapy.Request(address, callback=self.count)

    def count(self, response: Response) -> None:
        self.seen += 1

    def closed(self, reason: str) -> None:
        result = {"seconds": time.perf_counter() - self.began, "pages": self.seen}
        Path(os.environ["BENCHMARK_RESULT"]).write_text(json.dumps(result), "utf-8")
