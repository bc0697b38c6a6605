// @ts-check
// Numbers and states of trainings as people say them.

export const STATES = {
  queued: "queued",
  starting: "starting",
  running: "training",
  paused: "paused",
  finished: "finished",
  failed: "failed",
  lost: "lost",
};

export function pictures(thousands) {
  return Math.round(1000 * thousands).toLocaleString("en");
}

export function span(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours < 10 && rest ? `${hours} h ${rest} min` : `${Math.round(minutes / 60)} h`;
}

export function stateOf(line) {
  if (line.leaving) return "saving";
  if (line.state === "finished" && line.kimg < line.budget * 0.999) return `stopped at ${Math.floor((100 * line.kimg) / line.budget)} %`;
  if (line.starved) return "waiting for the CPU";
  if (line.state === "queued" && line.place) return `queued, place ${line.place}`;
  return STATES[line.state] ?? line.state;
}

// How far, how fast, how long: what a line of the list says below its bar.
export function howFar(line) {
  const facts = [`${pictures(line.kimg)} of ${pictures(line.budget)} pictures`];
  if (line.state === "running") {
    if (line.speed) facts.push(`${Math.round(line.speed).toLocaleString("en")} a second`);
    if (line.eta !== null) facts.push(`${span(line.eta)} left`);
  }
  return facts;
}
