import { MappingType, type ValueMapping } from "@grafana/grafana-foundation-sdk/dashboard";
import { HOST_STATES, SEVERITIES } from "../queries/index.ts";

/** One colour for one meaning, on every panel. */
const SEVERITY_COLORS: Record<(typeof SEVERITIES)[number], string> = {
  critical: "dark-red",
  high: "dark-orange",
  medium: "dark-yellow",
  low: "dark-blue",
  informational: "#6e7681",
};

export const STATE_COLORS = {
  failing: "dark-red",
  triggered: "dark-yellow",
  armed: "dark-orange",
  resolved: "dark-green",
  quiet: "transparent",
};

export const severityMapping = valueMapping(SEVERITIES.map((name) => [name, SEVERITY_COLORS[name]]));

export const stateMapping = valueMapping(Object.entries(STATE_COLORS));

/** States as `stateChanges` numbers them. */
export const hostStateMapping: ValueMapping = {
  type: MappingType.ValueToText,
  options: Object.fromEntries(
    Object.entries(HOST_STATES).map(([number, state], index) => [
      number,
      { text: state, color: STATE_COLORS[state], index },
    ]),
  ),
};

export const strengthMapping = valueMapping([
  ["strong", "dark-red"],
  ["medium", "dark-orange"],
  ["weak", "#6e7681"],
]);

function valueMapping(colors: readonly (readonly [string, string])[]): ValueMapping {
  return {
    type: MappingType.ValueToText,
    options: Object.fromEntries(colors.map(([value, color], index) => [value, { color, index }])),
  };
}
