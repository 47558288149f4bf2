"""Who gets what at the API: every address and method, and what it answers to each actor's token. A test walks it.

The letters stand in tests/policy/api_rows.py. Scopes are asked apart: tests/api/test_scopes.py shows each line a
token of every other scope.
"""

from tests.policy.api_practices import LIBRARY, PRACTICES
from tests.policy.api_public import RECORD
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

ALLIANCE = (
    public("api:member-list"),
    public("api:member", "public.member"),
    hidden("api:member", "public.applicant"),
)

API_CASES = (*ROOT, *ALLIANCE, *RECORD, *REPORT_CASES, *PRACTICES, *LIBRARY)
