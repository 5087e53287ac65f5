"""Evidence: many files as one edit, taken back whole; copies to look at and to open; missing and damaged ones found."""

import os
from dataclasses import replace
from hashlib import sha256

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from qassess.domain.answers import Answer, Entry
from qassess.errors import InputRefused, QassessError
from qassess.services import evidence_pictures
from qassess.services.assessments import open_assessment, record_entry, start_assessment
from qassess.services.drafts import draft, keep_draft
from qassess.services.edits import redo, undo
from qassess.services.evidence import (
    Pasted,
    added_at,
    attach_evidence,
    attach_files,
    attach_stored,
    describe_evidence,
    detach_evidence,
)
from qassess.services.evidence_check import EvidenceFaults, check_evidence, glance_at_evidence
from qassess.services.evidence_pictures import Sort
from qassess.services.sign_off import obstacles


@pytest.fixture
def county(workspace, scheme):
    return start_assessment(workspace, body_id="140425", year=2024, scheme=scheme)


@pytest.fixture
def files(tmp_path):
    made = []
    for name in ("通报.pdf", "台账.xlsx", "录像.mp4"):
        path = tmp_path / name
        path.write_bytes(os.urandom(5000))
        made.append(path)
    return made


def pieces(workspace, county, item="food"):
    return open_assessment(workspace, county).entries.get(item, Entry()).evidence


def test_several_files_are_one_edit(workspace, county, files):
    attached = attach_files(workspace, county, "food", [*files, Pasted("剪贴板.png", b"picture")])
    assert len(attached.pieces) == 4
    assert pieces(workspace, county) == attached.pieces
    assert attached.pieces[0] == sha256(files[0].read_bytes()).hexdigest()
    result = undo(workspace, county)
    assert result.item_id == "food"
    assert pieces(workspace, county) == ()
    assert all(record.withdrawn for record in result.view.evidence.values())
    view = redo(workspace, county).view
    assert view.entries["food"].evidence == attached.pieces
    assert not any(record.withdrawn for record in view.evidence.values())


def test_taking_off_is_taken_back_with_the_record(workspace, county, files):
    (sha,) = attach_files(workspace, county, "food", files[:1]).pieces
    assert detach_evidence(workspace, county, "food", sha).evidence[sha].withdrawn
    view = undo(workspace, county).view
    assert view.entries["food"].evidence == (sha,)
    assert not view.evidence[sha].withdrawn


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(workspace, county, files, tmp_path):
    empty = tmp_path / "空.pdf"
    empty.touch()
    attached = attach_files(workspace, county, "food", [files[0], empty, tmp_path / "gone.jpg", files[1]])
    assert len(attached.pieces) == 2
    assert [error.code for error in attached.refused] == ["evidence.empty", "file.unreadable"]


def test_a_stop_keeps_what_is_whole(workspace, county, files, tmp_path):
    large = tmp_path / "large.mp4"
    with large.open("wb") as out:
        out.truncate(40 << 20)
    told = []

    def report(done, total, name):
        told.append((done, total, name))

    attached = attach_files(
        workspace,
        county,
        "food",
        [files[0], large, files[1]],
        report=report,
        is_stopped=lambda: told[-1][2] == "large.mp4" and told[-1][0] > 5000,
    )
    assert pieces(workspace, county) == attached.pieces == (sha256(files[0].read_bytes()).hexdigest(),)
    assert all(done <= total for done, total, _name in told)
    assert not list(workspace.evidence.folder.glob("arriving-*"))


def test_a_stored_piece_serves_another_item(workspace, county, files):
    (sha,) = attach_files(workspace, county, "food", files[:1]).pieces
    view = attach_stored(workspace, county, "meetings", [sha])
    assert view.entries["meetings"].evidence == (sha,)
    assert list(workspace.evidence.hashes()) == [sha]
    undo(workspace, county)
    assert pieces(workspace, county, "meetings") == ()
    assert pieces(workspace, county, "food") == (sha,)
    assert not open_assessment(workspace, county).evidence[sha].withdrawn
    with pytest.raises(QassessError, match=r"evidence\.unknown"):
        attach_stored(workspace, county, "meetings", ["ab" * 32])


def test_attaching_leaves_unfinished_typing_alone(workspace, county, files):
    keep_draft(workspace, county, "food", '{"note": "unfinished"}')
    attach_files(workspace, county, "food", files)
    assert draft(workspace, county, "food") == '{"note": "unfinished"}'


def test_what_is_typed_says_nothing_about_evidence(workspace, county, files):
    (sha,) = attach_files(workspace, county, "food", files[:1]).pieces
    view = record_entry(workspace, county, "food", Entry(answer=Answer(value="95")), with_evidence=False)
    assert view.entries["food"].evidence == (sha,)
    assert view.entries["food"].answer == Answer(value="95")


def test_a_piece_is_described_and_that_can_be_undone(workspace, county, files):
    view = attach_evidence(workspace, county, "food", files[0])
    (record,) = view.evidence.values()
    told = replace(record, title="通报", number="长质监发〔2024〕12 号", dated="2024年3月5日", pages=3, rotation=450)
    told = describe_evidence(workspace, county, told).evidence[record.sha256]
    assert (told.dated, told.pages, told.rotation) == ("2024-03-05", 3, 90)
    undone = undo(workspace, county)
    assert undone.item_id == "food"
    assert undone.view.evidence[record.sha256] == record
    assert workspace.evidence.read(record.sha256) == files[0].read_bytes()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"dated": "2024-13-05"}, "date.not_a_date"),
        ({"dated": "yesterday"}, "date.not_a_date"),
        ({"pages": -1}, "evidence.pages"),
    ],
)
def test_what_is_no_date_or_number_is_refused(workspace, county, files, change, code):
    (record,) = attach_evidence(workspace, county, "food", files[0]).evidence.values()
    with pytest.raises(InputRefused) as refused:
        describe_evidence(workspace, county, replace(record, **change))
    assert refused.value.code == code
    assert open_assessment(workspace, county).evidence[record.sha256] == record


