"""A GGUF file -> an OpenAI-compatible server on loopback (only module importing xllamacpp).

Run as a process of its own, ``python -m rag.models.llama FILE``, so that a crash in native code
costs an answer's prose and nothing else. It reads its key from the first line of standard input,
prints its address, and ends when standard input does: it cannot outlive who started it.
"""

from __future__ import annotations

import os
import sys

CONTEXT = 4096  # tokens of prompt and reply together
_KEPT = 256  # MB of earlier prompts kept for reuse; the library's own limit is 8 GB


def main() -> None:
    """Load the model that the first argument names and serve it until standard input ends."""
    import xllamacpp

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    params = xllamacpp.CommonParams()
    params.model.path = sys.argv[1]
    params.api_keys = [sys.stdin.readline().strip()]  # other programs here shall not use it
    params.n_ctx = CONTEXT
    params.n_parallel = 1  # two at once on two cores are each half as fast
    params.cache_ram_mib = _KEPT
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = cores or 1
    params.offline = True
    params.ui = params.endpoint_slots = params.fit_params = False
    params.verbosity = 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    sys.stdin.read()
    os._exit(0)  # nothing of ours is to be saved, and a reply under way need not be waited for


if __name__ == "__main__":
    main()
