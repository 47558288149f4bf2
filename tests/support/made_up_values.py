"""How Hypothesis makes up values here: nothing depends on how quick the machine is."""

from hypothesis import HealthCheck, settings

UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
