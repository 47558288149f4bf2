"""The script of the docs files a report, exactly as it stands there, against a live server."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from alliance.models import Submission
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import make_cycle, make_report, read_cast, read_charter
from tests.support.bearers import token_of

DOCS = Path(__file__).resolve().parents[2] / "docs/api"
SCRIPT = DOCS / "file_a_report.py"


def test_the_script_of_the_docs_files_a_report(live_server: Any, tmp_path: Path) -> None:
    with acting_as(SYSTEM):
        cast = read_cast()
        make_report(make_cycle(read_charter()), cast.aurora)
        token = token_of(cast.sven)
    shutil.copy(DOCS / "report.json", tmp_path)

    ran = subprocess.run(
        [sys.executable, str(SCRIPT)],
        cwd=tmp_path,
        env={"PORTAL": live_server.url, "TOKEN": token, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert ran.returncode == 0, ran.stderr
    with acting_as(SYSTEM):
        filed = Submission.objects.get()
    assert filed.sha256 in ran.stdout
    assert (filed.number, filed.signatory_name) == (1, "Sven")


def test_the_script_is_short_and_needs_nothing_but_python() -> None:
    lines = SCRIPT.read_text(encoding="utf-8").splitlines()
    needed = {line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))}

    assert len([line for line in lines if line.strip()]) <= 30
    assert needed <= set(sys.stdlib_module_names)
