"""The lines of the public pages of the alliance. Places: tests/support/world.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, NOBODY, Line

PUBLIC = (
    Line("public:home", get=ALL),
    Line("public:commitment-list", get=ALL),
    Line("public:commitment", "public.commitment", get=ALL),
    Line("public:commitment-figures", "public.figures", get=ALL),
    Line("public:member-list", get=ALL),
    Line("public:member", "public.member", get=ALL),
    Line("public:member", "public.applicant", get=NOBODY),
    Line("public:cycle-list", get=ALL),
    Line("public:cycle", "public.cycle", get=ALL),
    Line("public:cycle", "public.cycle.planned", get=NOBODY),
    Line("public:cycle-matrix", "public.cycle", get=ALL),
    Line("public:report-list", get=ALL),
    Line("public:report", "public.report", get=ALL),
    Line("public:report", "public.report.concluded", get=NOBODY),
    Line("public:report-data", "public.report", get=ALL),
    Line("public:report-data", "public.report.concluded", get=NOBODY),
    Line("public:report-figures", "public.report", get=ALL),
    Line("public:report-figures", "public.report.concluded", get=NOBODY),
    Line("public:report-evidence", "public.evidence", get=ALL),
    Line("public:report-evidence", "public.evidence.kept", get=NOBODY),
    Line("public:publication-list", get=ALL),
    Line("public:publication", "public.publication", get=ALL),
    Line("public:publication-body", "public.publication", get=ALL),
    Line("public:compare", get=ALL),
    Line("public:compare-table", get=ALL, query="?indicator=content-actioned"),
    Line("public:about", get=ALL),
    Line("public:method", get=ALL),
    Line("public:accessibility", get=ALL),
    Line("public:feed", get=ALL),
)
