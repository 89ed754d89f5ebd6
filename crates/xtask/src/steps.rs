//! The steps that tasks share: building, generating, checking, testing, measuring.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::postgres::Cluster;
use crate::{e2e, golden, install};

const FEATURES: &str = "custom-protocol,dev-bridge";
const BINDINGS: &str = "ui/src/api/generated.ts";

/// A built program of the development profile.
pub fn target(name: &str) -> PathBuf {
    target_dir().join("debug").join(name)
}

/// Where cargo builds.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Cargo over everything but this program, always with the same features: what one task built, the next one finds.
fn everything(verb: &str) -> Command {
    let mut command = cargo();
    command.args([verb, "--quiet", "--workspace", "--exclude", "xtask", "--features", FEATURES]);
    command
}

/// Runs a command, showing what it prints; when it fails, its telling lines stand in the error too.
pub fn step(title: &str, command: &mut Command) -> Result<()> {
    println!("— {title}");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("{command:?}"))?;
    let lines = Arc::new(Mutex::new(Vec::new()));
    let readers = [
        child.stdout.take().map(|out| show(out, lines.clone())),
        child.stderr.take().map(|err| show(err, lines.clone())),
    ];
    let status = child.wait()?;
    // What a child left behind may hold the pipes open: it is not waited for.
    let until = Instant::now() + Duration::from_secs(5);
    while readers.iter().flatten().any(|reader| !reader.is_finished()) && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(10));
    }
    let lines = lines.lock().map(|lines| telling(&lines)).unwrap_or_default();
    ensure!(status.success(), "{title} failed\n{lines}");
    Ok(())
}

fn show(from: impl Read + Send + 'static, lines: Arc<Mutex<Vec<String>>>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            println!("{line}");
            if let Ok(mut lines) = lines.lock() {
                lines.push(line);
            }
        }
    })
}

/// The lines a person looks for after a failure: each panic or error with what follows it, and the end.
fn telling(lines: &[String]) -> String {
    let marks = ["panicked", "error", "Error", "FAILED", "failed", "✗", "×"];
    let mut wanted = std::collections::BTreeSet::new();
    for (index, line) in lines.iter().enumerate() {
        if marks.iter().any(|mark| line.contains(mark)) && !line.contains(" 0 failed") {
            wanted.extend(index..lines.len().min(index + 8));
        }
    }
    wanted.extend(lines.len().saturating_sub(12)..lines.len());
    let cut = |line: &String| line.chars().take(300).collect::<String>();
    wanted.into_iter().take(120).map(|index| format!("    {}", cut(&lines[index]))).collect::<Vec<_>>().join("\n")
}

/// Builds the UI into `ui/dist`, unless what is there was built from what is here: a new `dist` is a new window.
pub fn build_ui() -> Result<()> {
    let complete = Path::new("ui/dist/.complete");
    let built = complete.metadata().and_then(|data| data.modified()).ok();
    let newest =
        ["ui/src", "ui/public", "ui/index.html", "ui/package-lock.json", "ui/vite.config.ts", "ui/tsconfig.json"]
            .iter()
            .filter_map(|path| newest_change(Path::new(path)))
            .max();
    if built.is_some_and(|built| newest.is_some_and(|newest| newest < built)) {
        return Ok(());
    }
    step("UI", Command::new("npm").args(["run", "--silent", "build"]).current_dir("ui"))?;
    // Vite empties the folder first: this file is there only after a build that ended well.
    std::fs::write(complete, "")?;
    Ok(())
}

/// When anything under a path was changed last, removals included: they change their folder.
fn newest_change(path: &Path) -> Option<std::time::SystemTime> {
    let own = path.metadata().and_then(|data| data.modified()).ok();
    let below =
        std::fs::read_dir(path).into_iter().flatten().flatten().filter_map(|entry| newest_change(&entry.path()));
    below.chain(own).max()
}

/// Builds window, server and command line.
pub fn build_desktop() -> Result<()> {
    let programs = ["--bin", "satchel", "--bin", "satchel-server", "--bin", "satchelctl"];
    step("window, server, command line", everything("build").args(programs))
}

/// Writes the generated bindings.
pub fn generate() -> Result<bool> {
    std::fs::write(BINDINGS, bindings()?)?;
    Ok(true)
}

