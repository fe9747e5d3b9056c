use super::*;
use crate::track::period::Period;
use crate::track::plan::Rep;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn period(text: &str) -> Period {
    text.parse().unwrap()
}

fn goal(total: Total, shares: &[Option<(Option<f64>, f64)>]) -> Goal {
    Goal {
        name: "goal".into(),
        measure: "m".into(),
        total,
        from: day("2025-01-01"),
        date: day("2025-12-31"),
        of: shares
            .iter()
            .map(|s| s.map(|(base, value)| Share { base, value }))
            .collect(),
    }
}

/// One result of (rep, customer) in a period.
fn entry(owner: u32, subject: u32, when: &str, amount: f64) -> Entry {
    Entry {
        measure: 0,
        owner,
        period: period(when),
        amount,
        subject,
        row: 1,
    }
}

fn made(goal: Goal, entries: Vec<Entry>, as_of: Option<&str>) -> (GoalView, Vec<Problem>) {
    let reps = (0..goal.of.len()).map(|j| Rep {
        id: format!("R{j}"),
        name: format!("Rep {j}"),
        customers: j + 1,
    });
    let plan = TrackedPlan::of(reps.collect(), vec![goal]);
    let results = Results {
        measures: vec!["m".into()],
        entries,
        unknown_customers: 0,
    };
    let mut problems = Collector::new("results.csv");
    let mut dashboard = dashboard(&plan, &results, as_of.map(day), &mut problems);
    (dashboard.goals.remove(0), problems.into_problems())
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9 * b.abs().max(1.0)
}

#[test]
fn time_passes_by_days() {
    let (from, date) = (day("2025-01-01"), day("2025-12-31"));
    assert_eq!(elapsed(from, date, day("2024-12-31")), 0.0);
    assert_eq!(elapsed(from, date, day("2025-01-01")), 1.0 / 365.0);
    assert_eq!(elapsed(from, date, day("2025-03-14")), 73.0 / 365.0);
    assert_eq!(elapsed(from, date, day("2025-12-31")), 1.0);
    assert_eq!(elapsed(from, date, day("2030-01-01")), 1.0);
    assert_eq!(elapsed(date, date, date), 1.0);
}

#[test]
fn results_add_up_by_rep_and_period() {
    let shares = [Some((None, 365.0)), Some((Some(10.0), 730.0)), None];
    let entries = vec![
        entry(0, 1, "2025-Q1", 40.0),
        entry(0, 2, "2025-Q1", 50.0),
        entry(1, 3, "2025-Q1", 200.0),
        entry(0, 1, "2025-Q2", 100.0),
        entry(1, 3, "2025-Q2", -20.0),
        // A rep for whom the goal is not set, and a customer whom the plan does not have.
        entry(2, 4, "2025-Q1", 1e6),
        entry(u32::MAX, 5, "2025-Q2", 7.0),
    ];
    let (view, problems) = made(goal(Total::Sum, &shares), entries, None);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(view.as_of, Some(day("2025-06-30")));
    // 181 of 365 days.
    assert_eq!(view.elapsed, 181.0 / 365.0);
    assert_eq!(view.outside, 7.0);
    let [a, b] = view.territories.as_slice() else {
        panic!("two reps have the goal: {:?}", view.territories);
    };
    assert_eq!(
        (a.actual, b.actual, view.all.actual),
        (Some(190.0), Some(180.0), Some(370.0))
    );
    assert_eq!((a.customers, b.customers, view.all.customers), (1, 2, 3));
    assert_eq!(view.all.base, None);
    assert_eq!(view.all.value, 1095.0);
    assert!(near(a.expected, 181.0) && near(b.expected, 362.0));
    assert_eq!(
        (a.status, b.status, view.all.status),
        (Status::OnTrack, Status::Behind, Status::Behind)
    );
    assert!(near(a.forecast.unwrap(), 190.0 * 365.0 / 181.0));
    assert!(near(a.change.unwrap(), 100.0 / 90.0 - 1.0));
    assert_eq!(a.share, Some(190.0 / 365.0));
    let to_date: Vec<_> = view
        .all
        .periods
        .iter()
        .map(|p| (p.actual, p.to_date))
        .collect();
    assert_eq!(
        to_date,
        [(Some(290.0), Some(290.0)), (Some(80.0), Some(370.0))]
    );
    assert!(near(a.periods[0].expected, 90.0));
}

#[test]
fn days_are_gathered_by_month() {
    let entries = vec![
        entry(0, 1, "2025-02-03", 1.0),
        entry(0, 1, "2025-01-31", 2.0),
        entry(0, 2, "2025-02-28", 4.0),
    ];
    let (view, _) = made(goal(Total::Sum, &[Some((None, 100.0))]), entries, None);
    let line = &view.territories[0];
    let steps: Vec<_> = line
        .periods
        .iter()
        .map(|p| (p.period.as_str(), p.to_date))
        .collect();
    assert_eq!(steps, [("2025-01", Some(2.0)), ("2025-02", Some(7.0))]);
    assert_eq!(view.as_of, Some(day("2025-02-28")));
    assert_eq!(line.change, Some(1.5));
}

