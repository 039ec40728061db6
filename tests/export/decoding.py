"""Decode a film with ffmpeg itself: imageio's reader leaves its pipes open at the end of a file."""

import re
from pathlib import Path

import imageio_ffmpeg
import numpy as np

from tests.programs import run_program


def decode(film: Path) -> tuple[np.ndarray, str]:
    """Return the frames (F, H, W, 3) uint8 and ffmpeg's line about the video stream."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-i", film]
    command += ["-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = run_program(command, text=False, check=True)
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    stream = next(line for line in lines if "Video:" in line)
    width, height = map(int, re.findall(r", (\d+)x(\d+)", stream)[0])
    return np.frombuffer(done.stdout, np.uint8).reshape(-1, height, width, 3), stream
