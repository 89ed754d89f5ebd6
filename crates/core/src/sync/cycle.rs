//! One sync: identify, push until nothing waits, pull until the cache is the server's.

use super::{Action, Event, Fault, Finish, Heard, Identity, Loaded, Net, Store, Stored};
use crate::ids::UserId;
use crate::wire::{Pull, Push, SCHEMA, Salvage};

/// How often one sync starts over (epoch, fork, cursors, counts) before it gives way to the next.
const RESTARTS: u32 = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Begin,
    Loading,
    Registering,
    Identifying,
    Batching,
    Pushing(UserId),
    Noting,
    Pulling,
    Publishing,
    StartingOver,
    ReadingOutbox,
    Salvaging(usize),
    Wiping,
    Finished,
}

/// A sync under way. `P` is a pulled body, which only the store looks into.
#[derive(Debug, Clone)]
pub struct Cycle {
    state: State,
    loaded: Option<Loaded>,
    restarts: u32,
}

impl Default for Cycle {
    fn default() -> Self {
        Self { state: State::Begin, loaded: None, restarts: 0 }
    }
}

impl Cycle {
    /// What to do after what happened. An event that does not fit the state ends the sync: the next one begins afresh.
    pub fn step<P>(&mut self, event: Event<P>) -> Action<P> {
        match (self.state.clone(), event) {
            (State::Begin, Event::Begin) => self.load(),
            (State::Loading, Event::Stored(Stored::Loaded(loaded))) => self.loaded(loaded),
            (State::Registering, Event::Heard(Heard::Registered(registered))) => {
                let known = self.loaded.as_ref().and_then(|loaded| loaded.epoch);
                if known.is_some_and(|epoch| epoch != registered.epoch) {
                    return self.start_over("sync.epoch", Some(Store::NewEpoch));
                }
                self.store(State::Identifying, Store::Identify(registered))
            }
            // Identified or started over: read again what stands there now.
            (State::Identifying | State::StartingOver, Event::Stored(Stored::Done)) => self.load(),
            (State::Batching, Event::Stored(Stored::Batch(batch))) => match (batch, self.identity()) {
                (Some(batch), Some(identity)) => {
                    let body = Push {
                        client_id: identity.client_id,
                        incarnation: identity.incarnation,
                        epoch: identity.epoch,
                        schema: SCHEMA,
                        clock: None,
                        mutations: batch.mutations,
                    };
                    self.send(State::Pushing(batch.by), Net::Push { by: batch.by, body })
                }
                _ => self.pull(),
            },
            (State::Pushing(_), Event::Heard(Heard::Pushed(outcomes))) if outcomes.is_empty() => {
                // An answer to a push that decides nothing would be asked for again for ever.
                self.finish(Finish::Refused { code: "sync.empty_answer".to_owned() })
            }
            (State::Pushing(_), Event::Heard(Heard::Pushed(outcomes))) => {
                self.store(State::Noting, Store::Note(outcomes))
            }
            (State::Noting, Event::Stored(Stored::Done)) => self.store(State::Batching, Store::NextBatch),
            (State::Pulling, Event::Heard(Heard::Pulled(body))) => self.store(State::Publishing, Store::Publish(body)),
            (State::Publishing, Event::Stored(Stored::Published { mismatched })) if mismatched.is_empty() => {
                self.finish(Finish::Complete)
            }
            (State::Publishing, Event::Stored(Stored::Published { .. })) => {
                self.start_over("sync.count_mismatch", None)
            }
            (State::ReadingOutbox | State::Wiping, Event::Stored(Stored::Outbox(outbox))) => {
                match (&self.loaded, self.identity()) {
                    (Some(loaded), Some(identity)) => {
                        let by = loaded.user;
                        let body = Salvage { client_id: identity.client_id, outbox };
                        self.send(State::Salvaging(body.outbox.len()), Net::Salvage { by, body })
                    }
                    _ => self.finish(Finish::Refused { code: "device.revoked".to_owned() }),
                }
            }
            (State::Salvaging(saved), Event::Heard(Heard::Salvaged)) => {
                self.store(State::Wiping, Store::Wipe { saved })
            }
            (State::Wiping, Event::Stored(Stored::Done)) => self.finish(Finish::Revoked),
            (_, Event::Failed(fault)) => self.failed(fault),
            _ => self.finish(Finish::Refused { code: "sync.out_of_order".to_owned() }),
        }
    }

