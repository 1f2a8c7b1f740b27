"""What a wrapped link leads to."""

import base64

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.core.links import unwrap

TARGET = "https://www.target-shop.kr/a/b?x=1&y=2"
ENCODED = "https%3A%2F%2Fwww.target-shop.kr%2Fa%2Fb%3Fx%3D1%26y%3D2"
BASE64 = base64.b64encode(TARGET.encode()).decode()


@pytest.mark.parametrize(
    "link",
    [
        f"https://board.example/bbs/link.php?bo_table=free&no=1&url={ENCODED}",
        f"https://l.social.example/l.php?u={ENCODED}&h=AT0",
        f"https://search.example/url?sa=t&q={ENCODED}&usg=1",
        f"https://away.example/away.php?to={ENCODED.replace('%', '%25')}",
        f"https://away.example/away.php?to={ENCODED.replace('%', '%25%32%35')}",
        f"https://r.example/?anything={ENCODED}",
        f"https://r.example/go?{ENCODED}",
        f"https://r.example/go?{BASE64}",
        f"https://r.example/?{TARGET}",
        f"https://search.example/ck/a?p=3&u=a1{BASE64.rstrip('=')}&ntb=1",
        f"https://search.example/_ylt=Aw/RU={ENCODED}/RK=2/RS=x",
        f"https://search.example/amp/s/{TARGET.removeprefix('https://')}",
        f"https://r.example/go?link={BASE64}",
        f"https://r.example/r/{base64.urlsafe_b64encode(TARGET.encode()).decode().rstrip('=')}",
        f"https://archive.example/web/20260301/{TARGET}",
        f"https://r.example/page#{ENCODED}",
        f"//r.example/l?url={ENCODED}",
        f"/bbs/move.php?url={ENCODED}",
        f"https://a.example/?url=https%3A%2F%2Fb.example%2F%3Furl%3D{ENCODED.replace('%', '%25')}",
        f"javascript:window.open('{TARGET}','_blank')",
        f"https://board.example/link.php?a=1&amp;url={ENCODED}",
        ENCODED,
        TARGET,
    ],
)
def test_the_target_is_found(link: str) -> None:
    assert unwrap(link) == TARGET


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("https://r.example/?url=www.target.kr/a", "http://www.target.kr/a"),
        ("https://r.example/?url=//target.kr/a", "http://target.kr/a"),
        ("https://r.example/?to=target.kr", "http://target.kr"),
    ],
)
def test_a_named_target_may_lack_its_scheme(link: str, target: str) -> None:
    assert unwrap(link) == target


@pytest.mark.parametrize(
    "link",
    [
        "https://bit.example/3xYz",
        "https://shop.example/list?q=신발&page=2",
        "https://shop.example/?ref=https%3A%2F%2Fblog.example%2F",
        "https://shop.example/?utm_source=https%3A%2F%2Fblog.example%2F",
        "https://cdn.example/resize?src=https%3A%2F%2Fphoto.example%2Fa.jpg",
        "https://social.example/sharer/sharer.php?u=https%3A%2F%2Fboard.example%2F1",
        "https://a.example/login?url=https%3A%2F%2Fa.example%2Fme",
        "https://a.example/move?url=https%3A%2F%2Fwww.a.example%2Fme",
        "https://a.example/view?file=index.html&to=index.php",
        "https://a.example/?token=YWJjZGVmZ2hpamtsbW5vcA==",
        "mailto:a@b.example",
        "#top",
        "",
    ],
)
def test_other_links_stay_as_they_are(link: str) -> None:
    assert unwrap(link) == link


@given(st.text())
@example("http://[::1")
@example("http://a.example/?" + "&".join(f"u{n}=1" for n in range(500)))
@example("%25" * 3000)
def test_any_text_is_survived(link: str) -> None:
    assert len(unwrap(link)) <= len(link) + 10
