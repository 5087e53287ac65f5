"""Export assessments to one file, read it back, and give a receipt for it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Final

from qassess import __version__
from qassess.domain.receipt import Receipt, ReceiptLine
from qassess.errors import QassessError
from qassess.locations import data_folder
from qassess.services.files import write_checked, write_whole
from qassess.services.views import AssessmentView, prefix_of, read_view
from qassess.services.workspace import Workspace
from qassess.storage.export_file import ExportReceipt, write_export
from qassess.storage.export_format import ExportOrigin, ManifestSignature

SUFFIX: Final = ".qassess"

Progress = Callable[[int, int], None]
Cancelled = Callable[[], bool]


def export_assessments(
    workspace: Workspace,
    assessments: Sequence[str],
    out: Path,
    *,
    password: str | None = None,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Receipt:
    """Write assessments with their whole history, evidence and schemes into one file, and read it back.

    Nothing stands under the final name until it is whole. ``progress`` is told bytes done and bytes in all. Raises
    ``QassessError``: ``export.nothing``, ``export.exists``, ``export.unsound``, ``export.cancelled``,
    ``sealed.password_short``, ``file.disk_full`` …, ``database.disk_full`` … of the target's disk.
    """
    if not assessments:
        raise QassessError("export.nothing")
    if out.exists():
        raise QassessError("export.exists", path=str(out))
    with workspace.database.unit_of_work(reading=True) as uow:
        views = [read_view(workspace, uow, assessment) for assessment in dict.fromkeys(assessments)]
    steps = _Steps(progress or _nobody, cancelled or _never)
    if steps.cancelled():
        raise QassessError("export.cancelled", path=str(out))
    with _place_for(workspace, out, sealed=password is not None) as plain:
        written = _written(workspace, views, plain, steps)
        if password is not None:
            _seal(plain, out, password, written.sha256, steps)
    return _receipt(workspace, views, written, out, sealed=password is not None)


def write_slip(receipt: Receipt, out: Path) -> None:
    """Write the receipt as a one-page PDF in the language in use. Raises ``file.unwritable``, ``file.disk_full``."""
    from qassess.documents.receipt_pdf import build_slip

    write_whole(out, build_slip(receipt))


def suggested_name(views: Sequence[AssessmentView], author: str) -> str:
    """Return a file name that tells what is inside: ``平顺县-2024-李静.qassess``; for several, how many."""
    bodies = {view.body.printed for view in views}
    years = sorted({view.record.year for view in views})
    subject = bodies.pop() if len(bodies) == 1 else f"{len(views)}"
    name = "-".join(filter(None, (subject, "-".join(map(str, years)), author)))
    return "".join(letter for letter in name if letter not in '<>:"/\\|?*' and letter >= " ") + SUFFIX


@dataclass(frozen=True, slots=True)
class _Steps:
    progress: Progress
    cancelled: Cancelled


def _nobody(_done: int, _of: int) -> None:
    """Tell nobody of progress."""


def _never() -> bool:
    return False


@contextmanager
def private_file(workspace: Workspace, name: str) -> Iterator[Path]:
    """Give a place for a file nobody else may read, on the database's disk; it is gone after the ``with`` block."""
    with TemporaryDirectory(prefix=".qassess-", dir=workspace.database.path.parent) as folder:
        yield Path(folder) / name


def _place_for(workspace: Workspace, out: Path, *, sealed: bool) -> AbstractContextManager[Path]:
    """Say where the unprotected file is written: never on the stick that is to carry the protected one."""
    return private_file(workspace, out.name) if sealed else nullcontext(out)


def _written(workspace: Workspace, views: Sequence[AssessmentView], plain: Path, steps: _Steps) -> ExportReceipt:
    from qassess.signing.device_key import device_key

    key = device_key(data_folder())
    return write_export(
        workspace.database,
        [prefix_of(view.id) for view in views],
        plain,
        origin=ExportOrigin(
            program=__version__,
            device=workspace.device,
            author=workspace.author,
            at=int(workspace.clock().timestamp() * 1000),
        ),
        sign=lambda manifest: ManifestSignature(key.public, key.sign(manifest)),
        evidence=workspace.evidence,
        progress=steps.progress,
        cancelled=steps.cancelled,
    )


def _seal(plain: Path, out: Path, password: str, sha256: str, steps: _Steps) -> None:
    """Write the protected file and open it again before it gets its name."""
    from qassess.signing.sealing import seal, unseal

    def check(sealed: Path) -> None:
        with TemporaryFile(dir=plain.parent) as again:
            unseal(sealed, again, password, cancelled=steps.cancelled)
            again.seek(0)
            if file_digest(again, "sha256").hexdigest() != sha256:
                raise QassessError("export.unsound", path=str(out), reason="")

    write_checked(
        out, lambda file: seal(plain, file, password, progress=steps.progress, cancelled=steps.cancelled), check
    )


def _receipt(
    workspace: Workspace, views: Sequence[AssessmentView], written: ExportReceipt, out: Path, *, sealed: bool
) -> Receipt:
    sizes = {piece.sha256: piece.size for piece in written.manifest.evidence}
    names = {sha256: record.name for view in views for sha256, record in view.evidence.items()}
    with out.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    return Receipt(
        file=out.name,
        sha256=sha256,
        size=out.stat().st_size,
        lines=tuple(_line(view, sizes) for view in views),
        revisions=written.manifest.revisions,
        evidence=len(sizes),
        evidence_size=sum(sizes.values()),
        missing=tuple(names.get(piece, piece[:12]) for piece in (*written.missing, *written.damaged)),
        made_at=workspace.clock().astimezone(UTC).replace(microsecond=0),
        author=workspace.author,
        device=workspace.device,
        key=key_words(written.key),
        sealed=sealed,
    )


def _line(view: AssessmentView, sizes: dict[str, int]) -> ReceiptLine:
    own = [sizes[sha256] for sha256 in view.evidence if sha256 in sizes]
    return ReceiptLine(
        assessment=view.id,
        body=view.body,
        year=view.record.year,
        round=view.record.round,
        scheme=view.scheme.scheme.id,
        version=view.scheme.scheme.version,
        items=len(view.checklist.items),
        answered=view.answered,
        evidence=len(own),
        evidence_size=sum(own),
        signatures=len(view.signatures),
    )


def key_words(key: bytes) -> str:
    """Return the short fingerprint by which a device's key is known: sixteen hex digits in fours."""
    digits = key.hex()[:16]
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))
