"""Which entries of a feed are new, changed or told before, and which of several stand for one story?"""
