/**
 * Milliseconds of processor time of this process so far. A guard against work that never ends counts its own work and not
 * what else the machine is doing.
 */
export function spent(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
