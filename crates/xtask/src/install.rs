//! Installing what is missing on Debian and Ubuntu: system packages and npm packages. What is there is left alone.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

const BUILD: &[(&str, &str)] = &[
    ("cc", "build-essential"),
    ("pkg-config", "pkg-config"),
    ("/usr/include/openssl/ssl.h", "libssl-dev"),
    ("webkit2gtk-4.1", "libwebkit2gtk-4.1-dev"),
];
const RUN: &[(&str, &str)] = &[
    ("Xvfb", "xvfb"),
    ("xauth", "xauth"),
    ("dbus-run-session", "dbus-user-session"),
    ("gnome-keyring-daemon", "gnome-keyring"),
    ("pgrep", "procps"),
    ("initdb", "postgresql"),
    ("chromium", "chromium"),
    ("pdftotext", "poppler-utils"),
    ("qpdf", "qpdf"),
    ("import", "imagemagick"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
];

/// Everything to build and run.
pub fn all() -> Result<()> {
    let missing: Vec<&str> =
        BUILD.iter().chain(RUN).filter(|(probe, _)| !present(probe)).map(|(_, name)| *name).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    lints()?;
    npm()
}

/// Clippy and rustfmt, which a minimal toolchain leaves out.
fn lints() -> Result<()> {
    for (tool, component) in [("cargo-clippy", "clippy"), ("cargo-fmt", "rustfmt")] {
        if quiet(Command::new(tool).arg("--version")) {
            continue;
        }
        println!("Installing {component}");
        if !Command::new("rustup").args(["component", "add", component]).status().is_ok_and(|status| status.success()) {
            bail!("{component} could not be installed: add it to the Rust toolchain");
        }
    }
    Ok(())
}

/// The window's WebDriver, built once into the target folder.
pub fn tauri_driver() -> Result<std::path::PathBuf> {
    let root = crate::steps::target_dir().join("tools");
    let program = root.join("bin/tauri-driver");
    if !program.exists() {
        println!("Installing tauri-driver");
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["install", "--quiet", "--locked", "--version", "^2", "--root"]).arg(&root).arg("tauri-driver");
        if !cargo.status()?.success() {
            bail!("tauri-driver could not be installed");
        }
    }
    Ok(program.canonicalize()?)
}

fn present(probe: &str) -> bool {
    if probe.starts_with('/') {
        return Path::new(probe).exists();
    }
    if probe.contains("webkit2gtk") {
        return quiet(Command::new("pkg-config").args(["--exists", probe]));
    }
    if probe == "initdb" {
        return crate::postgres::binary("initdb").is_some();
    }
    quiet(Command::new("sh").args(["-c", &format!("command -v {probe}")]))
}

fn quiet(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn install(packages: &[&str]) -> Result<()> {
    println!("Installing {}", packages.join(" "));
    let root = quiet(Command::new("sh").args(["-c", "[ \"$(id -u)\" = 0 ]"]));
    let apt = |arguments: &[&str]| {
        let mut command = if root { Command::new("apt-get") } else { Command::new("sudo") };
        if !root {
            command.arg("apt-get");
        }
        command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments).stdout(Stdio::null()).status()
    };
    apt(&["update", "-qq"])?;
    let mut arguments = vec!["install", "-y", "-qq", "--no-install-recommends"];
    arguments.extend(packages);
    if apt(&arguments)?.success() {
        return Ok(());
    }
    bail!("these packages could not be installed: {}. Install them by hand and run again.", packages.join(" "))
}

fn npm() -> Result<()> {
    let lock = Path::new("ui/package-lock.json");
    let installed = Path::new("ui/node_modules/.package-lock.json");
    let newer = |a: &Path, b: &Path| Some(a.metadata().ok()?.modified().ok()? <= b.metadata().ok()?.modified().ok()?);
    if newer(lock, installed).unwrap_or(false) {
        return Ok(());
    }
    println!("Installing npm packages");
    let status = Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--silent"]).current_dir("ui").status()?;
    if status.success() { Ok(()) } else { bail!("npm ci failed") }
}
