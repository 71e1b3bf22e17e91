import { z } from "zod";
import { nearest } from "../../model/nearest.ts";

/**
 * An object of known keys. One that is not known is refused by name, with the key that was probably meant.
 * @param otherwise what to say where there is something else than an object
 */
export function section<Shape extends z.ZodRawShape>(shape: Shape, otherwise?: string) {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      // zod has one message for all of them: a line each.
      if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, known)).join("\n");
      return issue.code === "invalid_type" && issue.input !== undefined ? otherwise : undefined;
    },
  });
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant === undefined
    ? `there is no such key; here are: ${known.join(", ")}`
    : `there is no such key; did you mean ${meant}?`;
}
