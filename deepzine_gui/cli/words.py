"""Events in words and numbers a person reads."""

from deepzine_gui.archive.events import DocumentChanged
from deepzine_gui.cli.measured import table
from deepzine_gui.dataset import PagesAdded
from deepzine_gui.progress import Event, Finished, Notice
from deepzine_gui.training.events import StageChanged, StepReport
from deepzine_gui.training.measures.values import Evaluated
from deepzine_gui.words import count_text


def sentence(event: Event) -> str:
    """What an event says in one line, or "" where it says nothing worth a line."""
    match event:
        case Notice(text, "warning"):
            return f"Warning: {text}"
        case Notice(text):
            return text
        case Evaluated():
            return table(event)
        case Finished(summary):
            return summary
        case DocumentChanged():
            return _of_document(event)
        case PagesAdded(document, pages, first=first, last=last):
            return f"{document}: {count_text(pages, 'pages')} (pages {first} to {last})"
        case StageChanged(resolution=resolution, fading=fading):
            return f"{resolution} px, {'fading in' if fading else 'stable'}"
    return ""


def _of_document(event: DocumentChanged) -> str:
    name = event.identifier
    match event.state:
        case "failed" | "restricted" as state:
            return f"Warning: {name}: {event.reason or state}"
        case "skipped":
            return f"{name}: {event.reason}"
        case "done":
            told = f"{name}: {'already here' if event.was_here else 'downloaded'}"
            return f"{told} ({event.reason.rstrip('.')})" if event.reason else told
    return ""


def state(event: Event) -> str:
    """What an event adds to the progress line, or ""."""
    match event:
        case StepReport(resolution=resolution, d_loss=d_loss, g_loss=g_loss):
            return f"{resolution} px, losses D {d_loss:.2f} G {g_loss:.2f}"
    return ""
