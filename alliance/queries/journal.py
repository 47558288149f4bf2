"""Reads of the journal, for those of the secretariat who may."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db.models import QuerySet

from alliance.models import Organisation, Person
from portal.kernel import journal
from portal.kernel.access import Actor, can
from portal.kernel.models import Event

_DIGEST_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Line:
    """One line with the names behind its ids; a person who is gone has none."""

    event: Event
    person: str
    organisation: str

    @property
    def target(self) -> str:
        """What kind of thing it was, in the words of its model."""
        try:
            return str(apps.get_model(self.event.target_type)._meta.verbose_name)
        except LookupError:  # the journal outlives its models
            return self.event.target_type.rpartition(".")[2]

    @property
    def number(self) -> str:
        """Which one of its kind; of what not everybody may know of a number would tell how many there are."""
        return "" if journal.is_shaded(self.event) else str(self.event.target_id)

    @property
    def details(self) -> str:
        """What the line holds besides: states, days and ids, never words of people.

        Of what not everybody may know of, no ids: they would number other such things, and name their readers.
        """
        shaded = journal.is_shaded(self.event)
        shown = {
            name: value for name, value in self.event.data.items() if isinstance(value, str) or not shaded
        }
        return ", ".join(f"{name}: {_short(value)}" for name, value in shown.items())


def _short(value: object) -> str:
    """A digest is known by its beginning."""
    text = str(value)
    return f"{text[:12]}…" if len(text) == _DIGEST_LENGTH else text


def journal_lines(actor: Actor, kind: str = "") -> QuerySet[Event]:
    """The lines that the actor may know of, newest first, or those of one kind.

    Nothing for who may not read the journal.
    """
    rows = journal.lines_seen_by(actor) if can(actor, "journal.read") else Event.objects.none()
    return rows.filter(kind=kind) if kind else rows


def journal_kinds(actor: Actor) -> list[str]:
    """The kinds that occur, in order."""
    return list(journal_lines(actor).order_by("kind").values_list("kind", flat=True).distinct())


def named_lines(actor: Actor, events: Sequence[Event]) -> list[Line]:
    """The lines with names. Two queries, however many lines."""
    people = Person.objects.visible_to(actor).in_bulk({row.person_id for row in events if row.person_id})
    tenants = Organisation.objects.visible_to(actor).in_bulk(
        {row.tenant_id for row in events if row.tenant_id}
    )
    return [
        Line(
            row,
            people[row.person_id].name if row.person_id in people else "",
            tenants[row.tenant_id].name if row.tenant_id in tenants else "",
        )
        for row in events
    ]
