"""The lines of the pages about tokens: one's own, and for those who administer, the organisation's.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import HOST, HOST_REFUSED, MEMBER, MEMBER_REFUSED, Case

MAKE = {"name": "A script", "scopes": ["read"], "days": "30"}

WORKSPACE = (
    Case("workspace:calendar-address", get=MEMBER, post=MEMBER),  # shown on the answer, so no redirect
    Case("workspace:calendar-address-end", get=MEMBER_REFUSED, post="L >>> > 444 > 44L"),
    Case("workspace:practice-feed-address", get=MEMBER, post=MEMBER),  # shown on the answer, so no redirect
    Case("workspace:practice-feed-address-end", get=MEMBER_REFUSED, post="L >>> > 444 > 44L"),
    Case("workspace:token-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:token-create", get=MEMBER, post=MEMBER, data=MAKE),  # shown on the answer, so no redirect
    Case("workspace:client-create", get="L 3o3 o 444 3 44L", post="L 3o3 o 444 3 44L", data=MAKE),
    Case("workspace:client-rotate", "client.sven", get="L 4o4 4 444 4 44L", post="L 4o4 4 444 4 44L"),
    Case("workspace:token-allow", get="L 3o3 o 444 3 44L", post="L 3>3 > 444 3 44L"),
    Case("workspace:token-revoke", "token.alice", get="L oo4 4 444 4 44L", post="L >>4 4 444 4 44L"),
    Case("workspace:token-revoke", "token.sven", get="L 4o4 4 444 4 44L", post="L 4>4 4 444 4 44L"),
)

SECRETARIAT = (
    Case("secretariat:practice-feed-address", get=HOST, post=HOST),
    Case("secretariat:practice-feed-address-end", get=HOST_REFUSED, post="L 444 4 >>> 4 44L"),
    Case("secretariat:token-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:token-create", get=HOST, post=HOST, data=MAKE),
    Case("secretariat:client-create", get="L 444 4 3o3 4 44L", post="L 444 4 3o3 4 44L", data=MAKE),
    Case("secretariat:client-rotate", "client.sven", get="L 444 4 434 4 44L", post="L 444 4 434 4 44L"),
    Case("secretariat:token-allow", get="L 444 4 3o3 4 44L", post="L 444 4 3>3 4 44L"),
    Case("secretariat:token-revoke", "token.alice", get="L 444 4 4o4 4 44L", post="L 444 4 4>4 4 44L"),
    Case("secretariat:token-revoke", "token.rita", get="L 444 4 oo4 4 44L", post="L 444 4 >>4 4 44L"),
)
