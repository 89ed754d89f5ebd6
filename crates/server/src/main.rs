//! satchel-server: `migrate`, `seed-demo`, `serve`.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsAcceptor;
use clap::{Parser, Subcommand};
use hyper_util::rt::TokioTimer;
use satchel_core::demo::DemoSpec;
use satchel_server::app::{App, router};
use satchel_server::door::{Door, Places};
use satchel_server::limits::Limits;
use satchel_server::mail::{self, MailConfig, Mailer, Post};
use satchel_server::portal::Outside;
use satchel_server::tls::{self, Source};
use satchel_server::{migrate, operate, seed, sla};
use sqlx::postgres::PgPoolOptions;

/// A request's headers come within so many seconds; also how long an idle HTTP/1 connection is kept.
const HEADER_S: u64 = 15;

#[derive(Parser)]
#[command(version, about = "Satchel's server: sync, sign-in and orders over HTTPS on Postgres")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Brings the database to the present schema; needs the owner's URL.
    Migrate {
        /// The owner's database URL.
        #[arg(long, env = "SATCHEL_OWNER_URL", hide_env_values = true)]
        owner_url: String,
    },
    /// Seeds the demo organisation once; needs the owner's URL.
    SeedDemo {
        /// The owner's database URL.
        #[arg(long, env = "SATCHEL_OWNER_URL", hide_env_values = true)]
        owner_url: String,
        /// Password of everybody in the demo organisation.
        #[arg(long, env = "SATCHEL_DEMO_PASSWORD", hide_env_values = true)]
        password: String,
        /// A small organisation, for tests.
        #[arg(long)]
        small: bool,
    },
    /// What an operator does: devices, queues, revoking, restoring.
    Operate {
        /// The owner's database URL.
        #[arg(long, env = "SATCHEL_OWNER_URL", hide_env_values = true)]
        owner_url: String,
        /// Which organisation, by its id; where there is but one, it is meant.
        #[arg(long)]
        org: Option<uuid::Uuid>,
        /// What.
        #[command(subcommand)]
        what: operate::Operation,
    },
    /// Serves HTTPS until it is told to stop.
    Serve(Serving),
}

/// How to serve.
#[derive(clap::Args)]
struct Serving {
    /// Database URL of the plain application role.
    #[arg(long, env = "SATCHEL_DATABASE_URL", hide_env_values = true)]
    database_url: String,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8443", env = "SATCHEL_LISTEN")]
    listen: SocketAddr,
    /// PEM chain of a real certificate.
    #[arg(long, requires = "tls_key", env = "SATCHEL_TLS_CERTIFICATE")]
    tls_certificate: Option<PathBuf>,
    /// PEM key of it.
    #[arg(long, env = "SATCHEL_TLS_KEY")]
    tls_key: Option<PathBuf>,
    /// Folder of the development authority, used without a real certificate.
    #[arg(long, default_value = ".satchel/tls", env = "SATCHEL_TLS_FOLDER")]
    tls_folder: PathBuf,
    /// Mail server: `smtps://user:password@host`, or `smtp://host:587?tls=required`. Without one mail waits.
    #[arg(long, env = "SATCHEL_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// Address mail is sent from.
    #[arg(long, env = "SATCHEL_MAIL_FROM")]
    mail_from: Option<String>,
    /// Writes mail into this folder instead of sending it, to try things out.
    #[arg(long, env = "SATCHEL_MAIL_FOLDER", conflicts_with = "smtp_url")]
    mail_folder: Option<PathBuf>,
    /// Where the world reaches this server: `https://quotes.provider.example`. Without it mail carries no links.
    #[arg(long, env = "SATCHEL_PUBLIC_URL")]
    public_url: Option<String>,
    /// Header in which the proxy in front says where a request came from, e.g. `x-forwarded-for`. Only with such a proxy.
    #[arg(long, env = "SATCHEL_ADDRESS_HEADER")]
    address_header: Option<String>,
    /// Most connections at once.
    #[arg(long, default_value_t = 8_192, env = "SATCHEL_CONNECTIONS")]
    connections: usize,
    /// Most connections of one network: an IPv4 address, or 64 bits of IPv6. Behind a proxy it is the proxy's.
    #[arg(long, default_value_t = 2_048, env = "SATCHEL_CONNECTIONS_A_NETWORK")]
    connections_a_network: usize,
    /// Seconds between two looks for mail that is due.
    #[arg(long, default_value_t = 5)]
    mail_every_s: u64,
    /// Seconds between two computations of SLA status.
    #[arg(long, default_value_t = 300)]
    sla_every_s: u64,
}

