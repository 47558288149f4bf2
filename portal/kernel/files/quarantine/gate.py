"""The gate before every stored file: what is being checked or was purged is given to nobody, and taken from nobody."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError
from portal.kernel.files.models import WITHHELD_STATES, FileCase, FileState
from portal.kernel.files.uploads.upload_check import register_upload_check
from portal.kernel.publishing import cached_for_revision

_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


class Withheld(DomainError):
    """The file may not be fetched: 451 while it is being checked, 410 once it was purged."""

    def __init__(self, case: FileCase) -> None:
        super().__init__(_("This file was purged") if case.is_purged else _("This file is being checked"))
        self.case = case
        self.status = 410 if case.is_purged else 451


def find_digest(text: str) -> str:
    """The SHA-256 in the text, such as the end of a path; empty where there is none."""
    match = _DIGEST.search(text.lower())
    return match.group() if match else ""


def check_gate(*digests: str) -> None:
    """Raise Withheld for files of which nobody may fetch one. Asks the database each time, so that it works at once."""
    named = [sha256 for sha256 in digests if sha256]
    cases = FileCase.objects.filter(sha256__in=named, state__in=WITHHELD_STATES)
    case = cases.order_by("state").first()  # by the alphabet: a purge first
    if case is not None:
        raise Withheld(case)


@register_upload_check
def refuse_upload(sha256: str) -> None:
    """Refuse bytes that were withheld before: they cannot be uploaded again elsewhere.

    Those that only wait for the virus scanner can: they wait there too.
    """
    case = FileCase.objects.filter(sha256=sha256, state__in=WITHHELD_STATES).first()
    if case is None or case.state == FileState.UNSCANNED:
        return
    if case.is_purged:
        raise DomainError(
            _("This file was purged from here and is not accepted again. Leave it out."), field="file"
        )
    raise DomainError(
        _("This file is being checked and cannot be accepted now. Leave it out for now."),
        field="file",
    )


@cached_for_revision
def withheld_files() -> Mapping[str, FileCase]:
    """The states of withheld files, by digest; at most a second old, as public pages are."""
    return {case.sha256: case for case in FileCase.objects.filter(state__in=WITHHELD_STATES)}
