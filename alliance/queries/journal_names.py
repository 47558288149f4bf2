"""What journal entries name: people and organisations, and what their further facts have the numbers of."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alliance.models import Organisation, Person, Report, Service
from alliance.queries.judged_subjects import reply_subjects
from portal.kernel.access import Actor
from portal.kernel.journal import Event

# facts that are the numbers of rows, shown by what these are called
_ORGANISATION_FACTS = ("organisation", "organisations", "earlier_organisation", "partner", "affiliate")
_SERVICE_FACTS = ("service", "services")
_PERSON_FACTS = ("reviewer", "earlier_reviewer", "reader", "mentioned")
_REPORT_FACTS = ("reports",)
_REPLY_FACTS = ("response",)
FactNames = Mapping[str, Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class JournalNames:
    """What entries name: people and organisations by number, and by fact what their facts have the numbers of."""

    people: Mapping[int, str]
    organisations: Mapping[int, str]
    facts: FactNames


def journal_names(
    actor: Actor,
    people: Collection[int | None],
    tenants: Collection[int | None],
    data: Iterable[Mapping[str, object]],
) -> JournalNames:
    """The names of people and organisations, and of what further facts of entries have the numbers of.

    Two queries, and one for each other kind of fact that is there.
    """
    numbers = _numbers_by_fact(data)

    def of(facts: Sequence[str]) -> set[int]:
        return set().union(*(numbers[fact] for fact in facts))

    named, organisations = names_of(
        actor, {*people, *of(_PERSON_FACTS)}, {*tenants, *of(_ORGANISATION_FACTS)}
    )
    return JournalNames(
        named,
        organisations,
        {
            **dict.fromkeys(_ORGANISATION_FACTS, organisations),
            **dict.fromkeys(_SERVICE_FACTS, _service_names(actor, of(_SERVICE_FACTS))),
            **dict.fromkeys(_PERSON_FACTS, named),
            **dict.fromkeys(_REPORT_FACTS, _report_names(actor, of(_REPORT_FACTS))),
            **dict.fromkeys(_REPLY_FACTS, reply_subjects(actor, of(_REPLY_FACTS))),
        },
    )


def _service_names(actor: Actor, numbers: Collection[int]) -> dict[int, str]:
    if not numbers:
        return {}
    return dict(Service.objects.visible_to(actor).filter(pk__in=numbers).values_list("pk", "name"))


def _report_names(actor: Actor, numbers: Collection[int]) -> dict[int, str]:
    """Whose the reports are, by number."""
    if not numbers:
        return {}
    rows = Report.objects.visible_to(actor).filter(pk__in=numbers).select_related("organisation")
    return {row.pk: row.organisation.name for row in rows}


def _numbers_by_fact(data: Iterable[Mapping[str, object]]) -> dict[str, set[int]]:
    """The numbers that entries have for the facts of which names are shown."""
    facts = (*_ORGANISATION_FACTS, *_SERVICE_FACTS, *_PERSON_FACTS, *_REPORT_FACTS, *_REPLY_FACTS)
    numbers: dict[str, set[int]] = {fact: set() for fact in facts}
    for entry in data:
        for fact in entry.keys() & numbers.keys():
            values = (each for each in numbers_in(entry[fact]) if not isinstance(each, bool))
            numbers[fact].update(each for each in values if isinstance(each, int))
    return numbers


def names_of(
    actor: Actor, people: Collection[int | None], tenants: Collection[int | None]
) -> tuple[dict[int, str], dict[int, str]]:
    """What the people and the organisations that the actor may see are called, by their numbers. Two queries."""
    persons = Person.objects.visible_to(actor).filter(pk__in=[each for each in people if each])
    organisations = Organisation.objects.visible_to(actor).in_bulk([tenant for tenant in tenants if tenant])
    return (
        dict(persons.values_list("pk", "name")),
        {pk: organisation.name for pk, organisation in organisations.items()},
    )


def numbers_in(fact: object) -> list[Any]:
    """The values of a fact that may be one or a list of them."""
    return fact if isinstance(fact, list) else [fact]


def people_in(events: Iterable[Event]) -> set[int | None]:
    """The numbers of everybody whom the entries name."""
    return {pk for row in events for pk in (row.person_id, row.subject_id, row.successor_id)}
