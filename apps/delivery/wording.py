"""In which words each row of a batch goes out: the person's language, else the first that the message has."""

from collections.abc import Sequence

from apps.delivery.models import Delivery, MessageText


class Words:
    """The texts of all messages of a batch, read in one query."""

    def __init__(self, rows: Sequence[Delivery]) -> None:
        self.texts: dict[int, dict[str, MessageText]] = {}
        found = MessageText.objects.filter(message__in={row.message_id for row in rows}).select_related("file")
        for words in found.order_by("pk"):
            self.texts.setdefault(words.message_id, {})[words.language] = words

    def of(self, row: Delivery) -> MessageText:
        texts = self.texts[row.message_id]
        language = row.person.language if row.person else ""
        return texts.get(language) or next(iter(texts.values()))
