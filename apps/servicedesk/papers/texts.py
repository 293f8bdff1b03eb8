"""The words of messages about a certificate itself, in the three languages.

A text may use %(title)s, %(number)s, %(until)s, %(who)s and %(note)s.
"""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from apps.core.templatetags.portal import day
from apps.delivery.services import Text
from apps.servicedesk.models import Certificate
from apps.servicedesk.papers.content import read_content

WORDS: dict[str, tuple[str, str]] = {
    "paper_issued": (
        gettext_noop("Issued to you: %(title)s (%(number)s)"),
        gettext_noop("You can download it. Anyone can check it by the code that is printed on it."),
    ),
    "paper_withdrawn": (
        gettext_noop("Revoked: %(title)s (%(number)s)"),
        gettext_noop("Its check page now says that it is not valid any more. The reason:\n\n%(note)s"),
    ),
    "paper_ends": (
        gettext_noop("Ends soon: %(title)s (%(number)s)"),
        gettext_noop("It is valid until %(until)s. On its page you can ask for a new one with one click."),
    ),
}


def texts_of_paper(kind: str, certificate: Certificate, *, who: str = "", note: str = "") -> dict[str, Text]:
    """The message `kind` about a certificate, by language."""
    content, made = read_content(certificate.template_version.content), {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            subject, text = WORDS[kind]
            values = {
                "title": " ".join(content.text("title", language).split()),
                "number": certificate.number,
                "until": day(certificate.expires_at),
                "who": who,
                "note": note,
            }
            made[language] = Text(gettext(subject) % values, (gettext(text) % values).strip())
    return made
