"""What is asked of one page: clean it, explain what was kept and cut."""
