"""Who is notified of an event. Whether they may see what it is about is checked again when the letter is written."""

from collections.abc import Iterable

from alliance.enums import DRAFTING_ROLES
from alliance.notify.recipients import without_actor
from alliance.queries.actors import recipients_among, recipients_in
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient
from practices.access import person_token
from practices.audiences import by_kind
from practices.enums import AdoptionState
from practices.models import Adoption, DiscussionSubject, Follow, Practice, Request, subject_field


def is_named(actor: Actor, keys: Iterable[str]) -> bool:
    return person_token(actor.person_id, actor.tenant_id) in keys


def unique_recipients(event: Event, *groups: Iterable[Recipient]) -> list[Recipient]:
    """All of them, each once, without the actor."""
    recipients = {(each.person_id, each.tenant_id): each for group in groups for each in group}
    return without_actor(event, recipients.values())


def people_named(keys: Iterable[str]) -> list[Recipient]:
    """The people that a record names, as far as they still are who it names."""
    pairs = [key.partition(".")[::2] for key in keys]
    return recipients_among((int(person), int(organisation)) for person, organisation in pairs)


def source_of(*subjects: Practice | Request) -> list[Recipient]:
    """The authors of each, and unless it is RED those who write at the source."""
    return _people_of_rows(subjects)


def is_of_source(actor: Actor, subject: Practice | Request) -> bool:
    return actor.tenant_id == subject.organisation_id


def followers_of(subject: DiscussionSubject) -> list[Recipient]:
    rows = Follow.objects.filter(**{subject_field(subject): subject}).order_by("pk")
    return people_named(person_token(*pair) for pair in rows.values_list("person_id", "organisation_id"))


def adopters_of(practice: Practice) -> list[Recipient]:
    """Those who write at the organisations that use it, or think of it; of what is RED those who said so."""
    rows = Adoption.objects.filter(practice=practice).exclude(state=AdoptionState.DISCONTINUED)
    return people_of_uses(rows.order_by("pk"))


def people_of_uses(uses: Iterable[Adoption]) -> list[Recipient]:
    """Those who write at the organisations of these uses; of what is RED those who said so."""
    return _people_of_rows(uses)


def _people_of_rows(rows: Iterable[Practice | Request | Adoption]) -> list[Recipient]:
    """The authors of each, and of what is not RED those who write at its organisation. Three queries for all."""
    tokens = [by_kind(row.owner_tokens) for row in rows]
    authors = people_named(key for kinds in tokens for key in kinds.get("person", ()))
    organisation_ids = {int(pk) for kinds in tokens for pk in kinds.get("staff", ())}
    return [*authors, *recipients_in(organisation_ids, *DRAFTING_ROLES)]
