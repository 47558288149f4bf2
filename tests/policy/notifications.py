"""Who gets what of the pages about letters: the choice of them, the way out of them, and what was sent.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import ALL, HOST, HOST_REFUSED, MANAGER_DOES, MEMBER_REFUSED, OWN_SIGNATORY_DOES, Case

ACCOUNTS = (
    # everyone who can sign in, with or without an organisation; the form without its choices comes back
    Case("notification-settings", get="L ooo o ooo o ooL", post="L 222 2 222 2 22L"),
    Case("notification-retry", get="L 555 5 555 5 55L", post="L >>> > >>> > >>L"),
    # the signed address is enough; it answers with a page, for mail programs follow no redirect
    Case("unsubscribe", "unsubscribe.token", get=ALL, post=ALL),
)

WORKSPACE = (
    Case("workspace:membership-retry-mail", "membership", get=MEMBER_REFUSED, post=OWN_SIGNATORY_DOES),
)

SECRETARIAT = (
    Case("secretariat:membership-retry-mail", "membership", get=HOST_REFUSED, post=MANAGER_DOES),
    Case("secretariat:delivery-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:letter-list", get=HOST, post=HOST_REFUSED),
)
