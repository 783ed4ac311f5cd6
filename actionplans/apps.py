from django.apps import AppConfig


class ActionplansConfig(AppConfig):
    name = "actionplans"
    verbose_name = "The work and the numbers"

    def ready(self) -> None:
        # Models are there only now.
        from actionplans import audit  # noqa: PLC0415

        audit.register()
