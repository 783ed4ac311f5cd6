"""A percentage whose numbers of people nobody gave cannot be cleared, and its record says so."""

from django.db import migrations, models

REASONS = [
    ("small_count", "A small count"),
    ("sensitive_zero", "Zero, where that too is sensitive"),
    ("numerator", "Its numerator is a small count"),
    ("small_group", "The group it is about is small"),
    ("all_or_none", "It is about everyone or no one in a small group"),
    ("protects_others", "Another hidden figure could be worked out from it"),
    ("not_printed", "It is nowhere printed"),
    ("unknown_group", "Nobody has said of how many people it is"),
]


class Migration(migrations.Migration):
    dependencies = [("actionplans", "0004_corrected_figures")]

    operations = [
        migrations.AlterField(
            model_name="reading",
            name="suppressed_because",
            field=models.CharField(blank=True, choices=REASONS, max_length=20),
        ),
    ]
