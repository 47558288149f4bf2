"""Who wrote a practice: colleagues at the source, and others who may read it."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.queries.last_edits import refuse_other_values
from portal.kernel import journal
from portal.kernel.access import Actor, person_of
from portal.kernel.errors import DomainError
from practices.access import person_token
from practices.enums import Label
from practices.models import Author, Practice
from practices.queries.directory import people_named
from practices.queries.readers import audience_members
from practices.services.practices import lock_for_writing


@transaction.atomic
def set_authors(
    actor: Actor, practice: Practice, authors: Sequence[str], *, seen: str | None = None
) -> Practice:
    """Name the authors in this order, as `access.person_token` writes people. They read and, at the source, write it.

    A colleague can always be one, somebody of another organisation when they may read it; of what is TLP:RED only
    who is named. `seen`: the key of the `author_values` that the actor has seen, None for any. Refuses with Forbidden,
    WrongState, Conflict where somebody has changed them since, or the DomainError of somebody who cannot be one.
    """
    locked = lock_for_writing(actor, practice).practice
    refuse_other_values(actor, locked, author_values(locked), seen, "practice.set_authors")
    author_ids = list(dict.fromkeys(authors))
    if not any(_ids(key)[1] == locked.organisation_id for key in author_ids):
        raise DomainError(_("At least one author must belong to your organisation."), field="authors")
    if len({_ids(key)[0] for key in author_ids}) < len(author_ids):
        raise DomainError(_("An author is listed twice."), field="authors")
    me = person_token(person_of(actor), locked.organisation_id)
    if locked.label == Label.RED and me not in author_ids:
        raise DomainError(
            _("Only its authors control a TLP:RED practice, so you cannot remove yourself."), field="authors"
        )
    _refuse_outsiders(locked, set(author_ids) - set(locked.author_people))
    locked.author_people = author_ids
    locked.save(update_fields=["author_people"])
    Author.objects.filter(practice=locked).delete()
    Author.objects.bulk_create(
        Author(practice=locked, person_id=person, organisation_id=organisation, position=position)
        for position, (person, organisation) in enumerate(map(_ids, author_ids), 1)
    )
    journal.record(actor, "practice.set_authors", locked)
    return locked


def author_values(practice: Practice) -> dict[str, object]:
    """What a choice of authors replaces: those that there are, in their order."""
    return {"authors": practice.author_people}


def _ids(key: str) -> tuple[int, int]:
    person, _dot, organisation = key.partition(".")
    return int(person), int(organisation)


def _refuse_outsiders(practice: Practice, added: set[str]) -> None:
    """Being an author is no way round the label."""
    members = audience_members(practice)
    people = {person.key: person for person in people_named(added)}
    for key in sorted(added):
        if key not in people:
            raise DomainError(
                _("One of the people named no longer belongs to the organisation."), field="authors"
            )
        if not members.includes(key):
            raise DomainError(
                _("%(name)s does not have access to this practice. Add them to its readers first.")
                % {"name": people[key]},
                field="authors",
            )
