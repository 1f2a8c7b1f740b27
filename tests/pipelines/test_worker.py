"""A worker process and the queue in front of it."""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from pipelines.worker import Batcher, Worker, WorkerDiedError, _portable

T = TypeVar("T")


def run(body: Callable[[Worker], Coroutine[Any, Any, T]]) -> T:
    async def main() -> T:
        worker = Worker("test", "os")
        try:
            return await body(worker)
        finally:
            await worker.close()

    return asyncio.run(main())


def test_it_runs_functions_in_another_process_and_keeps_it() -> None:
    async def body(worker: Worker) -> tuple[int, int]:
        return await worker.call("getpid"), await worker.call("getpid")

    first, second = run(body)
    assert first == second != os.getpid()


def test_what_the_function_raises_is_raised_here_with_its_traceback() -> None:
    async def body(worker: Worker) -> None:
        await worker.call("strerror", "x")

    with pytest.raises(TypeError, match="integer") as error:
        run(body)
    assert "In the worker:" in error.value.__notes__[0]


def test_an_exception_that_cannot_travel_arrives_as_words() -> None:
    class OddError(Exception):
        pass

    assert repr(_portable(OddError("strange"))) == "RuntimeError('OddError: strange')"


def test_a_death_is_said_and_the_next_call_starts_anew() -> None:
    async def body(worker: Worker) -> int:
        first = await worker.call("getpid")
        with pytest.raises(WorkerDiedError, match="the test process ended, exit code -9"):
            await worker.call("kill", first, signal.SIGKILL)
        second = await worker.call("getpid")
        assert second != first
        return second

    with pytest.raises(ProcessLookupError):
        os.kill(run(body), 0)


def test_signals_of_the_group_leave_it_alone() -> None:
    async def body(worker: Worker) -> int:
        number = await worker.call("getpid")
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(number, name)
        assert await worker.call("getpid") == number
        return number

    run(body)


def test_items_that_wait_share_a_call_and_keep_their_order() -> None:
    calls: list[list[int]] = []

    async def work(items: list[int]) -> list[int]:
        calls.append(items)
        await asyncio.sleep(0)
        return [item * 10 for item in items]

    async def main() -> list[int]:
        batcher = Batcher(work, limit=3)
        return await asyncio.gather(*(batcher.add(n) for n in range(8)))

    assert asyncio.run(main()) == [n * 10 for n in range(8)]
    assert all(len(call) <= 3 for call in calls)
    assert sorted(n for call in calls for n in call) == list(range(8))
    assert len(calls) < 8


def test_an_error_of_a_call_reaches_each_of_its_items_and_no_other() -> None:
    async def work(items: list[int]) -> list[int]:
        if 0 in items:
            raise ValueError("no zero")
        return items

    async def main() -> list[object]:
        batcher = Batcher(work, limit=2)
        return await asyncio.gather(*(batcher.add(n) for n in range(4)), return_exceptions=True)

    results = asyncio.run(main())
    assert [isinstance(result, ValueError) for result in results] == [True, True, False, False]


def test_a_process_that_hangs_while_it_starts_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.worker.STARTING_SECONDS", 0.0)

    async def main() -> None:
        worker = Worker("test", "os", timeout=0.001)  # Python itself takes longer to start
        with pytest.raises(WorkerDiedError, match="took longer") as error:
            await worker.call("getpid")
        assert error.value.reason == "timeout"
        await worker.close()

    asyncio.run(main())
