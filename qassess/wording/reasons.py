"""Why something failed, beside the sentence that says what did: never a library's own text in Chinese, never a code."""

import errno
import os
import re
from collections.abc import Mapping
from types import MappingProxyType

from qassess.i18n import _, language, later

_SYSTEM = {
    errno.EACCES: later("no permission"),
    errno.EPERM: later("no permission"),
    errno.ENOENT: later("it is not there"),
    errno.EISDIR: later("it is a folder"),
    errno.ENOTDIR: later("a part of its path is no folder"),
    errno.EEXIST: later("it is there already"),
    errno.EROFS: later("the disk can only be read"),
    errno.ENOSPC: later("the disk is full"),
    errno.EDQUOT: later("the disk is full"),
    errno.EFBIG: later("the file would be too large"),
    errno.EIO: later("the disk reports an error"),
    errno.EBUSY: later("another program uses it"),
    errno.ETXTBSY: later("another program uses it"),
    errno.ENAMETOOLONG: later("its name is too long"),
    errno.ELOOP: later("its links lead round in a circle"),
    errno.EMFILE: later("too many files are open"),
    errno.EINVAL: later("the system does not allow it"),
    errno.ENODEV: later("the device is gone"),
    errno.ENXIO: later("the device is gone"),
}

_CODES = {
    "assessment.not_found": later("it is not there"),
    "assessment.unreadable": later("it was written in a form this program does not know"),
    "body.unknown": later("its body is not in the register"),
    "scheme.not_stored": later("its scheme is missing"),
    "scheme.faults": later("its scheme is not sound"),
    "database.busy": later("another program uses it"),
    "database.damaged": later("it is damaged"),
    "database.foreign": later("it is no database of this program"),
    "database.locked": later("another program uses it"),
    "database.main_file_missing": later("only its log is there"),
    "database.newer": later("a newer program wrote it"),
    "database.not_found": later("it is not there"),
    "database.read_only": later("it can only be read"),
    "database.vanished": later("it is not there"),
    "database.disk_full": later("the disk is full"),
    "database.disk_error": later("the disk reports an error"),
    "database.network": later("it lies on a network drive"),
    "database.cloud_folder": later("it lies in a synchronised folder"),
}

_SQLITE = {
    "database disk image is malformed": later("it is damaged"),
    "file is not a database": later("it is no database of this program"),
    "disk I/O error": later("the disk reports an error"),
    "database is locked": later("another program uses it"),
    "database or disk is full": later("the disk is full"),
    "attempt to write a readonly database": later("it can only be read"),
    "unable to open database file": later("it cannot be opened"),
}

REASONS: Mapping[str, str] = MappingProxyType(
    {errno.errorcode[number]: words for number, words in _SYSTEM.items()}
    | {os.strerror(number): words for number, words in _SYSTEM.items()}
    | _CODES
    | _SQLITE
)

_CODE = re.compile(r"[a-z_]+(\.[a-z_]+)+|E[A-Z]+|[A-Za-z]+(Error|Exception)")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def say_reason(reason: str) -> str:
    """Say a reason in the language in use; what is only a code or another language's text is left at "unknown"."""
    if reason in REASONS:
        return _(REASONS[reason])
    foreign = language() != "en" and bool(re.search("[A-Za-z]{2}", reason)) and not _CHINESE.search(reason)
    return _("cause unknown") if foreign or _CODE.fullmatch(reason) else reason
