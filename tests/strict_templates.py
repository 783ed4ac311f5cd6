"""Makes a variable that a template of ours names and its page does not give an error."""

import sys
from pathlib import Path
from typing import Any, Self


class UndefinedVariableError(Exception):
    """A template of ours prints what its page did not give it."""


class InvalidVariable(str):
    """Stands as `string_if_invalid`; Django formats it with the name of the variable it could not find.

    Templates outside `folder` (those of libraries) may lean on Django's silence, and print nothing.
    """

    folder: Path

    def __new__(cls, folder: Path) -> Self:
        value = super().__new__(cls, "%s")
        value.folder = folder
        return value

    def __mod__(self, variable: Any) -> str:
        # The frame is FilterExpression.resolve(self, context), which alone knows the template.
        context = sys._getframe(1).f_locals["context"]
        template = context.render_context.template or context.template
        if self.folder in Path(template.origin.name).parents:
            raise UndefinedVariableError(f"{{{{ {variable} }}}} in {template.origin.template_name}")
        return ""