#[test]
fn what_lies_outside_of_the_time_does_not_count() {
    let entries = vec![
        entry(0, 1, "2024-Q4", 1000.0),
        entry(0, 1, "2025-01", 5.0),
        entry(0, 1, "2026", 1000.0),
    ];
    let shares = [Some((None, 10.0))];
    let (view, problems) = made(
        goal(Total::Sum, &shares),
        entries.clone(),
        Some("2025-01-31"),
    );
    assert!(problems.is_empty());
    assert_eq!(view.territories[0].actual, Some(5.0));
    assert_eq!(view.territories[0].periods.len(), 1);

    let mut half = goal(Total::Sum, &shares);
    half.from = day("2025-01-15");
    let (view, problems) = made(half, entries, Some("2025-06-30"));
    let codes: Vec<_> = problems.iter().map(|p| p.code).collect();
    assert_eq!(codes, [codes::PERIOD_AT_EDGE, codes::NO_RESULTS]);
    assert!(
        problems[0].what.contains("2025-01 (1 rows)"),
        "{}",
        problems[0].what
    );
    assert_eq!(view.territories[0].status, Status::NoData);
    assert_eq!(view.territories[0].actual, None);
}

#[test]
fn the_day_may_lie_within_a_period() {
    let entries = vec![
        entry(0, 1, "2025-Q1", 90.0),
        entry(0, 1, "2025-Q2", 30.0),
        entry(0, 1, "2025-Q3", 1.0),
    ];
    let (view, _) = made(
        goal(Total::Sum, &[Some((None, 365.0))]),
        entries,
        Some("2025-04-30"),
    );
    let line = &view.territories[0];
    // Q2 has begun and counts; it is not complete, so it is no trend. Q3 has not begun.
    assert_eq!((line.actual, line.change), (Some(120.0), None));
    assert!(near(line.expected, 120.0));
    assert_eq!(line.status, Status::OnTrack);
}

#[test]
fn the_latest_result_of_each_customer_counts() {
    let entries = vec![
        entry(0, 1, "2025-01", 10.0),
        entry(0, 2, "2025-01", 5.0),
        // The second customer is not read in February, and keeps what it had.
        entry(0, 1, "2025-02", 12.0),
        entry(0, 2, "2025-04", 0.0),
    ];
    let (view, _) = made(goal(Total::Last, &[Some((None, 20.0))]), entries, None);
    let line = &view.territories[0];
    let read: Vec<_> = line.periods.iter().map(|p| p.to_date).collect();
    assert_eq!(read, [Some(15.0), Some(17.0), Some(12.0)]);
    assert_eq!(line.actual, Some(12.0));
    // Expected: from 15 at the end of January (31 days) to 20 at the end of the year; now it is April 30 (120).
    let share = (120.0 - 31.0) / (365.0 - 31.0);
    assert!(near(line.expected, 15.0 + 5.0 * share));
    assert!(near(line.forecast.unwrap(), 15.0 - 3.0 / share));
    assert_eq!(line.status, Status::Behind);
}

#[test]
fn a_base_is_where_the_latest_starts_from() {
    let entries = vec![entry(0, 1, "2025-03-14", 104.0)];
    let (view, _) = made(
        goal(Total::Last, &[Some((Some(100.0), 110.0))]),
        entries,
        None,
    );
    let line = &view.territories[0];
    // A fifth of the year: 102 are expected, and it goes on to 120.
    assert!(near(line.expected, 102.0) && near(line.forecast.unwrap(), 120.0));
    assert_eq!(line.status, Status::OnTrack);
}

#[test]
fn a_year_is_read_at_its_end() {
    let mut goal = goal(Total::Last, &[Some((None, 10.0))]);
    goal.from = day("2025-07-01");
    let (view, problems) = made(goal, vec![entry(0, 1, "2025", 11.0)], None);
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(view.territories[0].status, Status::Met);
}

#[test]
fn every_status() {
    for (actual, now, expect) in [
        (None, 0.5, Status::NoData),
        (Some(10.0), 0.1, Status::Met),
        (Some(9.0), 1.0, Status::Missed),
        (Some(5.0), 0.5, Status::OnTrack),
        (Some(4.9), 0.5, Status::Behind),
    ] {
        assert_eq!(status(actual, 10.0, 10.0 * now, now), expect);
    }
}

#[test]
fn nothing_to_reach_has_no_share() {
    let entries = vec![entry(0, 1, "2025-01", 0.0)];
    let (view, _) = made(goal(Total::Sum, &[Some((Some(0.0), 0.0))]), entries, None);
    let line = &view.territories[0];
    assert_eq!((line.share, line.status), (None, Status::Met));
}

#[test]
fn totals_that_overflow_are_told() {
    let entries = vec![entry(0, 1, "2025-01", 1e308), entry(0, 2, "2025-01", 1e308)];
    let (_, problems) = made(goal(Total::Sum, &[Some((None, 1.0))]), entries, None);
    assert_eq!(problems[0].code, codes::NOT_FINITE);
}
