import type { UnitLevel } from '../../tenancy/plan/types.js';
import { TENANT_STATES, type TenantState } from '../../tenancy/tenant/tenant.queries.js';

export const LEVEL_NAMES: Record<UnitLevel, string> = { province: '省', city: '市州', county: '县市区' };

const TONES: Record<TenantState, string> = { open: 'ok', frozen: 'warn', archived: 'off', deleted: 'off' };

/** A state as colour, shape and word; an open tenant whose publishing is frozen says so. */
export function tenantLight({ state, frozen }: { state: TenantState; frozen: boolean }) {
  if (state === 'open' && frozen) return { text: '冻结发布', tone: 'warn' };
  return { text: TENANT_STATES[state], tone: TONES[state] };
}

/** What is shown to choose from: nobody looks for what was deleted. */
export const STATE_OPTIONS = Object.entries(TENANT_STATES)
  .filter(([value]) => value !== 'deleted')
  .map(([value, label]) => ({ value, label }));

export const isTenantState = (text: string): text is TenantState => STATE_OPTIONS.some(({ value }) => value === text);
export const isLevel = (text: string): text is UnitLevel => Object.hasOwn(LEVEL_NAMES, text);