    fn identity(&self) -> Option<Identity> {
        self.loaded.as_ref().and_then(|loaded| loaded.identity)
    }

    fn store<P>(&mut self, state: State, store: Store<P>) -> Action<P> {
        self.state = state;
        Action::Store(store)
    }

    fn send<P>(&mut self, state: State, net: Net) -> Action<P> {
        self.state = state;
        Action::Send(net)
    }

    fn finish<P>(&mut self, finish: Finish) -> Action<P> {
        self.state = State::Finished;
        Action::Finish(finish)
    }

    fn load<P>(&mut self) -> Action<P> {
        self.store(State::Loading, Store::Load)
    }

    fn loaded<P>(&mut self, loaded: Loaded) -> Action<P> {
        let (incarnation, by, known) = (loaded.incarnation, loaded.user, loaded.identity.is_some());
        self.loaded = Some(loaded);
        if known {
            self.store(State::Batching, Store::NextBatch)
        } else {
            self.send(State::Registering, Net::Register { incarnation, by })
        }
    }

    fn pull<P>(&mut self) -> Action<P> {
        let Some((loaded, identity)) = self.loaded.clone().zip(self.identity()) else {
            return self.finish(Finish::Refused { code: "sync.out_of_order".to_owned() });
        };
        let body = Pull {
            client_id: identity.client_id,
            incarnation: identity.incarnation,
            epoch: identity.epoch,
            schema: SCHEMA,
            cursors: loaded.cursors,
        };
        self.send(State::Pulling, Net::Pull { by: loaded.user, body })
    }

    fn failed<P>(&mut self, fault: Fault) -> Action<P> {
        let (code, retry_after_s) = match fault {
            Fault::Offline { code } => return self.finish(Finish::Offline { code }),
            Fault::Refused { code, retry_after_s } => (code, retry_after_s),
        };
        match code.as_str() {
            // A cursor from the future means that the database went back, even when nobody told it so.
            "sync.epoch" | "sync.cursor_future" => self.start_over(&code, Some(Store::NewEpoch)),
            "sync.fork" | "sync.gap" | "sync.unknown_client" => self.start_over(&code, Some(Store::NewIncarnation)),
            "sync.cursor_expired" => self.start_over(&code, Some(Store::ForgetCursors)),
            "sync.scopes_changed" => self.start_over(&code, Some(Store::NameScopes)),
            "device.revoked" if !matches!(self.state, State::Salvaging(_)) => {
                self.store(State::ReadingOutbox, Store::ReadOutbox)
            }
            "server.busy" | "server.unavailable" => self.finish(Finish::Busy { retry_after_s }),
            "sync.schema" => self.finish(Finish::NeedsUpdate),
            "sync.signed_out" | "auth.revoked" | "auth.expired" | "session.bad_credentials" => {
                self.finish(Finish::SignedOut { code })
            }
            _ => self.finish(Finish::Refused { code }),
        }
    }

