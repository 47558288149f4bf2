"""The list of what was sent: each line says of which sort it is."""

from types import SimpleNamespace

from django.utils import translation

from alliance.queries.deliveries import DeliveryRow


def test_what_has_no_group_says_what_happened() -> None:
    delivery = SimpleNamespace(event=SimpleNamespace(kind="supporter_import.finish"))

    with translation.override("en"):
        assert DeliveryRow(delivery, group=None).kind_name == "Supporters imported"