fn bindings() -> Result<Vec<u8>> {
    step("bindings", everything("build").args(["--example", "bindings"]))?;
    let output = Command::new(target("examples/bindings")).output()?;
    ensure!(output.status.success(), "bindings: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

/// The quick checks.
pub fn check() -> Result<bool> {
    ensure!(std::fs::read(BINDINGS)? == bindings()?, "{BINDINGS} is stale: run `cargo xtask gen`");
    step("house rules", everything("test").args(["--test", "house_rules"]))?;
    step("formatting", cargo().args(["fmt", "--all", "--check"]))?;
    step("lints", everything("clippy").args(["--all-targets", "--", "--deny", "warnings"]))?;
    step(
        "formatting, lints and types of the UI",
        Command::new("npm").args(["run", "--silent", "check"]).current_dir("ui"),
    )?;
    Ok(true)
}

/// Everything CI runs. Counts steps that passed and failed; ends with a line a person can read.
pub fn test() -> Result<bool> {
    install::all()?;
    let mut passed = 0;
    let mut failures = Vec::new();
    let mut count = |name: &str, outcome: Result<bool>| match outcome {
        Ok(true) => passed += 1,
        Ok(false) => failures.push(name.to_owned()),
        Err(error) => failures.push(format!("{name}: {error:#}")),
    };
    count("build the UI", build_ui().map(|()| true));
    count(
        "tests of the UI",
        step("tests of the UI", Command::new("npm").args(["run", "--silent", "test"]).current_dir("ui")).map(|()| true),
    );
    // All at once, so that two cores are never idle; what follows finds it built.
    count("everything built", step("everything", everything("build").arg("--all-targets")).map(|()| true));
    count("checks", check());
    for area in ["MON", "VOL", "WFL", "APR", "TAX", "SLA", "FXC", "ROI"] {
        count(area, golden::golden(Path::new(&format!("tests/golden/{area}.json"))));
    }
    let shots = target_dir().join("shots");
    count("tests of the crates", rust_tests());
    let arguments = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    count("changed site lists for 20 seconds", fuzz(20, 1));
    count("2,000 seeds of the sync simulator", sim(&arguments(&["--seeds", "2000"])));
    count("the simulator catches every mistake", sim(&arguments(&["--seeds", "900", "--all-sabotages"])));
    count("the same UI in a real browser", e2e::browser(&shots));
    count("the real window", e2e::window(&shots));
    for failure in &failures {
        println!("FAILED: {failure}");
    }
    println!("{passed} passed, {} failed", failures.len());
    Ok(failures.is_empty())
}

/// All Rust tests, the whole-system ones on a private Postgres.
fn rust_tests() -> Result<bool> {
    on_database(|urls| step("tests of the crates", everything("test").arg("--no-fail-fast").envs(urls)))
}

/// Changed site lists for a fixed time.
pub fn fuzz(seconds: u64, seed: u64) -> Result<bool> {
    step("site list reader", everything("build").args(["--bin", "satchel-fuzz"]))?;
    let mut run = Command::new(target("satchel-fuzz"));
    Ok(run.arg("tests/corpus/lists").arg(seconds.to_string()).arg(seed.to_string()).status()?.success())
}

/// The simulator, with its own arguments.
pub fn sim(arguments: &[String]) -> Result<bool> {
    step("simulator", everything("build").args(["--bin", "satchel-sim"]))?;
    Ok(Command::new(target("satchel-sim")).args(arguments).status()?.success())
}

/// Runs any command with a private Postgres.
pub fn with_database(command: &[String]) -> Result<bool> {
    install::all()?;
    let (program, arguments) = command.split_first().context("no command")?;
    let mut command = Command::new(program);
    command.args(arguments);
    on_database(|urls| {
        ensure!(command.envs(urls).status()?.success(), "the command failed");
        Ok(())
    })
}

fn on_database(work: impl FnOnce([(&'static str, String); 2]) -> Result<()>) -> Result<bool> {
    let folder = std::env::temp_dir().join(format!("satchel-test-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let cluster = Cluster::start(&folder.join("postgres"))?;
    let urls = [("SATCHEL_TEST_OWNER_URL", cluster.owner_url()), ("SATCHEL_TEST_APP_URL", cluster.app_url())];
    let outcome = work(urls);
    drop(cluster);
    let _ = std::fs::remove_dir_all(&folder);
    outcome.map(|()| true)
}

/// What can be measured alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Rules, local store and documents.
    Engine,
    /// Sync: two laptops, a server and Postgres.
    Sync,
    /// The real window.
    Window,
}

/// Measures on release builds and prints every figure as {name, value, unit, baseline, ratio}.
pub fn bench(json: Option<&Path>, only: &[Part]) -> Result<bool> {
    install::all()?;
    build_ui()?;
    let wanted = |part: Part| only.is_empty() || only.contains(&part);
    let mut build = cargo();
    build.args(["build", "--release", "--quiet", "--features", "custom-protocol"]);
    let parts: [(Part, &[&str]); 3] = [
        (Part::Engine, &["--bin", "satchelctl"]),
        (Part::Sync, &["--bin", "satchel-bench", "--bin", "satchel-server", "--bin", "satchel-test-laptop"]),
        (Part::Window, &["--bin", "satchel", "--example", "empty_window"]),
    ];
    build.args(["--workspace", "--exclude", "xtask"]);
    for (_, arguments) in parts.iter().filter(|(part, _)| wanted(*part)) {
        build.args(*arguments);
    }
    step("release builds", &mut build)?;
    let release = target_dir().join("release");
    let mut figures = Vec::new();
    if wanted(Part::Engine) {
        figures.extend(figures_of(Command::new(release.join("satchelctl")).arg("bench"))?);
    }
    if wanted(Part::Sync) {
        on_database(|urls| {
            figures.extend(figures_of(Command::new(release.join("satchel-bench")).envs(urls))?);
            Ok(())
        })?;
    }
    if wanted(Part::Window) {
        match e2e::start(&release) {
            Ok(more) => figures.extend(more),
            Err(error) => println!("the window was not measured: {error:#}"),
        }
    }
    for figure in &figures {
        println!("{figure}");
    }
    if let Some(path) = json {
        std::fs::write(path, serde_json::to_string_pretty(&figures)?)?;
    }
    Ok(true)
}

/// Runs a program that prints an array of figures.
pub fn figures_of(command: &mut Command) -> Result<Vec<serde_json::Value>> {
    let output = command.stderr(Stdio::inherit()).output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed");
    let text = String::from_utf8_lossy(&output.stdout);
    let start = text.find('[').context("no figures")?;
    Ok(serde_json::from_str(&text[start..])?)
}
