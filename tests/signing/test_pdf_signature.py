"""Signing: several people in turn, and what other programs say of it."""

import io
import itertools
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta, timezone

import pikepdf
import pytest
from pikepdf import pdfa

from qassess.errors import QassessError
from qassess.signing.fields import document_is_signed, signature_fields
from qassess.signing.identity import load_identity
from qassess.signing.pdf_signature import default_lines, short_fingerprint, sign_pdf, stamp_time
from qassess.signing.verification import Trust, verify_signatures


def _code(call, *args, **kwargs):
    with pytest.raises(QassessError) as refused:
        call(*args, **kwargs)
    return refused.value.code


def _run(*command):
    if not shutil.which(command[0]):
        pytest.skip(f"{command[0]} is not installed")
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def on_disk(tmp_path, signed):
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    return path


def test_three_people_sign_in_turn(signed, people, now):
    report = verify_signatures(signed)
    assert report.intact
    assert report.whole_file
    assert report.padding_canonical
    assert [(found.field, found.role, found.name, found.unit) for found in report.signatures] == [
        ("leader", "leader", "张三", "长治市质监局"),
        ("member-1", "member", "李四", "长治市农委"),
        ("representative", "representative", "王五", "平顺县人民政府"),
    ]
    assert [found.signed_at for found in report.signatures] == [now + timedelta(minutes=late) for late in (0, 5, 9)]
    assert [found.covers_file for found in report.signatures] == [False, False, True]
    assert [found.opinion for found in report.signatures] == ["", "", "情况属实。"]
    assert all(found.in_validity and found.self_made for found in report.signatures)
    assert report.signatures[0].fingerprint == people.leader.fingerprint


def test_signing_only_adds(report, signed_once, people, now):
    assert signed_once.startswith(report)
    assert sign_pdf(signed_once, people.member, role="member", when=now).startswith(signed_once)


def test_trust_says_what_stands_behind_a_name(signed, people, report, ec_identity, now):
    report_of_three = verify_signatures(signed, known={people.member.fingerprint})
    assert [found.trust for found in report_of_three.signatures] == [
        Trust.BY_AGREEMENT,
        Trust.KNOWN,
        Trust.BY_AGREEMENT,
    ]
    issued = verify_signatures(sign_pdf(report, ec_identity, role="leader", when=now))
    assert [found.trust for found in issued.signatures] == [Trust.ISSUED]


def test_an_imported_ec_key_signs_and_does_not_raise_the_version(report, ec_identity, people, now):
    signed = sign_pdf(report, ec_identity, role="leader", when=now)
    signed = sign_pdf(signed, people.leader, role="leader", when=now)
    assert verify_signatures(signed).intact
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        assert "/Version" not in pdf.Root
        assert pdf.pdf_version == "1.7"


@pytest.mark.parametrize("object_streams", [False, True])
def test_both_kinds_of_cross_reference(blank, people, now, object_streams):
    signed = blank(object_streams=object_streams)
    for identity in people[:3]:
        signed = sign_pdf(signed, identity, role="member", when=now)
    report = verify_signatures(signed)
    assert report.intact
    assert [found.field for found in report.signatures] == ["member-1", "member-2", "member-3"]


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_signing_breaks_no_rule_of_pdf_a(archival, people, ec_identity, now, kind):
    """The checker does not look into forms: it says so, and must find nothing else."""
    assert not _pdf_a_findings(archival(fields=()))
    signed = sign_pdf(archival(), {"rsa": people.leader, "ec": ec_identity}[kind], role="leader", when=now)
    signed = sign_pdf(signed, people.member, role="observer", when=now)
    assert _pdf_a_findings(signed) == [("unsupported", "pikepdf:schema-Catalog")] * 2


