"""Text of spammers on people's terminals: nothing in it may drive the terminal."""

import io
import os
import re
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

LEAST_WIDTH = 60
"""Columns below which tables cannot be read."""

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    r"""Return *text* with every control character as a visible one; tabs and line ends stay.

    Escape sequences would recolour or rename the terminal, and those that turn the
    direction of writing would make one address look like another.

    >>> printable("red \x1b[31m")
    'red ␛[31m'
    """
    return _CONTROLS.sub(_picture, text)


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else "�"


def one_line(text: str, longest: int = 300) -> str:
    """Return *text* for a message: printable, white space as single blanks, cut."""
    line = " ".join(printable(text[: 4 * longest]).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def say(text: str, stream: TextIO | None = None) -> None:
    """Write a line to stderr: what is for people and no result.

    A log that is full, or a terminal that is gone, ends no work.
    """
    stream = stream or sys.stderr
    try:
        stream.write(text + "\n")
        stream.flush()
    except OSError:
        give_up(stream)


def give_up(stream: TextIO | None) -> None:
    """Have what is still to be written go nowhere: the interpreter would fail of it at its end."""
    if stream is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def new_console() -> "Console":
    """Return a console on stdout, for text of our own and of spammers."""
    from rich.console import Console

    class QuietConsole(Console):
        """Leaves it to the command what a reader that goes away means."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    if isinstance(sys.stdout, io.TextIOWrapper):
        # A locale without Hangul must not end the report.
        sys.stdout.reconfigure(errors="replace")
    console = QuietConsole(highlight=False, markup=False, emoji=False)
    console.width = max(console.width, LEAST_WIDTH)
    return console
