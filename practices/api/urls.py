"""The URLs of the practices app below /api/v1/."""

from django.urls import URLPattern, path

from practices.api.views import (
    discussion,
    groups,
    library,
    packs,
    practices,
    public,
    requests,
    taking_part,
    writing,
)

_REQUEST = "library/requests/<uuid:key>/"
_GROUP = "library/groups/<uuid:key>/"
_AFFILIATION = "library/affiliations/<uuid:key>/"

urlpatterns: list[URLPattern] = [
    path("practices/", public.PublicPracticeList.as_view(), name="public-practice-list"),
    path("practices/<uuid:key>/", public.PublicPracticeDetail.as_view(), name="public-practice"),
    path(
        "practices/<uuid:key>/versions/",
        public.PublicVersionList.as_view(),
        name="public-practice-version-list",
    ),
    path(
        "practices/<uuid:key>/versions/<int:number>/",
        public.PublicVersionDetail.as_view(),
        name="public-practice-version",
    ),
    path(
        "practices/<uuid:key>/markdown/",
        public.PublicPracticeMarkdown.as_view(),
        name="public-practice-markdown",
    ),
    path("library/", library.PracticeList.as_view(), name="practice-list"),
    path("library/facets/", library.FacetDetail.as_view(), name="practice-facets"),
    path("library/solvers/", library.SolverList.as_view(), name="practice-solvers"),
    path("library/changes/", library.PracticeChangeFeed.as_view(), name="practice-change-feed"),
    path("library/drafts/", writing.DraftList.as_view(), name="practice-draft-list"),
    path("library/uses/", taking_part.OwnUseList.as_view(), name="practice-own-use-list"),
    path("library/uses/<uuid:use>/", taking_part.OwnUseDetail.as_view(), name="practice-use"),
    path(
        "library/uses/<uuid:use>/results/", taking_part.UseResultCreate.as_view(), name="practice-use-results"
    ),
    path(
        "library/uses/<uuid:use>/results/<uuid:result>/",
        taking_part.UseResultDetail.as_view(),
        name="practice-use-result",
    ),
    path("library/uses/<uuid:use>/readers/", taking_part.UseReaders.as_view(), name="practice-use-readers"),
    path("library/posts/<uuid:post>/", discussion.PostDetail.as_view(), name="practice-post"),
    path("library/posts/<uuid:post>/accept/", discussion.PostAccept.as_view(), name="practice-post-accept"),
    path(
        "library/posts/<uuid:post>/unaccept/",
        discussion.PostUnaccept.as_view(),
        name="practice-post-unaccept",
    ),
    # the request board
    path("library/requests/", requests.RequestList.as_view(), name="practice-request-list"),
    path("library/requests/people/", requests.RequestPeople.as_view(), name="practice-request-people"),
    path(_REQUEST, requests.RequestDetail.as_view(), name="practice-request"),
    path(f"{_REQUEST}answer/", requests.RequestAnswer.as_view(), name="practice-request-answer"),
    path(f"{_REQUEST}close/", requests.RequestClose.as_view(), name="practice-request-close"),
    path(f"{_REQUEST}reopen/", requests.RequestReopen.as_view(), name="practice-request-reopen"),
    path(f"{_REQUEST}offers/", requests.RequestOffer.as_view(), name="practice-request-offers"),
    path(f"{_REQUEST}discussion/", discussion.RequestPostList.as_view(), name="practice-request-post-list"),
    path(f"{_REQUEST}follow/", discussion.RequestFollow.as_view(), name="practice-request-follow"),
    path(
        "library/offers/<uuid:offer>/withdraw/",
        requests.OfferWithdraw.as_view(),
        name="practice-offer-withdraw",
    ),
    # through whom people read
    path("library/groups/", groups.GroupList.as_view(), name="group-list"),
    path(_GROUP, groups.GroupDetail.as_view(), name="group"),
    path(f"{_GROUP}people/", groups.GroupPeople.as_view(), name="group-people"),
    path(f"{_GROUP}members/", groups.GroupMemberAdd.as_view(), name="group-members"),
    path(f"{_GROUP}members/<uuid:membership>/", groups.GroupMemberDetail.as_view(), name="group-member"),
    path(f"{_GROUP}leave/", groups.GroupLeave.as_view(), name="group-leave"),
    path(f"{_GROUP}close/", groups.GroupClose.as_view(), name="group-close"),
    path(f"{_GROUP}discussion/", discussion.GroupPostList.as_view(), name="group-post-list"),
    path(f"{_GROUP}follow/", discussion.GroupFollow.as_view(), name="group-follow"),
    path("library/affiliations/", groups.AffiliationList.as_view(), name="affiliation-list"),
    path(_AFFILIATION, groups.AffiliationDetail.as_view(), name="affiliation"),
    *(
        path(f"{_AFFILIATION}{name}/", view.as_view(), name=f"affiliation-{name}")
        for name, view in groups.STEP_VIEWS.items()
    ),
    path("library/following/", discussion.FollowingList.as_view(), name="practice-following"),
    path("library/<uuid:key>/follow/", discussion.PracticeFollow.as_view(), name="practice-follow"),
    path("library/<uuid:key>/", practices.PracticeDetail.as_view(), name="practice"),
    path("library/<uuid:key>/markdown/", practices.PracticeMarkdown.as_view(), name="practice-markdown"),
    path("library/<uuid:key>/versions/", practices.VersionList.as_view(), name="practice-version-list"),
    path(
        "library/<uuid:key>/versions/<int:number>/",
        practices.VersionDetail.as_view(),
        name="practice-version",
    ),
    path("library/<uuid:key>/uses/", taking_part.UseList.as_view(), name="practice-use-list"),
    path("library/<uuid:key>/discussion/", discussion.PostList.as_view(), name="practice-post-list"),
    path("library/<uuid:key>/draft/", writing.WorkingCopyDetail.as_view(), name="practice-working-copy"),
    path("library/<uuid:key>/files/", writing.PracticeFileCreate.as_view(), name="practice-files"),
    path("library/<uuid:key>/people/", writing.NamedPeople.as_view(), name="practice-people"),
    path("library/<uuid:key>/readers/", writing.PracticeReaders.as_view(), name="practice-readers"),
    path("library/<uuid:key>/submit/", writing.PracticeSubmit.as_view(), name="practice-submit"),
    path("library/<uuid:key>/take-back/", writing.PracticeTakeBack.as_view(), name="practice-take-back"),
    path("library/<uuid:key>/share/", writing.PracticeShare.as_view(), name="practice-share"),
    path(
        "library/<uuid:key>/share-version/",
        writing.PracticeShareVersion.as_view(),
        name="practice-share-version",
    ),
    path(
        "library/<uuid:key>/propose-version/",
        writing.PracticeProposeVersion.as_view(),
        name="practice-propose-version",
    ),
    path(
        "library/<uuid:key>/take-back-version/",
        writing.PracticeTakeBackVersion.as_view(),
        name="practice-take-back-version",
    ),
    path("library/<uuid:key>/retire/", writing.PracticeRetire.as_view(), name="practice-retire"),
    path("library/<uuid:key>/test-set/", packs.PracticeTestSet.as_view(), name="practice-test-set"),
    path(
        "library/<uuid:key>/test-set/confirm/",
        packs.PracticeTestSetConfirm.as_view(),
        name="practice-test-set-confirm",
    ),
    path("library/<uuid:key>/signals/", packs.PracticeSignals.as_view(), name="practice-signals"),
    path("library/<uuid:key>/runs/", packs.RunList.as_view(), name="practice-run-list"),
    path("library/<uuid:key>/runs/<uuid:run>/", packs.RunDetail.as_view(), name="practice-run"),
    path("library/<uuid:key>/prompt/", packs.PracticePrompt.as_view(), name="practice-prompt"),
    path("library/<uuid:key>/pack/", packs.PracticePack.as_view(), name="practice-pack"),
    path("library/<uuid:key>/stix/", packs.PracticeStix.as_view(), name="practice-stix"),
    path("library/<uuid:key>/misp/", packs.PracticeMisp.as_view(), name="practice-misp"),
    path(
        "library/<uuid:key>/files/<uuid:file>/remove/",
        writing.PracticeFileRemove.as_view(),
        name="practice-file-remove",
    ),
    path(
        "library/<uuid:key>/files/<uuid:file>/",
        practices.PracticeFileDownload.as_view(),
        name="practice-file",
    ),
]
