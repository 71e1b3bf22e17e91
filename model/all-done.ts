/** Rejects when one of them does, but not before all have ended: what is still under way then would go on beside its next try. */
export async function allDone(all: readonly Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(all);
  await Promise.all(all);
}
