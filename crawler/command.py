"""What pumgeul's commands share: help, the store, signals, and an exit code that is true.

Not in `crawler.commands`: Scrapy takes every module there for a command. It imports
them all whichever is run, so the store and the matcher are imported by what uses them.
"""

import argparse
import logging
import signal
import sys
from abc import abstractmethod
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter
from scrapy.exceptions import UsageError
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging

from crawler.exit_codes import ExitCode
from crawler.setting_values import check_given, check_settings
from crawler.terminal import give_up, one_line, say

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

logger = logging.getLogger(__name__)

EXIT_CODES = """\
Exit codes
  0  done
  1  could not start
  2  wrong usage
  3  done, but some input was bad or some posts failed
  4  the store went away; what was committed before is there
  128+n  stopped by signal n; what was committed before is there"""

OUTCOMES = {
    ExitCode.DONE: "done",
    ExitCode.NOT_STARTED: "not_started",
    ExitCode.PARTLY: "partly",
    ExitCode.STORE_GONE: "store_gone",
}


class CommandError(Exception):
    """The command cannot go on; ``str()`` is the whole message for a user."""

    def __init__(self, exit_code: ExitCode, message: str) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Interrupted(KeyboardInterrupt):
    """The process was told to stop."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


class _HelpFormatter(ScrapyHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Scrapy's, which keeps the lines of the epilog."""


