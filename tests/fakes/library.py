"""A loopback archive of a few hundred real small PDFs."""

from tests.fakes.archive_server import ArchiveServer
from tests.fakes.small_pdf import small_pdf


def fill(server: ArchiveServer, count: int, *, padding_bytes: int = 0) -> dict[str, bytes]:
    """Add items ``book-000`` … to the collection ``zines``; return their documents."""
    documents = {
        f"book-{number:03d}": small_pdf(1 + number % 3, salt=number, padding_bytes=padding_bytes)
        for number in range(count)
    }
    for name, content in documents.items():
        server.add(name, content)
    return documents
