"""Which hosts may be reached, and how slow they may be.

A page, a redirect or a name server can point the crawler at the network that it runs in:
a database, a cloud's metadata, the machine itself.  So every address is checked where the
connection is made, after its name was resolved and each time it is: what was checked is
what is connected to, and a name that changes its mind is checked again.
"""

import logging
import time
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    IgnoreRequest,
    NotConfigured,
    StopDownload,
)
from scrapy.resolver import CachingThreadedResolver
from scrapy.settings import BaseSettings
from twisted.internet.base import ReactorBase
from twisted.internet.error import DNSLookupError

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred

logger = logging.getLogger(__name__)

NAMED = {
    "loopback": ("127.0.0.0/8", "::1/128"),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"),
}
"""Words that ALLOWED_NETWORKS knows beside networks."""

Network = Any  # ipaddress has no common base of IPv4Network and IPv6Network


class AddressRefused(IgnoreRequest):
    """The host has an address that may not be reached."""


def read_networks(words: Iterable[str]) -> tuple[Network, ...]:
    """Return the networks that ``ALLOWED_NETWORKS`` names.

    Raises:
        ValueError: a word is no network; the message says which, and what is allowed.
    """
    found: list[Network] = []
    for word in words:
        text = word.strip()
        if not text:
            continue
        try:
            found += [ip_network(each) for each in NAMED.get(text.lower(), (text,))]
        except ValueError as error:
            raise ValueError(
                f"ALLOWED_NETWORKS: {text!r} is no network; it takes networks such as "
                f"192.168.7.0/24, and the words {' and '.join(NAMED)}"
            ) from error
    return tuple(found)


def networks_of(settings: BaseSettings) -> tuple[Network, ...]:
    """Return the networks that the settings open; see `read_networks`."""
    return read_networks(settings.getlist("ALLOWED_NETWORKS"))


def may_reach(address: str, networks: Sequence[Network] = ()) -> bool:
    """Tell whether an address is public, or in one of *networks*.

    >>> [may_reach(each) for each in ("8.8.8.8", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, False, False, False]
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        # The same host by another writing.
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is None and found in _NAT64:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return may_reach(str(inner), networks)
    if any(found.version == network.version and found in network for network in networks):
        return True
    return found.is_global and not (found.is_multicast or found.is_reserved or found in _PROTOCOLS)


_NAT64 = ip_network("64:ff9b::/96")
_PROTOCOLS = ip_network("192.0.0.0/24")
"""Of the protocols themselves (RFC 6890); Python calls some of it global."""
_refused: dict[str, str] = {}
"""Name → the address that was refused, for the words that explain it."""


class GuardedResolver(CachingThreadedResolver):
    """Resolves names, and gives out no address that may not be reached.

    Twisted connects to what its resolver answers and asks it for every new connection, for
    bare addresses and odd writings of them (``http://2130706433/``) too.

    Settings: ``ALLOWED_NETWORKS``.
    """

    def __init__(
        self, reactor: ReactorBase, cache_size: int, timeout: float, networks: Sequence[Network]
    ) -> None:
        super().__init__(reactor, cache_size, timeout)
        self._networks = networks

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        settings = crawler.settings
        cache_size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        return cls(reactor, cache_size, settings.getfloat("DNS_TIMEOUT"), networks_of(settings))

    def getHostByName(  # noqa: N802 - Twisted's name for it
        self, name: str, timeout: Sequence[int] = ()
    ) -> "Deferred[str]":
        return super().getHostByName(name, timeout).addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if may_reach(address, self._networks):
            return address
        _refused[name.lower()] = address
        raise DNSLookupError(f"{name} is {address}, which may not be reached")


class RefusedAddress:
    """Says why a host whose address was refused could not be fetched."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls()

    def process_exception(self, request: Request, exception: Exception) -> None:
        if not isinstance(exception, CannotResolveHostError):
            return
        host = (urlsplit(request.url).hostname or "").lower()
        if (address := _refused.get(host)) is not None:
            raise AddressRefused(
                f"{host} has the address {address}, which is not public; "
                "ALLOWED_NETWORKS opens networks (`-s ALLOWED_NETWORKS=loopback`)"
            )


class MinimumRate:
    """Hangs up on servers that drip: they would hold the crawl for as long as they please.

    Settings: ``DOWNLOAD_MIN_RATE`` (bytes a second; 0 switches it off),
    ``DOWNLOAD_MIN_RATE_AFTER`` (s from the first byte during which any rate will do).
    """

    def __init__(self, crawler: Crawler) -> None:
        """Listen to the bytes that come.

        Raises:
            NotConfigured: the setting is 0.
        """
        self._rate = crawler.settings.getfloat("DOWNLOAD_MIN_RATE")
        self._after = crawler.settings.getfloat("DOWNLOAD_MIN_RATE_AFTER")
        if not self._rate:
            raise NotConfigured
        self._seen: WeakKeyDictionary[Request, tuple[float, int]] = WeakKeyDictionary()
        crawler.signals.connect(self.bytes_received, signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def bytes_received(self, data: bytes, request: Request) -> None:
        now = time.monotonic()
        began, size = self._seen.get(request, (now, 0))
        size += len(data)
        self._seen[request] = began, size
        seconds = now - began
        if seconds > self._after and size < self._rate * seconds:
            raise StopDownload(fail=True)
