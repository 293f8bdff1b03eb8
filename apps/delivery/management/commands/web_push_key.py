"""Print a new key for notifications in browsers."""

from django.core.management.base import BaseCommand

from apps.delivery.channels import web_push


class Command(BaseCommand):
    help = "Print a new WEB_PUSH_PRIVATE_KEY. With another key every browser has to be turned on again."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"WEB_PUSH_PRIVATE_KEY={web_push.new_key()}")
