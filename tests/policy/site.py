"""The lines of the site as a whole: health, display, mailbox, what programs look for first.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, ALL_GO, NOBODY, Line

SITE = (
    Line("root", get=ALL_GO),
    Line("health-live", get=ALL),
    Line("display-css", get=ALL),
    Line("display", get=ALL, post=ALL_GO),
    Line("components", get=NOBODY),  # in the demonstration alone
    Line("dev-mail", get=NOBODY),
    Line("dev-mail-message", get=NOBODY, also={"name": "0" * 32}),
    Line("dev-mail-html", get=NOBODY, also={"name": "0" * 32}),
)
