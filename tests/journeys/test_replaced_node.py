"""A node is replaced by an empty one: it serves what the other took and does its work, and nothing local is missed."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings

from alliance.enums import Role
from alliance.models import Cycle, Evidence, Person
from alliance.services.erasure import ERASED
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.jobs import enqueue
from portal.local.environment import ROOT
from tests.factories import (
    make_charter,
    make_cycle,
    make_organisation,
    make_person,
    make_report,
    make_service,
)
from tests.support.http_client import HttpClient
from tests.support.installation import PROGRAMS, SERVERS, Installation
from tests.support.mail import wait_until
from tests.support.s3_server import KEYS

# Who names the data folder, and why nothing there is a node's own and has to last: docs/how-to/many-hosts.md
NAMES_THE_DATA_FOLDER = {
    "portal/settings.py": "says where it is",
    "portal/kernel/files/ledger.py": "ledgers, where the files lie in a folder",
    "portal/kernel/files/scratch.py": "scratch, and what else a process leaves behind: `private_folder`",
    "portal/kernel/checks/folders.py": "asks whether it is private",
    "portal/kernel/checks/servers.py": "asks whose it is",
    "alliance/management/commands/init.py": "says which setting leads to the files of another portal",
    "portal/kernel/operations/machine.py": "asks how full its disk is",
    "portal/metrics/requests.py": "counts of this node",
}
OF_A_NODE = {"tmp", "inspection", "metrics"}
CONTENT = b"day,count\n2026-03-01,12345\n" * 1_000


def test_nobody_else_names_the_data_folder() -> None:
    """What another module wrote there would be lost with its node, and nobody would have said so."""
    naming = {
        path.relative_to(ROOT).as_posix()
        for layer in ("portal", "alliance", "practices")
        for path in (ROOT / layer).rglob("*.py")
        if not path.is_relative_to(ROOT / "portal" / "local")
        and "DATA_DIR" in path.read_text(encoding="utf-8")
    }
    assert naming == NAMES_THE_DATA_FOLDER.keys()


class Nodes:
    """An installation with its files in a bucket, whose programs run on a data folder that is not there yet."""

    def __init__(self, installation: Installation, bucket: dict[str, Any]) -> None:
        self.installation = installation
        self._folder = installation.folder.path / "nodes"
        self._folder.mkdir()
        installation.folder.give_to_children(self._folder)
        options = bucket["OPTIONS"]
        self._variables = {
            "FILES_S3_BUCKET": options["bucket_name"],
            "FILES_S3_PREFIX": options["location"],
            "FILES_S3_ENDPOINT": options["endpoint_url"],
            "FILES_S3_REGION": options["region_name"],
            **KEYS,
        }

    def name_next(self, name: str) -> Path:
        """Programs that start from now on are on this node; returns its folder."""
        self.installation.variables = {**self._variables, "PORTAL_DATA_DIR": str(self._folder / name)}
        return self._folder / name


@pytest.fixture
def nodes(
    tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any, new_bucket: Callable[[], dict[str, Any]]
) -> Iterator[Nodes]:
    installation, bucket = Installation(tmp_path_factory.mktemp("stage")), new_bucket()
    storages = {**settings.STORAGES, "default": bucket}
    try:
        with django_db_blocker.unblock(), override_settings(STORAGES=storages):
            installation.open(SERVERS)
            with installation.database():
                call_command("migrate", interactive=False, verbosity=0)
                with acting_as(SYSTEM):
                    make_cycle(make_charter())
                yield Nodes(installation, bucket)
    finally:
        installation.close()


@pytest.mark.slow
@pytest.mark.xdist_group("s3")
def test_an_empty_node_takes_the_place_of_another(nodes: Nodes) -> None:
    first = nodes.name_next("first")
    for name in PROGRAMS:
        nodes.installation.start(name)
    with acting_as(SYSTEM):
        organisation = make_organisation("of-two-nodes")
        make_service(organisation, "service-of-two-nodes")
        alice = make_person("Alice", organisation, Role.EDITOR)
        report = make_report(Cycle.objects.get(slug="2026-h1"), organisation)
    session = Client()
    session.force_login(alice)
    http = HttpClient(nodes.installation.port, session.cookies["session"].value)
    page = f"/workspace/reports/{report.pk}/measures/search/"
    sent = http.upload(f"{page}files/", http.form(page, title="Counts", public="on"), "counts.csv", CONTENT)
    assert sent.status == 302
    note_erasure(alice)
    assert {path.name for path in first.iterdir()} <= OF_A_NODE

    for name in PROGRAMS:
        nodes.installation.kill(name)
    shutil.rmtree(first)
    second = nodes.name_next("second")
    for name in PROGRAMS:
        nodes.installation.start(name)

    with acting_as(SYSTEM):
        evidence = Evidence.objects.get(report=report)
        bob = make_person("Bob", organisation, Role.EDITOR)
    assert http.fetch(f"/workspace/evidence/{evidence.pk}/") == (200, CONTENT)
    note_erasure(bob)
    assert len(list(ERASED.entries())) == 2
    assert {path.name for path in second.iterdir()} <= OF_A_NODE
    assert http.get("/health/ready").status == 200


def note_erasure(person: Person) -> None:
    """A worker writes the person into the ledger, as after an erasure."""
    before = len(list(ERASED.entries()))
    enqueue("note_erasure", key=f"note_erasure:{person.pk}", payload={"person": person.pk})
    wait_until(lambda: len(list(ERASED.entries())) > before, 60, "the entry of a worker")
