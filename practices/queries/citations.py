"""A use of a practice as evidence in a report: what can be cited, and what a citation says to whom."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.registry import Citation
from portal.kernel.text import format_number
from practices.access import by_earlier_readers, own
from practices.enums import AdoptionState, Label
from practices.models import Adoption, AdoptionResult
from practices.queries.titles import practices_with_titles, titles_of


def citable_uses(actor: Actor, tenant_id: int) -> list[tuple[str, str]]:
    """The organisation's uses of practices that the actor may read, beyond mere consideration."""
    rows = Adoption.objects.visible_to(actor).filter(organisation_id=tenant_id)
    uses = list(rows.exclude(state=AdoptionState.CONSIDERING).select_related("service"))
    titles = titles_of(actor, [use.practice_id for use in uses]) if uses else {}
    return [
        (str(use.key), _use_title(use, titles[use.practice_id])) for use in uses if use.practice_id in titles
    ]


def _use_title(use: Adoption, title: str) -> str:
    return f"{title} ({use.service.name})" if use.service else title


def citations_for(actor: Actor, tenant_id: int, references: Sequence[str]) -> dict[str, Citation]:
    """The practice's title and what came of its use, where the actor may read the practice.

    Citing a use shows its result to all readers of the evidence and the practice, whatever the use's own label;
    only what is RED stays with those whom it names.
    """
    with acting_as(
        SYSTEM
    ):  # the evidence is the reader's to see; each practice is looked up through its own `visible_to`
        uses = list(
            Adoption.objects.filter(organisation_id=tenant_id, key__in=_keys(references))
            # others learn neither what came of it nor that it is there
            .filter(by_earlier_readers(actor) | own(actor))
            .select_related("service")
            .prefetch_related("results")
        )
        results = {use.pk: "; ".join(_result_text(result) for result in use.current_results) for use in uses}
    readable = practices_with_titles(actor, [use.practice_id for use in uses])
    hidden = _hidden_from(actor, [use for use in uses if use.practice_id in readable])
    return {
        str(use.key): Citation(
            _use_title(use, title),
            "" if use.pk in hidden else results[use.pk],
            str(practice.key),
            practice.get_label_display(),
            practice.label == Label.CLEAR,
        )
        for use in uses
        for practice, title in [readable.get(use.practice_id, (None, ""))]
        if practice is not None
    }


def _keys(references: Sequence[str]) -> list[UUID]:
    """Of what a report keeps; anything else names nothing."""
    keys = []
    for reference in references:
        with suppress(ValueError):
            keys.append(UUID(reference))
    return keys


def _hidden_from(actor: Actor, uses: Sequence[Adoption]) -> set[int]:
    """The RED ones among the uses that do not name the actor."""
    red = {use.pk for use in uses if use.label == Label.RED}
    named = Adoption.objects.visible_to(actor).filter(pk__in=red).values_list("pk", flat=True) if red else ()
    return red - set(named)


def _result_text(result: AdoptionResult) -> str:
    if result.before is None or result.after is None:
        return result.note
    numbers = (
        f"{result.what}: {format_number(result.before)} → {format_number(result.after)} {result.unit}".strip()
    )
    return f"{numbers} ({result.note})" if result.note else numbers
