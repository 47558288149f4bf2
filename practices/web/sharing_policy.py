"""What an administrator decides for the organisation: the labels that staff may use."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alliance.web.area import posted_data
from alliance.web.forms.renewable import SeenValuesForm
from portal.kernel.access import tenant_of
from portal.kernel.web import ActorRequest, requires
from practices.enums import Label
from practices.queries.sharing_policy import allowed_labels_of
from practices.services.sharing_policy import choose_labels, label_values
from practices.web.forms.readers import LABEL_DESCRIPTIONS

_NAV = "workspace:people"


class LabelsForm(SeenValuesForm):
    """The labels that staff may use."""

    labels = forms.MultipleChoiceField(
        label=gettext_lazy("Labels"),
        choices=Label.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires("labels.choose")
def organisation_labels(request: ActorRequest) -> HttpResponse:
    """Form to choose the labels that staff may use; what has been shared keeps its label."""
    actor = request.actor
    usable = allowed_labels_of(tenant_of(actor))
    values = label_values(usable)
    form = LabelsForm(posted_data(request), initial=values, record_values=values)
    if form.is_valid():
        with form.refusals():
            choose_labels(actor, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect("workspace:people")
    chosen = form["labels"].value() or []
    labels = [(label, LABEL_DESCRIPTIONS[label], label in chosen) for label in Label]
    context = {"form": form, "labels": labels, "nav": _NAV}
    return render(request, "practices/organisation_labels.html", context, status=form.status)
