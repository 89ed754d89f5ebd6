//! A revoked device, a person who left, a session that was ended: each is worth nothing at once, on every endpoint. A device is
//! its own, and nobody takes all slots.

use std::time::Duration;

use anyhow::{Result, ensure};
use reqwest::Client;
use satchel_core::wire::SCHEMA;
use satchel_tests::protocol::Device;
use satchel_tests::raw::{self, Said};
use satchel_tests::{Office, PASSWORD, connect, operate, operate_with};
use serde_json::{Value, json};

struct Attack<'a> {
    office: &'a Office,
    client: Client,
}

impl Attack<'_> {
    async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Said> {
        let sealed = raw::sealed(body.to_string().as_bytes())?;
        raw::post(&self.client, &self.office.server, path, token, sealed, None).await
    }

    /// What every endpoint says to this device's token.
    async fn everywhere(&self, device: &Device, token: &str) -> Result<Vec<(&'static str, String)>> {
        let of = json!({ "client_id": device.registered.client_id, "incarnation": 0, "epoch": device.registered.epoch,
            "schema": SCHEMA, "mutations": [], "cursors": { "at": 0, "scopes": 0, "named": {} } });
        let register =
            json!({ "device_key": device.device_key, "app_version": "", "schema": SCHEMA, "incarnation": 1 });
        let file = json!({ "sha256": "0".repeat(64), "size": 1, "n": 0, "bytes_base64": "" });
        let bodies = [
            ("/sync/v1/push", &of),
            ("/sync/v1/pull", &of),
            ("/sync/v1/register", &register),
            ("/files/v1/offer", &file),
            ("/files/v1/chunk", &file),
            ("/files/v1/fetch", &file),
        ];
        let mut said = Vec::new();
        for (path, body) in bodies {
            said.push((path, self.post(path, Some(token), body).await?.code));
        }
        let poke = self.client.get(format!("{}/sync/v1/poke", self.office.server.url())).bearer_auth(token);
        let poke = poke.timeout(Duration::from_secs(5)).send().await?;
        said.push(("/sync/v1/poke", if poke.status().is_success() { String::new() } else { "refused".to_owned() }));
        Ok(said)
    }

    async fn refresh(&self, refresh_token: &str, device_key: &str) -> Result<Said> {
        let body = json!({ "refresh_token": refresh_token, "device_key": device_key });
        self.post("/session/v1/refresh", None, &body).await
    }

    async fn sign_in(&self, email: &str, password: &str, device_key: &str) -> Result<Said> {
        let body = json!({ "email": email, "password": password, "device_key": device_key });
        self.post("/session/v1/sign-in", None, &body).await
    }
}

async fn attack(office: &Office) -> Result<Attack<'_>> {
    Ok(Attack { office, client: raw::client(&office.server)? })
}

fn all_are(said: &[(&str, String)], code: &str) -> Result<()> {
    let right = said.iter().all(|(path, said)| said == code || (*path == "/sync/v1/poke" && said == "refused"));
    ensure!(right, "{code} was expected: {said:?}");
    Ok(())
}

#[tokio::test]
async fn a_revoked_device_hands_in_what_waits_and_does_nothing_else() -> Result<()> {
    let Some(office) = Office::open("attacks_revoked").await? else { return Ok(()) };
    let attack = attack(&office).await?;
    let device = Device::of(&office.server, "seller@demo.example", SCHEMA).await?;
    let before = attack.everywhere(&device, &device.token).await?;
    ensure!(before.iter().all(|(_, code)| code != "device.revoked" && code != "refused"), "{before:?}");
    operate(office.owner_url(), &["revoke-device", &device.registered.client_id.to_string()])?;
    all_are(&attack.everywhere(&device, &device.token).await?, "device.revoked")?;
    // A fresh token is worth no more, and there is no other way in with this key.
    let refreshed = attack.refresh(&device.refresh_token, &device.device_key).await?;
    let (token, next) =
        (satchel_tests::text(&refreshed.body, "/access_token"), refreshed.body["refresh_token"].clone());
    all_are(&attack.everywhere(&device, &token).await?, "device.revoked")?;
    let again = attack.sign_in("seller@demo.example", PASSWORD, &device.device_key).await?;
    ensure!(again.code == "device.revoked", "{again:?}");
    // What waits is taken, once; then the session is over.
    let outbox =
        json!({ "client_id": device.registered.client_id, "outbox": [{ "mutation_id": uuid::Uuid::now_v7() }] });
    let saved = attack.post("/sync/v1/salvage", Some(&token), &outbox).await?;
    ensure!(saved.body["kept"] == 1, "{saved:?}");
    let after = attack.refresh(next.as_str().unwrap_or_default(), &device.device_key).await?;
    ensure!((after.status, after.code.as_str()) == (401, "sync.signed_out"), "{after:?}");
    let twice = attack.post("/sync/v1/salvage", Some(&token), &outbox).await?;
    ensure!(twice.code == "auth.expired", "{twice:?}");
    // Another device of the same person goes on.
    let other = Device::of(&office.server, "seller@demo.example", SCHEMA).await?;
    ensure!(attack.everywhere(&other, &other.token).await?.iter().all(|(_, code)| code != "device.revoked"));
    Ok(())
}

