import type { JsonProgram } from "./json-program.ts";
import type { ShapePlan } from "./shape-plan.ts";
import type { Template } from "./template.ts";
import type { Values } from "./values.ts";
import { WeightedPool } from "./weighted-pool.ts";

/**
 * What records have in common that are made of the same templates, in the same places, with values of the same types:
 * where their fields are found, and how they are written. Worked out for the first such record, used for all after it.
 */
export interface Form {
  readonly hash: number;
  readonly templates: readonly Template[];
  readonly bases: readonly number[];
  readonly types: Uint8Array;
  plan: ShapePlan | undefined;
  program: JsonProgram | undefined;
}

const pool = new WeightedPool<number, Form>();
let last: Form | undefined;

/** The form of a record that is one template with nothing but templates inside. */
export function formOf(values: Values): Form {
  // Records that come together are often alike.
  if (last?.hash === values.formHash && isSame(last, values)) return last;
  last = pool.get(values.formHash);
  if (last !== undefined && isSame(last, values)) return last;
  const form: Form = {
    hash: values.formHash,
    templates: [...values.templates],
    bases: [...values.bases],
    types: values.rawTypes.slice(0, values.count),
    plan: undefined,
    program: undefined,
  };
  const weight = form.templates.reduce((sum, template) => sum + template.expansion.weight, form.types.length);
  pool.add(values.formHash, form, weight);
  last = form;
  return form;
}

function isSame(form: Form, values: Values): boolean {
  const { types, templates, bases } = form;
  if (types.length !== values.count || templates.length !== values.templates.length) return false;
  for (let level = 0; level < templates.length; level++)
    if (templates[level] !== values.templates[level] || bases[level] !== values.bases[level]) return false;
  const others = values.rawTypes;
  for (let index = 0; index < types.length; index++) if (types[index] !== others[index]) return false;
  return true;
}
