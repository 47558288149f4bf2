"""In which language a text was written."""

from django.conf import settings
from django.utils.translation import get_language


def written_in(chosen: str) -> str:
    """The language that was chosen for a text, else the one that its writer reads the portal in."""
    if chosen in dict(settings.LANGUAGES):
        return chosen
    return (get_language() or settings.LANGUAGE_CODE).split("-")[0]
