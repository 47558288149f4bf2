"""The lines of discussion, following and the request board. Places: tests/support/world_discussion.py.

One letter for each actor: vera | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o the page (200), > led on (302), L to sign in (302), 2 the form with its faults (422), 3 may see, may not do (403),
4 does not exist for them (404), 5 not this method (405), 9 somebody was quicker (409).
"""

from tests.policy.rows import (
    HERE_EDITOR,
    HERE_EDITOR_FORM,
    HOST,
    HOST_HIDDEN,
    HOST_REFUSED,
    MANAGER,
    MANAGER_FORM,
    MEMBER,
    MEMBER_REFUSED,
    OWN,
    OWN_EDITOR_FORM,
    Case,
)
from tests.support.world_discussion import OFFER

# Subjects that the community reads: everyone in the workspace may act; only Aurora's editors, the source; only Carol,
# the author; Carol and Aurora's editors
MEMBER_DOES = "L >>> > 444 > 44L"
SOURCE = "L oo3 3 444 3 44L"
SOURCE_DOES = "L >>3 3 444 3 44L"
SOURCE_FORM = "L 223 3 444 3 44L"
CAROL = "L 333 o 444 3 44L"
CAROL_DOES = "L 333 > 444 3 44L"
CAROL_FORM = "L 333 2 444 3 44L"
EITHER_DOES = "L >>3 > 444 3 44L"
# of Alice's group, in which Mona is too
ALICE = "L o44 4 444 4 44L"
ALICE_DOES = "L >44 4 444 4 44L"
ALICE_FORM = "L 244 4 444 4 44L"
ALICE_REFUSED = "L 555 5 444 5 44L"
# at the secretariat: all do it; reviewers and managers; nobody; Mona, who is in the group
HOST_DOES = "L 444 4 >>> 4 44L"
HOST_POSTS = "L 444 4 oo3 4 44L"
HOST_POSTS_FORM = "L 444 4 223 4 44L"
HOST_DOES_NOT = "L 444 4 333 4 44L"
MONA = "L 444 4 4o4 4 44L"
MONA_DOES = "L 444 4 4>4 4 44L"
MONA_FORM = "L 444 4 424 4 44L"

