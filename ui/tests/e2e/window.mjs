// The main job in the real window, driven by tauri-driver: the seven points of the product's first promise, with kill -9 of
// the server and of the app in the middle of a push. Every step is what a person does: keys, clicks, typed text.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { Builder, By, Capabilities, Key } from "selenium-webdriver";

const {
  SATCHEL_E2E_DRIVER: driverUrl,
  SATCHEL_E2E_APP: application,
  SATCHEL_E2E_SHOTS: shots,
  SATCHEL_E2E_PASSWORD: password,
  SATCHEL_E2E_SERVER: serverJson,
  SATCHEL_E2E_LISTS: lists,
  SATCHEL_E2E_OWNER_URL: ownerUrl,
  SATCHEL_E2E_DATA: fresh,
} = process.env;
mkdirSync(shots, { recursive: true });
const server = JSON.parse(serverJson);
let passed = 0;
let driver;
const say = (text) => {
  passed += 1;
  console.log(`  ok ${text}`);
};
const assert = (truth, text) => {
  if (!truth) throw new Error(text);
  say(text);
};
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const shot = async (name) => writeFileSync(`${shots}/window-${name}.png`, await driver.takeScreenshot(), "base64");
const quoted = (text) => (text.includes('"') ? `'${text}'` : `"${text}"`);
const testid = (id) => By.css(`[data-testid="${id}"]`);
const button = (text) => By.xpath(`//button[normalize-space(.)=${quoted(text)}]`);
const saying = (text) =>
  By.xpath(
    `//*[contains(normalize-space(.), ${quoted(text)}) and not(*[contains(normalize-space(.), ${quoted(text)})])]`,
  );
// The page may be drawn anew between two questions, and WebKit then answers "stale", to a search as well: what is asked is
// asked of the page as it stands now, until it is true or the time is over.
const redrawn = (error) => /stale|intercept|no such element/i.test(`${error.name} ${error}`);
const wait = (question, ms, words) =>
  driver.wait(
    async () => {
      try {
        return await question();
      } catch (error) {
        if (redrawn(error)) return false;
        throw error;
      }
    },
    ms,
    words,
  );
const shown = async (where) => {
  const [element] = await driver.findElements(where);
  return element && (await element.isDisplayed()) && element;
};
const seen = (where, ms = 20_000) => wait(() => shown(where), ms, `not there: ${where}`);
const gone = (where, ms) =>
  wait(async () => (await driver.findElements(where)).length === 0, ms, `still there: ${where}`);
const click = (where, ms = 20_000) =>
  wait(
    async () => {
      const element = await shown(where);
      if (!element || !(await element.isEnabled())) return false;
      await element.click();
      return true;
    },
    ms,
    `cannot be clicked: ${where}`,
  );
const textOf = async (where, ms = 20_000) => {
  let text;
  await wait(
    async () => {
      text = await (await shown(where))?.getText?.();
      return text !== undefined;
    },
    ms,
    `not there: ${where}`,
  );
  return text;
};
const go = (hash) => driver.executeScript("window.location.hash = arguments[0]", hash);
const select = (where, value) =>
  wait(
    async () => {
      const field = await shown(where);
      if (!field) return false;
      await driver.executeScript(
        `
  const set = Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, "value").set;
  set.call(arguments[0], arguments[1]); arguments[0].dispatchEvent(new Event("change", { bubbles: true }));`,
        field,
        value,
      );
      return true;
    },
    20_000,
    `nothing to choose from: ${where}`,
  );
const type = (where, ...keys) =>
  wait(
    async () => {
      const field = await shown(where);
      if (!field) return false;
      await field.clear();
      await field.sendKeys(...keys);
      return true;
    },
    20_000,
    `nothing to type into: ${where}`,
  );
async function open() {
  const capabilities = new Capabilities();
  capabilities.set("tauri:options", { application });
  capabilities.setBrowserName("wry");
  driver = await new Builder().withCapabilities(capabilities).usingServer(driverUrl).build();
  await driver.manage().setTimeouts({ script: 30_000 });
}
const app = () =>
  execFileSync("pgrep", ["-f", `^${application}`])
    .toString()
    .trim()
    .split("\n")[0];
