"""Notices about files: reported or damaged to the managers; withheld, released or purged to those whose it is."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from alliance.enums import Role
from alliance.notify.recipients import (
    FindRecipients,
    managers,
    notice,
    people_in_each,
)
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.files import FileCase, FileDamage, open_damages, owners_of, usages_of
from portal.kernel.journal import Event
from portal.kernel.notices import Notice, Recipient

_MAX_DAMAGE_LETTERS = 10  # at once; the page of failed work names all


def _owners(event: Event) -> list[Recipient]:
    """The people of the organisations who could have put it here, or answer for it."""
    owners = owners_of(FileCase.objects.get(pk=event.target_id).sha256)
    return people_in_each(owners, Role.EDITOR, Role.SIGNATORY, Role.ADMINISTRATOR)


def _about_report(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    case = FileCase.objects.filter(pk=event.target_id).first()
    if case is None or not actor.is_host:
        return None
    url = reverse("secretariat:file", args=[case.sha256])
    return {"site": read_site(), "digest": case.sha256[:12], "url": url}


def _about_own(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """By its digest alone: its name may be what had to go. It leads to where the file is used."""
    case = FileCase.objects.filter(pk=event.target_id).first()
    places = usages_of(actor, case.sha256) if case else []
    url = next((place.url for place in places if place.url), "")
    return {"site": read_site(), "digest": case.sha256[:12], "url": url} if case and url else None


def _notice(kind: str, recipients: FindRecipients) -> Notice:
    about = _about_report if kind == "file.flag" else _about_own
    return notice(kind, recipients, about, "digest", group="files")


def _managers_of_few(event: Event) -> list[Recipient]:
    """The managers, unless so many files are damaged that more letters say no more."""
    return managers(event) if open_damages().count() <= _MAX_DAMAGE_LETTERS else []


def _about_damage(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    damage = FileDamage.objects.filter(pk=event.target_id).first()
    if damage is None or not actor.is_host:
        return None
    url = reverse("secretariat:file", args=[damage.sha256])
    return {"site": read_site(), "digest": damage.sha256[:12], "url": url}


NOTICES = (
    notice("file.damage", _managers_of_few, _about_damage, "digest", group="files"),
    _notice("file.flag", managers),
    _notice("file.quarantine", _owners),
    _notice("file.release", _owners),
    _notice("file.purge", _owners),
)
