"""`manage.py setup_college`: what every portal needs before the first person signs in. Safe to run again."""

from django.core.management.base import BaseCommand

from apps.core.clock import now
from apps.documents.starter import install_documents
from apps.replies.starter import install_forms
from apps.servicedesk.starter import find_office, install_catalogue


class Command(BaseCommand):
    help = (
        "Make the college and its office, the working calendar, number series, the first services and forms if missing."
    )

    def handle(self, *args: object, **options: object) -> None:
        made = install_catalogue(at=now())
        install_forms(at=now())
        install_documents(find_office())
        if options["verbosity"]:
            self.stdout.write(f"services made: {', '.join(service.code for service in made) or 'none'}")
