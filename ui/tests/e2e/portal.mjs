// The customer's side in a browser of their own: a link from a mail, read on a phone, asked through, accepted with a double
// click, declined, ended; and a request for a quote with a list.
import { readdirSync, readFileSync } from "node:fs";
import { inBothLooks } from "./looks.mjs";

const { SATCHEL_E2E_MAIL: mailFolder, SATCHEL_E2E_SERVER_URL: server } = process.env;

/** The link in the mail to this address. */
async function linkTo(address) {
  for (let tries = 0; tries < 300; tries += 1) {
    for (const file of readdirSync(mailFolder).filter((name) => name.endsWith(".eml"))) {
      const mail = readFileSync(`${mailFolder}/${file}`, "utf8").replaceAll("=\r\n", "");
      const link = /https:\/\/\S+\/q\/[\w-]{43}/.exec(mail)?.[0];
      if (link && mail.includes(`To: ${address}`) && mail.includes("Subject: Quote")) return link;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail with a link to ${address}`);
}

export async function portal({ page, assert, say, shot, axe, go, shots, axeSource }) {
  const both = inBothLooks({ page, shot, axe });
  const context = await page.context().browser().newContext({ ignoreHTTPSErrors: true });
  const customer = await context.newPage();
  customer.setDefaultTimeout(20_000);
  const refused = [];
  customer.on("console", (message) => message.type() === "error" && refused.push(message.text()));
  /** Pictures of the customer's page on a large light screen and on a dark phone, axe on both. */
  const looks = async (name) => {
    for (const [suffix, width, height, colorScheme] of [
      ["", 1440, 900, "light"],
      ["-phone", 390, 844, "dark"],
    ]) {
      await customer.emulateMedia({ colorScheme });
      await customer.setViewportSize({ width, height });
      await customer.waitForTimeout(200);
      await customer.screenshot({ path: `${shots}/portal-${name}${suffix}.png`, fullPage: true });
      const wide = await customer.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert(wide <= 0, `portal ${name}${suffix}: the page is as wide as the screen`);
      await customer.evaluate(axeSource);
      const found = await customer.evaluate(() => window.axe.run({ resultTypes: ["violations"] }));
      const serious = found.violations.filter((v) => ["serious", "critical"].includes(v.impact));
      const what = serious.map((v) => ` [${v.id}: ${v.nodes[0]?.html}]`).join("");
      assert(serious.length === 0, `portal ${name}${suffix}: axe finds nothing serious${what}`);
    }
    await customer.emulateMedia({ colorScheme: "light" });
    await customer.setViewportSize({ width: 1440, height: 900 });
  };
  /** A quote over three sites, sent and mailed with a link. */
  const mailed = async (address) => {
    await go("/accounts");
    await page.getByRole("columnheader", { name: /Sites/ }).click();
    await page.getByRole("columnheader", { name: /Sites/ }).click();
    await page.getByRole("grid").getByRole("row").nth(1).getByRole("link").first().click();
    await page.getByRole("button", { name: "New quote" }).click();
    await page.getByTestId("monthly").waitFor();
    await page.getByRole("button", { name: "Add sites" }).click();
    const dialog = page.getByRole("dialog", { name: "Add sites" });
    await dialog.getByRole("grid").getByRole("row").nth(3).waitFor();
    for (const n of [1, 2, 3]) await dialog.getByRole("grid").getByRole("row").nth(n).getByRole("checkbox").click();
    await dialog.getByRole("button", { name: "Add 3 sites" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByTestId("send").and(page.locator(":enabled")).click();
    await page.getByTestId("accept").waitFor();
    await page.getByTestId("write-mail").click();
    await page.getByRole("dialog").getByTestId("mail-to").fill(address);
    assert(await page.getByTestId("with-link").isChecked(), "a mail of a sent quote carries a link");
    await page.getByTestId("send-mail").click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    return linkTo(address);
  };

  const link = await mailed("thandi@customer.example");
  await page.getByTestId("quote-link").filter({ hasText: "Not seen yet" }).waitFor();
  await customer.goto(link);
  const total = await page.getByTestId("monthly").innerText();
  assert((await customer.getByTestId("hero").innerText()) === total, `the customer reads the same cent: ${total}`);
  await page.getByTestId("quote-link").filter({ hasText: "First seen" }).waitFor({ timeout: 30_000 });
  say("the laptop knows when it was first looked at");
  await looks("open");
  // Asked on the phone, answered on the laptop.
  await customer.getByText("Ask something or ask for a change").click();
  await customer.locator("#ask").getByLabel("Your name").fill("Thandi");
  await customer.getByLabel("Your message").fill("Could the term be 24 months?");
  await customer.getByRole("button", { name: "Send", exact: true }).click();
  await customer.getByText("Could the term be 24 months?").waitFor();
  await page.getByTestId("message").filter({ hasText: "24 months" }).waitFor({ timeout: 30_000 });
  const quote = new URL(page.url()).hash.slice(1);
  await go("/today");
  await page.getByTestId("news").filter({ hasText: "Asks" }).waitFor();
  await both("today-customers");
  await go(quote);
  await page.getByTestId("message-text").fill("Yes. I send you a new version today.");
  await page.getByTestId("send-message").scrollIntoViewIfNeeded();
  await both("customer-online");
  await page.getByTestId("send-message").click();
  await page.getByTestId("message").filter({ hasText: "a new version today" }).waitFor();
  await page.getByTestId("sync-line").filter({ hasText: "all confirmed" }).waitFor({ timeout: 60_000 });
  await customer.reload();
  await customer.getByText("Yes. I send you a new version today.").waitFor();
  say("asked online, answered on the laptop, read online");
  // Accepted by keyboard alone, pressed twice.
  await customer.locator("#accept > summary").focus();
  await customer.keyboard.press("Enter");
  await customer.keyboard.press("Tab");
  await customer.keyboard.type("Thandi Buyer");
  await customer.keyboard.press("Tab");
  await customer.keyboard.type("CFO");
  await customer.keyboard.press("Tab");
  await customer.keyboard.press("Tab");
  await customer.keyboard.press("Space");
  await looks("accept");
  await customer.locator("#accept button").dblclick({ noWaitAfter: true });
  await customer
    .getByTestId("status")
    .filter({ hasText: /The order is BUS-/ })
    .waitFor();
  const order = /BUS-[\d-]+/.exec(await customer.getByTestId("status").innerText())[0];
  await page.getByText(`Order ${order}`).first().waitFor({ timeout: 30_000 });
  await looks("accepted");
  await page.getByText("online through the link mailed to thandi@customer.example").scrollIntoViewIfNeeded();
  await both("accepted-online");
  await go("/orders");
  const grid = page.getByRole("grid", { name: "Orders" });
  await grid.getByText(order).first().waitFor();
  assert((await grid.getByText(order).count()) === 1, "a double click is one order");

  const second = await mailed("sipho@customer.example");
  await customer.goto(second);
  await customer.getByText("Decline it").click();
  await customer.locator("#refuse").getByLabel("Your name").fill("Sipho");
  await customer.getByLabel(/^Why/).fill("Too dear");
  await customer.getByRole("button", { name: "Decline", exact: true }).click();
  await customer.getByTestId("status").filter({ hasText: "Declined" }).waitFor();
  await page.getByTestId("closed").filter({ hasText: "Too dear" }).waitFor({ timeout: 30_000 });
  say("declined with a reason, and the laptop says so");
  await page.getByTestId("end-link").click();
  await page.getByTestId("end-link-now").click();
  await page.getByTestId("quote-link").filter({ hasText: "Ended" }).waitFor();
  await page.getByTestId("sync-line").filter({ hasText: "all confirmed" }).waitFor({ timeout: 60_000 });
  await customer.reload();
  await customer.getByRole("heading", { name: "This link has ended" }).waitFor();
  say("an ended link opens nothing");
  refused.length = 0; // The ended link is answered with 410, which browsers log.

  // Somebody who has no quote yet.
  await customer.goto(`${server}/r/demo`);
  await customer.getByLabel("Company").fill("Kopano Franchise Holdings");
  await customer.getByLabel("Your name").fill("Lerato");
  await customer.getByLabel("E-mail", { exact: true }).fill("lerato@franchise.example");
  await customer.getByLabel("How many sites").fill("53");
  await customer.getByLabel(/^Bandwidth/).fill("50 Mbps at each branch");
  await customer.getByLabel(/^List of your sites/).setInputFiles("../samples/kopano_branches.csv");
  await customer.waitForTimeout(2_000);
  await customer.getByRole("button", { name: "Send the request" }).click();
  const bad = customer.getByTestId("bad-rows");
  await bad.waitFor();
  say(`a list's wrong rows are shown: ${await bad.innerText()}`);
  assert((await customer.getByLabel("Company").inputValue()).startsWith("Kopano"), "what was typed stands there");
  await looks("request");
  await customer.getByText(/leave these out/).click();
  await customer.getByRole("button", { name: "Send the request" }).click();
  await customer.getByRole("heading", { name: "Thank you" }).waitFor();
  await go("/today");
  const news = page.getByTestId("news").filter({ hasText: "Kopano Franchise Holdings" });
  await news.waitFor({ timeout: 30_000 });
  await news.getByRole("link").click();
  await page.getByTestId("request").filter({ hasText: "lerato@franchise.example" }).waitFor();
  assert(
    (await page.getByText(/\d+ sites, \d+ lines/).innerText()).startsWith("0") === false,
    "the request is a draft with its sites",
  );
  await both("request-draft");
  const scripts = refused.filter((text) => !/422|Failed to load resource/.test(text));
  assert(scripts.length === 0, `the customer's pages keep their policy (${scripts.join("; ")})`);
  await context.close();
}
