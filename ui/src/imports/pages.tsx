// The page of an import, which stands at an account or at a quote.
import { script } from "../lazy";

export const ImportPage = script(() => import("./index")).page((m) => m.ImportPage);
