"""What the journal tells those above it: it lies below whoever writes to people."""

from django.dispatch import Signal

# The scanner refused a file (`attachment.blob` says why). Sent in the transaction of the verdict, for each attachment
# that has the bytes, with `attachment`, `thing` (what has the file; the attachment itself while it waits) and `at`.
# A failure in a receiver undoes the verdict: the file goes on waiting and is looked at again.
file_refused = Signal()
