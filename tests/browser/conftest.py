"""Fixtures of the browser tests: the system's Chromium driven by Playwright.

Every test of this folder carries the mark `browser`, and fails where a page writes an error to the
console, throws one, or cannot load a file.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

HERE = Path(__file__).parent
SCREENSHOTS = HERE.parents[1] / "docs" / "screenshots"
# Debian's build without windows takes two thirds of the processor that the whole browser takes.
_SHELL = Path("/usr/bin/chromium-headless-shell")
_FOUND = _SHELL if _SHELL.exists() else Path("/usr/bin/chromium")
CHROMIUM = os.environ.get("CHROMIUM", str(_FOUND))
# A closed network and a test run alike: the browser asks for nothing but the pages.
QUIET = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Django refuses database calls in a thread that runs an event loop; sync Playwright runs one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=15_000)  # ms; a shared machine may be slow, which is not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page_faults() -> Iterator[list[str]]:
    """Return the faults seen so far; the test fails at its end unless the list is empty.

    A test that provokes a fault (a page answered 403, say) asserts what it sees and clears the list.
    """
    faults: list[str] = []
    yield faults
    assert faults == []


@pytest.fixture
def new_context(
    browser: Browser, page_faults: list[str]
) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that makes a context of its own: a device no one is signed in on."""
    contexts: list[BrowserContext] = []

    def note_console(message: ConsoleMessage) -> None:
        address = message.location["url"]
        # The browser asks for this by itself, where what it shows is not a page of ours.
        if message.type == "error" and not address.endswith("/favicon.ico"):
            page_faults.append(f"console: {address}: {message.text}")

    def note_failed(request: Request) -> None:
        # Chromium reports a download, and a request the page itself gave up, as aborted.
        if request.failure != "net::ERR_ABORTED":
            page_faults.append(f"request: {request.url} {request.failure}")

    def make(*, phone: bool = False) -> BrowserContext:
        context = browser.new_context(locale="zh-CN", **(PHONE if phone else DESKTOP))
        context.on("console", note_console)
        context.on("weberror", lambda error: page_faults.append(f"script: {error.error}"))
        context.on("requestfailed", note_failed)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def anonymous_page(
    new_context: Callable[..., BrowserContext], live_server: Any
) -> Callable[..., Page]:
    """Return a function that opens a path with no one signed in."""

    def open_path(path: str, *, phone: bool = False) -> Page:
        page = new_context(phone=phone).new_page()
        page.goto(live_server.url + path)
        return page

    return open_path


@pytest.fixture
def signed_in_page(
    new_context: Callable[..., BrowserContext], live_server: Any
) -> Callable[..., Page]:
    """Return a function that opens a path as the given user, on a device of that user's own."""

    def open_as(user: Any, path: str, *, phone: bool = False) -> Page:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        context = new_context(phone=phone)
        context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    return open_as


@pytest.fixture
def screenshot(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that saves what the page shows; into docs/ only where XGZ_SCREENSHOTS=1."""
    folder = SCREENSHOTS if os.environ.get("XGZ_SCREENSHOTS") == "1" else tmp_path

    def save(page: Page, name: str, *, full_page: bool = False) -> Path:
        path = folder / f"{name}.png"
        folder.mkdir(parents=True, exist_ok=True)
        page.wait_for_load_state()  # a click may have led here, and returns when the page begins
        page.screenshot(path=path, full_page=full_page, animations="disabled")
        return path

    return save


@pytest.fixture(scope="session")
def axe_source() -> str:
    return (HERE / "vendor" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def axe(axe_source: str) -> Callable[[Page], list[str]]:
    """Return a function that lists a page's serious and critical faults of accessibility."""

    def violations(page: Page) -> list[str]:
        # Evaluated by the browser's debugger, which the page's content security policy does not
        # bind; so the page is tested under the policy it is served with.
        page.wait_for_load_state()
        page.evaluate(axe_source)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return sorted(
            f"{rule['impact']} {rule['id']}: {' '.join(map(str, node['target']))}"
            for rule in found
            if rule["impact"] in {"serious", "critical"}
            for node in rule["nodes"]
        )

    return violations
