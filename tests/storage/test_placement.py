"""Telling shares and synchronised folders by the operating system's own tables."""

from pathlib import Path, PurePosixPath

import pytest

from qassess.errors import QassessError
from qassess.storage import placement
from qassess.storage.placement import file_system_type, is_on_network, refuse_shared_place, synchronised_folder

MOUNTS = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
40 27 0:40 / /mnt/office rw,relatime shared:5 - nfs4 server:/export rw,vers=4.2
41 40 0:41 / /mnt/office/local rw,relatime - ext4 /dev/sdb1 rw
42 27 0:42 / /mnt/with\\040blank rw - fuse.sshfs me@host: rw
43 27 0:43 / /mnt/twice rw - ext4 /dev/sdc1 rw
44 43 0:44 / /mnt/twice rw - cifs //server/share rw
45 27 0:45 / /media/stick rw - exfat /dev/sdd1 rw
46 27 0:46 / /mnt/windows rw - 9p drvfs rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/zhang/a.db", "root"),
        ("/mnt/office/2024/a.db", "nfs4"),
        ("/mnt/officer/a.db", "root"),
        ("/mnt/office/local/a.db", "ext4"),
        ("/mnt/with blank/a.db", "fuse.sshfs"),
        ("/mnt/twice/a.db", "cifs"),
        ("/media/stick/a.db", "exfat"),
        ("/mnt/windows/a.db", "9p"),
    ],
)
def test_the_innermost_and_latest_mount_counts(path, kind):
    assert file_system_type(Path(path), MOUNTS) == kind


def test_the_root_is_no_share_whatever_a_sandbox_calls_it():
    assert file_system_type(Path("/data/a.db"), "1 0 0:1 / / rw - 9p none rw\n") == "root"


def test_a_damaged_table_is_no_reason_to_refuse():
    assert file_system_type(Path("/data/a.db"), "nonsense\n\n") == "root"


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "vboxsf", "fuse.sshfs", "davfs", "fuse.rclone"])
def test_shares_are_refused_also_for_a_file_that_is_not_there_yet(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(placement.sys, "platform", "linux")
    monkeypatch.setattr(placement, "_mount_table", lambda: f"1 0 0:1 / {tmp_path} rw - {kind} x rw\n")
    path = tmp_path / "not" / "yet" / "a.db"
    assert is_on_network(path)
    with pytest.raises(QassessError, match=r"database\.network"):
        refuse_shared_place(path)


@pytest.mark.parametrize(
    "kind", ["ext4", "btrfs", "xfs", "tmpfs", "exfat", "vfat", "ntfs3", "fuseblk", "overlay", "zfs"]
)
def test_disks_and_sticks_are_not(tmp_path, monkeypatch, kind):
    monkeypatch.setattr(placement.sys, "platform", "linux")
    monkeypatch.setattr(placement, "_mount_table", lambda: f"1 0 0:1 / {tmp_path} rw - {kind} x rw\n")
    refuse_shared_place(tmp_path / "a.db")


@pytest.mark.parametrize(
    "name",
    [
        *("OneDrive", "OneDrive - 长治市质监局", "Dropbox", "Dropbox (Personal)", "坚果云", "我的坚果云", "Nutstore"),
        *("Nutstore Files", "Google Drive", "GoogleDrive", "iCloud Drive", "iCloudDrive", "Mobile Documents"),
        *("BaiduSyncdisk", "WPS Cloud Files"),
    ],
)
def test_synchronised_folders_are_told_by_their_usual_names(name):
    assert synchronised_folder(Path("/home/zhang") / name / "质量" / "a.db") == name
    assert synchronised_folder(Path("/home/zhang") / name.lower() / "a.db") == name.lower()


@pytest.mark.parametrize("name", ["OneDriveBackup", "my-dropbox-notes", "坚果", "质量强市", "Documents"])
def test_other_folders_are_not(name):
    assert synchronised_folder(Path("/home/zhang") / name / "a.db") is None


def test_a_file_may_be_called_like_a_cloud():
    assert synchronised_folder(Path("/home/zhang/dropbox")) is None


class Kernel32:
    def __init__(self, kind: int) -> None:
        self.kind = kind
        self.asked = ""

    def GetDriveTypeW(self, root: str) -> int:  # noqa: N802 - Windows calls it so
        self.asked = root
        return self.kind


@pytest.mark.parametrize(("kind", "remote"), [(4, True), (3, False), (2, False)])
def test_windows_is_asked_for_the_drive(monkeypatch, kind, remote):
    class Windll:
        kernel32 = Kernel32(kind)

    monkeypatch.setattr(placement.sys, "platform", "win32")
    monkeypatch.setattr(placement.ctypes, "windll", Windll, raising=False)
    assert is_on_network(Path("/x/a.db")) is remote
    assert Windll.kernel32.asked == Path("/x/a.db").anchor


@pytest.mark.parametrize(
    ("anchor", "remote"),
    [("\\\\server\\share\\", True), ("\\\\?\\C:\\", False), ("\\\\?\\UNC\\server\\share\\", True), ("C:\\", False)],
)
def test_windows_shares_by_their_path(anchor, remote):
    assert placement.is_unc(anchor) is remote


def test_macos_is_asked_for_the_local_flag(monkeypatch):
    flags = {PurePosixPath("/Volumes/share"): 0, PurePosixPath("/Users"): 0x1000}

    class Library:
        def __init__(self, name: None) -> None:
            assert name is None

        def statfs(self, path: bytes, found) -> int:
            known = flags.get(PurePosixPath(path.decode()))
            if known is None:
                return -1
            found[64:68] = known.to_bytes(4, placement.sys.byteorder)
            return 0

    monkeypatch.setattr(placement.ctypes, "CDLL", Library)
    assert placement._is_remote_mount(Path("/Volumes/share"))
    assert not placement._is_remote_mount(Path("/Users"))
    assert not placement._is_remote_mount(Path("/gone"))
