"""Stop an upload that is too large while it arrives, before it fills the disk."""

from collections.abc import Callable

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

FILES_IN_ONE = 4  # a request may bring this many files of the greatest size


class SizeLimitHandler(FileUploadHandler):
    """Ends reading once a file has more than UPLOAD_MAX_BYTES, or a request FILES_IN_ONE times as many.

    `request.upload_too_large` says so (core.middleware.large_uploads).
    """

    chunk_size = 256 * 1024
    received_in_all = 0

    def new_file(self, *args: object, **kwargs: object) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        self.received_in_all += len(raw_data)
        most = settings.UPLOAD_MAX_BYTES
        if self.received > most or self.received_in_all > FILES_IN_ONE * most:
            self.request.upload_too_large = True
            raise StopUpload(connection_reset=False)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


def answers_large_uploads(view: Callable) -> Callable:
    """Mark a view that tells of a too large upload itself (a part of a page); others get the 413 page."""
    view.answers_large_uploads = True
    return view
