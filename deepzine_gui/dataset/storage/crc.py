"""Where one byte alone is damaged, a CRC-32 tells which one, and what it was.

A CRC is linear: what a damaged byte changes in it depends on the byte's change and its distance
from the end alone, not on what else there is. (Koopman, "32-Bit Cyclic Redundancy Codes for
Internet Applications", 2002, on what CRC-32 tells apart.)
"""

from collections.abc import Iterator
from typing import NamedTuple

from isal import isal_zlib

SIZE = 4
"""Bytes of a CRC-32; it is taken to lie behind what it is of, the lowest byte first."""


_LONGEST_BYTES = 4096
"""Nothing longer is mended: to look for the byte would take too long."""


class Damage(NamedTuple):
    """What happened to one byte, counted from 0: its bits that are set in `change` are wrong."""

    byte: int
    change: int


def damages(size: int) -> Iterator[tuple[int, Damage]]:
    """Yield each damage to one of `size` bytes, or of their CRC-32, by what it changes in that."""
    for byte in range(size):
        behind = bytes(size - byte - 1)
        sound = isal_zlib.crc32(b"\0" + behind)
        for change in range(1, 256):
            yield isal_zlib.crc32(bytes([change]) + behind) ^ sound, Damage(byte, change)
    for byte in range(SIZE):
        for change in range(1, 256):
            yield change << 8 * byte, Damage(size + byte, change)


def mended(content: bytes, checksum: int) -> bytes | None:
    """Return what had this checksum, if at most one byte of both is damaged; else None.

    Nor is that told of anything long, of which this would be a matter of minutes.
    """
    wrong = isal_zlib.crc32(content) ^ checksum
    if not wrong:
        return content
    if len(content) > _LONGEST_BYTES:
        return None
    found = next((damage for change, damage in damages(len(content)) if change == wrong), None)
    if found is None:
        return None
    sound = bytearray(content + bytes(SIZE))
    sound[found.byte] ^= found.change
    return bytes(sound[:-SIZE])
