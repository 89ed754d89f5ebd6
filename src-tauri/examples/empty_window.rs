//! An empty Tauri window: what the start of Satchel is measured against (`cargo xtask bench`).

use tauri::{WebviewUrl, WebviewWindowBuilder};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut context = tauri::generate_context!();
    context.config_mut().app.windows.clear();
    tauri::Builder::default()
        .setup(|app| {
            let page = "data:text/html,<title>empty</title><p id=ready>ready</p>".parse()?;
            WebviewWindowBuilder::new(app, "main", WebviewUrl::External(page)).inner_size(1440.0, 900.0).build()?;
            Ok(())
        })
        .run(context)?;
    Ok(())
}
