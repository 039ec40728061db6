"""All settings of a run that are not always in sight, by what they are about."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QTabWidget, QWidget

from deepzine_gui.networks import resolutions_to
from deepzine_gui.training import TrainingConfig
from deepzine_gui.ui.forms import SettingsForm
from deepzine_gui.ui.theme import GRID

_LEAST_HEIGHT = 16 * GRID

Columns = tuple[tuple[str, ...], ...]

GROUPS: dict[str, Columns] = {
    "Networks": (
        ("latent_size", "fmap_base", "fmap_max", "deviation_group"),
        ("growth", "conditional", "label_head"),
        ("precision", "devices", "graphs"),
    ),
    "Plan": (
        ("fade_kimg", "stable_kimg", "stage_steps", "seed"),
        ("minibatch", "minibatch_limits", "pages_at_once", "checkpoints_kept"),
        ("sample_kimg", "sample_steps", "checkpoint_minutes", "checkpoint_steps"),
    ),
    "Loss": (
        ("loss", "drift", "l1_weight", "l2_weight"),
        ("penalty_weight", "penalty_scaling", "penalty_interval", "fade_penalty_interval"),
        ("guard", "report_steps"),
    ),
    "Optimiser": (
        ("beta1", "beta2", "adam_epsilon", "reset_moments"),
        ("warmup_kimg", "discriminator_updates", "generator_updates"),
        ("ema_decay", "ema_half_life_kimg", "ema_ramp"),
    ),
    "Augmentation": (
        ("augment", "augment_p", "augment_limit"),
        ("held_out", "augment_target", "augment_kimg"),
    ),
}
_DEVICES = ("auto", "all", "cpu", "2", "3", "4", "6", "8")
"""Those that are offered; a run may have another number."""

_LABELS = {
    "resolution": "Page size",
    "final_kimg": "Last stage",
    "fmap_base": "Feature maps",
    "fmap_max": "…at most",
    "deviation_group": "Compared pages",
    "conditional": "Learn labels",
    "label_head": "Labels judged by",
    "fade_kimg": "Growing",
    "stable_kimg": "Stable",
    "stage_steps": "…or steps",
    "minibatch": "Pages a step",
    "minibatch_limits": "…at most, from size",
    "pages_at_once": "…at a time",
    "sample_kimg": "Samples every",
    "sample_steps": "…or steps",
    "checkpoint_minutes": "Checkpoint every",
    "checkpoint_steps": "…and steps",
    "checkpoints_kept": "Checkpoints kept",
    "report_steps": "Told every",
    "guard": "Guard",
    "l1_weight": "Weights' sizes",
    "l2_weight": "Weights' squares",
    "penalty_scaling": "…times",
    "penalty_interval": "Penalty every",
    "fade_penalty_interval": "…while growing",
    "beta1": "Adam's memory",
    "beta2": "…of squares",
    "adam_epsilon": "Adam's guard",
    "reset_moments": "Afresh each stage",
    "warmup_kimg": "Warm-up",
    "ema_decay": "Average's memory",
    "ema_half_life_kimg": "…or half-life",
    "ema_ramp": "…at most, of all",
    "augment": "Change pages",
    "augment_p": "How often",
    "augment_limit": "…at most",
    "augment_target": "Known by heart",
    "augment_kimg": "From never to always",
}


class Folded(QTabWidget):
    """A tab a group, each with a few columns of fields.

    Attributes:
        forms: all columns.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocumentMode(True)
        self.forms: list[SettingsForm[TrainingConfig]] = []
        for title, columns in GROUPS.items():
            self.addTab(_in_view(self._page(columns)), title)

    def _page(self, columns: Columns) -> QWidget:
        page = QWidget()
        # what there is no room for is scrolled to, not squeezed
        page.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, GRID, 0, 0)
        row.setSpacing(4 * GRID)
        for fields in columns:
            form = make_form(fields, across=False)
            self.forms.append(form)
            row.addWidget(form, 0, Qt.AlignmentFlag.AlignTop)
        row.addStretch(1)
        return page


def _in_view(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setWidget(page)
    area.setMinimumHeight(_LEAST_HEIGHT)
    return area


def make_form(fields: tuple[str, ...], *, across: bool) -> SettingsForm[TrainingConfig]:
    """A form of these fields, with the labels that the bench calls them by."""
    return SettingsForm(
        TrainingConfig,
        fields=fields,
        labels=_LABELS,
        choices={"resolution": resolutions_to(128), "devices": _DEVICES},
        across=across,
    )
