"""Arithmetic that gives the same bits everywhere: + - * / and square roots only, never the C library's functions."""

import math
import random
from decimal import Context, Decimal

EARTH_KM = 6371.0088
KM_PER_DEGREE = 111.19508  # pi / 180 * EARTH_KM
_PI = 3.141592653589793
_DECIMAL = Context(prec=28)


def sin(x):
    """|x| <= pi."""
    term = total = x
    for k in range(1, 16):
        term = -term * x * x / ((2 * k) * (2 * k + 1))
        total += term
    return total


def cos(x):
    """|x| <= pi."""
    term = total = 1.0
    for k in range(1, 16):
        term = -term * x * x / ((2 * k - 1) * (2 * k))
        total += term
    return total


def exp(x):
    """Correctly rounded by decimal, whatever the machine."""
    return float(_DECIMAL.exp(Decimal(x)))


def total_of(numbers):
    """Left to right: sum() rounds otherwise since Python 3.12."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def on_sphere(lon, lat):
    """Unit vector of a place given in degrees."""
    a, b = lon * _PI / 180, lat * _PI / 180
    c = cos(b)
    return (c * cos(a), c * sin(a), sin(b))


def km(u, v):
    """Great-circle distance; the series of asin is good to a metre at 1,000 km."""
    dx, dy, dz = u[0] - v[0], u[1] - v[1], u[2] - v[2]
    h = math.sqrt(dx * dx + dy * dy + dz * dz) / 2
    h2 = h * h
    return 2 * EARTH_KM * h * (1 + h2 / 6 * (1 + h2 * 9 / 20 * (1 + h2 * 25 / 42)))


class Dice:
    """A seeded stream. Only `random()` of the standard library: its sequence is guaranteed for all versions."""

    def __init__(self, seed):
        self._random = random.Random(seed).random

    def uniform(self, low=0.0, high=1.0):
        return low + (high - low) * self._random()

    def below(self, n):
        return int(self._random() * n)

    def chance(self, p):
        return self._random() < p

    def choice(self, items):
        return items[self.below(len(items))]

    def weighted(self, pairs):
        """pairs: (item, weight)."""
        total = 0.0
        for _, weight in pairs:
            total += weight
        at = self._random() * total
        for item, weight in pairs:
            at -= weight
            if at < 0:
                return item
        return pairs[-1][0]

    def normal(self):
        """Standard normal, near enough: twelve uniforms."""
        total = -6.0
        for _ in range(12):
            total += self._random()
        return total

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]
