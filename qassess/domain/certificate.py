"""Certificates of a result (考核结果证书): the record of one that was issued, and its number in a series."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRecord:
    """One certificate as issued; a reprint repeats it unchanged and says that it is a copy.

    ``digest``: of the signed report it rests on, 64 hex digits; another signed version gets a certificate of its own.
    ``total``: the rounded total as exact text. ``issued_at``: UTC, ISO 8601 with ``Z``, of the first printing.
    ``prefix`` and ``running`` are the parts of ``number``; ``year`` is the year assessed. ``replaces``: the number of
    the certificate of an earlier signed version, which this one takes the place of.
    """

    number: str
    prefix: str
    year: int
    running: int
    digest: str
    body: str
    round: str
    grade: str
    total: str
    place: int = 0
    issuer: str = ""
    issued_at: str = ""
    replaces: str = ""


def certificate_number(prefix: str, year: int, running: int) -> str:
    """Return the number as printed, in the form of an official document's.

    >>> certificate_number("长质强考证", 2024, 7)
    '长质强考证〔2024〕007号'
    """
    return f"{prefix}〔{year}〕{running:03}号"


def next_running(issued: tuple[CertificateRecord, ...], prefix: str, year: int) -> int:
    """Return the number after the highest one of a series; gaps are never filled."""
    taken = [record.running for record in issued if (record.prefix, record.year) == (prefix, year)]
    return max(taken, default=0) + 1
