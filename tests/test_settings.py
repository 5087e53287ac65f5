"""Preferences: defaults for what is missing or broken, nothing half written, nothing lost."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qassess import settings
from qassess.settings import Language, LoadedSettings, Role, Settings, Theme, load_settings, save_settings

ALL_SET = Settings(
    language=Language.EN,
    theme=Theme.DARK,
    font_scale=125,
    author="李明",
    unit="平顺县质监局",
    role=Role.CITY_OFFICE,
    window=(10, -20, 1366, 768),
    maximized=True,
    touch=True,
    recent=("/a/质量.db", "/b.db"),
    identity="/keys/李明.p12",
    printing_font="/fonts/simfang.ttf",
    backup_folder="/media/stick",
    phrases=("材料齐全。", "待补充。"),
)


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.json") == LoadedSettings(settings=Settings())


def test_what_was_saved_is_read_again(tmp_path: Path) -> None:
    file = tmp_path / "not yet there" / "settings.json"
    save_settings(ALL_SET, file)
    assert load_settings(file) == LoadedSettings(settings=ALL_SET)
    assert all(getattr(ALL_SET, name) != getattr(Settings(), name) for name in json.loads(file.read_text("utf-8")))


@pytest.mark.parametrize("content", [b"", b"{", b'{"author": "\xff"}', b"[1, 2]", b"null", b"[" * 100_000])
def test_a_broken_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(content)
    loaded = load_settings(file)
    assert loaded.settings == Settings()
    assert loaded.unreadable
    assert loaded.set_aside == tmp_path / "settings.json.broken"
    assert loaded.set_aside.read_bytes() == content
    assert not file.exists()


def test_a_file_that_may_not_be_read_stays_where_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "settings.json"
    folder.mkdir()
    loaded = load_settings(folder)
    assert loaded == LoadedSettings(settings=Settings(), unreadable=True)
    assert folder.is_dir()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "fr"),
        ("theme", 3),
        ("role", None),
        ("font_scale", 79),
        ("font_scale", 201),
        ("font_scale", True),
        ("font_scale", "100"),
        ("author", 7),
        ("window", [1, 2, 3]),
        ("window", [1, 2, 3, 4.5]),
        ("maximized", 1),
        ("recent", "a.db"),
        ("recent", ["a.db", 1]),
    ],
)
def test_one_unusable_value_costs_only_itself(tmp_path: Path, name: str, value: object) -> None:
    file = tmp_path / "settings.json"
    file.write_text(json.dumps({"unit": "壶关县", name: value}), encoding="utf-8")
    loaded = load_settings(file)
    assert loaded == LoadedSettings(settings=Settings(unit="壶关县"), ignored=(name,))


def test_a_newer_programs_value_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"colour_of_tomorrow": "blue"}', encoding="utf-8")
    assert load_settings(file) == LoadedSettings(settings=Settings())


@given(
    st.dictionaries(
        st.sampled_from([*Settings.__slots__, "other"]),
        st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5),
    )
)
def test_no_content_can_stop_the_program(tmp_path_factory: pytest.TempPathFactory, stored: dict[str, object]) -> None:
    file = tmp_path_factory.mktemp("any") / "settings.json"
    file.write_text(json.dumps(stored), encoding="utf-8")
    loaded = load_settings(file)
    save_settings(loaded.settings, file)
    assert load_settings(file) == LoadedSettings(settings=loaded.settings)


def test_a_crash_while_saving_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "settings.json"
    save_settings(ALL_SET, file)

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        save_settings(Settings(author="new"), file)
    assert load_settings(file).settings == ALL_SET
    assert list(tmp_path.iterdir()) == [file], "no half-written file is left"


def test_the_database_opened_last_comes_first(tmp_path: Path) -> None:
    opened = Settings()
    assert opened.last_database is None
    for number in range(settings.RECENT + 5):
        opened = opened.having_opened(tmp_path / f"{number}.db")
    opened = opened.having_opened(tmp_path / "12.db")
    assert opened.last_database == tmp_path / "12.db"
    assert len(opened.recent) == len(set(opened.recent)) == settings.RECENT
