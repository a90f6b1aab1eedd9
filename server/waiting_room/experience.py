"""What a queue has learned about itself over days: how long its services, turn-arounds and patience last, and
how fast each of its pharmacists is. It changes slowly, and may be worked out anew every few minutes only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from server.waiting_room.capacity import Laws
from server.waiting_room.service_law import Law, Pace, Seconds, guess, learned, pace

SERVICE_SHAPE = 1.5
TURN_ROUND_PRIOR_S = 60.0
REACTION_PRIOR_S = 20.0
BREAK_PRIOR_S = 600.0
PATIENCE_PRIOR_S = 2 * 3600.0

PRIOR_WORTH = 20.0
SERVICE_PRIOR_WORTH = 8.0
"""How many durations a prior law is worth; of services less, because the pace has a prior of its own."""

OWN_PACE_WORTH = 15.0
"""How many services it takes to believe half of what sets a pharmacist apart."""

PACE_WORTH = 30.0
PACE_WORTH_COLD = 10.0
"""How many services 'as ever' is worth against what today shows; less while there is no ever."""

DAY_S = 24 * 3600.0
STEADY_S = 4 * 3600.0
RECENT_S = 90 * 60.0
CONTRADICTION = 3.0
"""In standard deviations."""

LONGEST_TURN_ROUND_S = 20 * 60.0
"""Whoever takes longer to the next call was not at work."""

ENOUGH_HISTORY = 100
"""So many services are an ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened over the last days. Times are in seconds, from any one moment.

    `began`, `ended`: when each service occupied its pharmacist, from call to close; `pharmacists`: whose it
    was; `came`: when its patient had arrived. `arrived`, `left`: when each wait began and when it ended, by a
    call or because the patient left, in which case it `was_given_up`. `called_again`: calls of somebody who
    had not answered before. `urgent`: how many urgent ones came.
    """

    began: Seconds
    ended: Seconds
    pharmacists: Sequence[str]
    came: Seconds
    arrived: Seconds
    left: Seconds
    was_given_up: NDArray[np.bool_]
    called_again: int
    urgent: int
    service_prior_s: float

    @property
    def services(self) -> Seconds:
        """How long each service lasted."""
        return self.ended - self.began


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """The laws at the usual pace, the factor of each pharmacist, how much all that is worth, and how many
    calls it takes to see somebody.
    """

    laws: Laws
    patience: Law
    own_pace: Mapping[str, float]
    pace_worth: float
    calls_each: float
    urgent_per_s: float

    def pace_of(self, pharmacist: str) -> float:
        """1 for somebody new."""
        return self.own_pace.get(pharmacist, 1.0)


def learn(history: History) -> Experience:
    """Everything a history tells; with an empty one, the priors."""
    prior = guess(history.service_prior_s, SERVICE_SHAPE)
    usual = _all_ended(prior, history.services, SERVICE_PRIOR_WORTH)
    days = (history.began // DAY_S).astype(str).tolist()
    # Days differ and so do pharmacists: without that the law is narrower, and what is left of it clearer.
    same_day = history.services / _all_in(_paces(usual, history.services, days), days)
    own_pace = _paces(usual, same_day, history.pharmacists)
    is_known = history.services.size >= ENOUGH_HISTORY
    return Experience(
        laws=Laws(
            service=_all_ended(prior, same_day / _all_in(own_pace, history.pharmacists), SERVICE_PRIOR_WORTH),
            turn_round=_turn_round(history),
            reaction=_reaction(history),
            pause=guess(BREAK_PRIOR_S, 1.0),
        ),
        patience=learned(
            guess(PATIENCE_PRIOR_S, 1.0),
            weight=PRIOR_WORTH,
            lasted=history.left - history.arrived,
            ended=history.was_given_up,
        ),
        own_pace=own_pace,
        pace_worth=PACE_WORTH if is_known else PACE_WORTH_COLD,
        urgent_per_s=history.urgent / max(_open_for_s(history), 1.0),
        calls_each=1 + history.called_again / (PRIOR_WORTH + np.count_nonzero(~history.was_given_up)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The services of the last hours: when they began and ended (NaN for those that run), whose they are, and
    what time it is.
    """

    began: Seconds
    ended: Seconds
    pharmacists: Sequence[str]
    now: float


