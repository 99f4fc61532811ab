"""What can be looked up: pages of the documentation that are written from the code, and the end of each help."""
