"""The font finder takes a 仿宋 only if it may be embedded and can set every Chinese character."""

import shutil

import pytest
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from qassess.documents.fonts import Role, Typefaces, font_folders, installed_fang_song, is_full_width, is_usable
from qassess.locations import resources

WENKAI = resources() / "fonts" / "LXGWWenKai-Regular.ttf"


@pytest.fixture
def changed(tmp_path):
    """Make a copy of a font with other embedding rights, or with a few glyphs only."""

    def make(name, *, rights=0, characters=""):
        path = tmp_path / name
        with TTFont(WENKAI, lazy=not characters) as font:
            font["OS/2"].fsType = rights
            if characters:
                subsetter = Subsetter(Options(drop_tables=["GSUB", "GPOS"]))
                subsetter.populate(text=characters)
                subsetter.subset(font)
            font.save(path)
        return path

    return make


def test_a_full_embeddable_font_is_found_in_a_folder_below(tmp_path):
    place = tmp_path / "truetype" / "vendor"
    place.mkdir(parents=True)
    shutil.copy(WENKAI, place / "simfang.ttf")
    assert installed_fang_song([tmp_path / "missing", tmp_path]) == place / "simfang.ttf"


def test_another_font_is_not_taken_for_one(tmp_path):
    shutil.copy(WENKAI, tmp_path / "wenkai.ttf")
    assert installed_fang_song([tmp_path]) is None


@pytest.mark.parametrize("rights", [0x0002, 0x0100, 0x0200])
def test_a_font_that_may_not_be_embedded_is_passed_over(changed, rights):
    assert not is_usable(changed("fangsong.ttf", rights=rights))


def test_a_font_with_few_characters_is_passed_over(changed):
    assert not is_usable(changed("fangsong.ttf", characters="质量强市"))


def test_print_and_preview_rights_are_enough(changed):
    assert is_usable(changed("fangsong.ttf", rights=0x0004))


@pytest.mark.parametrize("content", [b"", b"not a font", b"\x00\x01\x00\x00" + bytes(40)])
def test_a_broken_file_is_passed_over(tmp_path, content):
    path = tmp_path / "simfang.ttf"
    path.write_bytes(content)
    assert not is_usable(path)


def test_an_installed_one_sets_han_only_in_the_body():
    faces = Typefaces(fang_song=WENKAI)
    assert faces.glyph(Role.BODY, "质").font == "FangSong-LXGWWenKai-Regular"
    assert faces.glyph(Role.BODY, "7").font == "Serif"
    assert faces.glyph(Role.SONG, "质").font == "Serif"


def test_every_platform_has_folders():
    assert font_folders()


@pytest.mark.parametrize(("character", "full"), [("质", True), ("。", True), ("（", True), ("a", False), ("—", False)])
def test_full_width(character, full):
    assert is_full_width(ord(character)) is full


def test_the_fonts_that_ship_have_every_character_of_gb2312():
    for name in ("NotoSerifSC_400Regular", "NotoSerifSC_700Bold", "NotoSansSC_400Regular", "NotoSansSC_700Bold"):
        assert is_usable(resources() / "fonts" / f"{name}.ttf")
    assert is_usable(WENKAI)
