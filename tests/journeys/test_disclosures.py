"""Real input: public yearly disclosures carried through the whole chain, in the forms that people use."""

import csv
import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django.utils.text import slugify

from alliance.demo import disclosures, files
from alliance.enums import AccessionState, OrganisationKind, Role
from alliance.models import Accession, Charter, Organisation, PublishedVerdict, Report
from alliance.queries.reminder_steps import working_day_after
from alliance.services.charters import load_charter, put_charter_in_force
from alliance.services.references import load_reference_counts
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document, DocumentState
from portal.kernel.publishing import Publication
from practices.models import Practice, Request, WorkingGroup
from tests.factories import make_organisation, make_person
from tests.support.background_programs import Worker
from tests.support.forms import FormClient
from tests.support.mail import wait_until
from tests.support.pages import words_of
from tests.support.shares import Share

# the set-up of these tests takes long: once, in one process
pytestmark = pytest.mark.xdist_group("disclosures")

FACTS = Path(__file__).parent.parent / "data" / "disclosures.csv"
HOTLINE = files.EXAMPLES / "disclosures" / "hotline.csv"
YEARS = (2020, 2021, 2022, 2023)


@dataclass(frozen=True)
class Fact:
    organisation: str
    year: int
    reported: str
    hotline: str


def facts() -> list[Fact]:
    with FACTS.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    return [Fact(row["organisation"], int(row["year"]), row["reported"], row["hotline"]) for row in rows]


class Chain:
    """The people of the example, signed in, and what they do year after year."""

    def __init__(self, *names: str, years: tuple[int, ...] = YEARS) -> None:
        self.years = years
        self.facts = [
            fact for fact in facts() if fact.year in years and (not names or fact.organisation in names)
        ]
        with acting_as(SYSTEM):
            secretariat = make_organisation("secretariat", OrganisationKind.SECRETARIAT)
            loaded = load_charter(SYSTEM, (files.CHARTERS / "disclosures.yaml").read_bytes())
            self.charter: Charter = put_charter_in_force(SYSTEM, loaded.charter)
            self.members = {name: _member(name) for name in {fact.organisation for fact in facts()}}
            load_reference_counts(SYSTEM, HOTLINE.read_bytes(), HOTLINE.name)
        self.mona = FormClient(make_person("Mona", secretariat, Role.MANAGER))
        self.rita = FormClient(make_person("Rita", secretariat, Role.REVIEWER))
        self.clients = {
            name: FormClient(_editor(self.members[name]))
            for name in {fact.organisation for fact in self.facts}
        }

    def go(self) -> None:
        for year in self.years:
            self._accede(year)
            self._open(year)
            for fact in [fact for fact in self.facts if fact.year == year]:
                report = Report.objects.get(
                    organisation=self.members[fact.organisation], cycle__slug=str(year)
                )
                self._file(self.clients[fact.organisation], report, fact.reported)
                self._review(report)
            early = {"reason": "All of it is in.", "title": str(year)}
            self._send(self.mona, f"/secretariat/cycles/{year}/close/", **early)
            self._send(self.mona, f"/secretariat/cycles/{year}/publish/")

    def _accede(self, year: int) -> None:
        """Each organisation is a member from its first disclosure on."""
        first = {
            name: min(fact.year for fact in self.facts if fact.organisation == name) for name in self.clients
        }
        for name in [name for name, since in first.items() if since == year]:
            Accession.objects.create(
                organisation=self.members[name], charter=self.charter, state=AccessionState.PUBLISHED
            )

    def _open(self, year: int) -> None:
        self.mona.open("/secretariat/cycles/plan/")
        self.mona.send(
            {
                "title_en": str(year),
                "title_ru": f"{year} год",
                "slug": str(year),
                "charter": str(self.charter.pk),
                "starts_on": f"{year}-01-01",
                "ends_on": f"{year}-12-31",
                "due_on": working_day_after(timezone.localdate() + timedelta(days=30)).isoformat(),
            }
        )
        self._send(self.mona, f"/secretariat/cycles/{year}/open/")

    @staticmethod
    def _send(client: FormClient, url: str, **entries: str) -> str:
        client.open(url)
        return client.send(entries)

    def _file(self, client: FormClient, report: Report, reported: str) -> None:
        """The figure, with a note that answers every check; then the statement."""
        client.open(f"/workspace/reports/{report.pk}/measures/yearly-count/")
        value = next(name for name in client.form().names if name.endswith("-value"))
        text = f"{int(reported):,}"  # as an English reader writes it: 67,073
        client.send({value: text, value.replace("-value", "-note"): "As disclosed."})
        self._send(client, f"/workspace/reports/{report.pk}/submit/", stated="on")

    def _review(self, report: Report) -> None:
        home = f"/secretariat/reviews/{report.pk}/"
        self.rita.open(home)
        self.rita.send(action=f"{home}start/")
        self._send(self.rita, f"{home}measures/yearly-count/", value="not_due")
        self._send(self.rita, f"{home}commitments/disclose-hotline-reports/", value="not_due")
        self._send(self.rita, f"{home}conclude/")


