"""What does a page look like before its text is read: its encoding, its size, where each piece of text stands?"""
