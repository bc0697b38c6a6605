"""Files that a stranger may have put there: what is read, and what is refused at once."""

import os
import socket

import pytest

from explorer.errors import ExplorerError, shown
from explorer.files import NotRegular, check_regular, is_regular, open_regular, parse_json, read_bytes, read_json


@pytest.fixture(params=["fifo", "device", "socket", "folder"])
def irregular(request, tmp_path):
    path = tmp_path / "there"
    if request.param == "fifo":
        os.mkfifo(path)
    elif request.param == "device":
        path.symlink_to("/dev/zero")
    elif request.param == "folder":
        path.mkdir()
    else:
        held = socket.socket(socket.AF_UNIX)
        held.bind(str(path))
        request.addfinalizer(held.close)
    return path


def test_only_a_regular_file_is_opened(irregular):
    with pytest.raises(OSError):
        open_regular(irregular)
    with pytest.raises(NotRegular):
        check_regular(irregular)
    with pytest.raises(OSError):
        read_bytes(irregular, 100)
    assert not is_regular(irregular)


def test_links_to_files_are_followed_unless_told(tmp_path):
    (tmp_path / "real").write_bytes(b"abc")
    (tmp_path / "link").symlink_to("real")
    assert read_bytes(tmp_path / "link", 3) == b"abc"
    assert is_regular(tmp_path / "link") and not is_regular(tmp_path / "link", links=False)


def test_a_file_longer_than_expected_is_refused_without_being_read(tmp_path):
    with open(tmp_path / "sparse", "wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(OSError, match="longer than 1,000 bytes"):
        read_bytes(tmp_path / "sparse", 1000)


def test_a_name_with_a_zero_byte_is_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        open_regular(f"{tmp_path}/a\0b")
    assert not is_regular(f"{tmp_path}/a\0b")


@pytest.mark.parametrize("text", ['{"\\ud800": 1}', '["\\udfff"]', "[" * 100_000, "{", b"\xff"])
def test_json_that_could_not_be_written_again_is_a_value_error(text):
    with pytest.raises(ValueError):
        parse_json(text)


def test_json_with_pairs_of_surrogates_is_text(tmp_path):
    (tmp_path / "a.json").write_text('["\\ud83d\\ude00", "\\u00e9"]')
    assert read_json(tmp_path / "a.json", 100) == ["😀", "é"]


def test_errors_hold_nothing_that_a_terminal_obeys():
    assert str(ExplorerError("a\x1b[31mb\ud800c\nd")) == "a\ufffd[31mb\ufffdc\nd"


def test_what_a_stranger_wrote_is_one_short_line():
    assert shown("a\nb\x07") == "a\ufffdb\ufffd"
    assert len(shown("x" * 10_000)) == 300 and shown("x" * 300) == "x" * 300


def test_what_people_write_stays_as_it_is():
    for text in ("👩‍🚀", "10\N{NO-BREAK SPACE}000", "می‌خواهم", "\U0001fae8 of a newer Unicode", "猫　犬"):
        assert shown(text) == text
    for text in ("\u202eevil", "\u200b", "\u2028"):  # turned round, unseen, a line of its own
        assert "\N{REPLACEMENT CHARACTER}" in shown(text)
