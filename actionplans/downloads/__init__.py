"""The tables of the pages of returns, measures and data supply, as files to take away.

Each is built from the rows its page shows and from nothing else. A file goes from hand to hand, so what disclosure
control holds back, or an embargo, is in none of them, whoever asks.
"""
