"""What stands at the foot of every public document."""

from django.conf import settings
from django.utils.translation import gettext as _


def check_file_text(language: str) -> str:
    """Where anybody can check the file itself, for the foot of its pages."""
    address = f"{settings.ORIGIN}/{language}/verify/".partition("://")[2]
    return _("Check this file at %(address)s") % {"address": address}
