import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The script that asks stands in front of the window's own: a script of one page would be read whole before any of it runs. */
function asksFirst(): Plugin {
  return {
    name: "asks-first",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "chunk", id: "src/early.ts", name: "early" });
    },
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((part) => part.type === "chunk");
      const entries = new Set(chunks.filter((chunk) => chunk.isEntry).map((chunk) => chunk.fileName));
      const named = /(["'`])__PAGE_FILES__\1/;
      const asks = chunks.find((chunk) => named.test(chunk.code));
      if (!asks) throw new Error("nothing asks for the pages' files");
      // What is here before any page.
      const early = new Set([...entries, asks.fileName]);
      const pages = chunks.filter(
        (chunk) => chunk.isDynamicEntry && /\/src\/\w+\/\w+\.tsx$/.test(chunk.facadeModuleId ?? ""),
      );
      const files = pages.map((page) =>
        [
          page.facadeModuleId?.split("/").at(-2),
          page.fileName,
          ...page.imports.filter((file) => !early.has(file)),
        ].join(),
      );
      asks.code = asks.code.replace(named, JSON.stringify(files.join(";")));
    },
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle }) {
        const parts = Object.values(bundle ?? {}).filter((part) => part.type === "chunk");
        const asks = parts.find((chunk) => chunk.isEntry && chunk.name === "early");
        if (!asks) throw new Error("the script that asks was not built");
        const attrs = { type: "module", crossorigin: true, src: `./${asks.fileName}` };
        // What everything is set in, asked for before the page is laid out: laid out without it, it is laid out twice.
        const face = Object.keys(bundle ?? {}).find((name) => name.includes("inter-latin-wght"));
        if (!face) throw new Error("the typeface was not built");
        const font = { rel: "preload", as: "font", type: "font/woff2", crossorigin: true, href: `./${face}` };
        return [
          { tag: "script", attrs, injectTo: "head-prepend" },
          { tag: "link", attrs: font, injectTo: "head-prepend" },
        ];
      },
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [react(), asksFirst()],
  server: { port: 1420, strictPort: true },
  build: { target: "es2022", chunkSizeWarningLimit: 900 },
  test: { environment: "happy-dom", include: ["src/**/*.test.{ts,tsx}"] },
});
