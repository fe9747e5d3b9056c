#!/usr/bin/env python3
"""Forges a plan directory in many ways and demands that verify.py and `revier check` refuse each: forge.py REVIER DIR [--all]

The forger is a careful one: where a file is edited, its hash is made to fit, and figures that belong together are changed together,
unless a kind says otherwise. Kinds marked MAY leave what is claimed true, or true of less; there the two need not refuse, but what
`revier check` accepts verify.py has to accept.
"""

import copy
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import verify  # noqa: E402

BAD = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf"), "text": "1", "null": None, "true": True, "list": [1], "object": {}}


class World:
    """A plan directory and its inputs, all as texts; `report` and `certificate` parsed."""

    def __init__(self, directory):
        report = json.loads((directory / "report.json").read_text())
        self.texts = {name: (directory / name).read_text() for name in sorted(os.listdir(directory)) if (directory / name).is_file()}
        paths = [entry["path"] for entry in report["inputs"]]
        assert not any(map(os.path.isabs, paths)), "the inputs must have relative paths"
        self.depth = max(path.count("../") for path in paths)
        for path in paths:
            self.texts[path] = (directory / path).read_text()
        self.report, self.certificate = (json.loads(self.texts.pop(name)) for name in ("report.json", "certificate.json"))
        self.stale = set()  # files whose hash is not made to fit
        self.raw = {}  # replacements in the finished texts of report.json and certificate.json

    def copy(self):
        return copy.deepcopy(self)

    def input(self, role):
        return next(entry["path"] for entry in self.report["inputs"] if entry["role"] == role)

    def rehash_inputs(self):
        for entry in [*self.report["inputs"], *self.certificate["inputs"]]:
            entry["sha256"] = hashlib.sha256(self.texts[entry["path"]].encode()).hexdigest()

    def both(self, **fields):
        """Sets what stands in both files, and what follows from it."""
        c, r = self.certificate, self.report
        c.update(fields)
        r["claim"], r["objective"]["value"] = c["claim"], c["objective"]
        r["status"] = verify.STATUS.get(c["claim"], "optimal")
        if c["claim"] != "infeasible" and all(isinstance(x, (int, float)) for x in (c["value"], c["objective"])):
            r["bound"] = c["value"]
            r["gap"] = (c["objective"] - c["value"]) / c["objective"] if c["objective"] else 0.0

    def write(self, top):
        out = top.joinpath(*["d"] * self.depth)
        out.mkdir(parents=True)
        for name, text in self.texts.items():
            path = pathlib.Path(os.path.normpath(out / name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for name, value in (("certificate.json", self.certificate), ("report.json", self.report)):
            if name == "report.json":
                for entry in self.report.get("files", []):
                    path = out / entry["name"]
                    if entry["name"] not in self.stale and path.is_file():
                        entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
            text = json.dumps(value)
            for old, new in self.raw.get(name, ()):
                assert old in text, (name, old)
                text = text.replace(old, new, 1)
            (out / name).write_text(text)
        return out


def at(tree, path):
    for step in path:
        tree = tree[step]
    return tree


def leaves(value, path=()):
    """The paths of all numbers."""
    if isinstance(value, bool):
        return
    if isinstance(value, (int, float)):
        yield path
    elif isinstance(value, (dict, list)):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, name))


def nodes(node, path=()):
    yield path
    for name, branch in node.get("branches", {}).items():
        yield from nodes(branch, (*path, "branches", name))
    if "rest" in node:
        yield from nodes(node["rest"], (*path, "rest"))


