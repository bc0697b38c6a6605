// @ts-check
// The state of the Library tab, and its twin in the address bar.

export const KINDS = ["picture", "tile", "walk", "sum", "direction", "sheet", "translation"];
export const FIELDS = ["q", "kind", "tag", "trash"];

/** @param {string} search what follows the address */
export function parseState(search) {
  const query = new URLSearchParams(search);
  const own = query.get("tab") === "library"; // else the address is still another tab's
  const kind = query.get("kind") ?? "";
  return {
    search: own ? (query.get("q") ?? "").slice(0, 200) : "",
    kind: own && KINDS.includes(kind) ? kind : "",
    tags: own ? query.getAll("tag").slice(0, 20).map((tag) => tag.slice(0, 40)) : [],
    trash: own && query.get("trash") === "1",
  };
}

/** @param {ReturnType<typeof parseState>} state @returns {[string, unknown][]} */
export function stateFields({ search, kind, tags, trash }) {
  /** @type {[string, unknown][]} */
  const fields = tags.map((tag) => ["tag", tag]);
  if (search) fields.unshift(["q", search]);
  if (kind) fields.push(["kind", kind]);
  if (trash) fields.push(["trash", 1]);
  return fields;
}

/** Tags out of a box, each once. @param {string} text */
export function parseTags(text) {
  const tags = text.split(",").map((tag) => tag.trim()).filter(Boolean);
  return tags.filter((tag, i) => tags.findIndex((other) => other.toLowerCase() === tag.toLowerCase()) === i);
}

/** What differs between two entries, as rows [name, one, other, whether they are the same].
 * @param {any} one @param {any} other @returns {[string, string, string, boolean][]} */
export function differences(one, other) {
  const of = (/** @type {any} */ entry) => ({
    word: entry.word,
    kind: entry.kind,
    generator: entry.generator,
    seed: entry.seed ?? "several",
    "ψ": String(entry.psi),
    ...flat(entry.recipe),
    tags: entry.tags.join(", "),
    note: entry.note,
    kept: entry.day,
  });
  const [left, right] = [of(one), of(other)];
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  return names.map((name) => [name, left[name] ?? "", right[name] ?? "", (left[name] ?? "") === (right[name] ?? "")]);
}

const USUAL = { psi_mode: "smooth", jitter: 0, blend: 0 };

// What a recipe says beside its word, seed, psi and generator, which stand above, and beside what is as usual.
function flat(/** @type {string} */ recipe) {
  /** @type {Record<string, string>} */
  const fields = {};
  try {
    for (const [name, value] of Object.entries(JSON.parse(recipe))) {
      if (["v", "checkpoint", "psi"].includes(name) || value === USUAL[name] || (name === "condition" && typeof value === "string")) continue;
      fields[name.replaceAll("_", " ")] = inWords(name, value);
    }
  } catch {
    // a recipe that is longer than what came
  }
  return fields;
}

function inWords(/** @type {string} */ name, /** @type {any} */ value) {
  if (name === "condition") return `a vector of ${value.length} numbers: ${value.slice(0, 3).map((/** @type {number} */ x) => Number(x).toFixed(3)).join(", ")} …`;
  if (name === "latents") return value.kind === "seeded" ? `${value.count} of the seed` : `${value.tiles.length} ${value.kind}`;
  if (name === "walk") return `${value.stops.length} stops, ${value.frames} frames, ${value.z}${value.loop ? ", loop" : ""}`;
  if (name === "sheet") return `${value.length} recipes`;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
