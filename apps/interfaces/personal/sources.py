"""Where the portal holds something about a person: read for the person's own copy, or left out with the reason.

A test goes through every foreign key to a person and fails when one stands in neither list.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Source:
    """Rows of `model` that name the person in one of `people`, and what is told of each. `only`: further conditions."""

    model: str
    people: tuple[str, ...]
    fields: tuple[str, ...]
    only: dict[str, object] = field(default_factory=dict)

    @property
    def keys(self) -> set[str]:
        """The foreign keys that it covers; a path over another row covers none of its own."""
        return {f"{self.model}.{name}" for name in self.people if "__" not in name}


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PEOPLE = (
    Source("people.Post", ("person",), words("unit__code role title valid_from valid_to is_main")),
    Source("people.Membership", ("person",), words("group__code group__name added_at")),
    Source("people.Group", ("owner",), words("code name kind ends_on")),
    Source(
        "people.Deputy",
        ("principal", "deputy", "created_by"),
        words("principal__name deputy__name scope starts_at ends_at reason revoked_at"),
    ),
    Source("people.ContactPoint", ("person",), words("kind value is_primary verified_at dead_at dead_cause")),
    Source("people.Invitation", ("person",), words("created_at expires_at used_at")),
)
SESSIONS = (
    Source("usersessions.UserSession", ("user",), words("created_at ip last_seen_at user_agent")),
    Source("account.EmailAddress", ("user",), words("email verified primary")),
    Source("mfa.Authenticator", ("user",), words("type created_at last_used_at")),
    Source("socialaccount.SocialAccount", ("user",), words("provider uid last_login date_joined")),
    Source("delivery.BrowserSubscription", ("person",), words("host user_agent created_at last_ok_at ended_at")),
)
ANSWERS, VERSION = "answer_set__answers", "answer_set__form_version"  # what of the answers is told: reading.py
REQUESTS = (
    Source(
        "servicedesk.Request",
        ("requester",),
        words(
            "number service__code service__name title state priority requester__number filed_by__number "
            "created_at submitted_at due_at closed_at rating rating_note answer_set__answers imported__old_number "
            "imported__details"
        ),
    ),
    Source(
        "servicedesk.RequestMessage",
        ("request__requester",),
        words("request__number author__name body at"),
        {"internal": False},
    ),
    Source("servicedesk.RequestMessage", ("author",), words("request__number body at"), {"internal": False}),
    Source("servicedesk.Return", ("request__requester",), words("request__number fields note at corrected_at")),
    Source(
        "servicedesk.Certificate",
        ("person",),
        words("number language printed extra issued_at expires_at revoked_at revoke_reason"),
    ),
    Source("servicedesk.PaperBatchRow", ("person",), words("batch__service__code place state printed")),
    Source(
        "seals.SealUse",
        ("requested_by",),
        words("seal__code reference title asked_at allowed made spoiled state explanation finished_at"),
    ),
    Source(
        "servicedesk.Consent",
        ("request__requester",),
        words("request__number asked_by note noted_at objected_at objection settled_at settlement"),
    ),
    Source(
        "servicedesk.ThirdPartyWait", ("request__requester",), words("request__number party expected_on at ended_at")
    ),
    Source("servicedesk.MailIn", ("person",), words("request__number sender subject text received_at state")),
    Source("servicedesk.Participant", ("person",), words("request__number may_act sees_papers added_at ended_at")),
    Source("servicedesk.Watcher", ("person",), words("request__number mentioned added_at ended_at")),
    Source("servicedesk.Merge", ("request__requester",), words("request__number into__number merged_at undone_at")),
    Source(
        "servicedesk.Recurrence",
        ("origin__requester",),
        words(
            "origin__number frequency weekday month_day month nth starts_on ends_on time day_off files_itself state "
            "next_at created_at answer_set__answers"
        ),
    ),
    Source(
        "servicedesk.Recurrence",
        ("kept_by",),
        words(
            "origin__number frequency weekday month_day month nth starts_on ends_on time day_off files_itself state "
            "next_at created_at"
        ),
    ),
    Source("servicedesk.StatusLink", ("made_by", "revoked_by"), words("request__number made_at revoked_at")),
    Source("servicedesk.TimeSpent", ("person",), words("request__number minutes word at")),
    Source("servicedesk.ArticleOpening", ("person",), words("article__title service__code at")),
    Source("knowledge.Feedback", ("person",), words("article__title helped word at")),
)
TASKS = (
    Source("tasks.Task", ("owner",), words("title words given_at due_on state ended_at")),
    Source("tasks.Report", ("author",), words("task__title text at")),
    Source(
        "assignments.Part",
        ("person",),
        words("assignment__title unit__code asks due_at state signed_at named_at delivered_at ended_at"),
    ),
    Source("assignments.Report", ("author",), words("part__assignment__title round text count at")),
    Source("servicedesk.SavedView", ("owner",), words("name query scope created_at")),
    Source("servicedesk.CannedReply", ("owner",), words("name body changed_at")),
    Source("servicedesk.Skill", ("person",), words("service__code")),
    Source("servicedesk.UnitHandler", ("person",), words("service__code unit__code")),
    Source("knowledge.Article", ("owner",), words("title state created_at review_on")),
    Source(
        "documents.Reader", ("person",), words("circulation__document__number state given_at opened_at read_at excuse")
    ),
    Source("documents.Opinion", ("author",), words("document__number kind decision words at")),
    Source("documents.Concerned", ("person",), words("document__number why added_at ended_at")),
    Source("documents.Document", ("handler",), words("number title state registered_at due_at closed_at")),
    Source("dashboard.DailyWord", ("person",), words("day things")),
    Source(
        "dispatch.Draft",
        ("drafter",),
        words("document__number document__title document__state document__created_at document__dated_on"),
    ),
    Source("seals.Keeping", ("person",), words("seal__code role starts_at ends_at note")),
    Source("seals.Handover", ("giver", "taker"), words("seal__code state note given_at taken_at")),
    Source("seals.Outing", ("taker", "companion"), words("seal__code place from_at due_at returned_at return_note")),
)
FILES = (Source("journal.Attachment", ("uploaded_by",), words("name uploaded_at blob__size blob__sha256 role")),)
NOTICES = (
    Source(
        "notices.Obligation",
        ("person",),
        words(
            "notice__number notice__title state created_at opened_at acknowledged_at answered_at receipt_number excuse "
            "reminders"
        ),
    ),
    Source("delivery.Delivery", ("person",), words("message__source channel address state created_at handed_off_at")),
    Source("delivery.Evidence", ("person",), words("message__source kind happened_at recorded_at")),
    Source("notices.DailyReminder", ("person",), words("day")),
    Source("notices.SecretaryLetter", ("person",), words("day")),
    Source("notices.MissingRow", ("person",), words("notice__number kind put_back_at settled_at")),
    Source("notices.Round", ("only_person",), words("notice__number number kind created_at")),
    Source("notices.Notice", ("sender",), words("number title state created_at published_at")),
    Source("notices.SavedAudience", ("owner",), words("name created_at")),
    Source("notices.NoticeTemplate", ("owner",), words("name created_at")),
    Source("notices.Series", ("sender",), words("name created_at")),
    Source("relays.Reminder", ("person",), words("day")),
    Source("reports.Subscription", ("person",), words("rhythm started_at stopped_at")),
)
REPLIES = (
    Source(
        "replies.Reply",
        ("obligation__person",),
        words("collection__notice__number state answer_set__answers return_note handed_in_at confirmed_at"),
    ),
    Source(
        "replies.ReplyEvent", ("actor",), words("reply__collection__notice__number kind number at note receipt_number")
    ),
)
DECISIONS = (
    Source("approvals.Step", ("approver", "decided_by"), words("name state asked_at decided_at note")),
    Source("journal.Entry", ("actor",), words("at verb subject_type__model note via"), {"internal": False}),
)
PROGRAMS = (
    Source("interfaces.Integration", ("owner",), words("name purpose is_active confirmed_at created_at")),
    Source(
        "interfaces.Token",
        ("integration__owner",),
        words("integration__name hint scopes networks created_at expires_at last_used_at revoked_at"),
    ),
    Source("interfaces.PersonalExport", ("person",), words("asked_at made_at state reason asked_by__name")),
    Source("journal.ListExport", ("person",), words("listing query asked_at rows state")),
)
WORK = "done for the office and about others; that the person did it stands in the history (journal.Entry.actor)"
TECHNICAL = "technical, without words; gone after a day"
OTHERS = "says which of the office did something to the person's row; the row itself is in the copy"
LEFT_OUT: dict[str, str] = {
    **dict.fromkeys(
        words(
            "imports.Batch.created_by imports.Batch.asked_by questionnaires.FormVersion.published_by "
            "delivery.Message.created_by delivery.Suppression.lifted_by delivery.InboundMail.settled_by "
            "delivery.StatusReport.settled_by notices.TemplateVersion.made_by notices.Round.started_by "
            "notices.MissingRow.settled_by notices.Edition.published_by notices.FileReport.asked_by "
            "notices.Occurrence.decided_by replies.Collection.created_by replies.Reply.confirmed_by "
            "replies.SignOff.first_signer replies.SignOff.second_signer relays.Relay.created_by "
            "reports.Subscription.started_by "
            "relays.RelayLine.added_by relays.RelayLine.stand_in relays.RelayLine.signed_by "
            "relays.RelayLine.signed_for relays.RelayLine.reported_by relays.RelayLine.decided_by "
            "relays.Extension.asked_by relays.Extension.asked_for relays.Extension.decided_by "
            "relays.Extension.decided_for assignments.Assignment.given_by assignments.Assignment.ended_by "
            "assignments.Part.added_by assignments.Part.stand_in assignments.Part.signed_by "
            "assignments.Part.excused_by assignments.Verdict.by assignments.Call.by assignments.Call.person "
            "assignments.DueEntry.by assignments.Extension.asked_by assignments.Extension.decided_by "
            "servicedesk.Request.handler servicedesk.Request.filed_by "
            "servicedesk.Return.returned_by servicedesk.Certificate.issued_by "
            "interfaces.Integration.created_by interfaces.Token.created_by "
            "interfaces.Token.revoked_by interfaces.PersonalExport.asked_by people.Invitation.created_by "
            "admin.LogEntry.user documents.Document.created_by documents.Concerned.added_by documents.Edition.made_by "
            "documents.Incoming.received_by documents.DocumentNumber.issued_by documents.DocumentNumber.voided_by "
            "documents.Link.made_by documents.Circulation.started_by documents.Reader.read_by "
            "documents.Reader.added_by documents.Proposal.readers documents.Filing.filed_by "
            "documents.IssuedNotice.made_by "
            "knowledge.ArticleVersion.made_by seals.Impression.by seals.Impression.witness "
            "seals.Keeping.appointed_by seals.Outing.released_by seals.Outing.returned_to seals.SealUse.approved_by "
            "seals.SealUse.asked_by seals.SealUse.finished_by seals.Specimen.added_by servicedesk.Consent.noted_by "
            "servicedesk.Consent.settled_by servicedesk.EscalationRule.made_by servicedesk.EscalationRule.person "
            "servicedesk.LegalHold.placed_by servicedesk.LegalHold.lifted_by servicedesk.Link.made_by "
            "servicedesk.Link.ended_by servicedesk.MailIn.settled_by servicedesk.Merge.handler_before "
            "servicedesk.Merge.merged_by servicedesk.Merge.undone_by servicedesk.PaperBatch.created_by "
            "servicedesk.PaperBatch.issued_by servicedesk.PaperVersion.published_by servicedesk.Participant.added_by "
            "servicedesk.Participant.ended_by servicedesk.Request.urged_by servicedesk.ServiceStep.person "
            "servicedesk.TargetPolicy.made_by servicedesk.TaskTemplate.owner servicedesk.ThirdPartyWait.made_by "
            "servicedesk.Watcher.added_by tasks.Task.given_by dispatch.Draft.signer dispatch.Draft.no_seal_by "
            "dispatch.Draft.sent_by dispatch.Sent.by"
        ),
        WORK,
    ),
    **dict.fromkeys(
        words(
            "journal.Entry.on_behalf_of servicedesk.RequestMessage.on_behalf_of approvals.Step.on_behalf_of "
            "documents.Edition.on_behalf_of documents.Opinion.on_behalf_of documents.Filing.on_behalf_of "
            "seals.Impression.on_behalf_of tasks.Report.on_behalf_of replies.ReplyEvent.on_behalf_of "
            "delivery.Evidence.recorded_by assignments.Assignment.given_for assignments.Assignment.ended_for "
            "assignments.Part.added_for assignments.Part.signed_for assignments.Part.excused_for "
            "assignments.Report.on_behalf_of assignments.Verdict.on_behalf_of assignments.DueEntry.on_behalf_of "
            "assignments.Extension.asked_for assignments.Extension.decided_for"
        ),
        OTHERS,
    ),
    "people.Group.members": "the same as people.Membership.person",
    "questionnaires.AnswerSet.filled_by": "the answers stand with the request or collection that they belong to",
    "journal.FormReceipt.person": TECHNICAL,
    **dict.fromkeys(
        words("servicedesk.EscalationWord.person servicedesk.EscalationDay.person servicedesk.Turn.person"),
        "counts for whom the portal spoke up, or whose turn it is; without words",
    ),
    "servicedesk.StartView.person": "which saved view a list begins with",
    "servicedesk.LegalHold.person": "why the office keeps something is told by the office, on asking",
    "delivery.ReplyRoute.person": "an address for answers by mail: a secret, without words",
    "django_cas_ng.ProxyGrantingTicket.user": "a ticket of campus sign-in: a secret, without words",
}
