"""The answers of a request: which may change, which are missing, and the files among them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from apps.core.text import localized
from apps.journal.files import UnableToAttach, attach
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.questionnaires.conditions import missing_keys, shown_answers
from apps.questionnaires.definitions import FieldDefinition, files_of, read_fields
from apps.questionnaires.forms import with_dependents
from apps.servicedesk.models import Request
from apps.servicedesk.models.requests import OFFICE_FILE
from apps.servicedesk.services.errors import UnableToFile


def questions(request: Request) -> list[FieldDefinition]:
    """What was asked, in the version of the form that the request keeps."""
    return read_fields(request.answer_set.form_version)


def write_answers(request: Request, answers: Mapping[str, object], *, person: Person, at: datetime) -> None:
    """Keep the answers that count (known questions, shown, not empty) and attach the files they name.

    Raises UnableToFile when a file is not the person's own.
    """
    answer_set = request.answer_set
    answer_set.answers = shown_answers(questions(request), answers)
    answer_set.version += 1
    answer_set.updated_at = at
    answer_set.save(update_fields=["answers", "version", "updated_at"])
    attach_files(request, person=person)


def attach_files(request: Request, *, person: Person) -> None:
    """The person's own waiting files that the answers name become files of the request. Raises UnableToFile."""
    keys = file_keys(request)
    files = list(Attachment.objects.filter(key__in=keys)) if keys else []
    if len(files) != len(set(keys)):
        raise UnableToFile(_("A file is no longer there. Upload it again."))
    office = set(request.office_files())
    try:
        attach([file for file in files if str(file.key) not in office], to=request, person=person, role="answer")
        attach([file for file in files if str(file.key) in office], to=request, person=person, role=OFFICE_FILE)
    except UnableToAttach as error:
        raise UnableToFile(str(error)) from error


def file_keys(request: Request) -> list[str]:
    """The attachment keys in the answers."""
    return files_of(questions(request), request.answer_set.answers)


def missing_answers(request: Request) -> list[str]:
    """Keys of the requester's own questions that must be answered and are not, in the order of the form."""
    theirs = [each for each in questions(request) if not each.office_only]
    return missing_keys(theirs, request.answer_set.answers)


def office_keys(request: Request) -> frozenset[str]:
    """The questions that only the office answers."""
    return frozenset(each.key for each in questions(request) if each.office_only)


def missing_office_answers(request: Request) -> list[FieldDefinition]:
    """The office's own questions that must be answered and are not, in the order of the form."""
    missing = missing_keys(questions(request), request.answer_set.answers)
    return [each for each in questions(request) if each.office_only and each.key in missing]


def office_part_missing(request: Request) -> str:
    """The names of what the office has still to fill in; "" when nothing is left."""
    return "、".join(localized(each.label) for each in missing_office_answers(request))


def correctable(request: Request, keys: Iterable[str]) -> frozenset[str]:
    """The named questions and those that depend on their answers, as the requester's form asks them."""
    return frozenset(with_dependents(questions(request), set(keys))) - office_keys(request)
