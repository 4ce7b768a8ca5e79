/** Characters that XML 1.0 cannot hold, not even as a reference. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are exactly the ones to take out
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Text for an attribute or the inside of an element: `]]>` and whatever else cannot end either. */
export function xmlText(text: string): string {
  const allowed = text.toWellFormed().replaceAll(FORBIDDEN, '\ufffd');
  return allowed.replaceAll(/[&<>"'\t\n\r]/g, (character) => ENTITIES[character] ?? character);
}

/** `<name a="b">children</name>`; children are markup already. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, children = ''): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlText(String(value))}"`);
  return children === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${children}</${name}>`;
}
