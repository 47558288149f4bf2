"""The rows that public pages read: written from publications, ended by later ones, rebuilt from all of them."""

from collections.abc import Callable

from django.db import connection, transaction

from portal.kernel.publishing.canonical import PublicationContent, read_publication
from portal.kernel.publishing.lock import hold_publications
from portal.kernel.publishing.models import Projection, Publication
from portal.kernel.publishing.revision import touch_public_revision

Projector = Callable[[Publication, PublicationContent], None]


_PROJECTORS: dict[str, Projector] = {}


_PROJECTIONS: list[type[Projection]] = []


# what is derived from projections in its turn: after one publication, and after all of them
_FOLLOWERS: list[tuple[Callable[[Publication], None], Callable[[], None]]] = []


def follow_projections(after_one: Callable[[Publication], None], after_all: Callable[[], None]) -> None:
    """Register what is written from projections: after one publication, and after all of them are projected anew."""
    _FOLLOWERS.append((after_one, after_all))


def projects(type_: str) -> Callable[[Projector], Projector]:
    """Register the function that writes the projection rows of a publication type from its document alone."""

    def register(projector: Projector) -> Projector:
        _PROJECTORS[type_] = projector
        return projector

    return register


def register_projection(*models: type[Projection]) -> None:
    """Name the tables that `rebuild` empties and fills again."""
    _PROJECTIONS.extend(model for model in models if model not in _PROJECTIONS)


def project(publication: Publication) -> None:
    """Write the rows that follow from this publication, and what is derived from them; some types have none."""
    _project(publication)
    for after_one, _after_all in _FOLLOWERS:
        after_one(publication)


def _project(publication: Publication) -> None:
    projector = _PROJECTORS.get(publication.type)
    if projector:
        projector(publication, read_publication(publication))


def supersede(model: type[Projection], publication: Publication, **lookup: object) -> int:
    """End the rows that hold now and match; returns how many."""
    return model.objects.current().filter(**lookup).update(valid_to=publication.number)


@transaction.atomic
def rebuild() -> int:
    """Empty every projection and fill it again from the publications, in their order; returns how many.

    Whatever publishes or withdraws waits for the end of the transaction: else it would end rows that are gone by then,
    and leave those that take their place.
    """
    hold_publications()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # to empty a table takes as long as it is large
    for model in reversed(_PROJECTIONS):
        model.objects.all().delete()
    count = 0
    for publication in Publication.objects.order_by("number").iterator(chunk_size=200):
        _project(publication)
        count += 1
    for _after_one, after_all in _FOLLOWERS:
        after_all()
    touch_public_revision()
    return count
