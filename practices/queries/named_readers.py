"""The readers that a practice names, by name; only for the organisation it belongs to."""

from dataclasses import dataclass
from typing import Any

from alliance.models import Organisation, Person
from portal.kernel.access import Actor
from portal.kernel.alphabet import alphabet_key
from practices.audiences import by_kind
from practices.models.labelled import Labelled
from practices.queries.affiliations import affiliations_in_effect
from practices.queries.directory import groups_named


@dataclass(frozen=True, slots=True)
class ReadingAffiliate:
    """An affiliate that reads now, and the named organisation through which it does, in the accusative."""

    organisation: str
    through: str


@dataclass(frozen=True, slots=True)
class NamedReaders:
    """People with their organisation, organisations and working groups that a label names.

    And the affiliates that read because of it.
    """

    people: list[tuple[str, str]]
    organisations: list[str]
    groups: list[str]
    affiliates: list[ReadingAffiliate]


def is_source(actor: Actor, subject: Labelled) -> bool:
    """Whether it belongs to the actor's organisation; the caller has read it through `visible_to`."""
    return actor.is_person and subject.organisation_id == actor.tenant_id


def named_readers(actor: Actor, subject: Labelled) -> NamedReaders | None:
    """The readers that the label names; None for other organisations than the source, or when no one is named."""
    if not is_source(actor, subject) or not subject.is_named:
        return None
    pairs = [tuple(map(int, reader_person.split("."))) for reader_person in subject.reader_people]
    organisation_ids = {organisation for _person, organisation in pairs} | set(subject.reader_organisations)
    organisations = {row.pk: row.name for row in Organisation.objects.filter(pk__in=organisation_ids)}
    people = dict(
        Person.objects.filter(pk__in=[person for person, _organisation in pairs]).values_list("pk", "name")
    )
    staff = [pk for pk in subject.reader_organisations if f"staff:{pk}" in subject.reader_tokens]
    return NamedReaders(
        people=sorted(
            (
                (people[person_id], organisations[organisation])
                for person_id, organisation in pairs
                if person_id in people
            ),
            key=lambda pair: [alphabet_key(name) for name in pair],
        ),
        organisations=sorted(
            (organisations[organisation] for organisation in staff if organisation in organisations),
            key=alphabet_key,
        ),
        groups=[row.name for row in groups_named(subject.reader_groups)],
        affiliates=affiliates_reading(subject),
    )


def audience_in_keys(subject: Labelled) -> dict[str, Any]:
    """The label with whom it names by slug and key, as a program names them; for the source alone."""
    organisations = Organisation.objects.filter(pk__in=subject.reader_organisations)
    return {
        "label": subject.label,
        "organisations": sorted(organisations.values_list("slug", flat=True)),
        "groups": [row.key for row in groups_named(subject.reader_groups)],
        "people": list(subject.reader_people),
    }


def affiliates_reading(subject: Labelled) -> list[ReadingAffiliate]:
    """The affiliates that read it now; of what is not released yet, those that would."""
    clients = [int(pk) for pk in by_kind(subject.reader_tokens).get("client", ())]
    return [
        ReadingAffiliate(row.affiliate.name, row.organisation.name_accusative)
        for row in affiliations_in_effect(clients)
    ]
