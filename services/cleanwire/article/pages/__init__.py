"""The way of each kind of page, from its bytes to an article: web page, plain text, mail."""
