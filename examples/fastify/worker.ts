// The process that does the work: answers each job with its double. Ends with its parent.
process.on('message', (job) => process.send?.(Number(job) * 2));
process.once('disconnect', () => process.exit());
