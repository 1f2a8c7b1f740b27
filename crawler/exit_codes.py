"""What a command's exit code tells the scheduler that started it."""

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every command; 128 + n is a stop by signal n."""

    DONE = 0
    NOT_STARTED = 1
    """Nothing was done: the store or every input could not be opened."""
    WRONG_USAGE = 2
    PARTLY = 3
    """Done, but some input was bad or some posts failed."""
    STORE_GONE = 4
    """The store went away; what was committed before is there."""
