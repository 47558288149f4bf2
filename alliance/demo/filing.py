"""A member's report: written by its editor, signed off and submitted by its signatory."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.demo.amounts import amounts_of
from alliance.demo.cast import Cast
from alliance.demo.files import Record, read
from alliance.enums import Disclosure, Role
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Answer, Cycle, Evidence, Indicator, Report, Service
from alliance.queries.four_eyes import measure_digest, unconfirmed_measures
from alliance.queries.report_frame import ReportFrame, RequestedFigure, RequiredMeasure, report_frame
from alliance.queries.working_copy import CarriedOver, working_copy
from alliance.services.answers import save_answer
from alliance.services.carry_over import confirm_carried_over
from alliance.services.evidence import add_file, add_link, remove_evidence
from alliance.services.figures import FigureChange, save_figures
from alliance.services.reports import confirm_measure, set_disclosure
from alliance.services.sign_off import ask_for_sign_off
from alliance.services.submissions import submit_report
from alliance.validators.figures import Finding
from portal.kernel.access import Actor

# to the signatories
_MESSAGES = {
    "en": "The texts answer what the last verdicts missed. The figures of the last month are final.",
    "ru": "Тексты отвечают на прошлые оценки. Цифры за последний месяц окончательные.",
}


@dataclass
class Filing:
    """One report of one member; `number` counts the half-years from 1."""

    cast: Cast
    member: Record
    number: int
    cycles: Mapping[int, Cycle]  # by number; there once they are open
    pledge_records: Mapping[tuple[str, str], UUID] = field(default_factory=dict)

    @property
    def cycle(self) -> Cycle:
        return self.cycles[self.number]

    @property
    def slug(self) -> str:
        slug: str = self.member["slug"]
        return slug

    def report(self) -> Report:
        reports = Report.objects.select_related("organisation", "cycle__charter")
        report: Report = reports.get(organisation=self.cast.organisations[self.slug], cycle=self.cycle)
        return report

    def of_cycle(self, kind: str) -> list[Record]:
        """What the member's file lists under this name for this half-year."""
        return [item for item in self.member.get(kind, []) if item["cycle"] == self.number]

    # --- writing ---

    def write(self, stop_before: str = "", wrong: Record | None = None) -> None:
        """Fill the report; `stop_before` stops before the measure with this code, `wrong` puts one figure wrong."""
        report = self.report()
        with self.cast.acting(self._person_with_role(Role.EDITOR), self.slug) as actor:
            frame = report_frame(report)
            codes = [required.measure.code for required in frame.measures]
            measures = frame.measures[: codes.index(stop_before)] if stop_before else frame.measures
            drafts = {row.indicator_id: row for row in Answer.objects.filter(report=report)}
            self._answers(actor, report, measures, drafts)
            self._figures(actor, frame, {required.measure.code for required in measures}, wrong)
            self._evidence(actor, report, measures)
            if not stop_before:
                self._own_pledges(actor, frame)
                self._note_warnings(actor, report)
        self._withhold()

    def _person_with_role(self, role: str) -> str:
        """The person with the role; a signatory writes where there is no editor of its own."""
        return self.cast.holder(self.member, role)

    def _answers(
        self,
        actor: Actor,
        report: Report,
        measures: Sequence[RequiredMeasure],
        drafts: Mapping[int | None, Answer],
    ) -> None:
        for measure in measures:
            for indicator in measure.narratives:
                draft = drafts.get(indicator.pk)
                # the member's statement, and from the second report on what is new
                text: str = self.member["answers"][measure.measure.code].strip()
                changes: list[str] = read("measures.yaml")["measures"][measure.measure.code]["changes"][
                    self.member["language"]
                ]
                save_answer(
                    actor,
                    report,
                    indicator,
                    text=f"{text}\n\n{changes[self.number % 2]}" if self.number > 1 else text,
                    language=self.member["language"],
                    version=draft.version if draft else 0,
                )

    def _figures(self, actor: Actor, frame: ReportFrame, codes: set[str], wrong: Record | None) -> None:
        changes = []
        for place, values in self.amounts.items():
            indicator = frame.indicator(place.indicator)
            if indicator is None or indicator.code.rsplit(".", 1)[0] not in codes:
                continue
            if wrong and place == (wrong["indicator"], wrong["service"], ""):
                values = replace(values, value=Decimal(wrong["value"]))
            target = RequestedFigure(indicator, self._service(place.service), place.cell)
            changes.append(FigureChange(target, values, version=0))
        save_figures(actor, frame.report, changes)

    def _service(self, key: str | None) -> Service | None:
        return self.cast.services[self.slug][key] if key else None

    @property
    def amounts(self) -> Mapping[FigurePlace, FigureValues]:
        return amounts_of(self.slug, self.number, self.cycle.charter_id).figures

    def _evidence(self, actor: Actor, report: Report, measures: Sequence[RequiredMeasure]) -> None:
        measure_by_code = {row.measure.code: row.measure for row in measures}
        carried_over = self._confirmed_evidence(actor, report, measure_by_code)
        for item in self.member.get("evidence", []):
            measure = measure_by_code.get(item["measure"])
            if measure is None or (item["measure"], item["title"]) in carried_over:
                continue
            disclosure = Disclosure.PUBLIC if item["public"] else Disclosure.SECRETARIAT
            if "url" in item:
                add_link(actor, report, measure, item["url"], item["title"], disclosure)
            elif self.number in item["cycles"]:
                content = b"meeting,children,topic\n1,38,leaving a broadcast\n2,36,fewer hearts\n"
                upload = SimpleUploadedFile(item["file"], content, "text/csv")
                add_file(actor, report, measure, upload, item["title"], disclosure)

    def _confirmed_evidence(
        self, actor: Actor, report: Report, codes: Collection[str]
    ) -> set[tuple[str, str]]:
        """What was carried over and still holds, by measure and title; a file of an earlier period is taken out."""
        holds = {
            (item["measure"], item["title"])
            for item in self.member.get("evidence", [])
            if "url" in item or self.number in item["cycles"]
        }
        rows = Evidence.objects.filter(report=report, carried_over=True).select_related("measure")
        named = {(row.measure.code, row.title): row for row in rows if row.measure.code in codes}
        for row in (row for name, row in named.items() if name not in holds):
            remove_evidence(actor, report, row)
        true = {name: row for name, row in named.items() if name in holds}
        confirm_carried_over(actor, report, CarriedOver(evidence=list(true.values())))
        return set(true)

    def _own_pledges(self, actor: Actor, frame: ReportFrame) -> None:
        drafts = {row.pledge_record: row for row in Answer.objects.filter(report=frame.report)}
        for pledge in self.member["pledges"]:
            record = self.pledge_records.get((self.slug, pledge.get("title", "")))
            if record is None or all(row.record != record for row in frame.own_pledges):
                continue
            version = drafts[record].version if record in drafts else 0
            text, language = pledge["answer"].strip(), self.member["language"]
            save_answer(actor, frame.report, record, text=text, language=language, version=version)

    def _note_warnings(self, actor: Actor, report: Report) -> None:
        """A note on every figure that the checks ask about."""
        copy = working_copy(report)
        notes = {
            finding.place: _note(finding)[self.member["language"]] for finding in copy.unanswered_warnings
        }
        changes = []
        for place, note in notes.items():
            figure = copy.figures[place]
            target = RequestedFigure(figure.indicator, figure.service, figure.cell)
            values = replace(FigureValues.of(figure), note=note)
            changes.append(FigureChange(target, values, figure.version))
        save_figures(actor, report, changes)

    def _withhold(self) -> None:
        """The signatory keeps some figures for the secretariat, with a reason."""
        withheld = self.member.get("withheld", [])
        if not withheld:
            return
        report = self.report()
        with self.cast.acting(self._person_with_role(Role.SIGNATORY), self.slug) as actor:
            for item in withheld:
                service = self.cast.services[self.slug][item["service"]]
                which = {"indicator__key": item["indicator"], "service": service, "cell": ""}
                figure = report.figures.filter(**which).first()
                if figure is not None:
                    set_disclosure(actor, report, figure, Disclosure.SECRETARIAT, item["reason"])

    # --- signing off ---

    def ask_for_sign_off(self) -> None:
        """The editor reads what the signatory wrote last, and asks for the signature."""
        report, signatory = self.report(), self.cast.people[self._person_with_role(Role.SIGNATORY)]
        with self.cast.acting(self._person_with_role(Role.EDITOR), self.slug) as actor:
            copy = working_copy(report)
            unread = [row.measure for row in unconfirmed_measures(copy) if row.writer == signatory]
            for required in copy.frame.measures:
                if required.measure in unread:
                    confirm_measure(actor, report, required.measure, measure_digest(copy, required))
            language = self.member["language"]
            ask_for_sign_off(actor, report, _MESSAGES[language], language)

    def submit(self) -> None:
        with self.cast.acting(self._person_with_role(Role.SIGNATORY), self.slug) as actor:
            submit_report(actor, self.report())

    def correct_figure(self, wrong: Record) -> None:
        """After changes were requested, the figure that was wrong gets its right value."""
        report, place = self.report(), FigurePlace(wrong["indicator"], wrong["service"])
        indicator = Indicator.objects.get(charter=self.cycle.charter, key=place.indicator)
        target = RequestedFigure(indicator, self._service(place.service))
        with self.cast.acting(self._person_with_role(Role.EDITOR), self.slug) as actor:
            figure = report.figures.get(indicator=indicator, service=target.service, cell="")
            save_figures(actor, report, [FigureChange(target, self.amounts[place], figure.version)])
            self._note_warnings(actor, report)


def _note(finding: Finding) -> dict[str, str]:
    """The answer to a warning, by what it is about."""
    values = finding.values
    if "reference" in values:
        about = "apart"
    elif "last" not in values:
        about = "zero"
    else:
        about = "equal" if values.get("value", values["last"]) == values["last"] else "jump"
    texts: dict[str, str] = read("trends.yaml")["notes"][about]
    return texts
