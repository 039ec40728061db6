"""What a config.yaml means for our own jobs."""

from deepzine_gui.dataset import PageSettings
from deepzine_gui.first_deepzine.settings import ConfigFile, Method
from deepzine_gui.latent import Mode
from deepzine_gui.training import TrainingConfig, preset

PRESET = "seed-deepzine"

MODES: dict[Method, Mode] = {"linear": "linear", "slerp": "spherical", "tozero": "origin"}
"""What the ways from latent to latent are called here."""


def page_settings(file: ConfigFile) -> PageSettings:
    """How pages are made: each whole, in colour, stretched to a square, as they were.

    Unlike then they are reduced by area, and keep their own darkest and lightest values.
    """
    return PageSettings(
        resolution=file.data_output_size,
        colour="rgb",
        fit="stretch",
        split=0,
        trim=0,
        straighten=0,
    )


def training_config(file: ConfigFile) -> TrainingConfig:
    """The run: preset ``seed-deepzine`` with the numbers of the file."""
    size, limits = file.gan_output_size, {}
    if file.batch_size_reduction_transition_size <= size:
        limits = {file.batch_size_reduction_transition_size: file.reduced_batch_size}
    config = preset(
        PRESET,
        resolution=size,
        latent_size=file.latent_size,
        fmap_base=file.fmap_base,
        fmap_max=file.max_filter,
        learning_rate=file.learning_rate,
        discriminator_updates=file.discriminator_updates,
        generator_updates=file.generator_updates,
        minibatch=file.batch_size,
        minibatch_limits=limits,
        stage_steps=file.iterations_per_stage,
        sample_steps=file.model_sample_interval_steps,
        checkpoint_steps=file.model_save_interval_steps,
        report_steps=file.model_loss_output_interval_steps,
        # only those in gpu_num can be seen by then
        devices="all" if file.gpu_num is not None and len(file.gpu_num) > 1 else "auto",
    )
    pages = config.minibatch_at(size) * file.discriminator_updates
    final_kimg = file.iterations_per_stage * pages / 1000
    return preset(PRESET, **(config.model_dump() | {"final_kimg": final_kimg}))


def key_of(name: str, was: TrainingConfig, now: TrainingConfig) -> str | None:
    """The key that makes a run's setting another one than it was; None where none says it."""
    if name == "fmap_base" and was.fmap_base * now.fmap_max == now.fmap_base * was.fmap_max:
        # widths halve from the same size on, and only begin at others
        name = "fmap_max"
    if name == "minibatch_limits" and was.minibatch_limits.keys() != now.minibatch_limits.keys():
        return "batch_size_reduction_transition_size"
    return _KEYS_OF.get(name)


_KEYS_OF = {
    "resolution": "gan_output_size",
    "latent_size": "latent_size",
    "fmap_base": "filter_num_reduction_transition_size",
    "fmap_max": "max_filter",
    "stage_steps": "iterations_per_stage",
    "minibatch": "batch_size",
    "minibatch_limits": "reduced_batch_size",
    "discriminator_updates": "discriminator_updates",
}
