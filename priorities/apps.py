from django.apps import AppConfig


class PrioritiesConfig(AppConfig):
    name = "priorities"
    verbose_name = "The plan and its people"

    def ready(self) -> None:
        # Models are there only now.
        from priorities import audit  # noqa: PLC0415

        audit.register()
