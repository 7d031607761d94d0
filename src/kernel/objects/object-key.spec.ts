import { checkedKey, checkedPrefix, objectKey, objectPrefix } from './object-key.js';

const tenantId = '0190a000-1111-7222-8333-444455556666';
const sha256 = 'AB'.repeat(32);

describe('an object key', () => {
  it('has tenant, shelf and digest, in small letters', () => {
    expect(objectKey({ tenantId: tenantId.toUpperCase(), sha256 })).toBe(`tenants/${tenantId}/ab/${'ab'.repeat(32)}`);
  });

  it.each([
    ['no tenant', '', sha256],
    ['a path for a tenant', '../x', sha256],
    ['a short digest', tenantId, 'abcd'],
    ['a digest with a line break', tenantId, `${'ab'.repeat(32)}\n`],
    ['a digest that is no number', tenantId, 'zz'.repeat(32)],
  ])('is not made of %s', (_, tenant, digest) => {
    expect(() => objectKey({ tenantId: tenant, sha256: digest })).toThrow('文件标识');
  });

  it.each([
    `tenants/${tenantId}/ab/${'cd'.repeat(32)}`,
    `tenants/${tenantId}//ab/${'ab'.repeat(32)}`,
    `/tenants/${tenantId}/ab/${'ab'.repeat(32)}`,
    `tenants/${tenantId}/ab/../ab/${'ab'.repeat(32)}`,
  ])('is not “%s”', (key) => {
    expect(() => checkedKey(key)).toThrow('文件标识');
  });
});

describe('a prefix', () => {
  it('is one tenant’s or everyone’s', () => {
    expect(objectPrefix(tenantId)).toBe(`tenants/${tenantId}/`);
    expect(objectPrefix()).toBe('tenants/');
  });

  it.each(['', 'tenants', `tenants/${tenantId}`, 'tenants/../'])('is not “%s”', (prefix) => {
    expect(() => checkedPrefix(prefix)).toThrow('文件标识');
  });
});
