"""The one table of the edge: how much of each rate is spent."""

from django.db import models


class Spent(models.Model):
    """How far somebody has spent a rate. Unlogged: after a crash it begins empty, and writing it flushes nothing.

    `key` is a keyed digest of rate, limit and whom it counts: no address and no account can be read from it.
    `full_at` is the instant, in seconds since 1970, at which everything will have been given back; `gap` is what one
    request costs in seconds, `room` how many seconds may be spent ahead. `wait` is what the last request was told to
    wait, in seconds; 0 let it pass. `refused` counts refusals since the row was made.
    """

    key = models.UUIDField(primary_key=True)
    rate = models.CharField(max_length=40)
    full_at = models.FloatField()
    gap = models.FloatField()
    room = models.FloatField()
    wait = models.FloatField(default=0)
    refused = models.IntegerField(default=0)

    class Meta:
        db_table = "edge_spent"

    def __str__(self) -> str:
        return f"{self.rate} {self.key}"
