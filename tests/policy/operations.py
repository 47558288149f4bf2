"""The lines of the policy table about the running portal: health, metrics, what is held after a restore.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, HOST, HOST_REFUSED, MANAGER, MANAGER_DOES, NOBODY, Line

SITE = (
    Line("robots", get=ALL),
    Line("security-txt", get=ALL),
    Line("sitemap", get=ALL),
    *(
        Line("sitemap-section", get=ALL, also={"section": section})
        for section in ("pages", "commitments", "members", "cycles", "reports", "publications", "practices")
    ),
    Line("sitemap-section", get=NOBODY, also={"section": "drafts"}),
    Line("health-ready", get=ALL),
    Line(
        "metrics", get=ALL
    ),  # from this machine; from elsewhere there is no such page: tests/portal/test_metrics.py
)

SECRETARIAT = (
    Line("secretariat:held-list", get=HOST, post=HOST_REFUSED),
    Line("secretariat:held-release", "job.held", get=MANAGER, post=MANAGER_DOES),
    Line(
        "secretariat:held-cancel", "job.held", get=MANAGER, post=MANAGER_DOES, data={"reason": "It went out."}
    ),
    Line("secretariat:held-release-all", get=MANAGER, post=MANAGER_DOES),
    Line("secretariat:held-cancel-all", get=MANAGER, post=MANAGER_DOES, data={"reason": "They went out."}),
)
