// The window's content. What it asks first was asked by a script before this one: answers that are here already are drawn at once.
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { client } from "./api";
import { App } from "./app/App";
import { Boundary } from "./app/Boundary";
import { loadLastPage } from "./app/first";
import "./styles/index.css";

/** A page whose script takes longer than this is drawn after the window around it. */
const PATIENCE_MS = 100;

const root = document.getElementById("root");
void Promise.race([loadLastPage(), new Promise((late) => setTimeout(late, PATIENCE_MS))]).then(() => {
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <Boundary>
        <QueryClientProvider client={client}>
          <App />
        </QueryClientProvider>
      </Boundary>
    </StrictMode>,
  );
});
