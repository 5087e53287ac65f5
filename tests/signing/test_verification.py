"""Verification: every change of a signed file is found, whatever it is and wherever."""

import io
import random
import re

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.signers.cms_embedder import SigMDPSetup

from qassess.signing import pdf_signature
from qassess.signing.authority import low_s
from qassess.signing.fields import open_pdf
from qassess.signing.identity import load_identity
from qassess.signing.pdf_signature import CHINA, sign_pdf
from qassess.signing.stamp import StampStyle
from qassess.signing.verification import (
    BYTE_RANGE,
    CHANGED,
    CONTAINER,
    LATER_CHANGE,
    NOT_WHOLE_FILE,
    PADDING,
    UNCERTIFIED,
    UNREADABLE,
    UNSIGNED,
    UNSIGNED_REVISION,
    verify_signatures,
)

HEX = b"0123456789ABCDEF"


def _holes(pdf):
    """Return begin and end of each container's hexadecimal digits."""
    return [match.span(1) for match in re.finditer(rb"/Contents <([0-9A-F]+)>", pdf)]


def _replaced(pdf, position, byte):
    return pdf[:position] + bytes([byte]) + pdf[position + 1 :]


def _flipped(pdf, rng):
    position = rng.randrange(len(pdf))
    return _replaced(pdf, position, pdf[position] ^ (1 << rng.randrange(8)))


def _other_byte(pdf, rng):
    position = rng.randrange(len(pdf))
    return _replaced(pdf, position, (pdf[position] + rng.randrange(1, 256)) % 256)


def _digit_of_container(pdf, rng):
    begin, end = _holes(pdf)[-1]
    position = rng.randrange(begin, end)
    return _replaced(pdf, position, rng.choice([digit for digit in HEX if digit != pdf[position]]))


def _padding(pdf, rng):
    begin, end = _holes(pdf)[-1]
    used = len(pdf[begin:end].rstrip(b"0"))
    return _replaced(pdf, rng.randrange(begin + used + 2, end), rng.choice(b"123456789ABCDEFabcdef \n\0>"))


def _letter_case(pdf, rng):
    begin, end = rng.choice(_holes(pdf))
    position = rng.choice([index for index in range(begin, end) if pdf[index] in b"ABCDEF"])
    return _replaced(pdf, position, pdf[position] + 32)


def _all_lower_case(pdf, rng):
    begin, end = rng.choice(_holes(pdf))
    return pdf[:begin] + pdf[begin:end].lower() + pdf[end:]


def _head_or_tail(pdf, rng):
    position = rng.choice([*range(20), *range(len(pdf) - 60, len(pdf))])
    return _replaced(pdf, position, pdf[position] ^ 1)


def _truncated(pdf, rng):
    ends = {match.end() + extra for match in re.finditer(rb"%%EOF", pdf) for extra in (0, 1)}
    return pdf[: rng.choice([length for length in range(len(pdf)) if length not in ends])]


def _appended(pdf, rng):
    return pdf + rng.choice([b"\n", b" ", b"\0", b"%", b"%%EOF\n", rng.randbytes(40), pdf[-200:], pdf])


def _byte_lost_or_doubled(pdf, rng):
    position = rng.randrange(len(pdf))
    return pdf[:position] + rng.choice([b"", pdf[position : position + 1] * 2]) + pdf[position + 1 :]


def _two_places_swapped(pdf, rng):
    first, second = sorted(rng.sample(range(len(pdf) - 16), 2))
    if second - first < 16 or pdf[first : first + 16] == pdf[second : second + 16]:
        return _flipped(pdf, rng)
    return (
        pdf[:first]
        + pdf[second : second + 16]
        + pdf[first + 16 : second]
        + pdf[first : first + 16]
        + pdf[second + 16 :]
    )


def _updated(pdf, rng):
    return rng.choice(UPDATES)(pdf)


def _update(pdf, change):
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _score(pdf):
    """Raise the printed score, the way an incremental update can."""

    def change(writer):
        page = writer.root["/Pages"]["/Kids"][0]
        text = generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 720 Td (total 99.40) Tj ET")
        page["/Contents"] = writer.add_object(text)
        writer.update_container(page)

    return _update(pdf, change)


def _data(pdf):
    """Replace the attached data."""

    def change(writer):
        file = writer.root["/AF"][0]["/EF"]
        file["/F"] = writer.add_object(generic.StreamObject(stream_data=b'{"total": "99.40"}'))
        writer.update_container(file)

    return _update(pdf, change)


def _note(pdf):
    """Lay a note with another score over the page."""

    def change(writer):
        page = writer.root["/Pages"]["/Kids"][0]
        note = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Annot"),
                pdf_name("/Subtype"): pdf_name("/FreeText"),
                pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (72, 700, 200, 740))),
                pdf_name("/Contents"): pdf_string("99.40"),
            }
        )
        page["/Annots"].append(writer.add_object(note))
        writer.update_container(page["/Annots"])
        writer.update_container(page)

    return _update(pdf, change)


