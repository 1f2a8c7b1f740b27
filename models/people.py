"""Pseudonyms for the people who write on boards.

A store keeps who wrote what apart without keeping who they are: a nickname or the shown
part of an address becomes a keyed hash (HMAC-SHA256, RFC 2104), the same for the same
text all over the store.  The key is made by the store and stands in it, so two stores
cannot be joined by their pseudonyms.  Parts of an address matter because board software
masks different octets: two boards together would give the whole of it.
"""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass, replace
from typing import TypeVar

from models.records import PostRecord

DIGITS = 16
"""Hexadecimal digits of a pseudonym: that any two of a million people share one has odds of
1 to 37 million."""

R = TypeVar("R", bound=PostRecord)


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Writes the pseudonyms of one store."""

    key: bytes

    def of_name(self, name: str | None) -> str | None:
        """Return ``name-<16 digits>`` for a nickname; nothing stays nothing."""
        return self._of("name", name)

    def of_ip(self, fragment: str | None) -> str | None:
        """Return ``ip-<16 digits>`` for the shown part of an address."""
        return self._of("ip", fragment)

    def protect(self, post: R) -> R:
        """Return *post* with pseudonyms for its author, the address and who commented."""
        return replace(
            post,
            author=self.of_name(post.author),
            ip=self.of_ip(post.ip),
            comments=[replace(each, author=self.of_name(each.author)) for each in post.comments],
        )

    def _of(self, kind: str, text: str | None) -> str | None:
        if not text or not text.strip():
            return text
        # One person, one pseudonym, however a page composes the letters.
        plain = unicodedata.normalize("NFC", " ".join(text.split()))
        data = f"{kind}:{plain}".encode("utf-8", "surrogatepass")
        return f"{kind}-{hmac.new(self.key, data, hashlib.sha256).hexdigest()[:DIGITS]}"
