"""The board file: what it may say, and how it is told what it may not."""

from pathlib import Path

import pytest

from crawler.board_file import read_board_file
from models.records import NamedBoard


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "boards.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_boards_are_read_in_order(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        [[board]]
        url = "https://a.example/bbs/board.php?bo_table=free"
        interval = "6h"
        [[board]]
        url = "https://b.example/qa"
        enabled = false
        """,
    )
    assert read_board_file(path) == [
        NamedBoard("https://a.example/bbs/board.php?bo_table=free", 6 * 3600),
        NamedBoard("https://b.example/qa", None, enabled=False),
    ]


def test_a_mark_of_byte_order_that_editors_write_is_not_read(tmp_path: Path) -> None:
    path = write(tmp_path, b'\xef\xbb\xbf[[board]]\nurl = "https://a.example/free"\n')
    assert read_board_file(path) == [NamedBoard("https://a.example/free")]


def test_without_a_file_there_are_none(tmp_path: Path) -> None:
    assert read_board_file(tmp_path / "boards.toml") == []
    assert read_board_file(Path(__file__).parents[1] / "data" / "boards.toml") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[board]", "is not TOML"),
        (b"\xff\xfe", "is not UTF-8"),
        ("[board]\nurl = 'https://a.example/'", "with two brackets"),
        ("boards = []", "unknown entry 'boards'"),
        ("[[board]]\nurl = 'a.example'", r"board 1: url = 'a.example' must be an http"),
        ("[[board]]\nurl = 'file:///etc/passwd'", "must be an http"),
        ("[[board]]\nname = 'a'", "unknown key 'name'; allowed are: enabled, interval, url"),
        ("[[board]]\nurl = 'https://a.example/'\nenabled = 1", "must be true or false"),
        ("[[board]]\nurl = 'https://a.example/'\ninterval = '6'", 'must be like "90m"'),
        ("[[board]]\nurl = 'https://a.example/'\ninterval = '0h'", 'must be like "90m"'),
        ("[[board]]\nurl = 'https://a.example/'\n" * 2, "board 2: .* stands there twice"),
        ("board = [1]", "board 1: is no table"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str | bytes, said: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ValueError, match=said) as error:
        read_board_file(path)
    assert str(error.value).startswith(str(path))
