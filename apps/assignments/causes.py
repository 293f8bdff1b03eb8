"""What a part may wait for: kinds of papers that people can name by their number when they stop its clock.

An app above takes part by `register(Model)` in its AppConfig.ready. The model has a column `number` and `visible_to` on
its default manager.
"""

from django.db import models
from django.utils.translation import gettext as _

from apps.people.models import Person

KINDS: list[type[models.Model]] = []


class UnableToFindCause(Exception):
    """No paper with this number that the person may see, or several."""


def register(kind: type[models.Model]) -> None:
    if kind not in KINDS:
        KINDS.append(kind)


def find_cause(number: str, user: Person) -> models.Model:
    """The paper with this number, if this person may see it. Raises UnableToFindCause."""
    number = number.strip()
    found = [
        row for kind in KINDS if number for row in kind._default_manager.visible_to(user).filter(number=number)[:2]
    ]
    if len(found) > 1:
        raise UnableToFindCause(_("Several papers have the number %(number)s.") % {"number": number})
    if not found:
        raise UnableToFindCause(
            _("There is no paper with the number %(number)s that you may see.") % {"number": number}
        )
    return found[0]
