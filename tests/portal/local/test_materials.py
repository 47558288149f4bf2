"""What a server installs beside the portal: its lock, and what the packages say of their licences."""

import tomllib
from datetime import UTC, datetime

import pytest
from packaging.markers import default_environment

from hatch_build import Dependencies
from portal.local import materials
from portal.local.environment import BASE_LOCK, EMBEDDED_SERVERS, ROOT

LOCK = (ROOT / BASE_LOCK).read_text(encoding="utf-8")


def test_the_lock_of_a_server_is_the_lock_without_the_embedded_servers_and_what_only_they_need() -> None:
    everything = {each.name: each.text for each in materials.read_lock(LOCK)}
    server = {each.name: each.text for each in materials.read_lock(materials.server_lock(LOCK))}

    assert len(everything) == LOCK.count("\n    # via")
    assert everything.keys() - server.keys() == {
        *EMBEDDED_SERVERS,
        "valkey",
        "fasteners",
        "platformdirs",
        "psutil",
    }
    assert all("--hash=sha256:" in text for text in server.values())
    assert {name for name in server if server[name] != everything[name]} <= {"async-timeout"}
    assert not any(name in materials.server_lock(LOCK) for name in EMBEDDED_SERVERS)


def test_the_package_needs_what_requirements_txt_names_but_for_the_embedded_servers() -> None:
    metadata: dict[str, list[str]] = {}
    Dependencies(str(ROOT), {}).update(metadata)
    direct = {each.name for each in materials.read_lock(LOCK) if "-r requirements.txt" in each.via}

    assert {name.partition("[")[0].partition("=")[0] for name in metadata["dependencies"]} == direct - set(
        EMBEDDED_SERVERS
    )
    assert all("==" in name for name in metadata["dependencies"])


def test_every_package_says_its_licence_and_none_binds_what_uses_it() -> None:
    """GPL and AGPL would bind the portal; what uses a library under the LGPL stays free."""
    licences = {each.name: materials.licence_of(each.name) for each in materials.installed_from(LOCK)}

    assert [name for name, licence in licences.items() if licence == "not said"] == []
    assert {name for name, licence in licences.items() if "GPL" in licence} == {"psycopg2-binary"}
    assert "Lesser" in licences["psycopg2-binary"]


def test_every_python_lists_the_same_materials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever builds a release anew compares its digests, with whatever Python there is."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    here = {**default_environment(), "python_full_version": "3.11.2", "python_version": "3.11"}
    written = []
    for changes in (
        {},
        {"python_full_version": "3.13.5", "python_version": "3.13"},
        {"sys_platform": "win32"},
    ):
        monkeypatch.setattr("packaging.markers.default_environment", lambda changes=changes: here | changes)
        written.append((materials.bill_of_materials(LOCK, "1", moment), materials.licence_list(LOCK, "1")))

    assert len(set(written)) == 1
    bill, licences = written[0]
    assert "pkg:pypi/async-timeout@" in bill
    assert "| async-timeout |" in licences
    assert "colorama" not in bill
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
        "requires-python"
    ]
    assert materials._PYTHONS[0].startswith(oldest.removeprefix(">="))


def test_what_builds_the_package_is_what_the_lock_of_the_tests_has() -> None:
    required = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"][
        "requires"
    ]
    tests = materials.read_lock((ROOT / "requirements-test.lock").read_text(encoding="utf-8"))

    assert set(required) <= {f"{each.name}=={each.version}" for each in tests}


@pytest.mark.parametrize(
    ("text", "via", "marker"),
    [
        ("a==1 \\\n    --hash=sha256:0\n    # via b\n", ("b",), ""),
        ("a==1 ; os_name == 'nt' \\\n    --hash=sha256:0 \\\n    --hash=sha256:1\n"
         "    # via\n    #   -r x.txt\n    #   c\n",
         ("-r x.txt", "c"), "os_name == 'nt'"),
    ],
)  # fmt: skip
def test_a_lock_is_read(text: str, via: tuple[str, ...], marker: str) -> None:
    (package,) = materials.read_lock(text)

    assert (package.name, package.version, package.via, package.marker, package.text) == (
        "a",
        "1",
        via,
        marker,
        text,
    )
