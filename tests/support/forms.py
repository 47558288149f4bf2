"""A person at a browser: pages are read, forms are filled in and sent as a browser would send them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.test import Client
from django.urls import reverse

from tests.factories.cast import PASSWORD


@dataclass
class Form:
    """What a form would send: names and values, as the page shows them."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    limits: dict[str, int] = field(default_factory=dict)  # of texts that the server alone refuses

    def filled(self, entries: Mapping[str, str | Sequence[str]]) -> dict[str, list[str]]:
        """The values with these entries typed over them; a name that the form does not have is a mistake."""
        unknown = set(entries) - self.names
        assert not unknown, f"{self.action} has no {sorted(unknown)}, but {sorted(self.names)}"
        typed = {name: [value] if isinstance(value, str) else list(value) for name, value in entries.items()}
        return {**self.values, **typed}


class _FormParser(HTMLParser):
    """Finds the forms of a page; a control may stand outside its form and name it."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None  # the one that is open
        self._writing: tuple[Form, str] | None = None  # the textarea that is open
        self._choosing: tuple[Form, str] | None = None  # the select that is open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(facts.get("action", ""), facts.get("method", "get").lower())
            self.forms.append(self._form)
            self._by_id[facts.get("id", "")] = self._form
        elif tag == "option":
            self._option(facts)
        elif tag in ("input", "button", "textarea", "select"):
            form = self._by_id.get(facts["form"]) if "form" in facts else self._form
            if form is not None and facts.get("name") and "disabled" not in facts:
                form.names.add(facts["name"])
                if "data-limit" in facts:
                    form.limits[facts["name"]] = int(facts["data-limit"])
                self._control(tag, form, facts["name"], facts)

    def _control(self, tag: str, form: Form, name: str, facts: dict[str, str]) -> None:
        if tag == "button":
            return  # sent only when it is pressed
        if tag == "textarea":
            self._writing = form, name
            form.values[name] = [""]
        elif tag == "select":
            self._choosing = form, name
        elif facts.get("type") not in ("checkbox", "radio"):
            form.values.setdefault(name, []).append(facts.get("value", ""))
        elif "checked" in facts:
            form.values.setdefault(name, []).append(facts.get("value", "on"))

    def _option(self, facts: dict[str, str]) -> None:
        if self._choosing and "selected" in facts:
            form, name = self._choosing
            form.values.setdefault(name, []).append(facts.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._writing:
            form, name = self._writing
            form.values[name] = [form.values[name][0] + data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._writing:
            form, name = self._writing
            form.values[name] = [form.values[name][0].removeprefix("\n")]  # a first line break is no content
            self._writing = None
        elif tag == "select":
            self._choosing = None


def forms_in(page: bytes) -> list[Form]:
    """The forms of a page."""
    reader = _FormParser()
    reader.feed(page.decode())
    return reader.forms


class FormClient:
    """One person's browser; every page must answer with 200, every form must be taken."""

    def __init__(self, person: Any) -> None:
        """Sign in through the form."""
        self.client = Client()
        self.url = ""
        self.page = b""
        self.open(reverse("account_login"))
        self.send({"login": person.email, "password": PASSWORD}, action=reverse("account_login"))

    def open(self, url: str) -> str:
        """Go to a page; gives back its source."""
        return self._page_of(self.client.get(url, follow=True), url)

    def _page_of(self, response: Any, url: str) -> str:
        for where, _status in getattr(response, "redirect_chain", []):
            url = urljoin(url, where)
        self.url = url
        self.page = response.content
        text: str = response.content.decode()
        assert response.status_code == 200, f"{url} answered {response.status_code}:\n{_errors(text)}"
        return text

    def forms(self) -> list[Form]:
        return forms_in(self.page)

    def form(self, action: str | None = None, field: str = "") -> Form:
        """The form of the page that leads there (by default to the page itself) and has the field."""
        target = self.url.split("?")[0] if action is None else action
        matches = [
            form
            for form in self.forms()
            if form.method == "post"
            and urljoin(self.url, form.action).split("?")[0] == target
            and (not field or field in form.names)
        ]
        assert matches, f"{self.url} has no form to {target}, but {[form.action for form in self.forms()]}"
        return matches[0]

    def send(
        self,
        entries: Mapping[str, str | Sequence[str]] | None = None,
        *,
        action: str | None = None,
        field: str = "",
    ) -> str:
        """Fill in the form and send it; gives back the page that it leads to."""
        form = self.form(action, field)
        target = urljoin(self.url, form.action)
        response = self.client.post(target, form.filled(entries or {}), follow=True)
        assert response.redirect_chain, (
            f"{target} did not take the form:\n{_errors(response.content.decode())}"
        )
        return self._page_of(response, target)


def _errors(page: str) -> str:
    """The lines of a page that say what is wrong."""
    lines = [line.strip() for line in page.splitlines()]
    return "\n".join(line for line in lines if "error" in line or "alert" in line or "notice" in line)[:3000]
