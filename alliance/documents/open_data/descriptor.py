"""The description of the package by the Data Package standard, version 2, made from the tables' definitions."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from alliance.documents.open_data.release import ReleaseFacts, data_url, description_in, in_language
from alliance.queries.public.data_tables import ColumnType, DataColumn, DataTable
from portal.kernel.files import StoredBytes

_PROFILES = "https://datapackage.org/profiles/2.0"
# which columns lead to which table; the packages' readers join them by these
_REFERENCES: Mapping[str, Mapping[str, str]] = {
    "publication": {"resource": "publications", "field": "number"},
    "corrected_in": {"resource": "publications", "field": "number"},
    "previous": {"resource": "publications", "field": "number"},
}


def descriptor(
    facts: ReleaseFacts, tables: Sequence[DataTable], files: Mapping[str, StoredBytes]
) -> dict[str, Any]:
    """`datapackage.json`: paths are relative to it, at its address as in the package."""
    return {
        "$schema": f"{_PROFILES}/datapackage.json",
        "name": "alliance-public-record",
        "id": data_url("datapackage.json"),
        "title": f"{facts.publisher}: public record",
        "description": description_in("en"),
        "description_ru": description_in("ru"),
        **({"notice": facts.notice, "notice_ru": facts.notice_ru} if facts.notice else {}),
        "homepage": f"{settings.ORIGIN}/data/",
        "version": f"{facts.version}.{facts.number}",
        "created": facts.moment,
        "as_of": facts.number,
        "licenses": [{"name": facts.licence.key, "title": facts.licence.title, "path": facts.licence.url}],
        "contributors": [{"title": facts.publisher, "roles": ["publisher"]}],
        "keywords": ["child safety", "transparency reports", "commitments"],
        "resources": [_resource(table, files[f"{table.name}.csv"]) for table in tables],
    }


def _resource(table: DataTable, csv: StoredBytes) -> dict[str, Any]:
    return {
        "$schema": f"{_PROFILES}/dataresource.json",
        "name": table.name,
        "type": "table",
        "path": f"{table.name}.csv",
        "title": in_language("en", table.row),
        "title_ru": in_language("ru", table.row),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": csv.size,
        "hash": f"sha256:{csv.sha256}",
        "dialect": {
            "$schema": f"{_PROFILES}/tabledialect.json",
            "delimiter": ",",
            "lineTerminator": "\n",
            "header": True,
        },
        "schema": _schema(table),
    }


def _schema(table: DataTable) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": f"{_PROFILES}/tableschema.json",
        "fields": [_field(column) for column in table.columns],
        "fieldsMatch": ["exact"],
        "missingValues": [""],
    }
    # a primary key has no empty cells: where a part may be empty, rows are unique all the same
    has_gaps = any(column.empty for column in table.columns if column.name in table.key)
    schema |= {"uniqueKeys": [list(table.key)]} if has_gaps else {"primaryKey": list(table.key)}
    references = [
        {"fields": [name], "reference": {"resource": reference["resource"], "fields": [reference["field"]]}}
        for name, reference in _REFERENCES.items()
        if name in table.header
    ]
    return {**schema, "foreignKeys": references} if references else schema


def _field(column: DataColumn) -> dict[str, Any]:
    constraints: dict[str, Any] = {} if column.empty else {"required": True}
    if column.choices:
        constraints["enum"] = list(column.choices)
    return {
        "name": column.name,
        "type": column.type.value,
        "description": in_language("en", column.says),
        "description_ru": in_language("ru", column.says),
        **(
            {"empty": in_language("en", column.empty), "empty_ru": in_language("ru", column.empty)}
            if column.empty
            else {}
        ),
        **({"example": column.example} if column.example else {}),
        **({"trueValues": ["true"], "falseValues": ["false"]} if column.type == ColumnType.FLAG else {}),
        **({"constraints": constraints} if constraints else {}),
    }
