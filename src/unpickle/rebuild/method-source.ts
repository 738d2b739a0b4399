// Writes methods, getters and setters as the object literal they have to stand in.
//
// A computed key is not evaluated a second time: literals and well-known symbols stay, anything else gets a key of ours
// (names are given back by the builder). A private method whose class is not at hand gets one, too. Knows nothing of homes or scopes.

import type { MethodDefinition, Property } from 'acorn';
import { type CodeText, keyName } from './check-text.js';
import { editImports, isMentionedOnce, TextEdit, type TextSource } from './edit.js';
import { isWellKnownSymbol } from './purity.js';
import type { UnitOptions } from './types.js';

/** Methods as one object literal. */
export interface MethodsSource extends TextSource {
  /** Under which key of the object each text's function is. */
  readonly keys: readonly (string | symbol)[];
  /** Keys that the literal takes from `call.k`; undefined where the text names its own. */
  readonly givenKeys: readonly (string | undefined)[];
  /** Values for `params`. */
  readonly paramValues: readonly string[];
  /** Which texts were altered. */
  readonly isTextEdited: readonly boolean[];
}

/** The literal for some methods whose keys do not collide. */
export function methodsSource(
  texts: readonly CodeText[],
  { names, isSymbolOurs, sites }: UnitOptions,
): MethodsSource {
  const all = texts.map((text) => text.entry.source).join('\n');
  const params: string[] = [];
  const paramValues: string[] = [];
  const keys: (string | symbol)[] = [];
  const givenKeys: (string | undefined)[] = [];
  const edits = texts.map((text, i) => {
    const edit = new TextEdit(text);
    editImports(text, edit, names);
    sites.edit(text, edit, names.shared);
    const { key, computed } = text.ast as Property | MethodDefinition;
    const known =
      key.type === 'PrivateIdentifier'
        ? undefined
        : computed
          ? computedKeyOf(key, isSymbolOurs)
          : keyName(key);
    givenKeys.push(known === undefined ? `${names.prefix}k${i}` : undefined);
    keys.push(known ?? `${names.prefix}k${i}`);
    if (known !== undefined) return edit;
    if (key.type === 'Identifier' && isMentionedOnce(all, key.name)) {
      params.push(key.name);
      paramValues.push(`${names.prefix}k${i}`);
    } else {
      const given = `${names.call}.k[${i}]`;
      edit.replace(key, computed ? given : `[${given}]`);
    }
    return edit;
  });
  const isTextEdited = edits.map((edit) => edit.isEdited);
  return {
    expression: `{${edits.join(',\n')}}`,
    params,
    paramValues,
    keys,
    givenKeys,
    isTextEdited,
    isEdited: isTextEdited.includes(true),
  };
}

/** The key that a computed key gives whenever it is evaluated, or undefined when that depends. */
export function computedKeyOf(key: Property['key'], isSymbolOurs: boolean): string | symbol | undefined {
  if (key.type === 'Literal' && !key.regex) return String(key.value);
  if (isSymbolOurs && isWellKnownSymbol(key)) {
    const { property } = key as { property: { name: string } };
    return (Symbol as unknown as Record<string, symbol>)[property.name];
  }
  return undefined;
}
