"""Certificates on a real database: refused with a list, numbered once, copied with the same number."""

from dataclasses import replace

import pytest

from qassess.documents.report_text import printed_text
from qassess.domain.answers import Entry
from qassess.domain.certificate import CertificateRecord
from qassess.domain.payloads import revised
from qassess.domain.ranking import rank
from qassess.domain.revision import Kind, entity_of
from qassess.errors import QassessError
from qassess.i18n import speaking
from qassess.services import certificates
from qassess.services.assessments import open_assessment, record_entry, reopen
from qassess.services.certificates import (
    CertificatesRefused,
    certifiable,
    certificate_prefix,
    certificate_preview,
    issue_certificates,
)
from qassess.services.results import results
from qassess.services.views import prefix_of
from tests.services.round_cases import edit_behind_the_lock, fill_county, fill_round, sign_in_database


@pytest.fixture(autouse=True)
def chinese():
    with speaking("zh"):
        yield


def numbers(issued):
    return [(each.body.id, each.record.running, each.copy) for each in issued.certificates]


def test_numbers_follow_the_ranking_and_a_reprint_keeps_them_and_says_copy(workspace, tmp_path):
    fill_round(workspace, 3)
    found = results(workspace, 2024)
    order = [line.body.id for line in found.lines]
    first = issue_certificates(workspace, found, tmp_path)
    assert numbers(first) == [(body, place, False) for place, body in enumerate(order, 1)]
    assert first.certificates[0].record.number == "长质强考证〔2024〕001号"
    again = issue_certificates(workspace, results(workspace, 2024), tmp_path)
    assert numbers(again) == [(body, place, True) for place, body in enumerate(order, 1)]
    assert [each.record for each in again.certificates] == [each.record for each in first.certificates]
    assert first.files != again.files
    for issued, is_copy in ((first, False), (again, True)):
        pages = printed_text(issued.files[0].read_bytes())
        assert len(pages) == 3
        assert all(("副本" in page) is is_copy for page in pages)


def test_a_certificate_does_not_touch_what_was_signed(workspace, tmp_path):
    (assessment,) = fill_round(workspace, 1)
    before = open_assessment(workspace, assessment)
    issue_certificates(workspace, results(workspace, 2024), tmp_path)
    after = open_assessment(workspace, assessment)
    assert after.revisions == before.revisions
    assert after.conflicts == ()
    assert [known.number for known in after.certificates] == ["长质强考证〔2024〕001号"]
    (line,) = results(workspace, 2024).lines
    assert line.publishable


def test_an_unsigned_a_changed_and_an_open_basis_are_refused_with_a_list_and_nothing_is_written(workspace, tmp_path):
    first, second = fill_round(workspace, 2)
    edit_behind_the_lock(workspace, second, "prod-accidents")
    unsigned = fill_county(workspace, "140426", 2)
    open_item = fill_county(workspace, "140427", 3)
    record_entry(workspace, open_item, "prod-accidents", Entry())
    out = tmp_path / "out"
    with pytest.raises(CertificatesRefused) as refused:
        issue_certificates(workspace, results(workspace, 2024), out)
    listed = {known.assessment: [block.code for block in known.blocks] for known in refused.value.refusals}
    assert listed == {
        second: ["result.changed_since_signed"],
        unsigned: ["result.unsigned"],
        open_item: ["result.incomplete", "result.unsigned"],
    }
    assert refused.value.code == "certificates.refused"
    assert not out.exists()
    assert open_assessment(workspace, first).certificates == ()
    found = results(workspace, 2024)
    assert certifiable(found, (first,)) == ()
    assert numbers(issue_certificates(workspace, found, out, assessments=(first,))) == [("140425", 1, False)]


def test_conflicting_heads_are_refused(workspace, tmp_path):
    fill_round(workspace, 1)
    found = results(workspace, 2024)
    (table,) = found.tables
    held = replace(table.lines[0].contender, conflicts=("prod-accidents",))
    with pytest.raises(CertificatesRefused) as refused:
        issue_certificates(workspace, replace(found, tables=rank([held])), tmp_path)
    assert [block.code for block in refused.value.refusals[0].blocks] == ["result.conflict"]


def test_a_new_signed_version_gets_a_new_number_that_names_the_old_one(workspace, tmp_path):
    (assessment,) = fill_round(workspace, 1)
    issue_certificates(workspace, results(workspace, 2024), tmp_path)
    reopen(workspace, assessment, "复核")
    sign_in_database(workspace, assessment)
    (issued,) = issue_certificates(workspace, results(workspace, 2024), tmp_path).certificates
    assert (issued.record.running, issued.copy) == (2, False)
    assert issued.record.replaces == "长质强考证〔2024〕001号"


def test_single_files_are_named_after_number_and_body_and_never_overwritten(workspace, tmp_path):
    fill_round(workspace, 2)
    first = issue_certificates(workspace, results(workspace, 2024), tmp_path, single=True)
    assert [path.name for path in first.files] == [
        f"{each.record.number}-{each.body.printed}.pdf" for each in first.certificates
    ]
    before = [path.read_bytes() for path in first.files]
    for _ in range(2):
        issue_certificates(workspace, results(workspace, 2024), tmp_path, single=True)
    assert [path.read_bytes() for path in first.files] == before
    assert len(list(tmp_path.glob("*副本*.pdf"))) == 4


