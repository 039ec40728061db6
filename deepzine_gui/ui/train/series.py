"""Numbers told over kimg, one row a time they were told."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Series:
    """Columns of numbers beside the kimg they belong to; what is unknown is NaN."""

    def __init__(self, names: Iterable[str]) -> None:
        self._kimg: list[float] = []
        self._columns: dict[str, list[float]] = {name: [] for name in names}

    def __contains__(self, name: str) -> bool:
        return name in self._columns

    def __len__(self) -> int:
        return len(self._kimg)

    def add(self, kimg: float, values: Mapping[str, Any]) -> None:
        """Add a row; of numbers by name, the mean is taken (of a distance at several sizes)."""
        self._kimg.append(kimg)
        for name, column in self._columns.items():
            column.append(number(values.get(name)))

    def forget_after(self, kimg: float) -> None:
        """Drop rows that are about to be told again."""
        keep = sum(at <= kimg for at in self._kimg)
        for column in (self._kimg, *self._columns.values()):
            del column[keep:]

    @property
    def kimg(self) -> NDArray[np.float64]:
        """Where the rows are, (N,)."""
        return np.asarray(self._kimg, dtype=np.float64)

    def column(self, name: str) -> NDArray[np.float64]:
        """One number of every row, (N,)."""
        return np.asarray(self._columns[name], dtype=np.float64)

    def recent(self, name: str, rows: int) -> list[float]:
        """The known values of the last few rows."""
        return [value for value in self._columns[name][-rows:] if not math.isnan(value)]


def number(value: Any) -> float:
    """A number as it is, the mean of several by name, and NaN for anything else."""
    if isinstance(value, Mapping):
        known = [number(each) for each in value.values()]
        return math.fsum(known) / len(known) if known else math.nan
    return float(value) if isinstance(value, int | float) else math.nan
