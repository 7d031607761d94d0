import { objectErrors } from './errors.js';

/** Where an object lies: `tenants/<uuid>/<aa>/<sha256>`, made by `objectKey()` alone. */
export type ObjectKey = string & { readonly brand: unique symbol };
/** Part of the keys: all objects, or one tenant's. */
export type ObjectPrefix = string & { readonly brand: unique symbol };

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const KEY = new RegExp(`^tenants/${UUID}/([0-9a-f]{2})/(\\1[0-9a-f]{62})$`);
const PREFIX = new RegExp(`^tenants/(${UUID}/)?$`);

/**
 * The key of a tenant's file with that content (SHA-256, 64 hexadecimal digits). The same content of another tenant is
 * another object. Throws `objects.bad-key` when either is malformed.
 */
export function objectKey({ tenantId, sha256 }: { tenantId: string; sha256: string }): ObjectKey {
  const digest = sha256.toLowerCase();
  return checkedKey(`tenants/${tenantId.toLowerCase()}/${digest.slice(0, 2)}/${digest}`);
}

/** All objects of a tenant, or of every tenant. Throws `objects.bad-key` when the id is malformed. */
export function objectPrefix(tenantId?: string): ObjectPrefix {
  return checkedPrefix(tenantId === undefined ? 'tenants/' : `tenants/${tenantId.toLowerCase()}/`);
}

/** Lets a key pass that has the form of a key, e.g. one read from the database; throws `objects.bad-key` else. */
export function checkedKey(key: string): ObjectKey {
  if (!KEY.test(key)) throw objectErrors['objects.bad-key']({ key });
  return key as ObjectKey;
}

/** Lets a prefix pass that has the form of a prefix; throws `objects.bad-key` else. */
export function checkedPrefix(prefix: string): ObjectPrefix {
  if (!PREFIX.test(prefix)) throw objectErrors['objects.bad-key']({ key: prefix });
  return prefix as ObjectPrefix;
}

/** The digest that a key ends with. */
export function digestOf(key: ObjectKey): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
