"""The schema: whole, without a warning, and true to OpenAPI 3.1."""

import json
from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from rest_framework.mixins import ListModelMixin

from portal.kernel.api import orderings_of
from tests.support.routes import routes

# the schema takes seconds to make: once, in one process
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("schema")]


def parsed(document: bytes | str) -> Any:
    """The YAML of a schema, which holds JSON too; by libyaml, for there is much of it."""
    return yaml.load(document, Loader=yaml.CSafeLoader)


@pytest.fixture(scope="module")
def schema(django_db_setup: None, django_db_blocker: Any) -> Any:
    written = StringIO()
    with django_db_blocker.unblock():  # some lists read which versions of the charter there are
        call_command("spectacular", "--validate", "--fail-on-warn", stdout=written)
    return parsed(written.getvalue())


def operations(schema: Any) -> dict[str, Any]:
    return {
        f"{method} {path}": operation
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    }


def test_the_schema_is_made_without_a_warning_and_is_what_the_specification_asks_for(schema: Any) -> None:
    assert schema["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(schema).iter_errors()) == []


def test_every_operation_says_who_may_come_in_and_what_may_go_wrong(schema: Any) -> None:
    by_name = operations(schema)

    assert by_name["get /api/v1/members/"]["security"] == [{}, {"token": []}]
    assert by_name["get /api/v1/token/"]["security"] == [{"token": []}]
    assert {
        name
        for name, operation in by_name.items()
        if not {"401", "429", "503"} <= set(operation["responses"])
    } == set()
    assert {
        name
        for name, operation in by_name.items()
        if not operation.get("summary") or not operation.get("description")
    } == set()


def test_null_is_a_type_as_openapi_3_1_has_it(schema: Any) -> None:
    pages = {
        name: component
        for name, component in schema["components"]["schemas"].items()
        if name.startswith("Paginated")
    }

    assert pages != {}
    assert {
        str(page["properties"][end]["type"]) for page in pages.values() for end in ("next", "previous")
    } == {"['string', 'null']"}
    assert "nullable" not in json.dumps(schema)


def test_every_operation_that_gives_a_file_says_that_it_may_be_withheld(schema: Any) -> None:
    giving = {
        name: operation["responses"]
        for name, operation in operations(schema).items()
        if any(content.get("format") == "binary" for content in answered(operation))
    }

    assert list(giving) == [
        "get /api/v1/library/{key}/files/{file}/",
        "get /api/v1/library/{key}/pack/",
        "get /api/v1/workspace/documents/{key}/file/",
    ]
    assert [name for name, responses in giving.items() if not {"410", "451"} <= set(responses)] == []


def test_every_body_has_an_example_and_every_example_is_what_the_schema_asks_for(schema: Any) -> None:
    bodies, examples = set(), []
    for name, operation in operations(schema).items():
        places = [("request", operation.get("requestBody", {}))]
        places += [(status, answer) for status, answer in operation["responses"].items()]
        for place, described in places:
            media = described.get("content", {}).get("application/json", {})
            if place == "request" and media and "examples" not in media:
                bodies.add(name)
            examples += [
                (f"{name} {place}", media["schema"], each["value"])
                for each in media.get("examples", {}).values()
                if "value" in each  # those that are recorded: tests/api/test_examples.py
            ]

    assert bodies == set()
    assert len({place for place, _schema, _value in examples if not place.endswith("request")}) >= 40
    assert {
        place: fault.message
        for place, described, value in examples
        for fault in Draft202012Validator({**described, "components": schema["components"]}).iter_errors(
            value
        )
    } == {}


def test_every_list_lets_its_reader_choose_fields_and_order(schema: Any) -> None:
    lists = {
        name: {parameter["name"]: parameter["schema"] for parameter in operation["parameters"]}
        for name, operation in operations(schema).items()
        if any(parameter["name"] == "cursor" for parameter in operation.get("parameters", ()))
    }

    assert lists != {}
    assert [name for name, known in lists.items() if not {"fields", "ordering"} <= set(known)] == []
    assert [name for name, known in lists.items() if len(known["ordering"]["enum"]) < 2] == []


def answered(operation: Any) -> list[Any]:
    """The schemas of what the operation answers when all is well."""
    content = operation["responses"].get("200", {}).get("content", {})
    return [media["schema"] for media in content.values()]


def test_every_endpoint_names_a_scope_for_each_of_its_methods() -> None:
    endpoints = [entry.callback.cls for name, entry in routes() if hasattr(entry.callback, "cls")]

    written = {"get", "post", "put", "patch", "delete"}
    assert endpoints != []
    assert [
        endpoint.__name__
        for endpoint in endpoints
        if {name.upper() for name in written if hasattr(endpoint, name)} != set(endpoint.required_scopes)
    ] == []


# lists that are sorted as their pages are, by whichever column, with why that is no burden
_SORTED_WHOLE = {
    "DeskSupporterList": "some ten thousand rows, for the few people of the secretariat",
    "InvitedCommentList": "a few hundred rows, in the order of names as their reader sees them",
    "AskedQuestionList": "some thousand rows, for the few who answer them",
}


@pytest.mark.django_db
def test_columns_of_an_ordering_are_not_null_and_indexed() -> None:
    """A page goes on from a value of the column; without an index each page would sort the whole table."""
    ordered = [
        (entry.callback.cls, column)
        for _name, entry in routes()
        if issubclass(getattr(entry.callback, "cls", type), ListModelMixin)
        for column in orderings_of(entry.callback.cls).values()
        if column != "pk"
    ]

    assert ordered != []
    assert [
        (view.__name__, column)
        for view, column in ordered
        if view.__name__ not in _SORTED_WHOLE and not is_indexed(view, column)
    ] == []


def is_indexed(view: Any, column: str) -> bool:
    """Whether the model that a view lists has the column in an index, and no row without a value of it."""
    made = view()
    made.request, made.kwargs, made.swagger_fake_view = None, {}, True  # as the schema makes it
    model = made.get_queryset().model
    field, meta = model._meta.get_field(column), model._meta
    indexed = [name for each in (*meta.indexes, *meta.constraints) for name in getattr(each, "fields", ())]
    return not field.null and (field.unique or field.db_index or column in indexed)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "media_type", ["application/vnd.oai.openapi+json", "application/yaml", "application/json"]
)
def test_the_schema_is_served_as_json_and_as_yaml(client: Client, schema: Any, media_type: str) -> None:
    answer = client.get("/api/v1/schema/", headers={"Accept": media_type})

    assert answer.status_code == 200
    assert parsed(answer.content)["paths"].keys() == schema["paths"].keys()
