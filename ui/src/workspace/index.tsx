// The screens before the workspace is open: each says what happened, what is safe, what to do.
import { useState } from "react";
import { type CommandError, useAction, type WorkspaceState } from "../api";
import { Failure, Field, TextField } from "../components";

type Props = {
  state: WorkspaceState | undefined;
  error: CommandError | null;
  onState: (state: WorkspaceState) => void;
};

/** States that say what is safe and leave one way on; the others have a screen of their own. */
type Standing = Exclude<WorkspaceState["kind"], "welcome" | "needs_passphrase" | "preparing" | "ready">;

const SCREENS: Record<Standing, { title: string; text: string; act: string }> = {
  keychain_locked: {
    title: "The keychain is locked",
    text: "The key of {organisation} is in this computer's keychain, and the keychain gives no answer. Your data is safe and untouched. Unlock the keychain, then try again.",
    act: "Try again",
  },
  wrong_key: {
    title: "The key does not fit",
    text: "The key in the keychain does not open the database of {organisation}. The file was not changed. If the file came from another computer, bring its key along; otherwise restore the keychain.",
    act: "Try again",
  },
  damaged: {
    title: "The local database is damaged",
    text: "The database of {organisation} cannot be read. It is kept as it is, and nothing was overwritten. Copy the file before anything else; signing in on another computer loads everything the server has.",
    act: "Try again",
  },
  second_instance: {
    title: "Satchel is open already",
    text: "Another Satchel has {organisation} open on this computer. Use that window, or close it and try again.",
    act: "Try again",
  },
  disk_full: {
    title: "The disk is full or read-only",
    text: "The database of {organisation} could not be written. What was saved before is safe. Free some space and try again.",
    act: "Try again",
  },
  revoked: {
    title: "This device was revoked",
    text: "An administrator of {organisation} revoked this laptop. Everything that waited here was saved on the server first; the local data is gone. Sign in again only if you were told to.",
    act: "Go on",
  },
  newer_schema: {
    title: "Written by a newer Satchel",
    text: "The data of {organisation} was written by a newer version. Nothing was changed. Update Satchel.",
    act: "Try again",
  },
};

export function Gate({ state, error, onState }: Props) {
  const retry = useAction("workspace_state", onState);
  if (!state)
    return (
      <main className="full">
        <div>
          {error ? (
            <>
              <h1>Satchel could not start</h1>
              <Failure error={error} />
              <button className="button" type="button" onClick={() => retry.mutate({})}>
                Try again
              </button>
            </>
          ) : (
            <p className="muted">Opening…</p>
          )}
        </div>
      </main>
    );
  if (state.kind === "welcome") return <Welcome serverUrl={state.server_url} onState={onState} />;
  if (state.kind === "needs_passphrase") return <Passphrase {...state} onState={onState} />;
  if (state.kind === "preparing") {
    const { done, total, step } = state.progress;
    return (
      <main className="full">
        <div>
          <h1>Preparing {state.organisation}</h1>
          <p className="muted">
            {total || done
              ? `${step.split(".")[1]?.replaceAll("_", " ")}: ${done.toLocaleString("en")}${total ? ` of ${total.toLocaleString("en")}` : ""} rows`
              : "Asking the server for its data…"}
          </p>
          <progress style={{ width: "100%" }} aria-label="Progress" value={done} max={total ?? undefined} />
        </div>
      </main>
    );
  }
  if (state.kind === "ready") return null;
  const screen = SCREENS[state.kind];
  return (
    <main className="full">
      <div>
        <h1>{screen.title}</h1>
        <p>{screen.text.replace("{organisation}", state.organisation)}</p>
        {"path" in state && <p className="meta">{state.path}</p>}
        <button className="button primary" type="button" onClick={() => retry.mutate({})}>
          {screen.act}
        </button>
      </div>
    </main>
  );
}

function Welcome({ serverUrl, onState }: { serverUrl: string | null; onState: Props["onState"] }) {
  const [form, setForm] = useState({ server_url: serverUrl ?? "https://", email: "", password: "" });
  const signIn = useAction("sign_in", onState);
  const demo = useAction("open_demo", onState);
  const set = (key: keyof typeof form) => (e: React.ChangeEvent<HTMLInputElement>) =>
    setForm({ ...form, [key]: e.target.value });
  return (
    <main className="full">
      <div>
        <h1>Satchel</h1>
        <p className="muted">Sign in to your organisation, or look around in a demo that lives on this laptop alone.</p>
        <form
          className="panel"
          onSubmit={(e) => {
            e.preventDefault();
            signIn.mutate(form);
          }}
        >
          <Field label="Server">
            {(id) => <input id={id} className="input" value={form.server_url} onChange={set("server_url")} required />}
          </Field>
          <Field label="E-mail">
            {(id) => (
              <input
                id={id}
                className="input"
                type="email"
                autoComplete="username"
                value={form.email}
                onChange={set("email")}
                required
              />
            )}
          </Field>
          <Field label="Password">
            {(id) => (
              <input
                id={id}
                className="input"
                type="password"
                autoComplete="current-password"
                value={form.password}
                onChange={set("password")}
                required
              />
            )}
          </Field>
          <Failure error={signIn.error} />
          <button className="button primary" type="submit" disabled={signIn.isPending}>
            {signIn.isPending ? "Signing in…" : "Sign in"}
          </button>
        </form>
        <hr />
        <Failure error={demo.error} />
        <button
          className="button"
          type="button"
          data-testid="open-demo"
          disabled={demo.isPending}
          onClick={() => demo.mutate({})}
        >
          {demo.isPending ? "Preparing the demo…" : "Open the demo workspace"}
        </button>
      </div>
    </main>
  );
}

function Passphrase(props: { organisation: string; first: boolean; wrong: boolean; onState: Props["onState"] }) {
  const [passphrase, setPassphrase] = useState("");
  const unlock = useAction("unlock", props.onState);
  return (
    <main className="full">
      <form
        onSubmit={(e) => {
          e.preventDefault();
          unlock.mutate({ passphrase });
        }}
        style={{ maxWidth: 460 }}
      >
        <h1>{props.first ? "Choose a passphrase" : "Passphrase"}</h1>
        <p>
          {props.first
            ? `This laptop has no keychain. Choose a passphrase to protect the data of ${props.organisation}; it can't be recovered.`
            : `Type the passphrase of ${props.organisation}.`}
        </p>
        <TextField
          label="Passphrase"
          error={props.wrong ? "This passphrase does not open the database. The file is untouched." : undefined}
          type="password"
          value={passphrase}
          onText={(typed) => setPassphrase(typed)}
        />
        <Failure error={unlock.error} />
        <button className="button primary" type="submit" disabled={unlock.isPending}>
          {props.first ? "Protect and open" : "Open"}
        </button>
      </form>
    </main>
  );
}
