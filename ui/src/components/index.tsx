// Small pieces without domain words.
import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from "react";
import type { CommandError } from "../api";
import { words } from "../texts/codes";
import { type Tone, type Word, type Words, wordOf } from "../texts/word";

/** A shape beside the colour. Drawn: a letter that the typeface lacks costs a search through all others. */
const MARKS: Record<Tone, string> = {
  good: "M1.5 5.5 4 8l4.5-6",
  warn: "M5 1.2v4.6M5 8.3v.2",
  bad: "m2.2 2.2 5.6 5.6m0-5.6L2.2 7.8",
  info: "M5 4.9v.2",
  stale: "M5 1.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7",
  "": "M2.5 5h5",
};

/** A word with its tone; `label` says more than the word does. */
export function Badge({ word: [text, tone], label }: { word: Word; label?: string }) {
  return (
    <span className={`badge ${tone}`}>
      <svg className="mark" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
        <path d={MARKS[tone]} />
      </svg>
      {label ?? text}
    </span>
  );
}

/** Where something stands, in the words of what it is. */
export function Status<K extends string>({ words, value, label }: { words: Words<K>; value: K; label?: string }) {
  return <Badge word={wordOf(words, value)} label={label} />;
}

/** Only on this laptop so far. */
export const Waits = ({ label = "Waiting" }: { label?: string }) => <Badge word={[label, "stale"]} />;

/** A list of few under its title; `empty` is said when there is nothing in it. */
export function Card({ title, empty, children }: { title: string; empty?: string; children: ReactNode[] | undefined }) {
  return (
    <section className="panel">
      <h2>{title}</h2>
      {children?.length ? <ul className="list">{children}</ul> : <p className="muted">{empty}</p>}
    </section>
  );
}

export function Failure({ error }: { error: CommandError | null | undefined }) {
  return error ? (
    <p className="notice" role="alert">
      {words(error)}
    </p>
  ) : null;
}

export function Dialog(props: { title: string; wide?: boolean; onClose: () => void; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);
  const { onClose } = props;
  useEffect(() => {
    before.current = document.activeElement;
    const first = box.current?.querySelector<HTMLElement>("input, select, textarea, button.primary, button");
    (first ?? box.current)?.focus();
    return () => (before.current as HTMLElement | null)?.focus?.();
  }, []);
  function onKeyDown(event: React.KeyboardEvent) {
    if (event.key === "Escape") {
      event.stopPropagation();
      onClose();
    }
    if (event.key !== "Tab" || !box.current) return;
    const all = [
      ...box.current.querySelectorAll<HTMLElement>("input, select, textarea, button, a[href], [tabindex='0']"),
    ].filter((e) => !e.hasAttribute("disabled"));
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (document.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? all.at(-1) : all[0])?.focus();
    }
  }
  return (
    <div className="overlay" onMouseDown={(e) => e.target === e.currentTarget && onClose()}>
      <div
        ref={box}
        className={`dialog ${props.wide ? "wide" : ""}`}
        role="dialog"
        aria-modal="true"
        aria-label={props.title}
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        <h1 style={{ marginBottom: 12 }}>{props.title}</h1>
        {props.children}
      </div>
    </div>
  );
}

export function Field(props: { label: string; help?: string; error?: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      {props.children(id)}
      {props.error ? (
        <span className="error">{props.error}</span>
      ) : props.help ? (
        <span className="meta">{props.help}</span>
      ) : null}
    </div>
  );
}

/** One line of text under its label; everything else an input takes goes to it. */
export function TextField({
  label,
  help,
  error,
  onText,
  ...input
}: {
  label: string;
  help?: string;
  error?: string;
  onText: (typed: string) => void;
} & Omit<ComponentProps<"input">, "id" | "className" | "onChange"> & { "data-testid"?: string }) {
  return (
    <Field label={label} help={help} error={error}>
      {(id) => <input {...input} id={id} className="input" onChange={(e) => onText(e.target.value)} />}
    </Field>
  );
}

/** A choice of few, its label before it. */
export function Choice<T extends string | number>(props: {
  label: string;
  /** What assistive technology hears, where the label is short. */
  says?: string;
  value: T;
  options: readonly (readonly [T, string])[];
  disabled?: boolean;
  onChoose: (value: T) => void;
}) {
  return (
    <label>
      {props.label}{" "}
      <select
        className="input"
        style={{ width: "auto" }}
        aria-label={props.says ?? props.label}
        disabled={props.disabled}
        value={props.value}
        onChange={(e) => {
          const found = props.options.find(([value]) => String(value) === e.target.value);
          if (found) props.onChoose(found[0]);
        }}
      >
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The last row of a dialog's form: does it, or leaves it. */
export function FormButtons(props: { go: string; disabled?: boolean; testid?: string; onCancel: () => void }) {
  return (
    <div className="row">
      <button className="button primary" type="submit" data-testid={props.testid} disabled={props.disabled}>
        {props.go}
      </button>
      <button className="button" type="button" onClick={props.onCancel}>
        Cancel
      </button>
    </div>
  );
}

/** A page whose answer is not there: why, or that it comes. */
export function Waiting({ error }: { error: CommandError | null | undefined }) {
  return <div className="page">{error ? <Failure error={error} /> : <span className="skeleton" />}</div>;
}

export function AsOfMark({ asOf }: { asOf: { text: string; stale: boolean; source: string } }) {
  return (
    <span className={asOf.stale ? "badge stale" : "meta"} title={asOf.source}>
      {asOf.stale ? "Stale: " : ""}as of {asOf.text}
    </span>
  );
}
