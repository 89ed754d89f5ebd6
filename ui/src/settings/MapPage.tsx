// Where the organisation's map comes from: the bundled one, or a server of tiles.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type MapTilesInputs, useAction, useCommand } from "../api";
import { Failure, Field, TextField, Waiting } from "../components";
import { href, to } from "../paths";

export function MapPage() {
  const queries = useQueryClient();
  const { data, error } = useCommand("get_map_tiles", {});
  const [typed, setTyped] = useState<MapTilesInputs>();
  const save = useAction("save_map_tiles", (view) => {
    queries.setQueryData(["get_map_tiles", {}], view);
    setTyped(undefined);
  });
  if (error || !data) return <Waiting error={error} />;
  const inputs = typed ?? { url: data.url, attribution: data.attribution, max_zoom: data.max_zoom };
  const set = (part: Partial<MapTilesInputs>) => setTyped({ ...inputs, ...part });
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <div className="row">
        <a href={href(to.settings)}>Settings</a>
        <h1 className="grow">Map</h1>
      </div>
      <p className="muted">
        Without an address the bundled map is shown, which needs no network. With one, laptops take tiles from that
        server while they are online and keep what they saw, encrypted, for when they are not. Only the address you name
        is asked; it learns which part of the map was looked at.
        {data.may_edit ? "" : " A director or administrator sets it."}
      </p>
      <form
        className="panel"
        style={{ maxWidth: 760 }}
        onSubmit={(e) => {
          e.preventDefault();
          save.mutate(inputs);
        }}
      >
        <TextField
          label="Address of the tiles"
          help="https://tiles.example/{z}/{x}/{y}.png; empty for the bundled map"
          readOnly={!data.may_edit}
          maxLength={500}
          value={inputs.url}
          onText={(url) => set({ url })}
        />
        <TextField
          label="Whose map it is"
          help="Shown on the map, as its licence asks"
          readOnly={!data.may_edit}
          maxLength={200}
          value={inputs.attribution}
          onText={(attribution) => set({ attribution })}
        />
        <Field label="Deepest zoom">
          {(id) => (
            <input
              id={id}
              type="number"
              min={1}
              max={22}
              className="input"
              style={{ width: 90 }}
              readOnly={!data.may_edit}
              value={inputs.max_zoom}
              onChange={(e) => set({ max_zoom: Math.max(1, Math.min(22, Number(e.target.value) || 1)) })}
            />
          )}
        </Field>
        <Failure error={save.error} />
        {data.may_edit && (
          <div className="row">
            <button
              className="button primary"
              type="submit"
              data-testid="save-map"
              disabled={typed === undefined || save.isPending}
            >
              Save
            </button>
          </div>
        )}
      </form>
    </div>
  );
}
