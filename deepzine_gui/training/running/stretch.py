"""One stretch of a run: from its start or a checkpoint to the end of the plan, or to an alarm."""

import contextlib
import math
import time
from collections.abc import Generator, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from deepzine_gui.dataset.storage.batches import Batches
from deepzine_gui.errors import TrainingError
from deepzine_gui.files import storage_errors
from deepzine_gui.progress import Event, Finished, Notice
from deepzine_gui.training import samples
from deepzine_gui.training.checkpoints import checkpoint, keeping
from deepzine_gui.training.distributed.leading import Lead
from deepzine_gui.training.events import CheckpointSaved, SamplesSaved, StageChanged, Vitals
from deepzine_gui.training.guard.alarms import Alarm
from deepzine_gui.training.guard.guard import Guard, remembered
from deepzine_gui.training.guard.ledger import Ledger
from deepzine_gui.training.guard.recovery import recovered, remove_abandoned
from deepzine_gui.training.guard.standing import taken_over
from deepzine_gui.training.processes.ranks import Ranks
from deepzine_gui.training.recipe.config import TrainingConfig
from deepzine_gui.training.running.faults import Disk, Watch, no_numbers
from deepzine_gui.training.running.forecast import told_speeds
from deepzine_gui.training.running.holding import Hold
from deepzine_gui.training.running.reporting import Reporter
from deepzine_gui.training.running.resuming import taken_up
from deepzine_gui.training.running.vitals import VitalSigns
from deepzine_gui.training.stepping import apart, material
from deepzine_gui.training.stepping.resident import near
from deepzine_gui.training.stepping.trainer import Trainer
from deepzine_gui.training.stepping.values import Pages
from deepzine_gui.training.story import REAL_SAMPLES, SAMPLES, Story, write_config, write_launch
from deepzine_gui.words import count_text

PROGRESS_S = 0.2
"""Longest time between two events, unless a single step takes longer."""


