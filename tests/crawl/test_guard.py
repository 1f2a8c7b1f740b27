"""What may be reached: public addresses, and the networks that somebody opens."""

import os
import socket
import threading
from collections.abc import Iterator

import pytest

from crawler.guard import may_reach, read_networks
from tests.crawl.running import crawl_board, last_stats, posts
from tests.serving import Asked, Site, answer

LOOPBACK = read_networks(["loopback"])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.4", "198.18.0.1", "198.51.100.7",
        "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
        "fe80::1%eth0", "fc00::1", "fd12::9", "ff02::1", "::ffff:127.0.0.1", "::ffff:192.168.0.4",
        "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "no address", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_may_not_be_reached(address: str) -> None:
    assert not may_reach(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "211.40.3.9", "2606:4700::1111"])
def test_public_addresses_may(address: str) -> None:
    assert may_reach(address)


def test_networks_are_opened_by_name_and_by_number() -> None:
    assert may_reach("127.0.0.1", LOOPBACK)
    assert may_reach("::ffff:127.0.0.1", LOOPBACK)
    assert not may_reach("192.168.7.3", LOOPBACK)
    assert may_reach("192.168.7.3", read_networks(["192.168.7.0/24", ""]))
    assert not may_reach("192.168.8.3", read_networks(["192.168.7.0/24"]))
    with pytest.raises(ValueError, match=r"'192\.168' is no network.*loopback and private"):
        read_networks(["192.168"])


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as served:
        yield served


@pytest.fixture
def as_shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALLOWED_NETWORKS")


@pytest.mark.usefixtures("as_shipped")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1"])
def test_this_machine_is_not_reached_whatever_it_is_called(
    host: str, site: Site, sqlite_url: str
) -> None:
    done = crawl_board(sqlite_url, f"http://{host}:{site.port}/")
    assert done.code == 1
    assert "which is not public; ALLOWED_NETWORKS opens networks" in done.said
    assert site.asked == []
    assert last_stats(sqlite_url)["board/failed/address"] == 1


def test_a_bad_network_is_said_before_anything_is_asked(site: Site, sqlite_url: str) -> None:
    done = crawl_board(sqlite_url, site.url, ALLOWED_NETWORKS="loopbck")
    assert done.code == 2
    assert "ALLOWED_NETWORKS: 'loopbck' is no network" in done.log
    assert site.asked == []


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "data:text/html,<p>x</p>",
        "gopher://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.1.2.3/",
        "//192.168.0.1/admin",
    ],
)
def test_a_redirect_leads_nowhere_that_a_request_may_not(
    target: str, site: Site, sqlite_url: str
) -> None:
    site.answers = {"/start": answer("", "text/html", f"Location: {target}", status=302)}
    done = crawl_board(sqlite_url, f"{site.url}/start")
    assert done.code == 1
    assert "Traceback" not in done.log
    assert site.targets == ["/start"]
    assert posts(sqlite_url) == {}


def test_redirects_without_end_are_ended(site: Site, sqlite_url: str) -> None:
    def around(asked: Asked, _: object) -> bytes:
        if asked.target == "/robots.txt":
            return answer("", "text/plain", status=404)
        number = int(asked.target.removeprefix("/r"))
        return answer("", "text/html", f"Location: /r{number + 1}", status=302)

    site.fallback = around
    done = crawl_board(sqlite_url, f"{site.url}/r0")
    assert done.code == 1
    assert last_stats(sqlite_url)["board/failed/redirects"] == 1
    assert len(site.targets) == 6


def test_a_server_that_drips_is_hung_up_on(site: Site, sqlite_url: str) -> None:
    stop = threading.Event()

    def drip(_: Asked, connection: socket.socket) -> None:
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999\r\n\r\n"
        )
        while not stop.wait(0.05):
            connection.sendall(b"<")

    site.answers = {"/": drip}
    done = crawl_board(
        sqlite_url, f"{site.url}/", DOWNLOAD_MIN_RATE_AFTER="0.5", DOWNLOAD_TIMEOUT="20"
    )
    stop.set()
    assert done.code == 1
    assert "slower than DOWNLOAD_MIN_RATE" in done.said
    assert last_stats(sqlite_url)["board/failed/slow"] == 1


def test_a_proxy_of_the_environment_is_not_used(
    site: Site, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would resolve names itself, past the guard."""
    with Site() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert os.environ["http_proxy"]
        crawl_board(sqlite_url, f"{site.url}/")
        assert proxy.asked == []
    assert site.targets == ["/"]
