"""One verdict for many measures at once, and the button that takes it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.enums import DraftKind
from alliance.models import Verdict
from alliance.queries.given_verdicts import as_first_given
from alliance.queries.review_drafts import review_drafts
from alliance.services.reviews import give_verdicts
from alliance.services.taken_back_verdicts import take_back_verdicts
from alliance.web.area import posted_data
from alliance.web.forms.reviews import VerdictBatchForm
from alliance.web.secretariat.reviews import get_report_and_review, review_context
from portal.kernel.web import ActorRequest, posts, refusals_on, typed_words


def review_batch(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to give measures without a verdict the same one at once; it names them, and what was given so before."""
    report, state = get_report_and_review(request.actor, pk, "report.review")
    steps = [step for step in state.measures_to_judge if not step.verdict]
    drafted = {step for step, kind in review_drafts(request.actor, report) if kind == DraftKind.VERDICT}
    titles = {step.key: f"{step.code} {step.title}" for step in state.steps if step.kind == "measure"}
    form = VerdictBatchForm(posted_data(request), steps=steps, drafted=drafted, titles=titles)
    if form.is_valid():
        values = dict(form.cleaned_data)
        chosen = set(values.pop("measures"))
        measures = [step.measure for step in steps if step.key in chosen and step.measure is not None]
        with refusals_on(form):
            give_verdicts(request.actor, report, measures, **values)
        if form.is_valid():
            message = ngettext("%(n)d verdict given.", "%(n)d verdicts given.", len(measures))
            messages.success(request, message % {"n": len(measures)})
            return redirect("secretariat:review-batch", pk=pk)
        # whatever spoke against it: what is left to judge is offered as it is now
        report, state = get_report_and_review(request.actor, pk)
        form.offer([step for step in state.measures_to_judge if not step.verdict], drafted)
    given = Verdict.objects.visible_to(request.actor).filter(report=report, batch__isnull=False)
    batches: dict[UUID | None, list[Verdict]] = {}
    for verdict in as_first_given(report, given.select_related("measure", "commitment", "given_by")):
        batches.setdefault(verdict.batch, []).append(verdict)
    context = {
        **review_context(request, report, state),
        "form": form,
        "typed": typed_words(form),
        "batches": list(batches.items()),
    }
    status = 422 if form.is_bound else 200
    return render(request, "alliance/secretariat/review_batch.html", context, status=status)


@posts()
def review_batch_take_back(request: ActorRequest, pk: int, batch: UUID) -> HttpResponse:
    """Take back verdicts that were given at once, while the report is in review."""
    report, _state = get_report_and_review(request.actor, pk)
    take_back_verdicts(request.actor, report, batch)
    messages.success(
        request, _("The verdicts are taken back. A reason that was given with them is your draft now.")
    )
    return redirect("secretariat:review-batch", pk=pk)