async function killApp() {
  execFileSync("kill", ["-9", app()]);
  await driver.quit().catch(() => {});
  await open();
}
let running;
async function startServer() {
  running = spawn(server.program, server.args, { env: { ...process.env, ...server.env }, stdio: "ignore" });
  for (let tries = 0; tries < 300; tries += 1) {
    if (
      await new Promise((resolve) => {
        const socket = connect(server.port, "127.0.0.1", () => {
          socket.destroy();
          resolve(true);
        });
        socket.on("error", () => resolve(false));
      })
    )
      return;
    await sleep(50);
  }
  throw new Error("the server did not come up");
}
async function killServer() {
  running.kill("SIGKILL");
  await new Promise((resolve) => running.once("exit", resolve));
}
const line = async (text, ms = 90_000) =>
  wait(
    async () => (await driver.findElement(testid("sync-line")).getText()).includes(text),
    ms,
    `the header does not say ${text}`,
  );
async function work(email) {
  await click(testid("profile"));
  await select(By.css("[role=dialog] select"), email);
  await type(By.css("[role=dialog] input[type=password]"), password);
  await click(button("Switch"));
  await gone(By.css("[role=dialog]"), 90_000);
}
const orders = (quote) =>
  Number(
    execFileSync("psql", [ownerUrl, "-tAc", `SELECT count(*) FROM orders WHERE quote_number = '${quote}'`]).toString(),
  );
async function accepted() {
  await click(testid("send"));
  await click(testid("accept"));
  await type(testid("accept-name"), "Procurement");
  await click(testid("confirm"));
  await seen(saying("Accepted, waiting for the server"));
  return /QTE-\d{8}-[0-9A-Z]+/.exec(await textOf(By.css("main")))[0];
}
async function newQuote(account) {
  await driver.actions().keyDown(Key.CONTROL).sendKeys("k").keyUp(Key.CONTROL).perform();
  await type(By.css("[role=dialog] input"), account);
  await seen(By.xpath(`//*[@role="option" and contains(., ${quoted(account)})]`));
  await driver.actions().sendKeys(Key.ENTER).perform();
  await click(button("New quote"));
  await seen(testid("monthly"));
}
async function importList(file) {
  await click(button("Import list"));
  // Its own button stands in front of it: the field itself is not seen.
  await wait(
    async () => {
      await driver.findElement(testid("file")).sendKeys(path.resolve(file));
      return true;
    },
    20_000,
    "no field for a file",
  );
  return textOf(testid("counts"));
}

async function repair() {
  for (const one of await driver.findElements(By.xpath("//button[starts-with(normalize-space(.), 'Repair ')]")))
    await one.click().catch(() => {});
  await sleep(600);
}

