"""Words of the service desk in templates."""

from decimal import Decimal

from django import template
from django.template.context import RequestContext
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.servicedesk.models import Service
from apps.servicedesk.panels.mail import note_lines
from apps.servicedesk.service_tabs import TABS

register = template.Library()
register.filter("note_lines", note_lines)
HOUR = 60
WORKING_DAY = 450  # 08:00-12:00 and 14:00-17:30


@register.filter
def working_time(minutes: int | None) -> str:
    """Working minutes in words, rounded as people say it: 45 minutes, 4 hours, 2 working days."""
    if minutes is None:
        return "—"
    if minutes < HOUR:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if minutes < WORKING_DAY * 0.9:
        hours = round(minutes / HOUR)
        return ngettext("%(count)d working hour", "%(count)d working hours", hours) % {"count": hours}
    days = round(minutes * 2 / WORKING_DAY) / 2
    if days == 1:
        return _("1 working day")
    return _("%(count)s working days") % {"count": f"{days:g}"}


@register.filter
def exact_time(minutes: int | None) -> str:
    """Working minutes to the minute: 45 minutes, 6 h 30 min."""
    if minutes is None:
        return "—"
    hours, rest = divmod(abs(minutes), HOUR)
    if not hours:
        return ngettext("%(count)d minute", "%(count)d minutes", rest) % {"count": rest}
    if not rest:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


@register.filter
def initial(name: str) -> str:
    """The sign of a person in a circle: the last character of a Chinese name, the first of another."""
    name = name.strip()
    if not name:
        return "?"
    return name[0].upper() if name.isascii() else name[-1]


@register.inclusion_tag("servicedesk/_service_tabs.html", takes_context=True)
def service_tabs(context: RequestContext, service: Service | None) -> dict[str, object]:
    """The pages of one service; none while it is not saved yet."""
    return {"service": service, "tabs": TABS, "request": context["request"]}


@register.filter
def yuan(amount: Decimal) -> str:
    """An amount as people write it: 10 yuan, 12.50 yuan."""
    text = f"{amount:.2f}".removesuffix(".00")
    return _("%(amount)s yuan") % {"amount": text}
