"""Who gets what: every route and method, and what the portal answers to each actor. A test walks all of it.

Each module holds the lines of one subject, by the part of the site that they stand in. The letters, and the rows that
come again and again, stand in `rows`; those of the API in `api_rows`, and its table in `api`. What follows from
functions alone is written in `rules` (who may do what) and in `visibility` (who sees what).
"""

from tests.policy import (
    accounts,
    discussion,
    documents,
    files_and_privacy,
    notifications,
    operations,
    practice_writing,
    practices,
    public,
    public_practices,
    search,
    secretariat,
    settings_and_texts,
    single_sign_on,
    site,
    tokens,
    webhooks,
    workspace,
)
from tests.policy.rows import ACTORS, Case

__all__ = [
    "ACCOUNTS",
    "ACTORS",
    "CASES",
    "EXEMPT",
    "PUBLIC",
    "SECRETARIAT",
    "SITE",
    "SUBJECTS",
    "WORKSPACE",
    "Case",
]

SUBJECTS = (
    site,
    operations,
    settings_and_texts,
    accounts,
    single_sign_on,
    notifications,
    files_and_privacy,
    documents,
    public,
    public_practices,
    workspace,
    secretariat,
    tokens,
    webhooks,
    practices,
    practice_writing,
    discussion,
    search,
)


def _cases(part: str) -> tuple[Case, ...]:
    return tuple(line for subject in SUBJECTS for line in getattr(subject, part, ()))


SITE, ACCOUNTS, PUBLIC = _cases("SITE"), _cases("ACCOUNTS"), _cases("PUBLIC")
WORKSPACE, SECRETARIAT = _cases("WORKSPACE"), _cases("SECRETARIAT")
CASES = (*SITE, *ACCOUNTS, *PUBLIC, *WORKSPACE, *SECRETARIAT)

# Routes without a line, each with its reason.
EXEMPT: dict[str, str] = {
    **dict.fromkeys(
        ("oauth-token", "oauth-revoke", "oauth-metadata"),
        "is asked by programs, which show who they are by themselves: tests/api/test_oauth.py",
    ),
    "csp-report": "takes what browsers report, and answers everybody alike: tests/portal/test_csp_reports.py",
}
