"""Events in words and numbers a person reads."""

from deepzine_gui.archive.events import DocumentChanged
from deepzine_gui.dataset import PagesAdded
from deepzine_gui.progress import Event, Finished, Notice, Pace, Progress
from deepzine_gui.training.events import StageChanged, StepReport


def sentence(event: Event) -> str:
    """What an event says in one line, or "" where it says nothing worth a line."""
    match event:
        case Notice(text, "warning"):
            return f"Warning: {text}"
        case Notice(text):
            return text
        case Finished(summary):
            return summary
        case DocumentChanged(identifier, "failed" | "restricted" as state, reason=reason):
            return f"Warning: {identifier}: {reason or state}"
        case DocumentChanged(identifier, "done"):
            return f"{identifier}: downloaded"
        case PagesAdded(document, pages):
            return f"{document}: {pages:,} pages"
        case StageChanged(resolution=resolution, fading=fading):
            return f"{resolution} px, {'fading in' if fading else 'stable'}"
    return ""


def state(event: Event) -> str:
    """What an event adds to the progress line, or ""."""
    match event:
        case StepReport(resolution=resolution, d_loss=d_loss, g_loss=g_loss):
            return f"{resolution} px, losses D {d_loss:.2f} G {g_loss:.2f}"
    return ""


def progress(event: Progress, pace: Pace) -> str:
    """Done, total, rate and time left, as in ``120 of 900 pages, 35 pages/s, 22 s left: a.pdf``."""
    parts = [_amount(event)]
    if (rate := pace.rate) is not None:
        parts.append(_rate(rate, event.unit))
    if left := pace.seconds_left:
        parts.append(f"{duration(left)} left")
    return ", ".join(parts) + (f": {event.what}" if event.what else "")


def duration(seconds: float) -> str:
    """A length of time in at most two units: ``42 s``, ``7 min``, ``3 h 05 min``."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _amount(event: Progress) -> str:
    done, total, unit = event.done, event.total, event.unit
    if unit == "bytes":
        done, total, unit = done / 1e6, total and total / 1e6, "MB"
    digits = 0 if unit not in ("MB", "kimg") else 1
    whole = f" of {total:,.{digits}f}" if total is not None else ""
    return f"{done:,.{digits}f}{whole} {unit}"


def _rate(rate: float, unit: str) -> str:
    if unit == "bytes":
        return f"{rate / 1e6:.1f} MB/s"
    if unit == "kimg":
        return f"{rate * 1000:.0f} images/s"
    return f"{rate:.0f} {unit}/s" if rate >= 10 else f"{rate:.1f} {unit}/s"
