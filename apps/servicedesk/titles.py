"""The title of a request: what was asked for, and the answers that tell it from others of its kind."""

from apps.core.text import localized
from apps.servicedesk.models import Request

LENGTH = 200


def title_of(request: Request) -> str:
    """Service name and the answers its service names for the title, in the requester's language."""
    language = request.requester.language
    fields = {field["key"]: field for field in request.answer_set.form_version.fields}
    answers = request.answer_set.answers
    parts = [
        shown(fields[key], answers[key], language)
        for key in request.service.title_fields
        if key in fields and answers.get(key) not in (None, "", [])
    ]
    name = localized(request.service.name, language)
    return (
        (f"{name}：{'，'.join(parts)}" if language.startswith("zh") else f"{name}: {', '.join(parts)}")[:LENGTH]
        if parts
        else name
    )


def shown(field: dict[str, object], value: object, language: str) -> str:
    """One answer as people read it: the label of a choice, the text of everything else, on one line."""
    labels = {choice["value"]: choice["label"] for choice in field.get("choices") or []}
    values = value if isinstance(value, list) else [value]
    return " ".join(" ".join(localized(labels.get(one, str(one)), language) for one in values).split())
