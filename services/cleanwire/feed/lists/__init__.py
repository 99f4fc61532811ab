"""Which feeds is the service told to read? Lines, OPML outlines and commands."""
