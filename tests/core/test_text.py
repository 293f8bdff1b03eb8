"""Words in the reader's language, else in the next one there is."""

import pytest
from django.utils import translation

from apps.core.text import localized

WORDS = {"zh-hant": "學院", "zh-hans": "学院", "en": "College"}


@pytest.mark.parametrize(("language", "words"), [("zh-hant", "學院"), ("zh-hans", "学院"), ("en", "College")])
def test_language_of_the_reader(language, words):
    with translation.override(language):
        assert localized(WORDS) == words
    assert localized(WORDS, language) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"zh-hans": "学院"}, "学院"),
        ({"en": "College", "zh-hant": ""}, "College"),
        ({"fr": "Collège"}, "Collège"),
        ({}, ""),
        (None, ""),
        ("as it is", "as it is"),
    ],
)
def test_what_is_missing_comes_from_another(value, words):
    assert localized(value, "zh-hant") == words


def test_without_an_active_language():
    with translation.override(None):
        assert localized(WORDS) == "學院"
