"""The basis of every endpoint of the API: base views, fields, problems, pages, versions, limits, the schema.

No endpoint of its own; that a repeated request acts once is `idempotency`.
"""

from portal.kernel.api.deprecations import Deprecation
from portal.kernel.api.feeds import (
    FEED_PARAMETERS,
    FeedPage,
    FeedSerializer,
    FeedView,
    malformed_cursor,
    unknown_cursor,
)
from portal.kernel.api.fields import (
    DayField,
    DecimalStringField,
    PublishedTranslations,
    RowNumberField,
    StrictBooleanField,
    StrictSerializer,
    TextField,
    TextLanguageField,
    TextsSerializer,
    TranslatedField,
    UTCDateTimeField,
    VersionField,
)
from portal.kernel.api.filters import StrictFilterBackend
from portal.kernel.api.limits import spend_address, spend_token, write_limit_headers
from portal.kernel.api.lists import orderings_of
from portal.kernel.api.pagination import seal, unseal
from portal.kernel.api.parsers import JSONParser
from portal.kernel.api.problems import (
    PROBLEM_KINDS,
    Fault,
    Problem,
    ProblemKind,
    as_problem,
    handle_exception,
    is_problem,
    pointer_to,
    problem_of,
    problem_response,
    unavailable_problem,
)
from portal.kernel.api.renderers import FILE_RESPONSES, FileRenderer
from portal.kernel.api.schema import SECURITY, Schema
from portal.kernel.api.versions import (
    conditional_response,
    etag_of,
    etag_of_values,
    matched_values,
    matched_version,
)
from portal.kernel.api.views import (
    ANY_TOKEN,
    ANYBODY,
    DetailView,
    Endpoint,
    ListView,
    PublicDetailView,
    PublicListView,
    require_scope,
    respond,
    scopes_by_method,
)

__all__ = [
    "ANYBODY",
    "ANY_TOKEN",
    "FEED_PARAMETERS",
    "FILE_RESPONSES",
    "PROBLEM_KINDS",
    "SECURITY",
    "DayField",
    "DecimalStringField",
    "Deprecation",
    "DetailView",
    "Endpoint",
    "Fault",
    "FeedPage",
    "FeedSerializer",
    "FeedView",
    "FileRenderer",
    "JSONParser",
    "ListView",
    "Problem",
    "ProblemKind",
    "PublicDetailView",
    "PublicListView",
    "PublishedTranslations",
    "RowNumberField",
    "Schema",
    "StrictBooleanField",
    "StrictFilterBackend",
    "StrictSerializer",
    "TextField",
    "TextLanguageField",
    "TextsSerializer",
    "TranslatedField",
    "UTCDateTimeField",
    "VersionField",
    "as_problem",
    "conditional_response",
    "etag_of",
    "etag_of_values",
    "handle_exception",
    "is_problem",
    "malformed_cursor",
    "matched_values",
    "matched_version",
    "orderings_of",
    "pointer_to",
    "problem_of",
    "problem_response",
    "require_scope",
    "respond",
    "scopes_by_method",
    "seal",
    "spend_address",
    "spend_token",
    "unavailable_problem",
    "unknown_cursor",
    "unseal",
    "write_limit_headers",
]
