// The tour as text: the screens of its parts, one block. Text in, text out.

export function transcriptOf(parts) {
  const blocks = parts.map(
    ({ title, text }) => `${title[0].toUpperCase()}${title.slice(1)}:\n\n\`\`\`text\n${body(text)}\n\`\`\``,
  );
  return blocks.join('\n\n');
}

// The part ends at a prompt that nothing was typed at.
function body(text) {
  return text.replace(/\n(\$|In\[\d+\]>) *$/, '').trimEnd();
}

/** The text with what differs from run to run left out: times, sizes, versions, the folder. */
export function steady(text) {
  return text
    .replace(/\b\d+(\.\d+)?(?= (ms|s|min|h|B|kB|MB)\b)/g, '#')
    .replace(/\bNode \d+\.\d+\.\d+/g, 'Node #')
    .replace(/brine \d+\.\d+\.\d+/g, 'brine #')
    .replace(/ {2,}/g, '  ')
    .trim();
}
