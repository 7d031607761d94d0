/**
 * Milliseconds of processor time of this thread so far. A guard against work that never ends counts its own work, and
 * neither what else the machine is doing nor the threads that collect the garbage of all specs before it.
 */
export function spent(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