def _member(name: str) -> Organisation:
    organisation = make_organisation(slugify(name))
    Organisation.objects.filter(pk=organisation.pk).update(name_en=name, name_ru=name)
    return organisation


def _editor(organisation: Organisation) -> Any:
    return make_person("Filer", organisation, Role.EDITOR, Role.SIGNATORY)


@pytest.fixture
def compared(empty_database: None, db: None, full: bool, share: Share) -> str:
    """The comparison page: after all years of all were published, or those of the two that are looked at."""
    is_whole = full and share == Share()
    (Chain() if is_whole else Chain("Amazon", "Discord", years=(2022, 2023))).go()
    return words_of(Client().get("/en/compare/?indicator=hotline-reports&view=table"))


@pytest.mark.slow
def test_the_facts_stand_next_to_the_hotlines_counts(compared: str) -> None:
    """Amazon 2022 and Discord 2023, and nobody's verdict but `not due`."""
    assert re.search(r"67,073 .{0,40}NCMEC 70,157", compared)
    assert re.search(r"164,478 .{0,40}NCMEC 339,412 difference 51.5 % , Difference over 10 %", compared)
    assert "Discord, 2023: 164,478; NCMEC: 339,412 (difference 51.5 %)" in compared
    assert set(PublishedVerdict.objects.values_list("value", "reason")) == {("not_due", "")}
    page = words_of(Client().get("/en/reports/discord/2023/"))
    assert "164,478" in page
    assert "339,412" in page


def test_the_example_says_the_same_as_the_facts() -> None:
    """What `demo --example disclosures` loads, against the facts written down for the tests."""
    expected = {
        (fact.organisation, fact.year): Decimal(fact.reported) for fact in facts() if fact.year in YEARS
    }
    reported = disclosures.DisclosuresExample(timezone.now()).reported
    with HOTLINE.open(encoding="utf-8", newline="") as source:
        counted = {(row["organisation"], int(row["period"])): row["value"] for row in csv.DictReader(source)}

    assert {
        (name, year): value for name, years in reported.items() for year, value in years.items()
    } == expected
    assert counted == {(fact.organisation, fact.year): fact.hotline for fact in facts() if fact.year in YEARS}


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("empty_database")
def test_the_example_loads_with_its_banner(client: Client, tmp_path: Path) -> None:
    call_command("load_demo", example="disclosures", data_file=tmp_path / "demo.json", verbosity=0)

    page = words_of(client.get("/en/compare/?indicator=hotline-reports&view=table"))
    assert re.search(r"67,073 .{0,40}NCMEC 70,157", page)
    assert "the companies named take no part in it." in page
    assert Organisation.objects.get(slug="snap").since == date(2022, 1, 1)
    with acting_as(SYSTEM):  # nor is a practice published in the name of real companies
        assert not any(model.objects.exists() for model in (Practice, Request, WorkingGroup))
    assert set(PublishedVerdict.objects.values_list("value", "reason")) == {("not_due", "")}
    feed = client.get("/en/feed.atom").content.decode()
    bodies = [json.loads(bytes(body)) for body in Publication.objects.values_list("body", flat=True)]
    titles = {text for body in bodies for text in body["title"].values()}
    assert not [
        text for text in titles if re.search(r"takes part|signs|участие|присоединение|verdicts", text)
    ]
    assert [body for body in bodies if "take no part" not in body["document"]["banner"]["en"]] == []
    assert "the companies named take no part in it." in feed


@pytest.mark.slow
def test_a_real_worker_builds_the_pdf_of_one_of_the_reports(empty_database: None, worker: Worker) -> None:
    Chain("Discord", years=(2021,)).go()
    client = Client()
    client.post("/en/reports/discord/2021/document/")
    document = Document.objects.get(kind="report.pdf", language="en")

    wait_until(
        lambda: Document.objects.filter(pk=document.pk, state=DocumentState.READY).exists(), 60, "the PDF"
    )

    response = client.get("/en/reports/discord/2021/report.pdf")
    assert b"".join(response.streaming_content)[:5] == b"%PDF-"