def _title(pdf):
    return _update(pdf, lambda writer: writer.set_info(generic.DictionaryObject({pdf_name("/Title"): pdf_string("x")})))


def _orphan(pdf):
    return _update(pdf, lambda writer: writer.add_object(pdf_string("nobody refers to this")))


def _fake_stamp(pdf):
    """Make an empty field look signed."""

    def change(writer):
        _draw_over(writer, "member-2")

    return _update(pdf, change)


def _draw_over(writer, name):
    fields = [field.get_object() for field in writer.root["/AcroForm"]["/Fields"]]
    field = next(field for field in fields if field["/T"] == name)
    fake = generic.StreamObject(dict_data=dict(field["/AP"]["/N"]), stream_data=b"0 0 200 60 re f")
    field["/AP"] = generic.DictionaryObject({pdf_name("/N"): writer.add_object(fake)})
    writer.update_container(field)


def _rewritten(pdf):
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(written)
    return written.getvalue()


UPDATES = (_score, _data, _note, _title, _orphan, _fake_stamp, _rewritten)

KINDS = (
    (_flipped, 50),
    (_other_byte, 25),
    (_digit_of_container, 30),
    (_padding, 20),
    (_letter_case, 12),
    (_all_lower_case, 3),
    (_head_or_tail, 10),
    (_truncated, 15),
    (_appended, 12),
    (_byte_lost_or_doubled, 12),
    (_two_places_swapped, 6),
    (_updated, 14),
)
MUTANTS = [(make, seed) for make, count in KINDS for seed in range(count)]


def test_there_are_more_than_two_hundred_mutants():
    assert len(MUTANTS) >= 200


@pytest.mark.parametrize(("make", "seed"), [pytest.param(m, s, id=f"{m.__name__[1:]}-{s}") for m, s in MUTANTS])
def test_a_mutant_is_not_intact(signed, make, seed):
    mutant = make(signed, random.Random(f"{make.__name__} {seed}"))
    assert mutant != signed
    report = verify_signatures(mutant)
    assert not report.intact
    assert report.problems or any(found.problems for found in report.signatures)


def test_the_original_of_the_mutants_is_intact(signed):
    assert verify_signatures(signed).intact


@pytest.mark.parametrize("update", UPDATES[:-1])
def test_a_change_signed_over_by_somebody_else_is_found(signed_once, people, now, update):
    """Whoever can sign could change the report before: the earlier signature must say so."""
    forged = _signed_over(update(signed_once), people.member, now)
    report = verify_signatures(forged)
    assert report.whole_file
    assert report.signatures[-1].intact
    assert report.signatures[0].problems == (LATER_CHANGE,)
    assert not report.intact


def _signed_over(pdf, identity, now, *, certify=False, place="member-1"):
    """Sign without any of the checks."""
    style = StampStyle(border_width=0, lines=("x",), fonts=pdf_signature._shipped_fonts())
    setup = pdf_signature._setup(identity, style, "", now, certify=certify)
    return pdf_signature._embedded(pdf, identity, place, setup)


def test_a_second_field_changed_with_a_signature_is_found(signed_once, people, now, monkeypatch):
    """In one and the same update: a genuine signature and a faked stamp in somebody else's field."""
    genuine = pdf_signature._SigningWriter._update_meta

    def with_a_fake(writer):
        _draw_over(writer, "representative")
        genuine(writer)

    monkeypatch.setattr(pdf_signature._SigningWriter, "_update_meta", with_a_fake)
    report = verify_signatures(_signed_over(signed_once, people.member, now, place="member-1"))
    assert report.signatures[0].problems == (LATER_CHANGE,)


def test_a_signature_without_certification_is_no_beginning(report, people, now):
    assert verify_signatures(_signed_over(report, people.leader, now)).problems == (UNCERTIFIED,)


def test_a_certification_that_permits_more_is_none(report, people, now, monkeypatch):
    def permissive(**kwargs):
        return SigMDPSetup(**{**kwargs, "docmdp_perms": MDPPerm.ANNOTATE})

    monkeypatch.setattr(pdf_signature, "SigMDPSetup", permissive)
    assert verify_signatures(_signed_over(report, people.leader, now, certify=True)).problems == (UNCERTIFIED,)


def test_an_update_between_two_signatures_is_found_even_if_it_changes_nothing(signed_once, people, now):
    def rewrite_a_field(writer):
        writer.mark_update(writer.root.raw_get("/AcroForm"))

    report = verify_signatures(_signed_over(_update(signed_once, rewrite_a_field), people.member, now))
    assert UNSIGNED_REVISION in report.problems
    assert not report.intact


