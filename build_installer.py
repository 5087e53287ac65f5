"""Build what a person installs: the frozen program as tar.gz and .deb, and the Windows installer's layout.

Run it on the system the build is for: a frozen Linux build needs at least the glibc it was built with. Needs ``uv``;
the .deb also ``dpkg-deb``, the Windows installer ``makensis`` and an embeddable Python that a person supplies.
``--plan`` prints as JSON what would be built from what, and builds nothing.
"""

import argparse
import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NAME: str = PROJECT["name"]
VERSION: str = PROJECT["version"]
TITLE = "质评通"

PYINSTALLER = "pyinstaller==6.22.3"
SHIPPED = ("resources", "db")
# Libraries that read files of their own or choose modules by name: their imports tell PyInstaller too little.
WHOLE = (
    "alembic",
    "pikepdf",
    "pyhanko",
    "pyhanko_certvalidator",
    "pypdfium2",
    "pypdfium2_raw",
    "pypinyin",
    "reportlab",
)
LEFT_OUT = ("tkinter", "pytest", "hypothesis", "mypy", "IPython")
# PyInstaller never bundles GL; CUPS only where something is printed.
DEPENDS = ("libc6 (>= 2.34)", "libgl1", "libegl1", "libxkbcommon0", "libfontconfig1", "libdbus-1-3")
RECOMMENDS = ("libcups2", "libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxkbcommon-x11-0")
WINDOWS_PLATFORM = "x86_64-pc-windows-msvc"
PYTHON = "3.11"

ENTRY = """\
from qassess.__main__ import main

raise SystemExit(main())
"""

DESKTOP = f"""\
[Desktop Entry]
Type=Application
Name={TITLE}
Name[en]=qassess
Comment=县级质量工作考核
Exec=/opt/{NAME}/{NAME}
Terminal=false
Categories=Office;
"""

NSIS = """\
Unicode true
Target amd64-unicode
Name "{title} {version}"
OutFile "{output}"
InstallDir "$LOCALAPPDATA\\Programs\\{name}"
RequestExecutionLevel user
SetCompressor /SOLID lzma
Page directory
Page instfiles
UninstPage uninstConfirm
UninstPage instfiles
Section
  SetOutPath "$INSTDIR"
  File /r "{layout}/*"
  WriteUninstaller "$INSTDIR\\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\\{title}.lnk" "$INSTDIR\\python\\pythonw.exe" "-m {name}"
SectionEnd
Section Uninstall
  Delete "$SMPROGRAMS\\{title}.lnk"
  RMDir /r "$INSTDIR\\python"
  RMDir /r "$INSTDIR\\site-packages"
  Delete "$INSTDIR\\{name}.cmd"
  Delete "$INSTDIR\\uninstall.exe"
  RMDir "$INSTDIR"
SectionEnd
"""


class CannotBuildError(Exception):
    """Something the build needs is not there; the message says what, and how to get it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the named kinds; return 0, or 2 with one sentence where something needed is missing."""
    parser = argparse.ArgumentParser(description="Build the installers of qassess.")
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="tar, deb, windows (default: tar deb)")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", metavar="DIR")
    parser.add_argument("--python-embed", type=Path, metavar="ZIP", help="python-3.11.x-embed-amd64.zip, for windows")
    parser.add_argument("--plan", action="store_true", help="print the plan as JSON and build nothing")
    asked = parser.parse_args(arguments)
    kinds = asked.kinds or ["tar", "deb"]
    if unknown := set(kinds) - {"tar", "deb", "windows"}:
        parser.error(f"unknown kind: {', '.join(sorted(unknown))}")
    if asked.plan:
        print(json.dumps(plan(kinds, asked.out), ensure_ascii=False, indent=2))
        return 0
    try:
        built = build(kinds, asked.out.resolve(), asked.python_embed)
    except CannotBuildError as missing:
        print(missing, file=sys.stderr)
        return 2
    for path in built:
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path}")
    return 0


