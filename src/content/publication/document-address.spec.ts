import { documentPath, filesFolder, readDocumentPath } from './document-address.js';

it('writes the address of a document in the form of the field', () => {
  expect(documentPath('zwgk/zcwj', '2026-11-23', '1000123')).toBe('zwgk/zcwj/202611/t20261123_1000123.html');
});

it('reads addresses of documents and of their files', () => {
  const path = 'zwgk/zcwj/202611/t20261123_1000123.html';
  expect(readDocumentPath(path)).toEqual({ documentPath: path, serial: '1000123', file: null });
  expect(readDocumentPath('zwgk/zcwj/202611/t20261123_1000123/a.pdf')).toEqual({
    documentPath: path,
    serial: '1000123',
    file: 'a.pdf',
  });
  expect(filesFolder(path)).toBe('t20261123_1000123/');
});

it.each([
  'zwgk/zcwj/',
  't20261123_1.html',
  'a/202610/t20261123_1.html',
  'a/202611/t20261123_1/b/c.pdf',
  'A/202611/t20261123_1.html',
])('does not take %s for a document', (path) => expect(readDocumentPath(path)).toBeNull());
