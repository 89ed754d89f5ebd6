// A list narrowed by conditions put together, in groups, with its sums; sorted by two columns; by keyboard where it counts.
import { inBothLooks } from "./looks.mjs";

export async function lists({ page, assert, say, shot, axe, go }) {
  const both = inBothLooks({ page, shot, axe });
  const grid = page.getByRole("grid", { name: "Quotes" });
  const total = () => page.getByTestId("list-total").innerText();
  const rows = async () => Number((await total()).match(/^([\d,]+)/)[1].replaceAll(",", ""));
  await go("/quotes");
  await grid.getByRole("row").nth(1).waitFor();
  await page.getByTestId("list-total").waitFor();
  const every = await rows();
  assert(Number(await grid.getAttribute("aria-rowcount")) === every, `the total counts the list: ${every}`);
  assert(/Contract value/.test(await total()), "the sums say what they are of");
  await both("list-tools");
  // In groups, and one of them taken.
  await page.getByTestId("group-by").selectOption("status");
  await page.getByTestId("groups").getByRole("button", { name: "draft" }).waitFor();
  await both("list-groups");
  await page.getByTestId("groups").getByRole("button", { name: "draft" }).press("Enter");
  await page.getByTestId("conditions").filter({ hasText: "(1)" }).waitFor();
  await page.waitForFunction(
    (all) => Number(document.querySelector('[role=grid][aria-label="Quotes"]')?.ariaRowCount) < all,
    every,
  );
  const drafts = await rows();
  assert(drafts > 0 && drafts < every, `a group taken narrows the list: ${drafts} of ${every}`);
  // Conditions put together.
  await page.getByTestId("conditions").focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Conditions" });
  await dialog.getByTestId("add-condition").click();
  await dialog.getByLabel("Field").last().selectOption("tcv");
  await dialog.getByLabel("Value").last().fill("a lot");
  await dialog.getByRole("alert").waitFor();
  assert(await dialog.getByTestId("show-them").isDisabled(), "an amount that is none is said before the list changes");
  await both("conditions");
  await dialog.getByLabel("Value").last().fill("ZAR 1");
  await dialog.getByRole("alert").waitFor({ state: "detached" });
  await dialog.getByTestId("show-them").click();
  await page.getByTestId("conditions").filter({ hasText: "(2)" }).waitFor();
  say("conditions are put together, and an amount names its currency");
  // Two columns.
  await grid.getByRole("button", { name: "Account" }).click();
  await grid.getByRole("button", { name: /Number/ }).click({ modifiers: ["Shift"] });
  await grid.locator("[aria-sort]").nth(1).waitFor();
  assert((await grid.locator("[aria-sort]").count()) === 2, "with Shift the list is sorted by two columns");
  await page.getByRole("button", { name: "Take them off" }).click();
  await page.waitForFunction(
    (all) => Number(document.querySelector('[role=grid][aria-label="Quotes"]')?.ariaRowCount) === all,
    every,
  );
  say("and the whole list is there again");
}
