/** Where an auditor finds the evidence for common requirements. */
export const CONTROL_MAP: Readonly<Record<string, string>> = {
  'DORA RTS (EU) 2024/1774 Art. 12(2)(a) events to be logged, retention': 'entries.jsonl; entries ledger:truncated',
  'DORA RTS (EU) 2024/1774 Art. 12(2)(c) change and ICT operations': 'entries.jsonl; report.csv',
  'DORA RTS (EU) 2024/1774 Art. 12(2)(d) protection against tampering and deletion':
    'checkpoint; policy; proofs; VERIFY.md',
  'DORA RTS (EU) 2024/1774 Art. 12(2)(e) detection of failure of logging': 'source.sequence; entries ledger:heartbeat',
  'DORA RTS (EU) 2024/1774 Art. 12(2)(f) clock synchronisation':
    'entries ledger:heartbeat; witness timestamps in checkpoint',
  'DORA (EU) 2022/2554 Art. 24, 25 resilience testing programme': 'report.html',
  'SOC 2 CC4.1, CC7.2, CC7.3, CC8.1': 'report.html; entries.jsonl',
};
