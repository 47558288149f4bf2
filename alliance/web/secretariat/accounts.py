"""The secretariat's page of one account, and what a manager may do with it: each step with a stored reason."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Membership, Person
from alliance.queries.account_refusals import closing_refusal, reopening_refusal, thawing_refusal
from alliance.queries.factors import has_second_factor
from alliance.queries.people import decisions_on, open_email_change, organisations_of, roles_without_holder
from alliance.services import account_decisions, email_changes, factors, freezing
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.reasons import ReasonForm, ThawForm
from alliance.web.organisation.freezing import freeze_consequences
from portal.kernel.web import ActorRequest, get_visible_or_404, permissions

_NAV = "secretariat:member-list"


def _get_person(request: ActorRequest, pk: int) -> Person:
    person: Person = get_visible_or_404(Person.objects, request.actor, pk=pk)
    return person


@require_safe
def person(request: ActorRequest, pk: int) -> HttpResponse:
    """One person's account: memberships, second factors, pending change of address, earlier decisions."""
    person = _get_person(request, pk)
    context = {
        "person": person,
        "memberships": _memberships(person),
        "has_factor": has_second_factor(person),
        "change": open_email_change(request.actor, person),
        "decisions": decisions_on(request.actor, person),
        **permissions(request.actor, person, may="person.close"),
        "nav": _NAV,
    }
    return render(request, "alliance/secretariat/person.html", context)


def _memberships(person: Person) -> list[Membership]:
    """Where they belong, each with the rights of theirs that nobody can use there while the account is not open."""
    rows = list(organisations_of(person))
    for row in () if person.is_active else rows:
        vacant_roles = [role for role in roles_without_holder(row.organisation) if role in row.roles]
        row.vacant_roles = vacant_roles  # type: ignore[attr-defined]  # for the template
    return rows


def _step(
    request: ActorRequest,
    pk: int,
    rule: str,
    page: Callable[[Person], dict[str, Any]],
    act: Callable[..., object],
    form_class: type[ReasonForm] = ReasonForm,
) -> HttpResponse:
    person = _get_person(request, pk)
    person_url = reverse("secretariat:person", args=[pk])
    confirmation = Confirmation(
        rule=rule,
        subject=person,
        cancel_url=person_url,
        next_url=person_url,
        nav=_NAV,
        parent_title=person.name,
        kind="danger",
        **page(person),
    )
    return confirm(request, confirmation, partial(act, request.actor, person), form_class)


def person_reset_factors(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page to remove the second factors of somebody who lost their phone and recovery codes."""

    def page(person: Person) -> dict[str, Any]:
        return {
            "heading": f"{_('Remove the second factors')}: {person.name}",
            "title": _("What will happen"),
            "items": (
                _("Until a new factor is set up, the password alone opens this account."),
                _("All their sessions end at once."),
                _("They and the administrators of their organisations get an e-mail."),
                _("The reason stays with the account; only the secretariat reads it."),
            ),
            "warning": _(
                "Make sure that it is really them: call back on a number that you knew before, or "
                "meet them. In the reason, state who asked and how you verified it."
            ),
            "label": _("Remove the second factors"),
            "message": _("Second factors removed"),
            "refusal": "" if has_second_factor(person) else _("This account has no second factor."),
        }

    return _step(request, pk, "person.reset_factors", page, factors.reset_factors)


def person_confirm_email(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page to confirm a change of address in place of a lost old mailbox."""

    def page(person: Person) -> dict[str, Any]:
        change = open_email_change(request.actor, person)
        waits = change is not None and change.old_confirmed_at is None
        return {
            "heading": f"{_('Confirm in place of the old mailbox')}: {person.name}",
            "title": _("What will happen"),
            "items": (
                _("When the new address has confirmed too, they sign in with it, and other sessions end."),
                _("Both mailboxes get an e-mail."),
                _("The reason stays with the account; only the secretariat reads it."),
            ),
            "warning": _(
                "Make sure that it is really them: call back on a number that you knew before, or "
                "meet them. In the reason, state who asked and how you verified it."
            ),
            "label": _("Confirm in place of the old mailbox"),
            "message": _("Confirmed in place of the old mailbox"),
            "refusal": ""
            if waits
            else _("No change of address is waiting for confirmation from the old mailbox."),
        }

    return _step(request, pk, "person.confirm_email", page, email_changes.confirm_for_lost_mailbox)


def person_close(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before an account is closed."""

    def page(person: Person) -> dict[str, Any]:
        return {
            "heading": f"{_('Close the account')}: {person.name}",
            "title": _("What will happen"),
            "items": (
                _("No one can sign in with it any more, and open sessions end at once."),
                _("What they wrote and signed stays. Memberships stay until administrators end them."),
                _("The administrators of their organisations get an e-mail."),
            ),
            "label": _("Close the account"),
            "message": _("Account closed"),
            "refusal": closing_refusal(request.actor, person),
        }

    return _step(request, pk, "person.close", page, account_decisions.close_account)


def person_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a closed account is reopened."""

    def page(person: Person) -> dict[str, Any]:
        return {
            "heading": f"{_('Reopen the account')}: {person.name}",
            "title": _("What will happen"),
            "items": (
                _("They can sign in again, with the rights that their memberships give."),
                _("The administrators of their organisations get an e-mail."),
            ),
            "label": _("Reopen the account"),
            "message": _("Account reopened"),
            "refusal": reopening_refusal(request.actor, person),
        }

    return _step(request, pk, "person.reopen", page, account_decisions.reopen_account)


def person_freeze(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before an account is frozen that may have been stolen."""

    def page(person: Person) -> dict[str, Any]:
        return {
            "heading": f"{_('Freeze the account')}: {person.name}",
            "title": _("What will happen"),
            "items": freeze_consequences(),
            "label": _("Freeze the account"),
            "message": _("Account frozen"),
            "refusal": closing_refusal(request.actor, person),
        }

    return _step(request, pk, "person.freeze", page, freezing.freeze_account)


def person_thaw(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before a frozen account is opened to its owner again, and its second factors are removed."""
    has_factor = has_second_factor(_get_person(request, pk))

    def page(person: Person) -> dict[str, Any]:
        return {
            "heading": f"{_('Unfreeze the account')}: {person.name}",
            "title": _("What will happen"),
            "items": (
                _("They get an e-mail with a link to set a new password."),
                *(
                    ()
                    if has_factor  # the form asks
                    else (_("They have no second factor: the new password alone will open the account."),)
                ),
                _("API tokens and known devices do not come back."),
                _("They, the administrators of their organisations and the secretariat get an e-mail."),
                _("The reason stays with the account; only the secretariat reads it."),
            ),
            "warning": _(
                "Make sure that it is really them: call back on a number that you knew before, or "
                "meet them. In the reason, state who asked and how you verified it."
            ),
            "label": _("Unfreeze the account"),
            "message": _("Account unfrozen"),
            "refusal": thawing_refusal(request.actor, person),
        }

    form_class = ThawForm if has_factor else ReasonForm
    return _step(request, pk, "person.thaw", page, freezing.thaw_account, form_class)
