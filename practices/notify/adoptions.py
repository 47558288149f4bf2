"""Notices about adoptions: the source is notified that its practice is used, how, and with what result."""

from dataclasses import replace

from django.urls import reverse

from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient
from practices.enums import strictest
from practices.models import Adoption, Practice
from practices.notify.letters import TemplateContext, letter_context, notice, page_of
from practices.notify.recipients import people_of_uses, source_of, unique_recipients


def _source_people(event: Event) -> list[Recipient]:
    adoption = Adoption.objects.select_related("practice").get(pk=event.target_id)
    return unique_recipients(event, source_of(adoption.practice))


def _about_adoption(actor: Actor, event: Event) -> TemplateContext | None:
    """Seen by everyone who may see both the use and the practice; notified under the stricter of their labels."""
    adoption = Adoption.objects.visible_to(actor).filter(pk=event.target_id).first()
    if adoption is None:
        return None
    practice = Practice.objects.visible_to(actor).filter(pk=adoption.practice_id).first()
    if practice is None:
        return None
    url = reverse(page_of(actor, "practice"), args=[practice.key])
    return letter_context(event, event.kind, url, strictest(practice.label, adoption.handling_label))


def _users(event: Event) -> list[Recipient]:
    """Those who write at the organisation that uses it; of what is RED who said so."""
    return unique_recipients(event, people_of_uses(Adoption.objects.filter(pk=event.target_id)))


def _about_own_use(actor: Actor, event: Event) -> TemplateContext | None:
    """To those alone whose use it is."""
    adoption = Adoption.objects.visible_to(actor).filter(pk=event.target_id).first()
    if adoption is None or adoption.organisation_id != actor.tenant_id:
        return None
    context = _about_adoption(actor, event)
    return context and {**context, "url": reverse("workspace:adoption", args=[adoption.key])}


def _about_question(actor: Actor, event: Event) -> TemplateContext | None:
    """As long as nobody has answered; to those alone whose use it is."""
    asked = Adoption.objects.visible_to(actor).filter(pk=event.target_id, asked_on__isnull=False)
    return _about_own_use(actor, event) if asked.exists() else None


NOTICES = (
    *(
        notice(kind, _source_people, _about_adoption, group="own_practices")
        for kind in (
            *("adoption.record", "adoption.change", "adoption.result"),
            *("adoption.correct_result", "adoption.withdraw_result"),
        )
    ),
    notice("adoption.ask", _users, _about_question, group="practices"),
    # no letter: it asks for nothing
    replace(notice("adoption.thank", _users, _about_own_use, group="practices"), by_email=False),
)
