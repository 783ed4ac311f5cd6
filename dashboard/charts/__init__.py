"""One measure as a picture, a sentence and an interactive chart, from plain rows: no database, no clock."""
