"""Where things are: what ships with the program, and the user's own folders. Nobody else builds such paths.

``resources/`` and ``db/`` lie beside the package in a checkout, inside it in an installed wheel
(``qassess/_shipped``), and in the unpacked bundle of a frozen build.
"""

import os
import sys
from pathlib import Path
from typing import Literal

APP = "qassess"

HOME_VARIABLE = "QASSESS_HOME"
"""Names a folder that then holds everything of the user: for a portable copy on a stick, and for tests."""


class ShippedFilesMissing(Exception):
    """The installation is incomplete: neither a checkout, a wheel nor a frozen build has the folder."""

    def __init__(self, name: str, tried: tuple[Path, ...]) -> None:
        super().__init__(f"{name} not found in " + ", ".join(str(place) for place in tried))


def resources() -> Path:
    """Return the folder of fonts, icons, styles, catalogues, schemes and bodies; read-only in an installation."""
    return _shipped("resources")


def database_scripts() -> Path:
    """Return ``db/``: the Alembic environment with its migrations, and the schema's description."""
    return _shipped("db")


def data_folder() -> Path:
    """Return the folder of the user's databases and evidence. It need not exist yet."""
    return _home("data") or _platform_folder("data")


def log_folder() -> Path:
    """Return the folder of the program's logs. It need not exist yet."""
    return _home("logs") or _platform_folder("log")


def default_database() -> Path:
    """Return the database that is opened when none is named."""
    return data_folder() / "qassess.db"


def settings_file() -> Path:
    """Return the file of the user's preferences. Neither it nor its folder need exist yet."""
    return (_home("settings") or _platform_folder("config")) / "settings.json"


def is_frozen() -> bool:
    """Tell whether this is a build that carries its own Python."""
    return bool(getattr(sys, "frozen", False))


def _shipped(name: str) -> Path:
    places = _places()
    for place in places:
        if (place / name).is_dir():
            return place / name
    raise ShippedFilesMissing(name, places)


def _places() -> tuple[Path, ...]:
    """Return the folders to look in, the surest first.

    A wheel comes before the checkout: beside an installed package lie other people's folders, and one of them may be
    called ``resources``.
    """
    bundle = getattr(sys, "_MEIPASS", None)
    if is_frozen() and bundle:
        return (Path(bundle),)
    package = Path(__file__).resolve().parent
    shipped = package / "_shipped"
    return (shipped,) if shipped.is_dir() else (package.parent,)


def _platform_folder(kind: Literal["data", "log", "config"]) -> Path:
    """Return the platform's folder of a kind.

    The preferences are read before the first paint: where XDG names the folder, the library that knows all platforms
    is not needed and not imported.
    """
    if kind == "config" and sys.platform == "linux":
        stated = os.environ.get("XDG_CONFIG_HOME", "").strip()
        return (Path(stated) if stated else Path.home() / ".config") / APP
    import platformdirs

    match kind:
        case "data":
            return Path(platformdirs.user_data_dir(APP, appauthor=False))
        case "log":
            return Path(platformdirs.user_log_dir(APP, appauthor=False))
        case "config":
            return Path(platformdirs.user_config_dir(APP, appauthor=False))


def _home(folder: str) -> Path | None:
    home = os.environ.get(HOME_VARIABLE)
    return Path(home).expanduser().resolve() / folder if home else None
