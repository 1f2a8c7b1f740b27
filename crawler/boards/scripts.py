"""Where a page's own scripts lead: ``javascript:view('12')`` and ``onclick`` as addresses.

Boards of JSP sites link their posts by functions that fill a form in and submit it, or that
put an address together.  Only these two forms are read, word by word; nothing is run.  The
form's address is asked for with GET, which such servers answer as they answer POST.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from lxml import etree

from crawler import urls
from crawler.boards import markup

MOST_FUNCTIONS: Final = 200
"""Functions of a page that are looked at."""
_LONGEST = 4000
"""Characters of a function that only leads somewhere."""

_FUNCTION = re.compile(
    r"\bfunction\s+([A-Za-z_$][\w$]{0,60})\s*\(([^()]{0,300})\)\s*\{|"
    r"\b([A-Za-z_$][\w$]{0,60})\s*=\s*(?:function\s*)?\(([^()]{0,300})\)\s*(?:=>\s*)?\{"
)
_CALL = re.compile(
    r"(?:javascript:|return\s|;|^|\s)\s*([A-Za-z_$][\w$.]{0,80})\s*\(([^()]{0,400})\)"
)
_SUBMITS_ITS_FORM = re.compile(
    r"(?:this\.)?(?:parentNode|form|closest\([^)]*\))\.submit\(\)|this\.parentElement\.submit\(\)"
)
_WORD = r"""(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\.)*`|[\w$.]+)"""
_INSERTED = re.compile(r"\$\{\s*([\w$.]+)\s*\}")
"""What stands in a template between backticks: ``${name}``."""
_SUM = rf"({_WORD}(?:\s*\+\s*{_WORD})*)"
_FILLS = re.compile(
    r"""(?:\.|elements\[["'])([A-Za-z_][\w-]{0,40})(?:["']\])?\.value\s*=\s*"""
    rf"""{_SUM}|"""
    r"""\$\(\s*["'](?:[^"'\[\]]{0,60}\[name=\\?["']?|\#|[^"']*[\#.\s])([A-Za-z_][\w-]{0,40})(?:\\?["']?\])?["']\s*\)\.val\(\s*"""
    rf"""{_SUM}\s*\)|"""
    r"""getElementById\(\s*["']([\w-]{1,40})["']\s*\)\.value\s*=\s*"""
    rf"{_SUM}"
)
_ACTION = re.compile(rf"""(?:\.action\s*=\s*|\.(?:attr|prop)\(\s*["']action["']\s*,\s*){_SUM}""")
_GOES = re.compile(
    rf"(?:\blocation(?:\.href)?\s*=\s*|\blocation\.(?:replace|assign)\(\s*|\bwindow\.open\(\s*){_SUM}"
)
_FORM = re.compile(
    r"""getElementById\(\s*["']([\w-]{1,40})["']|\$\(\s*["']\#([\w-]{1,40})["']\s*\)|"""
    r"""document\.(?!getElementById)(?:forms\[?["']?)?([A-Za-z_][\w-]{0,40})"""
)


@dataclass(frozen=True, slots=True)
class _Function:
    names: tuple[str, ...]
    """Of its parameters."""
    body: str


@dataclass(frozen=True, slots=True)
class _Handler:
    tag: str
    kind: str
    """A class, or an id; empty: any."""
    body: str
    given: dict[str, str]
    """The attributes of the element clicked on, by the words that stand for them in the body."""

    def is_of(self, element: etree._Element) -> bool:
        if self.tag and element.tag != self.tag:
            return False
        return (
            not self.kind
            or self.kind in markup.classes(element).split()
            or self.kind == element.get("id")
        )


def _handler(selector: str, body: str) -> _Handler:
    """Return what a handler does, with a word for each attribute that it asks its element for."""
    given: dict[str, str] = {}

    def word(match: re.Match[str]) -> str:
        name: str = next(filter(None, match.groups()))
        attribute = name if match[2] else f"data-{name}"
        given[name.replace("-", "_")] = attribute
        return name.replace("-", "_")

    told = _OF_CLICKED.sub(word, body)
    for name, of in _NAMED.findall(told):
        if of in given:
            given[name] = given[of]
    tag, _, kind = selector.replace("#", ".").partition(".")
    return _Handler(tag.lower(), kind.partition(".")[0], told, given)


_HANDLER = re.compile(
    r"""\$\(\s*["']?([^"'()]{1,80}?)["']?\s*\)\s*\.(?:on\(\s*["']click["']\s*,\s*(?:["']([^"']{1,80})["']\s*,\s*)?|click\(\s*)"""
    r"""(?:function\s*\([^()]{0,40}\)|\([^()]{0,40}\)\s*=>)\s*\{"""
)
_OF_CLICKED = re.compile(
    r"""\$\(\s*(?:this|\w+\.(?:current)?[tT]arget)\s*\)\.(?:data\(\s*["']([\w-]{1,40})["']\s*\)|attr\(\s*["']([\w-]{1,40})["']\s*\))|"""
    r"""\bthis\.dataset\.(\w{1,40})"""
)
"""A handler's element's own attribute: ``$(this).data("id")``."""
_NAMED = re.compile(
    r"\b(?:var|let|const)\s+([A-Za-z_$][\w$]{0,40})\s*=\s*([A-Za-z_]\w{0,40})\s*[;\n,]"
)


@dataclass(slots=True)
class ScriptLinks:
    """The functions and forms of one page."""

    url: str
    index: markup.Index
    _functions: dict[str, _Function] | None = field(default=None)
    _handlers: list[_Handler] | None = field(default=None)

    def target(self, element: etree._Element) -> str | None:
        """Return the absolute address that a click on *element* leads to, None if unknown."""
        for source in (element.get("onclick") or "", element.get("href") or ""):
            if len(source) > 1000:
                continue
            if goes := _GOES.search(source):
                found = self._absolute(_value(goes[1], {}))
                if found:
                    return found
            if "(" not in source:
                continue
            if _SUBMITS_ITS_FORM.search(source):
                form = next(element.iterancestors("form"), None)
                return self._submitted(form, {}, None) if form is not None else None
            for call in _CALL.finditer(source):
                function = self.functions.get(call[1])
                found = self._called(function, call[2]) if function else None
                if found:
                    return found
        return self._handled(element)

    def handled(self) -> Iterator[tuple[etree._Element, str]]:
        """Yield the elements, no links, whose clicks a handler of the page answers, with where they lead."""
        if self.handlers:
            for element in self.index.with_tag(
                "tr", "li", "div", "dl", "article", "td", "p", "span"
            ):
                if (url := self._handled(element)) is not None:
                    yield element, url

    def _handled(self, element: etree._Element) -> str | None:
        for handler in self.handlers:
            if not handler.is_of(element):
                continue
            known = {}
            for word, name in handler.given.items():
                told = element.get(name)
                if told is None:
                    break
                known[word] = told
            else:
                if known and (found := self._led(handler.body, known)):
                    return found
        return None

    @property
    def handlers(self) -> list[_Handler]:
        """What the page's scripts have jQuery do when somebody clicks on elements of a class or an id."""
        if self._handlers is None:
            self._handlers = []
            for script in self.index.with_tag("script"):
                source = script.text or ""
                for match in _HANDLER.finditer(source):
                    if len(self._handlers) >= MOST_FUNCTIONS:
                        break
                    selector = (match[2] or match[1]).rpartition(" ")[2].rpartition(">")[2]
                    body = _block(source, match.end())
                    if selector and _OF_CLICKED.search(body):
                        self._handlers.append(_handler(selector, body))
        return self._handlers

    @property
    def functions(self) -> dict[str, _Function]:
        if self._functions is None:
            self._functions = {}
            for script in self.index.with_tag("script"):
                source = script.text or ""
                for match in _FUNCTION.finditer(source):
                    if len(self._functions) >= MOST_FUNCTIONS:
                        break
                    names = tuple(name.strip() for name in (match[2] or match[4] or "").split(","))
                    body = _block(source, match.end())
                    self._functions[match[1] or match[3]] = _Function(names, body)
        return self._functions

    def _called(self, function: _Function, given: str) -> str | None:
        values = [_value(each, {}) for each in re.findall(_WORD, given)]
        known = {
            name: value
            for name, value in zip(function.names, values, strict=False)
            if value is not None
        }
        return self._led(function.body, known)

    def _led(self, body: str, known: dict[str, str]) -> str | None:
        """Return where a function leads that knows some values by name."""
        action = _ACTION.search(body)
        fields: dict[str, str] = {}
        for match in _FILLS.finditer(body):
            name = match[1] or match[3] or match[5]
            value = _value(match[2] or match[4] or match[6], known)
            if value is not None:
                fields[name] = value
        goes = _GOES.search(body)
        if goes and (found := self._absolute(_value(goes[1], known))):
            return found
        if ".submit" not in body or not fields:
            return None
        told = _value(action[1], known) if action else None
        return self._submitted(self._form(body), fields, told)

    def _form(self, body: str) -> etree._Element | None:
        named = {name for match in _FORM.finditer(body) for name in match.groups() if name}
        for form in self.index.with_tag("form"):
            if named & {form.get("name"), form.get("id")}:
                return form
        return None

    def _submitted(
        self, form: etree._Element | None, fields: dict[str, str], action: str | None
    ) -> str | None:
        own: dict[str, str] = {}
        for each in () if form is None else form.iter("input"):
            name, value = each.get("name"), each.get("value") or ""
            if name and value and (each.get("type") or "").lower() == "hidden":
                own.setdefault(name, value)
        given = {**own, **fields}
        address = action or (form.get("action") if form is not None else None)
        url = self._absolute(address)
        if url is None or not given:
            return None
        base, _, query = url.partition("?")
        given = {**urls.query(f"?{query}"), **given}
        pairs = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in given.items())
        return f"{base}?{pairs}"

    def _absolute(self, address: str | None) -> str | None:
        return urls.join(self.url, address) if address else None


def _block(source: str, start: int) -> str:
    """Return a function's body, from behind its brace to the brace that closes it."""
    depth, end = 1, min(len(source), start + _LONGEST)
    for place in range(start, end):
        letter = source[place]
        depth += (letter == "{") - (letter == "}")
        if depth == 0:
            return source[start:place]
    return ""


def _value(words: str, known: dict[str, str]) -> str | None:
    """Return what a sum of strings, numbers and known names is, None if a name is unknown."""
    found = ""
    for word in re.findall(_WORD, words):
        if word[0] == "`":
            if not {*_INSERTED.findall(word)} <= known.keys():
                return None
            found += _INSERTED.sub(lambda match: known[match[1]], word[1:-1])
        elif word[0] in "\"'":
            found += word[1:-1].replace("\\/", "/").replace("\\'", "'").replace('\\"', '"')
        elif word in known:
            found += known[word]
        elif word.isdigit():
            found += word
        else:
            return None
    return found
