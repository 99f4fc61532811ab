"""What an address is: how it is written, whose it is, and whether we may connect to it. Pure, third-party only."""
