// What the page shows, and its twin in the address bar. A field is written there only when it is not the default,
// except the word: `?w=slipper&s=7&psi=0.8`. Whatever comes from the address bar is clipped here and checked again
// by the server.

const LARGEST_SEED = 9223372036854775807n;
const MOST_KEPT = 64;
const DEFAULTS = { w: "slipper", s: "0", view: "16", psi: 1, mode: "smooth", j: 0, b: 0, c: "" };

function seedFrom(text) {
  const digits = String(text).trim();
  return /^[0-9]{1,19}$/.test(digits) && BigInt(digits) <= LARGEST_SEED ? BigInt(digits).toString() : null;
}

function between(text, low, high, otherwise) {
  const number = Number(text);
  return text !== null && text !== "" && Number.isFinite(number) ? Math.min(high, Math.max(low, number)) : otherwise;
}

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
    c: (query.get("c") ?? "").slice(0, 100),
    kept,
  };
}

function searchFor(state, present) {
  const query = new URLSearchParams(present);
  for (const key of ["w", "s", "n", "psi", "mode", "j", "b", "c", "z"]) query.delete(key);
  query.set("w", state.w);
  if (state.s !== DEFAULTS.s) query.set("s", state.s);
  for (const key of ["psi", "mode", "j", "b", "c"]) if (state[key] !== DEFAULTS[key]) query.set(key, state[key]);
  if (state.kept.length) query.set("z", state.kept.join(","));
  if (state.view !== "kept" && (state.view !== DEFAULTS.view || state.kept.length)) query.set("n", state.view);
  return "?" + query.toString();
}

// Browsers refuse more than some hundred changes of the address in a few seconds: at most three a second, last one always.
function addressBar() {
  let wanted = null;
  let timer = null;
  function write() {
    timer = null;
    if (wanted === null || wanted === location.search) return;
    try {
      history.replaceState(history.state, "", location.pathname + wanted + location.hash);
    } catch (refused) {
      timer = setTimeout(write, 1000);
    }
  }
  return (state) => {
    wanted = searchFor(state, location.search);
    timer ??= setTimeout(write, 300);
  };
}

// What the server is asked to draw: the address bar's fields, with the seeds as text (they may exceed 2^53).
function askFrom(state, tab) {
  const { w, s, psi, mode, j, b, c } = state;
  const ask = { tab, w, s, psi, mode, j, b, c };
  return state.view === "kept" ? { ...ask, z: state.kept } : { ...ask, n: Number(state.view) };
}
