"""A perceptual hash of a page, and the search for pages whose hashes differ in few bits."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

_FREQUENCIES = 8
_LOWER_MEDIAN = 31
_FEW = 256

_FINE = 1 << 12
"""Cosines are whole multiples of one part in so many: all sums are exact, on any processor."""

_PLACES = 1 << np.arange(64, dtype=np.uint64)


def fingerprints(greys: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return the 64-bit perceptual hashes of pages, uint8 (N, S, S).

    Each bit tells whether one of the coefficients 1 to 8, across and down, of the page's discrete
    cosine transform lies above their median (pHash: Zauner, "Implementation and Benchmarking of
    Perceptual Image Hash Functions", 2010, section 3.2.1; there of the page at 32 × 32, which has
    the same low frequencies). The hash of a page of one tone is 0.
    """
    wave = _cosines(greys.shape[-1])
    coefficients = wave @ (greys.astype(np.float64) @ wave.T)  # (N, 8, 8)
    # as if the page's first tone were 0
    flat = wave.sum(1)
    coefficients -= greys[:, :1, :1] * np.outer(flat, flat)
    rows = coefficients.reshape(len(greys), -1)
    above = rows > np.partition(rows, _LOWER_MEDIAN)[:, _LOWER_MEDIAN, None]
    return np.packbits(above, axis=1).view(">u8")[:, 0].astype(np.uint64)


@cache
def _cosines(side: int) -> NDArray[np.float64]:
    """Rows 1 to 8 of the DCT-II of so many samples, (8, side), times `_FINE`."""
    frequency = np.arange(1, _FREQUENCIES + 1)[:, None]
    cosines: NDArray[np.float64] = np.rint(
        _FINE * np.cos(np.pi * frequency * (np.arange(side) + 0.5) / side)
    )
    return cosines


def doubles(
    prints: NDArray[np.uint64], bits: int, *, never: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Tell which pages, in order, are like an earlier one that is none itself; (N,) each.

    `prints` are alike that differ in at most `bits` bits; those of `never` are no doubles.
    """
    found = np.ones(len(prints), bool)
    found[_originals(prints, bits, never)] = False
    return found


def _originals(prints: NDArray[np.uint64], bits: int, never: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the places of those that are no doubles, in order.

    Of the second half only those are looked at further that are unlike the originals of the first:
    the work does not explode where very many pages are alike.
    """
    if len(prints) <= _FEW:
        return _originals_of_few(prints, bits, never)
    half = len(prints) // 2
    first = _originals(prints[:half], bits, never[:half])
    second = half + np.flatnonzero(never[half:])
    others = half + np.flatnonzero(~never[half:])
    others = others[~_are_near(prints[others], prints[first], bits)]
    second = np.sort(np.concatenate([second, others]))
    return np.concatenate([first, second[_originals(prints[second], bits, never[second])]])


def _originals_of_few(
    prints: NDArray[np.uint64], bits: int, never: NDArray[np.bool_]
) -> NDArray[np.intp]:
    near = np.triu(np.bitwise_count(prints[:, None] ^ prints) <= bits, 1) & ~never
    found = np.zeros(len(prints), bool)
    for place in np.flatnonzero(near.any(1)):
        if not found[place]:
            found |= near[place]
    return np.flatnonzero(~found)


def _are_near(
    prints: NDArray[np.uint64], originals: NDArray[np.uint64], bits: int
) -> NDArray[np.bool_]:
    """Tell which of `prints` differ from one of the `originals` in at most `bits` bits.

    Such two agree in one of ``bits + 1`` bands of their bits at least, so only those that share a
    band are compared (Manku, Jain and Das Sarma, "Detecting Near-Duplicates for Web Crawling",
    2007, section 3).
    """
    near = np.zeros(len(prints), bool)
    for band in range(bits + 1):
        mask = np.bitwise_or.reduce(_PLACES[band :: bits + 1])
        keys = originals & mask
        order = np.argsort(keys)
        ranked, keys = originals[order], keys[order]
        left = np.flatnonzero(~near)
        at = np.searchsorted(keys, prints[left] & mask)
        end = np.searchsorted(keys, prints[left] & mask, "right")
        while len(left):
            going = at < end
            left, at, end = left[going], at[going], end[going]
            alike = np.bitwise_count(prints[left] ^ ranked[at]) <= bits
            near[left[alike]] = True
            left, at, end = left[~alike], at[~alike] + 1, end[~alike]
    return near
