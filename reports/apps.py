from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "The record"

    def ready(self) -> None:
        # Models are there only now.
        from reports import audit  # noqa: PLC0415

        audit.register()