def plan(kinds: Sequence[str], out: Path) -> dict[str, Any]:
    """Return what would be built: every shipped file, the packaging options, and the outputs."""
    return {
        "name": NAME,
        "version": VERSION,
        "outputs": {kind: str(out / output_name(kind)) for kind in kinds},
        "shipped": {folder: shipped_files(folder) for folder in SHIPPED},
        "modules": [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / NAME).rglob("*.py"))],
        "pyinstaller": pyinstaller_options(ROOT / "build" / "entry.py", ROOT / "build" / "frozen"),
        "deb": {"control": control_file(0), "desktop": DESKTOP},
        "windows": {
            "platform": WINDOWS_PLATFORM,
            "python": PYTHON,
            "layout": ["python", "site-packages", f"{NAME}.cmd"],
        },
    }


def build(kinds: Sequence[str], out: Path, python_embed: Path | None) -> list[Path]:
    """Build each kind into ``out`` and return the files."""
    out.mkdir(parents=True, exist_ok=True)
    built = []
    if {"tar", "deb"} & set(kinds):
        frozen = freeze()
        check(frozen)
        built += [pack(frozen, out) for kind, pack in (("tar", make_tar), ("deb", make_deb)) if kind in kinds]
    if "windows" in kinds:
        built.append(make_windows(python_embed, out))
    return built


def output_name(kind: str) -> str:
    """Return the file name of an output."""
    return {
        "tar": f"{NAME}-{VERSION}-linux-amd64.tar.gz",
        "deb": f"{NAME}_{VERSION}_amd64.deb",
        "windows": f"{NAME}-{VERSION}-setup.exe",
    }[kind]