def test_the_time_of_adding_is_that_of_the_first_time(workspace, county, files):
    (sha,) = attach_files(workspace, county, "food", files[:1]).pieces
    first = added_at(workspace, county, sha)
    attach_stored(workspace, county, "meetings", [sha])
    assert first is not None
    assert added_at(workspace, county, sha) == first
    assert added_at(workspace, county, "ab" * 32) is None


def test_missing_and_damaged_pieces_are_found_and_stop_signing(workspace, county, files):
    whole, gone, shorter = attach_files(workspace, county, "food", files).pieces
    attach_stored(workspace, county, "meetings", [gone])
    view = open_assessment(workspace, county)
    assert check_evidence(workspace, county) == EvidenceFaults()
    workspace.evidence.path_of(gone).unlink()
    workspace.evidence.path_of(shorter).write_bytes(b"short")
    assert glance_at_evidence(workspace, view) == EvidenceFaults((gone,), (shorter,))
    content = bytearray(workspace.evidence.read(whole))
    content[7] ^= 1
    workspace.evidence.path_of(whole).write_bytes(content)
    assert glance_at_evidence(workspace, view).damaged == (shorter,)
    found = check_evidence(workspace, county)
    assert found == EvidenceFaults((gone,), (whole, shorter))
    named = [
        (known.code, known.item_id, known.values["name"]) for known in obstacles(view, found) if "name" in known.values
    ]
    assert named == [
        ("obstacle.evidence_gone", "food", "台账"),
        ("obstacle.evidence_damaged", "food", "通报"),
        ("obstacle.evidence_damaged", "food", "录像"),
    ]


def test_attaching_the_same_file_again_mends_it(workspace, county, files):
    (sha,) = attach_files(workspace, county, "food", files[:1]).pieces
    workspace.evidence.path_of(sha).write_bytes(b"spoiled")
    assert check_evidence(workspace, county).damaged == (sha,)
    attach_files(workspace, county, "food", files[:1])
    assert not check_evidence(workspace, county)


def record_of(workspace, county, path):
    view = attach_evidence(workspace, county, "food", path)
    return next(record for record in view.evidence.values() if record.name == path.name)


def test_images_and_the_first_page_of_a_pdf_have_thumbnails(workspace, county, tmp_path):
    photo, paper = tmp_path / "a.JPG", tmp_path / "b.pdf"
    Image.new("RGB", (900, 600), (1, 99, 1)).save(photo)
    canvas = Canvas(str(paper))
    for _page in range(3):
        canvas.rect(0, 0, 300, 300, fill=1)
        canvas.showPage()
    canvas.save()
    for path, sort in ((photo, Sort.IMAGE), (paper, Sort.PDF)):
        record = record_of(workspace, county, path)
        made = evidence_pictures.thumbnail(workspace, record)
        assert evidence_pictures.sort_of(record) is sort
        assert made.path is not None
        with Image.open(made.path) as small:
            assert max(small.size) <= 454
    assert evidence_pictures.page_count(workspace, record) == 3
    assert evidence_pictures.page(workspace, record, 2, 200).width == 200


@pytest.mark.parametrize(
    ("name", "outcome"),
    [("broken.jpg", "unreadable"), ("broken.pdf", "unreadable"), ("a.docx", "none"), ("a.mp4", "none")],
)
def test_why_there_is_no_picture_is_said(workspace, county, tmp_path, name, outcome):
    path = tmp_path / name
    path.write_bytes(b"nothing to see")
    record = record_of(workspace, county, path)
    assert evidence_pictures.thumbnail(workspace, record) == evidence_pictures.Picture(None, outcome)


def test_a_copy_is_opened_never_the_original(workspace, county, files):
    record = record_of(workspace, county, files[1])
    copy = evidence_pictures.copy_to_open(workspace, record)
    assert copy.name == "台账.xlsx"
    assert copy.read_bytes() == files[1].read_bytes()
    assert not copy.samefile(workspace.evidence.path_of(record.sha256))
    assert copy == evidence_pictures.copy_to_open(workspace, record)


@pytest.mark.parametrize("name", ["run.exe", "run.bat", "run.pdf.lnk", "run", "run.sh", "run.pdf\u202egpj.scr"])
def test_what_could_be_a_program_is_not_opened(workspace, county, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"MZ")
    with pytest.raises(QassessError, match=r"evidence\.not_opened"):
        evidence_pictures.copy_to_open(workspace, record_of(workspace, county, path))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\a.pdf", "a.pdf"),
        ("ab:c*?.pdf", "ab_c__.pdf"),
        ("", "_"),
        ("..", "_"),
        ("x" * 300 + ".jpg", "x" * 120 + ".jpg"),
    ],
)
def test_names_from_elsewhere_stay_in_the_folder(name, safe):
    assert evidence_pictures.safe_name(name) == safe
