"""Who wrote a practice: colleagues, and others who may read it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from alliance.web.area import posted_data
from alliance.web.forms.renewable import SeenValuesForm
from portal.kernel.web import ActorRequest
from practices.models import Practice
from practices.queries.directory import PersonInOrganisation, colleagues_of, find_people, people_named
from practices.services.authors import author_values, set_authors
from practices.web.editor.views import draft_context, get_own_practice
from practices.web.forms.people import PeopleField


class AuthorsForm(SeenValuesForm):
    """The authors, ticked among colleagues and search results."""

    only_narrows = True
    also_posted = ("find", "words")

    authors = PeopleField(label=gettext_lazy("Authors"))

    def __init__(self, *args: object, people: list[PersonInOrganisation], **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # handed on
        self.fields["authors"].set_people(people)  # type: ignore[attr-defined]  # a PeopleField


@require_http_methods(["GET", "HEAD", "POST"])
def practice_authors(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to choose the authors of a practice, with a search for people of other organisations."""
    practice, draft = get_own_practice(request, key)
    search_text, data = request.POST.get("words", ""), posted_data(request)
    searching = "find" in request.POST
    people = _selectable_people(practice, request.POST.getlist("authors"), search_text)
    values = author_values(practice)
    form = AuthorsForm(data, people=people, initial=values, record_values=values)
    if not searching and form.is_valid():
        keys = form.cleaned_data["authors"]
        # present authors keep their order; the others follow
        present_authors = [key for key in practice.author_people if key in keys]
        other_authors = [key for key in keys if key not in present_authors]
        with form.refusals():
            set_authors(
                request.actor, practice, [*present_authors, *other_authors], seen=form.cleaned_data["seen"]
            )
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect(request.path)
    context = {
        **draft_context(practice, draft, "authors"),
        "form": form,
        "search_text": search_text,
        "has_searched": searching,
        "matching_people": find_people(search_text) if searching else [],
    }
    status = form.status if form.errors and not searching else 200
    return render(request, "practices/practice_authors.html", context, status=status)


def _selectable_people(practice: Practice, selected: list[str], text: str) -> list[PersonInOrganisation]:
    """Those who can be ticked: authors first, then colleagues, then people found or ticked before."""
    chosen = {person.key: person for person in people_named([*practice.author_people, *selected])}
    current_authors = {key: chosen[key] for key in practice.author_people if key in chosen}
    colleagues = {colleague.key: colleague for colleague in colleagues_of(practice.organisation_id)}
    return list(
        {
            **current_authors,
            **colleagues,
            **chosen,
            **{person.key: person for person in find_people(text)},
        }.values()
    )
