// @ts-check
// A film's frames lie in one sheet: the browser shows any of them at once, scrubs and plays with no further call.

import { paintTiles } from "../shared/web/live_canvas.js";

// shown(frame): called after each frame that is painted.
export function filmPlayer(canvas, shown) {
  let reel = null; // { bitmap, reply }
  let at = 0;
  let playing = false;
  let forwards = true;
  let last = null;
  const pace = { fps: 12, pingpong: false };

  function show(frame) {
    at = Math.max(0, Math.min(reel.reply.frames - 1, frame));
    const { across, frame: [width, height] } = reel.reply;
    const whole = Math.floor(at);
    paintTiles(canvas, reel.bitmap, reel.reply, [(whole % across) * width, Math.floor(whole / across) * height]);
    shown(whole);
  }

  function step(now) {
    if (!playing) return;
    const passed = last === null ? 0 : Math.min(200, now - last);
    last = now;
    const before = Math.floor(at);
    let next = at + ((forwards ? 1 : -1) * passed * pace.fps) / 1000;
    const { frames } = reel.reply;
    if (pace.pingpong) {
      if (next >= frames - 0.5) [next, forwards] = [frames - 1, false];
      if (next < 0) [next, forwards] = [0, true];
    } else next = ((next % frames) + frames) % frames;
    if (Math.floor(next) === before) at = next;
    else show(next);
    requestAnimationFrame(step);
  }

  return {
    pace,
    load(bitmap, reply) {
      const share = reel ? at / reel.reply.frames : 0;
      reel?.bitmap.close();
      reel = { bitmap, reply };
      show(Math.min(reply.frames - 1, Math.round(share * reply.frames)));
    },
    show(frame) {
      if (reel) show(frame);
    },
    play(on) {
      if (!reel || on === playing) return;
      [playing, last, forwards] = [on, null, forwards || !pace.pingpong];
      if (on) requestAnimationFrame(step);
    },
    get playing() {
      return playing;
    },
    get frame() {
      return Math.floor(at);
    },
    get reel() {
      return reel;
    },
  };
}
