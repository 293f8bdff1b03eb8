"""`manage.py export_service CODE`: a service as one file, with its form and its approval plan."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from apps.servicedesk.models import Service
from apps.servicedesk.services.transfer import export_text


class Command(BaseCommand):
    help = "Print a service of the catalogue as JSON, to be brought in elsewhere by import_service."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="of the service")

    def handle(self, *args: object, **options: object) -> None:
        service = Service.objects.select_related("area", "unit", "form").filter(code=options["code"]).first()
        if service is None:
            known = ", ".join(Service.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(f"no service {options['code']!r}; there are: {known or 'none'}")
        self.stdout.write(export_text(service), ending="")
