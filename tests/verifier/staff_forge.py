#!/usr/bin/env python3
"""Changes a staffing in many ways, of which staff.py must refuse each: staff_forge.py STAFF.json PLAN_DIR PEOPLE"""

import contextlib
import copy
import io
import json
import pathlib
import sys
import tempfile

import staff


def other(value):
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, (int, float)) else value + "x"


def forgeries(told):
    """What is changed, and the file that says so."""
    def changed(what, change):
        copied = copy.deepcopy(told)
        change(copied)
        return what, copied

    for key in ("staffed", "total", "bound", "complete", "format"):
        yield changed(key, lambda t: t.update({key: other(t[key])}))
    for kind in ("people", "territories"):
        for at in range(min(4, len(told[kind]))):
            for key in ("id", "price", "covers"):
                yield changed(f"{kind} {at} {key}", lambda t: t[kind][at].update({key: other(t[kind][at][key])}))
    first, second = told["people"][0], told["people"][1]

    def swapped(t):
        a, b = t["people"][0], t["people"][1]
        a["territory"], b["territory"] = second["territory"], first["territory"]
        for territory in t["territories"]:
            if territory["person"] in (first["id"], second["id"]):
                territory["person"] = first["id"] if territory["person"] == second["id"] else second["id"]

    yield changed("two people swapped", swapped)
    yield changed("everybody covers half", lambda t: [x.update({"covers": 0.5}) for x in t["people"] + t["territories"]])

    def coarse(t):
        t["step"] = 1e12
        t["costs"] = [[None if cost is None else 1 for cost in row] for row in t["costs"]]
        for one in t["people"] + t["territories"]:
            one["price"] = 0
        for one in t["people"]:
            one["price"] = 1 if one["covers"] else 0
        for one in t["territories"]:
            one["price"] = 1 if one["covers"] else 0
        t["total"] = t["bound"] = t["staffed"]
        for swap in t["swaps"]:
            swap["more"] = 0

    yield changed("steps that hide all costs", coarse)

    def shifted(t):
        for one in t["people"]:
            one["price"] += 1
        for one in t["territories"]:
            one["price"] -= 1
        t["people"][0]["price"] += 1
        t["total"] += 1
        t["bound"] += 1

    yield changed("prices that add up to more", shifted)
    held = [(p, t) for p, person in enumerate(told["people"]) for t, place in enumerate(told["territories"]) if person["territory"] == place["id"]]
    for p, t in held[:3]:
        def cheaper(t_, p=p, t=t):
            t_["costs"][p][t] -= 1
            t_["people"][p]["price"] -= 1
            t_["total"] -= 1
            t_["bound"] -= 1

        yield changed(f"a pair that costs less: {p} {t}", cheaper)
    null = [(p, t) for p, row in enumerate(told["costs"]) for t, cost in enumerate(row) if cost is None]
    for p, t in null[:3]:
        yield changed(f"a forbidden pair with a cost: {p} {t}", lambda t_: t_["costs"][p].__setitem__(t, 10**9))
    free = [(p, t) for p, row in enumerate(told["costs"]) for t, cost in enumerate(row) if cost is not None and (p, t) not in held]
    for p, t in free[:3]:
        yield changed(f"a pair without its cost: {p} {t}", lambda t_: t_["costs"][p].__setitem__(t, None))
    if told["swaps"]:
        yield changed("a swap", lambda t: t["swaps"][0].update(more=other(t["swaps"][0]["more"])))
    if told["forbidden"]:
        yield changed("a reason left out", lambda t: t["forbidden"].pop())
    yield changed("another file", lambda t: t["inputs"][0].update(sha256="0" * 64))


def main(path, *others):
    told = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    passed, count = [], 0
    with tempfile.TemporaryDirectory() as place:
        forged = pathlib.Path(place) / "forged.json"
        for what, text in forgeries(told):
            forged.write_text(json.dumps(text), encoding="utf-8")
            with contextlib.redirect_stdout(io.StringIO()):
                holds = staff.main(forged, *others) == 0
            count += 1
            if holds:
                passed.append(what)
    if passed:
        print(f"staff.py took {', '.join(passed)}")
        return 1
    print(f"  {count} forgeries, all refused")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
