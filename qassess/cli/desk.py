"""Open what a command works on: the database, an assessment by id or by body and year, a password."""

import argparse
import getpass
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qassess.domain.bodies import Body
from qassess.errors import QassessError
from qassess.i18n import _, language
from qassess.locations import default_database, settings_file
from qassess.services.files import read_file
from qassess.services.views import AssessmentSummary
from qassess.services.workspace import Workspace, open_workspace
from qassess.settings import load_settings

_LONGEST_PASSWORD = 64 * 1024
_SIGNED = b"/ByteRange"
"""What every signature in a PDF begins with; it is never compressed."""


@contextmanager
def opened_workspace(
    arguments: argparse.Namespace, *, read_only: bool = False, db: Path | None = None, create: bool = False
) -> Iterator[Workspace]:
    """Open the database a command names, by default the user's own, and close it again.

    One that is not there is made only with ``create``; else raises ``QassessError("database.not_found")``.
    """
    path = db or arguments.db or default_database()
    if not create and not path.exists() and not path.with_name(f"{path.name}-wal").exists():
        raise QassessError("database.not_found", path=str(path))
    preferences = load_settings(settings_file()).settings
    workspace = open_workspace(
        path,
        author=preferences.author or _("command line"),
        device=platform.node() or "unknown",
        read_only=read_only,
    )
    try:
        yield workspace
    finally:
        workspace.close()


def refuse_without_folder(path: Path) -> None:
    """Refuse a file in a folder that is not there: making it silently would hide a misspelt place.

    Raises ``QassessError("file.no_folder")``.
    """
    if not path.parent.is_dir():
        raise QassessError("file.no_folder", folder=str(path.parent), name=path.name)


def refuse_to_replace(path: Path, *, force: bool) -> None:
    """Refuse to write over a file that is there; over one with signatures always.

    Raises ``QassessError("file.exists")``, ``file.signed_exists`` or ``file.no_folder``.
    """
    refuse_without_folder(path)
    if path.is_file() and _SIGNED in read_file(path):
        raise QassessError("file.signed_exists", path=str(path))
    if path.exists() and not force:
        raise QassessError("file.exists", path=str(path))


def body_name(body: Body) -> str:
    """Return a body's name in the language in use; as printed where it has no English one."""
    return body.name_en if language() == "en" and body.name_en else body.printed


def found_assessment(known: tuple[AssessmentSummary, ...], named: str) -> AssessmentSummary:
    """Return the assessment a person names: its id, or ``BODY:YEAR`` or ``BODY:YEAR:ROUND`` (code or name).

    Raises ``QassessError("assessment.not_found")`` or ``assessment.ambiguous``.
    """
    body, _colon, rest = named.partition(":")
    year, _colon, round_ = rest.partition(":")
    matching = [
        line
        for line in known
        if line.id == named
        or (
            body in (line.body.id, line.body.code, line.body.name, line.body.printed)
            and year in ("", str(line.year))
            and round_ in ("", line.round)
        )
    ]
    if not matching:
        raise QassessError("assessment.not_found", assessment=named)
    if len(matching) > 1:
        raise QassessError("assessment.ambiguous", assessment=named, ids=", ".join(line.id for line in matching))
    return matching[0]


def given_password(arguments: argparse.Namespace) -> str | None:
    """Return the password in the file a command names, ``None`` where it names none.

    Raises ``QassessError("password.not_text")`` for a file that is not UTF-8 text.
    """
    if not arguments.password_file:
        return None
    try:
        return read_file(arguments.password_file, largest=_LONGEST_PASSWORD, pipe=True).decode().rstrip("\r\n")
    except UnicodeDecodeError as broken:
        raise QassessError("password.not_text", path=arguments.password_file.name) from broken


def password_for(arguments: argparse.Namespace) -> str:
    """Return the identity's password: from a file, from ``QASSESS_PASSWORD``, else asked for without echo.

    Raises ``QassessError("password.missing")`` where nobody can be asked, ``password.not_text`` for a file that is not
    UTF-8 text.
    """
    given = given_password(arguments)
    if given is not None:
        return given
    if "QASSESS_PASSWORD" in os.environ:
        return os.environ["QASSESS_PASSWORD"]
    if not sys.stdin.isatty():
        raise QassessError("password.missing")
    return getpass.getpass(_("Password of the identity: "))
