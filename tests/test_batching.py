"""Many threads, one graph: everybody gets their own vectors, several in one run."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from index.search.batching import Batching, Rows, Run, Vectors
from index.search.embed import load


def lengths(rows: Rows) -> Vectors:
    return np.array([[len(row), sum(row)] for row in rows], dtype=np.float32)


def test_everybody_gets_their_own_and_waiting_ones_go_together() -> None:
    runs: list[int] = []
    first, go_on = threading.Event(), threading.Event()

    def run(rows: Rows) -> Vectors:
        runs.append(len(rows))
        if len(runs) == 1:
            first.set()
            go_on.wait(10)
        return lengths(rows)

    batching = Batching(run, 8)
    with ThreadPoolExecutor(33) as pool:
        early = pool.submit(batching, [[1]])
        first.wait(10)
        late = [pool.submit(batching, [[n] * n, [n]]) for n in range(1, 33)]
        while len(batching._waiting) < 32:
            pass
        go_on.set()
        assert early.result().tolist() == [[1, 1]]
        for n, one in enumerate(late, start=1):
            assert one.result().tolist() == [[n, n * n], [1, n]]
    assert runs == [1] + [8] * 8


def test_those_of_one_length_go_together_and_the_oldest_first() -> None:
    runs: list[list[int]] = []
    first, go_on = threading.Event(), threading.Event()

    def run(rows: Rows) -> Vectors:
        runs.append([len(row) for row in rows])
        first.set()
        go_on.wait(10)
        return lengths(rows)

    batching = Batching(run, 3)
    with ThreadPoolExecutor(8) as pool:
        pool.submit(batching, [[0]])
        first.wait(10)
        for at, n in enumerate([9, 2, 8, 3, 9, 2], start=1):
            pool.submit(batching, [[n] * n])
            while len(batching._waiting) < at:
                pass
        go_on.set()
    assert runs == [[1], [9, 9, 8], [2, 2, 3]]


def test_more_rows_than_go_together_go_alone() -> None:
    assert Batching(lengths, 2)([[1], [2], [3]]).shape == (3, 2)


def test_an_error_reaches_those_whose_rows_ran_and_nobody_hangs() -> None:
    def run(rows: Rows) -> Vectors:
        if [13] in rows:
            raise ValueError("thirteen")
        return lengths(rows)

    batching = Batching(run, 1)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(batching, [[n]]) for n in range(20)]
    for n, one in enumerate(asked):
        if n == 13:
            with pytest.raises(ValueError, match="thirteen"):
                one.result()
        else:
            assert one.result().tolist() == [[1, n]]


def test_32_threads_get_the_vectors_that_one_gets() -> None:
    embed = load().embed
    texts = [
        f"What did the mayor of {n} say about {'very ' * (n % 7)}old bridges?" for n in range(96)
    ]
    alone = np.concatenate([embed([text]) for text in texts])
    with ThreadPoolExecutor(32) as pool:
        together = np.concatenate(list(pool.map(lambda text: embed([text]), texts)))
    assert (alone * together).sum(axis=1).min() > 0.9999


def test_where_many_wait_lanes_are_opened_once_and_run_beside_each_other() -> None:
    opened: list[str] = []
    beside: list[bool] = []
    first, go_on, both = threading.Event(), threading.Event(), threading.Event()

    def run(rows: Rows) -> Vectors:
        first.set()
        go_on.wait(10)
        return lengths(rows)

    def lane(rows: Rows) -> Vectors:
        opened.append("run")
        if opened.count("run") > 1:
            both.set()
        beside.append(both.wait(10))
        return lengths(rows)

    def lanes() -> list[Run]:
        opened.append("lanes")
        return [lane, lane]

    batching = Batching(run, 1, lanes)
    with ThreadPoolExecutor(33) as pool:
        asked = [pool.submit(batching, [[0]])]
        first.wait(10)
        asked += [pool.submit(batching, [[n]]) for n in range(1, 33)]
        while len(batching._waiting) < 32:
            pass
        go_on.set()
    assert [one.result().tolist() for one in asked] == [[[1, n]] for n in range(33)]
    assert opened.count("lanes") == 1
    assert len(beside) > 20
    assert all(beside)
    assert (len(batching._lanes), batching._places, batching._running) == (2, 2, 0)
    alone = len(beside)
    batching([[1]])
    assert len(beside) == alone  # by itself it has all cores
