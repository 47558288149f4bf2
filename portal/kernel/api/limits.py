"""Rate limits by token or by address, and the headers that show them."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.kernel.limits import Allowance, Limit, address_of, count_try

WINDOW = 60  # seconds


def spend_token(credential_id: int) -> Allowance:
    """Count one request of a credential."""
    return count_try(str(credential_id), Limit("token", settings.API_REQUESTS_PER_TOKEN, WINDOW))


def spend_address(request: HttpRequest) -> Allowance:
    """Count one request from an address without a credential that holds."""
    return count_try(address_of(request), Limit("address", settings.API_REQUESTS_PER_ADDRESS, WINDOW))


def write_limit_headers(allowance: Allowance, response: HttpResponseBase) -> None:
    """Write the headers of the IETF draft on the answer."""
    limit, left = allowance.limit, max(allowance.left, 0)
    response["RateLimit-Policy"] = f'"{limit.name}";q={limit.tries};w={limit.seconds}'
    response["RateLimit"] = f'"{limit.name}";r={left};t={allowance.resets_in}'
