// A screen as it looks by day on a large window and by night on a small one.

/** Pictures `name` and `name-dark-1024`, axe on both, and back. */
export const inBothLooks =
  ({ page, shot, axe }, settle = 400) =>
  async (name) => {
    const theme = (value) =>
      page.evaluate((to) => {
        document.documentElement.dataset.theme = to;
      }, value);
    await page.waitForTimeout(settle);
    await shot(name);
    await axe(name);
    await theme("dark");
    await page.setViewportSize({ width: 1024, height: 768 });
    await page.waitForTimeout(settle);
    await shot(`${name}-dark-1024`);
    await axe(`${name}, dark, 1024`);
    await page.setViewportSize({ width: 1440, height: 900 });
    await theme("light");
  };
