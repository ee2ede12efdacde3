/**
 * Preloaded into the program (`NODE_OPTIONS=--import …`): its clock goes by a file that a test writes (test/clock.ts), so
 * that days pass in an instant. When the clock is put forward, waits that would have ended by then end, as they do when
 * a machine wakes up.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

/** How often to look at the file, and from which length on (ms) a wait follows the clock. */
const LOOK = 20;
const LONG = 1000;

const file = process.env.TEST_CLOCK;
// The threads that set formulas and render comments measure durations only.
if (file && (isMainThread || workerData?.duties)) follow(file, isMainThread ? 'pages' : 'worker');

function follow(path, who) {
  const [RealDate, later, never] = [Date, setTimeout, clearTimeout];
  let shift = Number(readFileSync(path, 'utf8'));
  const now = () => RealDate.now() + shift;
  globalThis.Date = class extends RealDate {
    constructor(...given) {
      if (given.length === 0) super(now());
      else super(...given);
    }
    static now() {
      return now();
    }
  };
  const waits = new Map();
  const setTimeoutByClock = (work, ms, ...rest) => {
    if (!(ms >= LONG)) return later(work, ms, ...rest);
    const end = () => {
      waits.delete(timer);
      work(...rest);
    };
    const timer = later(end, ms);
    waits.set(timer, { due: now() + ms, end });
    return timer;
  };
  globalThis.setTimeout = Object.defineProperties(setTimeoutByClock, Object.getOwnPropertyDescriptors(later));
  globalThis.clearTimeout = (timer) => {
    waits.delete(timer);
    never(timer);
  };
  const look = () => {
    const wanted = Number(readFileSync(path, 'utf8'));
    if (wanted === shift) return;
    shift = wanted;
    for (const [timer, { due, end }] of [...waits]) {
      if (due > now()) continue;
      never(timer);
      end();
    }
    writeFileSync(`${path}.${who}`, String(shift));
  };
  writeFileSync(`${path}.${who}`, String(shift));
  setInterval(look, LOOK).unref();
}
