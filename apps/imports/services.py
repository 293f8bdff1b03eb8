"""A batch's way: received, checked (dry run), brought in, undone. One validator judges the dry run and the commit."""

from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from apps.core.clock import now
from apps.imports.enums import OPEN_STATES, BatchState, Verdict
from apps.imports.judging import judge_rows
from apps.imports.models import Batch, Row
from apps.imports.progress import ProgressWriter
from apps.imports.queueing import queue_work
from apps.imports.reading import Unreadable
from apps.imports.registry import TARGETS
from apps.imports.saving import save_rows
from apps.imports.staging import stage_rows
from apps.imports.words import STAYED
from apps.journal.enums import Origin
from apps.journal.file_names import clean_name
from apps.journal.files import open_blob, refusal_words, store_bytes
from apps.journal.services import record
from apps.people.models import Person

STUCK_AFTER = timedelta(minutes=2)
TASK_OF_STATE = {BatchState.CHECKING: "imports.check", BatchState.COMMITTING: "imports.commit"}
LOCK_SPACE = 4711  # advisory locks of imports; the second number is the batch, or 0 for "somebody writes"


class UnableToCheck(Exception):
    """The batch is already brought in, or somebody is at it."""


class UnableToCommit(Exception):
    """Rows are refused, the batch is not checked, or another import is being brought in."""


class UnableToUndo(Exception):
    """The batch is not brought in, or people were changed since. `stayed` says how many rows stand in the way."""

    def __init__(self, message: str, stayed: int = 0) -> None:
        self.stayed = stayed
        super().__init__(message)


def stage(
    *,
    data: bytes,
    file_name: str,
    actor: Person | None,
    target: str = "roster",
    options: dict[str, object] | None = None,
    content_type: str = "application/octet-stream",
    at: datetime | None = None,
) -> Batch:
    """Keep the file and open a batch for it. Reading is `check`'s work: it may take long."""
    with transaction.atomic():
        batch = Batch.objects.create(
            target=TARGETS[target].code,
            blob=store_bytes(data, content_type=content_type, origin=Origin.PEOPLE),
            file_name=clean_name(file_name),
            options=options or {},
            created_by=actor,
            created_at=at or now(),
        )
        record(actor=actor, verb="received", obj=batch, at=at)
    return batch


def check(*, batch: Batch, actor: Person | None, at: datetime | None = None) -> Batch:
    """Read the file (once) and judge every row. Changes nothing but the batch and its rows.

    A file that cannot be read gives FAILED, one whose number or name column is not known RECEIVED; `problem` says why.
    Raises UnableToCheck.
    """
    at = at or now()
    with transaction.atomic():
        fresh = _claim(batch, UnableToCheck)
        if fresh.state not in OPEN_STATES:
            raise UnableToCheck(_("This import cannot be checked any more."))
        try:
            _check(fresh, actor, at)
        except Unreadable as error:
            fresh.state, fresh.problem = BatchState.FAILED, str(error)[:300]
        fresh.save()
        record(actor=actor, verb="checked", obj=fresh, changes={"counts": fresh.counts}, at=at)
    return fresh


def _check(batch: Batch, actor: Person | None, at: datetime) -> None:
    target = TARGETS[batch.target]
    if not batch.columns:
        if batch.blob.is_refused:
            raise Unreadable(refusal_words(batch.blob))
        # A savepoint: an unreadable file must leave no rows, but its batch stays to say what was wrong.
        with transaction.atomic(), open_blob(batch.blob) as stream:
            stage_rows(batch, stream.read(), target)
    known = set(batch.mapping.values())
    missing = [str(column.label) for column in target.columns if column.required and column.key not in known]
    if missing:
        batch.state, batch.counts = BatchState.RECEIVED, {}
        batch.problem = _("Say which column holds: %(columns)s.") % {"columns": ", ".join(missing)}
        return
    rows = _rows(batch)
    with ProgressWriter(batch, len(rows)):
        judge_rows(batch, rows, target, actor=actor, at=at)
        save_rows(rows)
    batch.state, batch.problem = BatchState.CHECKED, ""
    batch.total = batch.done = len(rows)


