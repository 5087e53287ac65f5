"""The translators' bench: collect the sentences of the code, merge them into the catalogues, compile, check.

    python -m tests.catalogues update [wording|documents|ui|cli …]    collect, merge, compile
    python -m tests.catalogues check  [wording|documents|ui|cli …]    say what is missing; exit 1 if anything is
    python -m tests.catalogues fill wording|documents|ui|cli FILE     update, with translations from a JSON file:
                                                                      {"English sentence": "中文", …}

Or translate by filling in the ``msgstr`` lines of ``resources/locale/zh/LC_MESSAGES/*.po``, and ``update`` again.
"""

import io
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "qassess"
CATALOGUES = ROOT / "resources" / "locale" / "zh" / "LC_MESSAGES"

SOURCES = {
    "wording": ("wording",),
    "documents": ("documents", "signing"),
    "ui": ("ui", "app.py"),
    "cli": ("cli", "cli.py", "__main__.py"),
}
"""Which part of the package speaks through which catalogue."""

KEYWORDS = {"_": None, "later": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}

FIXED_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""A catalogue's dates never change, so that the same translations give the same bytes."""


def sources(domain: str) -> Iterator[Path]:
    """Yield the Python files whose sentences belong to a catalogue, in a stable order."""
    for name in SOURCES[domain]:
        place = PACKAGE / name
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place] if place.exists() else []


def collected(domain: str) -> Catalog:
    """Return the sentences in the code as a catalogue without translations."""
    found = _empty()
    for path in sources(domain):
        for _line, message, comments, context in extract_from_file("python", path, KEYWORDS, ("i18n:",)):
            found.add(message, None, [(path.relative_to(ROOT).as_posix(), 1)], auto_comments=comments, context=context)
    return found


def stored(domain: str) -> Catalog:
    """Return the catalogue as it lies in ``resources/locale``; an empty one if there is none yet."""
    path = po_file(domain)
    if not path.exists():
        return _empty()
    with path.open("rb") as lines:
        return _dated(read_po(lines, locale="zh_CN", domain=domain))