fn main() -> ExitCode {
    // Spreadsheets that customers hand in are read by a process of their own: this program again.
    if let Some(code) = satchel_documents::site_list::isolated::serve() {
        return code;
    }
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error:?}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn start() -> Result<()> {
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .with_writer(std::io::stderr)
        .init();
    rustls::crypto::ring::default_provider().install_default().ok();
    match Arguments::parse().command {
        Command::Migrate { owner_url } => migrate::migrate(&connect(&owner_url, 2).await?).await,
        Command::SeedDemo { owner_url, password, small } => {
            let owner = connect(&owner_url, 2).await?;
            let now = chrono::Utc::now();
            let spec = if small { DemoSpec::small(now) } else { DemoSpec::standard(now) };
            let seeded = seed::seed_demo(&owner, &spec, &password).await?;
            tracing::info!(seeded, "demo organisation");
            Ok(())
        }
        Command::Operate { owner_url, org, what } => operate::operate(&connect(&owner_url, 2).await?, org, what).await,
        Command::Serve(serving) => serve(serving).await,
    }
}

async fn connect(url: &str, connections: u32) -> Result<sqlx::PgPool> {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .connect(url)
        .await
        .context("connecting to the database")
}

async fn serve(serving: Serving) -> Result<()> {
    let source = match (serving.tls_certificate, serving.tls_key) {
        (Some(chain), Some(key)) => Source::Files(chain, key),
        _ => Source::Development(serving.tls_folder),
    };
    let mail = MailConfig { smtp_url: serving.smtp_url, folder: serving.mail_folder, from: serving.mail_from };
    let mailer = Mailer::new(&mail)?;
    let pool = connect(&serving.database_url, 16).await?;
    let outside = Outside { public_url: serving.public_url, address_header: serving.address_header };
    let app = App::new(pool.clone(), outside).await?;
    let post = Post { mailer, links: app.links() };
    let config = tls::config(&source).await?;
    let every = |seconds: u64| Duration::from_secs(seconds.max(1));
    tokio::spawn(satchel_server::sync::listen(pool.clone(), app.pokes.clone()));
    tokio::spawn(prune_daily(pool.clone()));
    tokio::spawn(prune_lists_hourly(pool.clone()));
    tokio::spawn(tidy_limits(app.limits.clone()));
    tokio::spawn(mail::run_forever(pool.clone(), post, every(serving.mail_every_s)));
    tokio::spawn(sla::run_forever(pool, every(serving.sla_every_s)));
    let listen = serving.listen;
    let handle = Handle::new();
    tokio::spawn(stop_when_told(handle.clone()));
    tracing::info!(%listen, "listening");
    let places = Places { all: serving.connections, network: serving.connections_a_network };
    let mut server = axum_server::bind(listen).acceptor(Door::new(RustlsAcceptor::new(config), places)).handle(handle);
    patience(&mut server);
    server.serve(router(app).into_make_service_with_connect_info::<SocketAddr>()).await?;
    Ok(())
}

/// How long headers may take, and how many and how large they may be.
fn patience<A: axum_server::Address, B>(server: &mut axum_server::Server<A, B>) {
    let http = server.http_builder();
    http.http1().timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(HEADER_S)).max_headers(100);
    http.http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(60))
        .keep_alive_timeout(Duration::from_secs(20))
        .max_concurrent_streams(100)
        .max_header_list_size(32 * 1024);
}

/// Tombstones older than 30 days go, once a day.
async fn prune_daily(pool: sqlx::PgPool) {
    let mut day = tokio::time::interval(Duration::from_secs(24 * 3_600));
    loop {
        day.tick().await;
        let tenants: Vec<uuid::Uuid> =
            sqlx::query_scalar("SELECT list_tenants()").fetch_all(&pool).await.unwrap_or_default();
        for org in tenants {
            if let Err(error) = satchel_server::sync::prune(&pool, satchel_core::ids::OrgId(org), 30).await {
                tracing::warn!(%error, "tombstones were not pruned");
            }
        }
    }
}

/// Lists that came with forms nobody sent go after a day.
async fn prune_lists_hourly(pool: sqlx::PgPool) {
    let mut hour = tokio::time::interval(Duration::from_secs(3_600));
    loop {
        hour.tick().await;
        let tenants: Vec<uuid::Uuid> =
            sqlx::query_scalar("SELECT list_tenants()").fetch_all(&pool).await.unwrap_or_default();
        for org in tenants {
            if let Err(error) = satchel_server::sync::prune_lists(&pool, satchel_core::ids::OrgId(org)).await {
                tracing::warn!(%error, "old lists were not removed");
            }
        }
    }
}

/// Whom nothing holds back any more is forgotten.
async fn tidy_limits(limits: std::sync::Arc<Limits>) {
    let mut minute = tokio::time::interval(Duration::from_secs(60));
    loop {
        minute.tick().await;
        limits.tidy();
    }
}

/// SIGTERM or Ctrl+C: no new connections, the present ones get ten seconds.
async fn stop_when_told(handle: Handle<SocketAddr>) {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        match terminate {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => {
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
    tracing::info!("stopping");
    handle.graceful_shutdown(Some(Duration::from_secs(10)));
}
