"""Named writes on saved searches, and the word that a practice is there for them."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import journal
from portal.kernel.access import SYSTEM, Actor, acting_as, person_of, require, tenant_of
from portal.kernel.errors import DomainError
from portal.kernel.text import clean_line
from practices.models import Adoption, AdoptionResult, Practice, SavedSearch
from practices.queries.search import Search

_MAX_SEARCHES = 50


@transaction.atomic
def save_search(actor: Actor, search: Search, *, name: str, notifies: bool) -> SavedSearch:
    """Save a search under a name of the actor's own.

    Raises Forbidden without `search.save`, and DomainError for an empty search, a name in use, or more than fifty.
    """
    require(actor, "search.save")
    if search.is_empty:
        raise DomainError(_("Search for something first."))
    own = SavedSearch.objects.visible_to(actor)
    if own.count() >= _MAX_SEARCHES:
        raise DomainError(_("The limit of %(most)d is reached: remove one first.") % {"most": _MAX_SEARCHES})
    return SavedSearch.objects.create(
        person_id=person_of(actor),
        organisation_id=tenant_of(actor),
        name=_available_name(actor, name),
        query=search.to_parameters(),
        notifies=notifies,
    )


@transaction.atomic
def edit_search(actor: Actor, saved: SavedSearch, *, name: str, notifies: bool) -> SavedSearch:
    """Rename a saved search, and turn its notifications on or off.

    Raises Forbidden for another person's search, and DomainError for a name in use.
    """
    locked = SavedSearch.objects.select_for_update(of=("self",)).get(pk=saved.pk)
    require(actor, "search.edit", locked)
    locked.name, locked.notifies = _available_name(actor, name, except_id=locked.pk), notifies
    locked.save(update_fields=["name", "notifies"])
    return locked


@transaction.atomic
def delete_search(actor: Actor, saved: SavedSearch) -> None:
    """Delete a saved search with its notifications. Raises Forbidden for another person's."""
    require(actor, "search.delete", saved)
    SavedSearch.objects.filter(pk=saved.pk).delete()


def _available_name(actor: Actor, name: str, except_id: int | None = None) -> str:
    cleaned = clean_line(name, field="name")
    saved_searches = SavedSearch.objects.visible_to(actor).filter(name=cleaned).exclude(pk=except_id)
    if saved_searches.exists():
        raise DomainError(_("You already have a saved search of this name."), field="name")
    return cleaned


def notify_saved_searches(actor: Actor, practice: Practice) -> None:
    """Notify the owners of saved searches that it answers, once each; called where a practice gets new readers."""
    journal.record(actor, "search.match", practice)


def notify_searches_for_uses(
    actor: Actor,
    use: Adoption,
    values: Collection[str],
    earlier_readers: Collection[str] = (),
    *,
    result: AdoptionResult | None = None,
) -> None:
    """The same where a use begins, gets a measured result or other readers: of searches that ask for what is new.

    `values` are those of `UseFilter` that a practice may have by it from now on; who could read the use before holds
    one of the tokens in `earlier_readers`; `result` is the measured one by which they begin. The entry
    is about the use, so that nobody learns of one that they do not see.
    """
    if values and _is_asked_for("use"):
        before = {"earlier_readers": sorted(earlier_readers)} if earlier_readers else {}
        measured = {"result": result.pk, "service_kind": result.service_kind} if result else {}
        journal.record(actor, "search.match", use, uses=sorted(values), **before, **measured)


def notify_searches_for_language(actor: Actor, practice: Practice, language: str) -> None:
    """The same where a practice can be read in another language: of searches that ask for this one."""
    if _is_asked_for("read_in"):
        journal.record(actor, "search.match", practice, language=language)


def _is_asked_for(facet: str) -> bool:
    """Whether anybody at all has such a search; whose it is, is nobody's to see."""
    with acting_as(SYSTEM):
        return SavedSearch.objects.filter(notifies=True, query__has_key=facet).exists()