class StoreCommand(ScrapyCommand):
    """A command that works on the store, without a crawl.

    A subclass does its work in `work`, raises `CommandError` and `UsageError`, and lets
    the store's errors pass.
    """

    requires_project = True
    requires_crawler_process = False

    name: ClassVar[str]
    details: ClassVar[str] = ""
    """What `--help` says below the options: what is read and written, examples."""

    _is_started = False

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add Scrapy's options, and the long help."""
        super().add_options(parser)
        parser.formatter_class = _HelpFormatter
        parser.epilog = f"{self.long_help()}\n{EXIT_CODES}".strip()

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take the options over, and look at the settings.

        Raises:
            UsageError: one is wrong.
        """
        try:
            check_given(opts.set, self.configuration)
            super().process_options(args, opts)
            check_settings(self.configuration)
        except ValueError as error:
            raise UsageError(str(error), print_help=False) from error
        except OSError as error:  # the file of --pidfile
            words = f"{error.filename} cannot be written: {error.strerror}"
            raise UsageError(words, print_help=False) from error

    def long_help(self) -> str:
        """Return what `--help` says below the options."""
        return self.details

    @abstractmethod
    def work(self, args: list[str], opts: argparse.Namespace) -> ExitCode:
        """Do it. *args* are what is no option."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do the work; turn what stops it into a message and an exit code.

        Raises:
            UsageError: an option or argument that there is not.
        """
        from sqlalchemy.exc import DBAPIError

        from models.errors import StoreError

        configure_logging(self.configuration)
        logging.getLogger("alembic").setLevel(logging.WARNING)
        for handler in logging.root.handlers:
            handler.addFilter(_is_no_signal)
        try:
            with stopped_by_signals():
                self.exitcode = self.work(_arguments(args), opts)
                if sys.stdout is not None:  # closed by whoever started this
                    sys.stdout.flush()
        except CommandError as error:
            self._fail(error.exit_code, str(error))
        except StoreError as error:
            gone = ExitCode.STORE_GONE if self._is_started else ExitCode.NOT_STARTED
            self._fail(gone, str(error))
        except DBAPIError as error:
            gone = ExitCode.STORE_GONE if self._is_started else ExitCode.NOT_STARTED
            self._fail(gone, f"the store refuses: {one_line(str(error.orig or error))}")
        except Interrupted as error:
            self._fail(error.exit_code, f"stopped by {error}; what was committed before is there")
        except BrokenPipeError:
            # `scrapy report | head`: nobody reads on, which is no fault of anybody.
            give_up(sys.stdout)
            self.exitcode = 128 + signal.SIGPIPE
        except OSError as error:
            # Files that a command is named are its own matter: this one is what it prints to.
            give_up(sys.stdout)
            where = error.filename or "the standard output"
            self._fail(
                ExitCode.NOT_STARTED,
                f"{where} cannot be written: {error.strerror or error}; the store is as it shall be",
            )

    def _fail(self, code: int, message: str) -> None:
        say(f"scrapy {self.name}: {message}")
        self.exitcode = code

    @property
    def configuration(self) -> Settings:
        """The settings of the project and the command line."""
        assert self.settings is not None
        return self.settings

    @property
    def is_quiet(self) -> bool:
        """Whether progress is unwanted: the log is off, or for errors alone."""
        level = logging.getLevelName(str(self.configuration["LOG_LEVEL"]).upper())
        if not self.configuration.getbool("LOG_ENABLED"):
            return True
        return isinstance(level, int) and level >= logging.ERROR

    @contextmanager
    def store(self, recipe: str | None = None) -> "Iterator[Engine]":
        """Open the store of the settings.

        Raises:
            StoreError: it cannot be opened, or does not fit.
        """
        from models.engine import open_store

        engine = open_store(self.configuration["STORE_URL"] or "", recipe)
        self._is_started = True
        try:
            yield engine
        finally:
            engine.dispose()


@dataclass(slots=True)
class Run:
    """The row of a run that goes on: fill in the stats and the exit code."""

    id: int
    stats: Counter[str] = field(default_factory=Counter)
    exit_code: ExitCode = ExitCode.DONE


@contextmanager
def recorded_run(engine: "Engine", command: str, arguments: dict[str, Any]) -> Iterator[Run]:
    """Write the row of a run at its start, and how it ended at its end, whatever the end.

    Raises:
        CommandError: the store can be read and not written.
    """
    from sqlalchemy.exc import DBAPIError

    from models.errors import StoreError
    from models.write import finish_run, start_run, transact, writing

    def end(connection: "Connection", outcome: str, code: int) -> None:
        stats = dict(sorted(run.stats.items()))
        finish_run(connection, run.id, outcome, code, stats, datetime.now(UTC))

    try:
        began = datetime.now(UTC)
        run = Run(transact(engine, lambda c: start_run(c, command, arguments, began)))
    except StoreError as error:
        raise CommandError(ExitCode.NOT_STARTED, str(error)) from error
    try:
        yield run
    except BaseException as error:
        # What ended the run is what somebody must hear of, even where its row stays without an
        # end. It is not waited for: a store that is gone cannot be told so.
        try:
            with writing(engine) as connection:
                end(connection, *_ending(error))
        except (StoreError, DBAPIError) as second:
            logger.debug("the row of run %d stays without an end", run.id, exc_info=second)
        raise
    transact(engine, lambda c: end(c, OUTCOMES[run.exit_code], run.exit_code))


def _ending(error: BaseException) -> tuple[str, int]:
    """Return the outcome and the exit code of a run that *error* ended."""
    from sqlalchemy.exc import DBAPIError

    from models.errors import StoreError

    if isinstance(error, Interrupted):
        return "stopped", error.exit_code
    if isinstance(error, StoreError | DBAPIError):
        return OUTCOMES[ExitCode.STORE_GONE], ExitCode.STORE_GONE
    if isinstance(error, CommandError):
        return "failed", error.exit_code
    return "failed", ExitCode.NOT_STARTED


def _arguments(args: list[str]) -> list[str]:
    """Return the arguments; Scrapy hands unknown options over among them."""
    if "--" in args:
        at = args.index("--")
        known, literal = args[:at], args[at + 1 :]
    else:
        known, literal = args, []
    for argument in known:
        if argument.startswith("-") and argument != "-":
            raise UsageError(f"there is no option {argument}", print_help=False)
    return known + literal


def stop_signals() -> list[signal.Signals]:
    """Return the signals that stop a command: SIGHUP too, when its terminal goes, but under nohup."""
    found = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        found.append(signal.SIGHUP)
    return found


SECONDS_TO_STOP_AGAIN = 0.05


@contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Raise Interrupted where a signal to stop arrives."""
    numbers = stop_signals()

    def stop(number: int, frame: FrameType | None) -> None:
        # A second one, while the first is being obeyed, must not break that off.
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(number)

    def stop_later(unraisable: "sys.UnraisableHookArgs") -> None:
        # What is raised in a finaliser or a callback of a driver goes nowhere: the work would go on.
        error = unraisable.exc_value
        if not isinstance(error, Interrupted):
            unraisable_hook(unraisable)
            return
        number = error.exit_code - 128
        signal.signal(signal.SIGALRM, lambda _, frame: stop(number, frame))
        signal.setitimer(signal.ITIMER_REAL, SECONDS_TO_STOP_AGAIN)

    unraisable_hook, sys.unraisablehook = sys.unraisablehook, stop_later
    before = {number: signal.signal(number, stop) for number in numbers}
    before[signal.SIGALRM] = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = unraisable_hook
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_no_signal(record: logging.LogRecord) -> bool:
    """Tell a line of the log from one about a signal, which is no fault of what it came amid."""
    return not (record.exc_info and isinstance(record.exc_info[1], Interrupted))
