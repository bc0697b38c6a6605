// @ts-check
// Fidelity against diversity: precision and recall over psi, the present psi marked. Measured in the background, by a
// mailbox of its own, so that other long work does not stop it.

import { appendSvg, setText } from "../shared/web/dom.js";
import { newMailbox, page } from "../shared/web/page.js";
import { taskRunner } from "../shared/web/tasks.js";

const CURVE = { left: 56, right: 612, top: 12, bottom: 290, most: 1.5 };

/** @param {Inside} inside */
export function tradeoffPart(inside) {
  const { find, state, server, requestNow } = inside;
  const tasks = taskRunner({ tab: newMailbox(), begin: server.begin, look: server.look, stop: server.cancel });
  let curve = null;
  let measuring = false;

  const part = {
    title: "Fidelity and diversity",
    lead: "What the truncation ψ buys and costs. Precision: the share of drawn pictures that look real. Recall: the share of real pictures that can be drawn. Move ψ above and see both.",
    show() {
      if (!curve && !measuring) measureCurve();
      else showCurve();
    },
    psi: () => showCurve(),
    forget() {
      curve = null;
      find(".gi-curve").hidden = true;
    },
  };

  async function measureCurve() {
    const of = page.generator;
    measuring = true;
    find(".gi-measure").hidden = true;
    const { tab: _, ...request } = requestNow();
    const reply = await tasks.run(find(".gi-curve-work"), { ...request, w: "", work: "curve" });
    measuring = false;
    if (of !== page.generator) return void (state.part === "curve" && measureCurve());
    find(".gi-measure").hidden = Boolean(reply);
    curve = reply;
    showCurve();
  }

  function curveAt(psi, column) {
    const { points } = curve;
    if (psi <= points[0][0]) return points[0][column];
    const next = points.findIndex(([at]) => at >= psi);
    if (next < 0) return points.at(-1)[column];
    /** @type {number[][]} */
    const [before, after] = [points[next - 1], points[next]];
    const share = (psi - before[0]) / (after[0] - before[0]);
    return before[column] + share * (after[column] - before[column]);
  }

  function showCurve() {
    if (!curve) return;
    find(".gi-curve").hidden = false;
    const svg = find(".gi-curve svg");
    const { left, right, top, bottom, most } = CURVE;
    const x = (psi) => left + (psi / most) * (right - left);
    const y = (share) => bottom - share * (bottom - top);
    svg.replaceChildren();
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      appendSvg(svg, "path", { class: "gi-grid", d: `M${left} ${y(share)}H${right}` });
      appendSvg(svg, "text", { class: "gi-tick", x: left - 8, y: y(share) + 4, "text-anchor": "end" }, share.toFixed(2));
    }
    for (const psi of [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5]) {
      appendSvg(svg, "text", { class: "gi-tick", x: x(psi), y: bottom + 20, "text-anchor": "middle" }, psi.toFixed(2));
    }
    appendSvg(svg, "text", { class: "gi-tick", x: (left + right) / 2, y: bottom + 44, "text-anchor": "middle" }, "ψ");
    appendSvg(svg, "path", { class: "gi-now", d: `M${x(state.psi)} ${top}V${bottom}` });
    for (const [column, name] of /** @type {[number, string][]} */ ([[1, "precision"], [2, "recall"]])) {
      appendSvg(svg, "path", { class: `gi-line gi-${name} gi-real`, d: `M${left} ${y(curve.real[column - 1])}H${right}` });
      appendSvg(svg, "path", { class: `gi-line gi-${name}`, d: `M${curve.points.map((point) => `${x(point[0])} ${y(point[column])}`).join("L")}` });
      appendSvg(svg, "circle", { class: `gi-dot gi-${name}`, cx: x(state.psi), cy: y(curveAt(state.psi, column)), r: 6 });
    }
    setText(find("b.gi-precision"), `Precision ${curveAt(state.psi, 1).toFixed(2)}`);
    setText(find("b.gi-recall"), `Recall ${curveAt(state.psi, 2).toFixed(2)}`);
    setText(find(".gi-curve-say"), `${curve.samples.toLocaleString("en")} pictures at each of ${curve.points.length} values of ψ, as the judge ${curve.judge} sees them. Dotted: what other real pictures get.`);
  }

  find(".gi-measure").addEventListener("click", measureCurve);

  return part;
}
