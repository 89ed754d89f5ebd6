import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { client } from "./api";
import { App } from "./app/App";
import { Boundary } from "./app/Boundary";
import { loadLastPage } from "./app/pages";
import "./styles/index.css";

loadLastPage();
const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Boundary>
        <QueryClientProvider client={client}>
          <App />
        </QueryClientProvider>
      </Boundary>
    </StrictMode>,
  );
}
