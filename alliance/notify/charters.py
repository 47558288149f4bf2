"""Notices about versions of a charter: announced, recalled, their day set, cancelled, in force; objections to them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy

from alliance.enums import AccessionState, CharterState, Role, SignatureRule
from alliance.models import Accession, Charter, SignatureObjection
from alliance.notify.compulsory import can_object
from alliance.notify.pledges import about_accession, people_of_member
from alliance.notify.recipients import (
    ALL_ROLES,
    in_the_morning,
    managers,
    notice,
    people_in_each,
    secretariat_staff,
    until_its_day,
    without_actor,
)
from alliance.queries.absences import members_with_signatories, signing_absences
from alliance.queries.charter_signatures import (
    members_to_remind,
    open_objections,
    signed_versions,
    versions_not_carried_to,
    versions_to_carry_over_to,
    would_carry_over,
)
from alliance.queries.local_dates import end_of_day, today
from alliance.queries.site import read_site
from portal.kernel.access import Actor
from portal.kernel.journal import Event
from portal.kernel.notices import Recipient
from portal.kernel.text import format_date

_in_words = lazy(format_date, str)  # in the language of whoever reads it

_SIGNED_STATES = (AccessionState.SIGNED, AccessionState.PUBLISHED)


def _people_of_signatories(event: Event) -> list[Recipient]:
    """Everybody at the members that stand by the version in force or an earlier one, and at those that just signed."""
    in_force = Charter.objects.filter(key=event.data["key"], state=CharterState.IN_FORCE).first()
    return people_in_each(sorted(signatories_of(in_force)), *ALL_ROLES) if in_force is not None else []


def signatories_of(in_force: Charter) -> set[int]:
    """The members that stand by the version in force or an earlier one, and those that just signed it. Two queries."""
    just_signed = Accession.objects.filter(charter=in_force, state=AccessionState.SIGNED)
    return {*signed_versions(in_force), *just_signed.values_list("organisation_id", flat=True)}


def signatories_on_earlier(charter: Charter) -> set[int]:
    """The members that stand by an earlier version or just signed one, and have not signed this one. Three queries."""
    rows = Accession.objects.filter(charter__key=charter.key, state__in=_SIGNED_STATES)
    just_signed = rows.filter(charter__version__lt=charter.version, state=AccessionState.SIGNED)
    signatories = {*signed_versions(charter), *just_signed.values_list("organisation_id", flat=True)}
    return signatories - {*rows.filter(charter=charter).values_list("organisation_id", flat=True)}


def _signatories_who_have_not_signed(event: Event) -> list[Recipient]:
    """The signatories of members that signed an earlier version and not the one that came into force.

    Where a member has none whose account is open, those who can appoint one.
    """
    members = signatories_on_earlier(Charter.objects.get(pk=event.target_id))
    with_signatories = members_with_signatories(members)
    return [
        *people_in_each(sorted(with_signatories), Role.SIGNATORY),
        *people_in_each(sorted(members - with_signatories), Role.ADMINISTRATOR),
    ]


def _signatories_who_could_object(event: Event) -> list[Recipient]:
    return people_in_each(members_to_remind(Charter.objects.get(pk=event.target_id)), Role.SIGNATORY)


def _about_objections(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """As long as they can object, and have not: a letter waits for a morning."""
    charter = next((row for row in open_objections(actor) if row.pk == event.target_id), None)
    day = charter.objections_until if charter is not None else None
    if charter is None or day is None or day != date.fromisoformat(event.data["on"]):
        return None
    return {
        "site": read_site(),
        "charter": charter,
        "version": charter.version,
        "objections_end": end_of_day(day),
        "objections_day": _in_words(day),
        "url": _url(charter),
    }


def _about_version(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """The version by its number, beside the one in force: a draft that was recalled cannot be read any more."""
    rows = Charter.objects.visible_to(actor).filter(key=event.data["key"])
    charter = rows.filter(state=CharterState.IN_FORCE).first()
    if charter is None:
        return None
    version = event.data["version"]
    announced = rows.filter(version=version).first()
    objections_until = announced.objections_until if announced else None
    planned_on = event.data.get("planned_on")
    day = date.fromisoformat(planned_on) if planned_on else None
    return {
        "site": read_site(),
        "charter": charter,
        "version": version,
        "carries_over": announced is not None
        and announced.signatures == SignatureRule.CARRY_OVER
        and would_carry_over(actor.tenant_id, announced),
        "objections_end": end_of_day(objections_until) if objections_until else None,
        "planned_on": day,
        "planned_day": _in_words(day) if day else "",
        "url": _url(announced or charter),
    }


def _about_charter_in_force(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    rows = Charter.objects.visible_to(actor).filter(pk=event.target_id, state=CharterState.IN_FORCE)
    charter = rows.first()
    if charter is None:
        return None
    return {
        "site": read_site(),
        "charter": charter,
        "version": charter.version,
        "can_sign": actor.has(Role.SIGNATORY),
        "url": _url(charter),
    }


def _signers_and_managers(event: Event) -> list[Recipient]:
    """Those at the member who sign or can appoint who does, and the secretariat's managers."""
    members = Accession.objects.filter(pk=event.target_id).values_list("organisation_id", flat=True)
    return [
        *people_in_each(members, Role.SIGNATORY, Role.ADMINISTRATOR),
        *without_actor(event, secretariat_staff(Role.MANAGER)),
    ]


