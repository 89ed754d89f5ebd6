// One change for many sites: what it would do is shown before, what it did after, with the way back.
import { useState } from "react";
import {
  type RefusalCode,
  type SiteAction,
  type SiteBilling,
  type SiteRow,
  type SiteSelection,
  type SitesLeft,
  useAction,
  useCommand,
} from "../api";
import { Dialog, Failure, Field, TextField } from "../components";
import { to } from "../paths";
import { go } from "../route";
import { ROLES, words } from "../texts/codes";
import { stateWords } from "./words";

type Kind = SiteAction["kind"] | "upgrade";

const TITLES: Record<Kind, string> = {
  suspend: "Suspend",
  resume: "Resume",
  billing: "Invoice differently",
  assign: "Assign",
  move: "Move in the tree",
  upgrade: "Change package",
};

const NOT_ALLOWED: Record<SiteAction["kind"], RefusalCode> = {
  suspend: "site.service_not_allowed",
  resume: "site.service_not_allowed",
  billing: "site.service_not_allowed",
  assign: "site.not_allowed",
  move: "site.not_allowed",
};

export function BulkBar(props: {
  accountId: string | null;
  selection: SiteSelection;
  count: number;
  total: number;
  all: boolean;
  onAll: () => void;
  onClear: () => void;
}) {
  const [kind, setKind] = useState<Kind>();
  if (props.count === 0) return null;
  const sites = props.count === 1 ? "1 site" : `${props.count.toLocaleString("en")} sites`;
  return (
    <div className="row wrap" role="toolbar" aria-label="Selected sites" data-testid="bulk-bar">
      <strong>{sites} selected</strong>
      {!props.all && props.total > props.count && (
        <button className="button quiet" type="button" data-testid="select-all" onClick={props.onAll}>
          Select all {props.total.toLocaleString("en")}
        </button>
      )}
      {(Object.keys(TITLES) as Kind[]).map((one) => (
        <button key={one} className="button" type="button" data-testid={`bulk-${one}`} onClick={() => setKind(one)}>
          {TITLES[one]}…
        </button>
      ))}
      <button className="button quiet" type="button" onClick={props.onClear}>
        Clear
      </button>
      {kind === "upgrade" && <Upgrade selection={props.selection} sites={sites} onClose={() => setKind(undefined)} />}
      {kind && kind !== "upgrade" && (
        <Change
          kind={kind}
          accountId={props.accountId}
          selection={props.selection}
          onClose={() => setKind(undefined)}
          onDone={props.onClear}
        />
      )}
    </div>
  );
}

