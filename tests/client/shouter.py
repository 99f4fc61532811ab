"""A process that writes the titles of documents in capitals, exactly once: shouter.py BOOTSTRAP NAME TOPIC INTO"""

import asyncio
import sys

from cleanwire import Document
from cleanwire.client import Result, process


async def shout(document: Document) -> list[Result]:
    print("working", flush=True)
    await asyncio.sleep(0.01)  # so that it is killed in the middle of something
    return [Result(key=document.id, value=document.title.upper().encode())]


if __name__ == "__main__":
    bootstrap, name, topic, into = sys.argv[1:]
    asyncio.run(process(bootstrap, shout, name=name, topic=topic, into=into, session_timeout_s=6, request_timeout_s=5))
