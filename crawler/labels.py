"""What a labelled post says is true of it: the field ``truth`` of a line → `Truth`.

`docs/evaluation.md` describes the fields, and the other names under which they are read.
"""

from collections.abc import Mapping
from typing import Any

from crawler.readers import BadInputError
from models.relation import LureKind, Relation
from pipelines.core.scoring import Truth

_LURES = {
    LureKind.KEYWORD: ("keywords",),
    LureKind.URL: ("urls",),
    LureKind.DOMAIN: ("domains",),
    LureKind.PHONE: ("phones",),
    LureKind.MESSENGER: ("messengers", "ids"),
    LureKind.EMAIL: ("emails",),
}


def read_truth(fields: Mapping[str, Any]) -> Truth:
    """Return what is true of the post of a line.

    Raises:
        BadInputError: it has no truth, or one that says nothing that can be measured.
    """
    truth = fields.get("truth")
    if truth is None:
        raise BadInputError("no_truth", "has no truth: it is no labelled post")
    if not isinstance(truth, dict):
        raise BadInputError("truth", "its truth is no object")
    articles = _strings(truth, "article_ids")
    relation = _relation(truth)
    if (
        relation is not None
        and relation is not Relation.QUOTE
        and not (articles or truth.get("family"))
    ):
        raise BadInputError(
            "truth", f"its truth says {relation.value}, but names neither article_ids nor family"
        )
    coverages = truth.get("coverages", {})
    if not isinstance(coverages, dict):
        raise BadInputError("truth", "its truth's coverages is no object")
    payload = truth.get("payload", truth)
    if not isinstance(payload, dict):
        raise BadInputError("truth", "its truth's payload is no object")
    return Truth(
        relation=relation,
        is_known=_flag(truth, "known", default=bool(articles)) or False,
        articles=tuple(articles),
        alternatives=frozenset(_strings(truth, "alt_ids")),
        coverage=_number(truth, "coverage"),
        coverages={str(key): _number(coverages, key) or 0.0 for key in coverages},
        copies=_whole(truth, "copies"),
        cut=_whole(truth, "cut", "truncated_at"),
        family=_name(truth, "family"),
        is_mixed=_flag(truth, "mixed", default=False) or False,
        kind=_name(truth, "kind", "neg"),
        changes=tuple(dict.fromkeys(_strings(truth, "changes", "transforms"))),
        letters=_whole(truth, "letters", "chars"),
        lures={
            kind: frozenset(_strings(payload, *names))
            for kind, names in _LURES.items()
            if any(name in payload for name in names)
        },
        is_spam=_flag(truth, "spam", default=None),
    )


def _relation(truth: Mapping[str, Any]) -> Relation | None:
    value = _name(truth, "relation")
    if value is None or value == "none":
        return None
    try:
        return Relation(value)
    except ValueError:
        raise BadInputError(
            "truth", f"its truth names the relation {value!r}; there are {', '.join(Relation)}"
        ) from None


def _value(fields: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def _name(fields: Mapping[str, Any], *names: str) -> str | None:
    value = _value(fields, names)
    if isinstance(value, bool | list | dict):
        raise _wrong(names, "a string")
    return None if value is None else str(value)


def _number(fields: Mapping[str, Any], *names: str) -> float | None:
    value = _value(fields, names)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(names, "a number")
    return float(value)


def _whole(fields: Mapping[str, Any], *names: str) -> int | None:
    value = _number(fields, *names)
    if value is None:
        return None
    if not value.is_integer():
        raise _wrong(names, "a whole number")
    return int(value)


def _flag(fields: Mapping[str, Any], name: str, *, default: bool | None) -> bool | None:
    value = fields.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise _wrong((name,), "true or false")
    return value


def _strings(fields: Mapping[str, Any], *names: str) -> list[str]:
    """Return a list of strings; of a list inside it, such as (messenger, id), the last one."""
    value = _value(fields, names)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong(names, "a list")
    found = [each[-1] if isinstance(each, list) and each else each for each in value]
    if not all(isinstance(each, str | int) and not isinstance(each, bool) for each in found):
        raise _wrong(names, "a list of strings")
    return [str(each) for each in found]


def _wrong(names: tuple[str, ...], what: str) -> BadInputError:
    return BadInputError("truth", f"its truth's {names[0]} is not {what}")
