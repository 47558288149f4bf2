"""What the pages of histories share: the way back to an earlier version."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from portal.kernel.errors import Conflict, DomainError, Forbidden
from portal.kernel.text import whole_number
from portal.kernel.web import ActorRequest, redirect_refused


def restore(request: ActorRequest, write: Callable[[], Any], page: str, message: str = "") -> HttpResponse:
    """Write the earlier version by `write` and go to `page`, which says `message`; a refusal is shown on this page."""
    try:
        write()
    except Forbidden:
        raise
    except Conflict:
        return redirect_refused(
            request, request.path, _("Someone else has changed this since. Look at the newest version first.")
        )
    except DomainError as refusal:
        return redirect_refused(request, request.path, str(refusal))
    messages.success(request, message or _("The earlier version is in force again."))
    return redirect(page)


def number_in(request: ActorRequest, name: str) -> int:
    """The number that was posted under this name; 0 where there is none."""
    return whole_number(request.POST.get(name, "")) or 0
