//! What a person does with the workspace as a whole.

use std::collections::BTreeMap;

use satchel_core::demo::DemoSpec;
use satchel_core::ids::UserId;
use satchel_core::people::Role;

use super::open::{OpenFor, current, forget, install, open_store, person, remember};
use super::view::{Rail, SetPreference, SignIn, SwitchUser, Today, Unlock, User, Workspace, WorkspaceState};
use super::{demo, session};
use crate::EngineEvent;
use crate::api::view::{Filter, ListRequest};
use crate::api::{CommandError, Nothing};
use crate::engine::{Engine, Open, SignedIn};

/// What the window shows first; opens the workspace used last.
pub async fn state(engine: &Engine, _: Nothing) -> Result<WorkspaceState, CommandError> {
    let _one_at_a_time = engine.opening.lock().await;
    if let Ok(open) = engine.workspace().await {
        return ready(&open).await;
    }
    let Some(file) = current(engine) else {
        return Ok(WorkspaceState::Welcome { server_url: engine.config.server_url.clone() });
    };
    open_remembered(engine, file, None).await
}

async fn open_remembered(
    engine: &Engine,
    file: super::WorkspaceFile,
    passphrase: Option<&str>,
) -> Result<WorkspaceState, CommandError> {
    let store = match open_store(engine, &file, passphrase, OpenFor::Work).await? {
        Ok(store) => store,
        Err(state) => return Ok(state),
    };
    let user = match file.user_id {
        Some(id) => person(&store, id).await?,
        None => None,
    };
    let Some(user) = user else {
        // Opened but never filled (the first load was cut short): sign in again.
        store.close().await;
        return Ok(WorkspaceState::Welcome { server_url: file.server_url.clone() });
    };
    install(engine, &file, store, user).await?;
    engine.sync_wanted.notify_one();
    ready(&*engine.workspace().await?).await
}

/// Opens (or makes) the local demo workspace.
pub async fn open_demo(engine: &Engine, _: Nothing) -> Result<WorkspaceState, CommandError> {
    open_demo_with(engine, &DemoSpec::standard(engine.config.clock.wall())).await
}

/// Opens (or makes) a demo workspace of a given size.
pub async fn open_demo_with(engine: &Engine, spec: &DemoSpec) -> Result<WorkspaceState, CommandError> {
    close(engine).await;
    let file = demo::file(spec);
    let store = match open_store(engine, &file, None, OpenFor::Work).await? {
        Ok(store) => store,
        Err(state) => {
            remember(engine, &file)?;
            return Ok(state);
        }
    };
    demo::fill(engine, &store, spec).await?;
    let user = seller(&store, spec).await?;
    install(engine, &file, store, user).await?;
    announce(engine).await
}

async fn seller(store: &crate::store::Store, spec: &DemoSpec) -> Result<SignedIn, CommandError> {
    let id = satchel_core::demo::person_id(spec, 0);
    person(store, id).await?.ok_or_else(|| CommandError::new("demo.failed", "the demo has no seller"))
}

async fn close(engine: &Engine) {
    if let Some(open) = engine.open.write().await.take() {
        open.store.close().await;
    }
}

async fn announce(engine: &Engine) -> Result<WorkspaceState, CommandError> {
    let state = ready(&*engine.workspace().await?).await?;
    engine.announce(EngineEvent::Workspace { state: Box::new(state.clone()) });
    Ok(state)
}

/// Signs in to a server and loads the organisation's data.
pub async fn sign_in(engine: &Engine, args: SignIn) -> Result<WorkspaceState, CommandError> {
    let signed = session::sign_in(engine, &args).await?;
    close(engine).await;
    let file = super::WorkspaceFile {
        org_id: signed.org_id,
        organisation: signed.organisation.clone(),
        demo: false,
        server_url: Some(args.server_url.clone()),
        user_id: Some(signed.user_id),
    };
    let store = match open_store(engine, &file, None, OpenFor::FirstLoad).await? {
        Ok(store) => store,
        Err(state) => {
            remember(engine, &file)?;
            return Ok(state);
        }
    };
    let user =
        SignedIn { id: signed.user_id, name: signed.name.clone(), email: signed.email.clone(), role: signed.role };
    let loaded = async {
        session::keep(engine, &store, &signed, &args.password).await?;
        crate::sync::first_load(engine, &file, &store, &signed).await
    };
    if let Err(error) = loaded.await {
        store.close().await;
        return Err(error);
    }
    let store = store.settled().await?;
    install(engine, &file, store, user).await?;
    let open = engine.workspace().await?;
    open.tokens.lock().await.insert(signed.user_id, signed.access_token.clone());
    engine.sync_wanted.notify_one();
    announce(engine).await
}

