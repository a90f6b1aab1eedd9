"""Wire shapes of insights."""

from server.api.endpoint import Shown
from server.ids import QueueId
from server.waiting_room.schemas import Kept, Wait


class QueueInsights(Shown):
    """How good the forecasts of a queue are: of those who were called, how many within what they were
    promised on joining, over the last 7 and the last 30 days; and what a newcomer would be told now.

    `goal` is the share that is aimed at. A promise is what was shown: whole minutes, rounded outward.
    """

    id: QueueId
    kept_7_days: Kept | None
    kept_30_days: Kept | None
    goal: float = 0.9
    wait: Wait
