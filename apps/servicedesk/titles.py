"""The title of a request: what was asked for, and the answers that tell it from others of its kind."""

from django.utils import translation

from apps.core.text import localized
from apps.questionnaires.definitions import read_fields
from apps.questionnaires.display import lines_of
from apps.servicedesk.models import Request

LENGTH = 200


def title_of(request: Request) -> str:
    """Service name and the answers its service names for the title, in the requester's language, on one line."""
    language, wanted = request.requester.language, request.service.title_fields
    name = localized(request.service.name, language)
    fields = [each for each in read_fields(request.answer_set.form_version) if each.key in wanted]
    with translation.override(language):
        words = {line.key: " ".join(line.value.split()) for line in lines_of(fields, request.answer_set.answers)}
    parts = [words[key] for key in wanted if words.get(key)]
    if not parts:
        return name[:LENGTH]
    text = f"{name}：{'，'.join(parts)}" if language.startswith("zh") else f"{name}: {', '.join(parts)}"
    return text[:LENGTH]
