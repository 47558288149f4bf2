"""A request with its actor: the objects that the actor may see, and the rules that open a view."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from portal.kernel.access import Actor, can, require

Response = TypeVar("Response", bound=HttpResponseBase)


class ActorRequest(HttpRequest):
    """A request that has passed the actor middleware."""

    actor: Actor


def get_visible_or_404(manager: Any, actor: Actor, *, rule: str = "", **lookup: object) -> Any:
    """The one object of the manager or queryset that the actor may see; what they may not see does not exist.

    With a rule, also one that they may do what it names with: raises Forbidden when they may not.
    """
    instance = get_object_or_404(manager.visible_to(actor), **lookup)
    if rule:
        require(actor, rule, instance)
    return instance


def requires(rule: str) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
    """Open a view only to those who may do what the rule names. Raises Forbidden for others.

    For rules that are about no object; one that is about an object is named to `get_visible_or_404`.
    """

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        @wraps(view)
        def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> Response:
            require(request.actor, rule)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def permissions(actor: Actor, subject: object = None, **rules: str) -> dict[str, bool]:
    """Which buttons a page offers: for each name in its template, whether the actor may do what the rule names.

    It opens and refuses nothing: services ask again.
    """
    return {name: can(actor, rule, subject) for name, rule in rules.items()}
