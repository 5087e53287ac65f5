"""Reports built once for all tests that only read them."""

import shutil
import subprocess

import pytest

from qassess.documents.report_pdf import build_report
from tests.documents.report_cases import county_report, small_report


@pytest.fixture(scope="session")
def small():
    return small_report()


@pytest.fixture(scope="session")
def built(small):
    return build_report(small)


@pytest.fixture(scope="session")
def county():
    return county_report()


@pytest.fixture(scope="session")
def county_built(county):
    return build_report(county)


@pytest.fixture(scope="session")
def small_file(built, tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "report.pdf"
    path.write_bytes(built.pdf)
    return path


@pytest.fixture(scope="session")
def county_file(county_built, tmp_path_factory):
    path = tmp_path_factory.mktemp("county") / "report.pdf"
    path.write_bytes(county_built.pdf)
    return path


@pytest.fixture
def tool():
    """Run a program of the PDF tools; a machine without them skips the test and says so."""

    def run(name, *arguments):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
        return subprocess.run([name, *map(str, arguments)], capture_output=True, check=False)

    return run