def test_a_prefix_is_remembered_and_has_a_series_of_its_own(workspace, tmp_path):
    first, second, third = fill_round(workspace, 3)
    found = results(workspace, 2024)
    issue_certificates(workspace, found, tmp_path, assessments=(first,))
    issued = issue_certificates(workspace, found, tmp_path, assessments=(second,), prefix="长考")
    assert issued.certificates[0].record.number == "长考〔2024〕001号"
    assert certificate_prefix(workspace) == "长考"
    issued = issue_certificates(workspace, results(workspace, 2024), tmp_path, assessments=(third,), issuer="市办")
    assert (issued.certificates[0].record.number, issued.certificates[0].record.issuer) == ("长考〔2024〕002号", "市办")
    for prefix in ("  ", "长" * 21, "长\n考"):
        with pytest.raises(QassessError, match=r"certificates\.bad_prefix"):
            issue_certificates(workspace, found, tmp_path, prefix=prefix)


def test_an_unprintable_certificate_stops_the_whole_batch_before_the_first_page(workspace, tmp_path):
    fill_round(workspace, 2)
    out = tmp_path / "out"
    with pytest.raises(CertificatesRefused) as refused:
        issue_certificates(workspace, results(workspace, 2024), out, issuer="办\U0002ebe0公室")
    assert refused.value.code == "certificates.unprintable"
    assert [[block.code for block in known.blocks] for known in refused.value.refusals] == [
        ["print.missing_glyphs"],
        ["print.missing_glyphs"],
    ]
    assert not out.exists()
    assert all(not line.contender.certificates for line in results(workspace, 2024).lines)


def test_a_file_that_cannot_be_written_takes_the_numbers_back(workspace, tmp_path, monkeypatch):
    fill_round(workspace, 2)
    found = results(workspace, 2024)
    whole, calls = certificates.write_whole, []

    def write(path, content):
        calls.append(path)
        if len(calls) == 2:
            raise QassessError("file.disk_full", path=str(path), reason="full")
        whole(path, content)

    monkeypatch.setattr(certificates, "write_whole", write)
    with pytest.raises(QassessError, match=r"file\.disk_full"):
        issue_certificates(workspace, found, tmp_path / "out", single=True)
    assert not list((tmp_path / "out").glob("*.pdf"))
    assert all(not line.contender.certificates for line in results(workspace, 2024).lines)


def test_giving_up_before_the_end_issues_nothing(workspace, tmp_path):
    fill_round(workspace, 2)
    looks = iter([False, False, False, True])
    with pytest.raises(QassessError, match=r"work\.cancelled"):
        issue_certificates(workspace, results(workspace, 2024), tmp_path / "out", cancelled=lambda: next(looks))
    assert not (tmp_path / "out").exists()
    assert all(not line.contender.certificates for line in results(workspace, 2024).lines)


def test_progress_counts_certificates(workspace, tmp_path):
    fill_round(workspace, 2)
    seen = []
    issue_certificates(
        workspace, results(workspace, 2024), tmp_path, single=True, progress=lambda done, of: seen.append((done, of))
    )
    assert seen == [(1, 2), (2, 2)]


def test_the_same_number_from_two_offices_is_refused_by_name(workspace, tmp_path):
    first, second = fill_round(workspace, 2)
    issue_certificates(workspace, results(workspace, 2024), tmp_path, assessments=(first,))
    (known,) = open_assessment(workspace, first).certificates
    other = replace(known, digest="f" * 64, body="140423")
    with workspace.database.unit_of_work() as uow:
        entity = entity_of(prefix_of(second), Kind.CERTIFICATE, other.digest)
        workspace.append(uow, Kind.CERTIFICATE, entity, revised(None, other))
        uow.commit()
    with pytest.raises(QassessError, match=r"certificates\.number_twice") as refused:
        issue_certificates(workspace, results(workspace, 2024), tmp_path)
    assert refused.value.values["bodies"] in ("平顺县、襄垣县", "襄垣县、平顺县")


def test_certificates_issued_meanwhile_stop_a_second_printing_of_the_same_numbers(workspace, tmp_path, monkeypatch):
    first, second = fill_round(workspace, 2)
    found = results(workspace, 2024)
    drawn = certificates._drawn

    def draw_slowly(*arguments, **options):
        monkeypatch.setattr(certificates, "_drawn", drawn)
        issue_certificates(workspace, found, tmp_path, assessments=(second,))
        return drawn(*arguments, **options)

    monkeypatch.setattr(certificates, "_drawn", draw_slowly)
    with pytest.raises(QassessError, match=r"certificates\.series_moved"):
        issue_certificates(workspace, found, tmp_path, assessments=(first,))
    assert open_assessment(workspace, first).certificates == ()


def test_a_preview_is_the_page_and_records_nothing(workspace):
    (assessment,) = fill_round(workspace, 1)
    pdf = certificate_preview(workspace, results(workspace, 2024), assessment, landscape=True)
    assert "长质强考证〔2024〕001号" in "".join(printed_text(pdf)[0].split())
    assert open_assessment(workspace, assessment).certificates == ()


def test_nothing_to_certify_is_said(workspace, tmp_path):
    with pytest.raises(QassessError, match=r"certificates\.none"):
        issue_certificates(workspace, results(workspace, 2024), tmp_path)


def test_a_certificate_of_a_newer_program_keeps_its_unknown_fields(workspace, tmp_path):
    (assessment,) = fill_round(workspace, 1)
    issue_certificates(workspace, results(workspace, 2024), tmp_path)
    (known,) = open_assessment(workspace, assessment).certificates
    assert revised({**revised(None, known), "newer": 1}, known)["newer"] == 1
    assert isinstance(known, CertificateRecord)
