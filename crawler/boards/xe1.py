"""XpressEngine 1 (1.4 to 1.11), with any layout and board skin: see `xe_family`.

A post that is gone is answered with the board's list and a box of the browser; a secret
one with a form for its password; both with HTTP 200.
"""

import re
from typing import ClassVar

from crawler.boards.rhymix import Rhymix
from crawler.boards.xe_family import XeFamily, generator
from crawler.page import Page

_SIGNS = re.compile(
    r"\bvar\s+current_mid\b|<!--BeforeDocument\b|/common/(?:js|css)/xe[.\w]*\.(?:js|css)|\bxe_content\b"
)
_LAYOUT = re.compile(r"\bvar\s+(?:request_uri|default_url|current_url|current_mid)\b")


class Xe1(XeFamily):
    name: ClassVar[str] = "xe1"

    def recognises(self, page: Page) -> bool:
        """By the generator, or else by the common layout's variables and nothing of Rhymix's."""
        told = generator(page)
        if told:
            return told.startswith(("xpressengine", "xe ", "zeroboard xe"))
        text = page.text
        if not _LAYOUT.search(text) and "<!--BeforeDocument" not in text:
            return False
        return bool(_SIGNS.search(text)) and not Rhymix().recognises(page)
