"""The screens' backend over the real services of one workspace. Imported by the loader only, after the first paint."""

import json
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from qassess.domain.agreement import Agreement
from qassess.domain.answers import Entry
from qassess.domain.bodies import Body
from qassess.domain.canonical import canonical_text
from qassess.domain.checklist import Checklist, checklist_for
from qassess.domain.lifting import Lift
from qassess.domain.payloads import SignatureRecord, from_document, to_document
from qassess.domain.scheme import PinnedScheme
from qassess.domain.score_sheet import ItemScore
from qassess.services import assessments, care, drafts, edits, evidence, preview, sign_off
from qassess.services.bodies import assessable_bodies
from qassess.services.demonstrate import fill_sample
from qassess.services.edits import Change, UndoResult
from qassess.services.preview import PagePicture
from qassess.services.schemes import built_in_schemes, class_for
from qassess.services.sign_off import Obstacle
from qassess.services.verify import Verification, verify_file
from qassess.services.views import AssessmentSummary, AssessmentView
from qassess.services.workspace import Workspace
from qassess.ui.backend import StoreState, Unfinished
from qassess.ui.evidence_backend import EvidenceBackend
from qassess.ui.jobs import Progress
from qassess.ui.office import OfficeBackend
from qassess.ui.self_backend import SelfBackend
from qassess.ui.service_evidence import ServiceEvidence


