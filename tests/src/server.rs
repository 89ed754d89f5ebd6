//! The real server as a process that can be killed.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::program;

/// A running server. Killed with SIGKILL, never asked to stop.
pub struct Server {
    child: Child,
    app_url: String,
    folder: PathBuf,
    /// Where it listens.
    pub address: SocketAddr,
    /// Its development authority.
    pub ca: PathBuf,
}

impl Server {
    /// Starts it on a free port with its keys in `folder`, and waits until it accepts connections.
    pub fn start(app_url: &str, folder: &Path) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let child = spawn(app_url, folder, address)?;
        let mut server = Self {
            child,
            app_url: app_url.to_owned(),
            folder: folder.to_owned(),
            address,
            ca: satchel_server::tls::development_authority(folder),
        };
        server.wait()?;
        Ok(server)
    }

    fn wait(&mut self) -> Result<()> {
        let until = Instant::now() + Duration::from_secs(60);
        while Instant::now() < until {
            if TcpStream::connect(self.address).is_ok() {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server ended: {status}");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        bail!("the server did not come up")
    }

    /// kill -9.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait().context("reaping the server")?;
        Ok(())
    }

    /// Starts it again on the same port with the same keys.
    pub fn restart(&mut self) -> Result<()> {
        self.child = spawn(&self.app_url, &self.folder, self.address)?;
        self.wait()
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The mails it sent, as they would have left.
    pub fn mails(&self) -> Result<Vec<String>> {
        let mut mails = Vec::new();
        for entry in std::fs::read_dir(mail_folder(&self.folder))? {
            let path = entry?.path();
            if path.extension().is_some_and(|ending| ending == "eml") {
                mails.push(std::fs::read_to_string(path)?);
            }
        }
        Ok(mails)
    }

    /// The most memory it ever had, MB; `None` where the system does not say.
    pub fn most_memory_mb(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

fn mail_folder(folder: &Path) -> PathBuf {
    folder.join("mail")
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(app_url: &str, folder: &Path, address: SocketAddr) -> Result<Child> {
    let mail = mail_folder(folder);
    std::fs::create_dir_all(&mail)?;
    Command::new(program("satchel-server")?)
        .arg("serve")
        .args(["--listen", &address.to_string(), "--sla-every-s", "3600", "--tls-folder"])
        .arg(folder)
        .args(["--mail-from", "quotes@demo.example", "--mail-every-s", "1", "--mail-folder"])
        .arg(mail)
        .args(["--public-url", &format!("https://{address}")])
        // What stands in front of a server in use; here it lets a test be many visitors.
        .args(["--address-header", "x-test-address"])
        .env("SATCHEL_DATABASE_URL", app_url)
        .env("RUST_LOG", "error")
        .stdout(Stdio::null())
        .spawn()
        .context("starting the server")
}
