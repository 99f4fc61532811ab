"""Did entries pass between two polls, and on which older pages of the feed are they?"""
