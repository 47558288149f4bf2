"""How the API describes itself: the head of its OpenAPI schema, and how the schema is made."""

from typing import Any


def schema_settings(version: str) -> dict[str, Any]:
    """`SPECTACULAR_SETTINGS`."""
    return {
        "TITLE": "Alliance Portal",
        "VERSION": version,
        "DESCRIPTION": "Published data, open to everyone; with a token, what its owner may read and do.",
        "OAS_VERSION": "3.1.1",
        "SCHEMA_PATH_PREFIX": "/api/v1",
        "SERVE_INCLUDE_SCHEMA": False,
        "COMPONENT_SPLIT_REQUEST": True,
        "COMPONENT_SPLIT_PATCH": False,
        # choices are at their fields: names made up for them would change when another field has the same name
        "POSTPROCESSING_HOOKS": ["portal.api_examples.add_examples"],
        "APPEND_COMPONENTS": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A token of a person, made in the portal.",
                }
            }
        },
    }
