"""How does a partition become ours, stay in work, and go to somebody else?"""
