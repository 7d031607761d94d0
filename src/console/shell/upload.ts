import type {} from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { consoleErrors } from './errors.js';
import type { FormBody } from './form.js';

/** Bytes of the largest file that a form of the desk brings. */
export const UPLOAD_BYTES = 1_048_576;

/** One byte more than is taken: who reads the file can say in its form that it is too long. */
const LIMITS = { files: 1, fileSize: UPLOAD_BYTES + 1, fields: 20, fieldSize: 4_096, fieldNameSize: 100, parts: 21 };

/** For @fastify/multipart: nothing is read before the guard knows who sends it. */
export const uploadOptions = { limits: LIMITS, throwFileSizeLimit: false };

/** A file that a form brought. */
export class UploadedFile {
  constructor(
    readonly name: string,
    /** One more than `UPLOAD_BYTES` when it is longer: the rest is not there. */
    readonly bytes: Buffer,
  ) {}
}

/**
 * The fields of a form with a file: text, or `UploadedFile`; a file that was not chosen is missing.
 * @throws UserError `console.upload`
 */
export async function readUpload(request: FastifyRequest): Promise<FormBody> {
  const body: FormBody = {};
  try {
    for await (const part of request.parts()) {
      if (part.type === 'field') body[part.fieldname] = String(part.value);
      else {
        const bytes = await part.toBuffer();
        if (part.filename) body[part.fieldname] = new UploadedFile(part.filename, bytes);
      }
    }
  } catch (error) {
    throw consoleErrors['console.upload']({}, { cause: error });
  }
  return body;
}
