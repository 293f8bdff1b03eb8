"""The first administrator: no default account exists, so the one who runs the server makes it here."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from apps.core.clock import now
from apps.people.enums import Role, UnitKind
from apps.people.models import Person, Unit
from apps.people.services import UnableToInvite, UnableToSetMail, add_post, create_link, set_mail
from apps.people.services.posts import today_of


class Command(BaseCommand):
    help = "Make an administrator and print the one-time link that sets the password (valid for two days)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number")
        parser.add_argument("name")
        parser.add_argument("mail", type=_mail)

    def handle(self, *, number: str, name: str, mail: str, **options: object) -> None:
        try:
            self.stdout.write(create(number=number, name=name, mail=mail))
        except (UnableToInvite, UnableToSetMail) as error:
            raise CommandError(str(error)) from error
        except IntegrityError as error:
            raise CommandError(f"{number} cannot be made: number or address is used.") from error


@transaction.atomic
def create(*, number: str, name: str, mail: str) -> str:
    """The link. A person with this number becomes administrator; a second run gives a new link."""
    at = now()
    person = Person.objects.filter(number__iexact=number).first()
    if person is None:
        person = Person.objects.create_user(number, name)
    Person.objects.filter(pk=person.pk).update(is_staff=True)
    if person.email.lower() != mail.lower():
        set_mail(person=person, address=mail, actor=None, at=at)
    if not person.has_role(Role.ADMINISTRATOR):
        add_post(person=person, unit=_office(), role=Role.ADMINISTRATOR, valid_from=today_of(at), actor=None, at=at)
    return create_link(person=Person.objects.get(pk=person.pk), actor=person, at=at)


def _office() -> Unit:
    found = (
        Unit.objects.filter(kind=UnitKind.OFFICE, code="office").first()
        or Unit.objects.filter(parent__isnull=True).order_by("pk").first()
    )
    names = {"zh-hant": "學院", "zh-hans": "学院", "en": "College"}
    return found or Unit.objects.create(code="college", kind=UnitKind.COLLEGE, name=names)


def _mail(text: str) -> str:
    validate_email(text)
    return text