def test_what_is_wrong_is_named(signed):
    appended = verify_signatures(signed + b"\n")
    assert appended.problems == (NOT_WHOLE_FILE,)
    assert all(found.intact for found in appended.signatures)

    begin, end = _holes(signed)[-1]
    padded = verify_signatures(_replaced(signed, end - 1, ord("1")))
    assert [found.problems for found in padded.signatures] == [(), (), (PADDING,)]
    assert not padded.padding_canonical

    lower = verify_signatures(signed[:begin] + signed[begin:end].lower() + signed[end:])
    assert lower.signatures[-1].problems == (PADDING,)

    content = signed.index(b"/Rect [ 72 400 272 460 ]") + 8
    moved = verify_signatures(_replaced(signed, content, ord("8")))
    assert CHANGED in moved.signatures[-1].problems


def test_a_cut_off_signature_leaves_the_file_that_was_there_before(signed, people):
    """No signature can show that another one followed; only a comparison with the database can."""
    ends = [match.end() for match in re.finditer(rb"%%EOF\n", signed)]
    report = verify_signatures(signed[: ends[-2]])
    assert report.intact
    assert [found.name for found in report.signatures] == [people.leader.name, people.member.name]


def test_an_unsigned_report_is_not_intact(report, blank):
    for pdf in (report, blank(fields=())):
        assert verify_signatures(pdf).problems == (UNSIGNED,)
        assert not verify_signatures(pdf).intact
        assert not verify_signatures(pdf).padding_canonical


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"\0" * 4096,
        b"%PDF-1.7\n1 0 obj\n" + b"[" * 200_000 + b"\nstartxref\n9\n%%EOF\n",
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer <</Root 1 0 R/Prev 9/Size 1>>\nstartxref\n9\n%%EOF\n",
    ],
)
def test_hostile_files_do_not_hold_and_do_not_raise(content):
    report = verify_signatures(content)
    assert report.problems == (UNREADABLE,)
    assert not report.intact
    assert not report.whole_file


@pytest.mark.parametrize("value", [b"[0 1 2 9]", b"[0 0 0 0]", b"[1 2 3]", b"null", b"[0 (a) 2 3]", b"[-5 9 9 9]"])
def test_a_byte_range_that_is_none(signed_once, value):
    written = re.search(rb"/ByteRange (\[.*?\] *)\n", signed_once)
    begin, end = written.span(1)
    report = verify_signatures(signed_once[:begin] + value.ljust(end - begin) + signed_once[end:])
    assert not report.intact
    assert report.problems == (UNREADABLE,) or BYTE_RANGE in report.signatures[0].problems


def test_a_signature_out_of_its_certificates_time_says_so(report, tmp_path, bundle, certify, password, now):
    key = ec.generate_private_key(ec.SECP256R1())
    short = load_identity(bundle(tmp_path / "a.p12", key, certify("A", key, days=1)), password)
    signed = _signed_over(report, short, now.replace(month=12), certify=True, place="leader")
    found = verify_signatures(signed).signatures[0]
    assert found.intact
    assert not found.in_validity


def test_the_other_form_of_an_ecdsa_signature_is_found(report, ec_identity, now):
    signed = sign_pdf(report, ec_identity, role="leader", when=now)
    signer = open_pdf(signed).embedded_signatures[0]
    value = signer.signer_info["signature"].native
    order = ec.SECP256R1().group_order
    high = _high_s(value, order)
    assert low_s(high, order) == value
    begin, end = _holes(signed)[-1]
    digits = signed[begin:end]
    der = bytes.fromhex(digits.decode()).rstrip(b"\0")
    other = der[: -len(value) - 2] + bytes([0x04, len(high)]) + high
    grown = len(high) - len(value)
    other = _with_lengths_grown(other, len(der), grown)
    forged = signed[:begin] + other.hex().upper().encode().ljust(end - begin, b"0") + signed[end:]
    assert verify_signatures(forged).signatures[0].problems == (CONTAINER,)


def _high_s(signature, order):
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

    r, s = decode_dss_signature(signature)
    return encode_dss_signature(r, order - s)


def _with_lengths_grown(der, before, grown):
    """Correct the lengths of the five values around the signature, each with two octets of length."""
    for match in list(re.finditer(rb"[\x30\x31\xa0]\x82", der)):
        at = match.start()
        length = int.from_bytes(der[at + 2 : at + 4], "big")
        if at + 4 + length == before:
            der = der[: at + 2] + (length + grown).to_bytes(2, "big") + der[at + 4 :]
    return der


def test_the_stamp_shows_china_time_and_the_dictionary_keeps_its_offset(signed_once):
    moment = open_pdf(signed_once).embedded_signatures[0].self_reported_timestamp
    assert moment.utcoffset() == CHINA.utcoffset(None)


def test_verification_writes_nothing_to_standard_error(signed, capfd):
    verify_signatures(_score(signed))
    verify_signatures(signed[:-100])
    assert capfd.readouterr() == ("", "")
