/** `VERIFY.md` of a bundle: three ways to check it that share no code. */
export function verifyText(origin: string, vkey: string): string {
  return `# How to check this bundle

Log: \`${origin}\`. Key: \`${vkey}\`. Compare the key with the one you were given by another way than this bundle: whoever
can change the bundle can change the key in it.

\`checkpoint\` is a C2SP signed note: the size of the log and the root of its RFC 6962 Merkle tree. Each file in
\`proofs/\` is a C2SP tlog-proof for the entry of that number. \`tile/\` is the tree in the layout of C2SP tlog-tiles, if
the bundle is complete.

1. **With this SDK**: \`verify({ bundle: 'DIRECTORY', policy })\` of \`@bridge/chaos-ledger\`. Checks every file, every
   entry, every hash, the signatures, and reports completeness apart from integrity.
2. **With Go's checksum-database code** (\`golang.org/x/mod/sumdb/note\` and \`tlog\`, the code behind sum.golang.org):
   \`note.Open\` the checkpoint with the key above, \`tlog.RecordHash\` the exact bytes of a line of \`entries.jsonl\`
   without its newline, \`tlog.CheckRecord\` with the hashes of its proof.
3. **With any SHA-256 tool and twenty lines of code**: a leaf is SHA-256 of a zero byte and the entry's bytes; a node is
   SHA-256 of a one byte and both children (RFC 6962, section 2.1). Fold \`leaves.txt\` to the root in \`checkpoint\`.
   \`@sigstore/verify\` accepts the same proofs.

What a bundle cannot prove: that every event was recorded (look at the numbers of each source and at the heartbeats), that what
was recorded is true, and, without cosignatures of a witness, that the holder of the key did not write another history.
`;
}
