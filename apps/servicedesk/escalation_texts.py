"""The words in which the portal tells of promises that come near their end, or are broken."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext

from apps.core.templatetags.portal import moment
from apps.delivery.services import Text
from apps.servicedesk.enums import Promise
from apps.servicedesk.models import Escalation


def texts_of_escalations(escalations: Sequence[Escalation], *, at: datetime) -> dict[str, Text]:
    """One message about many requests, by language; the earliest due time first, a promise named once."""
    rows = sorted({(each.due_at, each.rule.promise, each.request_id): each for each in escalations}.items())
    made = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            count = len({each.request_id for _key, each in rows})
            subject = ngettext("%(count)d request needs attention", "%(count)d requests need attention", count)
            lines = [line_of(each, at) for _key, each in rows]
            made[language] = Text(subject % {"count": count}, "\n".join(lines))
    return made


def line_of(escalation: Escalation, at: datetime) -> str:
    """One line: number, service, which promise, when."""
    values = {
        "number": escalation.request.number,
        "service": escalation.request.service,
        "due": moment(escalation.due_at),
    }
    late = escalation.due_at <= at
    if escalation.rule.promise == Promise.FIRST:
        words = (
            gettext("%(number)s %(service)s: the first answer was due %(due)s")
            if late
            else gettext("%(number)s %(service)s: the first answer is due %(due)s")
        )
    else:
        words = (
            gettext("%(number)s %(service)s: it was due %(due)s")
            if late
            else gettext("%(number)s %(service)s: it is due %(due)s")
        )
    return words % values
