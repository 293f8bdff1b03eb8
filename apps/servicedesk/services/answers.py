"""The answers of a request: which may change, which are missing, and the files among them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from apps.journal.files import UnableToAttach, attach
from apps.journal.models import Attachment
from apps.people.models import Person
from apps.questionnaires.enums import FieldKind
from apps.servicedesk.models import Request
from apps.servicedesk.services.errors import UnableToFile


def write_answers(request: Request, answers: Mapping[str, object], *, person: Person, at: datetime) -> None:
    """Keep `answers` as they are and attach the files they name; unknown keys are left out."""
    answer_set = request.answer_set
    known = {field["key"] for field in answer_set.form_version.fields}
    answer_set.answers = {key: value for key, value in answers.items() if key in known}
    answer_set.version += 1
    answer_set.updated_at = at
    answer_set.save(update_fields=["answers", "version", "updated_at"])
    attach_files(request, person=person)


def attach_files(request: Request, *, person: Person) -> None:
    """The person's own waiting files that the answers name become files of the request. Raises UnableToFile."""
    keys = file_keys(request)
    if not keys:
        return
    files = list(Attachment.objects.filter(key__in=keys))
    try:
        attach(files, to=request, person=person, role="answer")
    except UnableToAttach as error:
        raise UnableToFile(str(error)) from error


def file_keys(request: Request) -> list[str]:
    """The attachment keys in the answers."""
    answers = request.answer_set.answers
    kinds = {field["key"]: field["kind"] for field in request.answer_set.form_version.fields}
    values = [answers[key] for key, kind in kinds.items() if kind == FieldKind.FILE and answers.get(key)]
    return [str(key) for value in values for key in (value if isinstance(value, list) else [value])]


def missing_answers(request: Request) -> list[str]:
    """Keys of the requester's fields that are needed and not answered."""
    return []


def labels(request: Request, keys: Iterable[str]) -> list[Mapping[str, str]]:
    """The labels of fields, in the order of the form."""
    wanted = set(keys)
    return [field["label"] for field in request.answer_set.form_version.fields if field["key"] in wanted]
