"""The words of the charters in force by which practices are described: harms, measures; and the known languages."""

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from alliance.enums import CharterState
from alliance.models import Harm, Measure
from portal.kernel.access import ANYONE
from portal.kernel.publishing import cached_for_revision
from practices.keys import KeysByField


@cached_for_revision
def harms() -> Mapping[str, Harm]:
    """The harms of the charters in force by key, in their order; the newest charter's word for a key holds."""
    rows = Harm.objects.visible_to(ANYONE).filter(charter__state=CharterState.IN_FORCE)
    return {row.key: row for row in rows.order_by("charter__version", "position")}


@cached_for_revision
def measures() -> Mapping[str, Measure]:
    """The measures of the charters in force by key, in their order, each with its commitment."""
    rows = Measure.objects.visible_to(ANYONE).filter(charter__state=CharterState.IN_FORCE)
    rows = rows.select_related("commitment").order_by("charter__version", "commitment__position", "position")
    return {row.key: row for row in rows}


def languages() -> list[str]:
    """The codes of all languages that have a name here, the portal's own first."""
    own = [code for code, _name in settings.LANGUAGES]
    return [*own, *(code for code, known in LANG_INFO.items() if "name" in known and code not in own)]


def keys_in_force() -> KeysByField:
    """By field, the keys that a practice may name. Two queries."""
    return {"harms": list(harms()), "languages": languages(), "measures": list(measures())}


def language_name(code: str) -> str:
    """The language's name in the reader's language; the code itself where nobody knows it."""
    try:
        return _(get_language_info(code)["name"])
    except KeyError:
        return code


def language_names(codes: Iterable[str]) -> list[str]:
    return [language_name(code) for code in codes]
