//! satchel-sim: runs seeds, prints what was injected and what did not hold. `cargo xtask sim` calls it.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use clap::{Parser, ValueEnum};
use satchel_core::ids::MutationId;
use satchel_sim::run::{Report, World, simulate, watch};
use satchel_sim::sabotage::Sabotage;

#[derive(Parser)]
#[command(version, about = "Runs seeds of the sync simulator; a seed that fails fails again")]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// The first seed.
    #[arg(long, default_value_t = 1)]
    start: u64,
    /// Prints one JSON object instead of lines.
    #[arg(long)]
    json: bool,
    /// Breaks the engine on purpose; the run succeeds when a seed catches it.
    #[arg(long, value_enum)]
    sabotage: Option<Sabotage>,
    /// Prints where this mutation stands whenever that changes (with one seed).
    #[arg(long)]
    watch: Option<uuid::Uuid>,
    /// Breaks it in every way, one after another.
    #[arg(long, conflicts_with = "sabotage")]
    all_sabotages: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.all_sabotages {
        return all(&arguments);
    }
    if let Some(id) = arguments.watch {
        let report = watch(&World::new(), arguments.start, arguments.sabotage, Some(MutationId(id)));
        println!("{:?}", report.violation);
    }
    let started = Instant::now();
    let reports = run(&arguments, arguments.sabotage);
    let failed: Vec<&Report> = reports.iter().filter(|report| report.violation.is_some()).collect();
    let operations: u64 = reports.iter().map(|report| report.operations).sum();
    let mut faults: BTreeMap<&str, u64> = BTreeMap::new();
    for (kind, n) in reports.iter().flat_map(|report| &report.faults) {
        *faults.entry(kind).or_insert(0) += n;
    }
    if arguments.json {
        let violations: Vec<_> = failed
            .iter()
            .map(|r| serde_json::json!({ "seed": r.seed, "trace": format!("{:016x}", r.trace), "violation": r.violation }))
            .collect();
        let out = serde_json::json!({
            "seeds": reports.len(), "start": arguments.start, "operations": operations, "faults": faults,
            "violations": violations, "ms": started.elapsed().as_millis() as u64,
        });
        println!("{out}");
    } else {
        println!(
            "{} seeds from {}, {operations} operations, {:.1} s",
            reports.len(),
            arguments.start,
            started.elapsed().as_secs_f64()
        );
        let list: Vec<String> = faults.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
        println!("faults: {}", list.join(", "));
        for report in failed.iter().take(10) {
            let words = report.violation.as_deref().unwrap_or_default();
            println!(
                "seed {}: {words} (trace {:016x}); again: cargo xtask sim --start {} --seeds 1",
                report.seed, report.trace, report.seed
            );
        }
        println!("{} seeds passed, {} failed", reports.len() - failed.len(), failed.len());
    }
    if failed.is_empty() == arguments.sabotage.is_none() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn all(arguments: &Arguments) -> ExitCode {
    let mut missed = 0;
    for sabotage in Sabotage::value_variants() {
        let name = sabotage.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let world = World::new();
        let caught = (arguments.start..arguments.start + arguments.seeds)
            .find_map(|seed| simulate(&world, seed, Some(*sabotage)).violation.map(|words| (seed, words)));
        match caught {
            Some((seed, words)) => println!("{name}: caught by seed {seed}: {words}"),
            None => {
                missed += 1;
                println!("{name}: NOT caught by {} seeds", arguments.seeds);
            }
        }
    }
    println!("{} mistakes caught, {missed} missed", Sabotage::value_variants().len() - missed);
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(arguments: &Arguments, sabotage: Option<Sabotage>) -> Vec<Report> {
    let world = World::new();
    let next = AtomicU64::new(arguments.start);
    let end = arguments.start + arguments.seeds;
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut reports: Vec<Report> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut reports = Vec::new();
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= end {
                            return reports;
                        }
                        reports.push(simulate(&world, seed, sabotage));
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|worker| match worker.join() {
                Ok(reports) => reports,
                // A panic is a finding, never a seed less.
                Err(panic) => std::panic::resume_unwind(panic),
            })
            .collect()
    });
    reports.sort_by_key(|report| report.seed);
    reports
}
