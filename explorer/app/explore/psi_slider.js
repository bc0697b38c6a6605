// @ts-check
// The psi slider: psi is the share of z's spread that is kept. Below it the density that z then has:
// a normal cut at the bound t (psi < 1) or stretched (psi > 1). Bounds and masses come from the server, a row for
// each hundredth of psi, so that what is shown is what is drawn.

import { fillTrack, setLabel, setText } from "../shared/web/dom.js";

export function densityPath(psi, row) {
  const [bound, mass] = row;
  const wide = Math.max(psi, 1);
  const points = [];
  for (let i = 0; i <= 100; i++) {
    const x = -3.6 + 0.072 * i;
    const inside = bound === null || Math.abs(x) <= bound;
    const density = inside ? Math.exp((-x * x) / (2 * wide * wide)) / (wide * Math.sqrt(2 * Math.PI) * mass) : 0;
    points.push(`${(2 * i).toFixed(1)} ${(43 - Math.min(42, 60 * density)).toFixed(1)}`);
  }
  return `M0 43 L${points.join(" L")} L200 43`;
}

/** @param {any} root @param {any} state @param {any} table a row for each hundredth of psi @param {number} truncation of words */
export function showPsi(root, state, table, truncation) {
  setText(root.querySelector(".gx-psi-out"), state.psi.toFixed(2));
  setText(root.querySelector(".gx-jitter-out"), state.j.toFixed(2));
  setText(root.querySelector(".gx-truncation-out"), truncation.toFixed(2));
  root.querySelectorAll("input[type=range]").forEach(fillTrack);
  if (!table) return;
  const row = table[Math.round(state.psi * 100)];
  const spike = state.psi < 0.005;
  root.querySelector(".gx-normal").setAttribute("d", densityPath(1, [null, 1]));
  root.querySelector(".gx-cut").setAttribute("d", spike ? "M99.5 43V1h1V43" : densityPath(state.psi, row));
  const bound = row[0] === null ? (state.psi > 1 ? "z stretched" : "untruncated") : `cut at ±${row[0].toFixed(2)}`;
  setText(root.querySelector(".gx-bound"), bound);
  setLabel(root.querySelector(".gx-curve"), `Density of z at psi ${state.psi.toFixed(2)}: ${bound}`);
}
