"""A real browser for tests: Debian's Chromium, driven by Playwright, signed in as whom the test says."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

if TYPE_CHECKING:  # loaded before Django is set up when a folder of tests is named on the command line
    from apps.people.models import Person

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Playwright's loop runs in this thread; Django would take every query for one made inside async code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no browser at {CHROMIUM}: install Debian's chromium or set CHROMIUM")
    running = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
    yield running
    running.close()


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """`open_page(person, viewport=PHONE)` → a page in a context of its own; no person means a stranger.

    At the end of the test every page must have been free of script errors and of breaches of the content policy.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(person: Person | None = None, *, viewport: dict[str, int] = DESKTOP, **options) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport=viewport, locale="zh-TW", accept_downloads=True, **options
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        if person:
            context.add_cookies([session_cookie(person, live_server.url)])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: _listen(message, complaints))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def _listen(message, complaints: list[str]) -> None:
    if message.type == "error" and "Content Security Policy" in message.text:
        complaints.append(message.text)


def session_cookie(person: Person, url: str) -> dict[str, str]:
    """What the browser would hold after a sign-in as `person`."""
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }
