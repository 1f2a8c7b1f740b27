"""What can go wrong with the store, each with a message for a user.

    StoreError
    ├── StoreUnreachable   it can't be opened, or it went away
    ├── BrokenValue        it holds a value that no program of ours wrote
    ├── SchemaMismatch     its schema is older or newer than this program, or not ours
    ├── RecipeMismatch     its index was made by another recipe
    └── WrongClock         the machine's clock stands before any day that a run can have
    InvalidRecord          one record can't be stored; the store is well, others can be

``str(error)`` is the whole message: what happened, where, and what to do. No
message holds a password.
"""


class StoreError(Exception):
    """The store can't be used: the work can't start, or can't go on."""


class StoreUnreachable(StoreError):  # noqa: N818 - the names say the state of the store
    """The store can't be opened, or it went away during the work."""


class BrokenValue(StoreError):  # noqa: N818
    """The store holds a value that is none of its column's: somebody wrote it by hand."""


class SchemaMismatch(StoreError):  # noqa: N818
    """The store's schema is not the one that this program writes and reads."""


class RecipeMismatch(StoreError):  # noqa: N818
    """The store's index was made by another recipe, so look-ups would miss copies."""


class WrongClock(StoreError):  # noqa: N818
    """The machine's clock is wrong for certain: each time that is stored would be, too."""


class InvalidRecord(ValueError):  # noqa: N818
    """A record that no store can hold; nothing of it was written."""
