"""Programs that a test starts: each wait for one is bounded, and none waits for its reader."""

import queue
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any

import psutil
import pytest

from tests.patience import PATIENCE_S


def run_program(
    command: Sequence[str | Path], *, text: bool = True, check: bool = False, **more: Any
) -> "subprocess.CompletedProcess[Any]":
    """Start a program, hear all that it says and wait for its end; as `subprocess.run`.

    Raises:
        TimeoutExpired: it did not end, and was killed.
    """
    return subprocess.run(
        command, capture_output=True, timeout=PATIENCE_S, text=text, check=check, **more
    )


class Told:
    """What is told on an output of one or several programs, read as it comes.

    Attributes:
        so_far: all of it.
    """

    def __init__(self) -> None:
        self.so_far = ""
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._unended = 0

    def hear(self, pipe: IO[str]) -> threading.Thread:
        """Read an output to its end, in a thread of its own."""
        self._unended += 1
        reader = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        reader.start()
        return reader

    def line(self) -> str:
        """The next line, with its end; empty once all programs have closed their output."""
        while self._unended:
            try:
                line = self._lines.get(timeout=PATIENCE_S)
            except queue.Empty:
                pytest.fail(f"nothing was told for {PATIENCE_S:g} s, after: {self.so_far[-500:]!r}")
            if line:
                return line
            self._unended -= 1
        return ""

    def __iter__(self) -> Iterator[str]:
        while line := self.line():
            yield line

    def _read(self, pipe: IO[str]) -> None:
        with pipe:
            for line in pipe:
                self.so_far += line
                self._lines.put(line)
        self._lines.put("")


class Program:
    """A program under way; at the end of its ``with`` it has ended.

    Where the test fails within, it is killed with all that is below it.

    Attributes:
        out: what it tells on its standard output.
        err: what it tells on its standard error.
    """

    def __init__(
        self, command: Sequence[str | Path], *, out: Told | None = None, **more: Any
    ) -> None:
        """Start it.

        Args:
            command: its name and its words.
            out: what others tell too; else its output is heard apart.
            more: as of `subprocess.Popen`.
        """
        pipe = subprocess.PIPE
        self._process: subprocess.Popen[str] = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, **more
        )
        self.out, self.err = out or Told(), Told()
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._readers = [
            self.out.hear(self._process.stdout), self.err.hear(self._process.stderr)
        ]  # fmt: skip

    @property
    def pid(self) -> int:
        return self._process.pid

    def say(self, line: str) -> None:
        """Tell it a line on its standard input."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def send_signal(self, number: int) -> None:
        self._process.send_signal(number)

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> int:
        """Close its standard input and wait for its end; its exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            return self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._kill_all()
            pytest.fail(f"it had not ended after {PATIENCE_S:g} s, and said: {self.err.so_far}")

    def __enter__(self) -> "Program":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._kill_all()
            error.add_note(f"{self._process.args} said on its standard error: {self.err.so_far}")
        self.end()
        for reader in self._readers:
            reader.join(PATIENCE_S)
        if any(reader.is_alive() for reader in self._readers):
            pytest.fail(f"what {self._process.args} had started holds its output for ever")

    def _kill_all(self) -> None:
        try:
            below = psutil.Process(self.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            below = []
        self.kill()
        for process in below:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self._process.wait(PATIENCE_S)
