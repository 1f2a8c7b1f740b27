"""The address of an SQLite store. Stdlib only: the settings need it before any command is known."""

from pathlib import Path


def sqlite_url(path: str | Path) -> str:
    """Return the address of a file as `STORE_URL` writes it.

    In there, a question mark begins options, and a per cent sign is the begin of a character's code.
    """
    return "sqlite:///" + str(path).replace("%", "%25").replace("?", "%3F")
