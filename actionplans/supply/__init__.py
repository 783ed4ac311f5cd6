"""The supply of figures: what is to come, from whom, what was asked for and how it was answered."""