#[tokio::test]
async fn a_session_that_was_ended_is_worth_nothing_at_once() -> Result<()> {
    let Some(office) = Office::open("attacks_ended").await? else { return Ok(()) };
    let attack = attack(&office).await?;
    let (email, new) = ("finance@demo.example", "another long password");
    let [signed_out, first, second] = [
        Device::of(&office.server, email, SCHEMA).await?,
        Device::of(&office.server, email, SCHEMA).await?,
        Device::of(&office.server, email, SCHEMA).await?,
    ];
    let tokens = |device: &Device| json!({ "refresh_token": device.refresh_token, "device_key": device.device_key });
    let stranger = json!({ "refresh_token": first.refresh_token, "device_key": "somebody else's" });
    ensure!(attack.post("/session/v1/sign-out", None, &stranger).await?.status == 200);
    ensure!(attack.post("/session/v1/sign-out", None, &tokens(&signed_out)).await?.status == 200);
    all_are(&attack.everywhere(&signed_out, &signed_out.token).await?, "auth.expired")?;
    ensure!(attack.refresh(&signed_out.refresh_token, &signed_out.device_key).await?.status == 401);
    let others = attack.everywhere(&first, &first.token).await?;
    ensure!(others.iter().all(|(_, code)| code != "auth.expired"), "another session goes on: {others:?}");
    // Another password ends all of them.
    ensure!(operate_with(office.owner_url(), &["set-password", email], "short\n").is_err());
    operate_with(office.owner_url(), &["set-password", email], &format!("{new}\n"))?;
    for device in [&first, &second] {
        all_are(&attack.everywhere(device, &device.token).await?, "auth.expired")?;
        ensure!(attack.refresh(&device.refresh_token, &device.device_key).await?.status == 401);
    }
    ensure!(attack.sign_in(email, PASSWORD, "new laptop").await?.code == "session.bad_credentials");
    let back = attack.sign_in(email, new, "new laptop").await?;
    ensure!(back.status == 200, "{back:?}");
    // And so does being switched off.
    operate(office.owner_url(), &["switch-off", email])?;
    let token = satchel_tests::text(&back.body, "/access_token");
    all_are(&attack.everywhere(&first, &token).await?, "auth.revoked")?;
    operate(office.owner_url(), &["switch-on", email])?;
    all_are(&attack.everywhere(&first, &token).await?, "auth.expired")
}

#[tokio::test]
async fn a_device_is_its_own_and_nobody_takes_all_slots() -> Result<()> {
    let Some(office) = Office::open("attacks_devices").await? else { return Ok(()) };
    let attack = attack(&office).await?;
    let mut seller = Device::of(&office.server, "seller@demo.example", SCHEMA).await?;
    let mut technician = Device::of(&office.server, "technician@demo.example", SCHEMA).await?;
    let own = technician.registered.client_id;
    // Under somebody else's device.
    technician.registered.client_id = seller.registered.client_id;
    let edit = json!({ "name": "organisation.unknown", "args": {} });
    let pushed = technician.push([edit.clone()]).await;
    ensure!(pushed.is_err_and(|error| error.to_string() == "sync.unknown_client"), "pushed as another's device");
    ensure!(seller.push([edit]).await.is_ok(), "the other's device goes on");
    technician.registered.client_id = own;
    let register = |key: &str, incarnation: u32| {
        json!({ "device_key": key, "app_version": "", "schema": SCHEMA,
        "incarnation": incarnation })
    };
    let other = attack.post("/sync/v1/register", Some(&technician.token), &register(&seller.device_key, 7)).await?;
    ensure!(other.code == "device.other", "{other:?}");
    let mut taken = 0;
    for incarnation in 1..60 {
        let body = register(&technician.device_key, incarnation);
        taken += u32::from(attack.post("/sync/v1/register", Some(&technician.token), &body).await?.status == 200);
    }
    ensure!(taken < 20, "{taken} slots for one person");
    // All slots taken by devices that never sent anything: a new laptop gets one all the same.
    let owner = connect(office.owner_url()).await?;
    sqlx::query(
        "INSERT INTO sync_client (org_id, id, device_key_hash, device_slot, incarnation, registered_by, app_version, \
         registered_at) SELECT t.org_id, gen_random_uuid(), sha256(n::text::bytea), n, 0, gen_random_uuid(), '', \
         now() - interval '2 days' FROM sync_tenant t, generate_series(t.next_slot, 1022) n",
    )
    .execute(&owner)
    .await?;
    sqlx::query("UPDATE sync_tenant SET next_slot = 1023").execute(&owner).await?;
    let director = Device::of(&office.server, "director@demo.example", SCHEMA).await?;
    let two: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM (SELECT 1 FROM sync_client WHERE device_slot IS NOT NULL GROUP BY device_slot \
         HAVING count(*) > 1) t",
    )
    .fetch_one(&owner)
    .await?;
    ensure!(two == 0, "a slot of two devices");
    // One that is let go is nobody's.
    operate(office.owner_url(), &["forget-device", &director.registered.client_id.to_string()])?;
    all_are(&attack.everywhere(&director, &director.token).await?, "auth.expired")
}
