import type { TenantScope } from '../../kernel/database/scope.js';
import type { Tx } from '../../kernel/database/unit-of-work.js';
import type { Blueprint } from '../plan/blueprint.js';
import type { PlannedUnit } from '../plan/types.js';

/** What a step has to know of the unit whose sites it adds to. */
export type ProvisionedUnit = Pick<PlannedUnit, 'level' | 'name' | 'slug'>;

export type ProvisionTx = Tx<TenantScope>;

/** A tenant that exists already. */
export interface KnownTenant {
  id: string;
  path: string;
}

/** A site of the unit that is being provisioned, with the blueprint of its kind. */
export interface ProvisionedSite {
  id: string;
  tenantId: string;
  key: string;
  level: 'province' | 'city' | 'county' | 'township';
  blueprint: Blueprint;
  /** Fills the blanks of blueprints: {地名} … */
  blanks: Record<string, string>;
}

/** What somebody at the desk asked for beyond the plan; a run over the province asks for nothing. */
export interface OpeningRequest {
  /** Theme of the portal; absent or null: the theme of its kind and level. */
  theme?: string | null;
  /** Whether the sites say that they are a demonstration; absent: as the public facts say. */
  demonstration?: boolean;
  /** Fields of the portal that are not the plan's, which later runs leave alone. */
  overridden?: string[];
  /** The first administrator, in words of the room that makes the account. */
  administrator?: unknown;
  /** What the steps have to tell the one who asked, by the name of the step: a one-time link … */
  told?: Map<string, unknown>;
}

/**
 * What a room adds to a tenant or a site that is opened (access: grants, content: channels, presentation: look). Runs within the
 * one transaction; run again it makes only what is missing and leaves alone what was changed by hand.
 * @returns how many rows were made or changed
 */
export interface ProvisionStep {
  name: string;
  run(tx: ProvisionTx, unit: ProvisionedUnit, sites: ProvisionedSite[], request: OpeningRequest): Promise<number>;
  /** What of a request it could not fulfil, by field: asked before anything is written, so that all is told at once. */
  faultsOf?(
    unit: Partial<Pick<PlannedUnit, 'slug' | 'name'>>,
    request: OpeningRequest,
  ): Promise<Record<string, string>>;
}

/** `走进{地名}` with { 地名: '农安' } → `走进农安`; a blank without a value is a defect of the blueprint. */
export function fillBlanks(text: string, blanks: Record<string, string>): string {
  return text.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const value = blanks[name];
    if (value === undefined) throw new Error(`no value for ${whole} in “${text}”`);
    return value;
  });
}
