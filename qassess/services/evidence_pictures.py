"""Pictures of evidence for the screens, and files to open: always copies, never the originals. Called from jobs."""

import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath, PureWindowsPath
from shutil import copyfile
from typing import Final

from qassess.domain.payloads import EvidenceRecord
from qassess.errors import QassessError
from qassess.services.preview import PagePicture
from qassess.services.workspace import Workspace
from qassess.storage.working_copies import THUMBNAIL_SIDE, Outcome, WorkingCopies

FIRST_PAGE_WIDTH: Final = THUMBNAIL_SIDE
_LONGEST_NAME: Final = 120
_FORBIDDEN: Final = frozenset('<>:"/\\|?*')


class Sort(StrEnum):
    """What a piece of evidence is, by its name."""

    IMAGE = "image"
    PDF = "pdf"
    OFFICE = "office"
    SOUND = "sound"
    FILM = "film"
    OTHER = "other"


_ENDINGS: Final = {
    Sort.IMAGE: "jpg jpeg jpe jfif png webp bmp dib tif tiff gif",
    Sort.PDF: "pdf",
    Sort.OFFICE: "doc docx xls xlsx ppt pptx wps et dps odt ods odp ofd rtf txt csv",
    Sort.SOUND: "mp3 wav m4a aac amr wma ogg oga flac opus",
    Sort.FILM: "mp4 m4v mov avi mkv wmv 3gp mpg mpeg webm ts mts",
}
_SORTS: Final = {ending: sort for sort, endings in _ENDINGS.items() for ending in endings.split()}
_ALSO_OPENED: Final = frozenset(("heic", "heif", "avif"))


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on the disk, or why not: ``missing``, ``too_large``, ``unreadable``, or ``none`` for its sort."""

    path: Path | None
    outcome: str


def sort_of(record: EvidenceRecord) -> Sort:
    """Return what a piece is, by the ending of its name."""
    return _SORTS.get(_ending(record), Sort.OTHER)


def thumbnail(workspace: Workspace, record: EvidenceRecord) -> Picture:
    """Return a piece's thumbnail, made if it is not there yet."""
    copies = WorkingCopies(workspace.evidence)
    path = copies.thumbnail_of(record.sha256)
    match sort_of(record):
        case _ if path.is_file():
            return Picture(path, Outcome.MADE)
        case Sort.IMAGE:
            return _picture(copies.make(record.sha256), path)
        case Sort.PDF:
            return _picture(_first_page(workspace, copies, record.sha256), path)
        case _:
            return Picture(None, "none")


def working_copy(workspace: Workspace, record: EvidenceRecord) -> Picture:
    """Return the working copy of an image, made if it is not there yet."""
    copies = WorkingCopies(workspace.evidence)
    if sort_of(record) is not Sort.IMAGE:
        return Picture(None, "none")
    return _picture(copies.make(record.sha256), copies.view_of(record.sha256))


def page_count(workspace: Workspace, record: EvidenceRecord) -> int:
    """Return how many pages a PDF has.

    Raises ``QassessError("pdf.unreadable")`` or ``evidence.missing``.
    """
    from qassess.documents import page_images

    return len(page_images.page_sizes(_original(workspace, record)))


def page(workspace: Workspace, record: EvidenceRecord, number: int, width: int) -> PagePicture:
    """Draw a page (0 = first) of a PDF; errors as in :func:`page_count`."""
    from qassess.documents import page_images

    drawn = page_images.page_image(_original(workspace, record), number, width)
    return PagePicture(drawn.width, drawn.height, drawn.stride, drawn.pixels)


def copy_to_open(workspace: Workspace, record: EvidenceRecord) -> Path:
    """Return a read-only copy under the piece's own name, for the program that opens such files.

    Raises ``QassessError``: ``evidence.not_opened`` for what is no document, picture, sound or film (it could be a
    program), ``evidence.missing``, ``file.unwritable``.
    """
    if sort_of(record) is Sort.OTHER and _ending(record) not in _ALSO_OPENED:
        raise QassessError("evidence.not_opened", name=record.name)
    source = _original(workspace, record)
    copy = workspace.evidence.working / "opened" / record.sha256[:16] / safe_name(record.name)
    try:
        if not copy.is_file() or copy.stat().st_size != source.stat().st_size:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copyfile(source, copy)
            copy.chmod(stat.S_IREAD)
    except OSError as failed:
        raise QassessError("file.unwritable", path=str(copy), reason=str(failed.strerror)) from failed
    return copy


def save_copy(workspace: Workspace, record: EvidenceRecord, to: Path) -> None:
    """Copy the original bytes to a place of somebody's choice.

    Raises ``QassessError("evidence.missing")`` or ``file.unwritable``.
    """
    source = _original(workspace, record)
    try:
        copyfile(source, to)
    except OSError as failed:
        raise QassessError("file.unwritable", path=str(to), reason=str(failed.strerror)) from failed


def safe_name(name: str) -> str:
    """Return a name any file system takes, with its ending; what came from another machine may hold anything."""
    bare = PureWindowsPath(PurePosixPath(name).name).name
    plain = "".join("_" if sign in _FORBIDDEN or ord(sign) < ord(" ") else sign for sign in bare).strip(" .")
    ending = Path(plain).suffix
    return f"{Path(plain).stem[:_LONGEST_NAME] or '_'}{ending}"


def _ending(record: EvidenceRecord) -> str:
    return Path(safe_name(record.name)).suffix.lower().removeprefix(".")


def _original(workspace: Workspace, record: EvidenceRecord) -> Path:
    path = workspace.evidence.path_of(record.sha256)
    if not path.is_file():
        raise QassessError("evidence.missing", sha256=record.sha256[:12])
    return path


def _picture(outcome: Outcome, path: Path) -> Picture:
    return Picture(path if outcome is Outcome.MADE else None, outcome)


def _first_page(workspace: Workspace, copies: WorkingCopies, sha: str) -> Outcome:
    from qassess.documents import page_images

    original = workspace.evidence.path_of(sha)
    if not original.is_file():
        return Outcome.MISSING
    try:
        drawn = page_images.page_image(original, 0, FIRST_PAGE_WIDTH)
    except QassessError:
        return Outcome.UNREADABLE
    copies.keep_thumbnail(sha, drawn.pixels, (drawn.width, drawn.height), drawn.stride)
    return Outcome.MADE