def merged(domain: str) -> Catalog:
    """Return the stored translations of exactly the sentences that are in the code now."""
    catalogue = stored(domain)
    catalogue.update(collected(domain), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    return _dated(catalogue)


def po_bytes(catalogue: Catalog) -> bytes:
    """Return the text form of a catalogue, sorted so that two people's additions rarely touch the same line."""
    out = io.BytesIO()
    write_po(out, catalogue, sort_output=True, include_lineno=False, width=0, ignore_obsolete=True)
    return out.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return the compiled form of a catalogue."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def po_file(domain: str) -> Path:
    return CATALOGUES / f"{domain}.po"


def mo_file(domain: str) -> Path:
    return CATALOGUES / f"{domain}.mo"


def compiled(domain: str) -> dict[object, object]:
    """Return what the compiled catalogue says, without its header; empty if it was never compiled."""
    path = mo_file(domain)
    if not path.exists():
        return {}
    with path.open("rb") as binary:
        return _said(read_mo(binary))


def update(domain: str, translations: Mapping[str, str] | None = None) -> None:
    """Bring one catalogue up to date and compile it; ``translations`` by English sentence (singular, context::text)."""
    CATALOGUES.mkdir(parents=True, exist_ok=True)
    catalogue = merged(domain)
    for message in catalogue:
        chinese = (translations or {}).get(_name(message))
        if chinese:
            message.string = (chinese,) if message.pluralizable else chinese
    po_file(domain).write_bytes(po_bytes(catalogue))
    mo_file(domain).write_bytes(mo_bytes(stored(domain)))


def complaints(domain: str) -> Iterator[str]:
    """Yield what is wrong with a catalogue: untranslated, unknown, differing placeholders, not compiled."""
    catalogue = stored(domain)
    known = {_key(message) for message in catalogue if message.id}
    asked = {_key(message) for message in collected(domain) if message.id}
    for missing in sorted(asked - known, key=str):
        yield f"{domain}: not in the catalogue: {missing}"
    for gone in sorted(known - asked, key=str):
        yield f"{domain}: no longer in the code: {gone}"
    for message in catalogue:
        if message.id:
            yield from _message_complaints(domain, message)
    if compiled(domain) != _said(catalogue):
        yield f"{domain}: the .mo is not compiled from the .po"


def strangers() -> Iterator[str]:
    """Yield marked sentences in files that belong to no catalogue; they could never be translated."""
    placed = {path for domain in SOURCES for path in sources(domain)} | {PACKAGE / "i18n.py"}
    for path in sorted(set(PACKAGE.rglob("*.py")) - placed):
        for line, message, _comments, _context in extract_from_file("python", path, KEYWORDS):
            yield f"{path.relative_to(ROOT)}:{line}: belongs to no catalogue: {message}"


def contradictions() -> Iterator[str]:
    """Yield sentences that two catalogues translate differently: the one searched first would win everywhere."""
    spoken: dict[object, tuple[str, object]] = {}
    for domain in SOURCES:
        for message in stored(domain):
            if not message.id:
                continue
            other, translation = spoken.setdefault(_key(message), (domain, message.string))
            if translation != message.string:
                yield f"{domain} and {other} differ on {message.id!r}: use one translation, or pgettext"


def placeholders(text: str) -> set[str]:
    """Return the names in ``{braces}``; a positional or broken one is returned as it stands and never agrees."""
    try:
        return {name for _text, name, _format, _conversion in Formatter().parse(text) if name is not None}
    except ValueError as fault:
        return {f"broken: {fault}"}


def _message_complaints(domain: str, message: Message) -> Iterator[str]:
    english = _forms(message.id)
    chinese = _forms(message.string)
    if message.fuzzy or not all(chinese):
        yield f"{domain}: not translated: {message.id!r}"
        return
    names = set().union(*map(placeholders, english))
    for form in chinese:
        if placeholders(form) != names:
            yield f"{domain}: placeholders differ: {message.id!r} / {form!r}"
    if any(not name or name.startswith("broken") for name in names):
        yield f"{domain}: placeholders must be named: {message.id!r}"


def _forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, tuple | list) else (str(text),)


def _said(catalogue: Catalog) -> dict[object, object]:
    return {
        _key(message): _forms(message.string) for message in catalogue if message.id and all(_forms(message.string))
    }


def _name(message: Message) -> str:
    english = _forms(message.id)[0]
    return f"{message.context}::{english}" if message.context else english


def _key(message: Message) -> tuple[object, object]:
    context = message.context
    # Babel reads the contexts of a compiled catalogue as bytes.
    return context.decode() if isinstance(context, bytes) else context, _forms(message.id)


def _empty() -> Catalog:
    return _dated(Catalog(locale="zh_CN", project="qassess", version="1", charset="utf-8", fuzzy=False))


def _dated(catalogue: Catalog) -> Catalog:
    catalogue.creation_date = catalogue.revision_date = FIXED_DATE
    catalogue.fuzzy = False
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "qassess"
    catalogue.header_comment = "# The Chinese texts of qassess. To bring up to date: python -m tests.catalogues update"
    return catalogue


def main(arguments: Sequence[str]) -> int:
    """Run one command of the bench; return the exit code."""
    command, *named = arguments or ("check",)
    if command == "fill":
        named, translations = named[:1], json.loads(Path(named[1]).read_text(encoding="utf-8"))
        update(named[0], translations)
    domains = named or list(SOURCES)
    if command == "update":
        for domain in domains:
            update(domain)
    found = [complaint for domain in domains for complaint in complaints(domain)]
    found += [*strangers(), *contradictions()]
    sys.stdout.writelines(f"{complaint}\n" for complaint in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
