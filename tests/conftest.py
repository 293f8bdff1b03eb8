"""Fixtures for all tests."""

from tests.browser import browser, open_page, playwright

__all__ = ["browser", "open_page", "playwright"]
