"""Two laptops and an office with real files: exported, looked at, merged in any order, taken back."""

import errno
import json
import os
import shutil
import sqlite3
import sys
from dataclasses import replace

import pytest

from qassess.domain.answers import Answer, Entry
from qassess.domain.revision import Kind, Revision, entity_of
from qassess.domain.scheme_file import pin
from qassess.errors import QassessError
from qassess.locations import data_folder
from qassess.services.assessments import list_assessments, open_assessment, record_entry, start_assessment
from qassess.services.edits import undo
from qassess.services.evidence import attach_evidence
from qassess.services.exchange import (
    export_assessments,
    export_files,
    inbox,
    ledger,
    merge_files,
    preflight,
    redo_merge,
    undo_merge,
    write_slip,
)
from qassess.services.sign_off import obstacles
from qassess.services.workspace import open_workspace
from qassess.signing import device_key as device_keys
from qassess.storage.export_file import write_export
from qassess.storage.export_format import ExportOrigin, ManifestSignature

PASSWORD = "长治质量2024"


@pytest.fixture
def desk(tmp_path, clock):
    """Open workspaces by name, each on a database of its own, and close them all."""
    opened = []

    def open_desk(name, author="李静"):
        (tmp_path / name).mkdir(exist_ok=True)
        opened.append(open_workspace(tmp_path / name / "work.db", author=author, device=name, clock=clock))
        return opened[-1]

    yield open_desk
    for workspace in opened:
        workspace.close()


@pytest.fixture
def laptops(desk, scheme):
    """Two laptops that began the same county apart."""
    left, right = desk("left"), desk("right", "王强")
    for laptop in (left, right):
        county = start_assessment(laptop, body_id="140425", year=2024, scheme=scheme)
    record_entry(left, county, "food", Entry(answer=Answer(value="93.4"), note="见台账"))
    record_entry(right, county, "meetings", Entry(answer=Answer(option=2)))
    return left, right, county


@pytest.fixture
def files(laptops, tmp_path):
    left, right, county = laptops
    paths = tmp_path / "left.qassess", tmp_path / "right.qassess"
    for laptop, path in zip((left, right), paths, strict=True):
        export_assessments(laptop, [county], path)
    return paths


def everything(workspace):
    with workspace.database.unit_of_work(reading=True) as uow:
        assert uow.projection_is_current()
        return {
            (stored.revision.entity, stored.revision.id) for prefix in uow.assessments()
            for stored in uow.history_under(prefix)
        }  # fmt: skip


def verdicts(results):
    return [result.verdict for result in results]


# exporting


def test_the_receipt_says_what_is_in_the_file_and_the_office_reads_the_same_checksum(laptops, tmp_path, desk):
    left, _, county = laptops
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(b"\xff\xd8" + bytes(3_000_000))
    attach_evidence(left, county, "meetings", photo)
    told = []
    out = tmp_path / "平顺县.qassess"
    receipt = export_assessments(left, [county], out, progress=lambda done, of: told.append((done, of)))
    (line,) = receipt.lines
    assert (line.body.name, line.year, line.answered, line.items) == (line.body.name, 2024, 1, 4)
    assert (receipt.evidence, receipt.evidence_size, line.evidence) == (1, 3_000_002, 1)
    assert receipt.size == out.stat().st_size > 3_000_000
    assert told
    assert told[-1][0] == told[-1][1]
    (found,) = preflight(desk("office", "赵敏"), [out])
    assert found.checksum == receipt.checksum
    assert len(receipt.checksum) == 19
    assert (found.author, found.device, found.key) == ("李静", "left", receipt.key)
    slip = tmp_path / "slip.pdf"
    write_slip(receipt, slip)
    assert slip.read_bytes().startswith(b"%PDF")


