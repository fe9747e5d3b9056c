#!/usr/bin/env python3
"""Random assignment problems, solved by revier and by scipy: scipy_check.py COMMAND... [--count N]

COMMAND reads problems from stdin as `cargo bench --bench staff -- --cases` does. Costs are whole or not, from 1e-6 to 1e9, with ties, negative ones, forbidden pairs,
and unequal sides. scipy's maximum_bipartite_matching says how many can be staffed, linear_sum_assignment at what cost; where not all can be, a forbidden pair
costs more than all others together. A part of the second choices is compared with scipy on the problem with the person's pair forced, one territory after the other.
"""

import math
import random
import subprocess
import sys

import numpy
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

# Of so many cases, second choices are compared in one.
SECONDS = 10


def problem(dice):
    people, territories = dice.choice([(n, n) for n in range(1, 12)] + [(dice.randint(1, 14), dice.randint(1, 14)) for _ in range(8)])
    if dice.random() < 0.02:
        people, territories = dice.randint(20, 60), dice.randint(20, 60)
    kind = dice.randrange(6)
    scale = 10.0 ** dice.randint(-6, 9)
    draw = {
        0: lambda: float(dice.randint(0, 3)),
        1: lambda: float(dice.randint(-50, 1000)),
        2: lambda: dice.random() * scale,
        3: lambda: 10.0 ** dice.uniform(-6, 9),
        4: lambda: float(dice.choice([1, 1, 1, 2, 5])) * scale,
        5: lambda: float(dice.randint(0, 10**9)),
    }[kind]
    never = dice.choice([0, 0, 0, 0.1, 0.4, 0.7, 0.9])
    return [[None if dice.random() < never else draw() for _ in range(territories)] for _ in range(people)]


def text(costs):
    cells = ["x" if c is None else repr(c) for row in costs for c in row]
    return f"{len(costs)} {len(costs[0])} {' '.join(cells)}"


def by_scipy(costs):
    """How many pairs at most, and what they cost."""
    permitted = numpy.array([[c is not None for c in row] for row in costs])
    most = int((maximum_bipartite_matching(csr_matrix(permitted.astype(int)), perm_type="column") >= 0).sum())
    known = [abs(c) for row in costs for c in row if c is not None]
    if most == min(len(costs), len(costs[0])):
        # scipy itself knows of pairs that must not be.
        dear = math.inf
    else:
        dear = 4.0 * (1.0 + max(known, default=0.0)) * (len(costs) + len(costs[0]))
    matrix = numpy.array([[dear if c is None else c for c in row] for row in costs])
    rows, columns = linear_sum_assignment(matrix)
    pairs = [(p, t) for p, t in zip(rows, columns) if permitted[p][t]]
    assert len(pairs) == most, (len(pairs), most)
    return most, math.fsum(costs[p][t] for p, t in pairs), dear


def forced(costs, person, territory):
    """The best with a pair: how many, and what they cost."""
    rest = [[c for t, c in enumerate(row) if t != territory] for p, row in enumerate(costs) if p != person]
    if not rest or not rest[0]:
        return 1, costs[person][territory]
    most, cost, _ = by_scipy(rest)
    return most + 1, cost + costs[person][territory]


def check(costs, answer, with_seconds):
    step, staffed, total, of, second = answer.split(" ")
    step, staffed, total = float(step), int(staffed), float(total)
    of = [None if t == "-" else int(t) for t in of[1:-1].split(",")]
    most, least, dear = by_scipy(costs)
    pairs = [(p, t) for p, t in enumerate(of) if t is not None]
    assert staffed == len(pairs) == most, f"{staffed} staffed, scipy has {most}"
    assert len({t for _, t in pairs}) == len(pairs), "a territory twice"
    assert all(costs[p][t] is not None for p, t in pairs), "a forbidden pair"
    cost = math.fsum(costs[p][t] for p, t in pairs)
    largest = max((abs(c) for row in costs for c in row if c is not None), default=0.0)
    # Ours are rounded to steps, half a step each on both sides; scipy's are rounded as doubles are.
    rounding = staffed * step + 1e-15 * len(costs) * (largest if math.isinf(dear) else dear * len(costs))
    assert abs(cost - least) <= rounding, f"{cost}, scipy has {least}"
    assert abs(total - cost) <= staffed * step + 1e-12 * abs(cost), f"{total} is said, it is {cost}"
    if all(c is None or c == int(c) for row in costs for c in row):
        assert cost == least == total, f"{cost}, scipy has {least}, {total} is said"
    if not with_seconds:
        return 0
    for p, said in enumerate(second[1:-1].split(",")):
        others = [forced(costs, p, t) for t, c in enumerate(costs[p]) if c is not None and t != of[p]]
        best = max(others, key=lambda other: (other[0], -other[1]), default=None)
        if best is None:
            assert said == "-", f"{p} has no other territory"
        elif best[0] < staffed:
            assert said == "x", f"{p} elsewhere is one fewer"
        else:
            assert abs(float(said) - (best[1] - cost)) <= 2 * rounding + 1e-15 * largest * len(costs), f"{p}: {said} more, scipy has {best[1] - cost}"
    return len(of)


def main(command, count):
    dice = random.Random(1)
    problems = [problem(dice) for _ in range(count)]
    run = subprocess.run(command, input="\n".join(map(text, problems)) + "\n", capture_output=True, text=True, check=True)
    answers = run.stdout.splitlines()
    assert len(answers) == count, f"{len(answers)} answers to {count} problems"
    full = seconds = 0
    for at, (costs, answer) in enumerate(zip(problems, answers)):
        try:
            seconds += check(costs, answer, at % SECONDS == 0 and len(costs) < 20)
        except AssertionError as wrong:
            print(f"case {at}: {wrong}\n{text(costs)}\n{answer}")
            return 1
        full += int(answer.split(" ")[1]) == min(len(costs), len(costs[0]))
    print(f"{count} problems as scipy has them: {full} staffed in full, {count - full} not; {seconds} second choices")
    return 0


if __name__ == "__main__":
    arguments = sys.argv[1:]
    cases = 10000
    if "--count" in arguments:
        place = arguments.index("--count")
        cases = int(arguments[place + 1])
        del arguments[place : place + 2]
    sys.exit(main(arguments, cases))
