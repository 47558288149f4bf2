"""What hostile strings do in a browser: everything that runs, is fetched, or becomes markup is a fault."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, Request, Response

from portal.metrics.requests import request_counts
from tests.support.hostile_strings import ELEMENT, HOST, RAN
from tests.support.mail import wait_until
from tests.support.page_inspection import LIMIT
from tests.support.policy_reports import policy_reports

# Markup that no page of ours has, or that leads elsewhere. Under the policy hardly anything runs: this sees that a text
# has become markup.
_MARKUP = """([element, ran]) => {
  const faults = [];
  const links = ["href", "src", "srcset", "action", "formaction", "data", "poster", "xlink:href", "hx-get", "hx-post"];
  const own = (value) => { try { return new URL(value, location).host === location.host; } catch { return true; } };
  const scheme = (value) => { try { return new URL(value, location).protocol; } catch { return "https:"; } };
  // a block of facts for search engines runs nothing, as long as it is what it says
  const facts = (node) => {
    if (node.src || node.type !== "application/ld+json") return false;
    try { return typeof JSON.parse(node.textContent) === "object"; } catch { return false; }
  };
  const look = (root) => {
    for (const node of root.querySelectorAll("*")) {
      const tag = node.localName, said = () => faults.push(node.outerHTML.slice(0, 200));
      if ([element, "base", "object", "embed", "math", "animate", "video", "style"].includes(tag)) said();
      if (tag === "script" && !facts(node) && (!node.src || !own(node.src))) said();
      if (tag === "meta" && node.httpEquiv === "refresh") said();
      for (const { name, value } of node.attributes) {
        if (/^on|^hx-on|["'<>`=]|hostile/.test(name)) said();
        if (name === "style" && value.includes("hostile")) said();
        if (name === "hx-vals" && value.startsWith("js")) said();
        if (!links.includes(name)) continue;
        if (!["http:", "https:", "mailto:"].includes(scheme(value))) said();
        if (!own(value) && tag !== "a") said();
      }
      if (tag === "template") look(node.content);
    }
  };
  look(document);
  if (document.documentElement.textContent.includes(ran)) faults.push(`an expression was worked out: ${ran}`);
  return faults;
}"""
# Unfolds what is folded, so that what is fetched or drawn only then is looked at too.
_UNFOLD = "() => { for (const each of document.querySelectorAll('details')) each.open = true; }"


class Watch:
    """Keeps all that went wrong in the windows of a context, with the address of the page."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.faults: list[str] = []
        self.where = ""
        self._host, self._under_way = urlsplit(url).netloc, set[Request]()
        context.expose_binding("hostile", lambda source, number: self._fault(f"string {number} ran"))
        context.route(lambda address: HOST in urlsplit(address).netloc, lambda route: route.abort())
        context.on("request", self._requested)
        context.on("response", self._answered)
        for ending in ("requestfinished", "requestfailed"):
            context.on(ending, lambda request: self._under_way.discard(request))
        context.on("dialog", self._dialog)
        context.on("weberror", lambda error: self._fault(f"uncaught: {error.error}"))
        context.on("console", lambda line: self._console(line.type, line.text))
        self._context = context

    def _fault(self, text: str) -> None:
        self.faults.append(f"{self.where}: {text}"[:500])

    def _requested(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("blob", "about") and parts.netloc != self._host:
            self._fault(f"asked for {request.url[:200]}")
        if parts.path != "/csp-report":  # of whose end the browser says nothing
            self._under_way.add(request)

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self._fault(f"{response.url} answered {response.status}")

    def _dialog(self, dialog: Any) -> None:
        self._fault(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, kind: str, text: str) -> None:
        # that a form comes back with its faults is no fault, whoever writes it to the console
        if kind == "error" and not text.startswith(("Failed to load", "Response Status Error Code 422")):
            self._fault(text)

    def settle(self, page: Page, milliseconds: int = 0) -> None:
        """Wait until nothing is under way; at least so long."""
        page.wait_for_timeout(milliseconds + 10)
        for _turn in range(LIMIT // 10):
            if not self._under_way and _try(lambda: page.evaluate("document.readyState")) == "complete":
                return
            page.wait_for_timeout(10)
        self._fault("does not come to rest")

    def look(self, page: Page) -> None:
        """Note what has become markup in the page, and what was set."""
        for markup in _try(lambda: page.evaluate(_MARKUP, [ELEMENT, RAN])) or ():
            self._fault(f"markup: {markup}")
        self.faults += [
            f"{self.where}: a cookie: {cookie}"
            for cookie in self._context.cookies()
            if "hostile" in str(cookie)
        ]

    def open(self, page: Page, address: str, status: int = 200) -> int:
        """Open a page, unfold it, look at it; gives back its length in characters."""
        self.where = address
        response = page.goto(address)
        if response is None or response.status != status:
            self._fault(f"answered {response and response.status} instead of {status}")
        _try(lambda: page.evaluate(_UNFOLD))
        self.settle(page)
        self.look(page)
        return len(_try(page.content) or "")


def _try(act: Callable[[], Any]) -> Any:
    """The answer, or None while the page is being replaced by another."""
    try:
        return act()
    except Error as error:
        if "context was destroyed" in str(error) or "navigat" in str(error):
            return None
        raise


@contextmanager
def watched_window(
    browser: Browser, url: str, cookie: Mapping[str, str] | None = None, **options: Any
) -> Iterator[tuple[Page, Watch]]:
    """A window of somebody's own, and what watches it."""
    context = browser.new_context(reduced_motion="reduce", **options)
    context.set_default_timeout(LIMIT)
    if cookie:
        context.add_cookies([cookie])
    yield context.new_page(), (watch := Watch(context, url))
    watch.settle(context.pages[-1])
    context.close()


def reports_so_far() -> dict[tuple[str, str], float]:
    """The policy's reports, those among them that were refused."""
    (refused,) = request_counts().csp_reports_refused.collect()
    return dict(policy_reports()) | {
        ("refused", sample.labels["reason"]): sample.value
        for sample in refused.samples
        if sample.name.endswith("_total") and sample.value
    }


def expect_no_reports(browser: Browser, url: str, before: Mapping[tuple[str, str], float]) -> None:
    """No report since `before`: one that is provoked now arrives, and it alone."""
    provoked = ("img-src", "other address")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/en/")
    page.evaluate(f"new Image().src = 'https://{HOST}/'")
    wait_until(lambda: reports_so_far().get(provoked, 0) > before.get(provoked, 0))
    context.close()
    assert reports_so_far() == {**before, provoked: before.get(provoked, 0) + 1}
