"""The client as a package of its own: what it uses, what it says, how it is built."""

import ast
import hashlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from alliance_client.russian import RUSSIAN
from alliance_client.version import __version__
from portal.local.environment import ROOT
from tests.support.client_program import CLIENT

PACKAGE = CLIENT / "alliance_client"
FILES = sorted(PACKAGE.rglob("*.py"))
# as `python -m build` does, which would fetch the builder anew
BUILD = """
import sys, hatchling.build
hatchling.build.build_wheel(sys.argv[1])
hatchling.build.build_sdist(sys.argv[1])
"""
_VALUE = re.compile(r"\{(\w+)\}")


def trees() -> Iterator[ast.Module]:
    return (ast.parse(path.read_text(encoding="utf-8")) for path in FILES)


def texts() -> set[str]:
    """What the client says, as its code writes it."""
    calls = [
        node
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "say", "words.say")
    ]
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}


def test_it_needs_little_and_nothing_of_the_portal() -> None:
    names = {
        name.partition(".")[0]
        for tree in trees()
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    project = tomllib.loads((CLIENT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {line.split()[0] for line in project["dependencies"]}

    assert names - set(sys.stdlib_module_names) - {"alliance_client"} == declared == {"click", "httpx"}


def test_every_text_has_its_russian_and_no_other() -> None:
    assert texts() == set(RUSSIAN)
    assert {
        text for text in RUSSIAN if set(_VALUE.findall(text)) != set(_VALUE.findall(RUSSIAN[text]))
    } == set()


def test_the_licence_is_that_of_the_portal() -> None:
    assert (CLIENT / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_changelog_knows_its_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
    assert f"`alliance-client` {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


# --- Building --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The wheel, built twice."""
    folders = [tmp_path_factory.mktemp("wheel") for _twice in range(2)]
    for folder in folders:
        subprocess.run([sys.executable, "-c", BUILD, folder], cwd=CLIENT, check=True, capture_output=True)
    return [path for folder in folders for path in sorted(folder.iterdir())]


@pytest.mark.slow
def test_it_is_built_to_the_same_bytes(wheels: list[Path]) -> None:
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in wheels]
    names = [path.name for path in wheels]

    assert names[:2] == [
        f"alliance_client-{__version__}-py3-none-any.whl",
        f"alliance_client-{__version__}.tar.gz",
    ]
    assert digests[:2] == digests[2:]


@pytest.mark.slow
def test_what_is_built_runs_alone(wheels: list[Path], tmp_path: Path) -> None:
    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--target",
        tmp_path / "lib",
    ]
    subprocess.run([*pip, wheels[0]], check=True, capture_output=True)

    ran = subprocess.run(
        [sys.executable, tmp_path / "lib/bin/alliance", "--version"],
        env={"PYTHONPATH": str(tmp_path / "lib"), "LANG": "C.UTF-8"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert ran.stdout == f"alliance {__version__}\n"
    assert (tmp_path / "lib/alliance_client/py.typed").exists()
