// A status as people read it: its text and its tone. Each entity has its own words for its own statuses.

export type Tone = "good" | "warn" | "bad" | "info" | "stale" | "";
export type Word = readonly [text: string, tone: Tone];
/** A word for each value there is: one without a word does not compile. */
export type Words<K extends string> = Record<K, Word>;

/** The word of a value. A newer server may name one that this program does not know: it stands for itself. */
export const wordOf = <K extends string>(words: Words<K>, value: K): Word => words[value] ?? [value, ""];

export const textOf = <K extends string>(words: Words<K>, value: K): string => wordOf(words, value)[0];
