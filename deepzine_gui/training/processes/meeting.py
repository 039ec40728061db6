"""How the processes of a run find each other, however often they have met before."""

import json
import uuid
from typing import Any

from torch import distributed as dist
from torch.distributed.rendezvous import rendezvous

from deepzine_gui.training.processes.agreement import Terms, look_at_terms
from deepzine_gui.training.processes.places import Place


class Meeting:
    """Agrees on a word that no earlier attempt has used, through a store that all can see.

    Torchrun's store outlives a restart, so what lies in it may be from processes that are dead.
    Each process that follows says a word of its own; the leading one answers it with the common
    word; and who has that says so. On the way each tells its terms, and looks at those of the
    leading process, which looks at all.

    Raises:
        RuntimeError: the store cannot be reached.
    """

    def __init__(self, place: Place, terms: Terms) -> None:
        self._place, self._terms = place, terms
        self._own = uuid.uuid4().hex
        self._word = self._own if place.rank == 0 else ""
        self._absent = set(range(1, place.size))
        if place.meeting is None:
            self._store: Any = next(rendezvous("env://"))[0]
        else:
            self._store = dist.FileStore(str(place.meeting), place.size)  # type: ignore[attr-defined]
        self._store.set(f"terms {self._own}", json.dumps(terms))
        if place.rank:
            self._store.set(f"own {place.rank}", self._own)

    def is_complete(self) -> bool:
        """Take the next step, without waiting; whether all are known to be here.

        Raises:
            DisagreementError: this process and another do not go together.
        """
        if self._place.rank:
            return self._is_answered()
        for rank in tuple(self._absent):
            if self._has(f"own {rank}"):
                self._store.set(f"answer {self._get(f'own {rank}')}", self._word)
            if self._has(f"here {rank} {self._word}"):
                self._absent.discard(rank)
                # only now is it sure that this is not what a dead process has left
                self._agree_with(self._get(f"own {rank}"))
        return not self._absent

    def store(self) -> Any:
        """A store with nothing in it, once the meeting is complete."""
        return dist.PrefixStore(self._word, self._store)  # type: ignore[attr-defined]

    def _is_answered(self) -> bool:
        if not self._has(f"answer {self._own}"):
            return False
        self._word = self._get(f"answer {self._own}")
        self._store.set(f"here {self._place.rank} {self._word}", "")
        self._agree_with(self._word)
        return True

    def _agree_with(self, word: str) -> None:
        """Look at the terms of a process by its own word; the leading one's is the common word."""
        look_at_terms(self._terms, json.loads(self._get(f"terms {word}")))

    def _has(self, key: str) -> bool:
        return bool(self._store.check([key]))

    def _get(self, key: str) -> str:
        return str(self._store.get(key).decode())