def shipped_files(folder: str) -> list[str]:
    """Return the files of a shipped folder, relative to the project."""
    found = (path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def pyinstaller_options(entry: Path, out: Path) -> list[str]:
    """Return PyInstaller's arguments: one folder, the shipped folders beside the modules."""
    options = ["--noconfirm", "--clean", "--onedir", "--name", NAME, "--paths", str(ROOT)]
    options += [
        "--distpath",
        str(out),
        "--workpath",
        str(out.with_name("work")),
        "--specpath",
        str(out.with_name("spec")),
    ]
    for folder in SHIPPED:
        options += ["--add-data", f"{ROOT / folder}{os.pathsep}{folder}"]
    options += ["--collect-submodules", NAME, "--collect-submodules", "sqlalchemy.dialects.sqlite"]
    for library in WHOLE:
        options += ["--collect-all", library]
    for module in LEFT_OUT:
        options += ["--exclude-module", module]
    return [*options, str(entry)]


def freeze() -> Path:
    """Freeze the program with its Python and libraries; return the folder."""
    work = ROOT / "build"
    work.mkdir(exist_ok=True)
    entry = work / "entry.py"
    entry.write_text(ENTRY, encoding="utf-8")
    out = work / "frozen"
    uv(
        "run",
        "--frozen",
        "--no-dev",
        "--isolated",
        "--with",
        PYINSTALLER,
        "pyinstaller",
        *pyinstaller_options(entry, out),
    )
    return out / NAME


def check(frozen: Path) -> None:
    """Start the frozen program: it must find its schemes and bodies."""
    for command in (["schemes", "list"], ["bodies"]):
        run(str(frozen / NAME), *command, quiet=True)


def make_tar(frozen: Path, out: Path) -> Path:
    """Pack the frozen folder so that the same input gives the same bytes."""
    path = out / output_name("tar")
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", mtime=0, fileobj=file) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for found in sorted(frozen.rglob("*")):
            name = f"{NAME}-{VERSION}/{found.relative_to(frozen).as_posix()}"
            archive.add(found, name, recursive=False, filter=anonymous)
    return path


def anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave out who built it and when."""
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = "root"
    return member


def make_deb(frozen: Path, out: Path) -> Path:
    """Lay out /opt, the command and the menu entry, and call dpkg-deb."""
    tool("dpkg-deb", "apt-get install dpkg")
    tree = ROOT / "build" / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(frozen, tree / "opt" / NAME, symlinks=True)
    command = tree / "usr" / "bin" / NAME
    command.parent.mkdir(parents=True)
    command.symlink_to(f"/opt/{NAME}/{NAME}")
    write(tree / "usr" / "share" / "applications" / f"{NAME}.desktop", DESKTOP)
    write(tree / "usr" / "share" / "doc" / NAME / "copyright", (ROOT / "LICENSE").read_text(encoding="utf-8"))
    size = sum(path.lstat().st_size for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    write(tree / "DEBIAN" / "control", control_file(size // 1024))
    path = out / output_name("deb")
    # xz: the dpkg of older desktops reads nothing newer.
    run("dpkg-deb", "--root-owner-group", "-Zxz", "-b", str(tree), str(path), quiet=True)
    return path


def control_file(kibibytes: int) -> str:
    """Return the package's description; the size is what it takes installed."""
    return (
        f"Package: {NAME}\nVersion: {VERSION}\nArchitecture: amd64\nMaintainer: qassess maintainers\n"
        f"Installed-Size: {kibibytes}\nSection: misc\nPriority: optional\n"
        f"Depends: {', '.join(DEPENDS)}\nRecommends: {', '.join(RECOMMENDS)}\n"
        f"Description: {TITLE}: {PROJECT['description'].partition(': ')[2]}\n"
    )


def make_windows(python_embed: Path | None, out: Path) -> Path:
    """Lay out an embeddable Python, the Windows wheels and the program, and call makensis."""
    if python_embed is None or not python_embed.is_file():
        raise CannotBuildError("windows: give --python-embed python-3.11.x-embed-amd64.zip (from python.org).")
    tool("makensis", "apt-get install nsis")
    layout = ROOT / "build" / "windows"
    shutil.rmtree(layout, ignore_errors=True)
    with zipfile.ZipFile(python_embed) as archive:
        archive.extractall(layout / "python")  # noqa: S202 # python.org's archive, handed over by whoever builds
    write(layout / "python" / "python311._pth", "python311.zip\n.\n..\\site-packages\n")
    write(layout / f"{NAME}.cmd", f'@"%~dp0python\\python.exe" -m {NAME} %*\n')
    install_wheels(layout / "site-packages")
    path = out / output_name("windows")
    script = layout.with_name("installer.nsi")
    # With a byte order mark: makensis takes the Chinese title for the system's code page otherwise.
    filled = NSIS.format(title=TITLE, name=NAME, version=VERSION, output=path, layout=layout)
    script.write_text(filled, encoding="utf-8-sig")
    run("makensis", "-V2", str(script))
    if not path.is_file():
        raise CannotBuildError("windows: makensis ended without an installer.")
    return path


def install_wheels(target: Path) -> None:
    """Install the locked libraries for Windows, and the program's own wheel, into a folder."""
    work = ROOT / "build"
    wheels = work / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    uv("build", "--wheel", "--out-dir", str(wheels))
    locked = work / "requirements.txt"
    uv("export", "--frozen", "--no-dev", "--no-emit-project", "--quiet", "--output-file", str(locked))
    chosen = ["--target", str(target), "--python-platform", WINDOWS_PLATFORM, "--python-version", PYTHON]
    uv("pip", "install", *chosen, "--only-binary", ":all:", "--requirements", str(locked))
    uv("pip", "install", *chosen, "--no-deps", *map(str, wheels.glob("*.whl")))


def write(path: Path, text: str) -> None:
    """Write a text file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def uv(*arguments: str) -> None:
    """Run uv: the one the checks made, else the one on PATH."""
    own = ROOT / ".boot" / "bin" / "uv"
    run(str(own) if own.is_file() else tool("uv", "sh .ci/test makes one"), *arguments)


def tool(name: str, remedy: str) -> str:
    """Return the path of a program.

    Raises ``CannotBuildError`` with the remedy where there is none.
    """
    found = shutil.which(name)
    if found is None:
        raise CannotBuildError(f"{name} is needed ({remedy}).")
    return found


def run(*command: str, quiet: bool = False) -> None:
    """Run a program in the project's folder; its failure is the build's."""
    try:
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL if quiet else None)
    except subprocess.CalledProcessError as failed:
        raise CannotBuildError(f"{Path(command[0]).name} failed with exit code {failed.returncode}.") from failed


if __name__ == "__main__":
    sys.exit(main())
