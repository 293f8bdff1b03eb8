"""A rule in words: "staff of 計算機系; listed by number, without: …"."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.notices.audience import GROUP, Line, NumberFile, Rule
from apps.notices.reasons import reason_texts


def audience_words(rule: Rule) -> str:
    """In the active language."""
    words = _part(rule.lines, rule.groups, len(rule.numbers), rule.files)
    left_out = _part(rule.but_lines, rule.but_groups, len(rule.excluded))
    return _("%(whom)s; without: %(left_out)s") % {"whom": words, "left_out": left_out} if left_out else words


def _part(lines: tuple[Line, ...], groups: tuple[int, ...], listed: int, files: tuple[NumberFile, ...] = ()) -> str:
    codes = [line.reason for line in lines] + [f"{GROUP}:{group}" for group in groups]
    texts = reason_texts(codes)
    words = [texts[code] for code in codes]
    if listed:
        words.append(_("%(count)s listed by number") % {"count": listed})
    words += [file_words(each) for each in files]
    return _(", ").join(words)


def file_words(file: NumberFile) -> str:
    """“名單.xlsx” of 2026-11-26 (312 numbers)."""
    words = ngettext(
        "the list “%(file)s” of %(day)s (%(count)s number)",
        "the list “%(file)s” of %(day)s (%(count)s numbers)",
        len(file.numbers),
    )
    return words % {"file": file.name, "day": file.day, "count": len(file.numbers)}
