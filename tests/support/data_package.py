"""The Data Package standard, version 2, as far as the portal's package uses it.

A schema of the descriptor, written from the rules of datapackage.org/standard, and the checks of Table Schema on each
cell.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

_NAME = {"type": "string", "pattern": r"^[-a-z0-9._/]+$"}
_TEXT = {"type": "string", "minLength": 1}
_KEYS = {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True}
_FIELD = {
    "type": "object",
    "required": ["name", "type"],
    "properties": {
        "name": _TEXT,
        "type": {"enum": ["string", "number", "integer", "boolean", "date", "time", "datetime", "any"]},
        "description": _TEXT,
        "constraints": {
            "type": "object",
            "properties": {"required": {"type": "boolean"}, "enum": {**_KEYS, "items": {}}},
            "additionalProperties": False,
        },
        "trueValues": _KEYS,
        "falseValues": _KEYS,
    },
}
_SCHEMA = {
    "type": "object",
    "required": ["fields"],
    "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/tableschema.json"},
        "fields": {"type": "array", "items": _FIELD, "minItems": 1},
        "fieldsMatch": {
            "type": "array",
            "items": {"enum": ["exact", "equal", "subset", "superset", "partial"]},
        },
        "missingValues": {"type": "array", "items": {"type": "string"}},
        "primaryKey": _KEYS,
        "uniqueKeys": {"type": "array", "items": _KEYS, "minItems": 1},
        "foreignKeys": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["fields", "reference"],
                "properties": {
                    "fields": _KEYS,
                    "reference": {
                        "type": "object",
                        "required": ["fields"],
                        "properties": {"resource": _NAME, "fields": _KEYS},
                    },
                },
            },
        },
    },
}
_RESOURCE = {
    "type": "object",
    "required": ["name", "path"],  # or inline data, which the portal has none of
    "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/dataresource.json"},
        "name": _NAME,
        "type": {"const": "table"},
        # a relative POSIX path that leads nowhere else
        "path": {"type": "string", "pattern": r"^(?=[^./~])(?!file:)((?!/\.\./)(?!\\)(?!://).)*$"},
        "encoding": {"const": "utf-8"},
        "bytes": {"type": "integer", "minimum": 0},
        "hash": {"type": "string", "pattern": r"^sha256:[0-9a-f]{64}$"},
        "schema": _SCHEMA,
        "dialect": {"type": "object"},
    },
}
DESCRIPTOR_SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["resources"],
    "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/datapackage.json"},
        "name": _NAME,
        "id": _TEXT,
        "title": _TEXT,
        "description": _TEXT,
        "homepage": {"type": "string", "pattern": "^https?://"},
        "version": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "created": {
            "type": "string",
            "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d:\d\d)$",
        },
        "licenses": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "anyOf": [{"required": ["name"]}, {"required": ["path"]}],
                "properties": {"name": {"type": "string", "pattern": r"^[-a-zA-Z0-9._]+$"}, "path": _TEXT},
            },
        },
        "contributors": {"type": "array", "minItems": 1, "items": {"type": "object", "minProperties": 1}},
        "keywords": _KEYS,
        "resources": {"type": "array", "items": _RESOURCE, "minItems": 1},
    },
}
_FORMS = {
    "string": r"(?s).*",
    "number": r"-?\d+(\.\d+)?",
    "integer": r"-?\d+",
    "boolean": r"true|false",
    "date": r"\d{4}-\d\d-\d\d",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
}


def cell_faults(package: zipfile.ZipFile, descriptor: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the rows of the package by its own description: types, constraints, keys, references."""
    values: dict[tuple[str, str], set[str]] = {}
    references: list[tuple[str, str, tuple[str, str]]] = []
    for resource in descriptor["resources"]:
        name, schema = resource["name"], resource["schema"]
        rows = list(csv.DictReader(io.TextIOWrapper(package.open(resource["path"]), "utf-8", newline="")))
        for field in schema["fields"]:
            cells = [row[field["name"]] for row in rows]
            values[name, field["name"]] = set(cells)
            yield from (f"{name}.{field['name']}: {fault}" for fault in _faults(field, cells))
        for key in [schema.get("primaryKey", []), *schema.get("uniqueKeys", [])]:
            keys = [tuple(row[part] for part in key) for row in rows]
            if key and len(set(keys)) != len(keys):
                yield f"{name}: {key} is not unique"
        for each in schema.get("foreignKeys", ()):
            target = (each["reference"]["resource"], each["reference"]["fields"][0])
            references.append((name, each["fields"][0], target))
    for name, field_name, target in references:
        if missing := values[name, field_name] - values[target] - {""}:
            yield f"{name}.{field_name}: {sorted(missing)} are not in {target[0]}"


def _faults(field: Mapping[str, Any], cells: list[str]) -> Iterator[str]:
    constraints, form = field.get("constraints", {}), re.compile(_FORMS[field["type"]])
    for cell in set(cells):
        if cell == "":
            if constraints.get("required"):
                yield "is empty"
        elif not form.fullmatch(cell) or cell not in constraints.get("enum", [cell]):
            yield f"{cell!r} is no {field['type']} of its kind"
