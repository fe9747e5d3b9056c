"""While it solves: other threads run, Ctrl-C ends it, a flag ends it with a plan, progress is told."""

import _thread
import itertools
import signal
import threading
import time

import pytest

import revier

MANY = {"workload": 0.01, "revenue": 0.01, "calls": 0.01}
LONG = 600.0
"""Seconds that the solve below may take, and does not: no gap is small enough."""


def start(action, after=0.7):
    timer = threading.Timer(after, action)
    timer.daemon = True
    timer.start()
    return timer


@pytest.fixture
def heard():
    """Ctrl-C is heard: a shell starts what runs in the background deaf to it, and Python leaves it so."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_ctrl_c_ends_a_solve(large):
    begin = time.monotonic()
    start(_thread.interrupt_main)
    with pytest.raises(KeyboardInterrupt):
        revier.solve(*large, balance=MANY, gap=0.0, time_limit_s=LONG)
    assert time.monotonic() - begin < 10
    # And the next one is not affected.
    assert revier.solve(*large, balance={"workload": 0.3}, gap=0.05).status == "optimal"


def test_a_flag_ends_a_solve_with_a_plan(large):
    cancel = revier.Cancel()
    seen = []

    def watch(text, share, gap):
        seen.append((text, share, gap))
        if gap is not None:
            cancel.set()

    begin = time.monotonic()
    plan = revier.solve(*large, balance={"workload": 0.05}, gap=0.0, time_limit_s=LONG, cancel=cancel, progress=watch)
    assert time.monotonic() - begin < LONG / 4
    assert cancel.is_set()
    assert plan.interrupted
    assert plan.status == "feasible"
    assert plan.claim == "within"
    assert plan.bound <= plan.objective
    plan.check()
    shares = [share for _, share, _ in seen]
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)


def test_an_error_of_a_watch_ends_a_solve(large):
    def watch(text, share, gap):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        revier.solve(*large, balance=MANY, gap=0.0, time_limit_s=LONG, progress=watch)


@pytest.mark.filterwarnings("ignore::revier.InfeasibleWarning")
def test_other_threads_run_meanwhile(large):
    """The interpreter is free: a thread of Python counts on while the main thread solves."""
    stop = threading.Event()
    ticks = []

    def count():
        while not stop.wait(0.01):
            ticks.append(time.monotonic())

    counter = threading.Thread(target=count, daemon=True)
    counter.start()
    begin = time.monotonic()
    revier.solve(*large, balance={"workload": 0.2}, gap=0.0, time_limit_s=2.0)
    end = time.monotonic()
    stop.set()
    during = [tick for tick in ticks if begin <= tick <= end]
    gaps = [b - a for a, b in itertools.pairwise(during)]
    # A hundred a second where nothing else runs; a held lock would leave none.
    assert len(during) > 5 * (end - begin)
    assert max(gaps) < 0.5 * (end - begin)


def test_several_solves_at_once_and_any_number_of_threads_give_the_same(large):
    options = {"balance": {"workload": 0.1}, "gap": 0.01}
    wanted = revier.solve(*large, **options)
    plans = [None] * 4

    def run(i):
        plans[i] = revier.solve(*large, **options, threads=1 + i % 2)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(plans))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for plan in plans:
        assert (plan.owners == wanted.owners).all()
        assert plan.objective == wanted.objective


def test_a_bar_shows_what_is_worked_on(tiny, capsys):
    revier.solve(*tiny, balance={"workload": 0.1}, progress=True)
    shown = capsys.readouterr().err
    assert "reading" in shown
    assert "checking the plan" in shown
    assert "gap" in shown
    revier.solve(*tiny, balance={"workload": 0.1}, progress=False)
    # Nobody looks: stderr is no terminal.
    revier.solve(*tiny, balance={"workload": 0.1})
    assert capsys.readouterr().err == ""
