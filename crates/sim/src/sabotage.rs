//! Breaking the engine on purpose: a simulator that catches none of these proves nothing.

use clap::ValueEnum;

/// One mistake others made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Sabotage {
    /// A local write keeps no before-image.
    NoBeforeImage,
    /// A pending mutation leaves the outbox on the push's answer instead of on the pull that contains it.
    DropOnAnswer,
    /// The server answers a push before its transaction is durable, and then crashes.
    AnswerBeforeCommit,
    /// Versions are handed out like a sequence: a later one becomes visible before an earlier one.
    SequenceCursor,
    /// A place in the log is recognised without looking at the body.
    DedupeWithoutHash,
    /// The dedupe record is written after the transaction of the effect.
    RecordOutsideTransaction,
    /// A refused mutation blocks what comes after it.
    RefusalBlocks,
    /// A refused mutation vanishes without a word.
    RefusalVanishes,
    /// What waits is not run again on top of the server's rows.
    NoReplay,
    /// A new grant begins at the present version.
    GrantFromNow,
    /// A set of scopes that is not what the person sees is taken for it.
    ScopesUnchecked,
    /// A database that is behind the laptop answers all the same.
    FutureUnchecked,
    /// Tombstones are pruned under living cursors.
    PruneUnderCursors,
    /// Loading again empties the outbox.
    ReloadWipesOutbox,
    /// A restored database keeps its epoch.
    NoEpoch,
    /// A check-in stands at the time the device's clock said.
    DeviceClockDecides,
    /// A check-in whose clock looks wrong is refused.
    WrongClockRefused,
    /// The server does not ask whether the person may see what an intent builds on.
    GrantsUnasked,
    /// The next task of a series gets an id that is not made from the task before it.
    NextTaskAnew,
    /// Any answer counts as success.
    AnythingIsSuccess,
}
