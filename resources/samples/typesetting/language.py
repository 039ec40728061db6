"""An invented language: seeded syllables make a lexicon, the lexicon makes sentences."""

import random
from collections.abc import Sequence

_ONSETS = (
    "b",
    "br",
    "d",
    "f",
    "gr",
    "k",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "qu",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
    "z",
)
_VOWELS = ("a", "e", "i", "o", "u", "ae", "ou", "ie")
_CODAS = ("", "", "", "l", "m", "n", "nd", "r", "rk", "s", "st", "th")
_LEXICON_SIZE = 700


class Tongue:
    """One dialect; two tongues of the same seed say the same.

    Few words are frequent and many are rare: the rank of a word is drawn so that its
    frequency falls with about 1 / rank (Zipf's law).
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        # Every dialect prefers some sounds, so that two documents do not look alike.
        self._onsets = self.random.sample(_ONSETS, 12)
        self._vowels = self.random.sample(_VOWELS, 6)
        self._codas = self.random.sample(_CODAS, 8)
        self._particles = [self._spell(1) for _ in range(24)]
        words = {self._spell(self.random.choice((1, 2, 2, 2, 3))) for _ in range(_LEXICON_SIZE)}
        # As in living languages, short words are the frequent ones.
        self._lexicon = sorted(words, key=lambda word: (len(word), word))

    def _spell(self, syllables: int) -> str:
        pick = self.random.choice
        return "".join(
            pick(self._onsets) + pick(self._vowels) + pick(self._codas) for _ in range(syllables)
        )

    def word(self) -> str:
        """A word in small letters."""
        if self.random.random() < 0.3:
            return self.random.choice(self._particles)
        rank = int(len(self._lexicon) ** self.random.random()) - 1
        return self._lexicon[rank]

    def title(self, words: int) -> str:
        """That many long enough words, each with a capital."""
        chosen: list[str] = []
        while len(chosen) < words:
            word = self.random.choice(self._lexicon)
            if 4 <= len(word) <= 9:
                chosen.append(word.capitalize())
        return " ".join(chosen)

    def sentence(self) -> str:
        """Five to sixteen words, now and then with a comma, closed by a full stop."""
        words = [self.word() for _ in range(self.random.randint(5, 16))]
        if len(words) > 8:
            words[self.random.randint(2, 5)] += ","
        if self.random.random() < 0.3:
            place = self.random.randrange(1, len(words))
            words[place] = words[place].capitalize()
        return " ".join(words).capitalize() + self.random.choice(".....!?")

    def paragraph(self, words: int) -> str:
        """Sentences until there are at least that many words."""
        sentences: list[str] = []
        count = 0
        while count < words:
            sentences.append(self.sentence())
            count += sentences[-1].count(" ") + 1
        return " ".join(sentences)

    def choice(self, options: Sequence[str]) -> str:
        """One of the options, from the same stream of chance."""
        return self.random.choice(options)
