"""Content in several languages: a JSON object {"zh-hant": …, "zh-hans": …, "en": …}."""

from collections.abc import Mapping

from django.utils.translation import get_language, override

FALLBACK = ("zh-hant", "zh-hans", "en")


def localized(value: Mapping[str, str] | str | None, language: str | None = None) -> str:
    """The text of `value` in `language` (default: the active one), else in the first language that has one."""
    if not value:
        return ""
    if isinstance(value, str):
        return value
    wanted = (language or get_language() or FALLBACK[0]).lower()
    for code in (wanted, *FALLBACK):
        if value.get(code):
            return value[code]
    return next(iter(value.values()), "")


def in_each_language(words: object) -> dict[str, str]:
    """Words of ours as content in several languages: a lazy text, or an error that holds one."""
    said = {}
    for language in FALLBACK:
        with override(language):
            said[language] = str(words)
    return said
