import fc from "fast-check";
import { expect, test } from "vitest";
import { Budget } from "../../transport/kafka/budget.ts";

test("no more bytes are taken than there are, and all who wait get theirs, in order", async () => {
  const sizes = fc.array(fc.nat({ max: 10 }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.scheduler(), async (wanted, scheduler) => {
      const budget = new Budget(10);
      const began: number[] = [];
      let taken = 0;
      const all = wanted.map(async (bytes, index) => {
        await budget.take(bytes);
        began.push(index);
        taken += bytes;
        expect(taken).toBeLessThanOrEqual(10);
        await scheduler.schedule(Promise.resolve());
        taken -= bytes;
        budget.give(bytes);
      });
      await scheduler.waitFor(Promise.all(all));
      expect(began).toEqual(wanted.map((_, index) => index));
    }),
  );
});

test("what came to more than was taken is made up for before another begins", async () => {
  const budget = new Budget(10);
  await budget.take(4);
  budget.give(4 - 15);
  let isTaken = false;
  const next = budget.take(1).then(() => {
    isTaken = true;
  });
  budget.give(5);
  await Promise.resolve();
  expect(isTaken).toBe(false);
  budget.give(10);
  await next;
});
