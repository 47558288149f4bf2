"""The schema of an endpoint: its responses, its problems, and the scope that it requires."""

from copy import deepcopy
from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance
from drf_spectacular.utils import OpenApiExample, OpenApiParameter
from rest_framework import serializers
from rest_framework.fields import empty

from portal.kernel.api.problems import MEDIA_TYPE, PROBLEM_KINDS

SECURITY = "token"
_ALWAYS = (400, 401, 406, 429, 503)
_WRITES = (403, 409, 413, 415, 422)


def _header(name: str, description: str, *, required: bool = False) -> OpenApiParameter:
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, required=required, description=description)


_IF_NONE_MATCH = _header(
    "If-None-Match", "The `ETag` of an earlier response: 304 when nothing has changed since."
)
_IF_MATCH = _header(
    "If-Match",
    "The `ETag` of what you read: 412 when someone else has changed it since, 428 when the header is missing.",
    required=True,
)
_MAY_MATCH = _header(
    "If-Match", "The `ETag` of what you read: 412 when it has changed since; without it nothing is compared."
)
_IDEMPOTENCY_KEY = _header(
    "Idempotency-Key",
    "A key of your own, 1 to 200 ASCII characters without spaces: a request repeated with it within 48 hours acts "
    "once and gets the same response.",
)


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

    def is_deprecated(self) -> bool:
        return getattr(self.view, "deprecation", None) is not None

    def _get_examples(
        self,
        serializer: Any,
        direction: str,
        media_type: str,
        status_code: str | None = None,
        extras: Any = None,
    ) -> Any:
        """Beside what a view says of itself: the `example` that a serializer declares."""
        row = getattr(serializer, "child", serializer)
        value = vars(row if isinstance(row, type) else type(row)).get(
            "example"
        )  # its own: others have other fields
        own = []
        if value is not None and media_type == "application/json":
            own.append(OpenApiExample("Example", value=deepcopy(value)))
        return super()._get_examples(serializer, direction, media_type, status_code, [*(extras or []), *own])

    def get_override_parameters(self) -> list[Any]:
        """Beside what a view says of itself: the headers that every operation of its kind reads."""
        return [*super().get_override_parameters(), *self._headers()]

    def _headers(self) -> list[OpenApiParameter]:
        if self.method == "GET":
            return [_IF_NONE_MATCH]
        if getattr(self.view, "has_versions", False):
            return [_IF_MATCH, _IDEMPOTENCY_KEY]
        return [_MAY_MATCH, _IDEMPOTENCY_KEY] if self._may_match() else [_IDEMPOTENCY_KEY]

    def _may_match(self) -> bool:
        """Whether the operation compares the version that a program has read where the program names one."""
        return bool(getattr(self.view, "compares_versions", False))

    def statuses(self) -> tuple[int, ...]:
        """The refusals that the operation knows."""
        statuses = list(_ALWAYS)
        if "{" in self.path or getattr(self.view, "is_hidden_from_some", False):
            statuses.append(404)
        if self.method != "GET":
            statuses.extend(_WRITES)
            if getattr(self.view, "has_versions", False):
                statuses.extend((412, 428))
            elif self._may_match():
                statuses.append(412)
        elif self.view.required_scopes.get(self.method):
            statuses.append(403)
        if getattr(self.view, "gives_files", False):
            statuses.extend((410, 451))
        elif getattr(self.view, "can_be_withdrawn", False):
            statuses.append(410)
        return tuple(sorted(statuses))

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        """As it is made, but for what has a default: it may be left out of what is sent, and never of an answer."""
        serializer = force_instance(serializer)
        described: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        if direction == "response":
            filled = {name for name, field in serializer.fields.items() if field.default is not empty}
            required = {*described.get("required", ()), *filled.intersection(described.get("properties", ()))}
            if required:
                described["required"] = sorted(required)
        return described

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
