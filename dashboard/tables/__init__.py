"""The Board's pages as tables to take away: the rows of each page, and nothing that it does not have."""
