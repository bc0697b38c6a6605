// @ts-check
// The codes of an InfoGAN as controls: numbered choices for a category, a slider for a number. Called c1, c2 ... as its
// paper does.

import { createNode, fillTrack, setLabel, setText } from "./dom.js";
import { CODE_REACH } from "./parse.js";

// parent: where they go. moved(codes): called with all of them when somebody moved one. Gives show(kinds, codes, without):
// codes is [] where each picture has its own; without: the places of those that are not shown.
export function codeControls(parent, moved) {
  let kinds = [];
  let codes = [];

  function set(i, value) {
    codes = codes.with(i, value);
    moved(codes);
  }

  function category(i, kind) {
    const group = createNode("div", "gx-kinds");
    group.role = "group";
    for (let value = 0; value < kind; value++) {
      const button = createNode("button", "", String(value));
      button.type = "button";
      button.addEventListener("click", () => set(i, value));
      group.append(button);
    }
    return group;
  }

  function number(i) {
    const range = createNode("input");
    [range.type, range.min, range.max, range.step] = ["range", -CODE_REACH, CODE_REACH, 0.05];
    range.addEventListener("input", () => set(i, Number(range.value)));
    return range;
  }

  function build() {
    parent.replaceChildren(
      ...kinds.map((kind, i) => {
        const whole = createNode("div", "gx-slider gx-code");
        const line = createNode("div", "gx-line");
        line.append(createNode("span", "", kind > 1 ? `c${i + 1}, one of ${kind}` : `c${i + 1}`), createNode("output"));
        const control = kind > 1 ? category(i, kind) : number(i);
        setLabel(control, `Code c${i + 1}`);
        whole.append(line, control);
        return whole;
      }),
    );
  }

  return (nextKinds, nextCodes, without = []) => {
    if (String(nextKinds) !== String(kinds)) {
      [kinds, codes] = [nextKinds, nextKinds.map(() => 0)];
      build();
    }
    const own = !nextCodes.length; // then the controls stay where they were last
    if (!own) codes = nextCodes;
    parent.classList.toggle("gx-each-own", own);
    [...parent.children].forEach((whole, i) => {
      const [line, control] = whole.children;
      whole.hidden = without.includes(i);
      if (kinds[i] > 1) {
        [...control.children].forEach((button, value) => (button.ariaPressed = String(!own && value === codes[i])));
        return;
      }
      control.value = codes[i];
      fillTrack(control);
      setText(line.lastChild, own ? "" : codes[i].toFixed(2).replace("-", "−"));
    });
  };
}
