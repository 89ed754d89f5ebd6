//! The shell and nothing more: the window, one command that passes to the engine, and its events.
//!
//! Invariant: no rule, no query, no words live here; the window can call the engine's listed commands and nothing else.

#[cfg(all(feature = "dev-bridge", not(debug_assertions)))]
compile_error!("the development bridge is never part of a release build");

#[cfg(feature = "dev-bridge")]
mod bridge;
mod demo_sign_in;
mod presenter;
mod setup;

use satchel_client::api::{CommandError, Nothing, dispatch};
use satchel_client::{Engine, EngineEvent};
use serde_json::Value;
use tauri::{AppHandle, Emitter, Manager};

/// The one command of the window: an engine command by name.
#[tauri::command]
async fn rpc(
    window: tauri::WebviewWindow,
    engine: tauri::State<'_, Engine>,
    name: String,
    args: Value,
) -> Result<Value, CommandError> {
    if !presenter::may_ask(&window, &name) {
        return Err(CommandError::new("command.unknown", name));
    }
    let engine = engine.inner().clone();
    dispatch(&engine, &name, args).await
}

/// Runs the desktop program until its window is closed.
pub fn run() -> anyhow::Result<()> {
    setup::logging();
    rustls::crypto::ring::default_provider().install_default().ok();
    let engine = Engine::new(setup::config()?);
    // The workspace opens while the window does; the window's own question waits for it.
    let (early, closing) = (engine.clone(), engine.clone());
    tauri::async_runtime::spawn(async move { satchel_client::workspace::commands::state(&early, Nothing {}).await });
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            if let Some(window) = app.get_webview_window("main") {
                // A second start shows the window that is there.
                let _ = window.set_focus();
            }
        }))
        .plugin(tauri_plugin_window_state::Builder::default().with_denylist(&[presenter::LABEL]).build())
        .manage(engine.clone())
        .invoke_handler(tauri::generate_handler![rpc, presenter::open_presenter, presenter::close_presenter])
        .setup(move |app| {
            let handle = app.handle().clone();
            tauri::async_runtime::spawn(start(engine.clone(), handle));
            Ok(())
        })
        .build(tauri::generate_context!())?
        .run(move |app, event| match event {
            tauri::RunEvent::WindowEvent { label, event: tauri::WindowEvent::Destroyed, .. } if label == "main" => {
                presenter::close(app);
            }
            tauri::RunEvent::Exit => tauri::async_runtime::block_on(closing.close()),
            _ => {}
        });
    Ok(())
}

async fn start(engine: Engine, app: AppHandle) {
    // Before anything happens: the window hears of it.
    let events = engine.subscribe();
    tokio::spawn(forward_all(events, app));
    demo_sign_in::run(&engine).await;
    #[cfg(feature = "dev-bridge")]
    bridge::start(&engine);
    satchel_client::sync::run_forever(engine).await;
}

async fn forward_all(mut events: tokio::sync::broadcast::Receiver<EngineEvent>, app: AppHandle) {
    while let Some(event) = satchel_client::next_event(&mut events).await {
        forward(&app, &event);
    }
}

fn forward(app: &AppHandle, event: &EngineEvent) {
    if let EngineEvent::Sync { status } = event
        && status.needs_you > 0
    {
        setup::notify_needs_you(status.needs_you);
    }
    if let EngineEvent::News { news } = event {
        setup::notify_news(news);
    }
    if let EngineEvent::Reminders { tasks } = event {
        setup::notify_reminders(tasks);
    }
    // A window that is gone needs no event.
    let _ = app.emit("engine", event);
}
