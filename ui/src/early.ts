// The first script, beside the window's own: it asks while that one is still read.
import { askEarly, readEarly } from "./api/early";

askEarly();
readEarly();
