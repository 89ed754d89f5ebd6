//! Links to quotes. Invariant: the secret of a link is made from its id and the server's key, so that a mail that is sent
//! twice carries the same link; the database keeps its digest only.

use std::sync::Arc;

use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use hmac::{Hmac, KeyInit, Mac};
use satchel_core::apply::new_link;
use satchel_core::ids::{AccountId, LinkId, OrgId, QuoteId};
use satchel_core::wire::rows::Row;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use crate::app::App;
use crate::rows::{load, put};
use crate::tenant::{org_tx, tenant_tx};

/// Makes links.
#[derive(Clone)]
pub struct Links {
    key: Arc<Vec<u8>>,
    /// `https://quotes.provider.example`, without a slash at its end; without one no link leaves.
    public_url: Option<String>,
}

/// A link that was opened.
pub struct Opened {
    /// Organisation.
    pub org: OrgId,
    /// Its row.
    pub link: Row,
}

impl Links {
    /// Links under a public address.
    pub fn new(key: Arc<Vec<u8>>, public_url: Option<&str>) -> Self {
        Self { key, public_url: public_url.map(|url| url.trim_end_matches('/').to_owned()) }
    }

    fn secret(&self, org: OrgId, link: LinkId) -> String {
        // A key of any length is a key.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(b"satchel quote link 1");
        mac.update(org.0.as_bytes());
        mac.update(link.0.as_bytes());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }

    /// The address of a link; `None` on a server that nobody reaches from outside.
    pub fn url(&self, org: OrgId, link: LinkId) -> Option<String> {
        self.public_url.as_ref().map(|base| format!("{base}/q/{}", self.secret(org, link)))
    }

    /// The link that goes with a mail, made when the mail is first sent; `None` when there is nothing to link to: a draft, or
    /// no public address.
    pub async fn for_mail(
        &self,
        pool: &PgPool,
        org: OrgId,
        (mail, quote): (Uuid, Uuid),
        to: &str,
    ) -> Result<Option<String>> {
        let id = LinkId(mail);
        let Some(url) = self.url(org, id) else { return Ok(None) };
        let mut look = org_tx(pool, org).await?;
        if load(&mut look, "quote_links", id.0).await?.is_some() {
            return Ok(Some(url));
        }
        drop(look);
        let mut tenant = tenant_tx(pool, org).await?;
        let Some(row) = load(&mut tenant.tx, "quotes", quote).await? else { return Ok(None) };
        if row.text("status")? == "draft" {
            return Ok(None);
        }
        let of = (id, AccountId(row.uuid("account_id")?), QuoteId(quote));
        put(&mut tenant.tx, org, &[new_link(of, to, Utc::now())]).await?;
        sqlx::query(
            "INSERT INTO link_secrets (org_id, link_id, secret_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind(org.0)
        .bind(id.0)
        .bind(digest(&self.secret(org, id)))
        .execute(&mut *tenant.tx)
        .await?;
        tenant.tx.commit().await?;
        Ok(Some(url))
    }
}

fn digest(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// The link a secret opens.
pub async fn find(app: &App, secret: &str) -> Result<Option<Opened>, sqlx::Error> {
    let found: Option<(Uuid, Uuid)> = sqlx::query_as("SELECT org_id, link_id FROM find_link($1)")
        .bind(digest(secret))
        .fetch_optional(&app.pool)
        .await?;
    let Some((org, id)) = found else { return Ok(None) };
    let org = OrgId(org);
    let mut tx = org_tx(&app.pool, org).await?;
    Ok(load(&mut tx, "quote_links", id).await?.map(|link| Opened { org, link }))
}
