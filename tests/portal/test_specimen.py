"""The specimen of components: whole where it is served, and nowhere else."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_specimen_shows_every_component(client: Client, settings) -> None:
    settings.DEMO = True
    page = client.get("/components/").content.decode()

    assert page.count('data-scheme="') == 5
    assert "TLP:AMBER+STRICT" in page


def test_there_is_no_specimen_in_production(client: Client, settings) -> None:
    settings.DEMO = settings.DEBUG = False

    assert client.get("/components/").status_code == 404


def test_nothing_on_it_needs_inline_code(client: Client, settings) -> None:
    settings.DEMO = True
    page = client.get("/components/").content.decode()

    assert re.findall(r"<[^>]*\s(?:style|on\w+)=|<style|<script(?![^>]*\ssrc=)", page) == []
