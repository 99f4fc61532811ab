"""Each subject: the publishers that give occasion to a few rules, and the grades for those rules."""
