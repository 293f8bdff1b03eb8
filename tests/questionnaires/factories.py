"""Questions, forms and answers for tests."""

from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from apps.people.models import Person
from apps.questionnaires.forms import AnswersForm, build_form
from apps.questionnaires.models import AnswerSet, Form, FormVersion

sequence = count(1)
PDF = b"%PDF-1.4\n%%EOF\n"


def words(text: str) -> dict[str, str]:
    return {"zh-hant": text, "zh-hans": text, "en": text}


PURPOSE = {
    "key": "purpose",
    "kind": "choice",
    "label": words("用途"),
    "required": True,
    "choices": [{"key": "visa", "label": words("簽證")}, {"key": "other", "label": words("其他")}],
}
WHICH = {
    "key": "which",
    "kind": "text",
    "label": words("何種用途"),
    "required": True,
    "shown_if": {"field": "purpose", "operator": "is", "value": "other"},
}
PAPERS = {
    "key": "papers",
    "kind": "file",
    "label": words("附件"),
    "required_if": {"field": "purpose", "operator": "is", "value": "visa"},
    "limits": {"max_files": 2},
}
REGISTER = {"key": "register", "kind": "text", "label": words("學籍號"), "office_only": True, "required": True}
USUAL = [PURPOSE, WHICH, PAPERS, REGISTER]


def form(fields: list[dict] | None = None, **values: object) -> Form:
    key = next(sequence)
    return Form.objects.create(
        code=f"form-{key}", name=words("表單"), draft=USUAL if fields is None else fields, **values
    )


def version(fields: list[dict] | None = None, number: int = 1) -> FormVersion:
    made = form(fields)
    return FormVersion.objects.create(form=made, number=number, fields=made.draft)


def question(kind: str, key: str = "q", **parts: object) -> dict:
    return {"key": key, "kind": kind, "label": words(key), **parts}


def filled(
    asked: FormVersion, person: Person, text: str, *files: tuple[str, bytes], field: str = "papers", **options: object
) -> AnswersForm:
    """The form as a browser would send it: `text` is a query string."""
    sent = MultiValueDict({field: [SimpleUploadedFile(name, data) for name, data in files]} if files else {})
    return build_form(asked, data=QueryDict(text), files=sent, person=person, **options)


def answers(asked: FormVersion, person: Person, values: dict | None = None) -> AnswerSet:
    return AnswerSet.objects.create(form_version=asked, filled_by=person, answers=values or {})
