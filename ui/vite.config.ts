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
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle }) {
        const parts = Object.values(bundle ?? {}).filter((part) => part.type === "chunk");
        const asks = parts.find((chunk) => chunk.isEntry && chunk.name === "early");
        if (!asks) throw new Error("the script that asks was not built");
        const attrs = { type: "module", crossorigin: true, src: `./${asks.fileName}` };
        return [{ tag: "script", attrs, injectTo: "head-prepend" }];
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
