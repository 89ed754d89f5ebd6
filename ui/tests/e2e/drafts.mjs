// A draft that nobody wants: its history, discarded without a network, and what is left of it with its customer.
import { inBothLooks } from "./looks.mjs";

export async function drafts({ page, assert, say, shot, axe, go, signal }) {
  const both = inBothLooks({ page, shot, axe });
  const more = async (name) => {
    await page.getByTestId("more").click();
    await page.getByRole("button", { name, exact: true }).click();
  };
  await go("/accounts");
  await page.getByRole("grid", { name: "Accounts" }).getByRole("link").first().click();
  await page.getByRole("button", { name: "New quote" }).click();
  const title = page.getByLabel("Title", { exact: true });
  await title.waitFor();
  await title.fill("A second line for every branch of the group, with the old routers taken back");
  await title.press("Tab");
  await page.getByLabel("Term", { exact: true }).selectOption("36");
  await more("History");
  const history = page.getByRole("dialog").getByTestId("history");
  await history.getByText("with the old routers taken back").waitFor();
  await history.getByText("12 → 36").or(history.getByText("36")).first().waitFor();
  await both("quote-history");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
  say("a draft's history says what was changed, and from what");
  // Written down for later, about this draft.
  const number = await page.locator("strong", { hasText: "QTE-" }).first().innerText();
  signal("STOP");
  await more("Discard draft");
  const dialog = page.getByRole("dialog", { name: /Discard draft/ });
  await dialog.getByText("its number is not used again").waitFor();
  await both("discard");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await title.waitFor();
  say("a draft is kept when one thinks again");
  await more("Discard draft");
  await dialog.getByTestId("confirm").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Quotes", level: 1 }).waitFor();
  const gone = number.split(" ")[0];
  await page.getByLabel("Find in quotes").fill(gone);
  await page.getByText("No quote here").waitFor();
  assert((await page.getByText(gone).count()) === 0, "the discarded draft is in no list");
  signal("CONT");
  await page.getByTestId("sync-line").click();
  await go("/accounts");
  await page.getByRole("grid", { name: "Accounts" }).getByRole("link").first().click();
  await page.getByRole("tab", { name: "History" }).click();
  await page.getByTestId("history").getByText(`Draft discarded`).first().waitFor();
  await page.getByTestId("history").getByText(gone).waitFor();
  await both("account-history");
  say("without a network it goes, and its customer's history says so");
}
