"""Who wrote a practice: colleagues, and others who may read it."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alliance.web.desk import posted
from portal.kernel.web import ActorRequest, shown
from practices.models import Practice
from practices.queries.directory import Somebody, colleagues_of, find_people, people_named
from practices.services.authors import set_authors
from practices.web.forms.people import PeopleField
from practices.web.writing import around, own_practice


class AuthorsForm(forms.Form):
    """The authors, ticked among colleagues and among whoever was found."""

    only_narrows = True

    authors = PeopleField(label=gettext_lazy("Authors"))

    def __init__(self, *args: object, people: list[Somebody], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # handed on
        self.fields["authors"].offer(people)  # type: ignore[attr-defined]  # a PeopleField


@require_http_methods(["GET", "HEAD", "POST"])
def practice_authors(request: ActorRequest, key: UUID) -> HttpResponse:
    """The authors; a search brings in people of other organisations, a save names those who are ticked."""
    found, draft = own_practice(request, key)
    words, data = request.POST.get("words", ""), posted(request)
    searching = "find" in request.POST
    people = _people(found, request.POST.getlist("authors"), words)
    form = AuthorsForm(data, people=people, initial={"authors": found.author_people})
    if not searching and form.is_valid():
        with shown(form):
            set_authors(request.actor, found, _in_order(found, form.cleaned_data["authors"]))
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect(request.path)
    context = {
        **around(found, draft, "authors"),
        "form": form,
        "words": words,
        "searched": searching,
        "found_people": find_people(words) if searching else [],
    }
    status = 422 if form.is_bound and not searching and form.errors else 200
    return render(request, "practices/practice_authors.html", context, status=status)


def _people(practice: Practice, ticked: list[str], words: str) -> list[Somebody]:
    """Those who can be ticked: authors first, then colleagues, then whoever was found or ticked before."""
    chosen = {one.key: one for one in people_named([*practice.author_people, *ticked])}
    standing = {key: chosen[key] for key in practice.author_people if key in chosen}
    colleagues = {one.key: one for one in colleagues_of(practice.organisation_id)}
    return list({**standing, **colleagues, **chosen, **{one.key: one for one in find_people(words)}}.values())


def _in_order(practice: Practice, ticked: list[str]) -> list[str]:
    """Who stood there before keeps the place; the others follow."""
    standing = [key for key in practice.author_people if key in ticked]
    return [*standing, *(key for key in ticked if key not in standing)]
