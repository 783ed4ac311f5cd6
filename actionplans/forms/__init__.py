"""What people fill in about the work and the numbers."""

from actionplans.forms.returns import ActionForm, FigureForm, LineForm, RiskForm, WordsForm

__all__ = ["ActionForm", "FigureForm", "LineForm", "RiskForm", "WordsForm"]
