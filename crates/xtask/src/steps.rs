//! The steps that tasks share: building, generating, checking, testing, measuring.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::postgres::Cluster;
use crate::{golden, install, run};

const FEATURES: &str = "custom-protocol,dev-bridge";

/// A built program of the development profile.
pub fn target(name: &str) -> PathBuf {
    target_dir().join("debug").join(name)
}

fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn step(title: &str, command: &mut Command) -> Result<()> {
    println!("— {title}");
    let status = command.status().with_context(|| format!("{command:?}"))?;
    ensure!(status.success(), "{title} failed");
    Ok(())
}

/// Builds the UI into `ui/dist`.
pub fn build_ui() -> Result<()> {
    step("UI", Command::new("npm").args(["run", "--silent", "build"]).current_dir("ui"))
}

/// Builds window, server and command line with one set of features.
pub fn build_desktop() -> Result<()> {
    step("window, server, command line", cargo().args(["build", "--quiet", "--features", FEATURES]))
}

/// Builds the server alone.
pub fn build_server() -> Result<()> {
    build_desktop()
}

/// Writes the generated bindings.
pub fn generate() -> Result<bool> {
    std::fs::write("ui/src/api/generated.ts", bindings()?)?;
    Ok(true)
}

fn bindings() -> Result<Vec<u8>> {
    let output = cargo().args(["run", "--quiet", "--package", "satchel-client", "--example", "bindings"]).output()?;
    ensure!(output.status.success(), "bindings: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

/// The quick checks.
pub fn check() -> Result<bool> {
    println!("— generated bindings");
    let committed = std::fs::read("ui/src/api/generated.ts")?;
    ensure!(committed == bindings()?, "ui/src/api/generated.ts is stale: run `cargo xtask gen`");
    step("house rules", cargo().args(["test", "--quiet", "--package", "satchel-tests", "--test", "house_rules"]))?;
    step("types of the UI", Command::new("npm").args(["run", "--silent", "check"]).current_dir("ui"))?;
    Ok(true)
}

/// Everything CI runs. Counts steps that passed and failed; ends with a line a person can read.
pub fn test() -> Result<bool> {
    install::all()?;
    let mut passed = 0;
    let mut failed = 0;
    let mut count = |name: &str, outcome: Result<bool>| match outcome {
        Ok(true) => passed += 1,
        Ok(false) => {
            failed += 1;
            println!("FAILED: {name}");
        }
        Err(error) => {
            failed += 1;
            println!("FAILED: {name}: {error:#}");
        }
    };
    count("build the UI", build_ui().map(|()| true));
    count("tests of the UI", step("tests of the UI", Command::new("npm").args(["run", "--silent", "test"]).current_dir("ui")).map(|()| true));
    count("checks", check());
    for area in ["MON", "VOL", "WFL", "APR", "TAX", "SLA"] {
        count(area, golden::golden(Path::new(&format!("tests/golden/{area}.json"))));
    }
    count("tests of the crates", rust_tests());
    count("the same UI in a real browser", run::e2e(Path::new("target/shots")));
    println!("{passed} passed, {failed} failed");
    Ok(failed == 0)
}

/// All Rust tests, the whole-system ones on a private Postgres.
fn rust_tests() -> Result<bool> {
    let folder = std::env::temp_dir().join(format!("satchel-test-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let cluster = Cluster::start(&folder.join("postgres"))?;
    let outcome = step(
        "tests of the crates",
        cargo()
            .args(["test", "--quiet", "--no-fail-fast", "--workspace", "--exclude", "xtask", "--features", FEATURES])
            .env("SATCHEL_TEST_OWNER_URL", cluster.owner_url())
            .env("SATCHEL_TEST_APP_URL", cluster.app_url()),
    );
    drop(cluster);
    let _ = std::fs::remove_dir_all(&folder);
    outcome.map(|()| true)
}

/// Measures on a release build and prints {name, value, unit, baseline, ratio}.
pub fn bench(json: Option<&Path>) -> Result<bool> {
    let mut command = cargo();
    command.args(["run", "--quiet", "--release", "--package", "satchel-cli", "--", "bench"]);
    if let Some(path) = json {
        command.arg("--json").arg(path);
    }
    step("figures", &mut command)?;
    Ok(true)
}
