"""Who is subscribed to what: find, list, import, export, poll, pause."""
