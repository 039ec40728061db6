"""Datasets of other programs, written without DeepZine, and what is in a file of ours."""

import gzip
import io
import json
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import h5py
import hdf5plugin
import numpy as np
from PIL import Image

from deepzine_gui.dataset.formats import import_pages
from deepzine_gui.progress import Event, Notice


def noise(count: int, side: int, channels: int = 1, seed: int = 0) -> np.ndarray:
    """Pages that look like nothing and each like no other, uint8 (N, C, S, S)."""
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, channels, side, side), dtype=np.uint8)


def write_idx(path: Path, values: np.ndarray) -> Path:
    """Write uint8 values of any number of dimensions; packed if the name ends in .gz."""
    data = struct.pack(f">BBBB{values.ndim}I", 0, 0, 8, values.ndim, *values.shape)
    data += values.tobytes()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def png(page: np.ndarray) -> bytes:
    """Pack a page (C, S, S)."""
    packed = io.BytesIO()
    Image.fromarray(page[0] if len(page) == 1 else page.transpose(1, 2, 0)).save(packed, "PNG")
    return packed.getvalue()


def style_name(index: int) -> str:
    return f"{index // 1000:05}/img{index:08}.png"


def write_style_zip(
    path: Path, pages: Sequence[np.ndarray], labels: Sequence[Any] | None, **more: Any
) -> Path:
    """Write a ZIP as StyleGAN's dataset tool does."""
    with zipfile.ZipFile(path, "w") as archive:
        for index, page in enumerate(pages):
            archive.writestr(style_name(index), png(page))
        told = None if labels is None else [[style_name(i), c] for i, c in enumerate(labels)]
        archive.writestr("dataset.json", json.dumps({"labels": told, **more}))
    return path


def write_first_deepzine(
    path: Path, pages: np.ndarray, names: Sequence[str], *, sizes: Sequence[int]
) -> Path:
    """Write pages (N, 3, S, S) at `sizes`, by leaving out rows and columns, as PyTables would."""
    with h5py.File(path, "w") as file:
        blosc = hdf5plugin.Blosc(cname="blosclz", clevel=5)
        table = np.array([[name.encode()] for name in names], "S256").reshape(-1, 1)
        file.create_dataset("imagenames", data=table, maxshape=(None, 1), chunks=(8, 1), **blosc)
        for size in sizes:
            step = pages.shape[-1] // size
            small = pages[:, :, ::step, ::step].transpose(0, 2, 3, 1)
            file.create_dataset(
                f"data_{size}",
                data=(small / 127.5 - 1).astype(np.float32),
                maxshape=(None, size, size, 3),
                chunks=(3, size, size, 3),
                **blosc,
            )
    return path


def imported(source: Path, out: Path, **options: Any) -> list[Event]:
    """Import to the end; return all events."""
    return list(import_pages(source, out, **options))


def notices(events: Sequence[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Notice)]


def content(path: Path) -> tuple[np.ndarray, list[str], list[int], list[str], list[int]]:
    """Images, documents' names, page numbers, labels and states, without DeepZine's reader."""
    with h5py.File(path) as file:
        names = file["documents/name"].asstr()[:]
        documents = [str(names[place]) for place in file["pages/document"][:]]
        labels = [label.decode() for label in file["pages/label"][:]]
        numbers, states = file["pages/page"][:].tolist(), file["pages/state"][:].tolist()
        return file["images"][:], documents, numbers, labels, states
