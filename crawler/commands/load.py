"""`scrapy load`: articles and posts from files."""

import argparse

from scrapy.exceptions import UsageError

from crawler.command import StoreCommand
from crawler.exit_codes import ExitCode


class Command(StoreCommand):
    """Load articles or posts from JSONL, CSV, Parquet and XLSX files."""

    name = "load"
    details = """\
Reads
  JSON lines (.jsonl, .json; also an array, or objects over many lines) or CSV with a header
  row (.csv; commas, semicolons or tabs), in UTF-8 or CP949, also gzipped (.gz), or Parquet;
  told apart by content. "-" is the standard input.
  Articles also from an export of BIGKinds (.xlsx, all its sheets, or .csv), whose texts are stubs
  of some 200 characters, and from answers of the Naver search API, which are stubs too; a
  stub gives way to the whole text when that comes under the same address. Articles of one
  address are one if one text stands in the other or the titles are the same.

  articles  {"id", "url", "title", "text", "published_at", "publisher"}
            text, and id or url, are required
  posts     {"id", "url", "board", "title", "text" or "html" or "page", "author",
            "posted_at", "category"}
            id or url, and one of the three, are required: text is a body as it reads,
            html a body's HTML, page a whole page, whose board engine is recognised;
            the first of the three that is there counts. A page without tags, or a text
            without a title, is read as the plain-text copy of a page if it looks like one.

  Times are ISO 8601 (KST where they name no zone), dates, or seconds since 1970; "date" is
  understood too. An unreadable one is reported and left empty.

  An article or post that is in the store already and did not change is left as it is; a
  changed one gets a new version. Of lines with the same id the last one counts.

Writes
  The store (STORE_URL), in transactions of 50 posts or 500 articles. A bad line is reported on stderr as
  FILE:LINE: reason (the first 20, then a count), counted, and skipped; all good ones are kept.
  A file that is empty, missing, no text or cut off is reported too. The exit code is 3 then,
  and 1 where no file at all could be opened. The counts are kept in the table "run".

Settings
  LOAD_MAX_CHARS       letters and digits of a text, above which it is skipped (1000000)
  LOAD_MAX_LINE_BYTES  bytes of a line, above which it is skipped (16777216)

Examples
  scrapy load articles news-2026-03.jsonl.gz
  scrapy load posts board.csv more.jsonl -s STORE_URL=postgresql://me@db/pumgeul
"""

    def syntax(self) -> str:
        return "articles|posts FILE... [options]"

    def short_desc(self) -> str:
        return "Load articles or posts from JSONL, CSV, XLSX and Parquet files into the store"

    def work(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        if not args or args[0] not in {"articles", "posts"}:
            raise UsageError("say what to load: scrapy load articles FILE..., or posts FILE...")
        kind, files = args[0], args[1:]
        if not files:
            raise UsageError(f"name the files to load: scrapy load {kind} FILE...")
        from crawler.loading import load
        from crawler.readers import Limits
        from pipelines.match import Matcher

        settings = self.configuration
        defaults = Limits()
        limits = Limits(
            line_bytes=settings.getint("LOAD_MAX_LINE_BYTES", defaults.line_bytes),
            chars=settings.getint("LOAD_MAX_CHARS", defaults.chars),
        )
        with self.store(Matcher.recipe()) as engine:
            return load(
                engine,
                kind,
                files,
                limits,
                quiet=self.is_quiet,
                pseudonyms=settings.getbool("PSEUDONYMS"),
            )
