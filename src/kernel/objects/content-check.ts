import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { objectErrors } from './errors.js';
import { digestOf, type ObjectKey } from './object-key.js';
import type { NewObject } from './object-store.js';

/**
 * Lets the content of an object through and fails at its end with `objects.mismatch` when size or digest differ from
 * what was stated. Throws at once when the key belongs to another digest: a key names its content.
 */
export function contentCheck(key: ObjectKey, stated: NewObject): Transform {
  const digest = stated.sha256.toLowerCase();
  if (digestOf(key) !== digest) throw mismatch('标识与校验值不同');
  const hash = createHash('sha256');
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(size > stated.size ? mismatch(`多于 ${stated.size} 字节`) : null, chunk);
    },
    flush(done) {
      if (size !== stated.size) done(mismatch(`应为 ${stated.size} 字节，实为 ${size} 字节`));
      else done(hash.digest('hex') === digest ? null : mismatch('校验值不同'));
    },
  });
}

function mismatch(why: string): Error {
  return objectErrors['objects.mismatch']({ why });
}
