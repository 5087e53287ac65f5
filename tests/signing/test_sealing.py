"""Sealed files: whole or refused, a wrong password told from damage, and memory that does not grow with the file."""

import os
import resource
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from qassess.errors import QassessError
from qassess.signing.sealing import is_sealed, seal, unseal

PASSWORD = "长治质量2024"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sealed")
    plain = folder / "plain"
    plain.write_bytes(os.urandom(300_000))
    path = folder / "file.qassess"
    with path.open("wb") as out:
        seal(plain, out, PASSWORD)
    return path, plain.read_bytes()


def opened(path, password=PASSWORD):
    out = BytesIO()
    unseal(path, out, password)
    return out.getvalue()


def test_what_was_sealed_is_there_again_and_nothing_of_it_is_readable(sealed):
    path, plain = sealed
    assert is_sealed(path)
    assert opened(path) == plain
    assert plain[:32] not in path.read_bytes()


def test_a_wrong_password_says_so(sealed):
    with pytest.raises(QassessError, match=r"sealed\.wrong_password"):
        opened(sealed[0], "长治质量2023")


@pytest.mark.parametrize("place", [17, 25, 200, 5_000, -1])
def test_a_changed_byte_is_damage(sealed, place, tmp_path):
    content = bytearray(sealed[0].read_bytes())
    content[place] ^= 1
    path = tmp_path / "changed"
    path.write_bytes(content)
    with pytest.raises(QassessError, match=r"sealed\.damaged"):
        opened(path)


@pytest.mark.parametrize("left", [17, 300, 100_000])
def test_a_file_cut_off_is_damage(sealed, left, tmp_path):
    path = tmp_path / "short"
    path.write_bytes(sealed[0].read_bytes()[:left])
    with pytest.raises(QassessError, match=r"sealed\.damaged"):
        opened(path)


def test_pieces_exchanged_or_repeated_are_damage(sealed, tmp_path):
    content = sealed[0].read_bytes()
    start = len(content) - 300_000 % 65_536 - 16
    path = tmp_path / "exchanged"
    path.write_bytes(content + content[start:])
    with pytest.raises(QassessError, match=r"sealed\.damaged"):
        opened(path)


def test_other_files_are_not_sealed(tmp_path):
    path = tmp_path / "other"
    path.write_bytes(b"SQLite format 3\0")
    assert not is_sealed(path)
    assert not is_sealed(tmp_path / "missing")
    with pytest.raises(QassessError, match=r"sealed\.damaged"):
        opened(path)


def test_a_short_password_is_refused(tmp_path):
    plain = tmp_path / "plain"
    plain.write_bytes(b"x")
    with pytest.raises(QassessError, match=r"sealed\.password_short"):
        seal(plain, BytesIO(), "1234567")


class FullDisk(BytesIO):
    """Takes the head and then no more."""

    def write(self, piece):
        if self.tell() > 100_000:
            raise OSError(28, "No space left on device")
        return super().write(piece)


def test_a_full_disk_is_told_as_such_on_both_ways(sealed, tmp_path):
    plain = tmp_path / "plain"
    plain.write_bytes(sealed[1])
    with pytest.raises(OSError, match="No space"):
        seal(plain, FullDisk(), PASSWORD)
    with pytest.raises(OSError, match="No space"):
        unseal(sealed[0], FullDisk(), PASSWORD)


def test_it_can_be_cancelled_and_tells_how_far_it_is(sealed, tmp_path):
    plain = tmp_path / "plain"
    plain.write_bytes(sealed[1])
    told = []
    with pytest.raises(QassessError, match=r"work\.cancelled"):
        seal(
            plain,
            BytesIO(),
            PASSWORD,
            progress=lambda done, of: told.append((done, of)),
            cancelled=lambda: len(told) > 1,
        )
    assert told
    assert told[-1][1] == 300_000
    with pytest.raises(QassessError, match=r"work\.cancelled"):
        unseal(sealed[0], BytesIO(), PASSWORD, cancelled=lambda: True)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="resource limits")
def test_memory_does_not_grow_with_the_file(tmp_path):
    sizes = {}
    for megabytes in (8, 320):
        plain = tmp_path / f"{megabytes}"
        with plain.open("wb") as file:
            file.truncate(megabytes << 20)
        program = (
            "import resource, sys; from pathlib import Path; from qassess.signing.sealing import seal, unseal\n"
            "plain, sealed, again = map(Path, sys.argv[1:])\n"
            "with sealed.open('wb') as out: seal(plain, out, 'password')\n"
            "with again.open('wb') as out: unseal(sealed, out, 'password')\n"
            "assert again.stat().st_size == plain.stat().st_size\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        arguments = [plain, tmp_path / f"{megabytes}.sealed", tmp_path / f"{megabytes}.again"]
        shown = subprocess.run(
            [sys.executable, "-c", program, *map(str, arguments)],
            capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        sizes[megabytes] = int(shown.stdout)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0
    # The password's own function takes up to some hundred MB and varies; a file held in memory would add 312 MB.
    assert sizes[320] < sizes[8] + 200_000
