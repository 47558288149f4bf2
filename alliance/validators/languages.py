"""In which language a text was written."""

from django.conf import settings

from portal.kernel.text import reader_language


def text_language(language: str) -> str:
    """The language that was chosen for a text, else the one that its writer reads the portal in."""
    if language in dict(settings.LANGUAGES):
        return language
    return reader_language()
