"""A figure may be flagged as corrected: an error was put right, which is not a planned revision."""

from django.db import migrations, models

FLAGS = [
    ("final", "Final"),
    ("provisional", "Provisional"),
    ("revised", "Revised"),
    ("corrected", "Corrected"),
    ("estimated", "Estimated"),
    ("projected", "Projected"),
]


class Migration(migrations.Migration):
    dependencies = [("actionplans", "0003_drafts_half_given")]

    operations = [
        migrations.RemoveConstraint(model_name="reading", name="reading_has_a_known_flag"),
        migrations.AlterField(
            model_name="reading",
            name="flag",
            field=models.CharField(choices=FLAGS, default="final", max_length=12),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(("flag__in", [flag for flag, _ in FLAGS])),
                name="reading_has_a_known_flag",
            ),
        ),
    ]
