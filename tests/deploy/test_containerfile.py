"""The Containerfile: a linter finds nothing, and the image is what the manifests take it for."""

import json
import re
import subprocess

from tests.support import manifests, packages
from tests.support.manifests import DEPLOY

PATH = DEPLOY / "Containerfile"
TEXT = PATH.read_text(encoding="utf-8")
FINAL = TEXT.rpartition("\nFROM ")[2]


def instruction(name: str) -> list[str]:
    """The words of an instruction of the last stage, which is written as a list."""
    match = re.search(rf"^{name} (\[.*\])$", FINAL, re.MULTILINE)
    assert match
    return list(json.loads(match[1]))


def test_the_linter_has_nothing_to_say() -> None:
    """Every rule of hadolint, at every level, also those of its shell checks."""
    done = subprocess.run(
        [packages.of_environment("hadolint"), "--no-color", PATH], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_it_runs_as_a_user_without_rights_and_is_watched() -> None:
    user = re.findall(r"^USER (\S+)$", FINAL, re.MULTILINE)
    assert user == [manifests.compose()["services"]["web"]["user"]]
    assert instruction("CMD") == manifests.compose()["services"]["web"]["command"]
    health = re.search(r"^HEALTHCHECK .*CMD (\[.*\])$", FINAL, re.MULTILINE)
    assert health
    assert json.loads(health[1]) == manifests.compose()["services"]["web"]["healthcheck"]["test"][1:]


def test_nothing_of_the_checkout_goes_in_but_a_release() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", TEXT, re.MULTILINE)
    assert all(source.startswith("dist/") for source in copied)
    assert (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()[1:] == [
        "*",
        "!dist",
    ]


def test_packages_are_those_of_the_lock() -> None:
    installs = re.findall(r"pip install (.*)", TEXT)
    assert len(installs) == 2
    assert "--require-hashes" in installs[0]
    assert {"--no-index", "--no-deps"} <= set(installs[1].split())
