//! cargo xtask: everything a person or CI does with the project, each with `--help`.

mod e2e;
mod golden;
mod install;
mod postgres;
mod run;
mod steps;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "Satchel's tasks")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Installs what is missing, builds, starts a private Postgres and the server, seeds the demo organisation, and opens the
    /// window signed in.
    Run {
        /// Without a display: a virtual one, and a screenshot of each main page.
        #[arg(long)]
        headless: bool,
        /// Where screenshots go.
        #[arg(long, default_value = "shots")]
        shots: PathBuf,
    },
    /// Installs what is missing and runs everything CI runs.
    Test,
    /// The quick checks: generated bindings, house rules, formatting, lints, types.
    Check,
    /// Runs golden cases: a file or a folder.
    Golden {
        /// File or folder in the format of `tests/golden`.
        path: PathBuf,
    },
    /// Measures the numbers of the product on a release build.
    Bench {
        /// Writes the figures as JSON too.
        #[arg(long)]
        json: Option<PathBuf>,
        /// Only these parts (all when none is named).
        #[arg(long, value_enum)]
        only: Vec<steps::Part>,
    },
    /// The same UI in a real Chromium over the development bridge, with accessibility checks.
    E2e {
        /// Where screenshots go.
        #[arg(long, default_value = "shots")]
        shots: PathBuf,
    },
    /// The main job in the real window under its WebDriver, with kill -9 of server and app.
    Window {
        /// Where screenshots go.
        #[arg(long, default_value = "shots")]
        shots: PathBuf,
    },
    /// Changed site lists, over and over, for a fixed time; what is found is kept in `tests/corpus/lists`.
    Fuzz {
        /// How long.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// The same seed makes the same lists.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// The seeded simulator of sync: crash, loss, doubling, reordering, restored databases, cloned laptops.
    Sim {
        /// Everything `satchel-sim` takes: `--seeds N --start S --json --sabotage KIND --all-sabotages --watch ID`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Runs a command with a private Postgres named in its environment, e.g. `cargo xtask db -- cargo test -p satchel-tests`.
    Db {
        /// The command and its arguments.
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
    /// Seeds the demo organisation into the private Postgres.
    Seed,
    /// Writes the generated TypeScript bindings.
    Gen,
}

fn main() -> ExitCode {
    match task(Arguments::parse().task) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn task(task: Task) -> Result<bool> {
    std::env::set_current_dir(root())?;
    match task {
        Task::Run { headless, shots } => run::run(headless, &shots),
        Task::Test => steps::test(),
        Task::Check => steps::check(),
        Task::Golden { path } => golden::golden(&path),
        Task::Bench { json, only } => steps::bench(json.as_deref(), &only),
        Task::E2e { shots } => e2e::browser(&shots),
        Task::Window { shots } => e2e::window(&shots),
        Task::Fuzz { seconds, seed } => steps::fuzz(seconds, seed),
        Task::Sim { arguments } => steps::sim(&arguments),
        Task::Db { command } => steps::with_database(&command),
        Task::Seed => run::seed(),
        Task::Gen => steps::generate(),
    }
}

/// The project's folder.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
