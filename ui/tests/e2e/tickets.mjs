// Tickets: the list, one raised at a site without a network by keyboard alone, its number, and everywhere it shows.
import { inBothLooks } from "./looks.mjs";

export async function tickets({ page, assert, say, shot, axe, go, signal }) {
  const both = inBothLooks({ page, shot, axe });
  await go("/tickets");
  const list = page.getByRole("grid", { name: "Tickets" });
  await list.getByRole("link").first().waitFor();
  await both("tickets");
  await page.getByLabel("Status is").selectOption("in_progress");
  await page.waitForFunction(() => {
    const rows = [...document.querySelectorAll("[role=grid] [role=row]")].slice(1);
    return rows.length > 0 && rows.every((row) => /In progress/.test(row.innerText));
  });
  say("tickets are filtered by status");
  await page.getByLabel("Find in tickets").fill("no such thing");
  await page.getByText("No ticket matches. Take a filter off.").waitFor();
  await shot("tickets-empty");
  await page.getByRole("button", { name: "Clear" }).click();
  await list.getByRole("link").first().waitFor();
  // From the list a ticket needs somebody who reported it.
  await page.getByTestId("raise").click();
  const dialog = page.getByRole("dialog", { name: "Raise a ticket" });
  await dialog.getByLabel("Customer or site").fill("zzzz");
  await dialog.getByText(/is called “zzzz”/).waitFor();
  await dialog.getByLabel("Customer or site").fill("kopano");
  await dialog
    .getByRole("button", { name: /Kopano/ })
    .first()
    .waitFor();
  await shot("ticket-raise-find");
  await page.keyboard.press("Escape");
  // A site's page, without a network, with the keyboard alone.
  await go("/sites");
  const sites = page.getByRole("grid", { name: "Sites" });
  await sites.getByRole("row").nth(3).waitFor();
  await sites.getByRole("row").nth(3).dblclick();
  const panel = page.getByTestId("site-tickets");
  await panel.waitFor();
  const site = new URL(page.url()).hash.slice(1);
  signal("STOP");
  await panel.getByTestId("raise").focus();
  await page.keyboard.press("Enter");
  await dialog.waitFor();
  const inside = await page.evaluate(() => document.querySelector("[role=dialog]")?.contains(document.activeElement));
  assert(inside, "the dialog takes the focus");
  assert(await dialog.getByTestId("raise-ticket").isDisabled(), "a ticket without a subject is not raised");
  await page.keyboard.type("Router is dark after the storm, and the spare battery beside it does not take over");
  await both("ticket-raise");
  await dialog.getByLabel("In a line").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /^Router is dark/ }).waitFor();
  await page.getByText("Its number comes from the server").waitFor();
  await page.getByLabel("What happened, or what was said").fill("A technician brings another one tomorrow at eight.");
  await page.getByLabel("The customer was told this").check();
  await page.getByLabel("Status", { exact: true }).selectOption("in_progress");
  await page.keyboard.press("Control+Enter");
  const events = page.getByTestId("ticket-events");
  await events.getByText("The customer was told").waitFor();
  await page.getByText("Waiting to be sent").waitFor();
  await both("ticket-offline");
  say("without a network a ticket is raised and worked on, and says what waits");
  signal("CONT");
  await page.getByTestId("sync-line").click();
  await page.getByRole("heading", { name: /^TKT-\d{6} Router is dark/ }).waitFor({ timeout: 90_000 });
  await page.getByText("Waiting to be sent").waitFor({ state: "detached", timeout: 60_000 });
  const number = (await page.getByRole("heading", { name: /^TKT-/ }).innerText()).split(" ")[0];
  say(`online the server gives it ${number}`);
  await both("ticket");
  await go(site);
  await panel.getByRole("link", { name: new RegExp(number) }).waitFor();
  await panel.scrollIntoViewIfNeeded();
  await shot("site-tickets");
  await axe("site with a ticket");
  await page.keyboard.press("Control+k");
  await page.keyboard.type(number);
  await page
    .getByRole("listbox")
    .getByRole("option", { name: new RegExp(number) })
    .waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: new RegExp(`^${number}`) }).waitFor();
  say("the palette finds a ticket by its number");
  await page.locator("a[href^='#/accounts/']").first().click();
  await page.getByRole("tab", { name: "Tickets" }).click();
  await page.getByRole("grid", { name: "Tickets" }).getByText("Router is dark").first().waitFor();
  await shot("account-tickets");
  await axe("account's tickets");
  say("the account lists it");
}