def swap_in(text, customer, old, new):
    """Another rep for a customer, in assignments.csv or .geojson."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if line.startswith(f"{customer},{old},"):
            lines[i] = line.replace(f",{old},", f",{new},", 1)
        elif f'"customer_id":"{customer}",' in line:
            lines[i] = line.replace(f'"rep_id":"{old}"', f'"rep_id":"{new}"', 1)
    return "\n".join(lines)


def rows(world):
    return [line.split(",")[:2] for line in world.texts["assignments.csv"].strip().split("\n")[1:]]


def forgeries(base):
    """(kind, whether it must be refused, forged world); kinds with a colon are one kind at several places."""
    certificate, report = base.certificate, base.report
    fitting = certificate["claim"] in ("optimal", "within")

    def forged(kind, edit, must=True):
        world = base.copy()
        edit(world)
        return kind, must, world

    def setter(which, path, value):
        def edit(world):
            at(getattr(world, which), path[:-1])[path[-1]] = value
        return edit

    def remover(which, path):
        def edit(world):
            del at(getattr(world, which), path[:-1])[path[-1]]
        return edit

    # Every member of the certificate: missing, of another kind.
    for name in certificate:
        yield forged(f"certificate without {name}", remover("certificate", (name,)))
        for kind, value in BAD.items():
            if value != certificate[name]:
                yield forged(f"certificate {name} {kind}", setter("certificate", (name,), value))
    yield forged("certificate with another member", setter("certificate", ("note", ), "trust me"))
    yield forged("certificate of another format", setter("certificate", ("format",), "revier-certificate/2"))
    yield forged("certificate is a list", lambda w: setattr(w, "certificate", [w.certificate]))

    # Claims.
    for claim in ("optimal", "within", "infeasible", "not-found", "proven"):
        if claim != certificate["claim"]:
            weaker = (certificate["claim"], claim) in (("optimal", "within"), ("within", "not-found"), ("optimal", "not-found"), ("infeasible", "not-found"))
            yield forged(f"claim {claim}, certificate only", setter("certificate", ("claim",), claim))
            yield forged(f"claim {claim}, report only", setter("report", ("claim",), claim))
            # "within" of an optimal plan is true, and so is a bound of 0 with "not-found".
            yield forged(f"claim {claim}, everywhere", lambda w, claim=claim: w.both(claim=claim), not weaker)
    for status in ("optimal", "feasible", "infeasible"):
        if status != report["status"]:
            yield forged(f"status {status}", setter("report", ("status",), status))

    # Value and objective.
    value, objective = certificate["value"], certificate["objective"]
    for kind, x in (("1e308", 1e308), ("-1", -1.0), ("+1 %", value * 1.01), ("one ulp above the objective", objective * (1 + 1e-6))):
        if x != value:
            yield forged(f"value {kind}, certificate only", setter("certificate", ("value",), x), fitting)
            yield forged(f"value {kind}, everywhere", lambda w, x=x: w.both(value=x), fitting)
    yield forged("value +1e-6", lambda w: w.both(value=value * (1 + 1e-6)), False)
    yield forged("value -1e-6", lambda w: w.both(value=value * (1 - 1e-6)), False)
    yield forged("value -0.0", lambda w: w.both(value=-0.0), certificate["claim"] == "optimal" and objective > 0)
    for kind, x in (("1e308", 1e308), ("-0.0", -0.0), ("+1 %", objective * 1.01), ("-1 %", objective * 0.99), ("+1e-6", objective * (1 + 1e-6))):
        if x != objective:
            yield forged(f"objective {kind}, certificate only", setter("certificate", ("objective",), x))
            yield forged(f"objective {kind}, everywhere", lambda w, x=x: w.both(objective=x))

    # Reps, measures, inputs.
    yield forged("reps swapped", lambda w: w.certificate["reps"].reverse(), len(certificate["reps"]) > 1)
    yield forged("a rep missing", lambda w: w.certificate["reps"].pop())
    yield forged("a rep twice", lambda w: w.certificate["reps"].append(w.certificate["reps"][0]))
    yield forged("a rep unknown", setter("certificate", ("reps", 0), "nobody"))
    yield forged("a measure unknown", setter("certificate", ("measures", 0), "luck"))
    yield forged("a measure more", lambda w: w.certificate["measures"].append("luck"))
    for i, entry in enumerate(certificate["inputs"]):
        other = certificate["inputs"][i - 1]
        for where in (("certificate",), ("report",), ("certificate", "report")):
            def edit(world, member, x, where=where, i=i):
                for which in where:
                    getattr(world, which)["inputs"][i][member] = x
            name = f"{entry['role']}, {' and '.join(where)}"
            yield forged(f"hash of another file: {name}", lambda w, e=edit, o=other: e(w, "sha256", o["sha256"]))
            yield forged(f"path of another file: {name}", lambda w, e=edit, o=other: e(w, "path", o["path"]))
            yield forged(f"role unknown: {name}", lambda w, e=edit: e(w, "role", "friend"))
            yield forged(f"hash null: {name}", lambda w, e=edit: e(w, "sha256", None))
        yield forged(f"input not listed: {entry['role']}", lambda w, i=i: [w.certificate["inputs"].pop(i), w.report["inputs"].pop(i)], entry["role"] in ("customers", "reps", "matrix"))
        yield forged(f"input missing: {entry['role']}", lambda w, e=entry: w.texts.pop(e["path"]))
        yield forged(f"input edited: {entry['role']}", lambda w, e=entry: w.texts.update({e["path"]: w.texts[e["path"]] + "\n"}))
        yield forged(f"input twice: {entry['role']}", lambda w, i=i: [x["inputs"].append(x["inputs"][i]) for x in (w.certificate, w.report)], False)
    yield forged("no inputs", lambda w: [x.update(inputs=[]) for x in (w.certificate, w.report)])

    # Inputs edited, and their hashes made to fit: another problem than the one that was solved.
    def edited(world, role, old, new):
        name = world.input(role)
        if old not in world.texts[name]:
            raise LookupError(old)
        world.texts[name] = world.texts[name].replace(old, new, 1)
        world.rehash_inputs()
    tolerance = base.texts[base.input("scenario")] if any(e["role"] == "scenario" for e in report["inputs"]) else ""
    tolerance = next((line for line in tolerance.split("\n") if line.startswith("tolerance")), None)
    if tolerance:
        yield forged("tolerance edited, hashes fit", lambda w: edited(w, "scenario", tolerance, "tolerance = 0.0371"), not any(report["overrides"].values()))
    first = rows(base)[0][0]
    customers = base.texts[base.input("customers")]
    line = next(line for line in customers.split("\n") if f'"{first}"' in line or line.startswith(first + ","))
    yield forged("a customer twice, hashes fit", lambda w: edited(w, "customers", line, line + "\n" + line))
    yield forged("a customer less, hashes fit", lambda w: edited(w, "customers", line, ""))
    if line.startswith("{"):
        yield forged("a doubled member in a customer, hashes fit", lambda w: edited(w, "customers", f'"{first}"', f'"{first}","id":"{first}"'))
        yield forged("NaN in a customer, hashes fit", lambda w: edited(w, "customers", '"workload":', '"workload":NaN,"x":'))

    # The tree.
    def tree_of(value):
        return lambda w: w.certificate.update(tree=value)
    reps, measures = certificate["reps"], certificate["measures"]
    zero = [[0 for _ in measures] for _ in reps]
    for kind, tree in (("ray of zeros", {"ray": zero}), ("ray of ones", {"ray": [[1 for _ in measures] for _ in reps]}), ("empty node", {}),
                       ("list", []), ("subset of nobody", {"subset": "nobody", "measure": measures[0]}), ("subset of luck", {"subset": reps[0], "measure": "luck"}),
                       ("unknown unit", {"unit": "nothing", "branches": {}}), ("branches none", {"unit": first, "branches": {}}),
                       ("prices too few", {"prices": zero[1:]}), ("prices too many", {"prices": [*zero, zero[0]]}),
                       ("knapsack of luck", {"prices": zero, "knapsack": "luck", "above": {}}), ("two kinds", {"prices": zero, "ray": zero}),
                       ("change below 0", {"prices": zero, "change": -1e9}), ("ray not whole", {"ray": [[0.5 for _ in measures] for _ in reps]})):
        must = kind not in ("branches none", "ray of ones", "ray not whole", "ray of zeros") or fitting
        yield forged(f"tree: {kind}", tree_of(tree), must)
    yield forged("tree: prices of 0 for a value of the objective", lambda w: [w.certificate.update(tree={"prices": zero}), w.both(value=objective)], False)
    yield forged("tree: a cutoff of 1e308 and the value too", lambda w: [w.certificate.update(tree={"cutoff": 1e308, "prices": zero, "rest": w.certificate["tree"]}), w.both(value=1e307)], fitting)
    for rep in reps:
        for measure in measures:
            yield forged("tree: subset", tree_of({"subset": rep, "measure": measure}), fitting)
    if fitting:
        for sign in (1, -1):
            for j in range(len(reps)):
                ray = copy.deepcopy(zero)
                ray[j][0] = sign
                yield forged("infeasible by a ray that proves nothing", lambda w, ray=ray: [w.both(claim="infeasible", value=1.0), w.certificate.update(tree={"ray": ray})])
        yield forged("infeasible by a subset that proves nothing", lambda w: [w.both(claim="infeasible", value=1.0), w.certificate.update(tree={"subset": reps[0], "measure": measures[0]})])
    for path in list(nodes(certificate["tree"]))[:12]:
        node, where = at(certificate["tree"], path), ("tree", *path)
        yield forged("node with another member", setter("certificate", (*where, "note"), 1))
        for name in node:
            yield forged(f"node without {name}", remover("certificate", (*where, name)), name not in ("change",))
            for kind, value in BAD.items():
                if value != node[name] and not (name in ("above", "branches") and value == {}):
                    yield forged(f"node's {name} {kind}", setter("certificate", (*where, name), value))
        if "branches" in node:
            for rep in node["branches"]:
                yield forged("a branch less", remover("certificate", (*where, "branches", rep)))
            yield forged("a branch of nobody", setter("certificate", (*where, "branches", "nobody"), {"prices": zero}))
            closed = [rep for rep in reps if rep not in node["branches"]]
            if closed:
                yield forged("a branch of another rep", setter("certificate", (*where, "branches", closed[0]), {"prices": zero}), False)
            yield forged("another unit", setter("certificate", (*where, "unit"), next(c for c, _ in rows(base) if c != node["unit"])), False)
        for name in ("prices", "ray"):
            if name in node:
                yield forged(f"{name}: a row less", lambda w, p=(*where, name): at(w.certificate, p).pop())
                yield forged(f"{name}: a number more", lambda w, p=(*where, name): at(w.certificate, p)[0].append(0))
                yield forged(f"{name}: rows swapped", lambda w, p=(*where, name): at(w.certificate, p).reverse(), False)
        if "above" in node:
            yield forged("above: nothing's", setter("certificate", (*where, "above", "nothing"), 0.0))
        if "cutoff" in node:
            yield forged("cutoff raised", setter("certificate", (*where, "cutoff"), objective * 3), False)
    numbers = list(leaves(certificate["tree"]))
    for path in numbers[:: max(1, len(numbers) // 12)]:
        name = next(step for step in reversed(path) if isinstance(step, str))
        name = name if name in ("cutoff", "prices", "change", "ray") else "above"
        for kind, value in BAD.items():
            yield forged(f"number of {name} {kind}", setter("certificate", ("tree", *path), value))
        x = at(certificate["tree"], path)
        for kind, value in (("1e308", 1e308), ("-1e308", -1e308), ("-0.0", -0.0), ("+1 %", x * 1.01), ("of the other sign", -x)):
            yield forged(f"number of {name} {kind}", setter("certificate", ("tree", *path), value), False)
    deep = certificate["tree"]
    for _ in range(200):
        deep = {"cutoff": 1e300, "prices": zero, "rest": deep}
    yield forged("tree 200 deep", tree_of(deep), False)

    # Doubled names, and numbers that JSON does not have.
    for name, text in (("certificate.json", '"claim": '), ("certificate.json", '"value": '), ("certificate.json", '"tree": '), ("report.json", '"claim": '), ("report.json", '"bound": ')):
        yield forged(f"{text.strip(': ')} twice in {name}", lambda w, n=name, t=text: w.raw.update({n: [(t, t + '"optimal", ' + t)]}))
    yield forged("value 1e999999999", lambda w: w.raw.update({"certificate.json": [(f'"value": {json.dumps(certificate["value"])}', '"value": 1e999999999')]}))
    yield forged("certificate cut off", lambda w: w.raw.update({"certificate.json": [('"tree": ', "")]}))

    # The report.
    for path in [("objective", "value"), ("bound",), ("gap",)]:
        x = at(report, path)
        for kind, y in (*BAD.items(), ("1e308", 1e308), ("+1 %", (x or 1) * 1.01), ("-0.0", -0.0)):
            if y != x and not (path == ("gap",) and abs((y if isinstance(y, float) else 1) - (x or 0)) < 1e-9):
                yield forged(f"report's {'.'.join(path)} {kind}", setter("report", path, y), fitting)
        yield forged(f"report without {'.'.join(path)}", remover("report", path), fitting)
    for j, row in enumerate(report["territories"]):
        yield forged("report's customers of a rep", setter("report", ("territories", j, "customers"), row["customers"] + 1))
        for name, figures in row["measures"].items():
            for figure in ("total", "lower", "upper"):
                if figures[figure]:
                    yield forged(f"report's {figure} of a rep +1 %", setter("report", ("territories", j, "measures", name, figure), figures[figure] * 1.01))
                    yield forged(f"report's {figure} of a rep nan", setter("report", ("territories", j, "measures", name, figure), float("nan")))
    yield forged("report's territories swapped", lambda w: w.report["territories"].reverse(), len(reps) > 1)
    yield forged("report's territory missing", lambda w: w.report["territories"].pop())
    yield forged("report with another tolerance", setter("report", ("scenario", "balance", 0, "tolerance"), 0.0371), bool(tolerance))
    for place, row in enumerate(report.get("deviation", ())):
        for factor in (0, 0.5, 1.001, 3):
            price, name = factor * float(row["price"]) or 0.25, row["measure"]
            yield forged(f"another cost of {name} beside its target in the report", setter("report", ("deviation", place, "price"), price))
            yield forged(f"another cost of {name} beside its target in the certificate", setter("certificate", ("deviation", certificate["measures"].index(name)), price))
            yield forged(f"another cost of {name} beside its target in both", lambda w, place=place, name=name, price=price: [
                w.report["deviation"][place].update(price=price), w.certificate["deviation"].__setitem__(certificate["measures"].index(name), price)])
        yield forged("another load beside a target", setter("report", ("deviation", place, "load"), float(row["load"]) + 0.5))
    if report.get("deviation"):
        for part in ("travel", "balance"):
            yield forged(f"another {part} in the objective", setter("report", ("objective", part), float(report["objective"][part]) * 0.99), bool(report["objective"].get(part)))
        yield forged("no balance in the objective", remover("report", ("objective", "balance")), bool(report["objective"].get("balance")))
        yield forged("another budget", setter("report", ("scenario", "balance", 0, "deviation_budget"), 0.0371))
        yield forged("no costs beside targets", lambda w: [w.report.pop("deviation"), w.certificate.pop("deviation")])
    yield forged("report with another tolerance by a flag", setter("report", ("overrides", "tolerance"), 0.0371))
    yield forged("report with another gap by its scenario", setter("report", ("scenario", "solve", "gap"), 0.9), False)
    for i, entry in enumerate(report.get("files", [])):
        name = entry["name"]
        yield forged(f"file not listed: {name}", lambda w, i=i: w.report["files"].pop(i))
        yield forged(f"file missing: {name}", (lambda w, n=name: w.texts.pop(n)) if name != "certificate.json" else (lambda w: setattr(w, "certificate", {})))
        yield forged(f"file with another hash: {name}", lambda w, i=i, n=name: [w.stale.add(n), w.report["files"][i].update(sha256="0" * 64)])
        if name in base.texts:
            yield forged(f"file edited: {name}", lambda w, n=name: [w.stale.add(n), w.texts.update({n: w.texts[n] + "\n"})])
    if report.get("files"):
        yield forged("no files", setter("report", ("files",), []))
        yield forged("without files", remover("report", ("files",)))

    # Owners.
    customer, rep = rows(base)[0]
    other = next((r for r in reps if r != rep), "nobody")
    other_row = next(((c, r) for c, r in rows(base) if r != rep), None)
    def assigned(world, names, *swaps):
        for name in names:
            for c, old, new in swaps:
                before = world.texts[name]
                world.texts[name] = swap_in(before, c, old, new)
                assert before != world.texts[name], (name, c, old)
    two = ("assignments.csv", "assignments.geojson")
    for names in (two[:1], two[1:], two):
        yield forged(f"another rep in {' and '.join(names)}", lambda w, n=names: assigned(w, n, (customer, rep, other)))
        yield forged(f"an unknown rep in {' and '.join(names)}", lambda w, n=names: assigned(w, n, (customer, rep, "nobody")))
        if other_row:
            yield forged(f"two customers swapped in {' and '.join(names)}", lambda w, n=names: assigned(w, n, (customer, rep, other_row[1]), (other_row[0], other_row[1], rep)))
    row = base.texts["assignments.csv"].split("\n")[1]
    yield forged("a row of assignments.csv twice", lambda w: w.texts.update({two[0]: w.texts[two[0]].rstrip("\n") + "\n" + row + "\n"}))
    yield forged("a row of assignments.csv missing", lambda w: w.texts.update({two[0]: w.texts[two[0]].replace(row + "\n", "", 1)}))
    yield forged("a row of nobody in assignments.csv", lambda w: w.texts.update({two[0]: w.texts[two[0]].replace(row, "nobody" + row[len(customer):], 1)}))
    yield forged("assignments.csv empty", lambda w: w.texts.update({two[0]: ""}))


def main():
    revier, directory = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    kinds, wrong, may, total = {}, [], {}, 0
    base = World(directory)
    with tempfile.TemporaryDirectory(prefix="revier-forged-") as top:
        def judged(world):
            shutil.rmtree(f"{top}/w", ignore_errors=True)
            out = world.write(pathlib.Path(top) / "w")
            check = subprocess.run([revier, "check", out], capture_output=True, text=True, timeout=300)
            return verify.judge(out), (check.returncode, (check.stdout + check.stderr).strip())
        (ours, why), (theirs, said) = judged(base.copy())
        if (ours, theirs) != (0, 0):
            print(f"{directory} does not hold as it is: {why}; check: {said}")
            return 1
        for kind, must, world in forgeries(base):
            (ours, why), (theirs, said) = judged(world)
            total += 1
            kinds.setdefault(kind.split(":")[0] if must else f"MAY {kind}", must)
            if "panicked" in said or theirs not in (0, 2, 3, 4):
                wrong.append(f"{kind}: check ends with {theirs}: {said[-300:]}")
            elif must and (ours != 1 or theirs == 0):
                wrong.append(f"{kind}: {'' if ours == 1 else 'verify.py: ' + why + '  '}{'' if theirs else 'check accepts it'}")
            elif not must and theirs == 0 and ours != 0:
                wrong.append(f"{kind}: check accepts it, verify.py does not: {why}")
            elif not must and 0 in (ours, theirs):
                may[kind] = may.get(kind, 0) + 1
            if "--all" in sys.argv:
                print(f"{kind}: {'must' if must else 'may'}: {ours} {why[:150]} | {theirs} {said[:150]!r}")
    print(f"{directory}: {total} forged copies of {sum(kinds.values())} kinds that must be refused, {len(wrong)} wrong; true all the same: {sorted(may)}")
    for told in wrong:
        print(f"  {told}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
