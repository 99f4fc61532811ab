"""The only HTTP: one GET with every bound that a hostile server would like to see missing, and robots.txt."""
