"""Laws of durations, as a scenario writes them: `{law = "lognormal", median_s = 20, sigma = 0.5}`.

Each draws simulated seconds, never negative, from the randomness it is handed.
"""

from math import exp
from random import Random
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]


class Part(BaseModel):
    """A part of a scenario file: unknown words are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fixed(Part):
    law: Literal["fixed"]
    s: Seconds

    def draw(self, random: Random) -> float:
        return self.s


class Uniform(Part):
    law: Literal["uniform"]
    from_s: Seconds
    to_s: Seconds

    def draw(self, random: Random) -> float:
        return random.uniform(self.from_s, self.to_s)


class Exponential(Part):
    law: Literal["exponential"]
    mean_s: Positive

    def draw(self, random: Random) -> float:
        return random.expovariate(1 / self.mean_s)


class LogNormal(Part):
    """What consultations and answers of people look like: most short, some very long."""

    law: Literal["lognormal"]
    median_s: Positive
    sigma: Positive

    def draw(self, random: Random) -> float:
        return self.median_s * exp(random.gauss(0, self.sigma))


class Weibull(Part):
    """Patience: with `shape` over 1 people give up the sooner the longer they have waited."""

    law: Literal["weibull"]
    scale_s: Positive
    shape: Positive

    def draw(self, random: Random) -> float:
        return random.weibullvariate(self.scale_s, self.shape)


Law = Annotated[Fixed | Uniform | Exponential | LogNormal | Weibull, Field(discriminator="law")]
