//! The organisation's own map: tiles from the server it names, kept in the encrypted cache, so that what was seen once is there
//! without a network. Invariant: nothing but the configured address is asked, over HTTPS, and only pictures are taken.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use base64::Engine as _;
use satchel_core::organisations::{EditMapTiles, MapTiles};
use satchel_core::time::{format_instant_ms, parse_instant};
use satchel_core::wire::mutation::Intent;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::{CommandError, Nothing};
use crate::engine::{Engine, Open};
use crate::sync::{Subject, SubjectKind, mutate};
use crate::workspace::organisation::settings;

/// Largest tile.
const MAX_BYTES: usize = 512 * 1024;
/// Most tiles kept: about 60 MB.
const KEPT: i64 = 3_000;
/// A tile older than this is asked for again when there is a network.
const FRESH_DAYS: i64 = 30;

/// Where the map comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MapTilesView {
    /// `https://tiles.example/{z}/{x}/{y}.png`; empty: the bundled map.
    pub url: String,
    /// Whose map it is.
    pub attribution: String,
    /// Deepest zoom.
    pub max_zoom: u8,
    /// This person may change it.
    pub may_edit: bool,
}

/// What is typed; an empty address means the bundled map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MapTilesInputs {
    /// Address with `{z}`, `{x}` and `{y}`.
    pub url: String,
    /// Whose map it is.
    pub attribution: String,
    /// Deepest zoom.
    pub max_zoom: u8,
}

/// A tile's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TileArgs {
    /// Zoom.
    pub z: u8,
    /// Column.
    pub x: u32,
    /// Row.
    pub y: u32,
}

/// A tile, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MapTile {
    /// Picture, base64.
    pub image_base64: Option<String>,
    /// `map.out_of_reach`, `map.no_picture`; a kept tile is shown all the same.
    #[ts(type = "RefusalCode | null")]
    pub problem: Option<String>,
}

/// Where the map comes from.
pub async fn get(engine: &Engine, _: Nothing) -> Result<MapTilesView, CommandError> {
    let open = engine.workspace().await?;
    let tiles = settings(open.store.read()).await?.map_tiles;
    let may_edit = open.actor().await.role.may_publish();
    Ok(match tiles {
        Some(MapTiles { url, attribution, max_zoom }) => MapTilesView { url, attribution, max_zoom, may_edit },
        None => MapTilesView { url: String::new(), attribution: String::new(), max_zoom: 18, may_edit },
    })
}

/// Sets where the map comes from.
pub async fn save(engine: &Engine, args: MapTilesInputs) -> Result<MapTilesView, CommandError> {
    let open = engine.workspace().await?;
    let base = settings(open.store.read()).await?.map_tiles;
    let (url, attribution) = (args.url.trim().to_owned(), args.attribution.trim().to_owned());
    let mine = (!url.is_empty()).then_some(MapTiles { url, attribution, max_zoom: args.max_zoom });
    if mine != base {
        let subject = Subject { text: open.organisation.clone(), kind: SubjectKind::Organisation, id: open.org_id.0 };
        let intent = Intent::MapTilesEdit(EditMapTiles { base, mine, at: open.now() });
        mutate(engine, &open, intent, subject).await?;
    }
    get(engine, Nothing {}).await
}

/// One tile: the kept one while it is fresh, else the server's, else the kept one however old.
pub async fn tile(engine: &Engine, args: TileArgs) -> Result<MapTile, CommandError> {
    let open = engine.workspace().await?;
    let none = |problem: &str| MapTile { image_base64: None, problem: Some(problem.to_owned()) };
    let Some(tiles) = settings(open.store.read()).await?.map_tiles else { return Ok(none("map.not_configured")) };
    let edge = 1_u32.checked_shl(u32::from(args.z)).unwrap_or(0);
    if args.z > tiles.max_zoom || args.x >= edge || args.y >= edge {
        return Ok(none("map.no_picture"));
    }
    let kept: Option<(Vec<u8>, String)> =
        sqlx::query_as("SELECT image, fetched_at FROM map_tiles WHERE source = ?1 AND z = ?2 AND x = ?3 AND y = ?4")
            .bind(&tiles.url)
            .bind(args.z)
            .bind(args.x)
            .bind(args.y)
            .fetch_optional(open.store.read())
            .await?;
    let shown = |image: &[u8], problem: Option<&str>| MapTile {
        image_base64: Some(base64::engine::general_purpose::STANDARD.encode(image)),
        problem: problem.map(str::to_owned),
    };
    let oldest = open.now() - chrono::Duration::days(FRESH_DAYS);
    if let Some((image, at)) = &kept
        && parse_instant(at).is_some_and(|at| at > oldest)
    {
        return Ok(shown(image, None));
    }
    match fetch(&tiles.address(args.z, args.x, args.y), engine.config.server_ca.as_deref()).await {
        Ok(image) => {
            keep(&open, &tiles.url, args, &image).await?;
            Ok(shown(&image, None))
        }
        Err(problem) => Ok(kept.map_or_else(|| none(problem), |(image, _)| shown(&image, Some(problem)))),
    }
}

async fn keep(open: &Open, source: &str, args: TileArgs, image: &[u8]) -> Result<(), CommandError> {
    let mut tx = open.store.begin().await?;
    sqlx::query(
        "INSERT INTO map_tiles (source, z, x, y, image, fetched_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT DO UPDATE SET image = excluded.image, fetched_at = excluded.fetched_at",
    )
    .bind(source)
    .bind(args.z)
    .bind(args.x)
    .bind(args.y)
    .bind(image)
    .bind(format_instant_ms(open.now()))
    .execute(tx.conn())
    .await?;
    sqlx::query(
        "DELETE FROM map_tiles WHERE rowid IN (SELECT rowid FROM map_tiles ORDER BY fetched_at DESC LIMIT -1 OFFSET ?1)",
    )
    .bind(KEPT)
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(())
}

/// One client for each authority trusted besides the system's: connections are kept.
fn client(extra_ca: Option<&Path>) -> Option<reqwest::Client> {
    static CLIENTS: LazyLock<Mutex<HashMap<Option<PathBuf>, reqwest::Client>>> = LazyLock::new(Mutex::default);
    let mut clients = CLIENTS.lock().ok()?;
    let key = extra_ca.map(Path::to_owned);
    if let Some(client) = clients.get(&key) {
        return Some(client.clone());
    }
    let mut builder = reqwest::Client::builder()
        .https_only(true)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("Satchel/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(Duration::from_secs(4))
        .timeout(Duration::from_secs(10));
    if let Some(pem) = extra_ca.and_then(|path| std::fs::read(path).ok()) {
        builder = builder.add_root_certificate(reqwest::Certificate::from_pem(&pem).ok()?);
    }
    let client = builder.build().ok()?;
    clients.insert(key, client.clone());
    Some(client)
}

async fn fetch(address: &str, extra_ca: Option<&Path>) -> Result<Vec<u8>, &'static str> {
    let client = client(extra_ca).ok_or("map.out_of_reach")?;
    let mut answer = client.get(address).send().await.map_err(|_| "map.out_of_reach")?;
    if !answer.status().is_success() {
        return Err("map.no_picture");
    }
    let mut image = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|_| "map.out_of_reach")? {
        image.extend_from_slice(&part);
        if image.len() > MAX_BYTES {
            return Err("map.no_picture");
        }
    }
    if is_picture(&image) { Ok(image) } else { Err("map.no_picture") }
}

/// PNG, JPEG or WebP by its first bytes: what a server calls its answer is not asked.
fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n")
        || bytes.starts_with(&[0xff, 0xd8, 0xff])
        || (bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
}
