"""Who hears of an event. Whether they may see what it is about is asked again when the letter is written."""

from collections.abc import Iterable

from alliance.enums import Grant
from alliance.notify.who import but_the_actor
from alliance.queries.actors import recipients_among, recipients_in
from portal.kernel.access import Actor
from portal.kernel.models import Event
from portal.kernel.notices import Recipient
from practices.access import named
from practices.audiences import by_kind
from practices.enums import AdoptionState
from practices.models import Adoption, Follow, Practice, Request, Thing, place_of

WRITERS = (Grant.EDITOR, Grant.SIGNATORY)


def is_named(actor: Actor, keys: Iterable[str]) -> bool:
    return named(actor.person_id, actor.tenant_id) in keys


def each_once(event: Event, *groups: Iterable[Recipient]) -> list[Recipient]:
    """All of them, each once, without whoever did it."""
    found = {(one.person_id, one.tenant_id): one for group in groups for one in group}
    return but_the_actor(event, found.values())


def people_named(keys: Iterable[str]) -> list[Recipient]:
    """The people that a record names, as far as they still are who it names."""
    pairs = [key.partition(".")[::2] for key in keys]
    return recipients_among((int(person), int(place)) for person, place in pairs)


def source_of(*things: Practice | Request) -> list[Recipient]:
    """The authors of each, and unless it is RED those who write at the source."""
    return _those_of(things)


def is_of_source(actor: Actor, thing: Practice | Request) -> bool:
    return actor.tenant_id == thing.organisation_id


def followers_of(thing: Thing) -> list[Recipient]:
    rows = Follow.objects.filter(**{place_of(thing): thing}).order_by("pk")
    return people_named(named(*pair) for pair in rows.values_list("person_id", "organisation_id"))


def adopters_of(practice: Practice) -> list[Recipient]:
    """Those who write at the organisations that use it, or think of it; of what is RED those who said so."""
    rows = Adoption.objects.filter(practice=practice).exclude(state=AdoptionState.DISCONTINUED)
    return _those_of(rows.order_by("pk"))


def _those_of(rows: Iterable[Practice | Request | Adoption]) -> list[Recipient]:
    """The authors of each, and of what is not RED those who write at its organisation. Three queries for all."""
    tokens = [by_kind(row.owner_tokens) for row in rows]
    authors = people_named(key for kinds in tokens for key in kinds.get("person", ()))
    places = {int(pk) for kinds in tokens for pk in kinds.get("staff", ())}
    return [*authors, *recipients_in(places, *WRITERS)]
