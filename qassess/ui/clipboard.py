"""What was dropped or copied, as things that can be evidence: files, or a picture without a file."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QMimeData
from PySide6.QtGui import QImage

from qassess.i18n import _


@dataclass(frozen=True, slots=True)
class PastedImage:
    """A picture from the clipboard, under a name made for it; written as PNG by a job."""

    name: str
    image: QImage

    def png(self) -> bytes:
        """Return the picture as a PNG file."""
        buffer = QBuffer()
        buffer.open(QBuffer.OpenModeFlag.WriteOnly)
        self.image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know of file names only
        return bytes(buffer.data().data())


Source = Path | PastedImage


def files_in(held: QMimeData) -> tuple[Path, ...]:
    """Return the files that were dropped or copied; a folder stands for the files directly in it."""
    found: list[Path] = []
    for url in held.urls():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and path.is_dir():
            found += sorted(inner for inner in path.iterdir() if inner.is_file() and not inner.name.startswith("."))
        elif url.isLocalFile():
            found.append(path)
    return tuple(found)


def sources_in(held: QMimeData | None, now: datetime) -> tuple[Source, ...]:
    """Return what can be evidence: files, else a picture. Cells copied from a table are text, not a picture."""
    if held is None:
        return ()
    files = files_in(held)
    if files or not is_picture(held):
        return files
    image = held.imageData()
    if not isinstance(image, QImage) or image.isNull():
        return ()
    name = _("Clipboard {moment}").format(moment=now.astimezone().strftime("%Y-%m-%d %H%M%S"))
    return (PastedImage(f"{name}.png", image),)


def is_picture(held: QMimeData) -> bool:
    """Tell whether there is a picture and no text that a field would rather take."""
    return held.hasImage() and not held.hasFormat("text/plain")


def is_for_evidence(held: QMimeData | None) -> bool:
    """Tell whether pasting means evidence even while one is in a field."""
    return held is not None and (any(url.isLocalFile() for url in held.urls()) or is_picture(held))
