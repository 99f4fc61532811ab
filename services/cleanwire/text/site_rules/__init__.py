"""What has an operator decided about the pages of a site?"""
