"""A rule in words: "staff of 計算機系; listed by number, without: …"."""

from django.utils.translation import gettext as _

from apps.notices.audience import GROUP, Line, Rule
from apps.notices.reasons import reason_texts


def audience_words(rule: Rule) -> str:
    """In the active language."""
    words = _part(rule.lines, rule.groups, len(rule.numbers))
    left_out = _part(rule.but_lines, rule.but_groups, len(rule.excluded))
    return _("%(whom)s; without: %(left_out)s") % {"whom": words, "left_out": left_out} if left_out else words


def _part(lines: tuple[Line, ...], groups: tuple[int, ...], listed: int) -> str:
    codes = [line.reason for line in lines] + [f"{GROUP}:{group}" for group in groups]
    texts = reason_texts(codes)
    words = [texts[code] for code in codes]
    if listed:
        words.append(_("%(count)s listed by number") % {"count": listed})
    return _(", ").join(words)
