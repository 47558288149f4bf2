"""What is said in the small alliance: questions, requests, offers, and what Carol had opened before it was recalled."""

from typing import Any
from uuid import UUID

from practices.enums import Label, RequestState
from practices.models import (
    AccessLog,
    GroupMembership,
    Offer,
    Post,
    Practice,
    Request,
    RequestHistory,
    WorkingGroup,
)
from practices.services.requests import content_of
from tests.factories import Cast
from tests.support.canaries import canary
from tests.support.practice_rows import UrlKwargs, key_kwargs

OFFER = UUID("0ffe2000-0000-4000-8000-000000000001")  # which a form names


def make_discussion(cast: Cast, green: Practice, draft: Practice, recalled: Practice) -> dict[str, UrlKwargs]:
    """The places by name, around these practices of Aurora's."""
    _recalled(cast, recalled)
    return {**_posts(cast, green), **_requests(cast, draft)}


def _posts(cast: Cast, practice: Practice) -> dict[str, UrlKwargs]:
    """A question of Carol's and Alice's answer; and what Alice writes to Mona in their group."""
    carol = {"person": cast.carol, "organisation": cast.beacon}
    alice = {"person": cast.alice, "organisation": cast.aurora}
    question = Post.objects.create(practice=practice, text=canary("post-green"), **carol)
    answer = Post.objects.create(practice=practice, text=canary("post-answer"), parent=question, **alice)
    group = WorkingGroup.objects.create(name=canary("group-discussion"), organisation=cast.aurora)
    for person, place in ((cast.alice, cast.aurora), (cast.mona, cast.secretariat)):
        GroupMembership.objects.create(group=group, person=person, organisation=place)
    Post.objects.create(group=group, text=canary("post-group"), **alice)
    return {
        "post": key_kwargs(question),
        "post.answer": key_kwargs(answer),
        "group.discussion": key_kwargs(group),
    }


def _requests(cast: Cast, draft: Practice) -> dict[str, UrlKwargs]:
    """Requests of Aurora's with an offer of Carol's; and one of Beacon's, for which Alice offers her draft."""
    carol = {"person": cast.carol, "organisation": cast.beacon}
    alice = {"person": cast.alice, "organisation": cast.aurora}
    green, closed = _request(cast, "green"), _request(cast, "green", name="closed", state=RequestState.CLOSED)
    amber = _request(cast, "amber", reader_organisations=[cast.beacon.pk])
    offer = Offer.objects.create(key=OFFER, request=green, text=canary("offer-green"), **carol)
    Post.objects.create(request=amber, text=canary("post-amber"), **carol)
    sought = Request.objects.create(
        organisation=cast.beacon,
        author_people=[f"{cast.carol.pk}.{cast.beacon.pk}"],
        asked_by=cast.carol,
        label=Label.GREEN,
        title=canary("request-sought"),
    )
    Offer.objects.create(request=sought, practice=draft, text=canary("offer-draft"), **alice)
    return {
        "request.green": key_kwargs(green),
        "request.closed": key_kwargs(closed),
        "request.amber": key_kwargs(amber),
        "request.sought": key_kwargs(sought),
        "offer": key_kwargs(offer),
    }


def _request(cast: Cast, label: str, *, name: str = "", **more: Any) -> Request:
    request = Request.objects.create(
        organisation=cast.aurora,
        author_people=[f"{cast.alice.pk}.{cast.aurora.pk}"],
        asked_by=cast.alice,
        label=label,
        title=canary(f"request-{name or label}"),
        harms=["grooming"],
        **more,
    )
    content = {**content_of(request), "text": canary("earlier-request")}
    RequestHistory.objects.create(request=request, version=0, content=content, written_by=cast.alice)
    return request


def _recalled(cast: Cast, practice: Practice) -> None:
    """What Carol had opened, and of which she now reads the reason alone."""
    practice.state_reason = canary("recall-reason")
    practice.save()
    AccessLog.objects.create(
        practice=practice, person=cast.carol, organisation=cast.beacon, label=Label.GREEN, channel="page"
    )
