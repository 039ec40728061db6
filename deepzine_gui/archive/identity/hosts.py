"""Which archive is asked."""

import os

HOST_VARIABLE = "DEEPZINE_ARCHIVE_HOST"
"""Names another server than the public one, as ``host:port``, reached without TLS."""

PUBLIC_HOST = "archive.org"


def archive_host() -> str:
    """The archive that is asked, with its port if it is not the public one."""
    return os.environ.get(HOST_VARIABLE, "").strip() or PUBLIC_HOST