def _pdf_a_findings(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return [(finding.kind, finding.rule) for finding in pdfa.check(opened, "2b").findings]


@pytest.fixture
def archival(blank, monkeypatch):
    """Return a builder of PDF/A-2b reports; the data are not attached, which PDF/A-2 does not allow."""
    monkeypatch.setattr("qassess.signing.pdf_signature.attached_names", lambda reader: ("assessment.json",))

    def build(**kwargs):
        return blank(attachment="", archival=True, **kwargs)

    return build


def test_metadata_stays_as_it_was(report, signed):
    with pikepdf.open(io.BytesIO(report)) as before, pikepdf.open(io.BytesIO(signed)) as after:
        assert before.docinfo.get("/ModDate") == after.docinfo.get("/ModDate")
        assert dict(before.docinfo).keys() == dict(after.docinfo).keys()


def test_pdfsig_finds_every_signature_valid(on_disk):
    said = _run("pdfsig", str(on_disk)).stdout
    assert said.count("Signature is Valid.") == 3
    assert said.count("Signature Type: ETSI.CAdES.detached") == 3
    assert said.count("- Total document signed") == 1
    assert re.findall(r"Common Name: (\S+)", said) == ["张三", "李四", "王五"]


def test_pdfsig_finds_an_ec_signature_with_its_chain_valid(tmp_path, report, ec_identity, now):
    path = tmp_path / "ec.pdf"
    path.write_bytes(sign_pdf(report, ec_identity, role="leader", when=now))
    assert "Signature is Valid." in _run("pdfsig", str(path)).stdout


def test_qpdf_finds_no_error(on_disk):
    checked = _run("qpdf", "--check", str(on_disk))
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_stamp_is_chinese_text_in_an_embedded_font(on_disk, people):
    text = _run("pdftotext", str(on_disk), "-").stdout
    assert {"组长 张三", "组员 李四", "王五", "平顺县人民政府", "2024-11-05 14:12:07 +08:00"} <= set(text.splitlines())
    assert short_fingerprint(people.representative.fingerprint) in text
    fonts = [line for line in _run("pdffonts", str(on_disk)).stdout.splitlines() if "NotoSansSC" in line]
    assert len(fonts) == 3
    assert all(re.search(r"Identity-H +yes yes yes", line) for line in fonts)


def test_a_stamp_shrinks_into_its_box_and_lines_do_not_touch(tmp_path, report, people, now):
    lines = ("评估组组长 " + "张" * 30, *(f"第{row}行 gjpqy" for row in range(9)))
    path = tmp_path / "full.pdf"
    path.write_bytes(sign_pdf(report, people.leader, role="leader", when=now, lines=lines))
    words = re.findall(
        r'<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">',
        _run("pdftotext", "-bbox-layout", str(path), "-").stdout,
    )
    stamp = sorted((float(y1), float(y2)) for x1, y1, x2, y2 in words if float(y1) > 140)
    assert len(stamp) == len(lines)
    assert all(float(x1) >= 72 and float(x2) <= 272 for x1, y1, x2, _ in words if float(y1) > 140)
    middles = [(low + high) / 2 for low, high in stamp]
    assert min(after - before for before, after in itertools.pairwise(middles)) > 3
    assert stamp[0][0] >= 842 - 700 - 1
    assert stamp[-1][1] <= 842 - 640 + 1


def test_a_rare_character_is_taken_from_the_second_font(tmp_path, report, people, now):
    path = tmp_path / "rare.pdf"
    path.write_bytes(sign_pdf(report, people.leader, role="leader", when=now, lines=("𠮷先生",)))
    assert "𠮷先生" in _run("pdftotext", str(path), "-").stdout
    assert "LXGWWenKai" in _run("pdffonts", str(path)).stdout


def test_a_character_no_font_has_is_refused(report, people, now):
    with pytest.raises(QassessError) as refused:
        sign_pdf(report, people.leader, role="leader", when=now, lines=("张\U000323af三",))
    assert (refused.value.code, refused.value.values["characters"]) == ("sign.glyph_missing", "\U000323af")


def test_the_lines_of_a_stamp_without_words(people, now):
    assert default_lines(people.leader, now) == (
        "张三",
        "长治市质监局",
        "2024-11-05 14:03:07 +08:00",
        short_fingerprint(people.leader.fingerprint),
    )
    assert short_fingerprint("0123456789abcdef" * 4) == "0123 4567 89AB CDEF"
    assert stamp_time(datetime(2024, 12, 31, 18, tzinfo=timezone(timedelta(hours=-5)))) == "2025-01-01 07:00:00 +08:00"


def test_the_fields_of_a_report(report, signed, blank):
    assert not document_is_signed(report)
    assert document_is_signed(signed)
    assert not document_is_signed(blank(fields=()))
    assert [(field.name, field.role, field.number, field.is_signed) for field in signature_fields(signed)] == [
        ("leader", "leader", 1, True),
        ("member-1", "member", 1, True),
        ("member-2", "member", 2, False),
        ("representative", "representative", 1, True),
    ]
    assert all(field.is_visible for field in signature_fields(report))


def test_a_field_can_be_chosen(report, people, now):
    signed = sign_pdf(report, people.member, role="member", when=now, field="member-2")
    assert verify_signatures(signed).signatures[0].field == "member-2"
    for field in ("member-2", "leader", "member-9"):
        assert _code(sign_pdf, signed, people.leader, role="member", when=now, field=field) == "sign.no_such_field"


def test_a_role_without_a_field_gets_an_invisible_one(report, people, now):
    signed = sign_pdf(report, people.leader, role="leader", when=now)
    signed = sign_pdf(signed, people.member, role="leader", when=now)
    signed = sign_pdf(signed, people.member, role="observer", when=now)
    assert [found.field for found in verify_signatures(signed).signatures] == ["leader", "leader-2", "observer-1"]
    assert verify_signatures(signed).intact
    assert [field.is_visible for field in signature_fields(signed) if field.role in {"leader", "observer"}] == [
        True,
        False,
        False,
    ]


def test_a_report_without_any_field_can_be_signed(blank, people, now):
    assert verify_signatures(sign_pdf(blank(fields=()), people.leader, role="leader", when=now)).intact


@pytest.mark.parametrize("role", ["", "Leader", "组长", "a.b", "x y"])
def test_a_role_must_be_a_word(report, people, now, role):
    assert _code(sign_pdf, report, people.leader, role=role, when=now) == "sign.no_such_field"


def test_the_same_certificate_signs_once_in_a_role(signed_once, people, now, password):
    again = load_identity(people.folder / "张三.p12", password)
    assert _code(sign_pdf, signed_once, again, role="leader", when=now) == "sign.already_signed"
    assert verify_signatures(sign_pdf(signed_once, again, role="member", when=now)).intact


def test_an_expired_identity_does_not_sign(report, people, now):
    for moment in (now.replace(year=2030), now - timedelta(days=1)):
        assert _code(sign_pdf, report, people.leader, role="leader", when=moment) == "sign.identity_not_valid"


def test_what_is_no_report_is_refused(blank, people, now):
    for pdf, code in (
        (b"", "pdf.damaged"),
        (b"not a PDF", "pdf.damaged"),
        (blank()[:1500], "pdf.damaged"),
        (blank(attachment=""), "sign.not_a_report"),
        (blank(attachment="other.json"), "sign.not_a_report"),
    ):
        assert _code(sign_pdf, pdf, people.leader, role="leader", when=now) == code


def test_an_encrypted_pdf_is_refused(report, people, now):
    locked = io.BytesIO()
    with pikepdf.open(io.BytesIO(report)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="o", user="", R=6))
    assert _code(sign_pdf, locked.getvalue(), people.leader, role="leader", when=now) == "pdf.encrypted"


def test_nothing_is_signed_on_top_of_what_does_not_hold(signed_once, people, now):
    changed = signed_once.replace(b"/Rect [ 72 560 272 620 ]", b"/Rect [ 72 561 272 620 ]")
    assert changed != signed_once
    for pdf in (changed, signed_once + b"\n", signed_once + b"%"):
        assert _code(sign_pdf, pdf, people.member, role="member", when=now) == "sign.existing_broken"


def test_a_key_that_signs_wrongly_is_noticed(report, people, now, monkeypatch):
    monkeypatch.setattr(type(people.leader.key), "sign", lambda self, content: bytes(384))
    assert _code(sign_pdf, report, people.leader, role="leader", when=now) == "sign.not_confirmed"


def test_time_is_kept_in_utc_whatever_zone_it_came_in(report, people, now):
    elsewhere = now.astimezone(timezone(timedelta(hours=-5)))
    found = verify_signatures(sign_pdf(report, people.leader, role="leader", when=elsewhere)).signatures[0]
    assert found.signed_at == now
    assert found.signed_at.tzinfo is UTC
