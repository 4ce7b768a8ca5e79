import * as fc from 'fast-check';

const PIECES = [
  ...[';', '&&', '|', '`', '$(', ')', '${IFS}', '>', '<', '*', '?', '~', '!', '#', "'", '"', '\\', '\n', '\r', '\0'],
  ...[
    '\u001e',
    '\u001f',
    '--',
    '-j ACCEPT',
    '--flag',
    '../',
    '/etc/passwd',
    'touch /run/canary',
    'é',
    '日本',
    '\u202e',
    ' ',
    '\t',
  ],
];

/** Text that would do harm where a shell, or a command that takes options, gets it as more than data. */
export const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })), { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.join(''));
