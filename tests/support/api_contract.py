"""The schema against the portal: what schemathesis makes of it is sent in process, and each answer is held to it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.urls import resolve
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from schemathesis import Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.errors import FailureGroup
from schemathesis.specs.openapi import checks

from portal.wsgi import application
from tests.support.visitors import CapturedAnswer

# no server error, no status, type, body or header that the schema does not describe, and no invalid request accepted
OF_ANSWERS: list[Any] = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.response_headers_conformance,
]
CHECKS = [*OF_ANSWERS, checks.negative_data_rejection]


def _in_the_tests_transaction(environ: Any, start_response: Any) -> Any:
    """The portal, on the connection of the test, which a server of its own would close after each request."""
    environ["HTTP_HOST"] = urlsplit(django_settings.ORIGIN).netloc
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        return application(environ, start_response)
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def read_schema() -> Any:
    """The schema that the portal serves; seconds of work."""
    headers = {"Accept": "application/json"}
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", _in_the_tests_transaction, headers=headers)


def operations(schema: Any) -> dict[str, Any]:
    """The operations of the schema, by their names (`GET /api/v1/…`)."""
    return {result.ok().label: result.ok() for result in schema.get_all_operations()}


def check_case(case: Any, token: str, places: Mapping[str, Any] | None = None) -> None:
    """Send one request as the bearer of the token, or as nobody, and hold its answer to the schema.

    `places` are records that exist: with them the request gets as far as what it carries.
    """
    path = case.meta.components.get(ParameterLocation.PATH) if case.meta else None
    if places and path and path.mode.is_positive:
        case.path_parameters.update({name: places[name] for name in case.path_parameters if name in places})
    case.validate_response(case.call(headers=_headers(token)), checks=CHECKS)


def _headers(token: str) -> dict[str, str]:
    # called without a server between, schemathesis decodes nothing
    return {"Accept-Encoding": "identity", **({"Authorization": f"Bearer {token}"} if token else {})}


def follow_answers(schema: Any, token: str, options: settings) -> Counter[int]:
    """Send sequences of requests, each with what earlier answers named; counts the answers by their status."""
    statuses: Counter[int] = Counter()

    class Sequence(schema.as_state_machine()):  # type: ignore[misc]  # made by schemathesis
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": _headers(token)}

        def validate_response(self, response: Any, case: Any, **others: Any) -> None:
            statuses[response.status_code] += 1
            case.validate_response(response, checks=CHECKS)

    run_state_machine_as_test(Sequence, settings=options)
    return statuses


def operation_at(operations: Mapping[str, Any], method: str, url: str) -> Any:
    """The operation that an address belongs to; None when the schema has none for the method."""
    shape = _shape(f"{method} /{resolve(urlsplit(url).path).route}")
    return next((operation for label, operation in operations.items() if _shape(label) == shape), None)


def _shape(label: str) -> str:
    """An address without the names of its parameters: the schema names some otherwise than the routes do."""
    return re.sub(r"<[^>]+>|{\w+}", "{}", label)


def faults_of(operation: Any, url: str, captured_answer: CapturedAnswer) -> Iterator[str]:
    """Where an answer differs from the schema."""
    case = operation.Case(path_parameters=dict.fromkeys(re.findall(r"{(\w+)}", operation.path), "any"))
    request = requests.Request(operation.method, f"{django_settings.ORIGIN}{url}").prepare()
    headers = {name: [value] for name, value in captured_answer.headers.items()}
    response = Response(
        captured_answer.status, headers, captured_answer.body, request, elapsed=0, verify=True
    )
    try:
        case.validate_response(response, checks=OF_ANSWERS)
    except FailureGroup as group:
        yield from (f"{failure.title}: {failure.message}" for failure in group.exceptions)
