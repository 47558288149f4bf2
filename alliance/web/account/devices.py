"""A browser's name for itself in a few words: enough to distinguish one's own devices, and no more."""

import re

from django.http import HttpRequest
from django.utils.translation import gettext as _

# The first that is found counts: newer browsers also call themselves by the names of older ones.
_BROWSERS = (
    (r"YaBrowser/", "Yandex Browser"),
    (r"Edg(A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"iPhone|iPad", "iOS"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"Mac OS X|Macintosh", "macOS"),
    (r"CrOS", "ChromeOS"),
    (r"Linux", "Linux"),
)


def device_of(agent: str) -> str:
    """`Firefox/Windows` for a browser's long name; what is not known is left empty."""
    return f"{_first(_BROWSERS, agent)}/{_first(_SYSTEMS, agent)}"


def device_of_request(request: HttpRequest) -> str:
    """The device that a request comes from, as its browser names itself."""
    return device_of(request.META.get("HTTP_USER_AGENT", ""))


def _first(names: tuple[tuple[str, str], ...], agent: str) -> str:
    return next((name for pattern, name in names if re.search(pattern, agent)), "")


def device_words(device: str) -> str:
    """The name of the device on pages."""
    browser, _slash, system = device.partition("/")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("another program")
