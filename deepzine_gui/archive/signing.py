"""Sign in at the archive: an e-mail address and a password become keys, and only those are kept."""

from collections.abc import Generator

from deepzine_gui.archive.connection.conversation import Archive
from deepzine_gui.archive.connection.crew import Crew
from deepzine_gui.archive.identity.keys import Account, keep_keys
from deepzine_gui.progress import Event, Finished, Progress


def sign_in_at(email: str, password: str) -> Generator[Event, None, None]:
    """See `deepzine_gui.archive.sign_in`."""
    crew = Crew()
    kept: list[Account] = []
    with Archive(crew) as archive:

        def work() -> None:
            kept.append(keep_keys(archive.host, email, archive.login(email, password)))

        yield from crew.run([work], lambda: Progress(0, None, "accounts", "signing in"))
    place = "the system's keyring" if kept[0].where == "keyring" else "a file only you can read"
    yield Finished(f"Signed in as {email}; the keys are kept in {place}, the password is not.")
