"""The schema of an endpoint: its responses, its problems, and the scope that it requires."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from portal.kernel.api.problems import MEDIA_TYPE, PROBLEM_KINDS

SECURITY = "token"
_ALWAYS = (400, 401, 406, 429, 503)
_WRITES = (403, 409, 413, 415, 422)


class FaultSerializer(serializers.Serializer):
    """One fault."""

    pointer = serializers.CharField(
        help_text="A JSON pointer into the request body; empty for a parameter or header."
    )
    field = serializers.CharField(help_text="The name of the field, parameter or header.")
    detail = serializers.CharField(help_text="What is wrong.")


class ProblemSerializer(serializers.Serializer):
    """Why a request was refused (RFC 9457)."""

    type = serializers.URLField(help_text="The type of problem: the URL of a page that explains it.")
    title = serializers.CharField(help_text="A short summary of the problem type.")
    status = serializers.IntegerField(help_text="The HTTP status code.")
    detail = serializers.CharField(help_text="What is wrong, and how to correct it.")
    instance = serializers.CharField(help_text="The ID of this request. Quote it when you ask for help.")
    errors = FaultSerializer(many=True, required=False)
    stored = serializers.DictField(required=False, help_text="What someone else has saved in the meantime.")
    sent = serializers.DictField(required=False, help_text="What you sent and was not saved.")


class Schema(AutoSchema):
    """Adds to each operation its scope, its problems, 304 and the headers that it knows."""

    def get_auth(self) -> list[dict[str, list[str]]]:
        scope = self.view.required_scopes.get(self.method, "")
        if not scope:
            return [{}, {SECURITY: []}]
        return [{SECURITY: [] if scope == "*" else [scope]}]

    def statuses(self) -> tuple[int, ...]:
        """The refusals that the operation knows."""
        statuses = list(_ALWAYS)
        if "{" in self.path or getattr(self.view, "is_hidden_from_some", False):
            statuses.append(404)
        if self.method != "GET":
            statuses.extend(_WRITES)
            if getattr(self.view, "has_versions", False):
                statuses.extend((412, 428))
        elif self.view.required_scopes.get(self.method):
            statuses.append(403)
        if getattr(self.view, "gives_files", False):
            statuses.extend((410, 451))
        return tuple(sorted(statuses))

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if self.method == "GET":
            bodies["304"] = {"description": "Not modified since the `ETag` sent as `If-None-Match`."}
        problem = self.resolve_serializer(ProblemSerializer, "response").ref
        titles = {kind.status: str(kind.title) for kind in reversed(list(PROBLEM_KINDS.values()))}
        for status in self.statuses():
            content = {MEDIA_TYPE: {"schema": problem}}
            bodies.setdefault(str(status), {"description": titles[status], "content": content})
        return dict(sorted(bodies.items()))
