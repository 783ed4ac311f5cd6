"""Meetings and what they decided. A quarter is not a meeting."""

from django.db import models

from priorities.models.partnership import Group, Partnership
from priorities.wording import day_in_words


class Meeting(models.Model):
    """A dated meeting of a group, usually the Board, to which quarters report."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="meetings")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="meetings")
    held_on = models.DateField()

    class Meta:
        ordering = ("held_on",)
        constraints = [
            models.UniqueConstraint(fields=["group", "held_on"], name="one_meeting_of_a_group_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.group}, {self.held_on:%-d %B %Y}"


class Decision(models.Model):
    """What a meeting decided, in the verb the minute prints in capitals."""

    class Verb(models.TextChoices):
        NOTED = "noted", "Noted"
        DISCUSSED = "discussed", "Discussed"
        APPROVED = "approved", "Approved"
        AGREED = "agreed", "Agreed"
        ENDORSED = "endorsed", "Endorsed"
        INSTRUCTED = "instructed", "Instructed"
        REMITTED = "remitted", "Remitted"
        HOMOLOGATED = "homologated", "Homologated"
        DEFERRED = "deferred", "Deferred"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    verb = models.CharField(max_length=12, choices=Verb)
    text = models.TextField()
    minute_paragraph = models.CharField(max_length=20, blank=True)
    report_number = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("meeting", "pk")

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.text}"

    @property
    def in_words(self) -> str:
        """ "Agreed by the CPP Board, 13 October 2020, paragraph 5.2"."""
        words = f"{self.get_verb_display()} by the {self.meeting.group.name}, {day_in_words(self.meeting.held_on)}"
        return f"{words}, paragraph {self.minute_paragraph}" if self.minute_paragraph else words
