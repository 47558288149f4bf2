"""What a practice has to do with others: its source says so, and takes it back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from alliance.web.area import posted_data
from portal.kernel.web import ActorRequest, get_visible_or_404, posts, refusals_on
from practices.enums import RelationKind
from practices.models import Practice, Relation
from practices.queries.relations import practices_with_title, related_practices
from practices.services.relations import relate_practice, unrelate_practice
from practices.web.forms.relations import RelationForm
from practices.web.objects import get_practice
from practices.web.practice.page import PracticePage
from practices.web.practice.views import version_context


def practice_relate(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to relate a practice to another one, with a search by title."""
    practice = get_practice(request.actor, key, "practice.relate")
    form = RelationForm(posted_data(request))
    if form.is_valid():
        target: Practice = get_visible_or_404(
            Practice.objects, request.actor, key=form.cleaned_data["target"]
        )
        with refusals_on(form):
            relate_practice(request.actor, practice, form.cleaned_data["kind"], target)
        if form.is_valid():
            messages.success(
                request, _("A relation is shown on both pages to those who may read both practices.")
            )
            return redirect("workspace:practice-relate", key)
    search_text = request.GET.get("q", "").strip()[:200]
    context = {
        **version_context(PracticePage(request.actor, practice)),
        "form": form,
        "search_text": search_text,
        "candidates": practices_with_title(request.actor, search_text, exclude=practice)
        if search_text
        else [],
        "kinds": RelationKind.choices,
        "relations": related_practices(request.actor, practice),
    }
    return render(request, "practices/relate.html", context, status=422 if form.is_bound else 200)


@posts()
def practice_unrelate(request: ActorRequest, key: UUID, relation: UUID) -> HttpResponse:
    """Remove a relation that the practice itself names."""
    practice = get_practice(request.actor, key)
    relation_row = get_visible_or_404(Relation.objects, request.actor, practice=practice, key=relation)
    unrelate_practice(request.actor, practice, relation_row)
    messages.success(request, _("Removed"))
    return redirect("workspace:practice-relate", key)