/// Opens the database with a passphrase.
pub async fn unlock(engine: &Engine, args: Unlock) -> Result<WorkspaceState, CommandError> {
    if args.passphrase.chars().count() < 8 {
        return Err(CommandError::new("workspace.passphrase_short", "at least 8 characters").at("passphrase"));
    }
    let file = current(engine).ok_or_else(|| CommandError::new("workspace.closed", "nothing to unlock"))?;
    if file.demo {
        let spec = DemoSpec::standard(engine.config.clock.wall());
        let store = match open_store(engine, &file, Some(&args.passphrase), OpenFor::Work).await? {
            Ok(store) => store,
            Err(state) => return Ok(state),
        };
        demo::fill(engine, &store, &spec).await?;
        let user = seller(&store, &spec).await?;
        install(engine, &file, store, user).await?;
        return announce(engine).await;
    }
    open_remembered(engine, file, Some(&args.passphrase)).await
}

/// Works as another person of the organisation.
pub async fn switch_user(engine: &Engine, args: SwitchUser) -> Result<WorkspaceState, CommandError> {
    let open = engine.workspace().await?;
    let email = args.email.trim().to_lowercase();
    let row: Option<(String,)> = sqlx::query_as("SELECT id FROM users WHERE lower(email) = ?1 AND active = 1")
        .bind(&email)
        .fetch_optional(open.store.read())
        .await?;
    let unknown = || CommandError::new("session.bad_credentials", "unknown person or password");
    let id = row.and_then(|(id,)| UserId::parse(&id).ok()).ok_or_else(unknown)?;
    if !open.demo {
        session::check_offline_or_online(engine, &open, id, &email, &args.password).await?;
    }
    let user = person(&open.store, id).await?.ok_or_else(unknown)?;
    *open.user.write().await = user;
    if let Some(file) = current(engine) {
        remember(engine, &super::WorkspaceFile { user_id: Some(id), ..file })?;
    }
    engine.sync_wanted.notify_one();
    announce(engine).await
}

/// Signs out; the cache and everything that waits stay on the laptop, encrypted.
pub async fn sign_out(engine: &Engine, _: Nothing) -> Result<WorkspaceState, CommandError> {
    if let Ok(open) = engine.workspace().await
        && !open.demo
    {
        let user = open.user.read().await.id;
        session::end(engine, &open, user).await;
        // The demo's are nobody's; a customer's papers do not stay behind.
        crate::saved::remove_all(&open.folder).await;
    }
    close(engine).await;
    forget(engine);
    let state = WorkspaceState::Welcome { server_url: engine.config.server_url.clone() };
    engine.announce(EngineEvent::Workspace { state: Box::new(state.clone()) });
    Ok(state)
}

/// The device was revoked and its outbox is saved: closes the workspace and removes its files.
pub(crate) async fn revoked(engine: &Engine) -> Result<(), CommandError> {
    let file = current(engine);
    close(engine).await;
    forget(engine);
    session::forget_device(engine).await;
    if let Some(file) = file {
        // The rows are gone from it already; the files only hold free pages.
        if let Err(error) = std::fs::remove_dir_all(file.folder(engine)) {
            tracing::warn!(%error, "the emptied cache could not be removed");
        }
        let state = WorkspaceState::Revoked { organisation: file.organisation };
        engine.announce(EngineEvent::Workspace { state: Box::new(state) });
    }
    Ok(())
}

/// Remembers a view preference of the person who works now.
pub async fn set_preference(engine: &Engine, args: SetPreference) -> Result<Nothing, CommandError> {
    if args.key.len() > 64 || args.value.len() > 4_096 {
        return Err(CommandError::new("preference.too_long", "preferences are short"));
    }
    let open = engine.workspace().await?;
    let user = open.user.read().await.id;
    let mut tx = open.store.begin().await?;
    sqlx::query(
        "INSERT INTO preferences (user_id, key, value) VALUES (?1, ?2, ?3) \
         ON CONFLICT (user_id, key) DO UPDATE SET value = excluded.value",
    )
    .bind(user.to_string())
    .bind(args.key)
    .bind(args.value)
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    Ok(Nothing {})
}

