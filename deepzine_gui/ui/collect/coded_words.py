"""Words that many items share, each kept once and told by a small number."""

from collections.abc import Iterator


class Words:
    """Words by their codes; 0 is the empty one."""

    def __init__(self) -> None:
        self._words = [""]
        self._codes = {"": 0}

    def __getitem__(self, code: int) -> str:
        return self._words[code]

    def __len__(self) -> int:
        return len(self._words)

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def code(self, word: str) -> int:
        """The code of a word, a new one if need be."""
        code = self._codes.get(word)
        if code is None:
            code = self._codes[word] = len(self._words)
            self._words.append(word)
        return code
