"""The lines of the pages about webhooks: of those who administer the organisation, and of the secretariat's managers.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import (
    HERE_SIGNATORY,
    HOST_REFUSED,
    MANAGER,
    MEMBER_REFUSED,
    Case,
)

MAKE = {"name": "A program", "address": "https://example.org/hooks", "kinds": ["cycle.opened"]}
# Sven administers Aurora, and Mona runs the portal: others find none
OWN, OWN_DOES = "L 4o4 4 444 4 44L", "L 4>4 4 444 4 44L"
HOST_OWN, HOST_DOES = "L 444 4 4o4 4 44L", "L 444 4 4>4 4 44L"

WORKSPACE = (
    Case("workspace:webhook-list", get=HERE_SIGNATORY, post=MEMBER_REFUSED),
    Case(
        "workspace:webhook-create", get=HERE_SIGNATORY, post=HERE_SIGNATORY, data=MAKE
    ),  # shown on the answer
    Case("workspace:webhook", "webhook", get=OWN, post=MEMBER_REFUSED),
    Case("workspace:webhook-edit", "webhook", get=OWN, post=OWN_DOES, data=MAKE),
    Case("workspace:webhook-rotate", "webhook", get=OWN, post=OWN),  # shown on the answer
    Case("workspace:webhook-test", "webhook", get=MEMBER_REFUSED, post=OWN_DOES),
    Case("workspace:webhook-pause", "webhook", get=OWN, post=OWN_DOES),
    Case("workspace:webhook-resume", "webhook.paused", get=OWN, post=OWN_DOES),
    Case("workspace:webhook-end", "webhook", get=OWN, post=OWN_DOES),
    Case("workspace:webhook-replay", "webhook", get=OWN, post=OWN_DOES, data={"hours": "24"}),
    Case("workspace:webhook-delivery-replay", "webhook.delivery", get=MEMBER_REFUSED, post=OWN_DOES),
)

SECRETARIAT = (
    Case("secretariat:webhook-list", get=MANAGER, post=HOST_REFUSED),
    Case("secretariat:webhook-create", get=MANAGER, post=MANAGER, data=MAKE),
    Case("secretariat:webhook", "webhook.host", get=HOST_OWN, post=HOST_REFUSED),
    Case("secretariat:webhook", "webhook", get="L 444 4 444 4 44L", post=HOST_REFUSED),
    Case("secretariat:webhook-edit", "webhook.host", get=HOST_OWN, post=HOST_DOES, data=MAKE),
    Case("secretariat:webhook-rotate", "webhook.host", get=HOST_OWN, post=HOST_OWN),
    Case("secretariat:webhook-test", "webhook.host", get=HOST_REFUSED, post=HOST_DOES),
    Case("secretariat:webhook-pause", "webhook.host", get=HOST_OWN, post=HOST_DOES),
    Case("secretariat:webhook-resume", "webhook.host.paused", get=HOST_OWN, post=HOST_DOES),
    Case("secretariat:webhook-end", "webhook.host", get=HOST_OWN, post=HOST_DOES),
    Case("secretariat:webhook-replay", "webhook.host", get=HOST_OWN, post=HOST_DOES, data={"hours": "24"}),
    Case("secretariat:webhook-delivery-replay", "webhook.host.delivery", get=HOST_REFUSED, post=HOST_DOES),
)
