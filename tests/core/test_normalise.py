"""The normal form reads through what does not change the reading, and keeps its offsets."""

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipelines.core.normalise import normal_text, normalise

KOREAN = st.text(
    st.sampled_from(
        "가나다라마각값흙뷁힣 ,.!?“”·abcXYZ0189\n\t㎏½①ﬁ漢字ㅋㅎㅏ\u200b\u00ad\ufeff&;#"
    ),
    max_size=200,
)


TREATED = st.text(
    st.sampled_from("가각 \u1112\u1161\u1175\u11ab\u1160qx7ㅋㅏ\u200b&＆#＃;；5４ａmp½ﬁ"),
    max_size=60,
)


def normal(text: str) -> str:
    return normalise(text).text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("한글 Text, 12.5%", "한글text125"),
        ("카\u200b지\u00ad노", "카지노"),
        ("ＦＵＬＬ　１２３", "full123"),
        (unicodedata.normalize("NFD", "각난닭 값이"), "각난닭값이"),
        ("ㅎㅏㄴㄱㅡㄹ", "한글"),
        ("ㅅㅏㄹㅏㅁ", "사람"),
        ("ㄷㅏㄹㄱ", "달ㄱ"),
        ("ㅎ\u200bㅏ\u200bㄴ", "한"),
        ("ㅋㅋㅋ", "ㅋㅋㅋ"),
        ("&#54620;글&nbsp;&quot;a&amp;b", "한글ab"),
        ("카.지.노 바-카-라", "카지노바카라"),
        ("\u1112q\u1161x7\u11ab글", "한글"),
        ("\u1112힣\u1161ㅋㅋ\u11ab", "한"),
        (unicodedata.normalize("NFD", "하") + "ㅋ" + unicodedata.normalize("NFD", "나"), "하ㅋ나"),
        ("&amp;amp;#54620;글&amp;nbsp;", "한글"),
        ("＆＃５４６２０；글 Ｒ＆Ｄ", "한글rd"),
        ("&#54620글&nbsp끝", "한글끝"),
        ("½ ㎏ ﬁ", "12kgfi"),
        ("ο\u0440\u0435n", "open"),
        ("\ud800가", "가"),
        ("& nbsp;한&n\u200bbsp;& #44544 ;", "한글"),
        ("&nb입주청소sp;집", "입주청소집"),
        ("가&nbspx7;나", "가x7나"),
        ("R&D; 예산", "rd예산"),
        ("%ED%95%9C%EA%B8%80%20%E2%80%9C\\uae00%uD55C", "한글글한"),
        ("%25ED%2595%259C%2520%25EA%25B8%2580", "한글"),
        ("%C7%D1%B1%DB%20%B3%AF %C3%A9%C3%A8", "한글b3afee"),
        ("\\u{d55c}\\u{ae00}\\xeb\\x82\\xa0", "한글날"),
        ("한글".encode().decode("latin-1").encode().decode("latin-1"), "한글"),
        ("체육", "체육"),
        ("체육".encode("euc_kr").decode("latin-1"), "체육"),
        ("한글 — ‘글’".encode().decode("cp1252", "replace"), "한글글"),
        ("í\x95\x9cê¸\x80", "한글"),
        ("ÇÑ±Û³¯", "한글날"),
        ("100°C ·¡", "100c"),
        ("<p>한<wbr>글</p>[b]날[/b]", "한글날"),
        ('<a href="shop.example">', "ahrefshopexample"),
        ("ﾾￂﾤﾡￚﾩ", "한글"),
        ("가ㆍ나", "가나"),
        ("❶❿🅰🅐", "110aa"),
        ("ᴄᴀꜱɪɴᴏ cаѕіո\u043e", "casinocasino"),
        ("café cafe\u0301", "cafecafe"),
        ("\u110a입주청소\u1161\u11bc날", "쌍입주청소날"),
        ("a\u0301\u0302\u0303", "a"),
        ("", ""),
    ],
)
def test_reads_through(typed: str, read: str) -> None:
    assert normal(typed) == read


@given(st.text(max_size=300) | KOREAN | TREATED)
@example("ᄀ0000ᅡ")
def test_offsets_lead_back_to_the_text(text: str) -> None:
    form = normalise(text)
    assert len(form.codes) == len(form.starts) == len(form.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(form.starts, form.ends, strict=True))
    assert (form.starts[1:] >= form.starts[:-1]).all()
    for at in range(len(form)):
        source = text[slice(*form.source(at, at + 1))]
        # Two bytes of a misread syllable are no syllable by themselves.
        if not re.fullmatch("[\u00b0-\u00c8][\u00a1-\u00fe]|(?:%[B-Fb-f].){2}", source):
            # Of a syllable that words part it is what stands before them.
            apart = unicodedata.normalize("NFD", form.text[at])
            firsts = {normal(apart[:end]) for end in range(1, len(apart) + 1)}
            assert form.text[at] in normal(source) or normal(source) in firsts


@given(st.text(max_size=300) | KOREAN | TREATED)
def test_a_text_reads_the_same_without_its_places(text: str) -> None:
    assert normal_text(text) == normal(text)


@given(KOREAN)
def test_is_stable(text: str) -> None:
    once = normal(text)
    # Jamo that stand alone may meet when what parted them is gone; nothing else moves.
    if not any(0x3131 <= ord(c) <= 0x318E for c in once):
        assert normal(once) == once


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=50))
def test_taken_apart_reads_the_same(text: str) -> None:
    assert normal(unicodedata.normalize("NFD", text)) == normal(text)


@given(KOREAN, st.integers(0, 200))
def test_a_part_reads_as_a_part(text: str, at: int) -> None:
    """Cutting a text where no composed letter stands cuts its normal form."""
    plain = "".join(c for c in text if c.isalnum() and not 0x3131 <= ord(c) <= 0x318E)
    assert normal(plain[:at]) + normal(plain[at:]) == normal(plain)
