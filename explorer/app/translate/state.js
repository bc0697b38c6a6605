// @ts-check
// The state of the Translate tab, and its twin in the address bar.

import { clamp, parseSeed } from "../shared/web/parse.js";

export const KINDS = ["pairs", "failures", "explore"];
export const FIELDS = ["by", "way", "strength", "p", "sheet", "row"];
export const LONGEST = 48000; // letters of a picture in an address: a request of a page may have 64 KB

/** @param {string} search what follows the address */
export function parseState(search) {
  const query = new URLSearchParams(search);
  const [kind, p] = [query.get("sheet") ?? "", query.get("p") ?? ""];
  return {
    by: (query.get("by") ?? "").slice(0, 100), // "": the first one
    way: query.get("way") === "back" ? "back" : "there",
    strength: clamp(query.get("strength"), 0, 1, 1),
    picture: fromAddress(p), // base64 of a PNG; "": none yet
    kind: KINDS.includes(kind) ? kind : "pairs",
    row: parseSeed(query.get("row") ?? "") ?? "0", // the seed of the pictures by chance
  };
}

export function stateFields(state) {
  const fields = state.by ? [["by", state.by]] : [];
  if (state.way !== "there") fields.push(["way", state.way]);
  if (state.strength !== 1) fields.push(["strength", state.strength]);
  if (state.kind !== "pairs") fields.push(["sheet", state.kind]);
  if (state.row !== "0") fields.push(["row", state.row]);
  if (state.picture && state.picture.length <= LONGEST) fields.push(["p", toAddress(state.picture)]);
  return fields;
}

/** Base64 as an address has it. @param {string} text */
export function toAddress(text) {
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Base64 out of an address; "" for anything else. @param {string} text */
export function fromAddress(text) {
  if (!/^[\w-]{16,}$/.test(text) || text.length > LONGEST) return "";
  const plain = text.replace(/-/g, "+").replace(/_/g, "/");
  return plain + "=".repeat((4 - (plain.length % 4)) % 4);
}
