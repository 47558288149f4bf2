"""What the demonstration says when it is there."""

import json
from pathlib import Path

import pytest

from portal.local import sign_ins
from portal.local.folder import DataFolder

_SVEN = {
    "name": "Sven",
    "email": "sven@example.org",
    "password": "a long one",
    "organisation": "Aurora",
    "roles": ["signatory", "editor"],
}


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "var")


def test_show_prints_the_address_and_the_sign_ins(
    folder: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.save_facts("demo.json", {"url": "http://127.0.0.1:8000", "people": [_SVEN]})
    sign_ins.print_sign_ins(folder, "http://127.0.0.1:8123")
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    assert lines == [
        "Email             Password    Name  Organisation  Roles",
        "sven@example.org  a long one  Sven  Aurora        signatory, editor",
    ]


def test_show_puts_the_present_address_into_the_file(folder: DataFolder) -> None:
    folder.save_facts("demo.json", {"url": "http://127.0.0.1:8000", "people": [_SVEN]})
    sign_ins.print_sign_ins(folder, "http://127.0.0.1:8123")
    facts = json.loads((folder.path / "demo.json").read_text())
    assert facts == {"url": "http://127.0.0.1:8123", "people": [_SVEN]}


def test_show_names_the_folder_to_the_maker_of_the_first_manager(
    folder: DataFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_ins.print_sign_ins(folder, "http://127.0.0.1:8123")
    assert capsys.readouterr().out.splitlines()[3] == (
        f"If nobody can sign in yet: PORTAL_DATA_DIR={folder.path} python3 manage.py init"
        " in another window makes the first manager."
    )
