//! Running the product: private Postgres, server, window.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::install;
use crate::postgres::{Cluster, free_port};
use crate::steps::{build_desktop, build_ui, target};

/// Password of the demo organisation's people: it opens nothing but generated data on this machine.
pub const DEMO_PASSWORD: &str = "demo-satchel";

/// A child that ends with us.
pub struct Held(pub Child);

impl Drop for Held {
    fn drop(&mut self) {
        // Told first, killed when deaf.
        let _ = Command::new("kill").arg(self.0.id().to_string()).stderr(Stdio::null()).status();
        let until = Instant::now() + Duration::from_secs(8);
        while Instant::now() < until {
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Postgres and the server, up and seeded.
pub struct Backend {
    /// The server's process.
    pub server: Held,
    /// Where it listens.
    pub address: Address,
    _cluster: Cluster,
}

/// How a desktop reaches a server.
pub struct Address {
    pub url: String,
    ca: PathBuf,
}

impl Address {
    /// The server on this port with its keys in this folder.
    pub fn new(port: u16, tls: &Path) -> Self {
        Self { url: format!("https://127.0.0.1:{port}"), ca: tls.join("development-ca.pem") }
    }
}

impl Backend {
    /// Starts both with their data in `folder`.
    pub fn start(folder: &Path, small: bool) -> Result<Self> {
        Self::on(Cluster::start(&folder.join("postgres"))?, folder, small)
    }

    /// Starts the server on a cluster that runs.
    fn on(cluster: Cluster, folder: &Path, small: bool) -> Result<Self> {
        let server = target("satchel-server");
        seed_into(&server, &cluster, small)?;
        let port = kept_port(folder)?;
        let tls = folder.join("tls");
        let log = std::fs::File::create(folder.join("server.log"))?;
        let mail = folder.join("mail");
        std::fs::create_dir_all(&mail)?;
        let child = Command::new(&server)
            .arg("serve")
            .args(["--listen", &format!("127.0.0.1:{port}"), "--sla-every-s", "60"])
            .arg("--tls-folder")
            .arg(&tls)
            // Nothing leaves the machine: mail is written into a folder, to be looked at.
            .args(["--mail-from", "quotes@demo.example", "--mail-folder"])
            .arg(mail)
            .args(["--public-url", &format!("https://127.0.0.1:{port}")])
            .env("SATCHEL_DATABASE_URL", cluster.app_url())
            .stderr(log)
            .spawn()
            .context("starting the server")?;
        let server = Held(child);
        wait_for_port(port, "the server")?;
        Ok(Self { server, address: Address::new(port, &tls), _cluster: cluster })
    }
}

/// The port of the last start, when it is still free: the desktop remembers its server by it.
fn kept_port(folder: &Path) -> Result<u16> {
    let file = folder.join("port");
    let kept = std::fs::read_to_string(&file).ok().and_then(|text| text.trim().parse::<u16>().ok());
    if let Some(port) = kept.filter(|port| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok()) {
        return Ok(port);
    }
    let port = free_port()?;
    std::fs::write(file, port.to_string())?;
    Ok(port)
}

/// Migrates the cluster's database and seeds the demo organisation.
pub fn seed_into(server: &Path, cluster: &Cluster, small: bool) -> Result<()> {
    let owner = cluster.owner_url();
    step(Command::new(server).args(["migrate", "--owner-url", &owner]))?;
    let mut seed = Command::new(server);
    seed.args(["seed-demo", "--owner-url", &owner, "--password", DEMO_PASSWORD]);
    if small {
        seed.arg("--small");
    }
    step(&mut seed)
}

fn step(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Waits until something listens.
pub fn wait_for_port(port: u16, what: &str) -> Result<()> {
    let until = Instant::now() + Duration::from_secs(60);
    while Instant::now() < until {
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    bail!("{what} did not come up")
}

fn home(name: &str) -> Result<PathBuf> {
    let folder = std::env::current_dir()?.join(".satchel").join(name);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// A folder outside the checkout that another user may pass through, emptied.
pub fn scratch(name: &str) -> Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("satchel-{name}-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Seeds the demo organisation into the private Postgres.
pub fn seed() -> Result<bool> {
    install::all()?;
    build_desktop()?;
    let cluster = Cluster::start(&home("run")?.join("postgres"))?;
    seed_into(&target("satchel-server"), &cluster, false)?;
    println!("The demo organisation is there.");
    Ok(true)
}

/// Opens the window signed in.
pub fn run(headless: bool, shots: &Path) -> Result<bool> {
    let started = Instant::now();
    install::all()?;
    let folder = home("run")?;
    // Postgres starts while the rest is built.
    let cluster = std::thread::spawn({
        let data = folder.join("postgres");
        move || Cluster::start(&data)
    });
    build_ui()?;
    build_desktop()?;
    let cluster = cluster.join().unwrap_or_else(|_| Err(anyhow::anyhow!("starting Postgres failed")));
    let backend = match cluster.and_then(|cluster| Backend::on(cluster, &folder, false)) {
        Ok(backend) => Some(backend),
        Err(error) => {
            eprintln!("No server: {error:#}\nThe window opens all the same; choose the demo workspace.");
            None
        }
    };
    let display = std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some();
    if !headless && !display {
        println!("There is no display here. Run `cargo xtask run --headless` for a virtual one with screenshots.");
        return Ok(false);
    }
    let mut desktop = desktop(&folder, backend.as_ref().map(|backend| &backend.address))?;
    println!("Ready after {} s. Close the window to stop.", started.elapsed().as_secs());
    if !headless {
        return Ok(desktop.status()?.success());
    }
    headless_window(desktop, shots)
}

/// The window's program with its environment.
pub fn desktop(folder: &Path, address: Option<&Address>) -> Result<Command> {
    let mut command = Command::new(target("satchel"));
    command.env("SATCHEL_DATA_DIR", folder.join("desktop"));
    if let Some(address) = address {
        let credentials = folder.join("demo-sign-in.json");
        let emails = [
            "seller@demo.example",
            "manager@demo.example",
            "director@demo.example",
            "finance@demo.example",
            "accounts@demo.example",
            "technician@demo.example",
        ];
        let text = serde_json::json!({ "server_url": address.url, "emails": emails, "password": DEMO_PASSWORD });
        std::fs::write(&credentials, text.to_string())?;
        command
            .env("SATCHEL_SERVER_URL", &address.url)
            .env("SATCHEL_SERVER_CA", &address.ca)
            .env("SATCHEL_DEMO_SIGN_IN", credentials);
    }
    Ok(command)
}

/// Runs a command with a display, a session bus and an unlocked keychain of its own.
pub fn in_session(command: &Command, display: u16) -> Command {
    let script = "printf x | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec \"$0\" \"$@\"";
    let mut session = Command::new("dbus-run-session");
    session.args(["--", "sh", "-c", script]).arg(command.get_program()).args(command.get_args());
    session.env("DISPLAY", format!(":{display}")).env("XDG_RUNTIME_DIR", runtime_dir());
    // No accessibility bus: its launcher would outlive the session.
    session.env("NO_AT_BRIDGE", "1").env("GTK_A11Y", "none");
    for (key, value) in command.get_envs() {
        if let Some(value) = value {
            session.env(key, value);
        }
    }
    session
}

fn runtime_dir() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("satchel-runtime-{}", std::process::id()));
    let _ = std::fs::create_dir_all(&folder);
    let _ = Command::new("chmod").arg("0700").arg(&folder).status();
    folder
}

/// Ends what a session left behind: keychain and bus go on by themselves, and all of them carry our runtime folder.
pub fn sweep() {
    let folder = runtime_dir();
    let mark = format!("XDG_RUNTIME_DIR={}", folder.display());
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(environ) = std::fs::read(entry.path().join("environ")) else { continue };
        if name.bytes().all(|b| b.is_ascii_digit()) && environ.split(|b| *b == 0).any(|part| part == mark.as_bytes()) {
            let _ = Command::new("kill").args(["-9", &name]).stderr(Stdio::null()).status();
        }
    }
    let _ = std::fs::remove_dir_all(folder);
}

/// A virtual display and its number.
pub fn virtual_display() -> Result<(Held, u16)> {
    let number = 200 + free_port()? % 700;
    let child = Command::new("Xvfb")
        .args([&format!(":{number}"), "-screen", "0", "1440x900x24", "-nolisten", "tcp"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("starting Xvfb")?;
    std::thread::sleep(Duration::from_millis(800));
    Ok((Held(child), number))
}

fn headless_window(desktop: Command, shots: &Path) -> Result<bool> {
    std::fs::create_dir_all(shots)?;
    let (_display, number) = virtual_display()?;
    let shot = shots.join("window.png");
    let take = || -> Result<Vec<u8>> {
        step(Command::new("import").args(["-display", &format!(":{number}"), "-window", "root"]).arg(&shot))?;
        Ok(std::fs::read(&shot)?)
    };
    let empty = take()?.len();
    let opened = Instant::now();
    let mut session = in_session(&desktop, number);
    let window = Held(session.stderr(Stdio::inherit()).spawn().context("opening the window")?);
    // The first start loads the organisation; what stands still for three looks, and is no empty screen, is the window.
    let (mut last, mut still) = (Vec::new(), 0);
    while still < 3 && opened.elapsed() < Duration::from_secs(90) {
        std::thread::sleep(Duration::from_millis(700));
        let now = take()?;
        still = if now == last && now.len() > empty * 4 { still + 1 } else { 0 };
        last = now;
    }
    ensure!(still >= 3, "the window did not come to rest; its last picture is {}", shot.display());
    println!("Screenshot after {} s: {}", opened.elapsed().as_secs(), shot.display());
    drop(window);
    sweep();
    Ok(true)
}
