"""Interests in members: the list of all, the page before one is declared or recorded, and before it ends."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import DeclaredInterest, Organisation, Person
from alliance.queries.reviewers import declared_interests, people_who_review
from alliance.services.interests import declare_interest, end_interest
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.allocation import InterestEndForm, InterestForm, members_to_choose
from portal.kernel.web import ActorRequest, get_visible_or_404, permissions, requires

NAV = "secretariat:review-list"


@require_safe
def interest_list(request: ActorRequest) -> HttpResponse:
    """Who has declared an interest in which member: those in force, and those that have ended."""
    context = {
        "nav": NAV,
        "rows": declared_interests(request.actor),
        **permissions(request.actor, None, may_declare="interest.declare", may_record="interest.record"),
    }
    return render(request, "alliance/secretariat/interest_list.html", context)


@requires("interest.declare")
def interest_declare(request: ActorRequest) -> HttpResponse:
    """Page before one declares an interest of one's own: what is taken away, who is notified."""
    return _declare(request, _("Declare an interest"), "interest.declare", people=None)


@requires("interest.record")
def interest_record(request: ActorRequest) -> HttpResponse:
    """Page before a manager records another person's interest."""
    people = [person for person in people_who_review() if person.pk != request.actor.person_id]
    return _declare(request, _("Record an interest"), "interest.record", people=people)


def _declare(request: ActorRequest, heading: str, rule: str, people: list[Person] | None) -> HttpResponse:
    url = reverse("secretariat:interest-list")
    whose = _("From now on you review") if people is None else _("From now on this person reviews")
    page = Confirmation(
        rule=rule,
        subject=None,
        heading=heading,
        title=_("What an interest does"),
        items=[
            _(
                "%(whose)s nothing of this member: they are left out of every list of reviewers, with the reason."
            )
            % {"whose": whose},
            _("Reports of the member that are assigned go back to unassigned, and readings are withdrawn."),
            _(
                "Verdicts that were given stay, marked for a second look: another reviewer confirms them or gives them "
                "anew before the review is concluded and the report published."
            ),
            _(
                "Consents and agreements to corrections of the member that are still open lapse: somebody else gives "
                "them anew."
            ),
            _(
                "The managers are notified, and the reviewers who have such verdicts to look at. Who it is and what "
                "the interest is stays within the secretariat."
            ),
            _("Only another manager can record its end."),
        ],
        label=heading,
        cancel_url=url,
        message=_("The interest is recorded."),
        next_url=url,
        nav=NAV,
        parent_title=_("Interests"),
    )

    def act(organisation: Organisation, reason: str, person: int = 0) -> None:
        whose = next((each for each in people or () if each.pk == person), None)
        declare_interest(request.actor, organisation, reason, whose)

    def form(data: Any = None, **others: Any) -> InterestForm:
        members = members_to_choose(request.actor)
        return InterestForm(data, organisations=members, people=people, **others)

    initial = {"organisation": request.GET.get("organisation", "")}
    return confirm(request, page, act, form, initial)  # type: ignore[arg-type]  # it makes such a form


def interest_end(request: ActorRequest, pk: int) -> HttpResponse:
    """Page before the end of an interest is recorded."""
    interest: DeclaredInterest = get_visible_or_404(
        DeclaredInterest.objects.select_related("person", "organisation"),
        request.actor,
        rule="interest.end",
        pk=pk,
    )
    url = reverse("secretariat:interest-list")
    names = {"name": interest.person.name, "member": interest.organisation.name}
    page = Confirmation(
        rule="interest.end",
        subject=interest,
        heading=_("Record the end of an interest"),
        title=_("%(name)s, %(member)s") % names,
        items=[
            _("Until the end of that day %(name)s reviews nothing of %(member)s.") % names,
            _("Reports that were taken away do not come back by themselves."),
            _("%(name)s is notified. What was declared stays on record.") % names,
        ],
        label=_("Record the end"),
        cancel_url=url,
        message=_("The end of the interest is recorded."),
        next_url=url,
        nav=NAV,
        parent_title=_("Interests"),
        refusal="" if interest.ends_on is None else _("The end of this interest is recorded already."),
    )

    def act(ends_on: date, reason: str) -> None:
        end_interest(request.actor, interest, ends_on, reason)

    return confirm(request, page, act, InterestEndForm)
