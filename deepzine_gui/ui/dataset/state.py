"""What there is on the Dataset bench, from which follows what it says and what to do next."""

from dataclasses import dataclass

from deepzine_gui.ui.dataset.words import rebuild_remark, unusable_remark
from deepzine_gui.words import count_text


@dataclass(frozen=True, slots=True)
class State:
    """A moment of the bench.

    Attributes:
        has_documents: the project has some.
        busy: a build or an import is running.
        importing: it is an import.
        opening: a dataset is being opened that is not on the screen yet.
        built: a dataset is open.
        current: it was made with the settings shown.
        trouble: why there is none, or what of it cannot be read.
        newcomers: documents that are not wholly in it.
        some_in_part: it has some pages of one of these.
        pages: on the screen.
        kept: how many of them are kept.
        summary: of the dataset, in words.
    """

    has_documents: bool
    busy: bool
    importing: bool
    opening: bool
    built: bool
    current: bool
    trouble: str
    newcomers: int
    some_in_part: bool
    pages: int
    kept: int
    summary: str

    @property
    def can_build(self) -> bool:
        """Whether a build can begin, or one is running."""
        return self.has_documents and not self.opening

    @property
    def why_again(self) -> str:
        """Why the dataset is to be built again, or ""."""
        return rebuild_remark(
            trouble=self.trouble,
            newcomers=self.newcomers if self.built else 0,
            some_in_part=self.some_in_part,
        )

    @property
    def remark(self) -> str:
        """What is said above the pages, or ""."""
        if self.busy or not self.built:
            return ""
        return self.why_again or unusable_remark(kept=self.kept)

    @property
    def mark(self) -> str:
        """The tab's small state mark."""
        if self.busy:
            return "●"
        return count_text(self.kept, "pages") if self.built else ""
