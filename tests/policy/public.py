"""The lines of the public pages of the alliance. Places: tests/support/world.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, ALL_GO, NOBODY, Case

PUBLIC = (
    Case("public:home", get=ALL),
    Case("public:commitment-list", get=ALL),
    Case("public:commitment", "public.commitment", get=ALL),
    Case("public:commitment-figures", "public.figures", get=ALL),
    Case("public:member-list", get=ALL),
    Case("public:member", "public.member", get=ALL),
    Case("public:member", "public.applicant", get=NOBODY),
    Case("public:application-new", get=ALL, post="2 222 2 222 2 222"),  # nothing is written
    Case("public:application-sent", get=ALL),
    Case("public:application-confirmed", get=ALL),
    Case("public:application-withdrawn", get=ALL),
    Case("public:application-outdated", get=ALL),
    Case("public:application", "supporter.no_link", get=ALL_GO, post=ALL_GO),
    Case("public:application-withdraw", "supporter.no_link", get=ALL_GO, post=ALL_GO),
    Case("public:supporter-list", get=ALL),
    Case("public:supporter", "supporter", get=ALL),
    Case("public:supporter", "supporter.unconfirmed", get=NOBODY),
    Case("public:supporter", "supporter.hidden", get=NOBODY),
    Case("public:supporter-table", get=ALL),
    Case("public:supporter-accede", get=ALL, post="2 222 2 222 2 222"),  # nothing is written
    Case("public:supporter-sent", get=ALL),
    Case("public:supporter-link-request", get=ALL, post="2 222 2 222 2 222"),
    Case("public:supporter-link", "supporter.no_link", get=ALL_GO, post=ALL_GO),
    Case("public:supporter-link-done", "supporter.no_link", get=ALL_GO),
    Case("public:supporter-link-end", "supporter.no_link", get=ALL_GO, post=ALL_GO),
    Case("public:supporter-ended", get=ALL),
    Case("public:cycle-list", get=ALL),
    Case("public:cycle", "public.cycle", get=ALL),
    Case("public:cycle", "public.cycle.planned", get=NOBODY),
    Case("public:cycle-matrix", "public.cycle", get=ALL),
    Case("public:report-list", get=ALL),
    Case("public:report", "public.report", get=ALL),
    Case("public:report", "public.report.concluded", get=NOBODY),
    Case("public:report-data", "public.report", get=ALL),
    Case("public:report-data", "public.report.concluded", get=NOBODY),
    Case("public:report-figures", "public.report", get=ALL),
    Case("public:report-figures", "public.report.concluded", get=NOBODY),
    Case("public:report-evidence", "public.evidence", get=ALL),
    Case("public:report-evidence", "public.evidence.kept", get=NOBODY),
    Case("public:publication-list", get=ALL),
    Case("public:publication", "public.publication", get=ALL),
    Case("public:publication-body", "public.publication", get=ALL),
    Case("public:compare", get=ALL),
    Case("public:compare-table", get=ALL, query="?indicator=content-actioned"),
    Case("public:about", get=ALL),
    Case("public:method", get=ALL),
    Case("public:accessibility", get=ALL),
    Case("public:feed", get=ALL),
)
