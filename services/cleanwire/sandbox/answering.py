"""How does a process answer one task?"""

import signal
from typing import Any

import msgspec

from cleanwire.sandbox import contract
from cleanwire.sandbox.contract import MAX_DETAIL_CHARS, Answer, Contract, Kind, Task


def answer(raw: bytes) -> bytes:
    """Run one task. This is the boundary at which whatever a page makes our libraries raise becomes an outcome."""
    task = msgspec.msgpack.decode(raw, type=Task)
    try:
        function = contract.find(task.module, task.name)
        agreed = contract.of(function)
        args, named = agreed.arguments(task)
        # Counts CPU time, not waiting, and its signal kills: a page is not to blame for a busy machine, and no
        # library can catch it.
        signal.setitimer(signal.ITIMER_PROF, task.cpu_s)
        return _told(agreed, task, function(*args, **named))
    except MemoryError as exc:
        return _encoded(Answer(task.number, Kind.MEMORY, detail=_detail(str(exc) or "MemoryError")))
    except Exception as exc:  # noqa: BLE001
        return _encoded(Answer(task.number, Kind.RAISED, detail=_detail(f"{type(exc).__name__}: {exc}")))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _told(agreed: Contract, task: Task, result: Any) -> bytes:
    try:
        return _encoded(agreed.answer(task.number, result))
    except MemoryError:
        return _encoded(Answer(task.number, Kind.MEMORY, detail="no memory for the result"))
    except Exception as exc:  # noqa: BLE001  the result is not what the function says it gives
        return _encoded(Answer(task.number, Kind.RAISED, detail=_detail(f"result: {type(exc).__name__}: {exc}")))


def _detail(text: str) -> str:
    return text[:MAX_DETAIL_CHARS].encode(errors="replace").decode()


def _encoded(told: Answer) -> bytes:
    return msgspec.msgpack.encode(told)
