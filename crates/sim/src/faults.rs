//! What goes wrong besides the network: crashes, old images, clones, restored databases, grants, clocks, people.

use std::collections::BTreeSet;

use chrono::Duration;
use satchel_core::demo::{PEOPLE, person_id};
use satchel_core::ids::{MutationId, ScopeId, UserId};
use uuid::Uuid;

use crate::run::{Laptop, Sim};
use crate::sabotage::Sabotage;

impl Sim<'_> {
    pub(crate) fn break_something(&mut self, index: usize) -> Result<(), String> {
        match self.random.below(16) {
            0 | 1 => {
                self.fault("laptop_crash");
                self.laptops[index].syncing = None;
            }
            2 => self.laptops[index].image = Some(self.laptops[index].disk.clone()),
            3 => self.restore_image(index),
            4 => self.clone_profile(index),
            5 => self.backup = self.database.clone(),
            6 => self.restore_backup(),
            7 | 8 => self.change_grant(),
            9 => {
                self.fault("row_moved");
                self.move_row();
            }
            10 => {
                self.fault("tombstones_pruned");
                self.database.prune(self.sabotage);
            }
            11 => {
                self.fault("clock_jump");
                let days = [0, 0, -365, 365, -1][self.random.below(5)];
                self.laptops[index].clock = Duration::days(days);
            }
            12 => self.revoke(index),
            14 => self.lagging = self.database.clone(),
            13 => {
                self.fault("partition");
                self.wire.clear();
            }
            _ => self.switch_person(index),
        }
        Ok(())
    }

    /// A laptop comes back from an old image: what it typed since, and nobody else has, went down with its disk.
    fn restore_image(&mut self, index: usize) {
        let Some(image) = self.laptops[index].image.clone() else { return };
        if self.laptops[index].disk.wiped {
            return;
        }
        self.fault("old_image");
        let before = self.held();
        self.laptops[index].disk = image;
        self.laptops[index].syncing = None;
        self.laptops[index].seen = (Uuid::nil(), 0);
        self.excuse(&before);
    }

    /// Mutations that stand somewhere: decided on the server, saved from a revoked device, or on a laptop's disk.
    fn held(&self) -> BTreeSet<MutationId> {
        let on_disks = self.laptops.iter().filter(|laptop| !laptop.disk.wiped);
        let on_disks = on_disks.flat_map(|laptop| laptop.disk.pending.iter().chain(&laptop.disk.journal));
        on_disks.map(|pending| pending.id).chain(self.database.decided.keys().copied()).collect()
    }

    /// What stood nowhere but on the disk that just went back in time is nobody's fault.
    fn excuse(&mut self, before: &BTreeSet<MutationId>) {
        let after = self.held();
        self.ledger.excused.extend(before.difference(&after));
    }

    /// Somebody copies the profile to another machine; both go on.
    fn clone_profile(&mut self, index: usize) {
        if self.laptops.len() >= 5 || self.laptops[index].disk.wiped {
            return;
        }
        self.fault("cloned_profile");
        let (disk, key) = (self.laptops[index].disk.clone(), self.laptops[index].key);
        let clock = self.laptops[index].clock;
        self.laptops.push(Laptop { disk, image: None, key, syncing: None, clock, seen: (Uuid::nil(), 0) });
    }

    fn restore_backup(&mut self) {
        self.fault("database_restored");
        let mut restored = self.backup.clone();
        if self.sabotage != Some(Sabotage::NoEpoch) {
            restored.epoch = self.random.uuid();
        }
        let before = self.held();
        restored.salvaged.clone_from(&self.database.salvaged);
        self.database = restored;
        self.excuse(&before);
    }

    fn change_grant(&mut self) {
        let users: Vec<UserId> = self.database.grants.keys().copied().collect();
        let accounts: Vec<ScopeId> = self.database.rows.table("accounts").map(|row| ScopeId(row.id())).collect();
        let (Some(user), Some(account)) = (self.random.pick(&users).copied(), self.random.pick(&accounts).copied())
        else {
            return;
        };
        let Some(grants) = self.database.grants.get_mut(&user) else { return };
        let kind = if grants.remove(&account) {
            "revoke"
        } else {
            grants.insert(account);
            "grant"
        };
        self.fault(kind);
    }

    fn move_row(&mut self) {
        let sites: Vec<_> = self.database.rows.table("sites").map(|row| ("sites", row.id())).collect();
        let accounts: Vec<ScopeId> = self.database.rows.table("accounts").map(|row| ScopeId(row.id())).collect();
        let Some(site) = self.random.pick(&sites).copied() else { return };
        let to = if self.random.once_in(4) { None } else { self.random.pick(&accounts).copied() };
        self.database.administer(site, to);
    }

    fn revoke(&mut self, index: usize) {
        let Some(identity) = self.laptops[index].disk.identity else { return };
        if !self.random.once_in(4) {
            return;
        }
        if let Some(client) = self.database.clients.get_mut(&identity.client_id) {
            client.revoked = true;
            self.fault("device_revoked");
        }
    }

    fn switch_person(&mut self, index: usize) {
        self.fault("another_person");
        let person = self.random.below(PEOPLE.len());
        let user = person_id(&self.world.spec, person);
        let scopes: Vec<ScopeId> = self.database.rows.table("accounts").map(|row| ScopeId(row.id())).collect();
        self.database.grants.entry(user).or_insert_with(|| scopes.into_iter().collect());
        self.laptops[index].disk.user = user;
        self.laptops[index].disk.role = PEOPLE[person].role;
    }
}
