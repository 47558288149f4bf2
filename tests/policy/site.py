"""The lines of the site as a whole: health, display, mailbox, what programs look for first.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, ALL_GO, NOBODY, Case

SITE = (
    Case("root", get=ALL_GO),
    Case("health-live", get=ALL),
    Case("display-css", get=ALL),
    Case("display", get=ALL, post=ALL_GO),
    Case("components", get=NOBODY),  # in the demonstration alone
    Case("dev-mail", get=NOBODY),
    Case("dev-mail-message", get=NOBODY, extra_kwargs={"name": "0" * 32}),
    Case("dev-mail-html", get=NOBODY, extra_kwargs={"name": "0" * 32}),
)
