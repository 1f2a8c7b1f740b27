"""A process that works for one stage, and a queue in front of it.

Reading a page and matching a post cost more CPU than fetching it.  A thread would
take turns with the event loop; a process runs beside it, and a page that crashes the
parser takes down the worker, not the crawl.

The worker ends when its end of the socket closes, so it never outlives the crawl, even
one that was killed.
"""

import asyncio
import contextlib
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
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, BinaryIO, Generic, TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")


AHEAD = 4
"""Items worth a call of their own while another is worked on."""
OUT_OF_MEMORY = 70
"""Exit code of a process that needs more memory than it may have."""


class WorkerDiedError(Exception):
    """The process ended (killed, out of memory, a crash, too slow) before it answered."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        """``timeout``, ``memory`` or ``crash``."""


@dataclass(slots=True)
class _Call:
    framed: bytes
    answer: asyncio.Future[tuple[Any, Exception | None]]


class Worker:
    """Runs functions of one module in another process, one after the other, in order.

    A call is sent while the one before it is worked on: the process need not wait for the event
    loop, which has a crawl to see to, between two.
    """

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
        self._ahead = bytearray()
        self._sending = asyncio.Lock()
        self._pending: deque[_Call] = deque()
        self._receiving: asyncio.Task[None] | None = None
        self._resending: asyncio.Task[None] | None = None

    async def call(self, function: str, *args: object) -> Any:
        """Return what the module's *function* returns for *args*, or raise what it raises.

        Raises:
            WorkerDiedError: the process is gone; what it was doing is lost.
        """
        call = _Call(_framed((function, args)), asyncio.get_running_loop().create_future())
        # Shielded: half a call would garble the next one.
        await asyncio.shield(self._submit(call))
        result, error = await call.answer
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
        self._socket, self._ahead = ours, bytearray()

    async def close(self) -> None:
        """Let the process finish what it was told to do and end."""
        while self._receiving is not None:
            await asyncio.shield(self._receiving)
        async with self._sending:
            await self._stop()

    async def _submit(self, call: "_Call") -> None:
        async with self._sending:
            self._pending.append(call)
            self.start()
            if self._receiving is None:
                self._receiving = asyncio.create_task(self._receive_all())
            await self._send(call)

    async def _send(self, call: "_Call") -> None:
        assert self._socket is not None
        with contextlib.suppress(ConnectionError):  # dead: whoever receives learns why
            await asyncio.get_running_loop().sock_sendall(self._socket, call.framed)

    async def _receive_all(self) -> None:
        """Hand out the answers, in the order of the calls, as long as there are any."""
        while self._pending:
            call = self._pending[0]
            try:
                answer = pickle.loads(await self._receive())  # noqa: S301 - our own process
            except (EOFError, OSError) as error:
                died = await self._bury(error)
                # It took the calls along that it had not come to, too. Nothing is sent meanwhile.
                self._pending.popleft()
                if self._pending:
                    self.start()
                self._resending = asyncio.create_task(self._resend(list(self._pending)))
                _settle(call, died)
            except Exception as error:  # noqa: BLE001 - whoever called raises it
                self._pending.popleft()
                _settle(call, error)
            else:
                self._pending.popleft()
                if not call.answer.done():
                    call.answer.set_result(answer)
        self._receiving = None

    async def _resend(self, calls: "Sequence[_Call]") -> None:
        # A task of its own: the process may answer the first before it takes the second.
        try:
            for call in calls:
                await self._send(call)
        finally:
            self._sending.release()

    async def _receive(self) -> bytes:
        """Return the next answer.

        Raises:
            TimeoutError, EOFError, OSError: there will be none.
        """
        assert self._socket is not None
        # The first call waits for the imports, too.
        async with asyncio.timeout(self._timeout if self._is_warm else None):
            answer = await _received(asyncio.get_running_loop(), self._socket, self._ahead)
        self._is_warm = True
        return answer

    async def _bury(self, error: Exception) -> WorkerDiedError:
        """End what is left of the process; keep others from sending; return what became of it."""
        assert self._process is not None
        assert self._socket is not None
        if isinstance(error, TimeoutError):
            self._process.kill()
        with contextlib.suppress(OSError):
            # Wakes up who is sending, which closing would not.
            self._socket.shutdown(socket.SHUT_RDWR)
        await self._sending.acquire()
        code = await self._stop()
        if isinstance(error, TimeoutError):
            message = f"the {self.name} process took longer than {self._timeout:g} s"
            return WorkerDiedError(message, "timeout")
        reason = "memory" if code == OUT_OF_MEMORY else "crash"
        return WorkerDiedError(f"the {self.name} process ended, exit code {code}", reason)

    async def _stop(self) -> int | None:
        self._is_warm = False
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            process, self._process = self._process, None
            return await asyncio.to_thread(process.wait)
        return None


def _settle(call: _Call, error: Exception) -> None:
    if not call.answer.done():  # its caller may have been cancelled
        call.answer.set_exception(error)


# A message is its length and its pickle. The event loop waits for the socket itself: a thread
# in between would cost each call more than the rest of it.
_LENGTH = struct.Struct("!Q")


def _framed(message: object) -> bytes:
    pickled = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(pickled)) + pickled


async def _received(
    loop: asyncio.AbstractEventLoop, ours: socket.socket, ahead: bytearray
) -> bytes:
    """Return the next message's pickle; *ahead* holds what came of those behind it.

    Raises:
        EOFError: the other side closed the socket.
    """
    whole = _LENGTH.size
    while len(ahead) < whole or (whole := _LENGTH.size + _LENGTH.unpack_from(ahead)[0]) > len(
        ahead
    ):
        chunk = await loop.sock_recv(ours, _CHUNK)
        if not chunk:
            raise EOFError
        ahead += chunk
    message = bytes(ahead[_LENGTH.size : whole])
    del ahead[:whole]
    return message


_CHUNK = 1024 * 1024


def serve(descriptor: int, module: str, memory: int = 0) -> None:
    """Answer calls on the socket *descriptor* until it closes (the worker's main loop).

    Args:
        memory: bytes of data that this process may hold; 0 sets no limit.
    """
    if memory:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    # A Ctrl-C or a service manager signals the whole group; the crawl decides when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
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

    An idle worker gets an item at once, alone. While it is busy a second call is made ready for
    it as soon as there are `AHEAD` items; nothing ever waits longer for company.
    """

    def __init__(
        self, work: Callable[[list[ItemT]], Awaitable[list[ResultT]]], *, limit: int
    ) -> None:
        """Hand at most *limit* items at a time to *work*, which answers in their order."""
        self._work = work
        self._limit = limit
        self._waiting: list[tuple[ItemT, asyncio.Future[ResultT]]] = []
        self._running: set[asyncio.Task[None]] = set()

    async def add(self, item: ItemT) -> ResultT:
        """Return the result for *item*, or raise what the whole batch raised."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[ResultT] = loop.create_future()
        self._waiting.append((item, future))
        if len(self._waiting) == 1:
            loop.call_soon(self._start)  # what comes at once goes together
        elif len(self._waiting) == AHEAD:
            self._start()
        return await future

    def _start(self) -> None:
        while self._waiting and (
            not self._running or (len(self._running) == 1 and len(self._waiting) >= AHEAD)
        ):
            batch = self._waiting[: self._limit]
            del self._waiting[: self._limit]
            task = asyncio.create_task(self._run(batch))
            self._running.add(task)
            task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._start()

    async def _run(self, batch: list[tuple[ItemT, asyncio.Future[ResultT]]]) -> None:
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
