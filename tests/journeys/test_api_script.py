"""The script of the docs files a report, exactly as it stands there; the addresses of its page exist.

That it files with its own report.json, against the demonstration, is a part of the test that loads that one.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.urls import resolve

from alliance.models import Submission
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import make_cycle, make_report, read_cast, read_charter
from tests.support.bearers import token_of
from tests.support.filing_docs import SCRIPT, named_addresses

CONTENT: dict[str, Any] = {
    "answers": [
        {"indicator": "search-story", "language": "en", "text": "We look for known material at upload."},
        {"indicator": "speed-story", "language": "en", "text": "Reports of children are read first."},
        {"indicator": "complaints-story", "language": "en", "text": "Each complaint gets a reason."},
    ],
    "figures": [
        {"indicator": "content-actioned", "service": "aurora-kids", "value": "1200"},
        {"indicator": "content-actioned", "service": "aurora-live", "value": "340"},
        {
            "indicator": "found-proactively",
            "service": "aurora-kids",
            "numerator": "1170",
            "denominator": "1200",
        },
        {"indicator": "found-proactively", "service": "aurora-live", "value": "81.5"},
        {"indicator": "seen-before-removal", "service": "aurora-kids", "value": "35"},
        {"indicator": "seen-before-removal", "service": "aurora-live", "status": "not_measured"},
        {"indicator": "time-to-removal", "service": "aurora-kids", "value": "3.2"},
        {"indicator": "time-to-removal", "service": "aurora-live", "value": "6"},
        {"indicator": "hash-matching", "service": "aurora-kids", "value": "1"},
        {"indicator": "hash-matching", "service": "aurora-live", "value": "0"},
        {"indicator": "moderators", "service": None, "value": "14"},
    ],
    "links": [
        {"measure": "search", "url": "https://aurora-video.example/", "title": "How", "disclosure": "public"}
    ],
}


def run_script(live_server: Any, folder: Path, content: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    """What the script prints for Sven, beside a report.json of this content."""
    with acting_as(SYSTEM):
        cast = read_cast()
        make_report(make_cycle(read_charter()), cast.aurora)
        token = token_of(cast.sven)
    (folder / "report.json").write_text(json.dumps(content), encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(SCRIPT)],
        cwd=folder,
        env={"PORTAL": live_server.url, "TOKEN": token, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_script_of_the_docs_files_a_report(live_server: Any, tmp_path: Path) -> None:
    ran = run_script(live_server, tmp_path, CONTENT)

    assert ran.returncode == 0, ran.stderr
    with acting_as(SYSTEM):
        filed = Submission.objects.get()
    assert filed.sha256 in ran.stdout
    assert (filed.number, filed.signatory_name) == (1, "Sven")


def test_the_script_says_what_is_missing(live_server: Any, tmp_path: Path) -> None:
    ran = run_script(live_server, tmp_path, {**CONTENT, "figures": CONTENT["figures"][:-1]})

    assert ran.returncode == 1
    assert ran.stderr.startswith("Moderators")


def test_the_script_says_what_is_refused(live_server: Any, tmp_path: Path) -> None:
    figure = {"indicator": "moderators", "service": None, "value": "many"}
    ran = run_script(live_server, tmp_path, {**CONTENT, "figures": [figure]})

    assert ran.returncode == 1
    assert json.loads(ran.stderr)["errors"][0]["pointer"] == "/figures/0/value"


def test_the_script_is_short_and_needs_nothing_but_python() -> None:
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    needed = {line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))}

    assert len([line for line in lines if line.strip()]) <= 30
    assert needed <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(("method", "address"), named_addresses())
def test_an_address_of_the_docs_exists(method: str, address: str) -> None:
    path = re.sub(r"\{record\}", "0192f0c4-0000-7000-8000-000000000000", address)
    view = resolve("/api/v1/workspace/reports/" + re.sub(r"\{\w+\}", "1", path)).func

    assert hasattr(view.view_class, method.lower())  # type: ignore[attr-defined]  # of DRF's views
