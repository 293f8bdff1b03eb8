"""What goes in and out, as the OpenAPI document shows it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

Note = Annotated[str, Field(max_length=4000, description="Words that the other side reads.", examples=["請補上影本。"])]
Files = Annotated[
    list[UUID], Field(max_length=10, description="Keys of files that were sent to /attachments by this person.")
]


class Given(Schema):
    """Something that is sent in: what is not known is refused, so that a slip of a name is not lost."""

    model_config = ConfigDict(extra="forbid")


class PersonOut(Schema):
    number: str
    name: str


class UnitOut(Schema):
    code: str
    name: str


class FoundPerson(PersonOut):
    unit: UnitOut | None


class AreaOut(Schema):
    code: str
    name: str


class ServiceOut(Schema):
    code: str
    name: str
    description: str
    area: AreaOut
    keywords: str
    product: str


class ServiceWithForm(ServiceOut):
    form: dict[str, Any] | None = Field(description="JSON Schema of the answers; null while no form is published.")


class ServiceList(Schema):
    items: list[ServiceOut]


class FileOut(Schema):
    key: UUID
    name: str
    size: int
    content_type: str
    sha256: str


class AnswerOut(Schema):
    key: str
    label: str
    text: str = Field(description="The answer in words.")
    value: Any = Field(description="The answer as it is sent in; people by their number.")
    files: list[FileOut]


class ReturnOut(Schema):
    fields: list[str] = Field(description="Keys of the answers that may be changed.")
    note: str
    at: datetime


class RequestOut(Schema):
    id: int
    number: str | None
    service: str
    service_name: str
    title: str
    state: str
    state_name: str
    priority: int
    requester: PersonOut
    filed_by: PersonOut
    handler: PersonOut | None
    requester_unit: UnitOut | None
    unit: UnitOut
    created_at: datetime
    submitted_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    last_event_at: datetime
    rating: int | None
    version: int
    url: str


class RequestDetail(RequestOut):
    answers: list[AnswerOut]
    open_return: ReturnOut | None
    certificates: list[str]
    allowed: list[str] = Field(description="What the owner of the token may do with it now.")


class RequestList(Schema):
    items: list[RequestOut]
    next: str | None = Field(description="The cursor of the next page; null at the end.")


class MessageOut(Schema):
    id: int
    author: PersonOut
    on_behalf_of: PersonOut | None
    body: str
    internal: bool
    at: datetime
    files: list[FileOut]


class MessageList(Schema):
    items: list[MessageOut]
    next: str | None


class CertificateOut(Schema):
    number: str
    kind: str = Field(description="The code of its template.")
    language: str
    request: int | None = Field(description="Empty for one that was issued to a whole class.")
    state: str
    state_name: str
    issued_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    replaced_by: str | None
    has_paper: bool


class CertificateList(Schema):
    items: list[CertificateOut]
    next: str | None


class PrintedLine(Schema):
    label: str
    value: str


class Verdict(Schema):
    number: str
    state: str
    state_name: str
    is_valid: bool
    printed: list[PrintedLine] = Field(description="What stands on the sheet; compare it.")


Answers = Annotated[
    dict[str, Any], Field(description="By key, as the service's form says.", examples=[{"purpose": "簽證"}])
]


class NewRequest(Given):
    service: str = Field(max_length=40, examples=["enrolment-certificate"])
    answers: Answers = {}
    submit: bool = Field(True, description="False keeps a draft.")
    for_number: str = Field("", max_length=40, description="The office files for somebody: the person's number.")
    consent: str = Field("", max_length=200, description="How that person asked; needed with for_number.")


class NewAnswers(Given):
    answers: Answers


class Word(Given):
    body: Note
    files: Files = []


class Reason(Given):
    note: Note


class Rating(Given):
    rating: int = Field(ge=1, le=5)
    note: str = Field("", max_length=500)


class Assignment(Given):
    handler: str = Field(max_length=40, description="The number of a clerk or the director.")


class ReturnAsked(Given):
    fields: list[Annotated[str, Field(max_length=40)]] = Field(min_length=1, max_length=60)
    note: Note


class Completion(Given):
    note: str = Field("", max_length=4000)
    template: str = Field(
        "",
        max_length=40,
        description="Which certificate, by the code of its template: needed where the service gives several.",
        examples=["enrolment"],
    )


class CheckedLink(Given):
    link: str = Field(max_length=300, description="The address in the QR code, or its last part.")
