"""`scrapy rematch`: what new articles or a new recipe could change."""

import argparse
from datetime import UTC, datetime

from scrapy.exceptions import UsageError

from crawler.command import StoreCommand, recorded_run
from crawler.exit_codes import ExitCode
from crawler.progress import Progress


class Command(StoreCommand):
    """Match every post in the store again."""

    name = "rematch"
    details = """\
Run it after articles were loaded that older posts may copy: a family of posts around an
inferred article moves to the real one. The result does not depend on the order in which
articles and posts arrived.

Reads
  All posts and articles of the store (STORE_URL); they and their versions stay as they are.

Writes
  Links, verdicts, lures and families, in one transaction: readers see the old ones until it is
  done; writers wait, and give up after a minute. Stopped or killed, it leaves everything as it was.

  With --recipe the index is made anew first, for a store that another version of the program
  made. That is committed by itself; until the rematch is done too, other commands refuse the
  store, and running this one again goes on.

Examples
  scrapy load articles today.jsonl && scrapy rematch
"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--recipe",
            action="store_true",
            help="first make the index anew, by this program's recipe",
        )

    def syntax(self) -> str:
        return "[options]"

    def short_desc(self) -> str:
        return "Match all posts again, after new articles or with a new recipe"

    def work(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        if args:
            raise UsageError("takes no arguments", print_help=False)
        from crawler.reindexing import reindex
        from models.write import set_store_info, writing
        from pipelines.match import Matcher

        recipe = Matcher.recipe()
        with (
            self.store(None if opts.recipe else recipe) as engine,
            recorded_run(engine, "rematch", {"recipe": opts.recipe}) as run,
        ):
            if opts.recipe:
                with Progress("index", "articles", quiet=self.is_quiet) as progress:
                    run.stats["article/indexed"] = reindex(
                        engine, recipe, lambda done, all_: progress.update(done, done / all_)
                    )
            with Progress("rematch", "steps", quiet=self.is_quiet) as progress:
                matcher = Matcher()
                done = matcher.rematch(
                    engine,
                    run.id,
                    datetime.now(UTC),
                    lambda done, all_: progress.update(done, done / all_),
                )
            if opts.recipe:
                with writing(engine) as connection:
                    set_store_info(connection, "recipe", recipe)
            run.stats.update(
                {
                    **matcher.counts,
                    "post/matched": done.posts,
                    "post/changed": done.changed,
                    "post/moved": done.moved,
                    "family/kept": done.families,
                }
            )
        if opts.recipe:
            print(f"articles: {run.stats['article/indexed']:,} indexed anew")  # noqa: T201
        print(  # noqa: T201 - the command's result
            f"posts: {done.posts:,} matched, {done.changed:,} changed,"
            f" {done.moved:,} moved from a family to a known article\n"
            f"families around an inferred article: {done.families:,}"
        )
        return run.exit_code