def _about_lost_carry_over(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """As long as the version is announced and the signature does not carry over to it."""
    about = _about_carrying_over(actor, event, versions_not_carried_to)
    if about is None:
        return None
    absence = signing_absences([about["organisation"].pk]).get(about["organisation"].pk)
    since = absence.since if absence else None
    return {
        **about,
        # who can sign again on the day on which nobody could has lost no day
        "restored_until": end_of_day(since) if since == today() else None,
        "in_force_on": about["charter"].planned_on,
    }


def _about_regained_carry_over(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    """As long as the version is announced and the signature carries over to it."""
    about = _about_carrying_over(actor, event, versions_to_carry_over_to)
    if about is None:
        return None
    last = about["charter"].objections_until
    return {**about, "objections_end": end_of_day(last)} if last is not None else None


def _about_carrying_over(
    actor: Actor, event: Event, versions: Callable[[Actor, int], Sequence[Charter]]
) -> dict[str, Any] | None:
    rows = Accession.objects.visible_to(actor).select_related("organisation", "charter")
    accession = rows.filter(pk=event.target_id).first()
    if accession is None:
        return None
    rows_now = versions(actor, accession.organisation_id)
    charter = next((row for row in rows_now if row.pk == event.data["charter"]), None)
    if charter is None:
        return None
    page = reverse("secretariat:charter-difference", args=[charter.key, charter.version])
    return {
        "site": read_site(),
        "organisation": accession.organisation,
        "charter": charter,
        "version": charter.version,
        "signed_version": accession.charter.version,
        "url": page if actor.is_host else _url(charter),
    }


def _about_objection(actor: Actor, event: Event) -> Mapping[str, Any] | None:
    rows = SignatureObjection.objects.visible_to(actor).select_related("organisation", "charter")
    objection = rows.filter(pk=event.target_id, withdrawn_at=None).first()
    if objection is None:
        return None
    charter = objection.charter
    return {
        "site": read_site(),
        "objection": objection,
        "organisation": objection.organisation,
        "charter": charter,
        "version": charter.version,
        "url": reverse("secretariat:charter-difference", args=[charter.key, charter.version]),
    }


def _url(charter: Charter) -> str:
    return reverse("workspace:accession", args=[charter.key, charter.version])


NOTICES = (
    notice(
        "charter.announce",
        _people_of_signatories,
        _about_version,
        "charter.title",
        "version",
        group="published",
        compulsory=can_object,
    ),
    notice(
        "charter.remind_objections",
        _signatories_who_could_object,
        _about_objections,
        "charter.title",
        "version",
        "objections_day",
        group="published",
        timing=until_its_day,
        compulsory=can_object,
    ),
    notice(
        "charter.recall_announcement",
        _people_of_signatories,
        _about_version,
        "charter.title",
        "version",
        group="published",
    ),
    notice(
        "charter.plan",
        _people_of_signatories,
        _about_version,
        "charter.title",
        "version",
        "planned_day",
        group="published",
    ),
    notice(
        "charter.cancel_plan",
        _people_of_signatories,
        _about_version,
        "charter.title",
        "version",
        "planned_day",
        group="published",
    ),
    notice(
        "charter.put_in_force",
        _signatories_who_have_not_signed,
        _about_charter_in_force,
        "charter.title",
        "version",
        group="published",
        timing=in_the_morning,
    ),
    notice(
        "accession.carry_over",
        people_of_member(Accession, *ALL_ROLES),
        about_accession,
        "charter.title",
        "charter.version",
        group="published",
        timing=in_the_morning,
    ),
    notice(
        "accession.lose_carry_over",
        _signers_and_managers,
        _about_lost_carry_over,
        "organisation.name",
        "charter.title",
        "version",
        group="published",
        host_group="signed",
    ),
    notice(
        "accession.regain_carry_over",
        _signers_and_managers,
        _about_regained_carry_over,
        "organisation.name",
        "charter.title",
        "version",
        group="published",
        host_group="signed",
    ),
    notice(
        "objection.make",
        managers,
        _about_objection,
        "organisation.name",
        "charter.title",
        "version",
        group="signed",
    ),
)
