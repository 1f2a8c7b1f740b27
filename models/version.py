"""The version of this program, as runs remember it."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def program_version() -> str | None:
    """Return the installed version, None where the program runs without being installed."""
    try:
        return version("pumgeul")
    except PackageNotFoundError:
        return None
