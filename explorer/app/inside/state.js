// @ts-check
// The state of the Inside tab, and its twin in the address bar.

import { clamp, parseSeed } from "../shared/web/parse.js";
import { drawnWithFields, parseDrawnWith } from "../shared/web/style.js";

export const FIELDS = ["w", "s", "psi", "style", "wt", "part", "layer", "off", "mean", "push"];

export function parseState(search) {
  const query = new URLSearchParams(search);
  return {
    w: (query.get("w") ?? "slipper").slice(0, 200),
    s: parseSeed(query.get("s") ?? "") ?? "0",
    ...parseDrawnWith(query),
    part: query.get("part") ?? "",
    layer: (query.get("layer") ?? "").slice(0, 40), // "" is one in the middle
  };
}

// The edits of the present pictures: off=blocks.1:3.17 are two units, mean=1 holds them at their means, push=pca|0|1.5 is a direction's slider; what is none of ours the server refuses.
export function parseEdits(search) {
  const query = new URLSearchParams(search);
  const off = query.getAll("off").slice(0, 32).flatMap((text) => {
    const [layer, units = ""] = text.split(":");
    return units.split(".").filter((unit) => /^[0-9]{1,4}$/.test(unit)).map((unit) => [layer.slice(0, 40), Number(unit)]);
  });
  const fits = ([method, which]) => (method === "own" ? which : ["pca", "sefa"].includes(method) && /^[0-9]{1,2}$/.test(which));
  const push = query.getAll("push").slice(0, 16).map((text) => text.split("|")).filter(fits);
  return {
    off: off.slice(0, 256),
    mean: query.get("mean") === "1",
    push: push.map(([method, which, amount]) => [method, method === "own" ? which.slice(0, 60) : Number(which), clamp(amount, -3, 3, 0)]),
  };
}

/** @param {any} state @param {string} usual the part that needs no mention @param {any} edits */
export function stateFields({ w, s, part, layer, ...drawn }, usual, { off, mean, push }) {
  const fields = w ? [["w", w]] : [];
  if (s !== "0") fields.push(["s", s]);
  fields.push(...drawnWithFields(drawn));
  if (part !== usual) fields.push(["part", part]);
  if (part === "units") {
    if (layer) fields.push(["layer", layer]);
    for (const name of new Set(off.map(([name]) => name))) {
      const units = off.filter(([other]) => other === name).map(([, unit]) => unit);
      fields.push(["off", `${name}:${units.join(".")}`]);
    }
    if (mean) fields.push(["mean", "1"]);
  }
  if (part === "axes") for (const direction of push) fields.push(["push", direction.join("|")]);
  return fields;
}
