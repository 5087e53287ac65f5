"""Where a database must not be worked on: network shares and folders that another program synchronises.

SQLite's locks do not hold on a share, and a synchroniser swaps files under an open database; colleagues who open the
same file that way overwrite each other. The safe way to work together is to export and merge.
"""

import ctypes
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from qassess.errors import QassessError

_NETWORK_TYPES: Final = re.compile(
    r"9p|afs|afpfs|beegfs|ceph|cifs|coda|drvfs|gfs2?|glusterfs|gpfs|lustre|ncpfs|nfs4?|ocfs2|orangefs|prl_fs|smb[23]|smbfs"
    r"|vboxsf|vmhgfs|webdav|(fuse\.)?(cifs|davfs2?|glusterfs|gvfsd-fuse|rclone|s3fs|sshfs|vmhgfs-fuse)"
)

_SYNCHRONISED: Final = re.compile(
    r"onedrive( - .*)?|dropbox( \(.*\))?|nutstore( files)?|坚果云|我的坚果云|google ?drive|my drive|我的云端硬盘"
    r"|icloud ?drive|mobile documents|com~apple~clouddocs|baidusyncdisk|baidunetdiskworkspace|百度网盘同步空间"
    r"|百度云同步盘|wps ?cloud files|wpsdrive|wps云盘|微云|weiyun|box sync|pcloud ?drive|nextcloud|owncloud|seafile"
    r"|syncthing",
    re.IGNORECASE,
)

_DRIVE_REMOTE: Final = 4  # GetDriveTypeW
_MNT_LOCAL: Final = 0x1000  # statfs.f_flags of macOS
_FLAGS_OFFSET: Final = 64  # of f_flags in that structure


def refuse_shared_place(path: Path) -> None:
    """Refuse a place where a database cannot be written safely; reading it is possible.

    Raises ``QassessError("database.network")`` or ``QassessError("database.cloud_folder")``.
    """
    if is_on_network(path):
        raise QassessError("database.network", path=str(path))
    folder = synchronised_folder(path)
    if folder:
        raise QassessError("database.cloud_folder", path=str(path), folder=folder)


def is_shared_place(path: Path) -> bool:
    """Say whether :func:`refuse_shared_place` would refuse."""
    return is_on_network(path) or synchronised_folder(path) is not None


def synchronised_folder(path: Path) -> str | None:
    """Return the name of the folder above ``path`` that a cloud program keeps in step, told by its usual name."""
    return next((part for part in path.parent.parts if _SYNCHRONISED.fullmatch(part)), None)


def is_on_network(path: Path) -> bool:
    """Say whether the file system that holds ``path``, or will hold it, is another computer's."""
    if sys.platform == "win32":
        return _is_remote_drive(path)
    existing = next(parent for parent in (path, *path.parents) if parent.exists())
    if sys.platform == "darwin":
        return _is_remote_mount(existing)
    return bool(_NETWORK_TYPES.fullmatch(file_system_type(existing, _mount_table())))


def file_system_type(path: Path, mounts: str) -> str:
    """Return the type of the file system ``path`` is on, by the text of ``/proc/self/mountinfo``.

    The root itself is no share that anybody chose (a sandbox may call it ``9p``): its type is given as ``root``.
    """
    point, kind = Path("/"), "root"
    for mounted, its_kind in _mounts(mounts):
        # A later line covers an earlier one with the same mount point.
        if path.is_relative_to(mounted) and len(mounted.parts) >= len(point.parts):
            point, kind = mounted, its_kind if mounted != Path("/") else "root"
    return kind


def _mounts(table: str) -> Iterator[tuple[Path, str]]:
    for line in table.splitlines():
        mount, separator, source = line.partition(" - ")
        if separator:
            yield Path(_unescaped(mount.split()[4])), source.split()[0]


def _unescaped(text: str) -> str:
    """Undo the octal escapes of a mount point: blank, tab, newline and backslash."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _mount_table() -> str:
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def is_unc(anchor: str) -> bool:
    r"""Say whether the beginning of a Windows path names a share: ``\\server\share\``, also in its long form."""
    if anchor.startswith(("\\\\?\\", "\\\\.\\")):
        return anchor[4:7].upper() == "UNC"
    return anchor.startswith("\\\\")


def _is_remote_drive(path: Path) -> bool:
    anchor = path.absolute().anchor
    library = getattr(ctypes, "windll", None)
    return is_unc(anchor) or (library is not None and int(library.kernel32.GetDriveTypeW(anchor)) == _DRIVE_REMOTE)


def _is_remote_mount(path: Path) -> bool:
    # The structure is about 2 KB; only the flags near its beginning are read.
    found = ctypes.create_string_buffer(4096)
    if ctypes.CDLL(None).statfs(str(path).encode(), found) != 0:
        return False
    flags = int.from_bytes(found.raw[_FLAGS_OFFSET : _FLAGS_OFFSET + 4], sys.byteorder)
    return not flags & _MNT_LOCAL
