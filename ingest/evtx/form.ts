import { copyOf, isSame } from "./bytes.ts";
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
  readonly instances: readonly Instance[];
  readonly types: DataView;
  plan: ShapePlan | undefined;
  program: JsonProgram | undefined;
}

interface Instance {
  readonly template: Template | undefined;
  readonly base: number;
}

const pool = new WeightedPool<number, Form>();
let last: Form | undefined;

/** The form of a record that is one template with nothing but templates inside. */
export function formOf(values: Values): Form {
  // Records that come together are often alike.
  if (last?.hash === values.formHash && isOf(last, values)) return last;
  last = pool.get(values.formHash);
  if (last !== undefined && isOf(last, values)) return last;
  const form: Form = {
    hash: values.formHash,
    instances: Array.from({ length: values.instanceCount }, (_, instance) => ({
      template: values.template(instance),
      base: values.base(instance),
    })),
    types: copyOf(values.rawTypes, 0, values.count),
    plan: undefined,
    program: undefined,
  };
  const weight = form.instances.reduce((sum, { template }) => sum + (template?.expansion.weight ?? 0), values.count);
  pool.add(values.formHash, form, weight);
  last = form;
  return form;
}

function isOf({ types, instances }: Form, values: Values): boolean {
  if (types.byteLength !== values.count || instances.length !== values.instanceCount) return false;
  for (let i = 0; i < instances.length; i++)
    if (instances[i]?.template !== values.template(i) || instances[i]?.base !== values.base(i)) return false;
  return isSame(types, 0, types.byteLength, values.rawTypes, 0);
}
