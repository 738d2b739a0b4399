// A session as a Jupyter notebook, format 4.5: the same session gives the same bytes.
//
// Tables and plots are there as HTML and SVG beside the text that was shown. Knows nothing of files.

import type { Meta, MetaCell, MetaOutput } from '../format/index.js';
import { visible } from '../visible.js';
import { factsOf } from './facts.js';
import { element, tableMarkup } from './html/markup.js';
import { plotMarkup } from './html/plot.js';
import { MADE_BY } from './made-by.js';
import { escaped, quoted } from './markdown.js';
import { line, shownText } from './words.js';

const FORMAT = { nbformat: 4, nbformat_minor: 5 };

/** A session as a notebook. */
export function notebookOf(meta: Meta, title: string): string {
  const cells = meta.session?.cells ?? [];
  const head = {
    cell_type: 'markdown',
    id: 'about',
    metadata: {},
    source: linesOf(
      [
        `# ${escaped(line(title, 80))}`,
        factsOf(meta).map(escaped).join(' · '),
        ...(meta.session?.note === undefined ? [] : [quoted(meta.session.note)]),
      ].join('\n\n'),
    ),
  };
  const notebook = {
    cells: [head, ...cells.map(codeCell)],
    metadata: {
      brine: { about: MADE_BY, version: meta.brine },
      kernelspec: { display_name: 'JavaScript (Node.js)', language: 'javascript', name: 'javascript' },
      language_info: {
        file_extension: '.js',
        mimetype: 'text/javascript',
        name: 'javascript',
        version: meta.node,
      },
    },
    ...FORMAT,
  };
  return `${JSON.stringify(notebook, undefined, 1)}\n`;
}

// Numbers of cells need not differ: sessions may have been loaded into each other.
function codeCell(cell: MetaCell, index: number): object {
  const { source, output } = cell;
  return {
    cell_type: 'code',
    execution_count: countOf(cell),
    id: `cell-${index + 1}`,
    metadata: { brine: { durationMs: timeOf(cell) } },
    outputs: output === undefined ? [] : outputsOf(cell, output),
    source: linesOf(source),
  };
}

function countOf({ number }: MetaCell): number | null {
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}

function timeOf({ durationMs }: MetaCell): number {
  return durationMs >= 0 && durationMs < 1e12 ? Math.round(durationMs) : 0;
}

function outputsOf(cell: MetaCell, { printed, text, left, table, plot }: MetaOutput): object[] {
  const outputs: object[] = [];
  const more = left !== undefined && left > 0 ? `\n… ${left} more characters` : '';
  if (printed !== undefined)
    outputs.push({
      name: 'stdout',
      output_type: 'stream',
      text: linesOf(shownText(printed) + (text === undefined ? more : '')),
    });
  if (text !== undefined && cell.isError) outputs.push(errorOf(shownText(text) + more));
  else if (text !== undefined)
    outputs.push({
      data: {
        ...(plot !== undefined && { 'image/svg+xml': linesOf(plotMarkup(plot).markup) }),
        ...(table !== undefined && { 'text/html': linesOf(element('div', {}, tableMarkup(table)).markup) }),
        'text/plain': linesOf(shownText(text) + more),
      },
      execution_count: countOf(cell),
      metadata: {},
      output_type: 'execute_result',
    });
  else if (printed === undefined && more !== '')
    outputs.push({ name: 'stdout', output_type: 'stream', text: linesOf(more.trimStart()) });
  return outputs;
}

function errorOf(text: string): object {
  const found = /^(?:[^\n]*\n)*?Uncaught \[?([A-Za-z_$][\w$]*)(?:: ([^\n]*))?/.exec(text.slice(0, 20_000));
  return {
    ename: visible(found?.[1] ?? 'Error'),
    evalue: visible(found?.[2] ?? line(text, 200)),
    output_type: 'error',
    traceback: text.split('\n'),
  };
}

// As Jupyter writes texts: line by line, each with its end but the last.
function linesOf(text: string): string[] {
  return text === '' ? [] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
}
