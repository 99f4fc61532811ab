"""How does a command that runs until it is told to stop hear that it is?"""

import asyncio
import signal


def on_signals() -> asyncio.Event:
    """Return an event that SIGTERM or SIGINT sets. Call it inside the running event loop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
