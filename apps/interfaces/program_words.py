"""What the person in whose name a program acts is told about it."""

from datetime import datetime

from django.template.defaultfilters import date as date_words
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.delivery.services import Text, tell
from apps.interfaces.enums import Scope
from apps.interfaces.models import Integration, Token
from apps.people.enums import Language
from apps.people.models import Person


def tell_named(integration: Integration, actor: Person, at: datetime) -> None:
    """Somebody else let a program in that is to act in this person's name."""

    def words() -> Text:
        values = {"name": integration.name, "who": actor.name, "purpose": integration.purpose}
        return Text(
            _("A program is to act in your name: %(name)s") % values,
            _("%(who)s let it in: %(purpose)s. It does nothing before you confirm it under “Programs in my name”.")
            % values,
        )

    tell_owner(integration, words, actor, at)


def tell_token(token: Token, actor: Person, at: datetime) -> None:
    """Somebody else made a key for a program that acts in this person's name."""

    def words() -> Text:
        values = {
            "name": token.integration.name,
            "who": actor.name,
            "scopes": "、".join(str(Scope(each).label) for each in token.scopes),
            "day": date_words(timezone.localtime(token.expires_at), "Y-m-d"),
        }
        return Text(
            _("A new token for a program in your name: %(name)s") % values,
            _("%(who)s made it, good until %(day)s. It may: %(scopes)s. You can end it at any time.") % values,
        )

    tell_owner(token.integration, words, actor, at)


def tell_owner(integration: Integration, words: object, actor: Person, at: datetime) -> None:
    """Not who did it: they know."""
    if integration.owner_id == actor.pk:
        return
    texts = {}
    for language in Language.values:
        with translation.override(language):
            texts[language] = words()
    source = f"interfaces.program:{integration.pk}"
    address = reverse("interfaces:mine")
    tell(person=integration.owner, source=source, texts=texts, target_url=address, actor=actor, at=at)
