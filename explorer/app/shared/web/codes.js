// The codes of an InfoGAN as controls: numbered choices for a category, a slider for a number. Called c1, c2 ... as its
// paper does.

const CODE_REACH = 2; // of a number: twice as far as it was trained

// Codes that this generator can hear, out of what the address bar said or another generator had; [] if none fit.
function codesFitting(kinds, codes) {
  if (!codes.length || codes.length !== kinds.length) return [];
  return kinds.map((kind, i) => (kind > 1 ? Math.round(between(codes[i], 0, kind - 1, 0)) : between(codes[i], -CODE_REACH, CODE_REACH, 0)));
}

function codesFrom(text) {
  const codes = (text || "").split(",").slice(0, 64).map((code) => between(code, -CODE_REACH, 1023, null));
  return codes.includes(null) ? [] : codes;
}

// parent: where they go. moved(codes): called with all of them when a hand moved one. Gives show(kinds, codes, without):
// codes is [] where each picture has its own; without: the places of those that are not shown.
function codeControls(parent, moved) {
  let kinds = [];
  let codes = [];

  function set(i, value) {
    codes = codes.with(i, value);
    moved(codes);
  }

  function category(i, kind) {
    const group = made("div", "gx-kinds");
    group.role = "group";
    for (let value = 0; value < kind; value++) {
      const button = made("button", "", String(value));
      button.type = "button";
      button.addEventListener("click", () => set(i, value));
      group.append(button);
    }
    return group;
  }

  function number(i) {
    const range = made("input");
    [range.type, range.min, range.max, range.step] = ["range", -CODE_REACH, CODE_REACH, 0.05];
    range.addEventListener("input", () => set(i, Number(range.value)));
    return range;
  }

  function build() {
    parent.replaceChildren(
      ...kinds.map((kind, i) => {
        const whole = made("div", "gx-slider gx-code");
        const line = made("div", "gx-line");
        line.append(made("span", "", kind > 1 ? `c${i + 1}, one of ${kind}` : `c${i + 1}`), made("output"));
        const control = kind > 1 ? category(i, kind) : number(i);
        describe(control, `Code c${i + 1}`);
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
      fill(control);
      put(line.lastChild, own ? "" : codes[i].toFixed(2).replace("-", "−"));
    });
  };
}
