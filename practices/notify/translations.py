"""Notices about translations: offered to the source, waiting for the secretariat, shared or declined."""

from collections.abc import Callable

from django.urls import reverse

from alliance.enums import Role
from alliance.notify.recipients import secretariat_staff
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient
from practices.access import person_token
from practices.enums import TranslationState
from practices.models import Translation
from practices.notify.letters import TemplateContext, letter_context, notice, page_of
from practices.notify.recipients import people_named, source_of, unique_recipients


def _translation(event: Event) -> Translation:
    return Translation.objects.select_related("practice").get(pk=event.target_id)


def _source(event: Event) -> list[Recipient]:
    return unique_recipients(event, source_of(_translation(event).practice))


def _translator(event: Event) -> list[Recipient]:
    row = _translation(event)
    return unique_recipients(event, people_named([person_token(row.person_id, row.organisation_id)]))


def _managers(event: Event) -> list[Recipient]:
    """What the source has accepted the secretariat has to read."""
    return unique_recipients(event, secretariat_staff(Role.MANAGER))


def _about(state: TranslationState) -> Callable[[Actor, Event], TemplateContext | None]:
    def context(actor: Actor, event: Event) -> TemplateContext | None:
        rows = Translation.objects.visible_to(actor).filter(pk=event.target_id, state=state)
        row = rows.select_related("practice").first()
        if row is None:
            return None
        url = reverse(page_of(actor, "translation"), args=[row.key])
        return letter_context(event, event.kind, url, row.handling_label)

    return context


NOTICES = (
    notice("translation.offer", _source, _about(TranslationState.OFFERED), group="own_practices"),
    notice("translation.accept", _managers, _about(TranslationState.IN_MODERATION), group="moderation"),
    notice("translation.share", _translator, _about(TranslationState.SHARED), group="practices"),
    notice("translation.decline", _translator, _about(TranslationState.DECLINED), group="practices"),
)
