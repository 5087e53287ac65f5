"""Find and read schemes: the built-in ones and files of the office's own."""

from functools import cache
from pathlib import Path

from qassess.domain.bodies import Body
from qassess.domain.scheme import BodyClass, PinnedScheme
from qassess.domain.scheme_file import read_scheme
from qassess.domain.scheme_json import LARGEST
from qassess.errors import QassessError
from qassess.locations import resources
from qassess.services.bodies import register
from qassess.services.files import read_file

SAMPLE = "changzhi-2015"


@cache
def built_in_schemes() -> tuple[PinnedScheme, ...]:
    """Read the schemes that ship with the program, by file name."""
    folder = resources() / "schemes"
    files = sorted(path for path in folder.glob("*.json") if not path.name.endswith(".schema.json"))
    return tuple(read_office_scheme(path.read_bytes(), path.name) for path in files)


def find_scheme(id_or_path: str) -> PinnedScheme:
    """Return a built-in scheme by id, else the scheme file at that path.

    Raises ``QassessError("scheme.not_found")``, or ``SchemeFaults`` with every fault of the file.
    """
    for pinned in built_in_schemes():
        if pinned.scheme.id == id_or_path:
            return pinned
    path = Path(id_or_path)
    try:
        content = read_file(path, largest=LARGEST)
    except QassessError as missing:
        if missing.code != "file.not_found":
            raise
        known = "、".join(pinned.scheme.id for pinned in built_in_schemes())
        raise QassessError("scheme.not_found", name=id_or_path, known=known) from missing
    return read_office_scheme(content, path.name)


def read_office_scheme(content: bytes, source: str) -> PinnedScheme:
    """Read a scheme and hold the bodies it names against the register; raises ``SchemeFaults``."""
    return read_scheme(content, source, known_bodies=register().bodies.keys())


def class_for(pinned: PinnedScheme, body: Body) -> BodyClass:
    """Return the class whose checklist the body is asked: the one that names it or its unit, else its kind's.

    Raises ``QassessError("scheme.no_checklist")`` when the scheme has none for it.
    """
    of_kind = [known for known in pinned.scheme.classes if known.kind == body.kind]
    for known in of_kind:
        if body.id in known.bodies or (body.unit and body.unit in (known.id, *known.bodies)):
            return known
    for known in of_kind:
        if not known.bodies:
            return known
    raise QassessError("scheme.no_checklist", body=body.name, scheme=pinned.scheme.id)
