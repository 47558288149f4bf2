"""What a use has measured: nothing that its unit makes impossible."""

from decimal import Decimal

from portal.kernel.access import Actor
from portal.kernel.errors import DomainError
from practices.models import Practice
from practices.queries.practices import latest_version
from practices.queries.results import named_effects
from practices.units import impossible_in, normalised


def refuse_impossible(
    actor: Actor, practice: Practice, *, what: str, unit: str, **numbers: Decimal | None
) -> None:
    """Refuse numbers, by their fields, that nothing can amount to in this unit; raises DomainError.

    The practice's own effects are taken at their word: where one was, say, “140 %”, that is no share there.
    """
    for field, number in numbers.items():
        if number is None or not (sentence := impossible_in(unit, number)):
            continue
        if not _counts_so(actor, practice, what, unit):
            raise DomainError(sentence, field=field)


def _counts_so(actor: Actor, practice: Practice, what: str, unit: str) -> bool:
    version = latest_version(actor, practice)
    effects = named_effects(version.content) if version else []
    return any(
        effect.key == (normalised(what), normalised(unit)) and impossible_in(effect.unit, number)
        for effect in effects
        for number in (effect.before, effect.after)
    )
