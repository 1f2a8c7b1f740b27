"""`scrapy evaluate`: quality, measured on labelled posts."""

import argparse
import json
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from crawler.command import StoreCommand
from crawler.exit_codes import ExitCode
from crawler.terminal import printable, say

if TYPE_CHECKING:
    from crawler.evaluation import Evaluated
    from crawler.readers import Limits


class Command(StoreCommand):
    """Measure how right the matching is on posts of which the truth is known."""

    name = "evaluate"
    details = """\
Reads
  POSTS: posts as `scrapy load posts` takes them, each with "truth": which article it copies, how,
  how much of it, what it carries. docs/evaluation.md says what its fields mean; data/posts.jsonl
  is such a file. Posts that are secret or deleted are left out.

  The known articles: those of --articles, as `scrapy load articles` takes them; else those
  of the store (STORE_URL), which is only read.

Writes
  A table: precision and recall of links, recall by how much was kept and by what was done to the text,
  false links by kind of post, relation, coverage, copies, cuts, sources of collages, families, lures,
  and how often a score is right; each with the interval that holds the true figure 19
  times in 20. --json writes the same as JSON, --html as a page with charts and the worst misses
  beside their articles.

  Nothing to the store: articles and posts go into one of their own, which is deleted at the end. It
  takes some 5 kB of disk an article and as much a post, in TMPDIR.

  A bad line is reported as FILE:LINE: reason, counted and skipped; the exit code is 3 then.

Examples
  scrapy evaluate data/posts.jsonl --articles data/articles.jsonl
  scrapy evaluate labelled.jsonl.gz --html quality.html --json quality.json
"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--articles",
            metavar="FILE",
            nargs="+",
            action="extend",
            help="known articles to match with, instead of the store's",
        )
        parser.add_argument(
            "--rematch",
            action="store_true",
            help="match all again at the end, as a night's job does",
        )
        parser.add_argument("--json", metavar="FILE", help="write the figures as JSON; - is stdout")
        parser.add_argument("--html", metavar="FILE", help="write a page; - is stdout")

    def syntax(self) -> str:
        return "POSTS... [options]"

    def short_desc(self) -> str:
        return "Measure precision, recall and the rest on labelled posts"

    def work(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        if not args:
            raise UsageError(
                "name the files of labelled posts, before --articles", print_help=False
            )
        if opts.json and opts.json == opts.html:
            raise UsageError("--json and --html cannot go to the same place", print_help=False)
        from crawler.readers import Limits

        settings = self.configuration
        defaults = Limits()
        limits = Limits(
            line_bytes=settings.getint("LOAD_MAX_LINE_BYTES", defaults.line_bytes),
            chars=settings.getint("LOAD_MAX_CHARS", defaults.chars),
        )
        evaluated = self._evaluate(args, opts, limits)
        _write(evaluated, opts)
        return evaluated.exit_code

    def _evaluate(
        self, files: list[str], opts: argparse.Namespace, limits: "Limits"
    ) -> "Evaluated":
        from crawler.evaluation import articles_from_files, articles_from_store, evaluate_files

        if opts.articles:
            fill = articles_from_files(opts.articles, limits, quiet=self.is_quiet)
            return evaluate_files(files, fill, limits, rematch=opts.rematch, quiet=self.is_quiet)
        with self.store() as engine:
            fill = articles_from_store(engine, quiet=self.is_quiet)
            return evaluate_files(files, fill, limits, rematch=opts.rematch, quiet=self.is_quiet)


def _write(evaluated: "Evaluated", opts: argparse.Namespace) -> None:
    from crawler.evaluation_page import evaluation_page
    from crawler.evaluation_report import as_json, print_evaluation
    from crawler.export import STDOUT, open_output
    from crawler.terminal import new_console

    if opts.json:
        with open_output(opts.json) as stream:
            json.dump(as_json(evaluated), stream, ensure_ascii=False, indent=1)
            stream.write("\n")
    if opts.html:
        with open_output(opts.html) as stream:
            stream.write(evaluation_page(evaluated))
    if STDOUT not in (opts.json, opts.html):
        print_evaluation(new_console(), evaluated)
    for target in (opts.json, opts.html):
        if target and target != STDOUT:
            say(f"{printable(target)}: written")
