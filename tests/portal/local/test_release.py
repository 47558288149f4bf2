"""A release: the same bytes for everybody, with all that an installation needs and nothing of a developer's."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from portal import __version__
from portal.local import materials, release
from portal.local.environment import BASE_LOCK, ROOT, TEST_LOCK, LauncherError
from tests.support.launcher import bare_environment
from tests.support.packages import unavailable
from tests.support.released import released_versions

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("release")]

PACKAGE = f"alliance_portal-{__version__}"
WHEEL, SDIST = f"{PACKAGE}-py3-none-any.whl", f"{PACKAGE}.tar.gz"
SHARED = f"{PACKAGE}.data/data/share/portal/"
# Run by an installed portal, far from the source.
LOOK = """
import json, django
django.setup()
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.utils import translation
with translation.override("ru"):
    russian = translation.gettext("Commitments")
print(json.dumps([str(settings.DATA_DIR), russian, bool(finders.find("css/record.css")),
                  get_template("404.html").origin.name]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the files as they are."""
    folder = tmp_path_factory.mktemp("release")
    release.build(folder, uncommitted=True)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel puts beside other packages."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(built / WHEEL) as wheel:
        wheel.extractall(folder)
    return folder


def run_installed(folder: Path, program: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = bare_environment() | {
        "PYTHONPATH": str(folder), "DJANGO_SETTINGS_MODULE": "portal.settings", "SECRET_KEY": "a" * 50,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
    )


def portal(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return run_installed(folder, "import sys; from portal.console import main; sys.exit(main())", *arguments)


def test_the_files_of_a_release_are_those_whose_digests_it_has(built: Path) -> None:
    lines = [line.split("  ") for line in (built / release.DIGESTS).read_text().splitlines()]

    assert {name: digest for digest, name in lines} == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in built.iterdir()
        if path.name != release.DIGESTS
    }
    locks = {path.name for path in ROOT.glob("requirements*.lock")} - {TEST_LOCK}
    assert BASE_LOCK in locks
    assert {name for _digest, name in lines} == locks | {
        WHEEL, SDIST, f"{PACKAGE}.cdx.json", f"{PACKAGE}.licences.md",
    }  # fmt: skip


def test_who_builds_the_source_elsewhere_and_later_gets_the_same_bytes(built: Path, tmp_path: Path) -> None:
    """From the sdist alone, in another folder, as somebody with another umask, zone and language."""
    with tarfile.open(built / SDIST) as source:
        moments = {member.mtime for member in source.getmembers()}
        source.extractall(tmp_path / "elsewhere", filter="data")
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": str(int(*moments)),
        "TZ": "Asia/Omsk",
        "LANG": "ru_RU.UTF-8",
    }
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(tmp_path / "built")],
        cwd=tmp_path / "elsewhere" / PACKAGE, env=environment, umask=0o077, check=True, capture_output=True,
    )  # fmt: skip

    for name in (WHEEL, SDIST):
        assert (tmp_path / "built" / name).read_bytes() == (built / name).read_bytes(), name


def test_the_wheel_holds_the_portal_and_nothing_of_a_developer(built: Path) -> None:
    with zipfile.ZipFile(built / WHEEL) as wheel:
        names = wheel.namelist()
        dependencies = wheel.read(f"{PACKAGE}.dist-info/METADATA").decode()

    assert {name.split("/")[0] for name in names} == {
        "portal", "alliance", "practices", f"{PACKAGE}.data", f"{PACKAGE}.dist-info",
    }  # fmt: skip
    assert [
        name for name in names if re.search(r"^portal/local/|/tests?/|\.py[co]$|\.po$|__pycache__|/\.", name)
    ] == []
    assert Counter(names).most_common(1)[0][1] == 1
    assert f"{PACKAGE}.dist-info/licenses/LICENSE" in names
    assert "Requires-Dist: django==" in dependencies
    assert "embedded" not in dependencies


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        ("templates", "portal/resources/templates/"), ("static", "portal/resources/static/"),
        ("alliance/data", "alliance/data/"), ("practices/data", "practices/data/"),
        ("deploy", f"{SHARED}deploy/"), ("alliance/data/charters", f"{SHARED}charters/"),
    ],
)  # fmt: skip
def test_the_wheel_holds_every_file_that_an_installation_reads(
    installed: Path, folder: str, place: str
) -> None:
    names = subprocess.run(
        [*release._GIT, "ls-files", "--cached", "--others", "--exclude-standard", folder],
        capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    files = [name for name in names if (ROOT / name).is_file()]

    assert len(files) > 1
    for name in files:
        copy = installed / place / Path(name).relative_to(folder)
        assert copy.read_bytes() == (ROOT / name).read_bytes()


def test_an_installed_portal_finds_its_templates_static_files_and_translations(installed: Path) -> None:
    data, russian, has_stylesheet, template = json.loads(run_installed(installed, LOOK).stdout)

    assert (data, russian, has_stylesheet) == ("/var/lib/portal", "Обязательства", True)
    assert Path(template).is_relative_to(installed / "portal" / "resources")


def test_the_command_of_an_installation_is_that_of_operators(installed: Path) -> None:
    assert portal(installed, "--version").stdout == f"Alliance Portal {__version__}\n"
    for command in ("demo", "test", "release", "makemigrations"):
        done = portal(installed, command)
        assert (done.returncode, done.stderr.startswith(f"`{command}` is for developers")) == (2, True)
    lost = portal(installed, "showmigrations")
    assert (lost.returncode, "Look at DATABASE_URL" in lost.stderr, "manage.py" in lost.stderr) == (
        1,
        True,
        False,
    )
    assert "backup" in portal(installed, "help").stdout


def test_the_bill_of_materials_is_one_by_its_schema_and_names_what_is_locked(built: Path) -> None:
    text = (built / f"{PACKAGE}.cdx.json").read_text(encoding="utf-8")
    facts = json.loads(text)
    locked = materials.installed_from((built / BASE_LOCK).read_text(encoding="utf-8"))

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert (
        JsonStrictValidator(SchemaVersion.V1_6).validate_str(text.replace('"library"', '"book"')) is not None
    )
    assert [each["purl"] for each in facts["components"]] == [each.address for each in locked]
    assert {each["ref"] for each in facts["dependencies"]} == {
        facts["metadata"]["component"]["bom-ref"], *(each.address for each in locked),
    }  # fmt: skip
    (celery,) = [each for each in facts["dependencies"] if each["ref"].startswith("pkg:pypi/celery@")]
    assert any(ref.startswith("pkg:pypi/kombu@") for ref in celery["dependsOn"])


def test_every_package_stands_in_the_list_of_licences(built: Path) -> None:
    rows = re.findall(
        r"^\| (\S+) \| (\S+) \| (.+) \|$", (built / f"{PACKAGE}.licences.md").read_text(), re.MULTILINE
    )

    locked = materials.installed_from((built / BASE_LOCK).read_text(encoding="utf-8"))
    assert [row[:2] for row in rows[1:]] == [(each.name, each.version) for each in locked]


def test_a_release_is_made_of_a_commit_into_an_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        release, "_git", lambda *words: " M portal/settings.py" if words[0] == "status" else "0"
    )
    with pytest.raises(LauncherError, match="not committed"):
        release.build(tmp_path / "one")

    answers = {
        "status": "",
        "tag": f"v{__version__}",
        "rev-list": "of the release",
        "rev-parse": "a later one",
    }
    monkeypatch.setattr(release, "_git", lambda *words: answers[words[0]])
    with pytest.raises(LauncherError, match=f"{__version__} is out"):
        release.build(tmp_path / "two")

    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    with pytest.raises(LauncherError, match="not empty"):
        release.build(tmp_path / "other", uncommitted=True)


# --- Releases that are out ---

PUBLISHED = ROOT / "docs" / "releases"
OUT = [path.parent.name for path in sorted(PUBLISHED.glob(f"*/{release.DIGESTS}"))]
INDEX = {
    version: (commit, digest)
    for version, commit, digest in re.findall(
        r"^\| ([\d.]+) \| (\w{40}) \| .+ \| `(\w{64})` \|$",
        (PUBLISHED / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
}


def test_the_digests_of_each_release_are_published() -> None:
    """Those of the last version come with the commit after its tag."""
    assert set(released_versions()[1:]) <= set(OUT)
    assert {version: digest for version, (_commit, digest) in INDEX.items()} == {
        version: hashlib.sha256((PUBLISHED / version / release.DIGESTS).read_bytes()).hexdigest()
        for version in OUT
    }


@pytest.mark.parametrize("version", OUT)
def test_a_release_built_again_has_the_published_digests(version: str, tmp_path: Path) -> None:
    """The locks, and the packages while what builds them is the same; bill and licences tell of what is installed."""
    commit, _digest = INDEX[version]
    archive = subprocess.run([*release._GIT, "archive", commit], capture_output=True, check=False)
    if archive.returncode:
        unavailable(f"This clone has no code of {version}: `git fetch --tags --unshallow` brings it.")
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as files:
        files.extractall(tmp_path / "source", filter="data")
    source, folder = tmp_path / "source", tmp_path / "built"
    folder.mkdir()
    if is_same := builder_of(source) == builder_of(ROOT):
        release._build_packages(source, folder, int(release._git("log", "-1", "--format=%ct", commit)))
    for path in source.glob("requirements*.lock"):
        if path.name != TEST_LOCK:
            lock = materials.server_lock(path.read_text(encoding="utf-8"))
            (folder / path.name).write_text(lock, encoding="utf-8")

    lines = (PUBLISHED / version / release.DIGESTS).read_text(encoding="utf-8").splitlines()
    published = {name: digest for digest, name in (line.split("  ") for line in lines)}
    built = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    endings = (".lock", ".whl", ".tar.gz") if is_same else (".lock",)
    assert built == {name: digest for name, digest in published.items() if name.endswith(endings)}


def builder_of(source: Path) -> list[str]:
    facts = tomllib.loads((source / "pyproject.toml").read_text(encoding="utf-8"))
    packages: list[str] = facts["build-system"]["requires"]
    return packages
