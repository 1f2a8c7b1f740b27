"""A process that works for one stage, and a queue in front of it.

Reading a page and matching a post cost more CPU than fetching it.  A thread would
take turns with the event loop; a process runs beside it, and a page that crashes the
parser takes down the worker, not the crawl.

The worker ends when its end of the socket closes, so it never outlives the crawl, even
one that was killed.
"""

import asyncio
import gc
import importlib
import os
import pickle
import resource
import signal
import socket
import struct
import subprocess
import sys
import traceback
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, BinaryIO, Generic, TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


OUT_OF_MEMORY = 70
"""Exit code of a process that needs more memory than it may have."""
STARTING_SECONDS = 120.0
"""s that a process may take to start, beside its first call: imports take two, on a busy machine twenty."""


class WorkerDiedError(Exception):
    """The process ended (killed, out of memory, a crash, too slow) before it answered."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        """``timeout``, ``memory`` or ``crash``."""


class Worker:
    """Runs functions of one module in another process, one call at a time, in order."""

    def __init__(
        self, name: str, module: str, *, timeout: float | None = None, memory: int = 0
    ) -> None:
        """Name the worker and its module, which only the worker imports.

        The process starts with the first call, and again after a death.

        Args:
            timeout: s that a call may take before the process is killed; None waits.
            memory: bytes of data that the process may hold; 0 sets no limit.
        """
        self.name = name
        self._module = module
        self._timeout = timeout
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._is_warm = False
        self._turn = asyncio.Lock()

    async def call(self, function: str, *args: object) -> Any:
        """Return what the module's *function* returns for *args*, or raise what it raises.

        Raises:
            WorkerDiedError: the process is gone; what it was doing is lost.
        """
        # Shielded: an answer that nobody reads would be taken for that to the next call.
        result, error = await asyncio.shield(self._exchange((function, args)))
        if error is not None:
            raise error
        return result

    def start(self) -> None:
        """Start the process ahead of the first call: importing takes it some time."""
        if self._socket is not None:
            return
        ours, theirs = socket.socketpair()
        with theirs:
            # The whole path: the project may be reachable through the cwd alone.
            program = (
                f"import sys; sys.path[:] = {sys.path!r}\n"
                "from pipelines.worker import serve\n"
                f"serve({theirs.fileno()}, {self._module!r}, {self._memory})"
            )
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-c", program],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        ours.setblocking(False)
        self._socket = ours

    async def close(self) -> None:
        """Let the process finish what it is doing and end."""
        async with self._turn:
            await self._stop()

    async def _exchange(self, call: tuple[str, tuple[object, ...]]) -> tuple[Any, Exception | None]:
        loop = asyncio.get_running_loop()
        async with self._turn:
            self.start()
            assert self._socket is not None
            limit = self._timeout
            if limit is not None and not self._is_warm:
                limit += STARTING_SECONDS  # the first call waits for the imports, too
            try:
                async with asyncio.timeout(limit):
                    await loop.sock_sendall(self._socket, _framed(call))
                    answer = await _received(loop, self._socket)
            except TimeoutError as late:
                assert self._process is not None
                self._process.kill()
                await self._stop()
                raise WorkerDiedError(
                    f"the {self.name} process took longer than {limit:g} s", "timeout"
                ) from late
            except (EOFError, ConnectionError) as gone:
                code = await self._stop()
                reason = "memory" if code == OUT_OF_MEMORY else "crash"
                raise WorkerDiedError(
                    f"the {self.name} process ended, exit code {code}", reason
                ) from gone
            self._is_warm = True
        result: tuple[Any, Exception | None] = pickle.loads(answer)  # noqa: S301 - our own process
        return result

    async def _stop(self) -> int | None:
        self._is_warm = False
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            process, self._process = self._process, None
            return await asyncio.to_thread(process.wait)
        return None


# A message is its length and its pickle. The event loop waits for the socket itself: a thread
# in between would cost each call more than the rest of it.
_LENGTH = struct.Struct("!Q")


def _framed(message: object) -> bytes:
    pickled = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(pickled)) + pickled


async def _received(loop: asyncio.AbstractEventLoop, ours: socket.socket) -> bytearray:
    """Return the next message's pickle.

    Raises:
        EOFError: the other side closed the socket.
    """
    received = bytearray()
    whole: int | None = None
    while whole is None or len(received) < whole:
        chunk = await loop.sock_recv(ours, _CHUNK)
        if not chunk:
            raise EOFError
        received += chunk
        if whole is None and len(received) >= _LENGTH.size:
            whole = _LENGTH.size + _LENGTH.unpack_from(received)[0]
    return received[_LENGTH.size :]


_CHUNK = 1024 * 1024


def serve(descriptor: int, module: str, memory: int = 0) -> None:
    """Answer calls on the socket *descriptor* until it closes (the worker's main loop).

    Args:
        memory: bytes of data that this process may hold; 0 sets no limit.
    """
    if memory:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    # A Ctrl-C, a service manager or a terminal that goes signals the whole group; the crawl decides
    # when to end.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as ours, ours.makefile("rb") as calls:
        functions = importlib.import_module(module)
        gc.freeze()  # what is imported stays: no collection need look at it again
        _serve(ours, calls, functions)


def _serve(ours: socket.socket, calls: BinaryIO, functions: ModuleType) -> None:
    while True:
        try:
            head = calls.read(_LENGTH.size)
            length = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else 0
            pickled = calls.read(length)
        except ConnectionError:
            return
        if not length or len(pickled) < length:  # the crawl is gone, maybe in the middle of a call
            return
        function, args = pickle.loads(pickled)  # noqa: S301 - from the crawl, our parent
        try:
            answer: tuple[Any, Exception | None] = (getattr(functions, function)(*args), None)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except Exception as error:  # noqa: BLE001 - the caller raises it
            answer = (None, _portable(error))
        try:
            ours.sendall(_framed(answer))
        except ConnectionError:
            return


def _portable(error: Exception) -> Exception:
    """Return *error* as it can be pickled, with the traceback of this side as a note."""
    error.add_note("In the worker:\n" + "".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - made two steps ago
    except Exception:  # noqa: BLE001 - exceptions may fail to pickle in any way they like
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


class Batcher(Generic[ItemT, ResultT]):
    """Gathers items that arrive while the worker is busy into one call.

    An idle worker gets an item at once, alone; nothing ever waits for company.
    """

    def __init__(
        self, work: Callable[[list[ItemT]], Awaitable[list[ResultT]]], *, limit: int
    ) -> None:
        """Hand at most *limit* items at a time to *work*, which answers in their order."""
        self._work = work
        self._limit = limit
        self._waiting: list[tuple[ItemT, asyncio.Future[ResultT]]] = []
        self._task: asyncio.Task[None] | None = None

    async def add(self, item: ItemT) -> ResultT:
        """Return the result for *item*, or raise what the whole batch raised."""
        future: asyncio.Future[ResultT] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._task is None:
            self._task = asyncio.create_task(self._pump())
        return await future

    async def _pump(self) -> None:
        while self._waiting:
            batch = self._waiting[: self._limit]
            del self._waiting[: self._limit]
            try:
                results = await self._work([item for item, _ in batch])
            except Exception as error:  # noqa: BLE001 - every waiter raises it
                for _, future in batch:
                    if not future.done():
                        future.set_exception(error)
            else:
                for (_, future), result in zip(batch, results, strict=True):
                    if not future.done():
                        future.set_result(result)
        self._task = None
