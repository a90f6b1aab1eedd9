/** Beats once a second. In a worker, because browsers hold back the timers of a page in the background. */
setInterval(() => postMessage(null), 1000);
