"""`scrapy explain`: why the store says what it says of a post."""

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from crawler.command import CommandError, StoreCommand
from crawler.exit_codes import ExitCode
from crawler.terminal import one_line, printable, say

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from crawler.explanation_page import Shown
    from crawler.rechecking import Difference
    from models.explanation import Explanation

SHOWN_CHOICES = 8


class Command(StoreCommand):
    """Show posts with all that is stored about them."""

    name = "explain"
    details = """\
POST is the id or the URL that the post came with; where no post came with it, a number is a
post_id, the column of every view. --id says that all are post_ids.

Shows
  The text with every copy (which article, where in it, first or second time), each cut (✂), the
  payload and hidden text marked; of each article a map of what the post carries, coverage, share,
  identity, score and the relation with its grounds; why the post is or is not spam; and where
  all of that comes from: run, program, recipe, and the captured response (WARC file, place, SHA-256).

Reads
  The store (STORE_URL). With --recompute also matches the posts again, as a crawl would that found
  them changed, and says what differs from the stored answer: all of that is rolled back, while other
  writers wait some milliseconds.

Writes
  To the terminal, or with --html one HTML page that needs no script and loads nothing.
  Nothing to the store.

  Ends with 3 where some of the posts were not found, with 1 where none was.

Examples
  scrapy explain 'https://board.example/bbs/board.php?bo_table=free&wr_id=17'
  scrapy explain --id 17 18 --html two.html
  scrapy explain p17 --recompute
"""

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "-o", "--html", metavar="FILE", help="write an HTML page; - is the standard output"
        )
        parser.add_argument(
            "--recompute",
            action="store_true",
            help="match again and say whether the stored answer still comes out",
        )
        parser.add_argument("--id", action="store_true", help="the posts are named by post_id")

    def syntax(self) -> str:
        return "POST... [options]"

    def short_desc(self) -> str:
        return "Show a post with every copy, cut and lure marked, and where the answer comes from"

    def work(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        if not args:
            raise UsageError("name a post: by its id, its URL or its post_id", print_help=False)
        if opts.id and not all(each.isascii() and each.isdigit() for each in args):
            raise UsageError("--id takes numbers: the post_id of any view", print_help=False)
        from crawler.explanation_page import Shown
        from models.engine import reading
        from models.explanation import read_explanation

        recipe = None
        if opts.recompute:
            from pipelines.match import Matcher

            recipe = Matcher.recipe()
        with self.store(recipe) as engine:
            with reading(engine) as connection:
                found = list(dict.fromkeys(self._find(connection, args, is_id=opts.id)))
                explained = [read_explanation(connection, post_id) for post_id in found]
            if not found:
                return ExitCode.NOT_STARTED
            shown = [
                Shown(each, _differences(engine, each) if opts.recompute else None)
                for each in explained
            ]
            if opts.html:
                _write_page(opts.html, shown)
            else:
                _print(shown)
        return ExitCode.DONE if self._missing == 0 else ExitCode.PARTLY

    _missing = 0

    def _find(
        self, connection: "Connection", names: Iterable[str], *, is_id: bool
    ) -> Iterable[int]:
        """Yield the post_ids; say which names stand for no post or for several."""
        from crawler.urls import variants
        from models.explanation import find_post_id, find_posts

        for name in names:
            found = (
                find_post_id(connection, int(name))
                if is_id
                else find_posts(connection, name, variants(name))
            )
            if len(found) == 1:
                yield found[0].post_id
                continue
            self._missing += 1
            label = one_line(name)
            if not found:
                what = "post_id" if is_id else "id, URL or post_id"
                say(f"scrapy {self.name}: no post has the {what} {label!r}")
                continue
            say(f"scrapy {self.name}: {len(found):,} posts came as {label!r}; choose by --id:")
            for row in found[:SHOWN_CHOICES]:
                board, title = (
                    one_line(row.board_url or "(no board)"),
                    one_line(row.title or "", 60),
                )
                say(f"  --id {row.post_id}  {board}  {title}")
            if len(found) > SHOWN_CHOICES:
                say(f"  … and {len(found) - SHOWN_CHOICES:,} more")


def _differences(engine: "Engine", stored: "Explanation") -> "list[Difference]":
    from crawler.rechecking import differences, match_again

    try:
        now = match_again(engine, stored.post.post_id)
    except KeyError:
        raise CommandError(
            ExitCode.PARTLY, f"post {stored.post.post_id} was deleted meanwhile"
        ) from None
    return differences(stored, now)


def _write_page(target: str, shown: "list[Shown]") -> None:
    from crawler.explanation_page import explanation_page
    from crawler.export import STDOUT, open_output

    with open_output(target) as stream:
        stream.write(explanation_page(shown))
    if target != STDOUT:
        posts = "1 post" if len(shown) == 1 else f"{len(shown):,} posts"
        say(f"{printable(target)}: {posts} explained")


def _print(shown: "list[Shown]") -> None:
    from crawler.explanation import print_differences, print_explanation, print_provenance
    from crawler.terminal import new_console

    console = new_console()
    for number, each in enumerate(shown):
        if number:
            console.print()
            console.rule(style="dim")
            console.print()
        print_explanation(console, each.explanation)
        print_provenance(console, each.explanation)
        if each.differences is not None:
            print_differences(console, each.differences)
