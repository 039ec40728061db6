"""One sentence for the person, the traceback for the log."""

import contextlib
import sys
import time
import traceback

from deepzine_gui import places


def tell(error: BaseException, *, expected: bool) -> None:
    """Print one sentence about `error` on stderr and append its traceback to the log."""
    written = _log(error)
    sentence = " ".join(str(error).split())
    if not expected:
        sentence = f"DeepZine failed unexpectedly ({type(error).__name__}: {sentence})."
        if written:
            sentence += f" The log tells more: {places.log_file()}"
    print(sentence, file=sys.stderr, flush=True)


def _log(error: BaseException) -> bool:
    story = "".join(traceback.format_exception(error))
    with contextlib.suppress(OSError), places.log_file().open("a", encoding="utf-8") as log:
        when = time.strftime("%Y-%m-%d %H:%M:%S")
        log.write(f"{when} deepzine {' '.join(sys.argv[1:])}\n{story}\n")
        return True
    return False
