// How the organisation looks on paper; the logo is made small here before it is kept.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type BrandingInputs, useAction, useCommand } from "../api";
import { Failure, Field, Waiting } from "../components";
import { href, to } from "../paths";

const LINES: [keyof BrandingInputs, string][] = [
  ["legal_name", "Legal name"],
  ["registration_number", "Registration number"],
  ["tax_number", "VAT number or GSTIN"],
  ["phone", "Phone"],
  ["email", "E-mail"],
];
const MOST_BYTES = 10 * 1024 * 1024;
const SIZES = [600, 400, 240];

/** The picture as a PNG that fits: smaller and smaller until it is light enough. */
async function asLogo(file: File): Promise<string> {
  const picture = await createImageBitmap(file);
  for (const widest of SIZES) {
    const scale = Math.min(1, widest / picture.width, widest / 2 / picture.height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const text = canvas.toDataURL("image/png").split(",")[1] ?? "";
    if (text.length < 85_000) return text;
  }
  throw new Error("too rich");
}

export function BrandingPage() {
  const { data, error } = useCommand("get_branding", {});
  const [typed, setTyped] = useState<BrandingInputs>();
  const [problem, setProblem] = useState("");
  const queries = useQueryClient();
  const save = useAction("save_branding", (view) => {
    queries.setQueryData(["get_branding", {}], view);
    setTyped(undefined);
  });
  const inputs = typed ?? data?.inputs;
  if (error) return <Waiting error={error} />;
  if (!data || !inputs) return <Waiting error={null} />;
  const readOnly = !data.may_edit;
  const set = (part: Partial<BrandingInputs>) => setTyped({ ...inputs, ...part });
  const field = (key: keyof BrandingInputs) =>
    save.error?.params.field === key ? "This cannot be used here." : undefined;
  async function choose(file: File | undefined) {
    if (!file) return;
    if (file.size > MOST_BYTES)
      return setProblem(
        `${file.name} has ${Math.round(file.size / 1024 / 1024)} MB. Choose a picture of at most 10 MB; a logo needs no more. The logo stays as it was.`,
      );
    try {
      set({ logo_png_base64: await asLogo(file) });
      setProblem("");
    } catch {
      setProblem(
        `${file.name} is not a picture that can be read, or it has too many colours for a logo. PNG, JPEG and WebP can. The logo stays as it was.`,
      );
    }
  }
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <div className="row">
        <a href={href(to.settings)}>Settings</a>
        <h1 className="grow">Documents</h1>
        {!readOnly && (
          <button
            className="button primary"
            type="button"
            data-testid="save-branding"
            disabled={!typed || save.isPending}
            onClick={() => save.mutate(inputs)}
          >
            Save
          </button>
        )}
      </div>
      <p className="muted">
        What quotes, proposals and orders carry.{readOnly ? " A director or administrator changes it." : ""}
      </p>
      <Failure error={save.error} />
      <div className="cards">
        <section className="panel">
          <h2>Who</h2>
          {LINES.map(([key, label]) => (
            <Field key={key} label={label} error={field(key)}>
              {(id) => (
                <input
                  id={id}
                  className="input"
                  readOnly={readOnly}
                  maxLength={200}
                  value={inputs[key]}
                  onChange={(e) => set({ [key]: e.target.value })}
                />
              )}
            </Field>
          ))}
          <Field label="Address" help="A line each, at most six." error={field("address")}>
            {(id) => (
              <textarea
                id={id}
                className="input"
                rows={4}
                readOnly={readOnly}
                value={inputs.address}
                onChange={(e) => set({ address: e.target.value })}
              />
            )}
          </Field>
        </section>
        <section className="panel">
          <h2>Look</h2>
          <Field label="Logo">
            {(id) => (
              <>
                <div
                  style={{
                    background: "#fff",
                    border: "1px solid var(--hairline)",
                    borderRadius: 8,
                    padding: 12,
                    minHeight: 72,
                  }}
                >
                  {inputs.logo_png_base64 ? (
                    <img
                      data-testid="logo"
                      alt="Logo"
                      style={{ maxWidth: "100%", maxHeight: 96 }}
                      src={`data:image/png;base64,${inputs.logo_png_base64}`}
                    />
                  ) : (
                    <span style={{ color: "#55575C" }}>No logo: the legal name stands alone.</span>
                  )}
                </div>
                {!readOnly && (
                  <input
                    id={id}
                    type="file"
                    data-testid="logo-file"
                    accept="image/png,image/jpeg,image/webp"
                    onChange={(e) => {
                      void choose(e.target.files?.[0]);
                      e.target.value = "";
                    }}
                  />
                )}
              </>
            )}
          </Field>
          {problem && (
            <p className="notice" role="alert">
              {problem}
            </p>
          )}
          {!readOnly && inputs.logo_png_base64 && (
            <button className="button" type="button" onClick={() => set({ logo_png_base64: "" })}>
              Without a logo
            </button>
          )}
          <Field
            label="Accent colour"
            help="For headings and figures on paper; a dark one is easier to read."
            error={field("accent")}
          >
            {(id) => (
              <input
                id={id}
                type="color"
                className="input"
                disabled={readOnly}
                style={{ width: 80, padding: 2 }}
                value={/^#[0-9a-fA-F]{6}$/.test(inputs.accent) ? inputs.accent : "#0B6E69"}
                onChange={(e) => set({ accent: e.target.value })}
              />
            )}
          </Field>
        </section>
        <section className="panel">
          <h2>Terms of quotes without clauses</h2>
          <Field label="A paragraph a line" error={field("quote_terms")}>
            {(id) => (
              <textarea
                id={id}
                className="input"
                rows={10}
                readOnly={readOnly}
                value={inputs.quote_terms}
                onChange={(e) => set({ quote_terms: e.target.value })}
              />
            )}
          </Field>
        </section>
      </div>
    </div>
  );
}
