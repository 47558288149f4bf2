"""Who takes a practice up: from considering it to using it or leaving it, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from alliance.demo.files import Record
from alliance.queries.local_dates import day_of
from practices.demo.context import DemoContext, event_time
from practices.models import Adoption, Version
from practices.queries.results import NamedEffect, named_effects
from practices.services.adoptions import (
    AdoptionResultInput,
    AdoptionStepInput,
    add_result,
    change_adoption,
    record_adoption,
    set_adoption_readers,
)

_RECORDING_DELAY = timedelta(days=4)  # from the end of the period to the result


@dataclass
class DemoUse:
    """One organisation's use of one practice, by the person who records it."""

    context: DemoContext
    slug: str
    record: Record
    adoption: Adoption | None = None

    def schedule(self) -> None:
        first, *others = self.record["steps"]
        self.context.add(self._moment(first), self.begin, first)
        for step in others:
            self.context.add(self._moment(step), self.change, step)
        for result in self.record.get("results", []):
            self.context.add(self._end_of(result), self.add_result, result)
        if later := self.record.get("readers_later"):
            self.context.add(self._moment(later), self.choose_readers, later)

    def _moment(self, step: Record) -> datetime:
        return self.context.moment(event_time(step), 14)

    def _end_of(self, result: Record) -> datetime:
        if "until" in result:
            return min(
                self.context.moment(result["until"], 16) + _RECORDING_DELAY, self.context.calendar.present
            )
        return self._moment(self.record["steps"][-1]) + timedelta(hours=2)

    # --- acts ---

    def begin(self, step: Record) -> None:
        with self.context.acting(self.record["by"]) as actor:
            practice = self.context.open_practice(self.slug, actor)
            readers = self.context.audience(self.record["label"], self.record.get("readers"))
            service = self._services.get(self.record.get("service", ""))
            self.adoption = record_adoption(actor, practice, service, self._step(step), readers)

    @property
    def _services(self) -> Record:
        return dict(self.context.cast.services[self.context.home_organisation(self.record["by"])])

    def change(self, step: Record) -> None:
        with self.context.acting(self.record["by"]) as actor:
            adoption = self._latest
            change_adoption(actor, adoption, self._step(step), version=adoption.version)

    def add_result(self, result: Record) -> None:
        with self.context.acting(self.record["by"]) as actor:
            add_result(actor, self._latest, self._result(result))

    def choose_readers(self, later: Record) -> None:
        with self.context.acting(self.record["by"]) as actor:
            readers = self.context.audience(later["label"], later.get("readers"))
            set_adoption_readers(actor, self._latest, readers)

    @property
    def _latest(self) -> Adoption:
        assert self.adoption is not None, "it is taken up first"
        self.adoption.refresh_from_db()
        return self.adoption

    # --- as the services take them ---

    def _step(self, step: Record) -> AdoptionStepInput:
        return AdoptionStepInput(
            step["state"], day_of(self._moment(step)), step.get("note", ""), self._language
        )

    def _result(self, result: Record) -> AdoptionResultInput:
        effect = self._effect(result)
        return AdoptionResultInput(
            what=effect.what if effect else result.get("what", ""),
            unit=effect.unit if effect else result.get("unit", ""),
            service_kind=result.get("kind", ""),
            comparison=result.get("compared_by", ""),
            counted=result.get("counted"),
            before=_number(result, "before"),
            after=_number(result, "after"),
            starts_on=self._day(result, "from"),
            ends_on=self._day(result, "until"),
            note=result.get("note", ""),
            language=self._language,
        )

    def _effect(self, result: Record) -> NamedEffect | None:
        """The practice's own effect that was measured, by its place among those of the newest version."""
        if "effect" not in result:
            return None
        version = Version.objects.filter(practice=self._latest.practice_id).first()
        assert version is not None, "it is shared first"
        return named_effects(version.content)[result["effect"]]

    @property
    def _language(self) -> str:
        return self.context.cast.people[self.record["by"]].language

    def _day(self, result: Record, key: str) -> date | None:
        return self.context.calendar.day(result[key]) if key in result else None


def _number(result: Record, key: str) -> Decimal | None:
    return Decimal(str(result[key])) if key in result else None
