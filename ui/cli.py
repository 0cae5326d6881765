"""The command line: results on stdout, all else on stderr, errors as one line."""

from __future__ import annotations

import argparse
import atexit
import gc
import io
import json
import sys
from collections.abc import Sequence
from typing import TextIO

from index.errors import OnrecordError
from ui.options import parser
from ui.signals import STOPPED, leaving_at_once

# Whatever is left at the end of the process goes with it: not to look through all of it for rings
# of objects first saves an eighth of a second (docs/speed.md).
atexit.register(gc.freeze)

ANSWERED, FAILED, USAGE, ABSTAINED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 answered, 3 abstained, 2 usage, 1 failure."""
    with leaving_at_once():
        options = parser().parse_args(arguments)
    _speakable(sys.stdout)
    _speakable(sys.stderr)
    try:
        return int(options.run(options))
    except OnrecordError as error:
        return _failed(error, options)
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED


def _speakable(stream: TextIO) -> None:
    """Let a terminal that cannot write a character show its number instead of failing."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def _failed(error: OnrecordError, options: argparse.Namespace) -> int:
    from rag.errors import UsageError

    if getattr(options, "json", False):
        print(json.dumps({"error": str(error)}))
    print(f"onrecord: {error}", file=sys.stderr)
    return USAGE if isinstance(error, UsageError) else FAILED


if __name__ == "__main__":
    sys.exit(main())
