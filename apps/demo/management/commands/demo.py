"""`manage.py demo --people N --seed S`: a believable college with a term of traffic."""

import secrets
from argparse import ArgumentParser
from datetime import datetime
from random import Random

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.dateparse import parse_datetime

from apps.core.clock import now
from apps.demo.assignments import make_assignments
from apps.demo.catalogue import make_first_approvals
from apps.demo.college import make_college
from apps.demo.desk import make_desk
from apps.demo.help import make_help
from apps.demo.mails import make_mails
from apps.demo.notices import make_notices
from apps.demo.papers import make_papers
from apps.demo.people import SIGN_INS, Cast, make_people
from apps.demo.promises import make_promises
from apps.demo.relays import make_relays
from apps.demo.requests import make_requests
from apps.demo.seals import make_seals
from apps.demo.series import make_series
from apps.demo.together import make_together
from apps.demo.workloads import make_workloads
from apps.people.models import Person
from apps.servicedesk.starter import install_catalogue

REQUESTS_PER_PERSON = 0.6


class Command(BaseCommand):
    help = "Fill an empty portal with an invented college. Refuses when there are people already."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--people", type=int, default=2000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument(
            "--at", type=parse_datetime, help="the moment the demo takes for the present (ISO, with zone)"
        )
        parser.add_argument("--password", default="", help="for all demo sign-ins; drawn at random if not given")

    def handle(self, *args: object, **options: object) -> None:
        if Person.objects.exists():
            raise CommandError("There are people already: the demo is only for an empty portal.")
        at = options["at"] or now()
        password = options["password"] or secrets.token_urlsafe(9)
        cast = self._fill(options["people"], Random(options["seed"]), at, password)  # noqa: S311 (invented data)
        self._write_sign_ins(cast, password)

    @transaction.atomic
    def _fill(self, people: int, random: Random, at: datetime, password: str) -> Cast:
        college = make_college(people)
        install_catalogue(at=at)
        cast = make_people(college, count=people, random=random, at=at, password=password)
        self.stdout.write(f"people: {Person.objects.count()}")
        requests = make_requests(cast, count=int(people * REQUESTS_PER_PERSON), random=random, at=at)
        make_papers(at)
        make_promises(cast, at=at)
        make_first_approvals(cast, at)
        make_desk(cast, at=at)
        make_seals(cast, at)
        self.stdout.write(f"requests: {requests}")
        self.stdout.write(f"mails: {make_mails(at=at)}")
        self.stdout.write(f"articles: {make_help(cast, random=random, at=at)}")
        self.stdout.write(f"tasks: {make_together(cast, random=random, at=at)}")
        self.stdout.write(f"notices: {make_notices(cast, college, random=random, at=at)}")
        self.stdout.write(f"answers: {make_workloads(cast, college, random=random, at=at)}")
        self.stdout.write(f"units: {make_relays(cast, college, at=at)}")
        self.stdout.write(f"assigned parts: {make_assignments(cast, college, at=at)}")
        self.stdout.write(f"templates: {make_series(cast, college, at=at)}")
        return cast

    def _write_sign_ins(self, cast: Cast, password: str) -> None:
        lines = [f"{role.label!s:<16} {login:<12} {password}" for login, role, _name, _english in SIGN_INS]
        file = settings.PORTAL_HOME / "demo-sign-ins.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(lines) + "\n", encoding="utf8")
        file.chmod(0o600)
        self.stdout.write("\n".join(lines))
