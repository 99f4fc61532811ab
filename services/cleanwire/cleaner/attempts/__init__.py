"""One try at an article: whose turn it is, the request, the page read in a process of its own."""
