//! Poke: a hint that there is something to pull, never data. Postgres tells every server of every commit, so that any number
//! of servers may run.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use satchel_core::ids::OrgId;
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::app::App;
use crate::caller::identify;
use crate::envelope::{ApiError, refuse};

/// Postgres channel.
pub const CHANNEL: &str = "satchel_poke";

/// Organisations that have something new.
pub type Pokes = broadcast::Sender<OrgId>;

/// Listens for commits for as long as the server lives.
pub async fn listen(pool: PgPool, pokes: Pokes) {
    loop {
        if let Err(error) = hear(&pool, &pokes).await {
            tracing::warn!(%error, "the pokes were lost; listening again");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

async fn hear(pool: &PgPool, pokes: &Pokes) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        let note = listener.recv().await?;
        if let Ok(org) = Uuid::parse_str(note.payload()) {
            // Nobody connected is fine.
            let _ = pokes.send(OrgId(org));
        }
    }
}

/// `GET /sync/v1/poke`: one event for each commit in the person's organisation, bursts taken together.
pub async fn poke(State(app): State<App>, headers: HeaderMap) -> Response {
    let caller = match identify(&app, &headers).await {
        Ok(known) => known,
        Err(error) => return refuse(&headers, &error),
    };
    let (org, person) = (caller.org, caller.actor.id);
    let Some(line) = app.turns.line(person) else {
        let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "sync.too_many_lines", "too many open lines");
        return refuse(&headers, &error);
    };
    // A line lives no longer than what it was opened with: who is gone hears nothing more.
    let end = tokio::time::sleep(Duration::from_secs(caller.left_s));
    let stream = futures::stream::unfold((app.pokes.subscribe(), line), move |(mut receiver, line)| async move {
        loop {
            match receiver.recv().await {
                Ok(poked) if poked == org => {}
                Ok(_) => continue,
                // Too many to keep up with: surely one was ours.
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
            return Some((Ok::<Event, Infallible>(Event::default().data("new")), (receiver, line)));
        }
    });
    let stream = stream.take_until(end);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(25))).into_response()
}
