from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from deepzine_gui.dataset.storage.hdf5 import (
    column_shape,
    read_column,
    write_attributes,
    write_column,
)
from deepzine_gui.dataset.storage.layout import PAGE_COLUMNS, RULES_DTYPE, TEXT

VALUES: list[tuple[Any, Any]] = [
    *((dtype, np.arange(5)) for name, dtype in PAGE_COLUMNS.items() if name != "label"),
    (PAGE_COLUMNS["label"], np.array([b"a", b"", "ä".encode()], "S96")),
    (TEXT, ["word", "", "Wörter"]),
    (TEXT, []),
    (RULES_DTYPE, np.array(b"{}", RULES_DTYPE)),
]


@pytest.mark.parametrize(("dtype", "values"), VALUES)
def test_a_column_is_what_h5py_would_have_written(tmp_path: Path, dtype: Any, values: Any) -> None:
    data = np.asarray(values, dtype)
    with h5py.File(tmp_path / "theirs.h5", "w") as file:
        file.create_group("g").create_dataset("column", data=data, dtype=dtype)
    with h5py.File(tmp_path / "ours.h5", "w") as file:
        write_column(file.create_group("g"), "column", values, dtype)
    assert (tmp_path / "ours.h5").read_bytes() == (tmp_path / "theirs.h5").read_bytes()


def test_attributes_are_what_h5py_would_have_written(tmp_path: Path) -> None:
    values: dict[str, Any] = {"format": "Wörter", "version": 2, "empty": ""}
    with h5py.File(tmp_path / "theirs.h5", "w") as file:
        file.attrs.update(values)
    with h5py.File(tmp_path / "ours.h5", "w") as file:
        write_attributes(file, **values)
    assert (tmp_path / "ours.h5").read_bytes() == (tmp_path / "theirs.h5").read_bytes()


@pytest.mark.parametrize("part", [(0, None), (2, 4), (3, 99), (5, 5)])
def test_a_column_is_read_as_h5py_would_read_it(tmp_path: Path, part: tuple[int, Any]) -> None:
    with h5py.File(tmp_path / "columns.h5", "w") as file:
        for place, (dtype, values) in enumerate(VALUES):
            file[str(place)] = np.asarray(values, dtype)
        for place, (dtype, values) in enumerate(VALUES):
            name = str(place)
            assert column_shape(file, name) == np.shape(values)
            if np.ndim(values):
                expected = file[name][slice(*part)]
                found = read_column(file, name, dtype, *part)
                assert found.dtype == expected.dtype
                assert found.tolist() == expected.tolist()
        with pytest.raises(KeyError):
            read_column(file, "none", TEXT)
        with pytest.raises(ValueError, match="unpack"):
            read_column(file, str(len(VALUES) - 1), RULES_DTYPE)