function Change(props: {
  kind: SiteAction["kind"];
  accountId: string | null;
  selection: SiteSelection;
  onClose: () => void;
  onDone: () => void;
}) {
  const [action, setAction] = useState<SiteAction | undefined>(
    props.kind === "suspend" || props.kind === "resume" ? { kind: props.kind } : undefined,
  );
  const [reason, setReason] = useState("");
  const none: SiteAction = { kind: "suspend" };
  const args = { selection: props.selection, action: action ?? none, reason: "" };
  const apply = useAction("apply_site_bulk");
  const undo = useAction("undo_site_bulk");
  // What is shown after the change is what was shown before it.
  const preview = useCommand("preview_site_bulk", args, action !== undefined && !apply.data);
  const p = action ? preview.data : undefined;
  const close = () => {
    if (apply.data) props.onDone();
    props.onClose();
  };
  return (
    <Dialog title={TITLES[props.kind]} wide onClose={close}>
      {!apply.data && <Choice kind={props.kind} accountId={props.accountId} onAction={setAction} />}
      <Failure error={preview.error ?? apply.error ?? undo.error} />
      {p && !apply.data && (
        <div data-testid="bulk-preview">
          <p>
            <strong>
              {p.changes.toLocaleString("en")} of {p.selected.toLocaleString("en")} sites change
            </strong>
            {p.accounts > 1 ? ` in ${p.accounts.toLocaleString("en")} accounts` : ""}.
            {p.monthly_texts.length > 0 ? ` They are charged ${p.monthly_texts.join(" and ")} a month.` : ""}
          </p>
          {p.counting[0] !== p.counting[1] && (
            <p>
              Sites with running service that count for volume discounts in new quotes: {p.counting[0]} before,{" "}
              {p.counting[1]} after. Quotes already sent keep their prices.
            </p>
          )}
          <Left left={p.left} />
          {p.sample.length > 0 && (
            <table className="totals spaced">
              <tbody>
                {p.sample.map((step) => (
                  <tr key={step.id}>
                    <td>{step.site}</td>
                    <td className="muted">{stateWords(props.kind, step.from)}</td>
                    <td>→ {stateWords(props.kind, step.to)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {p.changes > p.sample.length && (
            <p className="meta">and {(p.changes - p.sample.length).toLocaleString("en")} more.</p>
          )}
          {!p.allowed && <p className="notice">{words({ code: NOT_ALLOWED[props.kind], params: {} })}</p>}
          <TextField
            label="Reason (for the sites' history)"
            maxLength={500}
            value={reason}
            onText={(typed) => setReason(typed)}
          />
        </div>
      )}
      {apply.data && (
        <div role="status" data-testid="bulk-outcome">
          <p>
            <strong>{apply.data.changed.toLocaleString("en")} sites changed on this laptop.</strong> The server confirms
            them when you are online; what it refuses is in the Sync Centre.
          </p>
          <Left left={apply.data.left} />
          {undo.data && (
            <p>
              Taken back at {undo.data.restored.toLocaleString("en")} sites
              {undo.data.changed_since > 0
                ? `; ${undo.data.changed_since.toLocaleString("en")} were changed again since and stay`
                : ""}
              .
            </p>
          )}
        </div>
      )}
      <div className="row">
        {apply.data ? (
          <>
            <button className="button primary" type="button" onClick={close}>
              Done
            </button>
            {!undo.data && (
              <button
                className="button"
                type="button"
                data-testid="bulk-undo"
                disabled={undo.isPending}
                onClick={() => apply.data && undo.mutate({ run_id: apply.data.run_id })}
              >
                Take it back
              </button>
            )}
          </>
        ) : (
          <>
            <button
              className="button primary"
              type="button"
              data-testid="bulk-apply"
              disabled={!p?.allowed || p.changes === 0 || apply.isPending || preview.isPlaceholderData}
              onClick={() => action && apply.mutate({ ...args, action, reason })}
            >
              {apply.isPending
                ? "Changing…"
                : `${TITLES[props.kind]}${p ? ` (${p.changes.toLocaleString("en")})` : ""}`}
            </button>
            <button className="button" type="button" onClick={close}>
              Cancel
            </button>
          </>
        )}
      </div>
    </Dialog>
  );
}

function Left({ left }: { left: SitesLeft[] }) {
  return left.map((one) => (
    <p key={one.reason_code} className="muted">
      {one.sites.toLocaleString("en")} stay as they are: {words({ code: one.reason_code, params: {} })} (
      {one.examples.join(", ")}
      {one.sites > one.examples.length ? ", …" : ""})
    </p>
  ));
}

function Choice(props: {
  kind: SiteAction["kind"];
  accountId: string | null;
  onAction: (action: SiteAction | undefined) => void;
}) {
  const people = useCommand("list_people", {}, props.kind === "assign");
  if (props.kind === "billing")
    return (
      <Field label="Invoices">
        {(id) => (
          <select
            id={id}
            className="input"
            defaultValue=""
            onChange={(e) =>
              props.onAction(e.target.value ? { kind: "billing", method: e.target.value as SiteBilling } : undefined)
            }
          >
            <option value="">Choose…</option>
            <option value="centralized">On the account's invoice</option>
            <option value="per_site">An invoice of their own</option>
          </select>
        )}
      </Field>
    );
  if (props.kind === "assign")
    return (
      <Field label="Who looks after them">
        {(id) => (
          <select
            id={id}
            className="input"
            defaultValue=""
            onChange={(e) =>
              props.onAction(
                e.target.value
                  ? { kind: "assign", user_id: e.target.value === "none" ? null : e.target.value }
                  : undefined,
              )
            }
          >
            <option value="">Choose…</option>
            <option value="none">The account's own manager</option>
            {(people.data ?? []).map((person) => (
              <option key={person.id} value={person.id}>
                {person.name}, {ROLES[person.role]}
              </option>
            ))}
          </select>
        )}
      </Field>
    );
  if (props.kind === "move") return <Above accountId={props.accountId} onAction={props.onAction} />;
  return null;
}

/** The site above, found by its name or code. */
function Above(props: { accountId: string | null; onAction: (action: SiteAction | undefined) => void }) {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<SiteRow | "top">();
  const found = useCommand(
    "list_sites",
    { account_id: props.accountId, list: { text: text || null, filters: [], sort: null, offset: 0, limit: 6 } },
    text.trim().length > 0,
  );
  const choose = (site: SiteRow | "top") => {
    setChosen(site);
    props.onAction({ kind: "move", parent_id: site === "top" ? null : site.id });
  };
  return (
    <div>
      <div className="row wrap">
        <TextField
          label="Under which site"
          placeholder="Name, code or city"
          value={text}
          onText={(typed) => setText(typed)}
        />
        <button className="button" type="button" onClick={() => choose("top")}>
          To the top
        </button>
      </div>
      {chosen && <p role="status">{chosen === "top" ? "To the top of the tree" : `Under ${chosen.name}`}</p>}
      {text.trim() && (
        <ul className="list" aria-label="Sites found">
          {(found.data?.rows ?? []).map((site) => (
            <li key={site.id}>
              <button className="button quiet" type="button" onClick={() => choose(site)}>
                {site.name}
              </button>
              <span className="muted">
                {site.account}, {site.city}
              </span>
            </li>
          ))}
          {found.data?.total === 0 && <li className="muted">No site is called so.</li>}
        </ul>
      )}
    </div>
  );
}

function Upgrade({ selection, sites, onClose }: { selection: SiteSelection; sites: string; onClose: () => void }) {
  const [code, setCode] = useState("");
  const choices = useCommand("upgrade_choices", selection);
  const preview = useCommand("preview_upgrade", { selection, item_code: code }, code !== "");
  const make = useAction("upgrade_sites", (quote) => go(to.quote(quote.id)));
  const p = code ? preview.data : undefined;
  return (
    <Dialog title={TITLES.upgrade} wide onClose={onClose}>
      <p className="muted">
        A price changes only when the customer accepts it: this makes a draft quote for {sites} with the package of your
        choice.
      </p>
      <Field label="Package">
        {(id) => (
          <select id={id} className="input" value={code} onChange={(e) => setCode(e.target.value)}>
            <option value="">Choose…</option>
            {(choices.data ?? []).map((item) => (
              <option key={item.code} value={item.code}>
                {item.name}, {item.list_text}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Failure error={choices.error ?? (code ? preview.error : null) ?? make.error} />
      {p && (
        <table className="totals" data-testid="upgrade-preview">
          <tbody>
            <tr>
              <td>Now, a month</td>
              <td className="num">{p.now_texts.join(" and ")}</td>
            </tr>
            <tr>
              <td>Then, a month before tax, {p.volume_pct} % off for the number of sites</td>
              <td className="num">{p.then_text}</td>
            </tr>
            <tr className="strong">
              <td>Difference a month</td>
              <td className="num">{p.difference_text}</td>
            </tr>
            <tr>
              <td>Once</td>
              <td className="num">{p.once_text}</td>
            </tr>
          </tbody>
        </table>
      )}
      <div className="row">
        <button
          className="button primary"
          type="button"
          data-testid="make-upgrade"
          disabled={!p || make.isPending}
          onClick={() => make.mutate({ selection, item_code: code })}
        >
          {make.isPending ? "Making…" : "Make the quote"}
        </button>
        <button className="button" type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}
