//! How the organisation looks on paper: read, tried, written through the one write door.

use base64::Engine as _;
use satchel_core::organisations::{Branding, EditBranding, MAX_LOGO_BYTES};
use satchel_core::wire::mutation::Intent;
use satchel_documents::quote_pdf::is_printable_logo;

use super::organisation::settings;
use super::view::{BrandingInputs, BrandingView};
use crate::api::{CommandError, Nothing};
use crate::engine::Engine;
use crate::sync::{Subject, SubjectKind, mutate};

/// What documents carry.
pub async fn get(engine: &Engine, _: Nothing) -> Result<BrandingView, CommandError> {
    let open = engine.workspace().await?;
    let branding = settings(open.store.read()).await?.branding;
    Ok(BrandingView {
        may_edit: open.actor().await.role.may_publish(),
        inputs: BrandingInputs {
            legal_name: branding.legal_name,
            address: branding.address.join("\n"),
            tax_number: branding.tax_number,
            registration_number: branding.registration_number,
            phone: branding.phone,
            email: branding.email,
            accent: branding.accent,
            quote_terms: branding.quote_terms.join("\n"),
            logo_png_base64: branding.logo_png_base64.unwrap_or_default(),
        },
    })
}

/// Writes what documents carry.
pub async fn save(engine: &Engine, args: BrandingInputs) -> Result<BrandingView, CommandError> {
    let open = engine.workspace().await?;
    let base = settings(open.store.read()).await?.branding;
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let logo = Some(args.logo_png_base64.trim().to_owned()).filter(|text| !text.is_empty());
    if let Some(text) = &logo {
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default();
        if bytes.len() > MAX_LOGO_BYTES {
            return Err(CommandError::new("branding.logo_too_large", format!("{} bytes", bytes.len()))
                .with("kb", (MAX_LOGO_BYTES / 1024).to_string()));
        }
        if !is_printable_logo(&bytes) {
            return Err(CommandError::new("branding.bad_logo", "not a PNG that can be printed"));
        }
    }
    let mine = Branding {
        legal_name: args.legal_name.trim().to_owned(),
        address: lines(&args.address),
        tax_number: args.tax_number.trim().to_owned(),
        registration_number: args.registration_number.trim().to_owned(),
        phone: args.phone.trim().to_owned(),
        email: args.email.trim().to_owned(),
        accent: args.accent.trim().to_owned(),
        quote_terms: lines(&args.quote_terms),
        logo_png_base64: logo,
    };
    if mine != base {
        let subject = Subject { text: open.organisation.clone(), kind: SubjectKind::Organisation, id: open.org_id.0 };
        mutate(engine, &open, Intent::BrandingEdit(Box::new(EditBranding { base, mine, at: open.now() })), subject)
            .await?;
    }
    get(engine, Nothing {}).await
}