def commit(*, batch: Batch, actor: Person | None, accept_partial: bool = False, at: datetime | None = None) -> Batch:
    """Bring the batch in, whole or not at all, in one transaction; judged anew, because the portal may have changed.

    With `accept_partial` the good rows come in and the refused stay out. Brought in already: nothing happens.
    Raises UnableToCommit.
    """
    at = at or now()
    try:
        with transaction.atomic():
            fresh = _claim(batch, UnableToCommit)
            if fresh.state == BatchState.COMMITTED:
                return fresh
            if fresh.state not in (BatchState.CHECKED, BatchState.COMMITTING):
                raise UnableToCommit(_("This import was not checked yet."))
            _commit(fresh, actor, accept_partial, at)
    except IntegrityError as error:
        raise UnableToCommit(_("Somebody changed the same people meanwhile. Check again.")) from error
    return fresh


def _commit(batch: Batch, actor: Person | None, accept_partial: bool, at: datetime) -> None:
    target, rows = TARGETS[batch.target], _rows(batch)
    with ProgressWriter(batch, len(rows)) as progress:
        judge_rows(batch, rows, target, actor=actor, at=at)
        refused = batch.counts[Verdict.REFUSED]
        if refused and not accept_partial:
            raise UnableToCommit(_("%(count)s rows are refused; nothing was brought in.") % {"count": refused})
        target.commit(batch, rows, actor=actor, at=at, progress=progress)
        save_rows(rows)
    batch.state, batch.committed_at, batch.problem = BatchState.COMMITTED, at, ""
    batch.total = batch.done = len(rows)
    batch.save()
    record(actor=actor, verb="committed", obj=batch, changes={"counts": batch.counts}, at=at)


def undo(*, batch: Batch, actor: Person | None, leave_changed: bool = False, at: datetime | None = None) -> Batch:
    """Put back what the batch wrote. People who were changed or used since stand in the way.

    With `leave_changed` they stay as they are and the rest is undone; each such row keeps its reason. Undone already:
    nothing happens. Raises UnableToUndo.
    """
    at = at or now()
    with transaction.atomic():
        fresh = _claim(batch, UnableToUndo)
        if fresh.state == BatchState.UNDONE:
            return fresh
        if fresh.state != BatchState.COMMITTED:
            raise UnableToUndo(_("This import was not brought in."))
        if fresh.forgotten_at:
            raise UnableToUndo(_("This import was brought in too long ago; what undoing needs is not kept any more."))
        rows = _rows(fresh)
        with ProgressWriter(fresh, len(rows)) as progress:
            stayed = TARGETS[fresh.target].undo(fresh, rows, actor=actor, at=at, progress=progress)
        if stayed and not leave_changed:
            raise UnableToUndo(_("%(count)s people were changed or used since.") % {"count": len(stayed)}, len(stayed))
        fresh.state, fresh.undone_at = BatchState.UNDONE, at
        fresh.options["stayed"] = {str(key): code for key, code in stayed.items()}
        fresh.save()
        record(actor=actor, verb="undone", obj=fresh, changes={"stayed": len(stayed)}, at=at)
    return fresh


def stayed_words(batch: Batch) -> dict[int, str]:
    """Why rows were not undone: row id → words."""
    return {int(key): str(STAYED[code]) for key, code in batch.options.get("stayed", {}).items()}


def start_check(*, batch: Batch, actor: Person) -> None:
    """Hand the check to a worker; asking twice is harmless. Raises UnableToCheck."""
    changed = Batch.objects.filter(pk=batch.pk, state__in=OPEN_STATES)
    begun = {"asked_by": actor, "progress_at": now()}
    if not changed.update(state=BatchState.CHECKING, problem="", total=0, done=0, **begun):
        raise UnableToCheck(_("This import cannot be checked any more."))
    queue_work("imports.check", batch.pk, actor.pk)


