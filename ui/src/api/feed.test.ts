import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { newer, renew } from "./feed";

const status = (revision: number, waiting: number) => ({ revision, waiting });

test("an answer that was begun earlier and arrives later does not stand over the newer one", async () => {
  const queries = new QueryClient();
  queries.setQueryDefaults(["sync_status"], { structuralSharing: newer });
  let answer: (value: unknown) => void = () => undefined;
  const asked = queries.fetchQuery({
    queryKey: ["sync_status", {}],
    queryFn: () => new Promise((done) => (answer = done)),
  });
  queries.setQueryData(["sync_status", {}], status(2, 0));
  answer(status(1, 3));
  await asked;
  expect(queries.getQueryData(["sync_status", {}])).toEqual(status(2, 0));
  queries.setQueryData(["sync_status", {}], status(3, 1));
  expect(queries.getQueryData(["sync_status", {}])).toEqual(status(3, 1));
});

test("what is read for the first time while it changes is read again", async () => {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const answers: ((value: string) => void)[] = [];
  const seen = new QueryObserver(queries, {
    queryKey: ["list_sites", {}],
    queryFn: () => new Promise<string>((done) => answers.push(done)),
  });
  const stop = seen.subscribe(() => undefined);
  expect(answers.length).toBe(1);
  void renew(queries, (name) => name === "list_sites");
  answers[0]?.("as it was");
  await new Promise((done) => setTimeout(done, 0));
  answers[1]?.("as it is");
  await new Promise((done) => setTimeout(done, 0));
  expect(queries.getQueryData(["list_sites", {}])).toBe("as it is");
  stop();
});
