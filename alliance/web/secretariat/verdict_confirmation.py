"""Verdicts of somebody who has declared an interest since: another reviewer confirms them at once, as they stand."""

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.queries.second_looks import steps_to_confirm
from alliance.services.reviews import confirm_verdicts
from alliance.web.confirm import Confirmation, PageView, confirm
from alliance.web.forms.renewable import RenewableForm
from alliance.web.secretariat.review_steps import review_step_url
from alliance.web.secretariat.reviews import get_report_and_review
from portal.kernel.web import ActorRequest


class SeenVerdictsForm(RenewableForm):
    """The verdicts that the page has shown, each with its version."""

    shown_fields = ("seen",)

    seen = forms.RegexField(
        r"^[a-z]+:[a-z0-9-]+@\d{1,9}(,[a-z]+:[a-z0-9-]+@\d{1,9})*$",
        max_length=100_000,
        widget=forms.HiddenInput,
    )

    def clean_seen(self) -> dict[str, int]:
        pairs = (each.split("@") for each in self.cleaned_data["seen"].split(","))
        return {name: int(version) for name, version in pairs}


def review_confirm_verdicts(request: ActorRequest, pk: int) -> HttpResponse:
    """Page to confirm verdicts whose giver has declared an interest since: each with its reason, all in one act."""
    report, state = get_report_and_review(request.actor, pk, "verdict.confirm")
    steps = steps_to_confirm(state)
    url = reverse("secretariat:review", args=[pk])
    seen = ",".join(f"{step.name}@{step.verdict.version}" for step in steps if step.verdict)
    label = ngettext("Confirm %(n)d verdict", "Confirm %(n)d verdicts", len(steps)) % {"n": len(steps)}
    page = Confirmation(
        rule="verdict.confirm",
        subject=report,
        heading=_("Confirm verdicts"),
        title=_("When you confirm these verdicts:"),
        items=[
            _("they are yours from then on, as they stand; the journal says so of each"),
            _("the review can be concluded, and the report published"),
            _(
                "a verdict that you would give otherwise you give anew on its own page, before the others are confirmed"
            ),
        ],
        label=label,
        cancel_url=url,
        message=ngettext("%(n)d verdict confirmed.", "%(n)d verdicts confirmed.", len(steps))
        % {"n": len(steps)},
        next_url=url,
        nav="secretariat:review-list",
        parent_title=report.organisation.name,
        refusal="" if steps else _("No verdict waits to be confirmed there."),
    )
    view = PageView(
        "alliance/secretariat/review_confirm_verdicts.html",
        lambda: {"report": report, "steps": [(step, review_step_url(report, step)) for step in steps]},
    )
    return confirm(
        request,
        page,
        lambda seen: confirm_verdicts(request.actor, report, seen),
        SeenVerdictsForm,
        {"seen": seen},
        view,
    )
