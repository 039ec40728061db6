"""How a run begins: what it is made of, and by which processes."""

import signal
from collections.abc import Generator, Mapping
from pathlib import Path

from deepzine_gui import lifeline
from deepzine_gui.errors import TrainingError
from deepzine_gui.networks.models import checkpoint_folders
from deepzine_gui.progress import Event, Notice
from deepzine_gui.project import FILE_NAME as PROJECT_FILE
from deepzine_gui.training.distributed.following import follow
from deepzine_gui.training.distributed.launching import Followers
from deepzine_gui.training.guard.ledger import LEDGER, Ledger
from deepzine_gui.training.processes.agreement import terms, whereabouts
from deepzine_gui.training.processes.places import Place, devices_here, place_given_by
from deepzine_gui.training.processes.ranks import LostRankError, Ranks
from deepzine_gui.training.processes.torchrun import Torchrun, torchrun
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.running.faults import shortage_explained
from deepzine_gui.training.running.loop import lead
from deepzine_gui.training.story import CONFIG, Story, read_config, read_launch
from deepzine_gui.words import count_text


def train(
    dataset: Path,
    run: Path,
    *,
    config: TrainingConfig | None,
    resume: bool,
    threads: int | None,
    speeds: Mapping[int, float] | None,
) -> Generator[Event, None, None]:
    """Begin a run or go on with it; see `deepzine_gui.training.train`."""
    told = torchrun()
    with shortage_explained():
        if told is None:
            chosen = _settings(run, config, resume=resume)
            yield from _here(dataset, run, chosen, resume=resume, threads=threads, speeds=speeds)
        else:
            yield from _among_others(
                told, dataset, run, config, resume=resume, threads=threads, speeds=speeds
            )


def _among_others(
    told: Torchrun,
    dataset: Path,
    run: Path,
    config: TrainingConfig | None,
    *,
    resume: bool,
    threads: int | None,
    speeds: Mapping[int, float] | None,
) -> Generator[Event, None, None]:
    """Carry out a run as the process of it that torchrun has started."""
    # so that nothing is left when torchrun is killed
    lifeline.hear_of_parents_death(by=signal.SIGTERM)
    place = place_given_by(told)
    ranks = Ranks(place, terms(dataset, place, config) | whereabouts(run, place))
    if not ranks.leads:
        yield from follow(dataset, ranks)
        return
    try:
        yield from ranks.gather()
        again = _was_restarted(told, run, config)
        if told.restarts if resume else again:
            _stay_given_up(run)
        resume = resume or again
        chosen = _settings(run, config, resume=resume)
        yield from lead(dataset, run, chosen, ranks, resume=resume, threads=threads, speeds=speeds)
    finally:
        ranks.leave()


def _here(
    dataset: Path,
    run: Path,
    config: TrainingConfig,
    *,
    resume: bool,
    threads: int | None,
    speeds: Mapping[int, float] | None,
) -> Generator[Event, None, None]:
    """Carry out a run on this machine, by as many processes as its settings ask for."""
    devices = devices_here(config.devices)
    if config.devices.isdecimal() and len(devices) < int(config.devices):
        cards = count_text(len(devices), "graphics cards")
        yield Notice(f"This machine has {cards}: the run goes on with as many processes.")
    if config.devices == "all" and devices == ["cpu"]:
        yield Notice(
            "This machine has no graphics card that can be used: the processor trains, in one "
            "process. With a number as devices it would be so many processes."
        )
    if len(devices) == 1:
        alone = Ranks(Place(devices[0]))
        yield from lead(dataset, run, config, alone, resume=resume, threads=threads, speeds=speeds)
        return
    followers = Followers(dataset, devices)
    try:
        ranks = yield from followers.gather()
        yield from lead(dataset, run, config, ranks, resume=resume, threads=threads, speeds=speeds)
    except LostRankError as error:
        raise followers.explain(error) from error
    finally:
        followers.close()


def _was_restarted(told: Torchrun, run: Path, config: TrainingConfig | None) -> bool:
    """Whether torchrun begins a run anew that it began before; one of other settings is not it.

    Where a process has died it counts that; where machines came or went, its job's name tells.
    """
    if not (told.restarts or (told.job and told.job == read_launch(run))):
        return False
    return (run / CONFIG).is_file() and read_config(run) == config


def _stay_given_up(run: Path) -> None:
    """See that torchrun does not bring a run back to life that the guard gave up.

    Raises:
        TrainingError: it did, and nobody let the run go on; in the guard's words.
    """
    recoveries = Ledger.read(run).recoveries
    if recoveries and recoveries[-1].is_last_word and Story(run).ends_with_recovery:
        raise TrainingError(recoveries[-1].text)


def _settings(run: Path, config: TrainingConfig | None, *, resume: bool) -> TrainingConfig:
    if resume:
        saved = read_config(run)
        if config is None:
            return saved
        for name in saved.fixed:
            if getattr(saved, name) != getattr(config, name):
                raise TrainingError(f"{run} has {name} {getattr(saved, name)}: it cannot change.")
        if (config.augment, config.augment_p) != (saved.augment, saved.augment_p):
            _see_to_augmentation(config)
        return config
    # also one that the guard had begin anew, and that has no checkpoint yet
    if checkpoint_folders(run) or (run / LEDGER).exists():
        raise TrainingError(f"{run} holds a run already: resume it, or choose another name.")
    if (run / PROJECT_FILE).exists():
        raise TrainingError(f"{run} is a project: name a run in its folder runs.")
    if config is None:
        raise TrainingError("A new run needs settings: choose a preset.")
    _see_to_augmentation(config)
    return config


def _see_to_augmentation(config: TrainingConfig) -> None:
    """See that pages will be changed where that is asked for.

    Raises:
        TrainingError: they never would be; nothing else would tell.
    """
    if config.augment == "ada" and not config.held_out:
        raise TrainingError(
            "How often pages are to be changed (augment: ada) is found out by pages held out, and "
            "held_out is 0: begin a run with 0.05, or set augment to fixed or none."
        )
    if config.augment == "fixed" and not config.augment_p:
        raise TrainingError(
            "Pages are to be changed as often as augment_p says (augment: fixed), and that is 0: "
            "set it to 0.3, or augment to none."
        )