def start_commit(*, batch: Batch, actor: Person, accept_partial: bool) -> None:
    """Hand the commit to a worker; asking twice is harmless. Raises UnableToCommit."""
    with transaction.atomic():
        fresh = Batch.objects.select_for_update().get(pk=batch.pk)
        if fresh.state == BatchState.COMMITTED:
            return
        if fresh.state not in (BatchState.CHECKED, BatchState.COMMITTING):
            raise UnableToCommit(_("This import was not checked yet."))
        if fresh.state == BatchState.CHECKED and fresh.counts.get(Verdict.REFUSED) and not accept_partial:
            raise UnableToCommit(_("Some rows are refused. Mend the file, or agree to bring in the good rows only."))
        if fresh.state == BatchState.CHECKED:
            fresh.options["accept_partial"] = accept_partial
        fresh.state, fresh.total, fresh.done = BatchState.COMMITTING, 0, 0
        fresh.asked_by, fresh.progress_at = actor, now()
        fresh.save(update_fields=["state", "options", "total", "done", "asked_by", "progress_at"])
        queue_work("imports.commit", batch.pk, actor.pk)


def resume_stuck(*, at: datetime) -> int:
    """Hand work that has not moved for STUCK_AFTER to a worker again, its message may be lost; gives how many.

    Harmless when the work goes on after all: who comes second finds the batch claimed, or done.
    """
    still = Q(progress_at__lt=at - STUCK_AFTER) | Q(progress_at__isnull=True)
    count = 0
    for state, task in TASK_OF_STATE.items():
        for pk in list(Batch.objects.filter(still, state=state).values_list("pk", flat=True)):
            with transaction.atomic():
                row = Batch.objects.filter(still, pk=pk, state=state).select_for_update(skip_locked=True).first()
                if row is None:
                    continue
                Batch.objects.filter(pk=pk).update(progress_at=at)
                queue_work(task, pk, row.asked_by_id or row.created_by_id)
                count += 1
    return count


def run_commit(*, batch: Batch, actor: Person | None) -> None:
    """The worker's part of `start_commit`: when it cannot be done, check anew and say why."""
    with translation.override(actor.language if actor else None):
        try:
            commit(batch=batch, actor=actor, accept_partial=bool(batch.options.get("accept_partial")))
        except UnableToCommit as error:
            Batch.objects.filter(pk=batch.pk, state=BatchState.COMMITTING).update(state=BatchState.CHECKED)
            fresh = check(batch=batch, actor=actor)
            Batch.objects.filter(pk=fresh.pk).update(problem=str(error)[:300])


def change_mapping(*, batch: Batch, mapping: dict[str, str], role: str, actor: Person) -> None:
    """Say which title means which column, and check again. Raises UnableToCheck."""
    with transaction.atomic():
        fresh = Batch.objects.select_for_update().get(pk=batch.pk)
        if fresh.state not in OPEN_STATES:
            raise UnableToCheck(_("This import cannot be checked any more."))
        fresh.mapping = mapping
        if role:
            fresh.options["role"] = role
        fresh.save(update_fields=["mapping", "options"])
        start_check(batch=fresh, actor=actor)


def confirm_rename(*, row: Row, actor: Person) -> None:
    """A person looked: this number has a new name. The row is judged again with the rest. Raises UnableToCheck."""
    with transaction.atomic():
        batch = Batch.objects.select_for_update().get(pk=row.batch_id)
        if batch.state not in OPEN_STATES:
            raise UnableToCheck(_("This import cannot be checked any more."))
        batch.options["renames"] = sorted({*batch.options.get("renames", []), row.pk})
        batch.save(update_fields=["options"])
        record(actor=actor, verb="rename_confirmed", obj=batch, changes={"line": row.line}, internal=True)
        start_check(batch=batch, actor=actor)


def _claim(batch: Batch, unable: type[Exception]) -> Batch:
    """The batch as it is now, ours until the transaction ends; its row stays unlocked, for progress."""
    keys = (0, batch.pk) if unable is not UnableToCheck else (batch.pk,)
    with connection.cursor() as cursor:
        # The limit of pages is for pages: between two statements a hundred thousand rows may be judged.
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '15min'; SET LOCAL statement_timeout = '2min'")
        for key in keys:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_SPACE, key])
            if not cursor.fetchone()[0]:
                raise unable(_("Another import is being worked on. Try again in a minute."))
    return Batch.objects.select_related("blob").get(pk=batch.pk)


def _rows(batch: Batch) -> list[Row]:
    return list(batch.rows.order_by("pk"))
