"""Who gets what at the API: every address and method, and what it answers to each actor's token. A test walks it.

The letters stand in tests/policy/api_rows.py. Scopes are asked apart: tests/api/test_scopes.py shows each line a
token of every other scope.
"""

from tests.policy.api_desk import DESK_CASES
from tests.policy.api_practices import LIBRARY, PRACTICES
from tests.policy.api_public import RECORD
from tests.policy.api_readers import READERS_CASES
from tests.policy.api_reports import REPORT_CASES
from tests.policy.api_rows import ACTORS, BEARER, ApiCase, hidden, public

__all__ = ["ACTORS", "API_CASES", "ApiCase"]

ROOT = (
    public("api:root"),
    public("api:schema"),
    public("api:docs"),
    public("api:problem-list"),
    public("api:problem", extra_kwargs={"slug": "invalid"}),
    ApiCase("api:token", methods={"GET": BEARER}),
)

# Sven administers Aurora; others see no webhook of it
_ADMINISTRATOR = "u 4o4 4 444 4 uuu"
_REPLAYED = {"GET": "5 555 5 555 5 uuu", "POST": _ADMINISTRATOR}
WEBHOOKS = (
    ApiCase("api:webhook-list", methods={"GET": BEARER}),
    ApiCase("api:webhook", "webhook", {"GET": _ADMINISTRATOR}),
    ApiCase("api:webhook-delivery-list", "webhook", {"GET": _ADMINISTRATOR}),
    ApiCase(
        "api:webhook-replay",
        "webhook",
        _REPLAYED,
        data={"since": "2026-01-01T00:00:00Z"},
    ),
    ApiCase("api:webhook-delivery-replay", "webhook.message", _REPLAYED, data={}),
)

ALLIANCE = (
    public("api:member-list"),
    public("api:member", "public.member"),
    hidden("api:member", "public.applicant"),
)

API_CASES = (
    *ROOT,
    *WEBHOOKS,
    *ALLIANCE,
    *RECORD,
    *REPORT_CASES,
    *DESK_CASES,
    *PRACTICES,
    *LIBRARY,
    *READERS_CASES,
)
