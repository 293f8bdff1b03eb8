"""What a new draft takes along from another request: answers that still fit, files, messages."""

from collections.abc import Collection, Iterable

from django.db import models

from apps.journal.models import Attachment
from apps.people.models import Person
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.enums import FieldKind
from apps.questionnaires.models import AnswerSet, FormVersion
from apps.questionnaires.prefill import answers_from
from apps.servicedesk.models import Request, RequestMessage


def carried_answers(
    request: Request, version: FormVersion, *, person: Person, only: Collection[str] | None = None
) -> dict[str, object]:
    """Answers of `request` that fit `version` (of these keys alone, with `only`). Their files are copied as waiting
    ones of `person`: the old request keeps its own.
    """
    found = answers_from(request.answer_set, version)
    found = {key: value for key, value in found.items() if only is None or key in only}
    for field in read_fields(version):
        if field.kind == FieldKind.FILE and field.key in found:
            found[field.key] = copied_files(request, found[field.key], person)
    return {key: value for key, value in found.items() if value}


def without_files(answer_set: AnswerSet) -> dict[str, object]:
    """The answers as they are, but for files: those belong to one request."""
    files = {field.key for field in read_fields(answer_set.form_version) if field.kind == FieldKind.FILE}
    return {key: value for key, value in answer_set.answers.items() if key not in files}


def copied_files(request: Request, value: object, person: Person) -> list[str] | str | None:
    """The keys of copies, in the shape of the answer; what is no file of the request is left out."""
    keys = [str(key) for key in (value if isinstance(value, list) else [value])]
    files = {str(file.key): file for file in Attachment.objects.of(request).filter(key__in=keys)}
    made = [str(copy_file(files[key], None, person).key) for key in keys if key in files]
    return made if isinstance(value, list) else (made[0] if made else None)


def copy_file(file: Attachment, to: models.Model | None, person: Person | None) -> Attachment:
    """The same bytes under a key of its own."""
    made = Attachment(blob=file.blob, name=file.name, uploaded_by=person)
    if to is not None:
        made.subject = to
    made.save()
    return made


def copy_messages(messages: Iterable[RequestMessage], to: Request) -> None:
    """The same words of the same people at the same moments, with their files; the old ones stay where they are."""
    for message in messages:
        made = RequestMessage.objects.create(
            request=to,
            author_id=message.author_id,
            on_behalf_of_id=message.on_behalf_of_id,
            body=message.body,
            internal=message.internal,
            at=message.at,
            copied_from=message,
        )
        for file in Attachment.objects.of(message):
            copy_file(file, made, file.uploaded_by)
