import * as z from 'zod';

/** Zod type of a text in which `*` stands for anything. */
export const wildcard = z.string().min(1).max(500);

/** Whether the text is what the pattern says. Linear for each star: no pattern runs away. */
export function matchesWildcard(pattern: string, text: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return head === text;
  if (!text.startsWith(head)) return false;
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - tail.length >= at && text.endsWith(tail);
}
