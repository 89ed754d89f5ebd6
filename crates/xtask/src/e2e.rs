//! End to end: the same UI in a real Chromium over the bridge, and the real window under its WebDriver.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::install;
use crate::postgres::{Cluster, free_port};
use crate::run::{
    Address, Backend, DEMO_PASSWORD, Held, desktop, in_session, scratch, seed_into, sweep, virtual_display,
    wait_for_port,
};
use crate::steps::{build_desktop, build_ui, figures_of, step, target};

/// The same UI in a real Chromium: the main job end to end, with the server stopped and started, and axe.
pub fn browser(shots: &Path) -> Result<bool> {
    install::all()?;
    build_ui()?;
    build_desktop()?;
    std::fs::create_dir_all(shots)?;
    let folder = scratch("e2e")?;
    let backend = Backend::start(&folder, true)?;
    let (_display, number) = virtual_display()?;
    let bridge = free_port()?;
    let mut command = desktop(&folder, Some(&backend.address))?;
    command
        .env("SATCHEL_BRIDGE", format!("{bridge}:e2e-token"))
        .env("SATCHEL_UI_DIST", std::env::current_dir()?.join("ui/dist"));
    let log = std::fs::File::create(folder.join("desktop.log"))?;
    let window = Held(in_session(&command, number).stderr(log).spawn()?);
    wait_for_port(bridge, "the bridge")?;
    let mut node = Command::new("node");
    node.arg("tests/e2e/browser.mjs")
        .current_dir("ui")
        .env("SATCHEL_E2E_URL", format!("http://127.0.0.1:{bridge}/?bridge=e2e-token"))
        .env("SATCHEL_E2E_SHOTS", std::env::current_dir()?.join(shots))
        .env("SATCHEL_E2E_MAIL", absolute(&folder.join("mail"))?)
        .env("SATCHEL_E2E_SERVER_URL", &backend.address.url)
        .env("SATCHEL_E2E_SERVER_PID", backend.server.0.id().to_string())
        .env("SATCHEL_E2E_PASSWORD", DEMO_PASSWORD);
    let outcome = step("the same UI in a real browser", &mut node);
    drop(window);
    sweep();
    drop(backend);
    let _ = std::fs::remove_dir_all(&folder);
    outcome.map(|()| true)
}

/// The main job in the real window. The script starts and kills the server itself.
pub fn window(shots: &Path) -> Result<bool> {
    install::all()?;
    let driver = install::tauri_driver()?;
    build_ui()?;
    build_desktop()?;
    std::fs::create_dir_all(shots)?;
    let folder = scratch("window")?;
    let cluster = Cluster::start(&folder.join("postgres"))?;
    let program = target("satchel-server");
    seed_into(&program, &cluster, true)?;
    let (port, tls) = (free_port()?, folder.join("tls"));
    let server = serde_json::json!({
        "program": absolute(&program)?,
        "port": port,
        "args": ["serve", "--listen", format!("127.0.0.1:{port}"), "--sla-every-s", "60", "--tls-folder", tls],
        "env": { "SATCHEL_DATABASE_URL": cluster.app_url(), "RUST_LOG": "error" },
    });
    let (_display, number) = virtual_display()?;
    let (port, native) = (free_port()?, free_port()?);
    // The driver starts the window: the window's environment is the driver's.
    let window = desktop(&folder, Some(&Address::new(server_port(&server)?, &tls)))?;
    let mut command = Command::new(driver);
    command.args(["--port", &port.to_string(), "--native-port", &native.to_string()]);
    for (key, value) in window.get_envs() {
        if let Some(value) = value {
            command.env(key, value);
        }
    }
    let log = std::fs::File::create(folder.join("driver.log"))?;
    let errors = log.try_clone()?;
    let held = Held(in_session(&command, number).stdout(log).stderr(errors).spawn().context("starting the driver")?);
    wait_for_port(port, "the window's driver")?;
    let mut node = Command::new("node");
    node.arg("tests/e2e/window.mjs")
        .current_dir("ui")
        .env("SATCHEL_E2E_DRIVER", format!("http://127.0.0.1:{port}/"))
        .env("SATCHEL_E2E_APP", absolute(&target("satchel"))?)
        .env("SATCHEL_E2E_SHOTS", std::env::current_dir()?.join(shots))
        .env("SATCHEL_E2E_SERVER", server.to_string())
        .env("SATCHEL_E2E_DATA", folder.join("desktop"))
        .env("SATCHEL_E2E_OWNER_URL", cluster.owner_url())
        .env("SATCHEL_E2E_LISTS", std::env::current_dir()?.join("../shared/data"))
        .env("SATCHEL_E2E_PASSWORD", DEMO_PASSWORD);
    let outcome = step("the real window", &mut node);
    drop(held);
    sweep();
    drop(cluster);
    let _ = std::fs::remove_dir_all(&folder);
    outcome.map(|()| true)
}

/// Figures of the real window on release builds.
pub fn start(release: &Path) -> Result<Vec<serde_json::Value>> {
    let driver = install::tauri_driver()?;
    let folder = scratch("start")?;
    let (_display, number) = virtual_display()?;
    let (port, native) = (free_port()?, free_port()?);
    let mut command = Command::new(driver);
    command.args(["--port", &port.to_string(), "--native-port", &native.to_string()]);
    command.env("SATCHEL_DATA_DIR", folder.join("desktop"));
    let log = std::fs::File::create(folder.join("driver.log"))?;
    let errors = log.try_clone()?;
    let held = Held(in_session(&command, number).stdout(log).stderr(errors).spawn().context("starting the driver")?);
    wait_for_port(port, "the window's driver")?;
    let mut node = Command::new("node");
    node.arg("tests/e2e/start.mjs")
        .current_dir("ui")
        .env("SATCHEL_E2E_DRIVER", format!("http://127.0.0.1:{port}/"))
        .env("SATCHEL_E2E_APP", absolute(&release.join("satchel"))?)
        .env("SATCHEL_E2E_EMPTY", absolute(&release.join("examples/empty_window"))?)
        .env("SATCHEL_E2E_DATA", folder.join("desktop"));
    let figures = figures_of(&mut node);
    drop(held);
    sweep();
    let _ = std::fs::remove_dir_all(&folder);
    figures
}

fn server_port(server: &serde_json::Value) -> Result<u16> {
    Ok(u16::try_from(server["port"].as_u64().context("port")?)?)
}

fn absolute(path: &Path) -> Result<PathBuf> {
    ensure!(path.exists(), "{} is not built", path.display());
    Ok(path.canonicalize()?)
}
