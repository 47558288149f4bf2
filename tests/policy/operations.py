"""The lines of the policy table about the running portal: health, metrics, messages on hold after a restore.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, HOST, HOST_REFUSED, MANAGER, MANAGER_DOES, NOBODY, Case

SITE = (
    Case("robots", get=ALL),
    Case("favicon", get=ALL),
    Case("security-txt", get=ALL),
    Case("sitemap", get=ALL),
    *(
        Case("sitemap-section", get=ALL, extra_kwargs={"section": section})
        for section in ("pages", "commitments", "members", "cycles", "reports", "publications", "practices")
    ),
    Case("sitemap-section", get=NOBODY, extra_kwargs={"section": "drafts"}),
    Case("health-ready", get=ALL),
    Case(
        "metrics", get=ALL
    ),  # from this machine; from elsewhere there is no such page: tests/portal/metrics/test_page.py
)

SECRETARIAT = (
    Case("secretariat:on-hold-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:on-hold-release", "job.on_hold", get=MANAGER, post=MANAGER_DOES),
    Case(
        "secretariat:on-hold-cancel",
        "job.on_hold",
        get=MANAGER,
        post=MANAGER_DOES,
        data={"reason": "It went out."},
    ),
    Case("secretariat:on-hold-release-all", get=MANAGER, post=MANAGER_DOES),
    Case("secretariat:on-hold-cancel-all", get=MANAGER, post=MANAGER_DOES, data={"reason": "They went out."}),
)
