"""Who changed something while a person was editing it: the sentence of a conflict."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Model
from django.utils.translation import gettext as _

from alliance.models import Person
from portal.kernel.access import Actor
from portal.kernel.errors import Conflict
from portal.kernel.journal import Event
from portal.kernel.text import format_moment, values_key


def refuse_other_values(
    actor: Actor, record: Model, values: Mapping[str, object], seen: str | None, *kinds: str, **facts: object
) -> None:
    """Raise Conflict, with who changed the record, where its values are not those that the actor has seen.

    `seen`: the `values_key` of those; None compares nothing. Kinds and facts as of `edited_meanwhile`. For a record
    that is locked.
    """
    if seen is None or seen == values_key(values):
        return
    raise Conflict(edited_meanwhile(actor, record, *kinds, **facts), stored=record, sent=seen)


def edited_meanwhile(actor: Actor, target: Model, *kinds: str, **facts: object) -> str:
    """Who changed the target last, as the journal has it, and when; the kinds are those of changes. Two queries.

    With facts, of the entries that have them: of a target with parts those of one part.

    For those who read the journal: of entries that are not the actor's to read nobody is named.
    """
    rows = Event.objects.filter(target_type=target._meta.label_lower, target_id=target.pk, kind__in=kinds)
    event = rows.filter(data__contains=facts).order_by("-pk").first()
    return changed_meanwhile(actor, event.person_id, event.at) if event else changed_meanwhile(actor)


def changed_meanwhile(actor: Actor, person_id: int | None = None, at: datetime | None = None) -> str:
    """The actor in another window, somebody else by name, or nobody where there is no name to give. One query."""
    if at is None:
        return _("This was changed while you were editing it.")
    facts = {"at": format_moment(at)}
    if person_id is not None and person_id == actor.person_id:
        return _("You changed this in another window or on another device on %(at)s.") % facts
    name = Person.objects.visible_to(actor).filter(pk=person_id).values_list("name", flat=True).first()
    if not name:
        return _("This was changed on %(at)s, while you were editing it.") % facts
    return _("%(name)s changed this on %(at)s, while you were editing it.") % {"name": name, **facts}
