"""The example with real input: public yearly disclosures beside the hotline's counts, without a verdict.

Nothing is published about the organisations but the two numbers: every act bears the day on which it was loaded,
no name is given for a signatory, and every verdict is `not due`.
"""

import csv
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.text import slugify

from alliance.demo import files
from alliance.demo.cast import Cast, SignIn
from alliance.enums import VerdictValue
from alliance.figure_fields import FigureValues
from alliance.models import Cycle, Report
from alliance.queries.report_frame import RequestedFigure, report_frame
from alliance.queries.review_state import review_state
from alliance.services.accessions import draft_accession, sign_accession
from alliance.services.charters import load_charter, put_charter_in_force
from alliance.services.cycle_decisions import Override, report_states
from alliance.services.cycles import CyclePlan, close_cycle, open_cycle, plan_cycle, publish_cycle
from alliance.services.figures import FigureChange, save_figures
from alliance.services.references import load_reference_counts
from alliance.services.reviews import conclude_report, give_verdict, start_review
from alliance.services.submissions import submit_report
from alliance.services.supersession import publish_accession
from portal.kernel import clock

FOLDER = files.EXAMPLES / "disclosures"
NAME = "Example data"
OFFICE = "public disclosure, no signatory"
METHOD = "Public disclosure, as collected by the project diaphanous (apparebit, Apache-2.0)."
_DAYS_TO_FILE = 30  # nobody is late in an example
_EARLY = "An example of real input: every report of it is loaded in one go."

SITE = {
    "is_example": True,
    "name": {"en": "Yearly hotline disclosures", "ru": "Ежегодные сообщения на горячую линию"},
    "headline": {
        "en": "What platforms say they reported, and what the hotline counted",
        "ru": "Сколько сообщений направили платформы и сколько насчитала горячая линия",
    },
    "banner": {
        "en": "This charter is an example built from public disclosures; the companies named take no part in it.",
        "ru": "Эта хартия — пример по открытым данным; названные компании в ней не участвуют.",
    },
}
SECRETARIAT = {
    "name": {"en": "Example secretariat", "ru": "Секретариат примера"},
    "people": [
        {
            "key": "mona",
            "name": "Example manager",
            "email": "manager@secretariat.example",
            "office": "Manager of the example",
            "roles": ["manager"],
        },
        {
            "key": "rita",
            "name": "Example reviewer",
            "email": "reviewer@secretariat.example",
            "office": "Reviewer of the example",
            "roles": ["reviewer"],
        },
    ],
}


@dataclass
class DisclosuresExample:
    """Loads the example at one moment, the present."""

    present: datetime
    cast: Cast = field(default_factory=Cast)

    def load(self) -> list[SignIn]:
        """Do it all; returns who can sign in."""
        with clock.at(self.present):
            self.cast.set_up_portal(SECRETARIAT, SITE)
            with self.cast.acting("mona", "secretariat") as actor:
                loaded = load_charter(actor, (files.CHARTERS / "disclosures.yaml").read_bytes())
                self.charter = put_charter_in_force(actor, loaded.charter)
            for name, years in self.reported.items():
                self.cast.admit(_organisation(name), date(min(years), 1, 1))
            with self.cast.acting("mona", "secretariat") as actor:
                load_reference_counts(actor, (FOLDER / "hotline.csv").read_bytes(), "hotline.csv")
            for year in sorted({year for years in self.reported.values() for year in years}):
                self._load_year(year)
        return self.cast.sign_ins

    @cached_property
    def reported(self) -> dict[str, dict[int, Decimal]]:
        """What each organisation disclosed, by year."""
        values: dict[str, dict[int, Decimal]] = {}
        with (FOLDER / "reported.csv").open(encoding="utf-8", newline="") as source:
            for row in csv.DictReader(source):
                values.setdefault(row["organisation"], {})[int(row["year"])] = Decimal(row["value"])
        return values

    def _load_year(self, year: int) -> None:
        """One cycle from its opening to its publication, for those who had disclosed by then."""
        disclosed = {name: years[year] for name, years in self.reported.items() if year in years}
        for name in disclosed:
            if year == min(self.reported[name]):
                slug = slugify(name)
                with self.cast.acting(slug, slug) as actor:
                    drafted = draft_accession(actor, self.cast.organisations[slug], self.charter)
                    signed = sign_accession(actor, drafted)
                with self.cast.acting("mona", "secretariat") as actor:
                    publish_accession(actor, signed)
        cycle = self._open_cycle(year)
        for name, value in disclosed.items():
            self._file(name, cycle, value)
        for name in disclosed:
            self._review(name, cycle)
        with self.cast.acting("mona", "secretariat") as actor:
            override = Override(reason=_EARLY, title=cycle.title)
            shown = report_states(cycle.reports.all())
            publish_cycle(actor, close_cycle(actor, cycle, shown=shown, override=override))

    def _open_cycle(self, year: int) -> Cycle:
        plan = CyclePlan(
            slug=str(year),
            titles={"en": str(year), "ru": f"{year} год"},
            charter=self.charter,
            starts_on=date(year, 1, 1),
            ends_on=date(year, 12, 31),
            due_on=timezone.localdate(self.present) + timedelta(days=_DAYS_TO_FILE),
        )
        with self.cast.acting("mona", "secretariat") as actor:
            return open_cycle(actor, plan_cycle(actor, plan))

    def _report(self, name: str, cycle: Cycle) -> Report:
        reports = Report.objects.select_related("organisation", "cycle__charter")
        report: Report = reports.get(organisation=self.cast.organisations[slugify(name)], cycle=cycle)
        return report

    def _file(self, name: str, cycle: Cycle, value: Decimal) -> None:
        report, slug = self._report(name, cycle), slugify(name)
        values = FigureValues(value=value, method=METHOD, note="As disclosed.")
        with self.cast.acting(slug, slug) as actor:
            indicators = [row for required in report_frame(report).measures for row in required.figures]
            changes = [FigureChange(RequestedFigure(row, None), values, version=0) for row in indicators]
            save_figures(actor, report, changes)
            submit_report(actor, report)

    def _review(self, name: str, cycle: Cycle) -> None:
        """Every verdict is `not due`, without a reason."""
        report = self._report(name, cycle)
        with self.cast.acting("rita", "secretariat") as actor:
            report = start_review(actor, report)
            state = review_state(actor, report)
            assert state is not None, "it was submitted"
            for group in state.groups:
                for step in group.measures:
                    give_verdict(actor, report, measure=step.measure, value=VerdictValue.NOT_DUE)
                give_verdict(actor, report, commitment=group.commitment, value=VerdictValue.NOT_DUE)
            conclude_report(actor, report)


def _organisation(name: str) -> files.Record:
    slug = slugify(name)
    return {
        "slug": slug,
        "name": {"en": name, "ru": name},
        "language": "en",
        "people": [
            {
                "key": slug,
                "name": NAME,
                "email": f"{slug}@disclosures.example",
                "office": OFFICE,
                "roles": ["editor", "signatory", "administrator"],
            }
        ],
    }
