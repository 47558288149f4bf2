"""Checks of the models: what is stored has a retention rule, and what names a person can be exported and erased."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, Tags, register

from portal.kernel import privacy


@register(Tags.models)
def tables_have_retention_rules(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check that each table has a published retention rule."""
    labels = privacy.models_with_rules()
    hint = "Name it in a rule of the app's services/retention.py."
    return [
        Error("No retention rule names this table.", hint=hint, obj=model, id="portal.E004")
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy and model._meta.label not in labels
    ]


@register(Tags.models)
def person_columns_are_decided(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Check that each column that names a person is in the data export, and has a rule for erasure."""
    unexported = "Export it in the app's queries/personal_data, or name it in NOT_EXPORTED with a reason."
    undecided = "Remove it in a function marked @on_erasure, or name it in KEPT_AFTER_ERASURE there."
    return [
        *(
            Error("The export of personal data omits this.", hint=unexported, obj=column, id="portal.E005")
            for column in sorted(privacy.undecided_disclosures())
        ),
        *(
            Error(
                "This may still name a person who was erased.", hint=undecided, obj=column, id="portal.E006"
            )
            for column in sorted(privacy.undecided_erasures())
        ),
    ]
