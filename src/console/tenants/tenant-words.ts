import type { UnitLevel } from '../../tenancy/plan/types.js';
import { TENANT_STATES, type TenantState } from '../../tenancy/tenant/tenant.queries.js';

export const LEVEL_NAMES: Record<UnitLevel, string> = { province: '省', city: '市州', county: '县市区' };

const TONES: Record<TenantState, string> = { open: 'ok', frozen: 'warn', archived: 'off', deleted: 'off' };

/** A state as colour, shape and word; an open tenant whose publishing is frozen says so. */
export function tenantLight({ state, frozen }: { state: TenantState; frozen: boolean }) {
  if (state === 'open' && frozen) return { text: '冻结发布', tone: 'warn' };
  return { text: TENANT_STATES[state], tone: TONES[state] };
}

/** What the list is narrowed by: the lights it shows. `stopped`: open, its publishing frozen. */
export type TenantCondition = Exclude<TenantState, 'deleted'> | 'stopped';

export const CONDITIONS: Record<TenantCondition, string> = {
  open: TENANT_STATES.open,
  stopped: tenantLight({ state: 'open', frozen: true }).text,
  frozen: TENANT_STATES.frozen,
  archived: TENANT_STATES.archived,
};

export const isCondition = (text: string): text is TenantCondition => Object.hasOwn(CONDITIONS, text);
export const isLevel = (text: string): text is UnitLevel => Object.hasOwn(LEVEL_NAMES, text);
