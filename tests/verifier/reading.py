#!/usr/bin/env python3
"""What conditions.py reads, and where it says that it cannot read: a table or a column that revier may read in another way must not be judged."""

import pathlib
import sys
import tempfile
from fractions import Fraction

from conditions import Unread, condition, elsewhere, fit, folded, tabled

GOOD = {
    "rep_id,Pharma,5\nR1,-20,\nR2,1e1,+.5\n": {("R1", "Pharma"): "-20", ("R2", Fraction(5)): "+.5"},
    "Wer;Pharma;note\nR1;7;tall, old\n": {("R1", "Pharma"): "7"},
    "Pharma,rep_id\n7,R1\n": {("R1", "Pharma"): "7"},
    "x,Pharma,Owner\nR1,7,-3\n": {("R1", "Owner"): "-3"},
    "Vertreter\tseg\tcost_km\nR1\tPharma\t7\n": {("R1", "Pharma"): "7"},
    "rep_id,value,cost_km\nR1,5.0,7\n": {("R1", Fraction(5)): "7"},
}
UNREAD = [
    "My table,,\nrep_id,Pharma,Retail\nR1,7,-3\n",
    "My table\nrep_id,Pharma\nR1,7\n",
    "rep_id,Pharma,Pharma\nR1,7,8\n",
    "rep_id,Pharma,\nR1,7,\n",
    "Nr,Vertreter,seg,cost_km\n1,R1,Pharma,7\n",
    "rep_id,seg,Cost KM\nR1,Pharma,7\n",
    "rep_id,seg,cost-share\nR1,Pharma,7\n",
    "rep_id,sector,cost_km\nR1,Pharma,7\n",
    "rep_id;Pharma;Retail\nR1;-1.020;5\nR2;3,25;\n",
    "rep_id,Pharma\nR1,\"1,020\"\n",
    "",
    b"PK\3\4",
    "rep_id,Öl\nR1,7\n".encode("cp1252"),
    "rep_id,Pharma\n".encode("utf-16"),
]
REFUSED = ["rep_id,seg,cost_share\nR1,Pharma,0.5\n", "rep_id,seg,cost_km,cost_share\nR1,Pharma,7,0.5\n", "rep_id,5,5.0\nR1,7,8\n"]


def read(directory, text, by="seg"):
    path = directory / "fit.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return tabled([{"table": "fit.csv", "by": by, "unit": "km"}], directory, {"fit.csv": path})[0]


def raises(kind, what, *args):
    try:
        what(*args)
    except kind:
        return True
    return False


def main():
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        for text, some in GOOD.items():
            figures = read(directory, text)["figures"]
            assert some.items() <= figures.items(), (text, figures)
        for text in UNREAD:
            assert raises(Unread, read, directory, text), text
        for text in REFUSED:
            assert raises(ValueError, read, directory, text), text
        # Ids are texts, other values numbers where they are some; a figure in words is not decided.
        ids = read(directory, "rep_id,id,cost_km\nR1,12E4,7\nR1,120000,8\n", "id")
        costs = fit([ids], [{"id": "12E4"}, {"id": "120000"}, {"id": "1"}], [{"id": "R1"}], 1)
        assert [row[0][0] for row in costs] == [7, 8, 0], costs
        words = read(directory, "rep_id,Pharma,note\nR1,near,old\n")
        assert raises(Unread, fit, [words], [{"id": "1", "seg": "Pharma"}], [{"id": "R1"}], 1)
        assert fit([words], [{"id": "1", "seg": "Retail"}], [{"id": "R1"}], 1) == [[(0, 1)]]
    assert folded("seg", "12E4") == folded("seg", "120000") != folded("id", "12E4") == "12E4"
    for text, holds in [
        ("a == 12345678901234567", True),
        ("a == 12345678901234568", False),
        ("a < 12345678901234568", True),
        ("b == 0 && b < 1", True),
        ("c == 4101", False),
        ("d == 3", False),
    ]:
        row = {"a": "12345678901234567", "b": "-0e5", "c": "04101", "d": "\u0663"}
        assert condition(text)(row, {}) is holds, text
    stay = {"stay": True}
    assert elsewhere(stay, {"region": "A/X"}, {"region": "B"}) and not elsewhere(stay, {"region": "A / X"}, {"region": "A"})
    assert not elsewhere(stay, {}, {"region": "B"}) and not elsewhere({"stay": False}, {"Region": "A"}, {"region": "B"})
    for name in ("Region", "REGION", "Sales Region", "Vertriebsregion", "Verkaufs-Region", "Gebietsverbund"):
        for pair in ({name: "A"}, {"region": "B"}), ({"region": "B"}, {name: "A"}):
            assert raises(Unread, elsewhere, stay, *pair), name
    print("conditions.py reads what it can, and says what it cannot")


if __name__ == "__main__":
    sys.exit(main())
