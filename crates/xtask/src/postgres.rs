//! A private Postgres: a cluster of our own from the system's packages, on a socket and a free port, started and stopped here.
//! `DATABASE_URL` uses an existing server instead.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// A running cluster; stopped when dropped.
pub struct Cluster {
    bin: PathBuf,
    data: PathBuf,
    port: u16,
    as_user: Option<&'static str>,
}

/// A free TCP port.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A Postgres program of the newest version installed.
pub fn binary(name: &str) -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().map(|e| e.path()).collect();
    versions.sort();
    versions.iter().rev().map(|version| version.join("bin").join(name)).find(|path| path.exists())
}

impl Cluster {
    /// Starts the cluster in `folder`, making it first when it is not there.
    pub fn start(folder: &Path) -> Result<Self> {
        let initdb = binary("initdb").context("Postgres is not installed")?;
        let bin = initdb.parent().context("no folder")?.to_owned();
        let root = Command::new("id").arg("-u").output()?.stdout.starts_with(b"0\n");
        // initdb and postgres refuse to run as root.
        let as_user = root.then_some("postgres");
        std::fs::create_dir_all(folder)?;
        let data = folder.join("data");
        let cluster = Self { bin, data, port: free_port()?, as_user };
        if let Some(user) = as_user {
            run(Command::new("chown").args(["-R", user]).arg(folder))?;
            for parent in folder.ancestors().skip(1).take_while(|p| p.components().count() > 1) {
                // The other user must be able to pass through the folders above, and to do nothing else there.
                let _ = Command::new("chmod").arg("o+x").arg(parent).status();
            }
        }
        if !cluster.data.join("PG_VERSION").exists() {
            run(cluster.command("initdb").arg("-D").arg(&cluster.data).args([
                "-U",
                "satchel_owner",
                "--auth=trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ]))?;
        }
        // A crash may have left a stale lock; pg_ctl tells a running server from it.
        if cluster.command("pg_ctl").arg("-D").arg(&cluster.data).arg("status").output()?.status.success() {
            run(cluster.command("pg_ctl").arg("-D").arg(&cluster.data).args(["-m", "fast", "-w", "stop"]))?;
        }
        let options =
            format!("-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=on", cluster.port);
        run(cluster
            .command("pg_ctl")
            .arg("-D")
            .arg(&cluster.data)
            .arg("-l")
            .arg(folder.join("log"))
            .args(["-w", "-t", "60", "-o", &options, "start"]))?;
        cluster.create_database()?;
        Ok(cluster)
    }

    fn command(&self, name: &str) -> Command {
        match self.as_user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(self.bin.join(name)).current_dir("/");
                command
            }
            None => Command::new(self.bin.join(name)),
        }
    }

    fn create_database(&self) -> Result<()> {
        let port = self.port.to_string();
        let found = Command::new(self.bin.join("psql"))
            .args([
                "-h",
                "127.0.0.1",
                "-p",
                &port,
                "-U",
                "satchel_owner",
                "-d",
                "postgres",
                "-tAc",
                "SELECT 1 FROM pg_database WHERE datname = 'satchel'",
            ])
            .output()?;
        if !found.stdout.starts_with(b"1") {
            run(Command::new(self.bin.join("createdb")).args([
                "-h",
                "127.0.0.1",
                "-p",
                &port,
                "-U",
                "satchel_owner",
                "satchel",
            ]))?;
        }
        Ok(())
    }

    /// URL of the owner: migrations and seeding.
    pub fn owner_url(&self) -> String {
        format!("postgres://satchel_owner@127.0.0.1:{}/satchel", self.port)
    }

    /// URL of the plain application role.
    pub fn app_url(&self) -> String {
        format!("postgres://satchel_app@127.0.0.1:{}/satchel", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stopped = self.command("pg_ctl").arg("-D").arg(&self.data).args(["-m", "fast", "-w", "stop"]).output();
        if !stopped.is_ok_and(|output| output.status.success()) {
            eprintln!("the private Postgres could not be stopped; its data is in {}", self.data.display());
        }
    }
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    if output.status.success() {
        return Ok(());
    }
    bail!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr))
}
