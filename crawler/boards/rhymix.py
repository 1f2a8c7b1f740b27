"""Rhymix 2, with any layout and board skin, rewriting on or off: see `xe_family`."""

import re
from typing import ClassVar

from crawler.boards.xe_family import XeFamily, generator
from crawler.page import Page

_SIGNS = re.compile(r"rhymix_content|/rhymix\.(?:min\.)?(?:js|scss)|\bvar\s+rewrite_level\b")
_FAMILY_SIGNS = re.compile(r"\bvar\s+(?:current_mid|request_uri)\b|<!--BeforeDocument\b")


class Rhymix(XeFamily):
    name: ClassVar[str] = "rhymix"

    def recognises(self, page: Page) -> bool:
        """By the generator, or else by what the common layout always prints."""
        told = generator(page)
        if told:
            return told.startswith("rhymix")
        text = page.text
        if 'id="rhymix_alert"' in text:
            return True
        return bool(_SIGNS.search(text) and _FAMILY_SIGNS.search(text))
