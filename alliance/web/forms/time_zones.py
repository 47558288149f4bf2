"""Time zones to choose from: found by their name, by the city, or by the city in the reader's language."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

# Places that people know; the rest of the list are other names of the same.
_REGIONS = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)
# Cities that are named in the reader’s language. All others are shown as the list of zones spells them.
_CITIES: Mapping[str, Promise] = {
    "Europe/Kaliningrad": gettext_lazy("Kaliningrad"),
    "Europe/Moscow": gettext_lazy("Moscow"),
    "Europe/Samara": gettext_lazy("Samara"),
    "Europe/Saratov": gettext_lazy("Saratov"),
    "Europe/Volgograd": gettext_lazy("Volgograd"),
    "Asia/Yekaterinburg": gettext_lazy("Yekaterinburg"),
    "Asia/Omsk": gettext_lazy("Omsk"),
    "Asia/Novosibirsk": gettext_lazy("Novosibirsk"),
    "Asia/Krasnoyarsk": gettext_lazy("Krasnoyarsk"),
    "Asia/Irkutsk": gettext_lazy("Irkutsk"),
    "Asia/Yakutsk": gettext_lazy("Yakutsk"),
    "Asia/Vladivostok": gettext_lazy("Vladivostok"),
    "Asia/Magadan": gettext_lazy("Magadan"),
    "Asia/Sakhalin": gettext_lazy("Sakhalin"),
    "Asia/Kamchatka": gettext_lazy("Kamchatka"),
    "Europe/Minsk": gettext_lazy("Minsk"),
    "Europe/Kyiv": gettext_lazy("Kyiv"),
    "Europe/Chisinau": gettext_lazy("Chisinau"),
    "Europe/Riga": gettext_lazy("Riga"),
    "Europe/Vilnius": gettext_lazy("Vilnius"),
    "Europe/Tallinn": gettext_lazy("Tallinn"),
    "Europe/Warsaw": gettext_lazy("Warsaw"),
    "Europe/Prague": gettext_lazy("Prague"),
    "Europe/Vienna": gettext_lazy("Vienna"),
    "Europe/Rome": gettext_lazy("Rome"),
    "Europe/Madrid": gettext_lazy("Madrid"),
    "Europe/Berlin": gettext_lazy("Berlin"),
    "Europe/London": gettext_lazy("London"),
    "Europe/Paris": gettext_lazy("Paris"),
    "Europe/Istanbul": gettext_lazy("Istanbul"),
    "Asia/Almaty": gettext_lazy("Almaty"),
    "Asia/Tashkent": gettext_lazy("Tashkent"),
    "Asia/Bishkek": gettext_lazy("Bishkek"),
    "Asia/Ashgabat": gettext_lazy("Ashgabat"),
    "Asia/Dushanbe": gettext_lazy("Dushanbe"),
    "Asia/Yerevan": gettext_lazy("Yerevan"),
    "Asia/Baku": gettext_lazy("Baku"),
    "Asia/Tbilisi": gettext_lazy("Tbilisi"),
    "Asia/Dubai": gettext_lazy("Dubai"),
    "Asia/Shanghai": gettext_lazy("Shanghai"),
    "Asia/Tokyo": gettext_lazy("Tokyo"),
    "America/New_York": gettext_lazy("New York"),
    "America/Los_Angeles": gettext_lazy("Los Angeles"),
}
_LONGEST = 64  # characters that may be typed; the longest name has 32
_SHORTEST_PART = 3  # characters of a name by which it is looked for
_MOST_NAMED = 5  # zones that a refusal names


def zone_choices() -> list[tuple[str, str]]:
    """All zones by name, UTC first."""
    zones = sorted(zone for zone in available_timezones() if zone.startswith(_REGIONS))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in zones)]


def _city(zone: str) -> str:
    return str(_CITIES.get(zone) or zone.rpartition("/")[2].replace("_", " "))


def _names(zone: str, name: str) -> set[str]:
    """By what it is found: its whole name, its city, and its city in each language, whichever the reader types in."""
    names = [name, name.rpartition("/")[2]]
    if zone in _CITIES:
        for language, _name in settings.LANGUAGES:
            with override(language):
                names.append(_city(zone))
    return {_folded(each) for each in names}


def _zones_by(wanted: str) -> list[str]:
    """Those of that name; where there are none, those in whose names it occurs."""
    names = [(zone, _names(zone, name)) for zone, name in zone_choices()]
    exact = [zone for zone, known in names if wanted in known]
    if exact or len(wanted) < _SHORTEST_PART:
        return exact
    return [zone for zone, known in names if any(wanted in each for each in known)]


def _folded(typed: str) -> str:
    """As it is compared: people type neither capitals nor «ё» where a name has them."""
    return typed.casefold().replace("ё", "е")


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
        labels = ((zone, f"{_city(zone)}, {_distance(zone)}") for zone, _name in zone_choices())
        return {**context, "list_id": f"{name}-zones", "zones": list(labels)}


class ZoneField(forms.CharField):
    """The name of a time zone; empty means the portal's. A city or a part of a name will do if it fits one."""

    widget = ZoneInput

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**{"max_length": _LONGEST, **arguments})

    def clean(self, value: Any) -> str:
        typed = str(super().clean(value)).strip()
        if not typed:
            return ""
        zones = _zones_by(_folded(typed).replace("_", " "))
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
