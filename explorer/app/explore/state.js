// What the page shows, and its twin in the address bar. A field is written there only when it is not the default,
// except the word: `?w=slipper&s=7&psi=0.8`. Whatever comes from the address bar is clipped here and checked again
// by the server.

const MOST_KEPT = 64;
const DEFAULTS = { w: "slipper", s: "0", view: "16", psi: 1, mode: "smooth", j: 0, b: 0, t: 0.05 };

function keptFrom(text) {
  const kept = [];
  for (const pair of (text || "").split(",").slice(0, MOST_KEPT)) {
    const [seed, index, ...rest] = pair.split(".");
    const checked = seedFrom(seed);
    if (checked !== null && !rest.length && /^[0-9]{1,3}$/.test(index || "") && Number(index) < 256) {
      const name = `${checked}.${Number(index)}`;
      if (!kept.includes(name)) kept.push(name);
    }
  }
  return kept;
}

function stateFrom(search) {
  const query = new URLSearchParams(search);
  const mode = query.get("mode") === "resample" ? "resample" : "smooth";
  const kept = keptFrom(query.get("z"));
  const count = query.get("n");
  return {
    w: (query.get("w") ?? DEFAULTS.w).slice(0, 200),
    s: seedFrom(query.get("s") ?? "") ?? DEFAULTS.s,
    view: ["16", "64"].includes(count) ? count : kept.length ? "kept" : DEFAULTS.view,
    psi: mode === "smooth" ? between(query.get("psi"), 0, 1.5, 1) : between(query.get("psi"), 0.05, 1, 1),
    mode,
    j: between(query.get("j"), 0, 1, 0),
    b: between(query.get("b"), 0, 1, 0),
    t: between(query.get("t"), 0.01, 1, DEFAULTS.t),
    k: codesFrom(query.get("k")),
    kept,
  };
}

const FIELDS = ["w", "s", "n", "psi", "mode", "j", "b", "t", "k", "z"];

function fieldsOf(state) {
  const fields = [["w", state.w]];
  if (state.s !== DEFAULTS.s) fields.push(["s", state.s]);
  for (const key of ["psi", "mode", "j", "b", "t"]) if (state[key] !== DEFAULTS[key]) fields.push([key, state[key]]);
  if (state.k.length) fields.push(["k", state.k.join(",")]);
  if (state.kept.length) fields.push(["z", state.kept.join(",")]);
  if (state.view !== "kept" && (state.view !== DEFAULTS.view || state.kept.length)) fields.push(["n", state.view]);
  return fields;
}

// What the server is asked to draw: the address bar's fields, with the seeds as text (they may exceed 2^53), and without
// those that the generator does not hear. Before the menu says which those are, the address is believed.
function askFrom(state, tab) {
  const { w, s, psi, mode, j, b, t } = state;
  const { hears, codes } = page.offer ?? {};
  const ask = { tab, w, s, psi, mode, j, b, c: page.generator };
  if (t !== DEFAULTS.t && (!hears || hears === "label")) ask.t = t;
  const k = codes ? codesFitting(codes, state.k) : state.k;
  if (k.length) ask.k = k;
  return state.view === "kept" ? { ...ask, z: state.kept } : { ...ask, n: Number(state.view) };
}
