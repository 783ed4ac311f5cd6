"""Spreadsheets that come in with figures, and those that go out to be filled."""
