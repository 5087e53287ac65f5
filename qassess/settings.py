"""The user's preferences: one frozen object, read once and handed in. What the office decides is scheme data.

Nothing here changes a score, a report's content or what is stored in a database.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

MINIMUM_SCALE: Final = 80
MAXIMUM_SCALE: Final = 200
RECENT: Final = 10
PHRASES: Final = 30
GEOMETRY: Final = 4


class Language(StrEnum):
    """The language of the window and of the command line."""

    ZH = "zh"
    EN = "en"


class Theme(StrEnum):
    """The window's colours; ``SYSTEM`` follows the desktop, ``OUTDOOR`` is high contrast for bright light."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    OUTDOOR = "outdoor"


class Role(StrEnum):
    """What the person does: it decides which screens come first, never what may be done."""

    ASSESSOR = "assessor"
    CITY_OFFICE = "city_office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All preferences with their defaults.

    ``font_scale`` is in percent, ``MINIMUM_SCALE``..``MAXIMUM_SCALE``. ``touch`` makes every target at least 44
    pixels high. ``window`` is left, top, width and height in device-independent pixels, empty until the window was
    closed once. ``recent`` lists databases opened, the last one first, at most ``RECENT``. ``printing_font`` names a
    font file of the machine (an installed 仿宋) for reports. ``backup_folder`` is where the last backup was put.
    ``phrases`` are the person's own for notes, at most ``PHRASES``.
    """

    language: Language = Language.ZH
    theme: Theme = Theme.SYSTEM
    font_scale: int = 100
    author: str = ""
    unit: str = ""
    role: Role = Role.ASSESSOR
    window: tuple[int, ...] = ()
    maximized: bool = False
    touch: bool = False
    recent: tuple[str, ...] = ()
    identity: str = ""
    printing_font: str = ""
    backup_folder: str = ""
    phrases: tuple[str, ...] = ()

    @property
    def last_database(self) -> Path | None:
        """The database opened last, if any; it may be gone by now."""
        return Path(self.recent[0]) if self.recent else None

    def having_opened(self, database: Path) -> "Settings":
        """Return the preferences with this database as the one opened last."""
        opened = str(database)
        return replace(self, recent=(opened, *(other for other in self.recent if other != opened))[:RECENT])


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedSettings:
    """What was read.

    ``unreadable`` tells that a file was there and the defaults hold in its stead; ``set_aside`` is where a broken one
    was kept; ``ignored`` are the names whose value was not usable.
    """

    settings: Settings
    unreadable: bool = False
    set_aside: Path | None = None
    ignored: tuple[str, ...] = ()


def load_settings(path: Path) -> LoadedSettings:
    """Read the preferences; a missing file gives the defaults.

    A broken file is kept aside (``settings.json.broken``) and the defaults hold; a single value of the wrong kind or
    out of range is ignored by itself. Never raises for what the file contains, nor for one that may not be read.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return LoadedSettings(settings=Settings())
    except OSError:
        return LoadedSettings(settings=Settings(), unreadable=True)
    except (ValueError, RecursionError):
        stored = None
    if not isinstance(stored, dict):
        return LoadedSettings(settings=Settings(), unreadable=True, set_aside=_set_aside(path))
    return _checked(stored)


def save_settings(settings: Settings, path: Path) -> None:
    """Write the preferences so that a crash leaves the old file or the new one, never half of either.

    Raises ``OSError`` when the folder cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(settings), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".new", dir=path.parent)
    written = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


def _checked(stored: Mapping[str, Any]) -> LoadedSettings:
    """Take each value that is usable; a name this program does not know is a newer program's and no fault."""
    known = {field.name for field in fields(Settings)}
    usable = {name: _converted(name, value) for name, value in stored.items() if name in known}
    kept: dict[str, Any] = {name: value for name, value in usable.items() if value is not None}
    return LoadedSettings(settings=replace(Settings(), **kept), ignored=tuple(sorted(usable.keys() - kept.keys())))


def _converted(name: str, value: object) -> object | None:
    """Return the value as its field wants it, or ``None`` where it is not usable."""
    match name:
        case "language" | "theme" | "role":
            return _member({"language": Language, "theme": Theme, "role": Role}[name], value)
        case "font_scale":
            return value if type(value) is int and MINIMUM_SCALE <= value <= MAXIMUM_SCALE else None
        case "maximized" | "touch":
            return value if isinstance(value, bool) else None
        case "window":
            return _geometry(value)
        case "recent":
            return _texts(value, RECENT)
        case "phrases":
            return _texts(value, PHRASES)
        case _:
            return value if isinstance(value, str) else None


def _member(kind: type[StrEnum], value: object) -> StrEnum | None:
    return next((member for member in kind if member == value), None)


def _geometry(value: object) -> tuple[int, ...] | None:
    if not isinstance(value, list) or len(value) not in (0, GEOMETRY):
        return None
    return tuple(value) if all(type(number) is int for number in value) else None


def _texts(value: object, most: int) -> tuple[str, ...] | None:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        return None
    return tuple(value[:most])


def _set_aside(path: Path) -> Path | None:
    """Rename the broken file, so that it can be looked at; leave it where even that is not allowed."""
    aside = path.with_name(path.name + ".broken")
    with suppress(OSError):
        path.replace(aside)
        return aside
    return None
