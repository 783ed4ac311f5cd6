"""The tables of reports as files to take away."""
