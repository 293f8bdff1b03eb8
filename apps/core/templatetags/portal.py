"""What every template may use: icons, local words, moments, states, due times."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from django import template
from django.conf import settings
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.core import look, verbs
from apps.core.clock import now
from apps.core.text import localized as localized_text

register = template.Library()
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")


@lru_cache(maxsize=256)
def icon_svg(name: str) -> str:
    """The drawing inside a lucide icon. Names are ours, never a user's; an unknown one raises FileNotFoundError."""
    text = (settings.ICONS_DIR / f"{name}.svg").read_text(encoding="utf8")
    return text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")].strip()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A lucide icon, drawn in the text colour and hidden from screen readers: the words beside it speak."""
    return mark_safe(  # noqa: S308 (the drawing comes from a pinned package, the rest is ours)
        f'<svg class="icon {css}" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        f' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{icon_svg(name)}</svg>'
    )


@register.filter
def localized(value: dict[str, str] | str | None) -> str:
    return localized_text(value)


@register.simple_tag
def state_badge(label: str, colour: str = "secondary") -> SafeString:
    """A state is a word and a colour, never a colour alone."""
    return format_html('<span class="badge bg-{}-lt">{}</span>', colour, label)


@register.filter
def day(value: datetime | date | None) -> str:
    """A day in the local manner: 11月23日（週一）, 23 Nov (Mon)."""
    if value is None:
        return "—"
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    if (get_language() or "").startswith("zh"):
        week = "周" if get_language() == "zh-hans" else "週"
        year = "" if local.year == timezone.localtime(now()).year else f"{local.year}年"
        return f"{year}{local.month}月{local.day}日（{week}{WEEKDAYS[local.weekday()]}）"
    return formats.date_format(local, "j M Y (D)")


@register.filter
def moment(value: datetime | None) -> str:
    """A day and a time in the local manner."""
    if value is None:
        return "—"
    return f"{day(value)} {timezone.localtime(value):%H:%M}"


@register.filter
def clock_time(value: datetime | None) -> str:
    return f"{timezone.localtime(value):%H:%M}" if value else "—"


@register.simple_tag
def moment_tag(value: datetime | None, css: str = "") -> SafeString:
    """A <time> element: short words, with the exact moment for machines and on hover."""
    if value is None:
        return mark_safe("—")
    local = timezone.localtime(value)
    return format_html(
        '<time class="{}" datetime="{}" title="{}">{}</time>',
        css,
        local.isoformat(),
        f"{local:%Y-%m-%d %H:%M}",
        short(value),
    )


@register.filter
def short(value: datetime | None) -> str:
    """Today 14:20; otherwise the day, with its time."""
    if value is None:
        return "—"
    local = timezone.localtime(value)
    days = (local.date() - timezone.localtime(now()).date()).days
    if days == 0:
        return _("today %(time)s") % {"time": f"{local:%H:%M}"}
    if days == 1:
        return _("tomorrow %(time)s") % {"time": f"{local:%H:%M}"}
    if days == -1:
        return _("yesterday %(time)s") % {"time": f"{local:%H:%M}"}
    if local.year == timezone.localtime(now()).year:
        return f"{local:%m-%d %H:%M}"
    return f"{local:%Y-%m-%d}"


@register.filter
def percent(part: int | None, whole: int | None) -> str:
    """A share in whole percent, rounded down so that it never claims more than it has; a dash of nothing."""
    return f"{100 * (part or 0) // whole}%" if whole else "—"


@register.simple_tag
def form_token() -> SafeString:
    """A hidden field that makes sending the same form twice harmless (journal.services.take_form)."""
    return format_html('<input type="hidden" name="form_token" value="{}">', uuid.uuid4())


@register.filter
def initials(person: object) -> str:
    """One or two characters that tell people apart: the end of a Chinese name, the first letters of another."""
    return look.initials(getattr(person, "name", str(person or "")))


@register.filter
def avatar_colour(person: object) -> str:
    """The same colour for the same person on every page."""
    return look.colour_of(getattr(person, "number", str(person or "")))


@register.filter
def verb_label(entry: object) -> str:
    """What somebody did, in words: those of the app whose thing it is, else the common ones."""
    return verbs.label(entry)


@register.filter
def verb_icon(entry: object) -> str:
    return verbs.icon(entry.verb)


@register.filter
def bar_segments(parts: Sequence[tuple]) -> list[look.Segment]:
    """Where each part of a stacked bar starts and how wide it is, in thousandths that add up."""
    return look.segments(parts)


@register.filter
def alert_colour(message: Message) -> str:
    return {constants.ERROR: "danger", constants.WARNING: "warning", constants.SUCCESS: "success"}.get(
        message.level, "info"
    )


@register.filter
def alert_icon(message: Message) -> str:
    return {
        constants.ERROR: "circle-alert",
        constants.WARNING: "triangle-alert",
        constants.SUCCESS: "circle-check",
    }.get(message.level, "info")


@register.filter
def language_name(code: str) -> str:
    """A language in its own words, whatever the page's language."""
    return look.LANGUAGE_NAMES.get(code, (code, code))[0]


@register.filter
def language_short(code: str) -> str:
    return look.LANGUAGE_NAMES.get(code, (code, code))[1]


@register.simple_tag
def page_link(url_name: str, *args: object) -> str:
    """The address of a page, or nothing where this installation does not have it."""
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


@register.filter
def device_name(user_agent: str) -> str:
    return look.device_name(user_agent)


@register.filter
def device_icon(user_agent: str) -> str:
    return "smartphone" if look.is_phone(user_agent) else "monitor"
