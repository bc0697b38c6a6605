// @ts-check
// The grid of codes: all on one latent, one code changes along the x axis, another along the y axis; the others are set beside it.

import { codeControls } from "../shared/web/codes.js";
import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { livePicture } from "../shared/web/live_canvas.js";
import { newMailbox, page } from "../shared/web/page.js";
import { fitCodes } from "../shared/web/parse.js";

/** @param {Walk} walk */
export function codesView({ find, server, state, set, showDrawn, refused, showSlow }) {
  const mailbox = newMailbox();
  const gridPicture = livePicture({ canvas: find(".gx-codescreen"), draw: server.codes, painted: showGrid, refused, waiting: showSlow });
  const showCodes = codeControls(find(".gx-left .gx-codes"), (k) => set({ k }));

  // The two codes that grow, from 1: those chosen, or the first number and the first of the others. 0: there is no other.
  function growingCodes() {
    const { codes } = page.offer;
    const places = codes.map((_, i) => i + 1);
    const here = (code) => (code >= 1 && code <= codes.length ? code : 0);
    const down = here(state.down);
    const right = here(state.right) || places.find((code) => codes[code - 1] === 1 && code !== down) || places.find((code) => code !== down) || 1;
    return [right, (down !== right && down) || places.find((code) => code !== right) || 0];
  }

  function codesRequest() {
    const [right, down] = growingCodes();
    const request = { tab: mailbox, c: page.generator, s: state.s, psi: state.psi, across: right };
    if (down) request.down = down;
    const k = fitCodes(page.offer.codes, state.k);
    return k.length ? { ...request, k } : request;
  }

  function showCodeGrid() {
    const { codes } = page.offer;
    const [right, down] = growingCodes();
    for (const [select, chosen] of [[find(".gx-right-code"), right], [find(".gx-down-code"), down]]) {
      const options = ensureChildren(select, codes.length, () => createNode("option"));
      options.forEach((option, i) => {
        option.value = i + 1;
        setText(option, codes[i] > 1 ? `c${i + 1}, one of ${codes[i]}` : `c${i + 1}, a number`);
      });
      select.value = chosen;
    }
    find(".gx-down-code").parentElement.hidden = !down;
    const fitting = fitCodes(codes, state.k);
    showCodes(codes, fitting.length ? fitting : codes.map(() => 0), [right - 1, down - 1]);
    gridPicture.update(codesRequest());
  }

  function showGrid(reply) {
    showDrawn(reply);
    const sides = [[find(".gx-right-values"), reply.across], [find(".gx-down-values"), reply.down ?? ["", []]]];
    for (const [side, [name, values]] of sides) {
      const marks = ensureChildren(side, values.length, () => createNode("span"));
      marks.forEach((mark, i) => setText(mark, `${i ? "" : `${name} `}${String(values[i]).replace("-", "−")}`));
    }
    const [right, down] = [reply.across[0], reply.down?.[0]];
    setLabel(find(".gx-codescreen"), `${reply.count} pictures: ${right} along the x axis${down ? `, ${down} along the y axis` : ""}`);
  }

  // A code goes one way only: chosen for the other, the two change places.
  find(".gx-right-code").addEventListener("change", (event) => {
    const [right, down] = growingCodes();
    const chosen = Number(event.target.value);
    set({ right: chosen, down: chosen === down ? right : down });
  });
  find(".gx-down-code").addEventListener("change", (event) => {
    const [right, down] = growingCodes();
    const chosen = Number(event.target.value);
    set({ down: chosen, right: chosen === right ? down : right });
  });

  return { show: showCodeGrid, request: codesRequest, growingCodes };
}
