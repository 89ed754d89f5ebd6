import { useQueryClient } from "@tanstack/react-query";
import { useAction, useCommand } from "../api";
import { Field, Status } from "../components";
import { href, to } from "../paths";
import { BOOK_STATUS } from "./words";

export { BookPage } from "./BookPage";
export { BrandingPage } from "./BrandingPage";
export { ClausesPage } from "./Clauses";
export { DelegationsPage } from "./Delegations";
export { MapPage } from "./MapPage";

export function SettingsPage() {
  const queries = useQueryClient();
  const state = useCommand("workspace_state", {});
  const books = useCommand("list_price_books", {});
  const save = useAction("set_preference", () => void queries.invalidateQueries({ queryKey: ["workspace_state"] }));
  const workspace = state.data?.kind === "ready" ? state.data.workspace : undefined;
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <h1>Settings</h1>
      <div className="cards">
        <section className="panel">
          <h2>This window</h2>
          <Field label="Theme">
            {(id) => (
              <select
                id={id}
                className="input"
                value={workspace?.preferences.theme ?? "system"}
                onChange={(e) => save.mutate({ key: "theme", value: e.target.value })}
              >
                <option value="system">Like the system</option>
                <option value="light">Light</option>
                <option value="dark">Dark</option>
              </select>
            )}
          </Field>
        </section>
        <section className="panel">
          <h2>Organisation</h2>
          <ul className="list">
            {[
              ["Name", workspace?.organisation],
              ["Country", workspace?.country],
              ["Business dates in", workspace?.zone],
              ["Server", workspace?.server_url ?? "none: demo on this laptop"],
            ].map(([k, v]) => (
              <li key={k}>
                <span className="muted">{k}</span>
                <span>{v}</span>
              </li>
            ))}
          </ul>
        </section>
        <section className="panel">
          <h2>Documents</h2>
          <p className="muted">Logo, colour, address and terms on quotes and proposals.</p>
          <a href={href(to.documents)}>How documents look</a>
        </section>
        <section className="panel">
          <h2>Clauses</h2>
          <p className="muted">Standard texts of proposals, in versions.</p>
          <a href={href(to.clauses)}>Open the clause library</a>
        </section>
        <section className="panel">
          <h2>Map</h2>
          <p className="muted">The bundled map, or tiles of a server.</p>
          <a href={href(to.map)}>Where the map comes from</a>
        </section>
        <section className="panel">
          <h2>Approvals</h2>
          <p className="muted">Who answers in whose place, and for which days.</p>
          <a href={href(to.approvals)}>Delegated approvals</a>
        </section>
        {books.data?.map((book) => (
          <section key={book.id} className="panel">
            <div className="row">
              <h2 className="grow">
                {book.name} v{book.version}
              </h2>
              <Status words={BOOK_STATUS} value={book.status} />
            </div>
            <p className="meta">
              {book.valid_text}, {book.currency} ·{" "}
              <a href={href(to.book(book.id))}>{book.status === "published" ? "Write the next version" : "Open"}</a>
            </p>
            <ul className="list">
              {book.items.map((item) => (
                <li key={item.id}>
                  <span>
                    {item.name} <span className="meta">{item.charge_type.replace("_", " ")}</span>
                  </span>
                  <span className="num">{item.list_price_text}</span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}
