"""What practices are called: the latest version's title, and that of the working copy before there is one."""

from collections.abc import Iterable

from django.db.models.fields.json import KeyTextTransform

from portal.kernel.access import Actor
from practices.models import Draft, Practice, Version


def practices_with_titles(actor: Actor, ids: Iterable[int]) -> dict[int, tuple[Practice, str]]:
    """Those that the actor may see, by id, each with its title. At most three queries."""
    seen = Practice.objects.visible_to(actor).in_bulk(list(set(ids)))
    titles = titles_of(actor, seen) if seen else {}
    return {pk: (row, titles[pk]) for pk, row in seen.items() if pk in titles}


def titles_of(actor: Actor, ids: Iterable[int]) -> dict[int, str]:
    """The titles of those practices that the actor may see, by id. At most two queries, however many there are."""
    wanted = set(ids)
    seen = Practice.objects.visible_to(actor).filter(pk__in=wanted).values("pk")
    said = Version.objects.filter(practice__in=seen).order_by("practice", "-number").distinct("practice")
    titles = dict(said.values_list("practice", KeyTextTransform("title", "content")))
    if wanted <= set(titles):
        return titles
    working = Draft.objects.visible_to(actor).filter(practice__in=wanted - set(titles))
    return dict(working.values_list("practice", KeyTextTransform("title", "content"))) | titles
