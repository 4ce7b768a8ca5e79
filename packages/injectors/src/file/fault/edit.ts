import type { Json } from '@bridge/chaos-core';
import { parseAllDocuments, stringify } from 'yaml';
import * as z from 'zod';
import { changeJson, type JsonChange, jsonChange } from '../../app/http-server/json-change.ts';
import { contentFault } from '../content-fault.ts';
import type { FileToolbox } from '../file-toolbox.ts';

const changes = z.array(jsonChange).min(1);
const params = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('json'), changes }),
  /** Every document of the file; comments go while the fault is held. */
  z.strictObject({ format: z.literal('yaml'), changes }),
  /** Every occurrence of a text becomes another one. */
  z.strictObject({ format: z.literal('text'), find: z.string().min(1).max(10_000), put: z.string().max(100_000) }),
]);

/** `file.edit`: one field of a JSON or YAML file, or a piece of text, is another one: configuration drift, a code patch. */
export function fileEdit(toolbox: FileToolbox) {
  return contentFault(toolbox, {
    type: 'file.edit',
    params,
    risk: 'medium',
    describe: (given) => (given.format === 'text' ? `a piece of text changed` : given.changes.map(named).join(', ')),
    change: (content, given) => Buffer.from(edited(textOf(content), given)),
  });
}

function named(change: JsonChange): string {
  if ('drop' in change) return `${change.drop} dropped`;
  return 'set' in change ? `${change.set} set` : `${change.rename} renamed`;
}

function textOf(content: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
}

function edited(text: string, given: z.output<typeof params>): string {
  if (given.format === 'text') {
    if (!text.includes(given.find)) throw new Error('does not hold that text');
    return text.replaceAll(given.find, () => given.put);
  }
  if (given.format === 'json') return editedJson(text, given.changes);
  return parseAllDocuments(text)
    .map((document) => {
      const [problem] = document.errors;
      if (problem !== undefined) throw problem;
      return stringify(changed(document.toJS(), given.changes));
    })
    .join('---\n');
}

function editedJson(text: string, wanted: readonly JsonChange[]): string {
  const indent = /^[{[]\r?\n([ \t]+)/.exec(text)?.[1] ?? '';
  const end = /\s*$/.exec(text)?.[0] ?? '';
  return JSON.stringify(changed(JSON.parse(text), wanted), null, indent) + end;
}

function changed(value: Json, wanted: readonly JsonChange[]): Json {
  changeJson(value, wanted);
  return value;
}
