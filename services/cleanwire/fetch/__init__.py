"""The only HTTP out: one request with every bound that a hostile server would like to see missing, and robots.txt."""
