"""Named writes on the views of lists that somebody keeps: their own alone, so they need no rule."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.enums import ViewedList
from alliance.models import SavedView
from portal.kernel.access import Actor, person_of
from portal.kernel.errors import DomainError
from portal.kernel.text import clean_text

MAX_VIEWS = 20  # of one person and list: they stand in one box above it


@transaction.atomic
def keep_view(actor: Actor, name: str, query: str, of: ViewedList) -> SavedView:
    """Keep a view of a list under a name; the earlier one of that name is replaced.

    Not journalled: it is the person's own.

    Raises DomainError without a name or beyond `MAX_VIEWS`.
    """
    cleaned = clean_text(name, field="name").strip()
    if not cleaned:
        raise DomainError(_("Give the view a name."), field="name")
    own = SavedView.objects.visible_to(actor).filter(of=of)
    if not own.filter(name=cleaned).exists() and own.count() >= MAX_VIEWS:
        raise DomainError(_("You keep %(n)d views. Remove one first.") % {"n": MAX_VIEWS}, field="name")
    view, _created = SavedView.objects.update_or_create(
        person_id=person_of(actor), of=of, name=cleaned, defaults={"query": query}
    )
    return view


@transaction.atomic
def remove_view(actor: Actor, view: SavedView) -> None:
    """Remove a view of one's own; of another person's nothing happens."""
    SavedView.objects.visible_to(actor).filter(pk=view.pk).delete()
