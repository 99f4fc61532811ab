"""The demo: a small press of invented news sites on loopback, read by the real service with an in-memory broker."""
