import { type Element, isText } from 'domhandler';
import { DomUtils, parseDocument } from 'htmlparser2';
import type { Form } from './desk.js';

/** What a browser would send of a page's form as it stands, without a button. @throws Error when the page has no such form */
export function fieldsOf(html: string, action: string): Form {
  const forms = DomUtils.getElementsByTagName('form', parseDocument(html));
  const form = forms.find(({ attribs }) => attribs.action?.split('#')[0] === action);
  if (!form) throw new Error(`no form to ${action} in: ${html.slice(html.indexOf('<main'), 3_000)}`);
  const fields: Record<string, string[]> = {};
  const named = DomUtils.findAll(({ attribs }) => attribs.name !== undefined, [form]);
  for (const control of named)
    for (const value of valuesOf(control))
      fields[control.attribs.name!] = [...(fields[control.attribs.name!] ?? []), value];
  return fields;
}

function valuesOf(control: Element): string[] {
  const { type = 'text', value = '' } = control.attribs;
  switch (control.name) {
    case 'select': {
      const options = DomUtils.getElementsByTagName('option', control);
      const chosen = options.find(({ attribs }) => 'selected' in attribs) ?? options[0];
      return chosen ? [chosen.attribs.value ?? ''] : [];
    }
    case 'textarea':
      return [DomUtils.textContent(control)];
    case 'input':
      if (type === 'file') return [];
      return (type === 'checkbox' || type === 'radio') && !('checked' in control.attribs) ? [] : [value];
    default:
      return [];
  }
}

/** The options of a select by their labels. */
export function optionsOf(html: string, name: string): Record<string, string> {
  const select = DomUtils.findOne(
    (element) => element.name === 'select' && element.attribs.name === name,
    parseDocument(html).children,
  );
  const options = select ? DomUtils.getElementsByTagName('option', select) : [];
  return Object.fromEntries(options.map((option) => [DomUtils.textContent(option), option.attribs.value ?? '']));
}

/** What a page says, without its marks: words of different elements apart. */
export function said(html: string): string {
  const main = DomUtils.getElementsByTagName('main', parseDocument(html));
  const texts = DomUtils.find(isText, main, true, Number.POSITIVE_INFINITY);
  return texts.map(DomUtils.textContent).join(' ').replace(/\s+/g, ' ');
}