WORKSPACE = (
    Case("workspace:practice-discussion", "practice.green", get=MEMBER, post=HERE_EDITOR_FORM),
    Case("workspace:practice-discussion", "practice.draft", get=OWN, post=OWN_EDITOR_FORM),
    Case("workspace:practice-follow", "practice.green", get=MEMBER_REFUSED, post=MEMBER_DOES),
    Case("workspace:practice-unfollow", "practice.green", get=MEMBER_REFUSED, post=MEMBER_DOES),
    Case("workspace:practice-following", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:practice-recalled", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:group-discussion", "group.discussion", get=ALICE, post=ALICE_FORM),
    Case("workspace:group-follow", "group.discussion", get=ALICE_REFUSED, post=ALICE_DOES),
    Case("workspace:group-unfollow", "group.discussion", get=ALICE_REFUSED, post=ALICE_DOES),
    Case("workspace:post-edit", "post", get=CAROL, post=CAROL_FORM),
    Case("workspace:post-take-back", "post", get=CAROL, post=CAROL_DOES),
    Case("workspace:post-remove", "post", get=SOURCE, post=SOURCE_FORM),
    Case("workspace:post-accept", "post.answer", get=MEMBER_REFUSED, post=EITHER_DOES),
    Case("workspace:post-unaccept", "post.answer", get=MEMBER_REFUSED, post=EITHER_DOES),
    Case("workspace:post-thank", "post.answer", get=MEMBER_REFUSED, post="L 3>> > 444 > 44L"),
    Case("workspace:request-list", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:request-ask", get=HERE_EDITOR, post=HERE_EDITOR_FORM),
    Case("workspace:request", "request.green", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:request", "request.sought", get=MEMBER, post=MEMBER_REFUSED),
    Case("workspace:request", "request.amber", get="L ooo o 444 4 44L", post=MEMBER_REFUSED),
    Case("workspace:request-discussion", "request.green", get=MEMBER, post=HERE_EDITOR_FORM),
    Case("workspace:request-follow", "request.green", get=MEMBER_REFUSED, post=MEMBER_DOES),
    Case("workspace:request-unfollow", "request.green", get=MEMBER_REFUSED, post=MEMBER_DOES),
    Case("workspace:request-edit", "request.green", get=SOURCE, post=SOURCE_FORM),
    Case("workspace:request-history", "request.green", get=SOURCE, post=SOURCE_DOES),
    Case("workspace:request-close", "request.green", get=SOURCE, post=SOURCE_DOES),
    Case("workspace:request-reopen", "request.closed", get=MEMBER_REFUSED, post=SOURCE_DOES),
    Case(
        "workspace:request-answer",
        "request.green",
        get=MEMBER_REFUSED,
        post=SOURCE_DOES,
        data={"offer": str(OFFER)},
    ),
    Case("workspace:offer-make", "request.green", get=CAROL, post=CAROL_FORM),
    Case("workspace:offer-withdraw", "offer", get=CAROL, post=CAROL_DOES),
)

SECRETARIAT = (
    Case("secretariat:practice-discussion", "practice.green", get=HOST, post=HOST_POSTS_FORM),
    Case("secretariat:practice-follow", "practice.green", get=HOST_REFUSED, post=HOST_DOES),
    Case("secretariat:practice-unfollow", "practice.green", get=HOST_REFUSED, post=HOST_DOES),
    Case("secretariat:practice-following", get=HOST, post=HOST_REFUSED),
    Case("secretariat:practice-recalled", get=HOST, post=HOST_REFUSED),
    Case("secretariat:group-discussion", "group.discussion", get=MONA, post=MONA_FORM),
    Case("secretariat:group-follow", "group.discussion", get=HOST_REFUSED, post=MONA_DOES),
    Case("secretariat:group-unfollow", "group.discussion", get=HOST_REFUSED, post=MONA_DOES),
    Case("secretariat:post-edit", "post", get=HOST_DOES_NOT, post=HOST_DOES_NOT),
    Case("secretariat:post-take-back", "post", get=HOST_DOES_NOT, post=HOST_DOES_NOT),
    Case("secretariat:post-remove", "post", get=MANAGER, post=MANAGER_FORM),
    Case("secretariat:post-accept", "post.answer", get=HOST_REFUSED, post=HOST_DOES_NOT),
    Case("secretariat:post-unaccept", "post.answer", get=HOST_REFUSED, post=HOST_DOES_NOT),
    Case("secretariat:post-thank", "post.answer", get=HOST_REFUSED, post=HOST_DOES),
    Case("secretariat:request-list", get=HOST, post=HOST_REFUSED),
    Case("secretariat:request-ask", get=HOST_DOES_NOT, post=HOST_DOES_NOT),
    Case("secretariat:request", "request.green", get=HOST, post=HOST_REFUSED),
    Case("secretariat:request", "request.amber", get=HOST_HIDDEN, post=HOST_REFUSED),
    Case("secretariat:request-discussion", "request.green", get=HOST, post=HOST_POSTS_FORM),
    Case("secretariat:request-follow", "request.green", get=HOST_REFUSED, post=HOST_DOES),
    Case("secretariat:request-unfollow", "request.green", get=HOST_REFUSED, post=HOST_DOES),
    Case("secretariat:request-edit", "request.green", get=HOST_DOES_NOT, post=HOST_DOES_NOT),
    Case("secretariat:request-close", "request.green", get=HOST_DOES_NOT, post=HOST_DOES_NOT),
    Case("secretariat:request-reopen", "request.closed", get=HOST_REFUSED, post=HOST_DOES_NOT),
    Case("secretariat:request-answer", "request.green", get=HOST_REFUSED, post=HOST_DOES_NOT),
    Case("secretariat:offer-make", "request.green", get=HOST_POSTS, post=HOST_POSTS_FORM),
    Case("secretariat:offer-withdraw", "offer", get=HOST_DOES_NOT, post=HOST_DOES_NOT),
)
