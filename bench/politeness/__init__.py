"""A field of strict, broken and lying publishers on loopback that grades whoever polls it (docs/politeness.md).

Knows nothing of Cleanwire: it sees requests, and judges any reader by them.
"""
