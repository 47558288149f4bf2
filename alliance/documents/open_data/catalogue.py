"""The catalogue by DCAT 3, as linked data: portals of open data read it to list the tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from alliance.documents.open_data.release import (
    LANGUAGES,
    ReleaseFacts,
    data_url,
    description_in,
    in_language,
    title_in,
)
from alliance.queries.public.data_tables import DataTable
from portal.kernel.files import StoredBytes

_FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type"
_MEDIA_TYPE = "https://www.iana.org/assignments/media-types"
_FORMATS = {
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def catalogue(
    facts: ReleaseFacts, tables: Sequence[DataTable], files: Mapping[str, StoredBytes]
) -> dict[str, Any]:
    """`catalog.jsonld`: one data set for each table, one distribution for each of its files."""
    home = f"{settings.ORIGIN}/data/"
    publisher = {
        "@id": f"{settings.ORIGIN}/",
        "@type": "foaf:Agent",
        "foaf:name": [_literal("en", facts.publisher), _literal("ru", facts.publisher_ru)],
    }
    return {
        "@context": _CONTEXT,
        "@id": f"{home}catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": [_literal(code, title_in(code)) for code in LANGUAGES],
        "dct:description": [_literal(code, description_in(code)) for code in LANGUAGES],
        "dct:publisher": publisher,
        "dct:license": {"@id": facts.licence.url},
        "dct:modified": _moment(facts),
        "foaf:homepage": {"@id": home},
        "dcat:dataset": [_data_set(facts, table, files, publisher["@id"]) for table in tables],
    }


def _data_set(
    facts: ReleaseFacts, table: DataTable, files: Mapping[str, StoredBytes], publisher: Any
) -> dict[str, Any]:
    rows = [_literal(code, in_language(code, table.row)) for code in LANGUAGES]
    return {
        "@id": f"{settings.ORIGIN}/data/#{table.name}",
        "@type": "dcat:Dataset",
        "dct:identifier": data_url(table.name),
        "dct:title": [_literal(code, table.name) for code in LANGUAGES],
        "dct:description": rows,
        "dct:publisher": {"@id": publisher},
        "dct:license": {"@id": facts.licence.url},
        "dct:modified": _moment(facts),
        "dct:accrualPeriodicity": {"@id": "http://publications.europa.eu/resource/authority/frequency/IRREG"},
        "dcat:version": facts.version,
        "dcat:landingPage": {"@id": f"{settings.ORIGIN}/data/"},
        "dct:conformsTo": {"@id": data_url("datapackage.json")},
        "dcat:distribution": [
            _distribution(facts, f"{table.name}.{suffix}", files[f"{table.name}.{suffix}"], suffix)
            for suffix in _FORMATS
            if f"{table.name}.{suffix}" in files
        ],
    }


def _distribution(facts: ReleaseFacts, name: str, file: StoredBytes, suffix: str) -> dict[str, Any]:
    title, media_type = _FORMATS[suffix]
    return {
        "@id": data_url(name),
        "@type": "dcat:Distribution",
        "dct:title": title,
        "dcat:accessURL": {"@id": f"{settings.ORIGIN}/data/"},
        "dcat:downloadURL": {"@id": data_url(name)},
        "dcat:mediaType": {"@id": f"{_MEDIA_TYPE}/{media_type}"},
        "dct:format": {"@id": f"{_FILE_TYPE}/{title}"},
        "dct:license": {"@id": facts.licence.url},
        "dcat:byteSize": {"@value": str(file.size), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }


def _literal(language: str, text: str) -> dict[str, str]:
    return {"@value": text, "@language": language}


def _moment(facts: ReleaseFacts) -> dict[str, str]:
    return {"@value": facts.moment, "@type": "xsd:dateTime"}
