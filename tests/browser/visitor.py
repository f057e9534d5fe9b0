"""Somebody before a real browser, and what the browser has to complain about."""

import os
import shutil

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
PATIENCE_MS = 60_000

expect.set_options(timeout=PATIENCE_MS)


def launch(playwright):
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    assert path, "chromium is not installed"
    return playwright.chromium.launch(executable_path=path, args=FLAGS)


class Visitor:
    def __init__(self, browser, gateway, width=1440, scheme="light", language="en-US", allow=(), **more):
        self.gateway = gateway
        self.allow = allow
        self.wrong = []
        # Parts of complaints that a test makes on purpose.
        self.expected = []
        self.context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, locale=language, reduced_motion="reduce",
            **more,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        self.page.on("request", self._asked)

    def _heard(self, message):
        if message.type in ("error", "warning"):
            self.wrong.append(f"console: {message.text}")

    def _asked(self, request):
        if not request.url.startswith((f"{self.gateway.url}/", *self.allow)):
            self.wrong.append(f"asked: {request.url}")

    def go(self, path):
        self.page.goto(self.gateway.url + path if path.startswith("/") else path)
        # Gone after a reload.
        self.page.evaluate("window.sameAsBefore = true")

    def leave(self):
        self.context.close()
        assert [text for text in self.wrong if not any(part in text for part in self.expected)] == []

    def stayed(self):
        """Whether the page was never loaded anew."""
        return self.page.evaluate("window.sameAsBefore === true")

    def row(self, name):
        """A row of the list, by what it is called."""
        return self.page.locator("#rows a").filter(has=self.page.locator(".name").get_by_text(name, exact=True))

    def sees_row(self, name, state):
        expect(self.row(name).locator(".state")).to_have_text(state)

    def sees(self, text):
        expect(self.page.locator("body")).to_contain_text(text)

    def sees_state(self, state):
        """The state of the thing that is open."""
        expect(self.page.locator("#detail .sum .chip").first).to_have_text(state)

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).click()

    def fits(self):
        """Whether nothing has to be scrolled sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")

    def barriers(self):
        """What keeps people out, by axe: everything serious or critical."""
        found = Axe().run(self.page).response["violations"]
        return [
            (rule["id"], node["html"]) for rule in found if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]
