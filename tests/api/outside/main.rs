use revier::{Instance, Options, Source, solve};

fn main() -> Result<(), revier::Error> {
    let customers = r#"{"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"id": "a", "workload": 2}, "geometry": {"type": "Point", "coordinates": [8.1, 50.1]}},
        {"type": "Feature", "properties": {"id": "b", "workload": 1}, "geometry": {"type": "Point", "coordinates": [8.9, 50.2]}},
        {"type": "Feature", "properties": {"id": "c", "workload": 1}, "geometry": {"type": "Point", "coordinates": [9.1, 50.1]}}]}"#;
    let reps = r#"{"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"id": "Anna"}, "geometry": {"type": "Point", "coordinates": [8.0, 50.0]}},
        {"type": "Feature", "properties": {"id": "Bo"}, "geometry": {"type": "Point", "coordinates": [9.0, 50.0]}}]}"#;
    let instance = Instance::builder()
        .customers(Source::geojson(customers))
        .reps(Source::geojson(reps))
        .balance("workload", 0.05)
        .build()?;
    let plan = solve(&instance, &Options::new(), |_| {})?;
    let territory = |t: &revier::Territory| format!("{} has {} customers", t.rep, t.customers);
    let all: Vec<String> = plan.territories().iter().map(territory).collect();
    println!("{:?}: {}", plan.status(), all.join(", "));
    Ok(())
}
