"""What article does a plain text hold: a mail, a record of an archive, a page without markup?"""
