/** Exit codes of a shell: 128 and the signal's number. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/**
 * Does some work and closes what it opened in every way out: done, thrown, an error that nobody caught, a signal. The
 * first way out counts; what breaks while things are closed is a consequence of it.
 * @param {() => Promise<void>} work
 * @param {() => Promise<void>} close called once
 */
export async function toTheEnd(work, close) {
  let closing = null;
  let leaving = false;
  const closeOnce = () => {
    closing ??= close();
    return closing;
  };
  const leave = async (code, error) => {
    if (leaving) return;
    leaving = true;
    if (error) console.error(error);
    await closeOnce().catch((fault) => console.error(fault));
    process.exit(code);
  };
  const ways = {
    uncaughtException: (error) => leave(1, error),
    unhandledRejection: (error) => leave(1, error),
    ...Object.fromEntries(Object.entries(SIGNALS).map(([signal, code]) => [signal, () => leave(code)])),
  };
  for (const [way, go] of Object.entries(ways)) process.on(way, go);
  try {
    await work();
    leaving = true;
    await closeOnce();
  } catch (error) {
    // Whoever left by another way prints and ends the process.
    await leave(1, error);
    await new Promise(() => {});
  } finally {
    for (const [way, go] of Object.entries(ways)) process.off(way, go);
  }
}
