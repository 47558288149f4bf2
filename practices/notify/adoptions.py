"""Notices about adoptions: the source hears that its practice is used, how, and with what result."""

from django.urls import reverse

from portal.kernel.access import Actor
from portal.kernel.models import Event
from portal.kernel.notices import Recipient
from practices.models import Adoption, Practice
from practices.notify.letters import Context, letter, notice, page_of, strictest
from practices.notify.who import each_once, source_of


def _source(event: Event) -> list[Recipient]:
    adoption = Adoption.objects.select_related("practice").get(pk=event.target_id)
    return each_once(event, source_of(adoption.practice))


def _about(actor: Actor, event: Event) -> Context | None:
    """Seen by whoever may see both the use and the practice; told under the stricter of their labels."""
    adoption = Adoption.objects.visible_to(actor).filter(pk=event.target_id).first()
    if adoption is None:
        return None
    practice = Practice.objects.visible_to(actor).filter(pk=adoption.practice_id).first()
    if practice is None:
        return None
    url = reverse(page_of(actor, "practice"), args=[practice.key])
    return letter(actor, event, event.kind, url, strictest(practice.label, adoption.label))


NOTICES = tuple(
    notice(kind, _source, _about, group="own_practices")
    for kind in ("adoption.record", "adoption.change", "adoption.result")
)
