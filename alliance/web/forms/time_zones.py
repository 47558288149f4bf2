"""Time zones to choose from: found by their name, by the city, or by the city in the reader's language."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import get_timezone_location
from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_LONGEST = 64  # characters that may be typed; the longest name has 32
_SHORTEST_PART = 3  # characters of a name by which it is looked for
_MOST_NAMED = 5  # zones that a refusal names


@cache
def _zones() -> list[str]:
    """UTC, and the zones of all countries; what the list of zones has besides are other names of the same."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8")
    return ["UTC", *sorted(line.split("\t")[2] for line in table.splitlines() if not line.startswith("#"))]


@cache
def _cities(language: str) -> Mapping[str, str]:
    """How people of a language call the city of each zone: Unicode's list (CLDR)."""
    names = {zone: get_timezone_location(zone, locale=language, return_city=True) for zone in _zones()}
    return {**names, "UTC": "UTC"}


def _names(zone: str) -> set[str]:
    """By what it is found: its whole name, its city, and its city in each language, whichever the reader types in."""
    cities = [_cities(language)[zone] for language, _name in settings.LANGUAGES]
    return {_folded(each) for each in (zone, zone.rpartition("/")[2], *cities)}


def _zones_by(wanted: str) -> list[str]:
    """Those of that name; where there are none, those in whose names it occurs."""
    names = {zone: _names(zone) for zone in _zones()}
    exact = [zone for zone in names if wanted in names[zone]]
    exact = exact or [zone for zone in available_timezones() if "/" in zone and wanted == _folded(zone)]
    if exact or len(wanted) < _SHORTEST_PART:
        return exact
    return [zone for zone in names if any(wanted in name for name in names[zone])]


def _folded(typed: str) -> str:
    """As it is compared: people type neither capitals, «ё» nor underscores where a name has them."""
    return typed.casefold().replace("ё", "е").replace("_", " ")


def _distance(zone: str) -> str:
    """How far the zone is from UTC now: UTC+3, UTC+5:45."""
    offset = timezone.localtime(timezone=ZoneInfo(zone)).strftime("%z")
    minutes = "" if offset.endswith("00") else f":{offset[3:]}"
    return f"UTC{offset[0]}{int(offset[1:3])}{minutes}"


class ZoneInput(forms.TextInput):
    """A field that suggests the zones while one types, without a script."""

    template_name = "components/zone_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, {**(attrs or {}), "list": f"{name}-zones"})
        cities = _cities(get_language() or settings.LANGUAGE_CODE)
        zones = [(zone, f"{city}, {_distance(zone)}") for zone, city in cities.items()]
        return {**context, "list_id": f"{name}-zones", "zones": zones}


class ZoneField(forms.CharField):
    """The name of a time zone; empty means the portal's. A city or a part of a name will do if it fits one."""

    widget = ZoneInput

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**{"max_length": _LONGEST, **arguments})

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value)).strip()
        if not typed:
            return ""
        zones = _zones_by(_folded(typed))
        if 1 < len(zones) <= _MOST_NAMED:
            message = _("More than one time zone matches. Choose one of them: %(zones)s.")
            raise forms.ValidationError(message % {"zones": ", ".join(zones)})
        if len(zones) != 1:
            raise forms.ValidationError(
                _(
                    "Choose a time zone from the list: type a city, for example Moscow, or its name, Europe/Moscow."
                )
            )
        return zones[0]