try {
  await startServer();
  await open();
  await seen(By.xpath("//h1[normalize-space(.)='Today']"), 180_000);
  await line("Online");
  await shot("1-today");
  say("1 the window stands open, signed in as the field seller");

  await killServer();
  await click(testid("sync-line"));
  await line("Offline");
  await go("/today");
  say(`2 the server is killed: ${await textOf(testid("sync-line"))}`);

  await newQuote("Kopano Retail");
  for (const name of ["CommunityDayCentre.csv", "EMS_Stations.csv"]) {
    const file = path.join(lists, "sites_za_dsfsi", name);
    if (!existsSync(file)) {
      console.log(`  skipped ${name}: the real site lists are not here`);
      continue;
    }
    const counts = await importList(file);
    assert(/^\d+ rows:/.test(counts), `3 ${name}: ${counts}`);
    await shot(`3-import-${name.slice(0, 3)}`);
    await driver.navigate().back();
    await seen(testid("monthly"));
  }
  assert(
    (await importList("../samples/kopano_branches.csv")).startsWith("53 rows"),
    "3 a messy list of 53 rows is read",
  );
  await repair();
  await shot("3-import");
  await click(testid("commit"));
  await wait(async () => /^R[1-9]/.test(await textOf(testid("monthly"))), 20_000, "no total");
  const before = await textOf(testid("monthly"));
  await select(
    By.xpath("//label[normalize-space(.)='Term']/following::select[1] | //select[@aria-label='Term']"),
    "36",
  );
  await wait(async () => (await textOf(testid("monthly"))) !== before, 5_000, "totals do not move");
  say(`3 totals move with the term: ${before} to ${await textOf(testid("monthly"))}`);
  await click(By.css("button[aria-label^='Why ']"));
  await seen(By.css("table[aria-label='Waterfall']"));
  await shot("3-why");
  await driver.actions().sendKeys(Key.ESCAPE).perform();
  await type(By.css("input[aria-label^='Manual discount at']"), "6 %", Key.TAB);
  await seen(testid("approval"));
  say("3 a manual 6 % shows which approval it needs");
  await click(testid("request_approval"));
  await click(testid("confirm"));

  await click(testid("pdf"));
  const pdf = await textOf(testid("pdf-path"));
  const printed = execFileSync("pdftotext", ["-layout", pdf, "-"]).toString();
  const total = (await textOf(testid("monthly"))).replace("R", "");
  assert(printed.includes(total), `4 the printed quote has the screen's total ${total}`);
  await shot("4-pdf");
  await driver.actions().sendKeys(Key.ESCAPE).perform();
  await click(testid("present"));
  await click(testid("second-screen"));
  await seen(button("On the other screen"));
  await click(testid("next-slide"));
  await shot("4-presenting");
  await click(button("End"));
  await gone(testid("presentation"), 5_000);
  say("4 the customer's window is there and goes with the presenter's");

  await work("manager@demo.example");
  await click(testid("approve"));
  await click(testid("confirm"));
  await seen(testid("send"));
  await work("seller@demo.example");
  const number = await accepted();
  await shot("5-accepted-offline");
  say(`5 approved, sent and accepted offline: ${number}`);

  await killApp();
  // It opens where it was.
  await seen(testid("sync-line"), 60_000);
  await line("Offline");
  say(`5 after kill -9 the app still has them: ${await textOf(testid("sync-line"))}`);
  // The server comes up and is killed again and again while the app pushes; then the app is killed while it pushes.
  for (const pause of [120, 350, 700]) {
    await startServer();
    await click(testid("sync-line")).catch(() => {});
    await sleep(pause);
    await killServer();
  }
  await startServer();
  await click(testid("sync-line")).catch(() => {});
  await sleep(60);
  await killApp();
  // It opens where it was.
  await seen(testid("sync-line"), 60_000);
  await line("Online");
  await wait(() => orders(number) > 0, 60_000, "no order");
  await sleep(1_000);
  assert(orders(number) === 1, "5 exactly one order, after killing the server and the app while they pushed");
  await go("/orders");
  await seen(saying("Kopano Retail"));
  const order = /BUS-\d{8}-\d{4}/.exec(await textOf(By.css("main")));
  assert(order !== null, `5 the window shows ${order?.[0]}`);
  await shot("5-order");

  await killServer();
  await line("Offline");
  await go("/sla");
  await wait(
    async () => {
      const t = await driver.executeScript("return document.querySelector('main').textContent");
      return t.includes(" %") && t.includes("As of");
    },
    20_000,
    "no SLA figures with their as-of time",
  );
  say("6 SLA status of the account's sites with its as-of time, also offline");
  await shot("6-sla");
  await driver.quit();

  // The same without any server: a laptop that has never seen one.
  execFileSync("rm", ["-rf", fresh]);
  await open();
  await click(testid("open-demo"), 60_000);
  await seen(By.xpath("//h1[normalize-space(.)='Today']"), 180_000);
  await newQuote("Kopano Retail");
  assert(
    (await importList("../samples/kopano_branches.csv")).startsWith("53 rows"),
    "7 without any server the demo workspace opens and a list is read",
  );
  await repair();
  await click(testid("commit"));
  await wait(async () => /^R[1-9]/.test(await textOf(testid("monthly"))), 20_000, "no total");
  await accepted();
  await shot("7-demo");
  say(`7 quoted, sent and accepted in the demo workspace: ${await textOf(testid("sync-line"))}`);
  await driver.quit();
  driver = undefined;
  console.log(`window: ${passed} passed, 0 failed`);
} catch (error) {
  if (driver) await shot("failed").catch(() => {});
  console.error(error);
  console.log(`window: ${passed} passed, 1 failed`);
  process.exitCode = 1;
} finally {
  await driver?.quit().catch(() => {});
  running?.kill("SIGKILL");
}