    fn start_over<P>(&mut self, code: &str, store: Option<Store<P>>) -> Action<P> {
        self.restarts += 1;
        if self.restarts > RESTARTS {
            return self.finish(Finish::Refused { code: code.to_owned() });
        }
        match store {
            Some(store) => self.store(State::StartingOver, store),
            None => self.load(),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::ClientId;
    use crate::wire::Cursors;

    fn loaded(identity: Option<Identity>) -> Event<()> {
        Event::Stored(Stored::Loaded(Loaded {
            identity,
            incarnation: 7,
            epoch: identity.map(|identity| identity.epoch),
            user: UserId(Uuid::nil()),
            cursors: Cursors::default(),
        }))
    }

    fn known() -> Option<Identity> {
        Some(Identity { client_id: ClientId(Uuid::nil()), incarnation: 7, epoch: Uuid::nil() })
    }

    fn refused(code: &str) -> Event<()> {
        Event::Failed(Fault::Refused { code: code.to_owned(), retry_after_s: None })
    }

    #[test]
    fn an_unknown_laptop_registers_before_it_pushes() {
        let mut cycle = Cycle::default();
        assert_eq!(cycle.step(Event::Begin), Action::<()>::Store(Store::Load));
        assert!(matches!(cycle.step(loaded(None)), Action::Send(Net::Register { incarnation: 7, .. })));
    }

    #[test]
    fn nothing_waiting_goes_straight_to_the_pull_and_ends_complete() {
        let mut cycle = Cycle::default();
        let _: Action<()> = cycle.step(Event::Begin);
        assert_eq!(cycle.step(loaded(known())), Action::Store(Store::NextBatch));
        assert!(matches!(cycle.step(Event::<()>::Stored(Stored::Batch(None))), Action::Send(Net::Pull { .. })));
        assert_eq!(cycle.step(Event::Heard(Heard::Pulled(()))), Action::Store(Store::Publish(())));
        let end = cycle.step(Event::<()>::Stored(Stored::Published { mismatched: Vec::new() }));
        assert_eq!(end, Action::Finish(Finish::Complete));
    }

    #[test]
    fn a_restored_server_makes_it_offer_everything_again_but_not_for_ever() {
        let mut cycle = Cycle::default();
        let _: Action<()> = cycle.step(Event::Begin);
        for round in 0..=RESTARTS {
            let _ = cycle.step(loaded(known()));
            let _ = cycle.step(Event::<()>::Stored(Stored::Batch(None)));
            let next = cycle.step(refused("sync.epoch"));
            if round == RESTARTS {
                assert_eq!(next, Action::Finish(Finish::Refused { code: "sync.epoch".to_owned() }));
            } else {
                assert_eq!(next, Action::Store(Store::NewEpoch));
                assert_eq!(cycle.step(Event::<()>::Stored(Stored::Done)), Action::Store(Store::Load));
            }
        }
    }

    #[test]
    fn a_laptop_that_registers_anew_still_notices_a_restored_server() {
        let mut cycle = Cycle::default();
        let _: Action<()> = cycle.step(Event::Begin);
        let loaded = Loaded {
            identity: None,
            incarnation: 8,
            epoch: Some(Uuid::nil()),
            user: UserId(Uuid::nil()),
            cursors: Cursors::default(),
        };
        let _ = cycle.step(Event::<()>::Stored(Stored::Loaded(loaded)));
        let registered = crate::wire::Registered {
            client_id: ClientId(Uuid::nil()),
            device_slot: 1,
            epoch: Uuid::max(),
            last_seq: 0,
            server_time: String::new(),
        };
        assert_eq!(cycle.step(Event::<()>::Heard(Heard::Registered(registered))), Action::Store(Store::NewEpoch));
    }

    #[test]
    fn a_revoked_device_saves_its_outbox_before_the_cache_goes() {
        let mut cycle = Cycle::default();
        let _: Action<()> = cycle.step(Event::Begin);
        let _ = cycle.step(loaded(known()));
        let _ = cycle.step(Event::<()>::Stored(Stored::Batch(None)));
        assert_eq!(cycle.step(refused("device.revoked")), Action::Store(Store::ReadOutbox));
        assert!(matches!(
            cycle.step(Event::<()>::Stored(Stored::Outbox(Vec::new()))),
            Action::Send(Net::Salvage { .. })
        ));
        assert_eq!(cycle.step(Event::<()>::Heard(Heard::Salvaged)), Action::Store(Store::Wipe { saved: 0 }));
        assert_eq!(cycle.step(Event::<()>::Stored(Stored::Done)), Action::Finish(Finish::Revoked));
    }

    #[test]
    fn a_lost_salvage_wipes_nothing() {
        let mut cycle = Cycle::default();
        let _: Action<()> = cycle.step(Event::Begin);
        let _ = cycle.step(loaded(known()));
        let _ = cycle.step(Event::<()>::Stored(Stored::Batch(None)));
        let _ = cycle.step(refused("device.revoked"));
        let _ = cycle.step(Event::<()>::Stored(Stored::Outbox(Vec::new())));
        let lost = Event::<()>::Failed(Fault::Offline { code: "sync.unreachable".to_owned() });
        assert_eq!(cycle.step(lost), Action::Finish(Finish::Offline { code: "sync.unreachable".to_owned() }));
    }
}
