"""What the ops page holds in memory of what the topics say: bounded by count and by bytes. No clock, no sockets."""
