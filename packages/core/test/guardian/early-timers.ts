// Preloaded: timers fire early, as those of Node do by up to a millisecond every hundredth time or so. It rounds the time
// at which one is set down to whole milliseconds.
const timer = globalThis.setTimeout;
const early = (callback: () => void, delay = 0) => timer(callback, Math.max(0, delay - 5));
globalThis.setTimeout = Object.assign(early, timer);
