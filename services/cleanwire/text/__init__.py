"""Reading plain lines: what is boilerplate, which dates they hold, what language they are in. Pure."""
