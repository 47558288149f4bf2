"""What the portal's programs spend time for, by where they are: for pages and lists of the API, and for great jobs."""

from bench.profiling import Purpose

WHO_ASKS = "who asks"
MAY = "who may see it"

_LANGUAGES = Purpose(
    "the reader's language",
    (
        *("/django/utils/translation/", "/gettext.py", "/django/utils/formats", "/django/utils/dateformat"),
        *(
            "/portal/kernel/text/",
            "/portal/kernel/alphabet",
            "/alliance/queries/public/wording",
            "/django/utils/timezone",
        ),
    ),
)
_ACCESS = Purpose(
    MAY,
    (
        *("/portal/kernel/access/", "/alliance/access.py", "/alliance/scopes.py", "/alliance/rules.py"),
        *(
            "/alliance/conditions.py",
            "/practices/access.py",
            "/practices/rules.py",
            "/portal/kernel/workflow",
        ),
        *("/alliance/workflows/", "/practices/workflows"),
    ),
)
_IDENTITY = Purpose(
    WHO_ASKS,
    (
        *("/django/contrib/sessions/", "/django/contrib/auth/", "/allauth/", "/alliance/models/sessions"),
        *(
            "/alliance/queries/actors",
            "/alliance/queries/tokens",
            "/alliance/services/tokens",
            "/alliance/models/tokens",
        ),
        *(
            "/alliance/queries/factor",
            "/alliance/web/required_factor",
            "/alliance/web/acting_for",
            "/alliance/web/step_up",
        ),
        *(
            "/alliance/queries/identity_providers",
            "/alliance/services/sessions",
            "/alliance/queries/sessions",
        ),
    ),
)
_ADDRESSES = Purpose("addresses of other pages", ("/django/urls/", "/portal/kernel/web/addresses"))
_SITE = Purpose(
    "the site: its name, logo, files and display",
    ("/alliance/queries/site", "/portal/display", "/portal/static_files", "/alliance/web/context"),
)

OF_PAGES = (
    _LANGUAGES,
    _ACCESS,
    _IDENTITY,
    _ADDRESSES,
    _SITE,
    Purpose(
        "a copy for the next reader",
        (
            "/portal/kernel/publishing/page_cache",
            "/portal/kernel/publishing/process_cache",
            "/portal/kernel/publishing/revision",
            "/portal/kernel/web/compression",
            "/gzip.py",
            "/portal/kernel/web/public_pages",
        ),
    ),
    Purpose("drawings", ("/portal/kernel/charts/", "/alliance/web/public/charts")),
    Purpose(
        "promises and what became of them",
        (
            *(
                "/alliance/queries/public/promise",
                "/alliance/web/public/promise",
                "/alliance/queries/public/targets",
            ),
            *(
                "/alliance/queries/public/figure",
                "/alliance/queries/public/indicator",
                "/alliance/web/public/pledges",
            ),
            *(
                "/alliance/queries/public/readings",
                "/alliance/queries/public/pledge_versions",
                "/alliance/queries/public/overdue",
            ),
        ),
    ),
    Purpose(
        "verdicts by cycle, and which were corrected",
        ("/alliance/queries/public/verdict", "/alliance/queries/public/correct"),
    ),
    Purpose(
        "what was due, and what became of it",
        ("/alliance/queries/public/obligations", "/alliance/queries/obligations"),
    ),
    Purpose(
        "which version of the charter holds",
        ("/alliance/queries/public/charter", "/alliance/queries/charter"),
    ),
    Purpose(
        "what waits for this person",
        (
            *("/alliance/queries/attention", "/alliance/queries/workspace_home", "/alliance/queries/inbox"),
            *(
                "/alliance/queries/queue_counts",
                "/alliance/queries/open_",
                "/alliance/queries/deadlines",
            ),
            *(
                "/alliance/web/workspace/attention",
                "/alliance/queries/delegations",
                "/alliance/queries/stalled",
            ),
            "/portal/kernel/notices/",
        ),
    ),
    Purpose("practices", ("/practices/",)),
    Purpose("what the page needs to know besides", ("/alliance/queries/",), shows=True),
    Purpose("forms", ("/django/forms/", "/alliance/web/forms/", "/portal/kernel/idempotency/")),
    Purpose(
        "limits, and conditional answers",
        ("/portal/kernel/api/limits", "/portal/kernel/limits/", "/portal/kernel/api/views"),
    ),
    Purpose(
        "rows as JSON",
        ("/rest_framework/", "/alliance/api/serializers", "/bench/api/peer/"),
        shows=True,
    ),
    Purpose(
        "what the API says of itself: versions, fields, paging",
        ("/portal/kernel/api/", "/alliance/api/"),
        shows=True,
    ),
    Purpose(
        "the view",
        (
            "/alliance/web/public/",
            "/alliance/web/workspace/",
            "/alliance/web/area",
            "/portal/kernel/web/pagination",
            "/bench/pages/peer/",
        ),
        shows=True,
    ),
    Purpose(
        "middleware",
        (
            *(
                "/django/middleware/",
                "/csp/",
                "/whitenoise/",
                "/portal/kernel/web/",
                "/portal/logs",
                "/portal/metrics/",
            ),
            *(
                "/structlog/",
                "/django_structlog/",
                "/alliance/web/",
                "/django/core/handlers/",
                "/django/http/",
            ),
        ),
    ),
)

OF_JOURNAL = (
    Purpose(
        "what each entry is about, as far as the reader may see it",
        (
            "/alliance/queries/journal_export.py:_titles_of",
            "/alliance/queries/journal_places",
            "/alliance/queries/journal_links",
        ),
    ),
    Purpose("whom it names: people and organisations", ("/alliance/queries/journal.py:names_of",)),
    Purpose("what only reviewers who may not see each other know of", ("/alliance/queries/review_state",)),
    _ACCESS,
    Purpose(
        "the sentence of each entry, and what it says besides",
        (
            "/portal/kernel/journal/",
            "/alliance/queries/journal.py",
            "/alliance/queries/journal_wording",
            "/alliance/queries/journal_facts",
            "/alliance/queries/journal_reasons",
        ),
    ),
    _LANGUAGES,
    Purpose(
        "entries read, twenty thousand at a time", ("/alliance/queries/journal_export.py:export_batches",)
    ),
    Purpose("each entry as a row", ("/alliance/queries/journal_export.py",)),
    Purpose(
        "rows as CSV, of which no cell is a formula",
        ("/alliance/web/secretariat/journal.py", "/alliance/web/public/responses"),
    ),
    Purpose("lines as bytes", ("/bench/documents/",)),
)

OF_FAN_OUT = (
    Purpose(
        "who they are: memberships that still hold",
        (
            "/alliance/queries/actors",
            "/alliance/notify/recipients",
            "/portal/kernel/notices/registry",
            "/alliance/notify/cycles.py:_people",
        ),
    ),
    Purpose(
        "whether each organisation may see it, and what it says of its own report",
        ("/portal/kernel/notices/messages", "/alliance/notify/", "/portal/kernel/access/"),
    ),
    Purpose(
        "how and when each wants to be told",
        (
            "/portal/kernel/notices/preferences",
            "/portal/kernel/notices/mornings",
            "/portal/kernel/notices/fan_out.py:_sending_moments",
        ),
    ),
    Purpose("inbox items and letters, written", ("/portal/kernel/notices/fan_out",)),
    Purpose(
        "jobs: one for each letter, and those that do this",
        ("/portal/kernel/jobs/", "/portal/kernel/notices/routing"),
    ),
    Purpose("what the bench counts", ("/bench/fanout/",)),
)
