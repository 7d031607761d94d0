import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json: templates, blueprints, samples and migrations are read from it. Same from src/ and dist/. */
export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
