// The only file that knows how commands reach the engine: Tauri's IPC in the window, the loopback bridge in a browser.
import { invoke as tauriInvoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { href, to } from "../paths";
import type { CommandError, EngineEvent } from "./generated";

const inTauri = "__TAURI_INTERNALS__" in window;

function bridgeToken(): string {
  const fromUrl = new URLSearchParams(window.location.search).get("bridge");
  if (fromUrl) sessionStorage.setItem("bridge", fromUrl);
  return sessionStorage.getItem("bridge") ?? "";
}

function asError(thrown: unknown): CommandError {
  if (thrown && typeof thrown === "object" && "code" in thrown) return thrown as CommandError;
  return { code: "command.failed", message: String(thrown), params: {}, field: null };
}

export async function invoke(name: string, args: unknown): Promise<unknown> {
  if (inTauri) {
    try {
      return await tauriInvoke("rpc", { name, args });
    } catch (thrown) {
      throw asError(thrown);
    }
  }
  let response: Response;
  try {
    response = await fetch(`/rpc/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-satchel-bridge": bridgeToken() },
      body: JSON.stringify(args ?? {}),
    });
  } catch (thrown) {
    throw asError(thrown);
  }
  if (response.ok) return response.json();
  throw asError(response.status === 422 ? await response.json() : response.statusText);
}

/** Opens the presentation's own window; on a second screen, when there is one. */
export async function openPresenter(quoteId: string): Promise<void> {
  if (inTauri) await tauriInvoke("open_presenter", { quoteId }).catch((thrown) => Promise.reject(asError(thrown)));
  else {
    const place = href(to.presentation(quoteId));
    window.open(`/?bridge=${encodeURIComponent(bridgeToken())}${place}`, "presenter", "popup");
  }
}

export async function closePresenter(): Promise<void> {
  if (inTauri) await tauriInvoke("close_presenter");
  else window.open("", "presenter")?.close();
}

/** Hears the engine's events. `onLine` is called whenever the line stands: the first time, and again after a break. */
export function subscribe(onEvent: (event: EngineEvent) => void, onLine?: () => void): () => void {
  if (inTauri) {
    let stop: (() => void) | undefined;
    let stopped = false;
    void listen<EngineEvent>("engine", (event) => onEvent(event.payload)).then((unlisten) => {
      if (stopped) return unlisten();
      stop = unlisten;
      onLine?.();
    });
    return () => {
      stopped = true;
      stop?.();
    };
  }
  const source = new EventSource(`/events?bridge=${encodeURIComponent(bridgeToken())}`);
  source.onopen = () => onLine?.();
  source.onmessage = (message) => onEvent(JSON.parse(message.data) as EngineEvent);
  return () => source.close();
}
