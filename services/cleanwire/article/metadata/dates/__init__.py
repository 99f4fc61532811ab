"""When was it published and changed?"""
