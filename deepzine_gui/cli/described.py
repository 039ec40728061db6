"""A dataset in numbers, as lines for a reader and as fields for a program."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deepzine_gui.dataset.describing import Description
from deepzine_gui.dataset.values import MissingPage, RefusedDocument
from deepzine_gui.progress import Finished
from deepzine_gui.words import count_text, size_text

_SHOWN = 8
_WIDTH = 12


@dataclass(frozen=True, slots=True)
class Described(Finished):
    """The end of ``deepzine dataset info``; the fields are those of `Description`."""

    count: int = 0
    kept: int = 0
    set_aside: dict[str, int] | None = None
    documents: dict[str, int] | None = None
    labels: dict[str, int] | None = None
    labels_kept: dict[str, int] | None = None
    missing: tuple[MissingPage, ...] = ()
    refused: tuple[RefusedDocument, ...] = ()
    unfinished: dict[str, int] | None = None
    settings: dict[str, Any] | None = None
    rules: dict[str, Any] | None = None
    size_bytes: int = 0
    changed: str = ""


def described(path: Path, found: Description) -> Described:
    """Return the event that tells all of `found`."""
    return Described(
        "\n".join(_lines(path, found)),
        path,
        count=found.count,
        kept=found.kept,
        set_aside=dict(found.set_aside),
        documents=dict(found.documents),
        labels=dict(found.labels),
        labels_kept=dict(found.labels_kept),
        missing=found.missing,
        refused=found.refused,
        unfinished=dict(found.unfinished),
        settings=found.settings.model_dump(mode="json"),
        rules=found.rules.model_dump(mode="json"),
        size_bytes=found.size_bytes,
        changed=found.changed,
    )


def _lines(path: Path, found: Description) -> list[str]:
    settings = found.settings
    kind = f"{settings.resolution} px, {settings.colour}"
    size = size_text(found.size_bytes)
    changed = found.changed[:16].replace("T", " ")
    lines = [f"{path}: {count_text(found.count, 'pages')} of {kind}, {size}, changed {changed}"]
    aside = f"{found.count - found.kept:,}"
    if found.set_aside:
        aside += f" ({_numbers(dict(found.set_aside))})"
    rows = {
        "kept": f"{found.kept:,}",
        "set aside": aside,
        "documents": f"{len(found.documents):,} ({_numbers(dict(found.documents))})",
        "labels": _labels(found) or "none",
        "left out": _left_out(found),
        "pages": _values(settings.model_dump()),
        "rules": _values(found.rules.model_dump()),
    }
    if found.unfinished:
        rows["unfinished"] = _unfinished(dict(found.unfinished))
    return lines + [f"  {name:{_WIDTH}}{text}" for name, text in rows.items()]


def _numbers(numbers: dict[str, int]) -> str:
    return _listed([f"{name} {number:,}" for name, number in numbers.items()])


def _labels(found: Description) -> str:
    """For example "(none) 8, map 3 (1 kept)"."""
    told = []
    for label, number in found.labels.items():
        kept = found.labels_kept[label]
        told.append(f"{label or '(none)'} {number:,}" + (f" ({kept:,} kept)" * (kept < number)))
    return _listed(told)


def _listed(told: list[str]) -> str:
    return ", ".join(told[:_SHOWN]) + (" …" if len(told) > _SHOWN else "")


def _left_out(found: Description) -> str:
    """For example "2 documents that could not be read (a.pdf, b.pdf)"."""
    told = []
    if found.refused:
        names = _listed([one.name for one in found.refused])
        told.append(
            f"{count_text(len(found.refused), 'documents')} that could not be read ({names})"
        )
    if found.missing:
        first = found.missing[0]
        why = f"{first.document} page {first.page}: {first.reason}"
        told.append(f"{count_text(len(found.missing), 'pages')} that could not be rendered ({why})")
    return "; ".join(told) or "no page"


def _unfinished(pages: dict[str, int]) -> str:
    documents = count_text(len(pages), "documents")
    return f"{count_text(sum(pages.values()), 'pages')} of {documents} still to come: build again"


def _values(values: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in values.items())
