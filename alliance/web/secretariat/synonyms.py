"""Words that the search looks for together: all groups, and the form of one."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.queries.public.search import taxonomy_words
from alliance.services.synonyms import set_synonyms, version_of
from alliance.web.area import posted_data
from alliance.web.forms.synonyms import SynonymsForm
from alliance.web.secretariat.settings import rebase_form, settings_page
from portal.kernel import search
from portal.kernel.errors import Conflict
from portal.kernel.text import LANGUAGES
from portal.kernel.web import ActorRequest, permissions, refusals_on, requires

NEW = "new"


@require_safe
def settings_synonyms(request: ActorRequest) -> HttpResponse:
    """The groups of words that are searched together, with links to change them for those who may."""
    words = taxonomy_words(list(search.read_synonym_groups().values()))
    return settings_page(
        request,
        "settings_synonyms",
        {"words": words, "new": NEW, **permissions(request.actor, may_change="site.change")},
    )


@requires("site.change")
def settings_synonym(request: ActorRequest, key: str) -> HttpResponse:
    """Form for one group of words that are searched together, or for a new one."""
    group = search.read_synonym_groups().get(key)
    if group is None and key != NEW:
        raise Http404
    stored = search.edited_group(key)
    initial = {f"words_{code}": "\n".join(group.words.get(code, ())) for code in LANGUAGES} if group else {}
    form = SynonymsForm(posted_data(request), initial={**initial, "expected_version": version_of(stored)})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        with refusals_on(form):
            try:
                set_synonyms(
                    request.actor,
                    "" if key == NEW else key,
                    form.words(),
                    expected_version=form.cleaned_data["expected_version"],
                )
            except Conflict:
                status = 409
                raise
        if form.is_valid():
            messages.success(request, _("Saved. Every search uses these words within two seconds."))
            return redirect("secretariat:settings-synonyms")
    if status == 409:
        rebase_form(form, version_of(stored))
    (word,) = taxonomy_words([group]) if group else (None,)
    context = {"form": form, "word": word, "stored": stored if status == 409 else None}
    return settings_page(request, "settings_synonym", context, status)
