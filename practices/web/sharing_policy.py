"""What an administrator decides for the organisation: the labels that staff may use, and its affiliates."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alliance.models import Organisation
from alliance.web.area import WORKSPACE, posted_data
from alliance.web.confirm import Confirmation, confirm
from portal.kernel.access import Actor, tenant_of
from portal.kernel.web import ActorRequest, StrictForm, get_visible_or_404, permissions, refusals_on, requires
from practices.enums import Label
from practices.models import Affiliation
from practices.queries.directory import community_organisations
from practices.queries.sharing_policy import allowed_labels_of
from practices.services.sharing_policy import choose_labels, register_affiliate, strike_off_affiliate
from practices.web.forms.readers import LABEL_DESCRIPTIONS

_NAV = "workspace:people"


class LabelsForm(StrictForm):
    """The labels that staff may use."""

    labels = forms.MultipleChoiceField(
        label=gettext_lazy("Labels"),
        choices=Label.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class AffiliateForm(StrictForm):
    """One organisation of those that are active here."""

    affiliate: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("Organisation"), queryset=None, empty_label=gettext_lazy("Choose one")
    )

    def __init__(self, *args: Any, organisations: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["affiliate"].queryset = organisations  # type: ignore[attr-defined]  # a ModelChoiceField


@require_http_methods(["GET", "HEAD", "POST"])
@requires("labels.choose")
def organisation_labels(request: ActorRequest) -> HttpResponse:
    """Form to choose the labels that staff may use; what has been shared keeps its label."""
    actor = request.actor
    usable = allowed_labels_of(tenant_of(actor))
    form = LabelsForm(posted_data(request), initial={"labels": usable})
    if form.is_valid():
        with refusals_on(form):
            choose_labels(actor, form.cleaned_data["labels"])
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect("workspace:people")
    chosen = form["labels"].value() or []
    labels = [(label, LABEL_DESCRIPTIONS[label], label in chosen) for label in Label]
    context = {"form": form, "labels": labels, "nav": _NAV}
    return render(
        request, "practices/organisation_labels.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("affiliate.register")
def organisation_affiliates(request: ActorRequest) -> HttpResponse:
    """List of the organisation's affiliates, with a form to register one."""
    actor = request.actor
    rows = Affiliation.objects.visible_to(actor).filter(organisation_id=actor.tenant_id)
    rows = rows.select_related("affiliate", "registered_by").order_by("affiliate__name")
    others = community_organisations().exclude(pk=actor.tenant_id).exclude(pk__in=rows.values("affiliate_id"))
    form = AffiliateForm(posted_data(request), organisations=others)
    if form.is_valid():
        organisation: Organisation = form.cleaned_data["affiliate"]
        with refusals_on(form):
            register_affiliate(actor, organisation)
        if form.is_valid():
            messages.success(
                request,
                _("%(name)s can now read what others share with you as TLP:AMBER.")
                % {"name": organisation.name},
            )
            return redirect(request.path)
    context = {"form": form, "affiliations": rows, "nav": _NAV}
    return render(
        request, "practices/organisation_affiliates.html", context, status=422 if form.is_bound else 200
    )


@requires("affiliate.strike_off")
def affiliate_strike_off(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before an affiliate is removed: what it can no longer read."""
    actor = request.actor
    affiliation: Affiliation = get_visible_or_404(
        Affiliation.objects.select_related("affiliate"), actor, organisation_id=tenant_of(actor), key=key
    )
    url = WORKSPACE.url("organisation-affiliates")
    items = [
        _("%(name)s loses access at once to what others share with you as TLP:AMBER")
        % {"name": affiliation.affiliate.name},
        _("what has been read, copied or saved cannot be taken back"),
    ]
    page = Confirmation(
        rule="affiliate.strike_off", subject=affiliation, heading=_("Remove the affiliate"),
        title=f"{affiliation.affiliate.name}:", items=items, label=_("Remove"), cancel_url=url,
        message=_("Affiliate removed"), next_url=url, nav=_NAV, kind="danger", parent_title=_("Affiliates"),
    )  # fmt: skip
    return confirm(request, page, lambda: strike_off_affiliate(actor, affiliation))


def people_panel(actor: Actor, organisation: Organisation) -> dict[str, Any] | None:
    """On the page of people: which labels staff use, how many affiliates there are, and the way to change it."""
    if organisation.pk != actor.tenant_id:
        return None
    rows = Affiliation.objects.visible_to(actor).filter(organisation=organisation)
    return {
        "labels": [Label(label) for label in allowed_labels_of(organisation.pk)],
        "affiliates": [row.affiliate for row in rows.select_related("affiliate").order_by("affiliate__name")],
        **permissions(actor, may_choose="labels.choose"),
    }