def test_evidence_that_is_missing_is_named_on_the_receipt_and_at_the_office(laptops, tmp_path, desk):
    left, _, county = laptops
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(b"photo")
    view = attach_evidence(left, county, "meetings", photo)
    (sha256,) = view.evidence
    left.evidence.path_of(sha256).unlink()
    receipt = export_assessments(left, [county], tmp_path / "out.qassess")
    assert receipt.missing == ("现场.jpg",)
    (found,) = merge_files(desk("office"), [tmp_path / "out.qassess"])
    assert found.evidence_missing == (sha256,)


def test_nothing_is_overwritten_and_nothing_is_exported_from_nothing(laptops, files):
    left, _, county = laptops
    before = files[0].read_bytes()
    with pytest.raises(QassessError, match=r"export\.exists"):
        export_assessments(left, [county], files[0])
    with pytest.raises(QassessError, match=r"export\.nothing"):
        export_assessments(left, [], files[0])
    assert files[0].read_bytes() == before


@pytest.mark.parametrize("password", [None, PASSWORD])
def test_a_full_disk_or_a_cancel_leaves_no_half_file(laptops, tmp_path, password, monkeypatch):
    left, _, county = laptops
    stick = tmp_path / "stick"
    stick.mkdir()
    steps = []
    with pytest.raises(QassessError) as stopped:
        export_assessments(
            left, [county], stick / "x.qassess", password=password, cancelled=lambda: bool(steps.append(1) or True)
        )
    assert stopped.value.code in {"export.cancelled", "work.cancelled"}
    assert list(stick.iterdir()) == []

    device_keys.device_key(data_folder())

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(QassessError) as refused:
        export_assessments(left, [county], stick / "x.qassess", password=password)
    assert refused.value.code.endswith("disk_full")
    assert list(stick.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32" or os.getuid() == 0, reason="needs a folder that cannot be written")
def test_a_read_only_disk_is_named(laptops, tmp_path):
    left, _, county = laptops
    stick = tmp_path / "stick"
    stick.mkdir(mode=0o500)
    with pytest.raises(QassessError):
        export_assessments(left, [county], stick / "x.qassess")
    assert list(stick.iterdir()) == []


# merging


def test_two_who_worked_apart_are_united_in_any_order(files, laptops, desk):
    offices = [desk("one"), desk("other")]
    for office, order in zip(offices, (files, files[::-1]), strict=True):
        assert verdicts(merge_files(office, order)) == ["merge.merged", "merge.merged"]
    assert everything(offices[0]) == everything(offices[1])
    view = open_assessment(offices[0], laptops[2])
    assert view.entries["food"].answer == Answer(value="93.4")
    assert view.entries["meetings"].answer == Answer(option=2)
    assert view.conflicts == ()
    assert open_assessment(offices[1], laptops[2]).sheet == view.sheet


def test_the_preflight_writes_nothing_and_says_what_the_merge_then_does(files, laptops, desk):
    office = desk("office")
    record_entry(laptops[1], laptops[2], "food", Entry(answer=Answer(value="95")))
    third = files[1].with_name("third.qassess")
    export_assessments(laptops[1], [laptops[2]], third)
    told = []
    before = preflight(office, [*files, third], found=told.append)
    assert told == list(before)
    assert list_assessments(office) == ()
    assert verdicts(before) == ["merge.unsigned", "merge.unsigned", "merge.conflicts"]
    assert [found.conflicts for found in before] == [0, 0, 1]
    after = merge_files(office, [*files, third])
    assert [(found.new, found.known, found.conflicts) for found in after] == [
        (found.new, found.known, found.conflicts) for found in before
    ]
    assert open_assessment(office, laptops[2]).conflicts == ("food",)
    assert obstacles(open_assessment(office, laptops[2]))[0].code == "obstacle.conflict"
    assert inbox(office).conflicts == 1


def test_a_file_under_another_name_and_one_merged_before_are_recognised(files, desk):
    office = desk("office")
    copy = files[0].with_name("平顺县(1).qassess")
    shutil.copyfile(files[0], copy)
    assert [(found.verdict, found.duplicate_of) for found in preflight(office, [files[0], copy])] == [
        ("merge.unsigned", ""),
        ("merge.duplicate", "left.qassess"),
    ]
    assert verdicts(merge_files(office, [files[0], copy])) == ["merge.merged", "merge.duplicate"]
    content = everything(office)
    assert verdicts(merge_files(office, files)) == ["merge.known", "merge.merged"]
    assert content < everything(office)


def test_bad_files_are_named_and_left_out_while_the_others_go_on(files, desk, tmp_path):
    office = desk("office")
    content = bytearray(files[0].read_bytes())
    content[len(content) // 2] ^= 0xFF
    damaged, foreign, other, newer = (tmp_path / name for name in ("damaged", "foreign.txt", "other.db", "newer"))
    damaged.write_bytes(content[: len(content) - 4096])
    foreign.write_text("长治县台账", encoding="utf-8")
    sqlite3.connect(other).executescript("CREATE TABLE t(a);").connection.close()
    shutil.copyfile(files[0], newer)
    connection = sqlite3.connect(newer)
    connection.execute("PRAGMA user_version=99000")
    connection.close()
    paths = [damaged, foreign, other, newer, tmp_path / "missing", office.database.path, files[1]]
    for results in (preflight(office, paths), merge_files(office, paths)):
        assert [found.accepted for found in results] == [False] * 6 + [True]
        assert all(found.verdict.startswith("source.") for found in results[:6]), verdicts(results)
        assert results[1].verdict == "source.foreign"
        assert results[3].verdict == "source.newer"
        assert results[4].verdict == "source.not_found"
        assert results[5].verdict == "source.database"


def test_a_manifest_signed_by_nobody_is_refused(files, desk):
    connection = sqlite3.connect(files[0])
    connection.execute("UPDATE manifest SET key = x'', signature = x''")
    connection.commit()
    connection.close()
    assert verdicts(merge_files(desk("office"), [files[0]])) == ["source.signature"]


def test_a_cancel_keeps_what_is_done_and_leaves_the_rest_out_whole(files, desk):
    office = desk("office")
    done = []
    results = merge_files(office, files, found=done.append, cancelled=lambda: bool(done))
    assert verdicts(results) == ["merge.merged", "merge.cancelled"]
    assert len(ledger(office)) == 1
    assert verdicts(merge_files(office, files)) == ["merge.known", "merge.merged"]


def test_a_sealed_file_needs_its_password(laptops, tmp_path, desk):
    left, _, county = laptops
    path = tmp_path / "sealed.qassess"
    receipt = export_assessments(left, [county], path, password=PASSWORD)
    assert receipt.sealed
    assert "平顺".encode() not in path.read_bytes()
    office = desk("office")
    assert verdicts(preflight(office, [path])) == ["sealed.password_needed"]
    assert verdicts(preflight(office, [path], passwords={path: "x" * 8})) == ["sealed.wrong_password"]
    (found,) = merge_files(office, [path], passwords={path: PASSWORD})
    assert (found.verdict, found.checksum) == ("merge.merged", receipt.checksum)
    left_behind = [name for name in office.database.path.parent.iterdir() if name.name.startswith(".qassess")]
    assert left_behind == []


def test_evidence_travels_bit_exact(laptops, tmp_path, desk):
    left, _, county = laptops
    photo = tmp_path / "现场.jpg"
    photo.write_bytes(os.urandom(2_500_000))
    (sha256,) = attach_evidence(left, county, "meetings", photo).evidence
    export_assessments(left, [county], tmp_path / "photos.qassess")
    office = desk("office")
    merge_files(office, [tmp_path / "photos.qassess"])
    assert office.evidence.read(sha256) == photo.read_bytes()


# taking back


def test_a_merge_is_taken_back_exactly_also_after_a_later_one(files, desk):
    office, never = desk("office"), desk("never")
    first, _second = merge_files(office, files)
    merge_files(never, [files[1]])
    undo_merge(office, first.merge)
    assert everything(office) == everything(never)
    redone = redo_merge(office, first.merge)
    both = desk("both")
    merge_files(both, files)
    assert everything(office) == everything(both)
    assert [entry.action for entry in ledger(office)] == ["redo", "undo", "merge", "merge"]
    undo_merge(office, redone.id)
    assert everything(office) == everything(never)


def test_what_rests_on_a_merge_stops_its_undo_and_is_named(files, laptops, desk):
    office = desk("office", "赵敏")
    first, _ = merge_files(office, files)
    record_entry(office, laptops[2], "food", Entry(answer=Answer(value="94")))
    content = everything(office)
    with pytest.raises(QassessError, match=r"merge\.undo_rests") as blocked:
        undo_merge(office, first.merge)
    assert blocked.value.values["author"] == "赵敏"
    assert blocked.value.values["item"] == "1.1 食品监督抽查合格率"
    assert everything(office) == content


# over several heads


def test_an_edit_over_a_conflict_of_another_field_keeps_it_open_and_undo_brings_a_decided_one_back(
    files, laptops, desk
):
    office = desk("office", "赵敏")
    county = laptops[2]
    record_entry(laptops[1], county, "food", Entry(answer=Answer(value="95")))
    export_assessments(laptops[1], [county], files[1].with_name("again.qassess"))
    merge_files(office, [files[0], files[1].with_name("again.qassess")])
    view = open_assessment(office, county)
    assert view.conflicts == ("food",)
    (dispute,) = view.disputes
    view = record_entry(office, county, "food", replace(view.entries["food"], note="待核"))
    assert [known.id for known in view.disputes] == [dispute.id]
    view = record_entry(office, county, "food", replace(view.entries["food"], answer=Answer(value="94")))
    assert view.conflicts == ()
    view = undo(office, county).view
    assert [known.id for known in view.disputes] == [dispute.id]
    assert view.entries["food"].note == "待核"


# another version of the scheme


@pytest.fixture
def newer_scheme(scheme):
    document = json.loads(scheme.content)
    document["version"] = "2"
    document["items"][0]["rule"]["deduct_per_step"] = "6"
    return pin(document)


def test_answers_of_another_version_are_taken_where_the_item_is_the_same_and_the_rest_listed(
    files, laptops, newer_scheme, desk
):
    office = desk("office", "赵敏")
    own = start_assessment(office, body_id="140425", year=2024, scheme=newer_scheme)
    for results in (preflight(office, files), merge_files(office, files)):
        carried = [found.assessments[0].carried for found in results]
        assert [(known.version, known.taken, known.listed) for known in carried] == [
            ("2", (), ("food",)),
            ("2", ("meetings",), () if results[0].verdict == "merge.unsigned" else ("food",)),
        ]
        assert results[0].assessments[0].version == "1"
    view = open_assessment(office, own)
    assert view.entries["meetings"].answer == Answer(option=2)
    assert view.editors["meetings"] == "王强"
    assert "food" not in view.entries
    assert open_assessment(office, laptops[2]).entries["food"].answer == Answer(value="93.4")


def test_carrying_over_is_the_same_on_every_machine_and_goes_with_its_merge(files, newer_scheme, desk):
    contents = []
    for name in ("one", "other"):
        office = desk(name, name)
        start_assessment(office, body_id="140425", year=2024, scheme=newer_scheme)
        before = everything(office)
        results = merge_files(office, files if name == "one" else files[::-1])
        contents.append(everything(office) - before)
        for result in reversed(results):
            undo_merge(office, result.merge)
        assert everything(office) == before
    assert contents[0] == contents[1]


def test_a_later_file_of_the_other_version_carries_on_and_makes_no_conflict_with_itself(
    files, laptops, newer_scheme, desk
):
    office = desk("office", "赵敏")
    own = start_assessment(office, body_id="140425", year=2024, scheme=newer_scheme)
    merge_files(office, files)
    record_entry(laptops[1], laptops[2], "meetings", Entry(answer=Answer(option=1)))
    later = files[1].with_name("later.qassess")
    export_assessments(laptops[1], [laptops[2]], later)
    merge_files(office, [later])
    view = open_assessment(office, own)
    assert (view.entries["meetings"].answer, view.conflicts) == (Answer(option=1), ())


def test_what_the_office_answered_itself_and_what_is_carried_are_in_conflict(files, newer_scheme, desk):
    office = desk("office", "赵敏")
    own = start_assessment(office, body_id="140425", year=2024, scheme=newer_scheme)
    record_entry(office, own, "meetings", Entry(answer=Answer(option=1)))
    results = merge_files(office, files)
    assert open_assessment(office, own).conflicts == ("meetings",)
    assert results[1].verdict == "merge.conflicts"


# small things


def test_folders_are_searched_and_each_file_is_taken_once(files, tmp_path):
    (tmp_path / "sub").mkdir()
    inside = tmp_path / "sub" / "c.qassess"
    shutil.copyfile(files[0], inside)
    (tmp_path / "sub" / "notes.txt").write_text("x", encoding="utf-8")
    missing = tmp_path / "gone.qassess"
    assert export_files([files[1], tmp_path, missing]) == (files[1], files[0], inside, missing)


def test_every_device_signs_with_its_own_key(laptops, files, tmp_path, monkeypatch, desk):
    folder = tmp_path / "elsewhere"
    monkeypatch.setenv("QASSESS_HOME", str(folder))
    other = export_assessments(laptops[0], [laptops[2]], tmp_path / "other.qassess")
    found = preflight(desk("office"), [files[0], tmp_path / "other.qassess"])
    assert found[0].key != found[1].key == other.key
    assert (folder / "data" / device_keys.FILE_NAME).is_file()


def test_kinds_unknown_here_are_kept_and_passed_on(laptops, tmp_path, desk):
    left, _, county = laptops
    unknown = Revision(
        kind=99,
        entity=bytes.fromhex(county) + b"\x99" * 8,
        parents=(),
        author="x",
        device="x",
        hlc=1,
        payload='{"a":1}',
    )
    with left.database.unit_of_work() as uow:
        uow.append(unknown)
        uow.commit()
    export_assessments(left, [county], tmp_path / "first.qassess")
    office, other = desk("office"), desk("other")
    merge_files(office, [tmp_path / "first.qassess"])
    export_assessments(office, [county], tmp_path / "second.qassess")
    merge_files(other, [tmp_path / "second.qassess"])
    assert (unknown.entity, unknown.id) in everything(other)


def test_a_file_after_which_an_assessment_could_not_be_read_here_is_left_out(laptops, tmp_path, desk):
    left, _, county = laptops
    prefix = bytes.fromhex(county)
    with left.database.unit_of_work() as uow:
        left.append(uow, Kind.ENTRY, entity_of(prefix, Kind.ENTRY, "food"), {"item": "food", "answer": ["new", "form"]})
        uow.commit()
    path = tmp_path / "odd.qassess"
    write_export(
        left.database,
        [prefix],
        path,
        origin=ExportOrigin(program="9.0", device="left", author="李静", at=1),
        sign=_signed,
        evidence=left.evidence,
    )
    office = desk("office")
    assert verdicts(preflight(office, [path])) == verdicts(merge_files(office, [path])) == ["merge.unreadable"]
    assert (everything(office), ledger(office)) == (set(), ())


def test_a_signature_that_names_its_heads_in_another_form_claims_nothing(laptops):
    left, _, county = laptops
    odd = {"digest": "d", "role": "leader", "name": "x", "heads": ["not hexadecimal"], "signed_at": "2025"}
    with left.database.unit_of_work() as uow:
        left.append(uow, Kind.SIGNATURE, entity_of(bytes.fromhex(county), Kind.SIGNATURE, "d"), odd)
        uow.commit()
    assert open_assessment(left, county).changed_since_signing == ()


def _signed(body):
    key = device_keys.device_key(data_folder())
    return ManifestSignature(key.public, key.sign(body))