class Stretch:
    """One stretch of a run, from its start or a checkpoint until it is closed."""

    def __init__(
        self,
        dataset: Path,
        hold: Hold,
        config: TrainingConfig,
        ranks: Ranks,
        *,
        resume: bool,
        speeds: Mapping[int, float],
    ) -> None:
        self.run, self.dataset, self.ranks = hold.run, dataset, ranks
        self.held_out, of_held_out = apart.held_out_of(self.run, dataset, config, resume=resume)
        network, labels = material.look_at(dataset, config, self.held_out)
        hold.take()
        self.story = Story(self.run)
        ledger, standing = Ledger(), list[Notice]()
        if resume:
            ledger, standing = taken_over(self.run, config, self.story.recoveries)
        self.trainer = Trainer(
            config,
            network,
            device=ranks.place.device,
            labels=labels,
            ranks=ranks,
            remedies=ledger.remedies if config.guard == "on" else None,
            life=ledger.life,
        )
        self.lead = Lead(self.trainer, ranks, self.held_out)
        newest, damaged = taken_up(self.trainer, self.story, ledger, resume=resume)
        # a checkpoint of the first versions does not tell
        self.threads_before = None if newest is None else newest.facts["threads"]
        self._write_down(config)
        untold = ledger.recoveries[self.story.recoveries :]
        self.story.rewind(self.trainer.kimg if newest is not None else -1.0, retold=not untold)
        memory, forgotten = remembered(newest)
        self.news = [*map(recovered, untold), *standing, *damaged, *forgotten, *of_held_out]
        # a run that was killed as the guard gave it up ends as if it had not been
        self.last_word = untold[-1].text if untold and untold[-1].is_last_word else None
        self.guard = Guard(self.trainer, ledger, memory)
        self.reporter = Reporter(self.trainer, {**speeds, **told_speeds(self.run)})
        self.watch = Watch(self.trainer)
        self.vitals = VitalSigns(self.trainer)
        self.disk = Disk(self.reporter.progress, self.leave_out)
        self.fixed = samples.FixedSamples(config.latent_size, seed=config.seed, labels=labels)
        self.batches: Batches | None = None
        self.pages: Pages | None = None
        self.unknown = 0
        self.saved_images = self.trainer.images
        self.saved_s = time.monotonic()
        self.sampled_kimg = self.trainer.kimg

    def _write_down(self, config: TrainingConfig) -> None:
        """What the run's folder tells of it before its first step."""
        with storage_errors(self.run):
            (self.run / SAMPLES).mkdir(parents=True, exist_ok=True)
        write_config(self.run, config)
        apart.write(self.run, self.held_out)
        write_launch(self.run, self.ranks.place.launch)

    def events(self) -> Generator[Event, None, None]:
        """What happens, each event told in the story before it is passed on."""
        for event in self._guarded(self.go_on()):
            # what is said while the disk is full cannot be written down
            if not self.disk.is_full:
                yield from self.disk.written(partial(self.story.tell, event))
            yield event

    def _guarded(self, events: Generator[Event, None, None]) -> Generator[Event, None, None]:
        """The same events, up to the first alarm of the guard and what it does about it."""
        with contextlib.closing(events):
            for event in events:
                # first, as the run may be stopped with the event that tells of it
                alarms = list(self.guard.look(event)) if isinstance(event, Vitals) else []
                yield event
                yield from alarms
                if self.guard.alarm is not None:
                    yield from self._recover(self.guard.alarm)
                    return

    def _recover(self, alarm: Alarm) -> Generator[Event, None, None]:
        """Write down where the run goes on, and with what changes; or end it.

        Raises:
            TrainingError: the guard gives up, and says why.
        """
        ledger = self.guard.respond(self.run, alarm)
        recovery = ledger.recoveries[-1]
        yield from self.disk.written(partial(ledger.write, self.run))
        remove_abandoned(self.run, ledger, damaged_too=recovery.is_new_start)
        if recovery.is_last_word:
            # what a run that goes on does as it is taken up
            self.story.rewind(recovery.back_to_kimg, retold=False)
            if recovery.back_to_kimg > 0:
                yield from keeping.newest_whole(self.run)[1]
            yield from self.disk.written(partial(self.story.tell, recovered(recovery)))
            raise TrainingError(recovery.text)

    def go_on(self) -> Generator[Event, None, None]:
        """Train to the end of the plan."""
        trainer = self.trainer
        yield from self._begin()
        shown_s = -math.inf
        while not trainer.finished and not self.ranks.stop_asked:
            assert self.pages is not None
            result = self.lead.step(self.pages)
            self.reporter.add(result)
            self.vitals.add(result)
            if self.reporter.due or trainer.device.type == "cpu":
                yield from self.watch.look()
                yield from self.guard.look_at_numbers()
            if self.vitals.due:
                yield self.vitals.look()
            if trainer.finished:
                break
            if trainer.stage_is_over:
                yield from self._end_stage()
                trainer.enter_stage()
                yield from self._begin_stage()
            if self.reporter.due:
                yield self.reporter.report()
            if self._sample_is_due:
                yield (yield from self.disk.written(self._sample))
            if self._checkpoint_is_due:
                yield from self.guard.look_at_numbers(thorough=True)
                yield (yield from self.disk.written(self._save))
            if time.monotonic() - shown_s >= PROGRESS_S:
                shown_s = time.monotonic()
                yield self.reporter.progress()
        yield from self._end()

    def _begin(self) -> Iterator[Event]:
        """Tell the news, and make ready for the first step.

        Raises:
            TrainingError: the guard had given the run up, and could not say so any more.
        """
        yield from self.news
        if self.last_word is not None:
            raise TrainingError(self.last_word)
        yield from self._look_at_pages()
        yield from self._begin_stage()

    def _end(self) -> Generator[Event, None, None]:
        trainer = self.trainer
        if not trainer.finished:
            self.save_last()
            yield Notice("Another process of the run was asked to stop: the run ends here.")
            return
        yield from self._look_at_end()
        yield from self._end_stage()
        yield self.reporter.progress()
        yield Finished(f"The run {self.run.name} is complete at {trainer.kimg:.1f} kimg.", self.run)

    def _look_at_end(self) -> Iterator[Event]:
        """Look at the end, if that was not done; where it is suspicious, at the model left.

        A run that was over before any guard watched it has no way back but to its start: it stays.
        """
        if not (self.guard.memory.vitals or self.reporter.holds_steps):
            return
        if self.guard.wants_look:
            yield self.vitals.look()
        if self.guard.is_in_doubt:
            yield from self.guard.look_at_model(self.vitals.look_at_model())

    @property
    def _sample_is_due(self) -> bool:
        trainer, config = self.trainer, self.trainer.config
        if config.sample_steps:
            return trainer.kimg > self.sampled_kimg and trainer.steps % config.sample_steps == 0
        return trainer.kimg - self.sampled_kimg >= config.sample_kimg

    @property
    def _checkpoint_is_due(self) -> bool:
        trainer, config = self.trainer, self.trainer.config
        # weights that come to no numbers are not to replace those that did
        if self.watch.is_skipping or trainer.images == self.saved_images:
            return False
        if config.checkpoint_steps and trainer.steps % config.checkpoint_steps == 0:
            return True
        return time.monotonic() - self.saved_s >= config.checkpoint_minutes * 60

    def save_last(self) -> None:
        """Keep what was learned since the last checkpoint, when the run is stopped."""
        is_well = self.guard.alarm is None and self.trainer.is_finite
        if self.trainer.images > self.saved_images and is_well:
            self.story.tell(self._save())

    def leave_out(self, seconds: float) -> None:
        """Not count time in which nobody asked for a step, as while the run was paused."""
        self.reporter.leave_out(seconds)
        self.vitals.leave_out(seconds)

    def close(self) -> None:
        """Close the dataset."""
        if self.batches is not None:
            self.batches.close()

    def _begin_stage(self) -> Generator[Event, None, None]:
        stage = self.trainer.stage
        if self.batches is None or self.reporter.resolution != stage.resolution:
            self.close()
            self.pages = None
            labels, place = self.trainer.labels, self.ranks.place
            self.batches = material.batches(
                self.dataset, self.held_out, labels, stage.resolution, place
            )
            yield from self._look_at_labels(self.batches.unknown)
            self.pages = yield from near(self.batches, self.trainer.device)
        self.reporter.enter(stage.resolution)
        self.vitals.enter(self.batches)
        yield StageChanged(stage.index, stage.resolution, stage.fading, self.trainer.kimg)

    def _look_at_labels(self, unknown: int) -> Iterator[Notice]:
        """Tell of pages that were given labels, while the run goes on, which it does not know."""
        if unknown and unknown != self.unknown:
            yield Notice(
                f"The dataset has {count_text(unknown, 'pages')} with labels that this run did not "
                "begin with: it goes on without these, and once it is stopped it can be resumed "
                "only with the labels it began with.",
                "warning",
            )
        self.unknown = unknown

    def _end_stage(self) -> Generator[Event, None, None]:
        if self.reporter.holds_steps:
            yield self.reporter.report()
        yield from self.guard.look_at_numbers(thorough=True)
        yield (yield from self.disk.written(self._sample))
        yield (yield from self.disk.written(self._save))

    def _sample(self) -> SamplesSaved:
        trainer = self.trainer
        self.sampled_kimg = trainer.kimg
        path = self.run / SAMPLES / f"{trainer.kimg:010.3f}.png"
        with self.story.folder_there():
            samples.write_grid(path, self.fixed.draw(trainer.average, trainer.stage.resolution))
        return SamplesSaved(path, trainer.kimg, trainer.stage.resolution)

    def _look_at_pages(self) -> Iterator[Event]:
        """Keep a grid of real pages for comparison; see that they are not all the same page.

        Raises:
            TrainingError: they are, and going back would never help.
        """
        path = self.run / SAMPLES / REAL_SAMPLES
        if path.exists():
            return
        with contextlib.closing(
            Batches(self.dataset, resolution=self.trainer.config.resolution)
        ) as batches:
            pages = batches.draw(samples.COUNT, np.random.default_rng(0))
        alarms = list(self.guard.look_at_pages(pages))
        yield from alarms
        if alarms:
            raise TrainingError(
                f"The run is not begun, as all pages of {self.dataset} are the same one, or "
                "nearly: add other pages, or set guard to off."
            )
        samples.write_grid(path, pages)

    def _save(self) -> CheckpointSaved:
        trainer = self.trainer
        if not trainer.is_finite:
            raise no_numbers(trainer.kimg)
        title = f"{self.run.name}, {trainer.stage.resolution} px, {trainer.kimg:.0f} kimg"
        with self.story.folder_there():
            path = checkpoint.save(
                self.run,
                trainer,
                title=title,
                diversity=self.reporter.diversity,
                swd=self.guard.memory.newest_swd(trainer.stage.resolution),
                guard=self.guard.as_values(),
            )
        keeping.tidy(
            self.run,
            keep=trainer.config.checkpoints_kept,
            proven_before_kimg=self.guard.proven_before_kimg,
            looks_kimg=self.guard.looks_kimg,
        )
        self.saved_images, self.saved_s = trainer.images, time.monotonic()
        return CheckpointSaved(path, trainer.kimg)
