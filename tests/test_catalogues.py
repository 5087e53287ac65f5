"""Every sentence in the code has a Chinese one with the same placeholders, compiled and found when shown."""

import pytest

from qassess import i18n
from qassess.i18n import LANGUAGES, _, language, ngettext, pgettext, speaking, use_language
from tests import catalogues


@pytest.fixture(autouse=True)
def _same_language_afterwards():
    before = language()
    yield
    use_language(before)


@pytest.fixture
def chinese_of(tmp_path, monkeypatch):
    """Return a function that makes a catalogue of a domain from a mapping, in a folder of its own."""
    folder = tmp_path / "locale" / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    monkeypatch.setattr(i18n, "resources", lambda: tmp_path)
    i18n._catalogue.cache_clear()

    def make(domain, translations):
        catalogue = catalogues._empty()
        for english, chinese in translations.items():
            catalogue.add(english, chinese)
        (folder / f"{domain}.mo").write_bytes(catalogues.mo_bytes(catalogue))
        i18n._catalogue.cache_clear()

    yield make
    i18n._catalogue.cache_clear()


@pytest.mark.parametrize("domain", catalogues.SOURCES)
def test_every_sentence_is_translated_with_its_placeholders_and_compiled(domain):
    assert list(catalogues.complaints(domain)) == []


def test_no_sentence_lies_outside_the_catalogues():
    assert list(catalogues.strangers()) == []


def test_two_catalogues_never_translate_one_sentence_differently():
    assert list(catalogues.contradictions()) == []


def test_every_catalogue_is_searched():
    assert set(i18n.DOMAINS) == set(catalogues.SOURCES)


@pytest.mark.parametrize(
    ("english", "chinese", "complaint"),
    [
        ("{count} items", "", "not translated"),
        ("{count} items", "项目", "placeholders differ"),
        ("{count} items", "{number} 项", "placeholders differ"),
        ("{} items", "{} 项", "must be named"),
        ("{count items", "{count 项", "must be named"),
    ],
)
def test_a_bad_translation_is_found(english, chinese, complaint):
    catalogue = catalogues._empty()
    message = catalogue.add(english, chinese)
    assert any(complaint in said for said in catalogues._message_complaints("ui", message))


def test_chinese_is_the_default_and_english_needs_no_catalogue(chinese_of):
    chinese_of("ui", {"Sign": "签名"})
    assert next(iter(LANGUAGES)) == "zh"
    use_language("zh")
    assert _("Sign") == "签名"
    use_language("en")
    assert _("Sign") == "Sign"


def test_all_catalogues_are_searched_in_order(chinese_of):
    chinese_of("cli", {"Only here": "仅此处", "Both": "丁"})
    chinese_of("wording", {"Both": "甲"})
    use_language("zh")
    assert (_("Only here"), _("Both"), _("Nowhere")) == ("仅此处", "甲", "Nowhere")


def test_plurals_and_contexts_are_looked_up(chinese_of):
    chinese_of("ui", {("{count} item", "{count} items"): ("{count} 项",)})
    use_language("zh")
    assert ngettext("{count} item", "{count} items", 1) == "{count} 项"
    use_language("en")
    assert [ngettext("{count} item", "{count} items", count) for count in (1, 2)] == ["{count} item", "{count} items"]
    assert pgettext("verb", "Open") == "Open"


def test_a_document_may_speak_another_language_than_the_screen(chinese_of):
    chinese_of("ui", {"Sign": "签名"})
    use_language("zh")
    with speaking("en"):
        assert (language(), _("Sign")) == ("en", "Sign")
    assert (language(), _("Sign"), _("Sign", language="en")) == ("zh", "签名", "Sign")


def test_an_unknown_language_means_the_default():
    use_language("tlh")
    assert language() == "zh"
    with speaking("tlh"):
        assert language() == "zh"


@pytest.mark.parametrize("damage", [b"", b"not a catalogue", b"\xde\x12\x04\x95\x00\x00"])
def test_a_damaged_or_missing_catalogue_costs_the_translation_only(chinese_of, tmp_path, damage):
    chinese_of("ui", {"Sign": "签名"})
    (tmp_path / "locale" / "zh" / "LC_MESSAGES" / "ui.mo").write_bytes(damage)
    i18n._catalogue.cache_clear()
    use_language("zh")
    assert _("Sign") == "Sign"


def test_missing_resources_cost_the_translation_only(monkeypatch):
    def nowhere():
        raise i18n.ShippedFilesMissing("resources", ())

    monkeypatch.setattr(i18n, "resources", nowhere)
    i18n._catalogue.cache_clear()
    use_language("zh")
    assert _("Sign anything") == "Sign anything"
    i18n._catalogue.cache_clear()
