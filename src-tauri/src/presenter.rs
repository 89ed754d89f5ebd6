//! The presentation's own window, for the screen that the customer looks at. Invariant: it may ask for what is presented and
//! nothing else; it closes with the window it was opened from.

use satchel_client::api::CommandError;
use tauri::{AppHandle, Manager, Monitor, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

/// Its label.
pub const LABEL: &str = "presenter";
/// All that may be asked from it.
const ASKS: [&str; 2] = ["present_quote", "workspace_state"];

/// Whether this window may use an engine command.
pub fn may_ask(window: &WebviewWindow, name: &str) -> bool {
    window.label() != LABEL || ASKS.contains(&name)
}

/// Opens it on another screen than the main window's, filling it; with one screen, as a window that can be moved.
#[tauri::command]
pub async fn open_presenter(app: AppHandle, quote_id: uuid::Uuid) -> Result<(), CommandError> {
    let failed = |e: tauri::Error| CommandError::new("present.no_window", e.to_string());
    close(&app);
    let main = app.get_webview_window("main");
    let here = main.as_ref().and_then(|main| main.current_monitor().ok().flatten());
    let other = other_screen(&app.available_monitors().map_err(failed)?, here.as_ref());
    let url = WebviewUrl::App(format!("index.html#/present/{quote_id}").into());
    let window = WebviewWindowBuilder::new(&app, LABEL, url)
        .title("Presentation")
        .inner_size(1280.0, 720.0)
        .build()
        .map_err(failed)?;
    if let Some(screen) = other {
        window.set_position(*screen.position()).map_err(failed)?;
        window.set_fullscreen(true).map_err(failed)?;
    }
    // The keys stay with who presents.
    if let Some(main) = main {
        let _ = main.set_focus();
    }
    Ok(())
}

/// Closes it, when it is open.
#[tauri::command]
pub async fn close_presenter(app: AppHandle) {
    close(&app);
}

/// Closes it, when it is open.
pub fn close(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window.destroy();
    }
}

fn other_screen(all: &[Monitor], here: Option<&Monitor>) -> Option<Monitor> {
    let here = here?;
    all.iter().find(|screen| screen.position() != here.position()).cloned()
}
