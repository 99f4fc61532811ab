"""What time does a text state, in any of some sixty languages?"""
