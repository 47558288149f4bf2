"""Who must have a second factor and has none when the days for it are over gets no further than to setting one up."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from alliance.queries.factor_mandates import FactorMandate, factor_mandate, has_required_factor
from alliance.web.acting_for import HEADER
from portal.kernel.web import post_on_hold


def open_mandate(request: Any) -> FactorMandate | None:
    """The mandate of whoever asks, while they have no second factor. At most one query, for those with a mandate."""
    mandate = factor_mandate(request.user, request.person_memberships)
    if mandate is None or has_required_factor(request.user, request.session, mandate):
        return None
    return mandate


def must_set_up_factor(request: Any) -> bool:
    """Whether a second factor is required of them now, and they have none."""
    mandate = factor_mandate(request.user, request.person_memberships)
    return (
        mandate is not None
        and mandate.is_due
        and not has_required_factor(request.user, request.session, mandate)
    )


def refuse_without_factor(request: Any) -> HttpResponseBase | None:
    """The way to setting one up, where one is required now; what was posted is shown, to be sent again afterwards."""
    if not must_set_up_factor(request):
        return None
    url = reverse("second-factor-required")
    if request.method == "POST":
        return post_on_hold(request, 403, "account/post_without_factor.html", set_up=url)
    if request.headers.get("HX-Request") or HEADER in request.headers:
        # a part of a page that may hold what somebody is typing: it stays as it is
        response = HttpResponse(_("Set up a second factor first."), status=403, content_type="text/plain")
        response["Cache-Control"] = "no-store"
        return response
    return redirect(f"{url}?{urlencode({'next': request.get_full_path()})}")
