// Work that takes longer than a person waits in silence: begun, asked after until it is done, cancelled by a button.
// One at a time: a newer one takes the place of the older.

const LOOK = [120, 400]; // milliseconds between two looks, first and later

// begin, look, stop: server functions. Gives run(box, ask, seen): the reply, or null where somebody or something newer
// stopped it; a refusal is written into the box. box: a .gx-work. seen(reply): called while it goes on.
function longWork({ tab, begin, look, stop }) {
  let runs = 0;
  let busy = null; // the box of the work under way

  function show(box, { what = "", share = null } = {}) {
    box.hidden = false;
    box.classList.remove("gx-work-trouble");
    if (!box.firstChild) {
      const cancel = made("button", "gx-chip gx-work-cancel", "Cancel");
      cancel.type = "button";
      cancel.addEventListener("click", () => cancelled(box));
      box.append(made("span", "gx-work-what"), made("progress", "gx-work-share"), cancel);
    }
    put(box.children[0], what ? `${what[0].toUpperCase()}${what.slice(1)}${share === null ? "" : ` · ${Math.round(100 * share)} %`}` : "Beginning");
    if (share === null) box.children[1].removeAttribute("value");
    else box.children[1].value = share;
    for (const part of [...box.children].slice(1)) part.hidden = false;
  }

  function trouble(box, message) {
    show(box);
    box.classList.add("gx-work-trouble");
    put(box.children[0], message);
    for (const part of [...box.children].slice(1)) part.hidden = true;
  }

  function cancelled(box) {
    runs += 1;
    busy = null;
    stop({ tab });
    trouble(box, "Stopped.");
  }

  async function run(box, ask, seen = () => {}) {
    const mine = ++runs;
    if (busy && busy !== box) trouble(busy, "Stopped, since something else was begun.");
    busy = box;
    show(box);
    let reply = null;
    try {
      reply = await begin({ ...ask, tab });
      for (let pause = LOOK[0], lost = 0; mine === runs && reply?.ok && lost < 10; pause = Math.min(LOOK[1], pause * 1.2)) {
        await new Promise((next) => setTimeout(next, pause));
        if (mine !== runs) break;
        const now = await look({ tab, work: reply.work }).catch(() => null);
        if (mine !== runs) break;
        lost = now ? 0 : lost + 1;
        if (now && (!now.ok || now.kind === "done")) {
          reply = now;
          break;
        }
        if (now) {
          show(box, now);
          seen(now);
        }
      }
    } catch (broken) {
      console.error(broken);
    }
    if (mine !== runs) return null;
    busy = null;
    if (reply?.kind === "done") {
      box.hidden = true;
      return reply;
    }
    trouble(box, reply?.message ?? "The app does not answer. Is it still running?");
    return null;
  }

  return { run };
}
