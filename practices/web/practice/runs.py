"""Runs on a test set: their answers are sent, and the portal computes how often they are right."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alliance.queries.local_dates import today
from alliance.web.area import area_of, posted_data
from alliance.web.forms.days import DayField
from portal.kernel.web import ActorRequest, get_visible_or_404, posts, refusals_on
from practices.enums import RunKind
from practices.models import ModelRun
from practices.queries.packs import RunTarget, run_targets
from practices.services.packs import RunInput, add_run, remove_run
from practices.web.forms.shown_readers import ShownReadersForm
from practices.web.objects import get_practice
from practices.web.practice.page import PracticePage
from practices.web.practice.views import version_context


class RunForm(ShownReadersForm):
    """The answers of a run, and what answered."""

    file = forms.FileField(
        label=gettext_lazy("Answers"),
        help_text=gettext_lazy(
            "CSV: on each line the id of a row, a comma, and the class that was answered."
        ),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Who answered"), choices=RunKind.choices)
    name = forms.CharField(label=gettext_lazy("Name and version"), max_length=120)
    setting = forms.CharField(
        label=gettext_lazy("How it was asked"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example “prompt of version 4”, or “trained on our own videos”."),
    )
    ran_on = DayField(label=gettext_lazy("Date of the run"))
    target = forms.ChoiceField(label=gettext_lazy("Test set"), choices=())

    def __init__(self, *args: Any, targets: list[RunTarget], **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        if len(targets) < 2:
            del fields["target"]
        else:
            fields["target"].choices = [(str(each.attachment.key), _name_of(each)) for each in targets]


def _name_of(target: RunTarget) -> str:
    if target.attachment.removed_at is None and target.attachment.shared_at is None:
        return _("The one of the working copy")
    return _("The one of version %(number)d") % {"number": target.version}


@require_http_methods(["GET", "HEAD", "POST"])
def practice_run_add(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to send the answers of a run; the portal computes the score, none is typed in."""
    practice = get_practice(request.actor, key, "practice.run")
    targets = run_targets(request.actor, practice)
    if not targets:
        raise Http404
    form = RunForm(
        posted_data(request, with_files=True),
        request.FILES or None,
        targets=targets,
        subject=practice,
        initial={"ran_on": today()},
    )
    if form.is_valid():
        cleaned = form.cleaned_data
        target = next(
            (each for each in targets if str(each.attachment.key) == cleaned.get("target")), targets[0]
        )
        sent = RunInput(RunKind(cleaned["kind"]), cleaned["name"], cleaned["ran_on"], cleaned["setting"])
        with refusals_on(form):
            add_run(request.actor, target, cleaned["file"], sent)
        if form.is_valid():
            messages.success(request, _("The run was counted and added."))
            return redirect(area_of(request.actor).url("practice", key) + "#scores")
    context = {
        **version_context(PracticePage(request.actor, practice)),
        "form": form,
        "classes": targets[0].classes,
    }
    return render(request, "practices/run_add.html", context, status=422 if form.is_bound else 200)


@posts()
def practice_run_remove(request: ActorRequest, key: UUID, run: UUID) -> HttpResponse:
    """Remove a run that one has added, or that stands on one's own practice."""
    practice = get_practice(request.actor, key)
    row: ModelRun = get_visible_or_404(
        ModelRun.objects.select_related("practice"), request.actor, practice=practice, key=run
    )
    remove_run(request.actor, row)
    messages.success(request, _("Removed"))
    return redirect(area_of(request.actor).url("practice", key) + "#scores")
