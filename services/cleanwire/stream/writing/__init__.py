"""How is it written: all at once or not at all, and around what the broker refuses?"""
