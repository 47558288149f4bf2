"""What a release is installed with: the lock of a server, the bill of its materials, their licences."""

import importlib.metadata
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.local.environment import EMBEDDED_SERVERS, LauncherError

_BLOCK = re.compile(r"^([a-z0-9._-]+)==([^\s;\\]+)(?: ; ([^\\\n]+?))? \\\n((?:    .*\n)+)", re.MULTILINE)
_VIA = re.compile(r"^    #   (?:via )?(\S.*)$|^    # via (\S.*)$", re.MULTILINE)
# Classifiers of the index that say less than an identifier of SPDX, or the same in other words.
_IDENTIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
}
# What no Python here may have installed: their licences as they say them.
_LICENCES = {"async-timeout": "Apache-2.0"}
# A server runs on Linux, with the oldest Python that pyproject.toml allows or a newer one: what each installs is named.
_PYTHONS = ("3.11.0", "3.14.0")
_EXPRESSION = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")


@dataclass(frozen=True)
class Locked:
    """A package of a lock: `via` are those that need it, `marker` says where it is installed."""

    name: str
    version: str
    marker: str
    via: tuple[str, ...]
    text: str

    @property
    def address(self) -> str:
        """Its package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(lock: str) -> list[Locked]:
    """The packages of a lock that `uv pip compile` has written, in its order."""
    return [
        Locked(match[1], match[2], match[3] or "", _needed_by(match[4]), match[0])
        for match in _BLOCK.finditer(lock)
    ]


def _needed_by(body: str) -> tuple[str, ...]:
    return tuple(first or second for first, second in _VIA.findall(body) if (first or second) != "via")


def server_lock(lock: str) -> str:
    """The lock without the embedded servers, and without what only they need."""
    packages, gone = read_lock(lock), set(EMBEDDED_SERVERS)
    while more := {each.name for each in packages if each.via and gone.issuperset(each.via)} - gone:
        gone |= more
    for package in packages:
        if package.name in gone:
            lock = lock.replace(package.text, "")
    return re.sub(rf"^    #   (?:{'|'.join(sorted(gone))})\n", "", lock, flags=re.MULTILINE)


def licence_of(name: str) -> str:
    """What a package says of its licence: an expression of SPDX where it has one, else its own words."""
    if name in _LICENCES:
        return _LICENCES[name]
    metadata = importlib.metadata.metadata(name).json
    if expression := metadata.get("license_expression"):
        return str(expression)
    classifiers = [
        each.rpartition(" :: ")[2] for each in metadata.get("classifier", []) if "License ::" in each
    ]
    known = [_IDENTIFIERS.get(each, each) for each in classifiers if each != "OSI Approved"]
    words = str(metadata.get("license", "")).strip()
    own = "" if "\n" in words or len(words) > 60 else words
    # one's own words may be an identifier where the classifier names a family
    return own if _EXPRESSION.fullmatch(own) and "-" in own else " OR ".join(known) or own or "not said"


def licence_list(lock: str, version: str) -> str:
    """The packages that a server installs beside the portal, with their licences, as Markdown."""
    rows = [f"| {each.name} | {each.version} | {licence_of(each.name)} |" for each in installed_from(lock)]
    head = (
        f"# Alliance Portal {version}: licences\n\n"
        "The portal itself: Apache-2.0. What is installed beside it, and under which licence:\n\n"
        "| package | version | licence |\n|---|---|---|\n"
    )
    return head + "\n".join(rows) + "\n"


def installed_from(lock: str) -> Sequence[Locked]:
    """The packages of a lock that servers install, whichever Python builds the release.

    Refuses another version than the locked one.
    """
    from packaging.markers import Marker  # a release is built with the packages of the tests

    servers = [_server_with(python) for python in _PYTHONS]
    packages = [
        each for each in read_lock(lock) if not each.marker or any(map(Marker(each.marker).evaluate, servers))
    ]
    for package in packages:
        if package.name in _LICENCES:
            continue
        if (actual := importlib.metadata.version(package.name)) != package.version:
            raise LauncherError(f"{package.name} {package.version} is locked, and {actual} is installed.")
    return packages


def _server_with(python: str) -> dict[str, str]:
    """What markers ask about a server with this Python: every variable, so that nothing of this machine is asked."""
    return {
        "implementation_name": "cpython",
        "implementation_version": python,
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": python,
        "python_version": python.rpartition(".")[0],
        "sys_platform": "linux",
    }


def bill_of_materials(lock: str, version: str, moment: datetime) -> str:
    """The portal with the packages that a server installs beside it, as CycloneDX 1.6; the same for the same lock."""
    packages = installed_from(lock)
    addresses = {each.name: each.address for each in packages}
    portal = f"pkg:pypi/alliance-portal@{version}"
    needs: dict[str, list[str]] = {address: [] for address in (portal, *addresses.values())}
    for package in packages:
        for name in package.via:
            needs[portal if name.startswith("-r ") else addresses[name]].append(package.address)
    facts = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, f"{portal}\n{lock}").urn,
        "version": 1,
        "metadata": {
            "timestamp": moment.isoformat(),
            "component": _component("application", portal, "alliance-portal", version, "Apache-2.0"),
        },
        "components": [
            _component("library", each.address, each.name, each.version, licence_of(each.name))
            for each in packages
        ],
        "dependencies": [{"ref": ref, "dependsOn": sorted(on)} for ref, on in sorted(needs.items())],
    }
    return json.dumps(facts, indent=2) + "\n"


def _component(kind: str, address: str, name: str, version: str, licence: str) -> dict[str, object]:
    is_expression = bool(_EXPRESSION.fullmatch(licence))
    return {
        "type": kind,
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        "licenses": [{"expression": licence} if is_expression else {"license": {"name": licence}}],
    }
