// The organisation's clause library: standard texts in versions.
import { diffWordsWithSpace } from "diff";
import { useState } from "react";
import { type ClauseView, useAction, useCommand } from "../api";
import { Badge, Dialog, Failure, Field, FormButtons, TextField } from "../components";
import { href, to } from "../paths";

/** What was taken out and put in, word by word; also for readers that do not see colour. */
export function Difference({ from, to }: { from: string; to: string }) {
  return (
    <p className="diff">
      {diffWordsWithSpace(from, to).map((part, n) =>
        part.added ? (
          <ins key={n}>{part.value}</ins>
        ) : part.removed ? (
          <del key={n}>{part.value}</del>
        ) : (
          <span key={n}>{part.value}</span>
        ),
      )}
    </p>
  );
}

export function ClausesPage() {
  const library = useCommand("list_clauses", {});
  const withdraw = useAction("withdraw_clause");
  const [editing, setEditing] = useState<ClauseView | "new">();
  const [history, setHistory] = useState<ClauseView>();
  const clauses = library.data?.clauses ?? [];
  const may = library.data?.may_publish ?? false;
  const topics = [...new Set(clauses.map((clause) => clause.topic))];
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <div className="row">
        <a href={href(to.settings)}>Settings</a>
        <h1 className="grow">Clauses</h1>
        {may && (
          <button className="button primary" type="button" onClick={() => setEditing("new")}>
            New clause
          </button>
        )}
      </div>
      <p className="muted">
        Standard texts of proposals. A published version keeps its words; a proposal that changes them needs an
        approval.{may ? "" : " A director or administrator publishes them."}
      </p>
      <Failure error={library.error ?? withdraw.error} />
      {library.data && clauses.length === 0 && (
        <p className="empty">No clauses yet. The first one makes the library.</p>
      )}
      {topics.map((topic) => (
        <section key={topic} className="panel">
          <h2>{topic}</h2>
          <ul className="list">
            {clauses
              .filter((clause) => clause.topic === topic)
              .map((clause) => (
                <li key={clause.id} data-testid="clause" style={{ alignItems: "flex-start" }}>
                  <span className="grow" style={{ minWidth: 0 }}>
                    <strong>{clause.title}</strong>{" "}
                    <span className="meta">
                      v{clause.version}, {clause.published_text}
                      {clause.by_default ? ", in every new proposal" : ""}
                    </span>
                    <br />
                    <span style={{ whiteSpace: "pre-line" }}>{clause.body}</span>
                  </span>
                  {clause.status === "withdrawn" && <Badge word={["Withdrawn", ""]} />}
                  {clause.version > 1 && (
                    <button className="button quiet" type="button" onClick={() => setHistory(clause)}>
                      Versions
                    </button>
                  )}
                  {may && clause.status === "current" && (
                    <>
                      <button
                        className="button"
                        type="button"
                        aria-label={`Change ${clause.title}`}
                        onClick={() => setEditing(clause)}
                      >
                        Change
                      </button>
                      <button
                        className="button"
                        type="button"
                        aria-label={`Withdraw ${clause.title}`}
                        disabled={withdraw.isPending}
                        onClick={() => withdraw.mutate({ id: clause.id })}
                      >
                        Withdraw
                      </button>
                    </>
                  )}
                </li>
              ))}
          </ul>
        </section>
      ))}
      {editing && (
        <Publish
          clause={editing === "new" ? undefined : editing}
          topics={topics}
          onClose={() => setEditing(undefined)}
        />
      )}
      {history && <Versions clause={history} onClose={() => setHistory(undefined)} />}
    </div>
  );
}

function Publish({
  clause,
  topics,
  onClose,
}: {
  clause: ClauseView | undefined;
  topics: string[];
  onClose: () => void;
}) {
  const [form, setForm] = useState({
    topic: clause?.topic ?? topics[0] ?? "",
    title: clause?.title ?? "",
    body: clause?.body ?? "",
    by_default: clause?.by_default ?? true,
  });
  const publish = useAction("publish_clause", onClose);
  return (
    <Dialog wide title={clause ? `Version ${clause.version + 1} of "${clause.title}"` : "New clause"} onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          publish.mutate({ previous_id: clause?.id ?? null, ...form });
        }}
      >
        <div className="fields">
          <Field label="Topic">
            {(id) => (
              <>
                <input
                  id={id}
                  className="input"
                  list={`${id}-topics`}
                  maxLength={200}
                  value={form.topic}
                  onChange={(e) => setForm({ ...form, topic: e.target.value })}
                />
                <datalist id={`${id}-topics`}>
                  {topics.map((topic) => (
                    <option key={topic} value={topic} />
                  ))}
                </datalist>
              </>
            )}
          </Field>
          <TextField
            label="Title"
            maxLength={200}
            value={form.title}
            onText={(typed) => setForm({ ...form, title: typed })}
          />
        </div>
        <Field label="Text">
          {(id) => (
            <textarea
              id={id}
              className="input"
              rows={8}
              maxLength={20000}
              value={form.body}
              onChange={(e) => setForm({ ...form, body: e.target.value })}
            />
          )}
        </Field>
        <label className="row" style={{ marginBottom: 12 }}>
          <input
            type="checkbox"
            checked={form.by_default}
            onChange={(e) => setForm({ ...form, by_default: e.target.checked })}
          />
          In every new proposal
        </label>
        {clause && form.body !== clause.body && (
          <>
            <h2>What changes</h2>
            <Difference from={clause.body} to={form.body} />
          </>
        )}
        <Failure error={publish.error} />
        <FormButtons go="Publish" disabled={publish.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

function Versions({ clause, onClose }: { clause: ClauseView; onClose: () => void }) {
  const versions = useCommand("clause_versions", { id: clause.family_id });
  const all = versions.data ?? [];
  return (
    <Dialog wide title={`Versions of "${clause.title}"`} onClose={onClose}>
      <Failure error={versions.error} />
      {all.map((version, n) => {
        const before = all[n + 1];
        return (
          <section key={version.id} className="field">
            <h2>
              v{version.version} <span className="meta">{version.published_text}</span>
            </h2>
            {before ? (
              <Difference from={before.body} to={version.body} />
            ) : (
              <p style={{ whiteSpace: "pre-line" }}>{version.body}</p>
            )}
          </section>
        );
      })}
      <button className="button" type="button" onClick={onClose}>
        Close
      </button>
    </Dialog>
  );
}
