"""The rows that public pages read: written from publications, ended by later ones, rebuilt from all of them."""

from collections.abc import Callable

from django.db import transaction

from portal.kernel.publishing.canonical import PublicationContent, read_publication
from portal.kernel.publishing.models import Projection, Publication
from portal.kernel.publishing.revision import touch_public_revision

Projector = Callable[[Publication, PublicationContent], None]


_PROJECTORS: dict[str, Projector] = {}


_PROJECTIONS: list[type[Projection]] = []


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
    """Write the rows that follow from this publication; a type without a projector has none."""
    projector = _PROJECTORS.get(publication.type)
    if projector:
        projector(publication, read_publication(publication))


def supersede(model: type[Projection], publication: Publication, **lookup: object) -> int:
    """End the rows that hold now and match; returns how many."""
    return model.objects.current().filter(**lookup).update(valid_to=publication.number)


@transaction.atomic
def rebuild() -> int:
    """Empty every projection and fill it again from the publications, in their order; returns how many."""
    for model in reversed(_PROJECTIONS):
        model.objects.all().delete()
    count = 0
    for publication in Publication.objects.order_by("number").iterator(chunk_size=200):
        project(publication)
        count += 1
    touch_public_revision()
    return count