pub(crate) async fn ready(open: &Open) -> Result<WorkspaceState, CommandError> {
    let user = open.user.read().await.clone();
    let preferences: Vec<(String, String)> = sqlx::query_as("SELECT key, value FROM preferences WHERE user_id = ?1")
        .bind(user.id.to_string())
        .fetch_all(open.store.read())
        .await?;
    let known: Vec<(String, String, String, String)> = if open.demo {
        sqlx::query_as("SELECT id, name, email, role FROM users WHERE active = 1 ORDER BY name")
            .fetch_all(open.store.read())
            .await?
    } else {
        sqlx::query_as(
            "SELECT u.id, u.name, u.email, u.role FROM users u JOIN known_users k ON k.user_id = u.id ORDER BY u.name",
        )
        .fetch_all(open.store.read())
        .await?
    };
    let known_users = known.into_iter().map(|(id, name, email, role)| User { id, name, email, role }).collect();
    Ok(WorkspaceState::Ready {
        workspace: Box::new(Workspace {
            org_id: open.org_id.to_string(),
            organisation: open.organisation.clone(),
            country: open.country.clone(),
            zone: open.zone.name().to_owned(),
            demo: open.demo,
            server_url: open.server_url.clone(),
            user: User {
                id: user.id.to_string(),
                name: user.name,
                email: user.email,
                role: user.role.as_str().to_owned(),
            },
            known_users,
            preferences: preferences.into_iter().collect::<BTreeMap<_, _>>(),
            today: open.today().to_string(),
        }),
    })
}

/// Today: what asks for something.
pub async fn today(engine: &Engine, _: Nothing) -> Result<Today, CommandError> {
    let open = engine.workspace().await?;
    let me = open.user.read().await.clone();
    let quotes = |filters: Vec<(&str, &str)>, limit: u32| ListRequest {
        filters: filters.into_iter().map(|(f, v)| Filter { field: f.to_owned(), value: v.to_owned() }).collect(),
        limit,
        ..ListRequest::default()
    };
    let mine = me.id.to_string();
    let expiring = crate::quotes::queries::list(engine, quotes(vec![("expiring", "7d")], 20)).await?.rows;
    let drafts =
        crate::quotes::queries::list(engine, quotes(vec![("status", "draft"), ("owner_id", &mine)], 8)).await?.rows;
    let approver = matches!(me.role, Role::SalesManager | Role::Director | Role::Finance);
    let to_approve = if approver {
        crate::quotes::queries::list(engine, quotes(vec![("approval", "requested")], 20)).await?.rows
    } else {
        Vec::new()
    };
    let recent_orders =
        crate::orders::queries::list(engine, ListRequest { limit: 8, ..ListRequest::default() }).await?.rows;
    Ok(Today {
        tasks: crate::tasks::queries::due_today(engine, 20).await?,
        expiring,
        to_approve,
        prices_to_decide: crate::accounts::prices::to_decide(&open).await?,
        drafts,
        open_incidents: crate::sla::queries::open_incidents(&open, 12).await?,
        recent_orders,
    })
}

/// How much there is behind each page, for the rail.
pub async fn rail(engine: &Engine, _: Nothing) -> Result<Rail, CommandError> {
    let open = engine.workspace().await?;
    Ok(Rail { counts: counts(&open).await? })
}

async fn counts(open: &Open) -> Result<BTreeMap<String, u32>, CommandError> {
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "SELECT 'accounts', count(*) FROM accounts UNION ALL SELECT 'sites', count(*) FROM sites \
         UNION ALL SELECT 'quotes', count(*) FROM quotes WHERE status IN ('draft', 'sent') \
         UNION ALL SELECT 'orders', count(*) FROM orders \
         UNION ALL SELECT 'tickets', count(*) FROM tickets WHERE status NOT IN ('resolved', 'closed') \
         UNION ALL SELECT 'tasks', count(*) FROM tasks WHERE status = 'open' AND assigned_to = ?1 AND due_on <= ?2 \
         UNION ALL SELECT 'sync_centre', count(*) FROM journal WHERE needs_person = 1",
    )
    .bind(open.user.read().await.id.to_string())
    .bind(open.today().to_string())
    .fetch_all(open.store.read())
    .await?;
    Ok(rows.into_iter().map(|(name, n)| (name, u32::try_from(n).unwrap_or(u32::MAX))).collect())
}
