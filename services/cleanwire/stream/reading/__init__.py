"""What is read from topics: inputs from where the group stopped, tables from their start."""
