import { useState } from "react";
import { useAction, type Workspace } from "../api";
import { Dialog, Failure, Field, TextField } from "../components";

export function Profile({ workspace }: { workspace: Workspace }) {
  const [open, setOpen] = useState(false);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const switchUser = useAction("switch_user", () => {
    setOpen(false);
    setPassword("");
  });
  const signOut = useAction("sign_out");
  const others = workspace.known_users.filter((user) => user.id !== workspace.user.id);
  return (
    <>
      <button
        className="button quiet"
        type="button"
        onClick={() => setOpen(true)}
        aria-label={`Working as ${workspace.user.name}. Switch or sign out`}
        data-testid="profile"
      >
        {workspace.user.name}
      </button>
      {open && (
        <Dialog title={`Working as ${workspace.user.name}`} onClose={() => setOpen(false)}>
          <p className="muted">
            {workspace.user.email} at {workspace.organisation}
            {workspace.demo ? ", demo on this laptop" : ""}
          </p>
          <form
            onSubmit={(e) => {
              e.preventDefault();
              switchUser.mutate({ email, password });
            }}
          >
            <Field label="Switch to">
              {(id) => (
                <select id={id} className="input" value={email} onChange={(e) => setEmail(e.target.value)} required>
                  <option value="">Choose a person</option>
                  {others.map((user) => (
                    <option key={user.id} value={user.email}>
                      {user.name} ({user.email})
                    </option>
                  ))}
                </select>
              )}
            </Field>
            {!workspace.demo && (
              <TextField
                label="Password"
                help="Works offline for people who have signed in on this laptop."
                type="password"
                value={password}
                onText={(typed) => setPassword(typed)}
              />
            )}
            <Failure error={switchUser.error} />
            <div className="row">
              <button className="button primary" type="submit" disabled={switchUser.isPending || !email}>
                Switch
              </button>
              <span className="grow" />
              <button className="button" type="button" onClick={() => signOut.mutate({})}>
                Sign out
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