def pace_of_today(experience: Experience, window: Window) -> Pace:
    """How the day compares with the usual pace of those who are here.

    The last hours know best, unless the last 90 minutes contradict them.
    """
    own = np.array([experience.pace_of(each) for each in window.pharmacists])
    steady = _pace_since(window.now - STEADY_S, experience, window, own)
    recent = _pace_since(window.now - RECENT_S, experience, window, own)
    contradicts = abs(np.log(recent.factor / steady.factor)) > CONTRADICTION * recent.doubt
    return recent if contradicts else steady


def _pace_since(since: float, experience: Experience, window: Window, own: Seconds) -> Pace:
    until = np.where(np.isnan(window.ended), window.now, window.ended)
    within = until > since
    return pace(
        experience.laws.service,
        age_before=np.maximum(since - window.began, 0.0)[within] / own[within],
        age_after=(until - window.began)[within] / own[within],
        ended=int(np.count_nonzero(~np.isnan(window.ended[within]))),
        weight=experience.pace_worth,
    )


def _all_ended(prior: Law, lasted: Seconds, weight: float = PRIOR_WORTH) -> Law:
    return learned(prior, weight=weight, lasted=lasted, ended=np.ones(lasted.size, dtype=bool))


def _open_for_s(history: History) -> float:
    """How long the queue was served: from the first call of each day to its last."""
    if not history.began.size:
        return 0.0
    days = (history.began // DAY_S).astype(np.int64)
    return float(
        sum(history.ended[days == day].max() - history.began[days == day].min() for day in np.unique(days))
    )


def _turn_round(history: History) -> Law:
    """From the end of a service to the next call of the same pharmacist, as far as somebody was waiting.

    When the line ran empty meanwhile, it is only known that the turn-round was no longer than that.
    """
    before, after = _following(history)
    ended, called = history.ended[before], history.began[after]
    runs_empty = _moments_of_emptiness(history)
    upto = runs_empty[np.searchsorted(runs_empty, ended)]
    seen = np.minimum(called, upto) - ended
    somebody_waits = (seen > 0) & (called - ended < LONGEST_TURN_ROUND_S) & _is_waiting(history, ended)
    return learned(
        guess(TURN_ROUND_PRIOR_S, 1.0),
        weight=PRIOR_WORTH,
        lasted=seen[somebody_waits],
        ended=(called <= upto)[somebody_waits],
    )


def _reaction(history: History) -> Law:
    """From the arrival of somebody whom nobody was before, and a pharmacist free for them, to the call."""
    before, after = _following(history)
    came = history.came[after]
    is_first = (history.ended[before] < came) & ~_is_waiting(history, came - 1e-3)
    return _all_ended(guess(REACTION_PRIOR_S, 1.0), (history.began[after] - came)[is_first])


def _following(history: History) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Each service that another one of the same pharmacist followed, and that other one."""
    names = np.array(history.pharmacists)
    order = np.lexsort((history.began, names))
    is_same = names[order][1:] == names[order][:-1]
    return order[:-1][is_same], order[1:][is_same]


def _is_waiting(history: History, at: Seconds) -> NDArray[np.bool_]:
    come = np.searchsorted(np.sort(history.arrived), at, side="right")
    gone = np.searchsorted(np.sort(history.left), at, side="right")
    return np.asarray(come > gone)


def _moments_of_emptiness(history: History) -> Seconds:
    """When the last one who waited was gone; infinity at the end."""
    left = np.sort(history.left)
    is_empty = ~_is_waiting(history, left)
    return np.concatenate((left[is_empty], [np.inf]))


def _paces(law: Law, lasted: Seconds, groups: Sequence[str]) -> dict[str, float]:
    """The factor of each group of services; what little is known of a small one stays near 1."""
    members: dict[str, list[int]] = {}
    for index, group in enumerate(groups):
        members.setdefault(group, []).append(index)
    return {
        group: pace(
            law,
            age_before=np.zeros(len(indices)),
            age_after=lasted[indices],
            ended=len(indices),
            weight=OWN_PACE_WORTH,
        ).factor
        for group, indices in members.items()
    }


def _all_in(factors: Mapping[str, float], groups: Sequence[str]) -> Seconds:
    return np.array([factors[group] for group in groups], dtype=np.float64)