class ServiceBackend:
    """One workspace's services. ``database`` is the file it was opened from."""

    def __init__(self, workspace: Workspace, database: Path) -> None:
        self._workspace = workspace
        self._database = database
        self._left = drafts.items_left(workspace)

    @cached_property
    def office(self) -> OfficeBackend:
        """Export, merge, conflicts and results over the same workspace; imported when first asked for."""
        from qassess.ui.service_office import ServiceOffice

        return ServiceOffice(self._workspace)

    @cached_property
    def evidence(self) -> EvidenceBackend:
        """Evidence of the same workspace."""
        return ServiceEvidence(self._workspace)

    @cached_property
    def own(self) -> SelfBackend:
        """The body's own word and its last round; imported when first asked for."""
        from qassess.ui.service_self import ServiceSelf

        return ServiceSelf(self._workspace)

    def now(self) -> datetime:
        """Return the workspace's time, UTC."""
        return self._workspace.clock()

    def introduce(self, author: str, unit: str) -> None:
        """Say who works here from now on; the unit is a preference only."""
        del unit
        self._workspace.author = author

    def store_state(self) -> StoreState:
        """Return what is said about the database."""
        return StoreState(
            self._database, sum(1 for _sha in self._workspace.evidence.hashes()), care.last_backup(self._workspace)
        )

    def back_up(self, to: Path) -> None:
        """Copy the database with its evidence and check the copy."""
        care.back_up_database(self._workspace, to)

    def proposed_backup(self, folder: Path) -> Path:
        """Return a free name for a backup made now."""
        return care.proposed_backup(self._workspace, folder)

    def list_assessments(self) -> tuple[AssessmentSummary, ...]:
        """Return all assessments, the latest changed first."""
        return assessments.list_assessments(self._workspace)

    def open_assessment(self, assessment: str) -> AssessmentView:
        """Read and score one assessment."""
        return assessments.open_assessment(self._workspace, assessment)

    def schemes(self) -> tuple[PinnedScheme, ...]:
        """Return the built-in schemes."""
        return built_in_schemes()

    def bodies(self, year: int) -> tuple[Body, ...]:
        """Return who can be assessed in a year."""
        return assessable_bodies(year)

    def proposed_agreement(self, scheme: PinnedScheme, body: Body, year: int) -> Agreement:
        """Return the agreement as the scheme proposes it."""
        return assessments.proposed_agreement(scheme, body, year)

    def checklist(self, scheme: PinnedScheme, body: Body) -> Checklist:
        """Return what a body is asked under a scheme."""
        return checklist_for(scheme.scheme, class_for(scheme, body).id, body.id)

    def start_assessment(self, body: Body, year: int, round_: str, scheme: PinnedScheme, agreement: Agreement) -> str:
        """Start an assessment and return its id."""
        return assessments.start_assessment(
            self._workspace, body_id=body.id, year=year, round_=round_, scheme=scheme, agreement=agreement
        )

    def start_sample(self) -> str:
        """Return the sample county's assessment, filled."""
        return fill_sample(self._workspace)

    def revise_agreement(self, assessment: str, agreement: Agreement) -> AssessmentView:
        """Save a changed agreement."""
        return assessments.revise_agreement(self._workspace, assessment, agreement)

    def preview(self, view: AssessmentView, item: str, entry: Entry) -> ItemScore:
        """Score one item as it would be; nothing is written."""
        return assessments.preview(view, item, entry)

    def record_entry(self, assessment: str, item: str, entry: Entry) -> AssessmentView:
        """Save what was entered for one item; its evidence is attached and taken off on its own."""
        return assessments.record_entry(self._workspace, assessment, item, entry, with_evidence=False)

    def undo(self, assessment: str) -> UndoResult:
        """Undo the latest edit."""
        return edits.undo(self._workspace, assessment)

    def redo(self, assessment: str) -> UndoResult:
        """Write the latest undone edit again."""
        return edits.redo(self._workspace, assessment)

    def history(self, assessment: str, item: str) -> tuple[Change, ...]:
        """Return an item's revisions, the newest first."""
        return edits.history(self._workspace, assessment, item)

    def restore(self, assessment: str, item: str, revision: str) -> AssessmentView:
        """Enter an item again as it was."""
        return edits.restore(self._workspace, assessment, item, revision)

    def attach_evidence(self, assessment: str, item: str, path: Path) -> AssessmentView:
        """Keep a file as evidence of an item."""
        return evidence.attach_evidence(self._workspace, assessment, item, path)

    def detach_evidence(self, assessment: str, item: str, sha256: str) -> AssessmentView:
        """Take a piece of evidence off an item."""
        return evidence.detach_evidence(self._workspace, assessment, item, sha256)

    def evidence_file(self, sha256: str) -> Path:
        """Return where the original bytes lie."""
        return self._workspace.evidence.path_of(sha256)

    def keep_draft(self, assessment: str, item: str, typed: Entry) -> None:
        """Keep what is typed but not accepted."""
        drafts.keep_draft(self._workspace, assessment, item, canonical_text(to_document(typed)))
        self._left.discard(drafts.entity_of_item(assessment, item))

    def draft(self, assessment: str, item: str) -> Entry | None:
        """Return the kept draft of an item; a draft this program cannot read is none."""
        text = drafts.draft(self._workspace, assessment, item)
        return _typed(text) if text else None

    def unfinished(self, view: AssessmentView) -> tuple[Unfinished, ...]:
        """Return what is typed and not accepted in an assessment; a draft equal to what is stored is none."""
        known = ((kept, _typed(kept.text)) for kept in drafts.drafts_of(self._workspace, view))
        return tuple(
            Unfinished(kept.item, typed, kept.at, drafts.entity_of_item(view.id, kept.item) in self._left)
            for kept, typed in known
            if typed is not None and typed != view.entries.get(kept.item, Entry())
        )

    def drop_draft(self, assessment: str, item: str) -> None:
        """Discard the draft of an item."""
        drafts.drop_draft(self._workspace, assessment, item)

    def remember_place(self, assessment: str, item: str) -> None:
        """Remember the item one is at."""
        assessments.remember_place(self._workspace, assessment, item)

    def place(self, assessment: str) -> str | None:
        """Return the item one was at last."""
        return assessments.place(self._workspace, assessment)

    def obstacles(self, view: AssessmentView) -> tuple[Obstacle, ...]:
        """Return everything that stops signing."""
        return sign_off.obstacles(view, self.evidence.faults(view))

    def lost_points(self, view: AssessmentView) -> tuple[tuple[str, Fraction], ...]:
        """Return item id and points lost, the largest first."""
        return sign_off.lost_points(view)

    def lifting(self, view: AssessmentView) -> Lift | None:
        """Return what would lift the grade by one, if anything can be said of it."""
        return sign_off.lifting(view)

    def prepare_report(self, view: AssessmentView, progress: Progress) -> Path:
        """Lay the report out beside the database: made anew while nobody has signed, else as signed last."""
        name = f"{view.body.printed}-{view.record.year}-{view.id[:8]}.pdf"
        out = self._database.parent / "reports" / name
        out.parent.mkdir(parents=True, exist_ok=True)
        if view.locked and view.signatures[-1].pdf:
            out.write_bytes(self._workspace.evidence.path_of(view.signatures[-1].pdf).read_bytes())
            return out
        sign_off.make_report(
            self._workspace, view.id, out, progress=progress.report, cancelled=lambda: progress.is_cancelled
        )
        return out

    def page_sizes(self, pdf: Path) -> tuple[tuple[float, float], ...]:
        """Return width and height of every page in points."""
        return preview.page_sizes(pdf)

    def page_picture(self, pdf: Path, number: int, width: int) -> PagePicture:
        """Draw a page so many pixels wide."""
        return preview.page_picture(pdf, number, width)

    def sign_report(self, pdf: Path, identity: Path, password: str, *, role: str, opinion: str) -> SignatureRecord:
        """Add one signature to a report and record it."""
        from qassess.signing.identity import load_identity

        signer = load_identity(identity, password)
        return sign_off.sign_report(pdf, signer, role=role, opinion=opinion, workspace=self._workspace)

    def verify_file(self, path: Path) -> Verification:
        """Check a report against itself and the database."""
        return verify_file(path, against=self._workspace)

    def make_identity(self, name: str, unit: str, password: str, path: Path) -> None:
        """Make a signing identity and write it as a ``.p12`` file."""
        from qassess.signing.identity import make_identity

        path.parent.mkdir(parents=True, exist_ok=True)
        make_identity(name=name, unit=unit, password=password, path=path, now=self.now())

    def check_identity(self, path: Path, password: str) -> str:
        """Return the name in an identity file."""
        from qassess.signing.identity import load_identity

        return load_identity(path, password).name

    def reopen(self, assessment: str, reason: str) -> AssessmentView:
        """Take a signed assessment up again as a superseding version."""
        return assessments.reopen(self._workspace, assessment, reason)

    def close(self) -> None:
        """Close the database and release its lock."""
        self._workspace.close()


def _typed(text: str) -> Entry | None:
    """Read a draft; one this program cannot read is none."""
    try:
        return from_document(Entry, json.loads(text))
    except ValueError:
        return None
